"""The forecast of a company: its drivers in one scenario and currency, and the monthly model run on them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

from engine.actuals import by_month
from engine.company import MODEL_CURRENCIES, Company, Figure, Scenario
from engine.drivers import DRIVERS
from engine.errors import InputError
from engine.headlines import headlines, metric
from engine.lines import ACTUALS, CONSTANTS, LINES, Measure
from engine.metrics import METRICS
from engine.monthly import constants, monthly, months_checked
from engine.scenarios import unknown
from engine.timeline import first_day

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ACTUALS",
    "CONSTANTS",
    "LINES",
    "METRICS",
    "Measure",
    "constants",
    "forecast",
    "headlines",
    "inputs",
    "metric",
    "monthly",
    "values",
]

_PARAMETERS = 3


def forecast(
    company: Company,
    scenario: Scenario | str = Scenario.BASE,
    *,
    months: int = 60,
    start: str = "2024-01",
    fx: float,
    actuals: Mapping[str, Any] | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The monthly forecast of a company: a row a month by its last day, a column for each of `LINES`.

    Money is in the company's currency; `fx`, CNY for one USD, converts what is stated
    in the other one. It is what the company's tab of a workbook shows, nan where the
    tab has #N/A.

    `actuals` replaces the forecast of the months it has, in the unit of the column and
    in the company's currency: a column or row for names of `ACTUALS`. A table with
    dates goes by their months and may have a few; any other has all months, nan where
    nothing is known.

    `attrs` has "company", "scenario" and "currency"; "units" and "labels" of every
    column; the figures of `METRICS` ("headlines", with "headline_units") and of
    `CONSTANTS` ("constants", with "constant_units"), nan where there is none. Wrong
    months, start, scenario, rate or actuals are an `InputError`.
    """
    import pandas as pd

    first, months = first_day(start), months_checked(months)
    drivers = values(company, scenario, fx)
    typed = by_month(actuals, first, months)
    lines = monthly(drivers, months=months, actuals=typed)
    ends = pd.date_range(first, periods=months, freq="ME", name="month_end")
    table = pd.DataFrame(lines, index=ends)
    table.attrs = {
        "company": company.id,
        "scenario": Scenario.named(scenario).value,
        "currency": company.currency,
        "units": _units(LINES, company.currency),
        "labels": {key: line.label for key, line in LINES.items()},
        "headlines": headlines(drivers, months=months, actuals=typed),
        "headline_units": _units(METRICS, company.currency),
        "constants": constants(drivers, months=months, actuals=typed),
        "constant_units": _units(CONSTANTS, company.currency),
    }
    return table


def _units(measures: Mapping[str, Measure], currency: str) -> dict[str, str]:
    return {key: measure.unit.text(currency) for key, measure in measures.items()}


def values(company: Company, scenario: Scenario | str, fx: float) -> dict[str, float]:
    """Every driver of a company in one scenario, money in the company's currency.

    `fx` is CNY for one USD: a figure in USD counts fx times in CNY, one in CNY the
    fx-th part in USD.
    """
    live = Scenario.named(scenario)
    if not 0 < fx < math.inf:
        raise InputError(f"the exchange rate, CNY for one USD, must be above 0, not {fx}")
    return {key: _value(company.figures[key], live, company.currency, fx) for key in DRIVERS}


def inputs(company: Company, scenario: Scenario | str, fx: float, **varied: Any) -> list[list[Any]]:
    """The table of inputs for a simulation of this company: a row a driver, fixed unless it is varied.

    `cpa=("tri", 8, 10, 14)` gives a driver a distribution with up to three parameters,
    `cpa=12` another fixed value; both in the company's currency. A row is the driver,
    the distribution and three parameters, None where there is none.
    """
    for key in varied:
        if key not in DRIVERS:
            raise unknown("driver", key, DRIVERS)
    fixed = values(company, scenario, fx)
    return [_input(key, varied.get(key, fixed[key])) for key in DRIVERS]


def _input(key: str, given: Any) -> list[Any]:
    if isinstance(given, Real):
        return [key, "fixed", float(given), None, None]
    kind, *parameters = given if isinstance(given, tuple | list) and given else (None,)
    numbers = all(isinstance(parameter, Real) for parameter in parameters)
    if not isinstance(kind, str) or not numbers or len(parameters) > _PARAMETERS:
        raise InputError(
            f'{key} must be a number or a distribution such as ("tri", 8, 10, 14), not {given!r}'
        )
    blanks = [None] * (_PARAMETERS - len(parameters))
    return [key, kind, *map(float, parameters), *blanks]


def _value(figure: Figure, scenario: Scenario, currency: str, fx: float) -> float:
    value, stated = figure.value(scenario), figure.unit.currency
    if stated in (None, currency):
        return value
    if {stated, currency} != set(MODEL_CURRENCIES):
        raise InputError(
            f"{figure.driver.key} is stated in {stated}; a forecast in {currency} takes CNY and USD only"
        )
    return value * fx if stated == "USD" else value / fx
