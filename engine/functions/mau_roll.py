"""MAU_ROLL: the audience a month later."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import RATIO, USERS


@worksheet(
    group="Retention and audience",
    returns=USERS,
    formula="mau * (1 - churn) + new_users + resurrected",
    source="Growth accounting",
    examples=(
        Example(
            (4_000_000, 1_000_000, 0.3, 100_000),
            3_900_000.0,
            "3,900,000",
            "4.0m x 0.7 = 2.8m + 1.0m + 0.1m = 3.9m",
        ),
    ),
    related=("COHORT_ACTIVE", "STEADY_MAU"),
)
def mau_roll(
    mau: Annotated[Numbers, Arg("Monthly users at the start", USERS, NOT_NEGATIVE)],
    new_users: Annotated[Numbers, Arg("New users of the month", USERS, NOT_NEGATIVE)],
    churn: Annotated[Numbers, Arg("Share of the opening users lost in the month", RATIO, FRACTION)],
    resurrected: Annotated[Numbers, Arg("Users who came back", USERS, NOT_NEGATIVE, 0)],
) -> Numbers:
    """Monthly users after one month of churn and arrivals.

    For quick tabs; where a retention curve is known, COHORT_ACTIVE says more.
    """
    return mau * (1 - churn) + new_users + resurrected
