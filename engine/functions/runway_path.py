"""RUNWAY_PATH: how long the cash lasts along a forecast of burns."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Numbers, Series
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, MONEY_PER_MONTH, MONTHS


@worksheet(
    group="Company cash",
    returns=MONTHS,
    formula="months fully funded + cash left / burn of the month that is not",
    source="Cash-flow run-down",
    examples=(Example((100, [30, 40, 50]), 2.6, "2.6", "100 - 30 - 40 = 30; 30 / 50 = 0.6: 2.6 months"),),
    faults=(Fault(ErrorKind.NA, "burns", "the cash lasts beyond the months given", (1000, [30, 40, 50])),),
    related=("RUNWAY", "RUNWAY_ESCROW", "BURN"),
)
def runway_path(
    cash: Annotated[Numbers, Arg("Cash that may be spent on anything", MONEY, NOT_NEGATIVE)],
    burns: Annotated[Numbers, Series("Net burn by month; negative where more comes in", MONEY_PER_MONTH)],
) -> Numbers:
    """Months until the cash is used up, along a row of monthly burns.

    A month that ends with exactly nothing left is still funded.
    """
    spent = np.cumsum(burns)
    # A month can only be the failing one where the total reaches a new high.
    high = np.maximum.accumulate(spent)
    month = np.searchsorted(high, cash, side="right")
    failing = np.minimum(month, burns.size - 1)
    left = cash - np.append(0.0, spent)[failing]
    return np.where(month < burns.size, failing + left / burns[failing], np.nan)
