"""The forecast is the twin of the company tabs: the same figures, line by line and month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from richcompany import known_months, rich, with_figures

import unitsheet
from engine.arguments import Numbers
from engine.company import Company, Scenario
from engine.drivers import DRIVERS
from engine.errors import CellError, ErrorKind
from engine.forecast import ACTUALS, CONSTANTS, LINES, METRICS, constants, headlines, monthly, values
from workbook import company_tab
from workbook import layout as at
from workbook.book import Book, Place
from workbook.companies import companies, company, default_fx
from workbook.company_tab import tab_name
from workbook.planning import plan

FX = default_fx()[0]
IDS = sorted(companies())
NOT_KNOWN = CellError(ErrorKind.NA)
# What nan stands for: no answer, or nobody to spread a cost over.
NONE = (NOT_KNOWN, CellError(ErrorKind.DIV0))
# The line of a tab that shows a figure of METRICS.
SHOWN = {
    "mau": "opening_mau", "cac_paid": "f_cac_paid", "cac_loaded": "f_cac_loaded", "cac_ceiling": "f_be_cac",
    "ltv": "f_ltv", "ltv_simple": "f_ltv_simple", "ltv_cac": "f_ltv_cac", "payback": "f_payback_churn",
    "payback_margin": "f_payback", "contribution": "f_contribution", "gpu_cost_per_mau": "f_gpu",
    "break_even_arpu": "f_be_arpu", "break_even_payer_rate": "f_be_payer", "coverage": "f_coverage",
    "net_burn": "f_burn", "runway": "f_runway", "runway_static": "f_runway_static",
    "runway_growth": "f_runway_growth", "runway_escrow": "f_escrow", "naive_runway": "naive_runway",
    "zero_at": "zero_at", "stranded": "stranded", "burn_multiple": "f_burn_multiple", "rule40": "f_rule40",
    "magic_number": "f_magic", "default_alive": "f_alive", "alive_month": "f_alive_month",
    "alive_low": "f_alive_low", "valuation_per_mau": "f_valuation", "raise_needed": "f_raise",
}  # fmt: skip


@dataclass
class Tabs:
    """A workbook that was just made, by company and line."""

    path: Path
    rows: at.Layout
    book: Book

    def _cell(self, about: Company, key: str, column: int) -> Any:
        tab = tab_name(about)
        return self.book.value(Place(tab, self.rows.row(tab, key), column))

    def value(self, about: Company, key: str) -> Any:
        return self._cell(about, key, at.VALUE)

    def months(self, about: Company, key: str) -> Numbers:
        last = at.FIRST_MONTH + self.rows.plan.months
        cells = [self._cell(about, key, column) for column in range(at.FIRST_MONTH, last)]
        return np.array([np.nan if cell == NOT_KNOWN else cell for cell in cells], dtype=float)

    def typed(self, known: Mapping[str, Mapping[str, list[float]]], until: int) -> Tabs:
        """The workbook with actuals typed in: a month past the last, and a text, count for nothing."""
        book = openpyxl.load_workbook(self.path)
        sheet = book["Actuals"]
        for prefix, actuals in known.items():
            sheet.cell(self.rows.row("Actuals", f"{prefix}_until"), at.VALUE, until)
            for name, row in actuals.items():
                place = self.rows.row("Actuals", f"{prefix}_{name}")
                for month, value in enumerate(row[:until]):
                    sheet.cell(place, at.FIRST_MONTH + month, "none" if np.isnan(value) else value)
                if until < len(row):
                    sheet.cell(place, at.FIRST_MONTH + until, 1e9)
        book.save(self.path)
        unitsheet.recalculate(self.path, in_place=True)
        return Tabs(self.path, self.rows, Book.open(self.path))


def made(folder: Path, *about: Company, **options: Any) -> Tabs:
    path = folder / "book.xlsx"
    return Tabs(path, at.Layout(unitsheet.new(path, about, **options).plan), Book.open(path))


def differences(
    tabs: Tabs,
    about: Company,
    scenario: Scenario = Scenario.BASE,
    actuals: Mapping[str, list[float]] | None = None,
) -> dict[str, Any]:
    """Every line, constant and headline of a tab that is not what the forecast gives."""
    drivers, months = values(about, scenario, FX), tabs.rows.plan.months
    lines = monthly(drivers, months=months, actuals=actuals)
    found: dict[str, Any] = {
        key: (theirs, line)
        for key, line in lines.items()
        if not near(theirs := tabs.months(about, key), line, abs(np.nan_to_num(line)).max())
    }
    low = tabs.months(about, "free_close")
    single = {key: tabs.value(about, key) for key in (*DRIVERS, *CONSTANTS)}
    single |= {f"headline {key}": tabs.value(about, line) for key, line in SHOWN.items()}
    single |= {"headline cash_low": low.min(), "headline cash_end": low[-1]}
    ours = drivers | constants(drivers, months=months, actuals=actuals)
    figures = headlines(drivers, months=months, actuals=actuals)
    ours |= {f"headline {key}": value for key, value in figures.items()}
    assert single.keys() == ours.keys()
    above = METRICS.keys() & company_tab.headlines().keys()
    single |= {f"above {key}": tabs.value(about, f"h_{key}") for key in above}
    ours |= {f"above {key}": figures[key] for key in above}
    return found | {key: (single[key], ours[key]) for key in ours if not same(single[key], ours[key])}


def near(theirs: Numbers, ours: Numbers, scale: float) -> bool:
    close = np.allclose(theirs, ours, rtol=1e-9, atol=1e-9 * scale, equal_nan=True)
    return theirs.shape == ours.shape and bool(close)


def same(theirs: Any, ours: float) -> bool:
    if isinstance(theirs, CellError):
        return theirs in NONE and bool(np.isnan(ours))
    return bool(theirs == pytest.approx(ours, rel=1e-9, abs=0))


@pytest.fixture(scope="module", params=list(Scenario))
def tabs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Tabs]:
    folder = tmp_path_factory.mktemp("twin")
    return request.param, made(folder, *companies().values(), scenario=request.param)


@pytest.mark.parametrize("name", IDS)
def test_every_tab_is_the_forecast(tabs: tuple[Scenario, Tabs], name: str) -> None:
    scenario, workbook = tabs
    assert not differences(workbook, company(name), scenario)


@pytest.mark.parametrize("months", [12, 60, 120])
def test_rich_companies_with_and_without_actuals(tmp_path: Path, months: int) -> None:
    both = [rich("kimi"), rich("chatgpt")]
    assert [about.currency for about in both] == ["CNY", "USD"]
    workbook = made(tmp_path, *both, months=months, start="2025-11")
    lines = monthly(values(both[0], "base", FX), months=months)
    assert not [key for key, line in lines.items() if not np.nan_to_num(line).any()]
    for about in both:
        assert not differences(workbook, about)
    until = 12 if months == 12 else 17
    known = {about.prefix: known_months(values(about, "base", FX), months, until) for about in both}
    workbook = workbook.typed(known, until)
    for about in both:
        assert not differences(workbook, about, actuals=known[about.prefix])


NOBODY = {"ad_spend": 0.0, "opening_mau": 0.0}
NO_STAFF = {f"heads_{team}": 0.0 for team in ("research", "operations", "sales", "admin")}
EXTREME = {
    "nobody is won": {"ad_spend": 0.0},
    "no opening audience": {"opening_mau": 0.0, "valuation": 1e9},
    "nobody at all": NOBODY,
    "nothing at all": {**NOBODY, **NO_STAFF, "staff_cost": 0.0, "training_cost": 0.0},
    "all leave": {"churn": 1.0},
    "few return": {"d1_retention": 0.01, "d7_retention": 0.001, "d30_retention": 0.0001},
    "all return": {"d1_retention": 1.0, "d7_retention": 1.0, "d30_retention": 1.0},
    "more return later": {"d1_retention": 0.2, "d7_retention": 0.3, "d30_retention": 0.5},
    "only paid users": {"paid_share": 1.0},
    "channels are full": {"channel_ceiling": 1000.0, "ad_growth": 0.3},
    "channels are closed": {"channel_ceiling": 0.0},
    "shrinking": {"ad_growth": -0.5, "api_growth": -0.9, "deal_growth": -0.9, "tps_growth": -0.2},
    "nobody pays": {"payer_rate": 0.0},
    "nothing is asked": {"requests_day": 0.0},
    "price cut to nothing": {"api_cut": 1.0, "api_cut_month": 1.0},
    "paid at once": {"dso": 0.0, "dpo": 0.0, "annual_share": 0.0, "deal_months": 0.0},
    "paid after the last month": {"dso": 4000.0, "dpo": 1999.5, "deal_months": 200.0},
    "more GPUs than needed": {"gpus_owned": 1e6, "lease_rate": 0.0, "gpus_leased": 0.5},
    "a run a month, each for one": {"training_every": 1.0, "training_life": 1.0},
    "runs that outlive the next": {"training_every": 7.3, "training_life": 30.0},
    "a life of no whole months": {"training_every": 2.0, "training_life": 5.5},
    "too little is raised when cash ends": {
        "free_cash": 1e6, "funding": 1e6, "funding_month": 1.0, "funding_restricted": 0.25,
    },
    "funded at once": {"funding": 1e9, "funding_month": 1.0, "funding_restricted": 1.0},
    "funded too late": {"funding": 1e12, "funding_month": 20.0, "free_cash": 1e6},
    "funded after the end": {"funding": 1e9, "funding_month": 61.0},
    "cash comes in": {"other_revenue": 1e10},
    "comes in later": {"price": 900.0, "payer_rate": 0.1, "ad_growth": 0.2},
    "no cash": {"free_cash": 0.0},
    "escrow pays the whole cloud": {"restricted_cash": 1e12, "escrow_share": 1.0},
    "escrow never": {"escrow_share": 0.0},
    "nothing left for a month, then cash comes in": {
        **NOBODY, **NO_STAFF, "gpu_hour": 0.0, "training_cost": 0.0, "restricted_cash": 0.0, "free_cash": 1.0,
        "staff_cost": 2 * FX, "api_tokens_out": 1e6, "api_price_out": FX, "api_price_fall": 0.0,
        "api_growth": 1.0, "dso": 0.0,
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=[company, rich], ids=["plain", "rich"])
def extremes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Tabs, Company]]:
    """A company for each case, some to a workbook, which is quicker than one each or all in one."""
    start = request.param("kimi")
    own = {
        case: replace(with_figures(start, figures), id=f"case-{number}")
        for number, (case, figures) in enumerate(EXTREME.items())
    }
    found: dict[str, tuple[Tabs, Company]] = {}
    for some in range(0, len(own), 8):
        chosen = dict(islice(own.items(), some, some + 8))
        workbook = made(tmp_path_factory.mktemp("extreme"), *chosen.values(), months=24)
        found |= {case: (workbook, about) for case, about in chosen.items()}
    return found


@pytest.mark.parametrize("case", EXTREME)
def test_extreme_drivers(extremes: dict[str, tuple[Tabs, Company]], case: str) -> None:
    assert not differences(*extremes[case])


def test_measures_are_those_of_the_tab() -> None:
    tab = plan([company("kimi")]).tab("Kimi")
    tab_line = {line.key: line for line in tab.lines}
    rows = {key: (line.label, line.label_zh, line.unit) for key, line in tab_line.items()}
    known = {**LINES, **CONSTANTS}
    known |= {f"h_{key}": METRICS[key] for key in METRICS.keys() & company_tab.headlines().keys()}
    assert {key: (m.label, m.label_zh, m.unit.text("CNY")) for key, m in known.items()} == {
        key: rows[key] for key in known
    }
    units = {line: METRICS[key].unit.text("CNY") for key, line in SHOWN.items()}
    assert units == {line: rows[line][2] for line in units}
    assert all(figure.label and figure.label_zh for figure in METRICS.values())
    # What only helps other lines, shows or checks them has its labels in the template.
    entries = (pair for block in company_tab.blocks() for pair in block.get("lines", {}).items())
    assert {key for key, entry in entries if "label" not in entry} == {*LINES, *CONSTANTS}
    assert all(tab_line[key].months for key in LINES)


def test_actuals_are_those_of_the_tab() -> None:
    plan_of = plan([company("kimi")])
    typed = {line.key.removeprefix("kimi_") for line in plan_of.tab("Actuals").lines if line.typed}
    assert typed == {*ACTUALS, "fx"}
    for name, key in ACTUALS.items():
        assert f"ISNUMBER({{Actuals:kimi_{name}}})" in plan_of.line("Kimi", key).months
