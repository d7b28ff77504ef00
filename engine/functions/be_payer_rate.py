"""BE_PAYER_RATE: the share of payers at which they carry the free users."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Mask, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY_PER_USER_MONTH, RATIO

# A price that falls short of the cost by less than this share does so by rounding.
_ROUNDING = 1e-14


def _payer_loses(cost_payer: Numbers, price: Numbers, fee: Numbers) -> Mask:
    return price * (1 - fee) < cost_payer * (1 - _ROUNDING)


@worksheet(
    group="Unit economics",
    returns=RATIO,
    formula="cost_free / (price * (1 - fee) - cost_payer + cost_free)",
    source="Break-even arithmetic, BE_PRICE solved for the share of payers",
    examples=(
        Example((1, 6, 30, 0.3), 0.0625, "0.0625", "1 / (30 x 0.7 - 6 + 1) = 1 / 16 = 6.25% must pay"),
    ),
    faults=(
        Fault(ErrorKind.NA, "price", "a payer brings in less than it costs, so no share breaks even",
              (1, 30, 20), _payer_loses),
        Fault(ErrorKind.NA, "cost_free", "free users cost nothing, so any share of payers will do",
              (0, 6, 30), lambda cost_free: cost_free == 0),
    ),
    related=("BE_PRICE", "BREAKEVEN", "SUB_ARPU", "CONTRIBUTION"),
)  # fmt: skip
def be_payer_rate(
    cost_free: Annotated[Numbers, Arg("Variable cost of a free user", MONEY_PER_USER_MONTH, NOT_NEGATIVE)],
    cost_payer: Annotated[Numbers, Arg("Variable cost of a payer", MONEY_PER_USER_MONTH, NOT_NEGATIVE)],
    price: Annotated[Numbers, Arg("Price a payer pays each month", MONEY_PER_USER_MONTH, NOT_NEGATIVE)],
    fee: Annotated[Numbers, Arg("Share the app store keeps", RATIO, Domain(low=0, below=1), 0)],
) -> Numbers:
    """Share of monthly users who must pay so that payers carry the free users.

    The inverse of BE_PRICE: variable costs only, nothing for winning users,
    salaries or training.
    """
    return cost_free / (np.maximum(price * (1 - fee) - cost_payer, 0.0) + cost_free)
