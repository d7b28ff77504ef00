"""SUBSCRIBERS_IMPLIED: how many subscribers a revenue figure stands for."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, MONEY_PER_SUBSCRIBER, RATIO, SUBSCRIBERS


@worksheet(
    group="Revenue",
    returns=SUBSCRIBERS,
    formula="revenue / (price * (1 - fee_if_net))",
    source="Facts F002-20, F002-22 to F002-24: app-store revenue over the price of a plan",
    examples=(
        Example((15_000_000, 19.99), 15e6 / 19.99, "750,375.19",
                "15.0m / 19.99 = 750,375 (article: 750,000)"),
        Example((15_000_000, 19.99, 0.3), 15e6 / (19.99 * 0.7), "1,071,965",
                "if the tracker shows what a 30% fee leaves: 15.0m / 13.993"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "price", "price is 0, so the revenue says nothing of subscribers", (100, 0),
              lambda price: price == 0),
    ),
    related=("SUB_ARPU",),
)  # fmt: skip
def subscribers_implied(
    revenue: Annotated[Numbers, Arg("Subscription revenue of the period", MONEY, NOT_NEGATIVE)],
    price: Annotated[
        Numbers, Arg("What a subscriber pays for the same period", MONEY_PER_SUBSCRIBER, NOT_NEGATIVE)
    ],
    fee_if_net: Annotated[
        Numbers,
        Arg("Share the store keeps, where revenue is what it passes on", RATIO, Domain(low=0, below=1), 0),
    ],
) -> Numbers:
    """Subscribers implied by a revenue figure and the price of a plan.

    Trackers of app stores mostly count what consumers pay, so the default takes
    no fee out; give fee_if_net where the figure is net of it. Price and revenue
    are of one period, and everybody is taken to pay the full price.
    """
    return revenue / (price * (1 - fee_if_net))
