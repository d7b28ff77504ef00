"""FUNNEL: how many are left after each stage."""

from typing import Annotated

import numpy as np

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers, Rest
from engine.registry import Example, Spill, worksheet
from engine.units import RATIO, USERS


@worksheet(
    group="Acquisition",
    returns=USERS,
    formula="start, start * rate1, start * rate1 * rate2, ...",
    source="Funnel arithmetic",
    examples=(
        Example((1_000_000, 0.8, 0.3, 0.4, 0.05), [1_000_000.0, 800_000.0, 240_000.0, 96_000.0, 4_800.0],
                "1,000,000, 800,000, 240,000, 96,000, 4,800",
                "install 1,000,000; registered 800,000; active next day 240,000; "
                "on day 30 96,000, which is 40% of these; payer 4,800"),
    ),
    spills=Spill("start and what is left after each stage, in a row"),
    related=("CAC_STAGE", "USERS_FROM_SPEND"),
)  # fmt: skip
def funnel(
    start: Annotated[Numbers, Arg("Users at the top of the funnel", USERS, NOT_NEGATIVE)],
    *rate: Annotated[
        Numbers, Rest("Share that goes on from the stage before", RATIO, FRACTION, chained=True)
    ],
) -> Numbers:
    """Users at the top of a funnel and after each of its stages.

    Each rate is a share of the stage before, not of the top: day-30 activity of 12%
    of the registered is 0.4 of the 30% that were active the next day. A range given
    for a rate counts as its numbers one after another. Users are not rounded.
    """
    stages: Numbers = np.hstack((start, *rate))
    return np.multiply.accumulate(stages)
