"""RAISE_NEEDED: what to raise so that the cash lasts."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers
from engine.registry import Example, worksheet
from engine.units import MONEY, MONEY_PER_MONTH, MONTHS, RATIO


@worksheet(
    group="Company cash",
    returns=MONEY,
    formula="max(0, (net_burn * months * (1 + buffer) - cash) / (1 - fee))",
    source="Planning practice: rounds are sized for 18 to 24 months",
    examples=(
        Example((50_000_000, 18, 200_000_000, 0.2, 0.03), 880_000_000 / 0.97, "907,216,494.85",
                "50m x 18 x 1.2 - 200m = 880m; / 0.97 = 907.2m"),
    ),
    related=("RUNWAY", "BURN", "DEFAULT_ALIVE"),
)  # fmt: skip
def raise_needed(
    net_burn: Annotated[Numbers, Arg("Net burn of an average month ahead", MONEY_PER_MONTH)],
    months: Annotated[Numbers, Arg("Months the cash is to last", MONTHS, NOT_NEGATIVE)],
    cash: Annotated[Numbers, Arg("Cash that may be spent on anything, negative for an overdraft", MONEY)],
    buffer: Annotated[Numbers, Arg("Reserve on top of the burn, as a share of it", RATIO, NOT_NEGATIVE, 0.2)],
    fee: Annotated[Numbers, Arg("Share of the proceeds that goes to fees", RATIO, Domain(low=0, below=1), 0)],
) -> Numbers:
    """Money to raise so that the cash lasts for the months wanted, with a reserve.

    The default reserve is 20% of the burn. 0 where the cash is enough, or where
    there is no burn. The result is before fees.
    """
    return np.maximum(0.0, (net_burn * months * (1 + buffer) - cash) / (1 - fee))
