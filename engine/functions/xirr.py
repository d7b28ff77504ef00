"""XIRR: the yearly rate at which dated amounts are worth nothing."""

from typing import Annotated

import numpy as np

from engine.arguments import Arg, Domain, Numbers, Series
from engine.errors import ErrorKind
from engine.registry import Caution, Example, Fault, worksheet
from engine.roots import nearest, rates, sign_changes
from engine.units import DATES, MONEY, RATIO


@worksheet(
    group="Valuation",
    returns=RATIO,
    formula="the rate at which the sum of values / (1 + rate)^((dates - first date) / 365) is 0",
    source="Excel, XIRR, with its example set; pyxirr issues 31, 60, 68 and 75 (hard cases)",
    examples=(
        Example(([-10_000, 2_750, 4_250, 3_250, 2_750], [39_448, 39_508, 39_751, 39_859, 39_904]),
                0.37336253351883136, "0.373363",
                "2008-01-01, 03-01, 10-30, 2009-02-15, 04-01; XNPV at this rate is 0"),
        Example(([-100, 121], [39_448, 40_178]), 0.1, "0.1", "730 days are two years: sqrt(1.21) - 1"),
    ),
    faults=(
        Fault(ErrorKind.NUM, "dates", "values and dates differ in number; give each amount its date",
              ([-100, 110], [39_448]),
              lambda values, dates: values.size != dates.size),
        Fault(ErrorKind.NUM, "dates", "a date lies before the first one; put the earliest amount first",
              ([-100, 110], [39_448, 39_447]),
              lambda dates: bool(np.any(np.floor(dates) < np.floor(dates[0])))),
        Fault(ErrorKind.NUM, "values", "values need at least one amount in and one out",
              ([100, 60], [39_448, 39_508]),
              lambda values: bool(np.all(values >= 0) or np.all(values <= 0))),
        Fault(ErrorKind.NUM, "values", "there is no rate at which the amounts are worth nothing",
              ([-100, 110], [39_448, 39_448])),
    ),
    cautions=(
        Caution("values",
                "the amounts change sign more than once, so another rate may fit as well; "
                "this is the one nearest the guess",
                ([-50, -100, 600, 300, -100], [39_448, 39_508, 39_751, 39_859, 39_904]),
                lambda values, dates, result: np.isfinite(result)
                & (sign_changes(np.floor(dates), values) > 1)),
    ),
    related=("IRR", "XNPV"),
    built_in=True,
)  # fmt: skip
def xirr(
    values: Annotated[Numbers, Series("Amounts: in positive, out negative", MONEY)],
    dates: Annotated[
        Numbers,
        Series("Date of each amount, none before the first; hours are dropped", DATES,
               Domain(low=0, high=2_958_465)),
    ],
    guess: Annotated[
        Numbers, Arg("Rate to look near, where several fit", RATIO, Domain(above=-1), 0.1)
    ],
) -> Numbers:  # fmt: skip
    """Internal rate of return a year of amounts on any dates.

    A year is 365 days (actual/365), as in Excel. All rates above -1 are found and
    the one nearest the guess is given, measured in ln(1 + rate). Excel stops at
    2.98E-09 where its search fails; here such amounts get their rate, or an error
    where there is none. Over a few days a rate a year can be enormous.
    """
    return nearest(rates(np.floor(dates) / 365, values), guess)
