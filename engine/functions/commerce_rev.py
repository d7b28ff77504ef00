"""COMMERCE_REV: commission on what users buy through links."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import MONEY, MONEY_PER_ORDER, RATIO, USERS


@worksheet(
    group="Revenue",
    returns=MONEY,
    formula="users * click * conv * aov * (1 - refund) * take",
    source="a16z (take rate of marketplaces); product links in chat assistants (dingjiao-2025)",
    examples=(
        Example((1_000_000, 0.1, 0.02, 120, 0.05, 0.2), 9600.0, "9,600",
                "1.0m x 0.1 x 0.02 = 2,000 orders; x 120 x 0.8 x 0.05 = 9,600"),
    ),
    related=("ADS_ARPDAU", "TIPS"),
)  # fmt: skip
def commerce_rev(
    users: Annotated[Numbers, Arg("Users of the period", USERS, NOT_NEGATIVE)],
    click: Annotated[Numbers, Arg("Share of users who follow a product link", RATIO, FRACTION)],
    conv: Annotated[Numbers, Arg("Share of these who buy, one order each", RATIO, FRACTION)],
    aov: Annotated[Numbers, Arg("Average value of an order", MONEY_PER_ORDER, NOT_NEGATIVE)],
    take: Annotated[Numbers, Arg("Commission as a share of the order value", RATIO, FRACTION)],
    refund: Annotated[Numbers, Arg("Share of order value sent back or cancelled", RATIO, FRACTION, 0)],
) -> Numbers:
    """Commission on the orders that users place through product links.

    Commission is earned on what is delivered and kept, so refunds come off
    before it. The value of the orders themselves is not revenue.
    """
    return users * click * conv * aov * (1 - refund) * take
