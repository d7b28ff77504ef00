"""CAC_STAGE: what a user costs at a later stage of the funnel."""

from functools import reduce
from operator import mul, or_
from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers, Rest
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY_PER_USER, RATIO


@worksheet(
    group="Acquisition",
    returns=MONEY_PER_USER,
    formula="cost_per_top / (rate1 * rate2 * ...)",
    source="Funnel arithmetic; keeps CPA, CAC per activated user and CAC per payer apart",
    examples=(
        Example((10, 0.8, 0.3, 0.05), 10 / (0.8 * 0.3 * 0.05), "833.333",
                "install 10; registered 10/0.8 = 12.5; active next day 12.5/0.30 = 41.67; "
                "payer 41.67/0.05 = 833.33"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "rate", "a rate is 0, so nobody reaches the stage", (10, 0.8, 0),
              lambda rate: reduce(or_, (one == 0 for one in rate))),
    ),
    related=("CPA", "CAC", "FUNNEL"),
)  # fmt: skip
def cac_stage(
    cost_per_top: Annotated[
        Numbers, Arg("Cost of one user at the top of the funnel", MONEY_PER_USER, NOT_NEGATIVE)
    ],
    *rate: Annotated[Numbers, Rest("Share that goes on to the next stage", RATIO, FRACTION)],
) -> Numbers:
    """Cost of one user who got through every stage named.

    Give one rate a stage, in order. A rate given as a range works row by row and
    spills, like any other argument; it is not multiplied up.
    """
    return cost_per_top / reduce(mul, rate)
