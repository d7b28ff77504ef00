"""AD_SPEND_IMPLIED: the daily advertising that a download count implies."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import DAYS, DOWNLOADS, MONEY_PER_ACTION, MONEY_PER_DAY, RATIO


@worksheet(
    group="Acquisition",
    returns=MONEY_PER_DAY,
    formula="downloads * paid_share * cpa / days",
    source="The estimate a trade article makes for Kimi and Doubao, facts F000-21 to F000-25",
    examples=(
        Example((1_480_000, 10, 90), 14_800_000 / 90, "164,444.44", "1,480,000 x 10 = 14.8m over 90 days"),
        Example((22_230_000, 10, 90), 2_470_000.0, "2,470,000", "22,230,000 x 10 = 222.3m over 90 days"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "days", "days is 0, so there is no day to spend on", (1000, 10, 0),
              lambda days: days == 0),
    ),
    related=("CPA", "USERS_FROM_SPEND", "OPEX_FROM_AD"),
)  # fmt: skip
def ad_spend_implied(
    downloads: Annotated[Numbers, Arg("Downloads of the period", DOWNLOADS, NOT_NEGATIVE)],
    cpa: Annotated[Numbers, Arg("Cost of one download that was paid for", MONEY_PER_ACTION, NOT_NEGATIVE)],
    days: Annotated[Numbers, Arg("Calendar days of the period", DAYS, NOT_NEGATIVE)],
    paid_share: Annotated[Numbers, Arg("Share of downloads that were paid for", RATIO, FRACTION, 1)],
) -> Numbers:
    """Advertising spend a day that a number of downloads implies.

    Use the actual calendar days; 90 fits the article the sum comes from. All
    downloads count as paid unless paid_share says otherwise.
    """
    return downloads * paid_share * cpa / days
