"""OPEX_FROM_AD: operating outlay by an agency's rule of thumb."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers, Word
from engine.registry import Example, worksheet
from engine.units import MONEY, RATIO


@worksheet(
    group="Acquisition",
    returns=MONEY,
    formula="additive: ad_spend * (1 + multiple); inclusive: ad_spend * multiple",
    source="An advertising agency's remark, fact F000-27 (operating expense 1.5 to 2.5 times media buying)",
    examples=(
        Example((100_000_000, 2), 300_000_000.0, "300,000,000", "100m + 2 x 100m = 300m"),
        Example((100_000_000, 2, "inclusive"), 200_000_000.0, "200,000,000", "2 x 100m = 200m in all"),
    ),
    related=("AD_SPEND_IMPLIED", "BURN"),
)
def opex_from_ad(
    ad_spend: Annotated[Numbers, Arg("Media buying of the period", MONEY, NOT_NEGATIVE)],
    multiple: Annotated[
        Numbers, Arg("Operating expense as a multiple of media buying, 1.5 to 2.5", RATIO, NOT_NEGATIVE)
    ],
    basis: Annotated[str, Word("Whether the multiple comes on top of the buying", ("additive", "inclusive"))],
) -> Numbers:
    """Total outlay that goes with a level of media buying.

    The remark does not say whether the multiple includes the buying itself. The
    default, additive, puts it on top: the larger burn, so the safe side.
    """
    return ad_spend * multiple if basis == "inclusive" else ad_spend * (1 + multiple)
