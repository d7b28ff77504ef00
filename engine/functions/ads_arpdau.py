"""ADS_ARPDAU: advertising revenue from one daily user."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import IMPRESSIONS_PER_USER_DAY, MONEY_PER_1K_IMPRESSIONS, MONEY_PER_USER_DAY, RATIO

IMPRESSIONS_PRICED = 1000


@worksheet(
    group="Revenue",
    returns=MONEY_PER_USER_DAY,
    formula="impressions_per_dau * fill * ecpm / 1,000",
    source="Usage of ad monetisation: impressions x fill x eCPM",
    examples=(Example((4, 30, 0.9), 0.108, "0.108", "4 x 0.9 x 30 / 1,000 = 0.108"),),
    related=("ARPU_MAU", "COMMERCE_REV", "STICKINESS"),
)
def ads_arpdau(
    impressions_per_dau: Annotated[
        Numbers, Arg("Ad slots a user opens on an active day", IMPRESSIONS_PER_USER_DAY, NOT_NEGATIVE)
    ],
    ecpm: Annotated[Numbers, Arg("Revenue from 1,000 impressions", MONEY_PER_1K_IMPRESSIONS, NOT_NEGATIVE)],
    fill: Annotated[Numbers, Arg("Share of slots that are filled with an ad", RATIO, FRACTION, 1)],
) -> Numbers:
    """Advertising revenue per daily active user and day (ARPDAU).

    With fill 1, the default, impressions_per_dau are the ads that were shown.
    For a monthly user and month go on with ARPU_MAU.
    """
    return impressions_per_dau * fill * ecpm / IMPRESSIONS_PRICED
