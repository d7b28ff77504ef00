"""IRR: the rate at which a row of amounts is worth nothing."""

from typing import Annotated

import numpy as np

from engine.arguments import Arg, Domain, Numbers, Series
from engine.errors import ErrorKind
from engine.registry import Caution, Example, Fault, worksheet
from engine.roots import nearest, rates, sign_changes
from engine.units import MONEY, RATIO


def _periods(values: Numbers) -> Numbers:
    return np.arange(values.size, dtype=np.float64)


@worksheet(
    group="Valuation",
    returns=RATIO,
    formula="the rate at which the sum of values(i) / (1 + rate)^i is 0",
    source="Excel, IRR; numpy issue 14977 (two rates, and which one Excel gives)",
    examples=(
        Example(([-100, 60, 60],), 6 / (float(np.sqrt(69)) - 3) - 1, "0.130662",
                "x = 1 / (1 + rate): 60x^2 + 60x - 100 = 0, x = (sqrt(69) - 3) / 6 = 0.884437"),
    ),
    faults=(
        Fault(ErrorKind.NUM, "values", "values need at least one amount in and one out", ([100, 60],),
              lambda values: bool(np.all(values >= 0) or np.all(values <= 0))),
        Fault(ErrorKind.NUM, "values", "there is no rate at which the amounts are worth nothing",
              ([1, -1, 1],)),
    ),
    cautions=(
        Caution("values",
                "the amounts change sign more than once, so another rate may fit as well; "
                "this is the one nearest the guess",
                ([-50, -100, 600, 300, -100],),
                lambda values, result: np.isfinite(result) & (sign_changes(_periods(values), values) > 1)),
    ),
    related=("XIRR", "MIRR", "NPV"),
    built_in=True,
)  # fmt: skip
def irr(
    values: Annotated[Numbers, Series("Amounts period by period: in positive, out negative", MONEY)],
    guess: Annotated[
        Numbers, Arg("Rate to look near, where several fit", RATIO, Domain(above=-1), 0.1)
    ],
) -> Numbers:  # fmt: skip
    """Internal rate of return per period of amounts at equal intervals.

    All rates above -1 are found and the one nearest the guess is given, measured in
    ln(1 + rate), the scale on which rates compound: of -76.9% and 185.4% for
    {-50,-100,600,300,-100} that is 185.4%, as in Excel, where numpy_financial.irr
    gives -76.9%. Where there is none the result is an error, never the guess.
    """
    return nearest(rates(_periods(values), values), guess)
