"""STICKINESS: how much of the monthly audience comes on a day."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import AS_GIVEN, RATIO


@worksheet(
    group="Retention and audience",
    returns=RATIO,
    formula="dau_or_days / mau_or_monthdays",
    source=(
        "Industry usage of DAU/MAU; facts F000-36 and F000-38 confirm that it equals active days over days"
    ),
    examples=(Example((7.7, 30), 7.7 / 30, "0.256667", "7.7 / 30 = 0.2567; the article prints 25.7%"),),
    faults=(
        Fault(ErrorKind.DIV0, "mau_or_monthdays", "mau_or_monthdays is 0, so there is no audience", (1, 0),
              lambda mau_or_monthdays: mau_or_monthdays == 0),
        Fault(ErrorKind.NUM, "dau_or_days",
              "dau_or_days is more than mau_or_monthdays, of which it is a part", (31, 30),
              lambda dau_or_days, mau_or_monthdays: dau_or_days > mau_or_monthdays),
    ),
    related=("ARPU_MAU", "GPU_COST_PER_MAU", "TOKENS_PER_USER"),
)  # fmt: skip
def stickiness(
    dau_or_days: Annotated[
        Numbers, Arg("Average daily users, or mean active days a user", AS_GIVEN, NOT_NEGATIVE)
    ],
    mau_or_monthdays: Annotated[Numbers, Arg("Monthly users, or days in the month", AS_GIVEN, NOT_NEGATIVE)],
) -> Numbers:
    """Share of monthly users who are active on an average day.

    Average DAU of the month over its MAU; mean active days over days in the month
    is the same number. Take both figures of one month and one scope.
    """
    return dau_or_days / mau_or_monthdays
