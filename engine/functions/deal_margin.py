"""DEAL_MARGIN: what one business order leaves."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import HEADS, MONEY, MONEY_PER_HEAD_MONTH, MONTHS


@worksheet(
    group="Revenue",
    returns=MONEY,
    formula="price - people * cost_per_person_month * months - direct - support",
    source="Fact F004-33: small orders of software alone may lose money after labour",
    examples=(
        Example((3_000_000, 8, 60_000, 6, 200_000, 150_000), -230_000.0, "-230,000",
                "3.00m - 8 x 60,000 x 6 (2.88m) - 0.20m - 0.15m = -0.23m: a loss on the order"),
    ),
    related=("TOB_CASH", "HEADCOUNT", "CONTRIBUTION"),
)  # fmt: skip
def deal_margin(
    price: Annotated[Numbers, Arg("Price of the order, before sales tax", MONEY, NOT_NEGATIVE)],
    people: Annotated[Numbers, Arg("People at work on it", HEADS, NOT_NEGATIVE)],
    cost_per_person_month: Annotated[
        Numbers, Arg("Full cost of one of them for a month", MONEY_PER_HEAD_MONTH, NOT_NEGATIVE)
    ],
    months: Annotated[Numbers, Arg("Months they work on it", MONTHS, NOT_NEGATIVE)],
    direct: Annotated[Numbers, Arg("Other direct cost: hardware, licences, travel", MONEY, NOT_NEGATIVE, 0)],
    support: Annotated[Numbers, Arg("Support and warranty after delivery", MONEY, NOT_NEGATIVE, 0)],
) -> Numbers:
    """Money that an order leaves after the people and costs it takes.

    Negative where the order loses money. Cost of selling is not in it, nor are
    taxes; over price it is the margin of the order.
    """
    return price - people * cost_per_person_month * months - direct - support
