"""RULE40: growth and margin in one figure."""

from typing import Annotated

from engine.arguments import Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import RATIO


@worksheet(
    group="Company cash",
    returns=RATIO,
    formula="growth + margin",
    source="B. Feld and F. Wilson, 2015; Bessemer with the margin of free cash flow",
    examples=(Example((0.6, -0.35), 0.25, "0.25", "60% - 35% = 25%, below 40%"),),
    related=("BURN_MULTIPLE", "MAGIC_NUMBER", "DEFAULT_ALIVE"),
)
def rule40(
    growth: Annotated[Numbers, Arg("Growth of revenue over the year", RATIO)],
    margin: Annotated[Numbers, Arg("Free cash flow of the same year as a share of revenue", RATIO)],
) -> Numbers:
    """Growth plus margin of the same year, to be held against 40%.

    The margin is that of free cash flow; some take EBITDA, which flatters a
    company that buys its own machines. Say which one it is.
    """
    return growth + margin
