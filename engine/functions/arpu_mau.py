"""ARPU_MAU: what a monthly user brings, from what a daily user brings."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import DAYS_PER_MONTH, MONEY_PER_USER_DAY, MONEY_PER_USER_MONTH, RATIO


@worksheet(
    group="Revenue",
    returns=MONEY_PER_USER_MONTH,
    formula="arpdau * stickiness * days",
    source="Identity: average DAU over MAU, times the days, is the active days of a monthly user",
    examples=(Example((0.108, 0.151), 0.48924, "0.48924", "0.108 x 0.151 x 30 = 0.48924"),),
    related=("ADS_ARPDAU", "STICKINESS", "SUB_ARPU", "CONTRIBUTION"),
)
def arpu_mau(
    arpdau: Annotated[Numbers, Arg("Revenue per daily user and day", MONEY_PER_USER_DAY)],
    stickiness: Annotated[Numbers, Arg("Average DAU over MAU", RATIO, FRACTION)],
    days: Annotated[Numbers, Arg("Days in the month", DAYS_PER_MONTH, NOT_NEGATIVE, 30)],
) -> Numbers:
    """Revenue per monthly user and month, from that per daily user and day.

    A month has 30 days unless days says otherwise; along a timeline give the
    calendar days of each month.
    """
    return arpdau * stickiness * days
