"""The forecast of a company by its name: what a workbook's tab shows, as a pandas table."""

from __future__ import annotations

from collections.abc import Mapping
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
    actuals: Mapping[str, Any] | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The monthly forecast of a company: a row a month by its last day, a column a line of its tab.

    A company is an id such as "kimi", the path of a TOML file or a `Company`. Money is
    in the company's currency; `fx` is CNY for one USD, by default the rate that new
    workbooks have.

    `actuals` are known months, which replace the forecast: rows or columns such as
    "ad_spend", "mau" or "cloud_cost" in the company's currency. A table with dates goes
    by their months; any other has a value for every month, nan where none is known.

    What the columns are stands in the table's `attrs`: "units" and "labels" of each,
    "headlines" and "constants" (nan where the tab has #N/A) with "headline_units" and
    "constant_units", "company", "scenario", "currency". What is wrong with an argument
    is an `InputError`.
    """
    return engine_forecast.forecast(
        _found(company), scenario, months=months, start=start, fx=_rate(fx), actuals=actuals
    )


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
