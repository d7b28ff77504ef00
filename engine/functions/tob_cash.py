"""TOB_CASH: when the revenue from business customers arrives as cash."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Numbers, Series
from engine.errors import ErrorKind
from engine.registry import Example, Fault, Spill, worksheet
from engine.units import DAYS, MONEY

# A lag this near to whole periods is whole: what rounding adds must not leave crumbs in a cell.
_ROUNDING = 1e-12


def _later(row: Numbers, periods: int) -> Numbers:
    """The row moved on by some periods, with nothing before it."""
    away = min(periods, row.size)
    return np.concatenate((np.zeros(away), row[: row.size - away]))


@worksheet(
    group="Revenue",
    returns=MONEY,
    formula="cash(t) = (1 - f) * revenue(t - k) + f * revenue(t - k - 1), where dso / days = k + f",
    source=(
        "Practice of days sales outstanding; slow collection from large customers (toubukeji-2024-05)"
    ),
    examples=(
        Example(([100, 100, 100, 100], 75), [0.0, 0.0, 50.0, 100.0], "0, 0, 50, 100",
                "75/30 = 2.5 months: month 3 gets half of month 1; month 4 half of month 1 and half of 2"),
        Example(([100, 200, 300], 90, 90), [0.0, 100.0, 200.0], "0, 100, 200", "quarters: one quarter later"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "days", "days is 0; a period has at least one", (100, 75, 0),
              lambda days: days == 0),
    ),
    spills=Spill("as many as revenue has", "revenue"),
    related=("DEAL_MARGIN", "API_REVENUE", "RUNWAY_PATH"),
)  # fmt: skip
def tob_cash(
    revenue: Annotated[Numbers, Series("Revenue by period, a row or a column", MONEY)],
    dso: Annotated[Numbers, Arg("Days from invoice to payment (days sales outstanding)", DAYS, NOT_NEGATIVE)],
    days: Annotated[Numbers, Arg("Days in a period", DAYS, NOT_NEGATIVE, 30)],
) -> Numbers:
    """Cash collected by period from revenue that is paid dso days later.

    All of a period's revenue is paid after the same lag; a lag between two
    periods splits it over them in proportion. What was billed before the first
    period is not known here and counts as 0. DSO itself is receivables /
    revenue * days. Credit notes may stand as negative revenue.
    """
    lag = min((dso / days).item(), float(revenue.size))
    nearest = round(lag)
    if abs(lag - nearest) <= _ROUNDING * nearest:
        lag = float(nearest)
    whole = int(lag)
    part = lag - whole
    return (1 - part) * _later(revenue, whole) + part * _later(revenue, whole + 1)
