"""The whole workbook as a plan: its sheets in order, its defined names, its timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from engine.company import Company, Scenario
from engine.errors import InputError
from engine.timeline import first_day
from workbook.checks_tab import checks_tab
from workbook.cohorts_tab import cohorts_tab
from workbook.company_tab import company_names, company_tab, tab_name
from workbook.compare_tab import compare_tab
from workbook.cover_tab import cover_tab
from workbook.dashboard_tab import dashboard_tab
from workbook.foundation import actuals_tab, facts_tab, inputs_tab, time_tab
from workbook.glossary_tab import glossary_tab
from workbook.golden_tab import golden_tab
from workbook.plan import Name, Plan
from workbook.scenarios_tab import scenarios_tab
from workbook.selected_tab import selected_tab
from workbook.sensitivity_tab import sensitivity_tab
from workbook.sources_tab import sources_tab

FEWEST_MONTHS, MOST_MONTHS = 12, 120
_EPOCH = dt.date(1899, 12, 30)


def plan(
    companies: Sequence[Company],
    *,
    months: int = 60,
    start: str = "2024-01",
    scenario: Scenario = Scenario.BASE,
    as_of: dt.date | None = None,
    glossary: Mapping[str, str] | None = None,
) -> Plan:
    """Plan a workbook for these companies; an `InputError` says what cannot be planned.

    `glossary` says in Chinese what each worksheet function gives.
    """
    if not companies:
        raise InputError("name at least one company for the workbook")
    if not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise InputError(f"a workbook has {FEWEST_MONTHS} to {MOST_MONTHS} months, not {months}")
    _refuse_twins(companies)
    made_on = as_of or dt.date.today()
    began = float((first_day(start) - _EPOCH).days)
    worked = (
        inputs_tab(companies, months, began),
        facts_tab(),
        actuals_tab(companies, months),
        time_tab(),
        *(company_tab(company) for company in companies),
    )
    shown = (
        cohorts_tab(companies, months),
        compare_tab(companies, worked),
        dashboard_tab(companies, months, made_on),
        selected_tab(companies, months),
        scenarios_tab(companies, months, began, made_on),
        sensitivity_tab(companies, months, made_on),
    )
    read = (sources_tab(), glossary_tab(glossary or {}), golden_tab())
    tabs = (*worked, *shown, checks_tab(companies, (*worked, *shown, *read)), *read)
    names = [
        Name("scenario", "Cover", "scenario", "1 base, 2 bear, 3 bull"),
        Name("currency", "Cover", "currency", "1 CNY, 2 USD, on the sheets that compare"),
        Name("language", "Cover", "language", "1 English, 2 Chinese, on the sheets that compare"),
        Name("fx_cny_per_usd", "Inputs", "fx", "CNY for one USD"),
        Name("start_month", "Inputs", "start", "First month of the timeline"),
        Name("master_check", "Checks", "master", "1 when every check holds"),
    ]
    for company in companies:
        names += company_names(company)
    return Plan((cover_tab(tabs, scenario, made_on), *tabs), tuple(names), tuple(companies), months, start)


def _refuse_twins(companies: Sequence[Company]) -> None:
    """No two companies may share their defined names or their tab."""
    tabs: dict[str, Company] = {}
    for company in companies:
        other = tabs.setdefault(tab_name(company).lower(), company)
        if other is not company and other.prefix != company.prefix:
            raise InputError(f"{other.id} and {company.id} would share the tab {tab_name(company)}")
    prefixes = [company.prefix for company in companies]
    twice = next((company.id for company in companies if prefixes.count(company.prefix) > 1), None)
    if twice is not None:
        raise InputError(f"the company {twice} is given twice; a workbook holds each once")
