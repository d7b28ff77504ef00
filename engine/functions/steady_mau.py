"""STEADY_MAU: the audience that a flow of new users can hold."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import RATIO, USERS


@worksheet(
    group="Retention and audience",
    returns=USERS,
    formula="new_users / churn",
    source="Limit of MAU_ROLL month after month",
    examples=(
        Example((1_000_000, 0.25), 4_000_000.0, "4,000,000",
                "1.0m / 0.25 = 4.0m: the audience that 1.0m new users a month can hold"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "churn", "churn is 0, so the audience grows without end", (1_000_000, 0),
              lambda churn: churn == 0),
    ),
    related=("MAU_ROLL", "COHORT_ACTIVE", "CHURN_CONVERT"),
)  # fmt: skip
def steady_mau(
    new_users: Annotated[Numbers, Arg("New users a month; with those who come back", USERS, NOT_NEGATIVE)],
    churn: Annotated[Numbers, Arg("Share of the opening users lost in a month", RATIO, FRACTION)],
) -> Numbers:
    """Monthly users at which those lost equal those won.

    The opening audience of MAU_ROLL that stays as it is; with a constant flow of
    new users and constant churn, any audience tends to it. After n months
    (1 - churn)^n of the distance is left.
    """
    return new_users / churn
