"""USERS_FROM_SPEND: how many new users a spend wins."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, MONEY_PER_USER, RATIO, USERS


@worksheet(
    group="Acquisition",
    returns=USERS,
    formula="spend / cac / (1 - organic_share)",
    source="Inverse of CAC",
    examples=(
        Example((200_000, 12.5), 16_000.0, "16,000", "200,000 / 12.5 = 16,000 new users a day"),
        Example((200_000, 12.5, 0.2), 20_000.0, "20,000", "16,000 paid are 80%: 16,000 / 0.8 = 20,000"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "cac", "cac is 0, so the users that a spend wins have no limit", (200_000, 0),
              lambda cac: cac == 0),
    ),
    related=("CAC", "ORGANIC_SHARE", "CPA", "FUNNEL"),
)  # fmt: skip
def users_from_spend(
    spend: Annotated[Numbers, Arg("Spend on winning users in the period", MONEY, NOT_NEGATIVE)],
    cac: Annotated[
        Numbers,
        Arg("Cost of one new user; of one paid user with organic_share", MONEY_PER_USER, NOT_NEGATIVE),
    ],
    organic_share: Annotated[
        Numbers, Arg("Share of all new users who come unpaid", RATIO, Domain(low=0, below=1), 0)
    ],
) -> Numbers:
    """New users of a period that a spend wins, unpaid ones on top.

    Without organic_share the result is the users that cac counts: all of them for
    the loaded and blended CAC, the paid for the paid one. With organic_share, cac
    must be the paid CAC; a loaded one has the unpaid users in it already.
    """
    return spend / cac / (1 - organic_share)
