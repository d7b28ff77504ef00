"""NPV: what a row of future amounts is worth today."""

from typing import Annotated

import numpy as np

from engine.arguments import Arg, Domain, Numbers, Series, Word
from engine.registry import Example, worksheet
from engine.units import MONEY, RATIO


@worksheet(
    group="Valuation",
    returns=MONEY,
    formula=(
        "end: sum for i = 1 .. n of values(i) / (1 + rate)^i; "
        "begin: sum for i = 0 .. n-1 of values(i) / (1 + rate)^i"
    ),
    source="Excel, NPV (end); numpy-financial 1.0.0, npv (begin)",
    examples=(
        Example((0.1, [-100, 60, 60]), -100 / 1.1 + 60 / 1.1**2 + 60 / 1.1**3, "3.75657",
                "-90.9091 + 49.5868 + 45.0789"),
        Example((0.1, [-100, 60, 60], "begin"), -100 + 60 / 1.1 + 60 / 1.1**2, "4.1322",
                "-100 + 54.5455 + 49.5868; over 1.1 it is the reading above"),
    ),
    related=("XNPV", "IRR", "DCF"),
    built_in=True,
)  # fmt: skip
def npv(
    rate: Annotated[Numbers, Arg("Discount rate for one period", RATIO, Domain(above=-1))],
    values: Annotated[Numbers, Series("Amounts period by period: in positive, out negative", MONEY)],
    when: Annotated[str, Word("Whether an amount falls at the end or the beginning", ("end", "begin"))],
) -> Numbers:
    """Net present value of amounts at equal intervals.

    The default is Excel's: the first amount falls a period from today. Under
    "begin" the first one is today's, as numpy_financial.npv and most textbooks
    have it; the two differ by the factor 1 + rate.
    """
    growth = 1 + rate
    worth: Numbers = np.zeros(np.shape(rate))
    for value in values[:0:-1]:
        worth = (worth + value) / growth
    worth = worth + values[0]
    return worth if when == "begin" else worth / growth
