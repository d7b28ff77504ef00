"""ORGANIC_SHARE: how many of the new users came by themselves."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import RATIO, USERS


@worksheet(
    group="Acquisition",
    returns=RATIO,
    formula="1 - new_paid / new_total",
    source="a16z, 16 startup metrics (organic against paid); fact F000-31 (at least 85% paid)",
    examples=(Example((1_000_000, 850_000), 0.15, "0.15", "1 - 0.85 = 15% organic"),),
    faults=(
        Fault(ErrorKind.DIV0, "new_total", "there are no new users to take a share of", (0, 0),
              lambda new_total: new_total == 0),
        Fault(ErrorKind.NUM, "new_paid", "new_paid is more than new_total, of which it is a part", (10, 20),
              lambda new_paid, new_total: new_paid > new_total),
    ),
    related=("CAC", "USERS_FROM_SPEND"),
)  # fmt: skip
def organic_share(
    new_total: Annotated[Numbers, Arg("All new users of the period", USERS, NOT_NEGATIVE)],
    new_paid: Annotated[Numbers, Arg("Of these, won by advertising", USERS, NOT_NEGATIVE)],
) -> Numbers:
    """Share of new users who came without advertising."""
    return 1 - new_paid / new_total
