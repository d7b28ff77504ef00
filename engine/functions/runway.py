"""RUNWAY: how long the cash lasts at a known burn."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers
from engine.compounding import LEVEL
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, MONEY_PER_MONTH, MONTHS, RATIO

# Cash that a shrinking burn uses up by less than this share of it is used up by rounding.
_ROUNDING = 1e-14


@worksheet(
    group="Company cash",
    returns=MONTHS,
    formula="cash / net_burn; with growth: ln(1 + cash * burn_growth / net_burn) / ln(1 + burn_growth)",
    source="Standard definition; geometric sum where burn grows",
    examples=(
        Example((750_000_000, 75_000_000, 0.05), float(np.log(1.5) / np.log(1.05)), "8.31039",
                "static 10.0; ln(1 + 10 x 0.05) / ln 1.05 = 0.405465 / 0.048790 = 8.31"),
        Example((750_000_000, 75_000_000), 10.0, "10.0", "750m / 75m = 10"),
    ),
    faults=(
        Fault(ErrorKind.NA, "net_burn", "there is no net burn, so the cash has no end", (100, 0),
              lambda net_burn: net_burn <= 0),
        Fault(ErrorKind.NA, "burn_growth", "the burn shrinks so fast that the cash never ends",
              (1000, 10, -0.05),
              lambda cash, net_burn, burn_growth: cash / net_burn * burn_growth <= _ROUNDING - 1),
    ),
    related=("BURN", "RUNWAY_PATH", "RUNWAY_ESCROW", "DEFAULT_ALIVE", "RAISE_NEEDED"),
)  # fmt: skip
def runway(
    cash: Annotated[Numbers, Arg("Cash that may be spent on anything", MONEY, NOT_NEGATIVE)],
    net_burn: Annotated[Numbers, Arg("Net burn of the next month", MONEY_PER_MONTH)],
    burn_growth: Annotated[Numbers, Arg("Growth of the burn a month", RATIO, Domain(above=-1), 0)],
) -> Numbers:
    """Months until the cash is used up.

    Restricted cash does not count: see RUNWAY_ESCROW. A company that does not
    burn has no end, which is #N/A and never a large number.
    """
    months = cash / net_burn
    grown = np.log1p(months * burn_growth) / np.log1p(burn_growth)
    return np.where(np.abs(burn_growth) <= LEVEL, months, grown)
