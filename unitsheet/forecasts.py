"""The forecast of a company by its name: what a workbook's tab shows, as a pandas table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine import forecast as engine_forecast
from engine.company import Company, Scenario
from workbook.companies import company as company_named
from workbook.companies import default_fx

if TYPE_CHECKING:
    import pandas as pd


def forecast(
    company: str | Company,
    scenario: Scenario | str = Scenario.BASE,
    *,
    months: int = 60,
    start: str = "2024-01",
    fx: float | None = None,
) -> pd.DataFrame:
    """The monthly forecast of a company: a row a month by its last day, a column a line of its tab.

    A company is an id such as "kimi", the path of a TOML file or a `Company`. Money is
    in the company's currency; `fx` is CNY for one USD, by default the rate that new
    workbooks have. Units and headlines are in the table's `attrs`: "units",
    "headlines" (nan where the tab has #N/A), "headline_units".
    """
    found, rate = _found(company), _rate(fx)
    return engine_forecast.forecast(found, scenario, months=months, start=start, fx=rate)


def forecast_inputs(
    company: str | Company,
    scenario: Scenario | str = Scenario.BASE,
    *,
    fx: float | None = None,
    **varied: Any,
) -> list[list[Any]]:
    """The table of inputs for a simulation of a company's forecast: a row a driver.

    All are fixed at the scenario's value but those given a distribution, such as
    `cpa=("tri", 8, 10, 14)`, or another value, such as `cpa=12`, in the company's
    currency.
    """
    return engine_forecast.inputs(_found(company), scenario, _rate(fx), **varied)


def _found(company: str | Company) -> Company:
    return company_named(company) if isinstance(company, str) else company


def _rate(fx: float | None) -> float:
    return default_fx()[0] if fx is None else fx
