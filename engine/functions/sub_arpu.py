"""SUB_ARPU: subscription revenue per monthly user."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import MONEY_PER_USER_MONTH, RATIO


@worksheet(
    group="Revenue",
    returns=MONEY_PER_USER_MONTH,
    formula="price / (1 + tax) * (1 - refund) * (1 - store_fee) * payer_rate",
    source="ARPU against ARPPU in industry usage; facts F003-11 (30 CNY) and F003-12 (5%)",
    examples=(Example((30, 0.05, 0.3), 1.05, "1.05", "30 x 0.70 x 0.05 = 1.05"),),
    related=("SUBSCRIBERS_IMPLIED", "CONTRIBUTION", "BE_PRICE", "LTV"),
)
def sub_arpu(
    price: Annotated[
        Numbers, Arg("Price a payer pays each month, tax included", MONEY_PER_USER_MONTH, NOT_NEGATIVE)
    ],
    payer_rate: Annotated[Numbers, Arg("Payers as a share of monthly users", RATIO, FRACTION)],
    store_fee: Annotated[Numbers, Arg("Share the app store keeps", RATIO, FRACTION, 0)],
    tax: Annotated[
        Numbers, Arg("Sales tax inside the price, as a rate on the net price", RATIO, FRACTION, 0)
    ],
    refund: Annotated[Numbers, Arg("Share of payments refunded", RATIO, FRACTION, 0)],
) -> Numbers:
    """Subscription revenue per monthly user, after tax, refunds and store fee.

    With payer_rate 1 it is the revenue per payer (ARPPU).
    """
    return price / (1 + tax) * (1 - refund) * (1 - store_fee) * payer_rate
