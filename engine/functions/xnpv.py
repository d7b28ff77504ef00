"""XNPV: what dated amounts are worth on the first of the dates."""

from typing import Annotated

import numpy as np

from engine.arguments import Arg, Domain, Numbers, Series
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import DATES, MONEY, RATIO

_VALUES = [-10_000, 2_750, 4_250, 3_250, 2_750]
_DATES = [39_448, 39_508, 39_751, 39_859, 39_904]
_WORTH = sum(value / 1.09 ** ((date - 39_448) / 365) for value, date in zip(_VALUES, _DATES, strict=True))


@worksheet(
    group="Valuation",
    returns=MONEY,
    formula="sum of values / (1 + rate)^((dates - first date) / 365)",
    source="Excel, XNPV, with its example set",
    examples=(
        Example((0.09, _VALUES, _DATES), _WORTH, "2,086.65",
                "2008-01-01, 03-01, 10-30, 2009-02-15, 04-01: days 0, 60, 303, 411, 456"),
        Example((0, _VALUES, _DATES), 3000.0, "3,000", "at rate 0 the plain sum"),
    ),
    faults=(
        Fault(ErrorKind.NUM, "dates", "values and dates differ in number; give each amount its date",
              (0.09, [-100, 110], [39_448]),
              lambda values, dates: values.size != dates.size),
        Fault(ErrorKind.NUM, "dates", "a date lies before the first one, to which all is discounted",
              (0.09, [-100, 110], [39_448, 39_447]),
              lambda dates: bool(np.any(np.floor(dates) < np.floor(dates[0])))),
    ),
    related=("NPV", "XIRR", "DCF"),
    built_in=True,
)  # fmt: skip
def xnpv(
    rate: Annotated[Numbers, Arg("Discount rate a year, effective", RATIO, Domain(above=-1))],
    values: Annotated[Numbers, Series("Amounts: in positive, out negative", MONEY)],
    dates: Annotated[
        Numbers,
        Series("Date of each amount, none before the first; hours are dropped", DATES,
               Domain(low=0, high=2_958_465)),
    ],
) -> Numbers:  # fmt: skip
    """Net present value of amounts on any dates, on the first of them.

    A year is 365 days (actual/365), leap years too, as in Excel. Rate 0 and
    negative rates above -1 work, where old versions of Excel give #NUM!.
    """
    days = np.floor(dates) - np.floor(dates[0])
    carry = np.log1p(rate)
    worth = np.zeros(np.shape(rate))
    for value, years in zip(values, days / 365, strict=True):
        if value:
            worth = worth + value * np.exp(-years * carry)
    return worth
