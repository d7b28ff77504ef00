"""VALPER_USER: what a valuation comes to per user."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, MONEY_PER_USER, USERS


@worksheet(
    group="Valuation",
    returns=MONEY_PER_USER,
    formula="valuation / users",
    source="Facts F000-10 and F000-11",
    examples=(
        Example((20_000_000_000, 4_000_000), 5000.0, "5,000", "20bn / 4m = 5,000 per monthly user"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "users", "there are no users to spread the valuation over", (100, 0),
              lambda users: users == 0),
    ),
    related=("DCF", "LTV", "STICKINESS"),
)  # fmt: skip
def valper_user(
    valuation: Annotated[Numbers, Arg("Value of the company", MONEY)],
    users: Annotated[
        Numbers, Arg("Users in the month of the valuation: monthly, daily or paying", USERS, NOT_NEGATIVE)
    ],
) -> Numbers:  # fmt: skip
    """Valuation of a company per user.

    The default user is a monthly active one of the same month. Per daily or paying
    user the figure is several times as large, so name the user wherever it is shown.
    """
    return valuation / users
