"""TIPS: what users give of their own accord."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import MONEY, MONEY_PER_USER, RATIO, USERS


@worksheet(
    group="Revenue",
    returns=MONEY,
    formula="users * tip_rate * avg_tip * (1 - fee)",
    source="Fact F001-18: tips of 5.2 to 399 CNY for priority at peak hours",
    examples=(Example((4_000_000, 0.001, 20, 0.3), 56_000.0, "56,000", "4,000 tippers x 20 x 0.7 = 56,000"),),
    related=("SUB_ARPU", "COMMERCE_REV"),
)
def tips(
    users: Annotated[Numbers, Arg("Users of the period", USERS, NOT_NEGATIVE)],
    tip_rate: Annotated[Numbers, Arg("Share of users who tip in the period", RATIO, FRACTION)],
    avg_tip: Annotated[Numbers, Arg("What a tipping user gives in the period", MONEY_PER_USER, NOT_NEGATIVE)],
    fee: Annotated[Numbers, Arg("Share the store or payment service keeps", RATIO, FRACTION, 0)],
) -> Numbers:
    """Revenue from tips, after the fee of the store or payment service."""
    return users * tip_rate * avg_tip * (1 - fee)
