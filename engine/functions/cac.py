"""CAC: what it costs to win one new user."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Numbers, Word
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, MONEY_PER_USER, USERS

PER_PAID_USER = ("paid", "paid_loaded")


@worksheet(
    group="Acquisition",
    returns=MONEY_PER_USER,
    formula=(
        "loaded: (media + other_sm) / new_total; paid: media / new_paid; blended: media / new_total; "
        "paid_loaded: (media + other_sm) / new_paid"
    ),
    source=(
        "D. Skok, SaaS metrics definitions (total sales and marketing over customers acquired); "
        "a16z, 16 startup metrics (paid CAC next to blended)"
    ),
    examples=(
        Example((15_000_000, 1_000_000, 850_000, 6_000_000, "loaded"), 21.0, "21",
                "(15.0m + 6.0m) / 1.0m = 21.00"),
        Example((15_000_000, 1_000_000, 850_000, None, "paid"), 15 / 0.85, "17.65", "15.0m / 0.85m = 17.65"),
        Example((15_000_000, 1_000_000, None, None, "blended"), 15.0, "15.00", "15.0m / 1.0m = 15.00"),
        Example((15_000_000, 1_000_000, 850_000, 6_000_000, "paid_loaded"), 21 / 0.85, "24.71",
                "21.0m / 0.85m = 24.71"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "new_paid", "new_paid is missing; the paid methods divide by it",
              (15_000_000, 1_000_000, None, None, "paid"),
              lambda new_paid, method: np.isnan(new_paid) & (method in PER_PAID_USER)),
        Fault(ErrorKind.NUM, "new_paid", "new_paid is more than new_total, of which it is a part",
              (100, 10, 20),
              lambda new_paid, new_total: new_paid > new_total),
        Fault(ErrorKind.DIV0, "new_paid",
              "no new user was paid for, so there is none to spread the spend over",
              (100, 10, 0, None, "paid"),
              lambda new_paid, method: (new_paid == 0) & (method in PER_PAID_USER)),
        Fault(ErrorKind.DIV0, "new_total", "there are no new users to spread the spend over", (100, 0),
              lambda new_total, method: (new_total == 0) & (method not in PER_PAID_USER)),
    ),
    related=("CPA", "CAC_STAGE", "ORGANIC_SHARE", "USERS_FROM_SPEND", "LTV_CAC", "PAYBACK"),
)  # fmt: skip
def cac(
    media: Annotated[Numbers, Arg("Advertising spend of the period", MONEY, NOT_NEGATIVE)],
    new_total: Annotated[Numbers, Arg("All new users of the same period", USERS, NOT_NEGATIVE)],
    new_paid: Annotated[Numbers, Arg("Of these, won by advertising", USERS, NOT_NEGATIVE, None)],
    other_sm: Annotated[
        Numbers,
        Arg(
            "Other sales and marketing: salaries, agency, content, creative, tools, free credits",
            MONEY,
            NOT_NEGATIVE,
            0,
        ),
    ],
    method: Annotated[str, Word("Reading of CAC", ("loaded", "paid", "blended", "paid_loaded"))],
) -> Numbers:
    """Cost of winning one new user.

    The default is loaded: all sales and marketing over all new registered users.
    Show the paid reading beside it, since users who come without advertising
    flatter the loaded one.
    """
    spend = media + other_sm if method in ("loaded", "paid_loaded") else media
    return spend / (new_paid if method in PER_PAID_USER else new_total)
