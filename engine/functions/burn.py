"""BURN: the cash a month uses up."""

from typing import Annotated

from engine.arguments import Arg, Numbers, Word
from engine.registry import Example, worksheet
from engine.units import MONEY_PER_MONTH


@worksheet(
    group="Company cash",
    returns=MONEY_PER_MONTH,
    formula="net: cash_out - cash_in; gross: cash_out",
    source="Standard definitions of net and gross burn",
    examples=(
        Example((83_000_000, 8_000_000), 75_000_000.0, "75,000,000", "83m - 8m = 75m net"),
        Example((83_000_000, 8_000_000, "gross"), 83_000_000.0, "83,000,000", "83m gross"),
    ),
    related=("RUNWAY", "RUNWAY_PATH", "BURN_MULTIPLE"),
)
def burn(
    cash_out: Annotated[
        Numbers, Arg("Cash paid out in the month, capex and leases included", MONEY_PER_MONTH)
    ],
    cash_in: Annotated[Numbers, Arg("Cash received in the month, without financing", MONEY_PER_MONTH)],
    method: Annotated[str, Word("Net of receipts or not", ("net", "gross"))],
) -> Numbers:
    """Cash used up in a month; negative when more comes in than goes out.

    The default is net of receipts, after capex and lease payments and before
    financing: money raised or borrowed is no receipt here. Gross burn leaves all
    receipts out. One month may mislead; the template takes the mean of three.
    """
    return cash_out if method == "gross" else cash_out - cash_in
