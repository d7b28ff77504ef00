"""The forecast of a company: its drivers in one scenario and currency, and the monthly model run on them."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any

from engine.company import MODEL_CURRENCIES, Company, Figure, Scenario
from engine.drivers import DRIVERS
from engine.errors import InputError
from engine.headlines import METRICS, headlines, metric
from engine.monthly import CONSTANTS, LINES, Measure, constants, monthly
from engine.scenarios import unknown
from engine.timeline import first_day

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
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
) -> pd.DataFrame:
    """The monthly forecast of a company: a row a month by its last day, a column for each of `LINES`.

    Money is in the company's currency; `fx`, CNY for one USD, converts what is stated
    in the other one. `attrs` has company, scenario and currency, the unit of every
    column ("units"), the figures of `METRICS` ("headlines", nan where there is none)
    and their units ("headline_units"). It is what the company's tab of a workbook
    shows. Wrong months, start, scenario or rate are an `InputError`.
    """
    import pandas as pd

    first = first_day(start)
    drivers = values(company, scenario, fx)
    lines = monthly(drivers, months=months)
    ends = pd.date_range(first, periods=len(lines["mau"]), freq="ME", name="month_end")
    table = pd.DataFrame(lines, index=ends)
    table.attrs = {
        "company": company.id,
        "scenario": Scenario.named(scenario).value,
        "currency": company.currency,
        "units": {key: line.unit.text(company.currency) for key, line in LINES.items()},
        "headlines": headlines(drivers, months=months),
        "headline_units": {key: figure.unit.text(company.currency) for key, figure in METRICS.items()},
    }
    return table


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
