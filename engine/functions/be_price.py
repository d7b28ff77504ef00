"""BE_PRICE: the price at which payers carry the free users."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Domain, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY_PER_USER_MONTH, RATIO


@worksheet(
    group="Unit economics",
    returns=MONEY_PER_USER_MONTH,
    formula="(cost_payer + cost_free * (1 - payer_rate) / payer_rate) / (1 - fee)",
    source="Break-even arithmetic; source techplanet-2024-09: free use loses more the more it is used",
    examples=(
        Example((1, 6, 0.05, 0.3), 25 / 0.7, "35.7143",
                "19 free users for each payer x 1 + 6 = 25; 25 / 0.7 = 35.71"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "payer_rate", "payer_rate is 0, so there is nobody to carry the cost",
              (1, 6, 0), lambda payer_rate: payer_rate == 0),
    ),
    related=("BE_PAYER_RATE", "BREAKEVEN", "SUB_ARPU", "CONTRIBUTION"),
)  # fmt: skip
def be_price(
    cost_free: Annotated[Numbers, Arg("Variable cost of a free user", MONEY_PER_USER_MONTH, NOT_NEGATIVE)],
    cost_payer: Annotated[Numbers, Arg("Variable cost of a payer", MONEY_PER_USER_MONTH, NOT_NEGATIVE)],
    payer_rate: Annotated[Numbers, Arg("Payers as a share of monthly users", RATIO, FRACTION)],
    fee: Annotated[Numbers, Arg("Share the app store keeps", RATIO, Domain(low=0, below=1), 0)],
) -> Numbers:
    """Monthly price at which payers cover their own cost and that of the free users.

    Variable costs only: it leaves nothing for winning users, salaries or training.
    """
    return (cost_payer + cost_free * (1 - payer_rate) / payer_rate) / (1 - fee)
