"""RUNWAY_ESCROW: how long the cash lasts when part of it may only be spent in one place."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Numbers, Word
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, MONEY_PER_MONTH, MONTHS


@worksheet(
    group="Company cash",
    returns=MONTHS,
    formula=(
        "pay_first: free / other_burn while the escrow lasts (restricted / eligible_burn months), "
        "then both burns from what is left; "
        "pro_rata: free / (eligible_burn * free / (free + restricted) + other_burn); "
        "none: free / (eligible_burn + other_burn)"
    ),
    source="Facts F000-48 to F000-51: 600m of an 800m USD closing only for one cloud vendor",
    examples=(
        Example((200, 600, 50, 33.3333), 200 / 33.3333, "6",
                "the escrow lasts 600/50 = 12, free 200/33.33 = 6.0 months: the end at 6, with 300 stranded"),
        Example((200, 100, 50, 20), 2 + 160 / 70, "4.2857",
                "escrow 2 months, free then 200 - 40 = 160, over 70: 2.2857 more"),
    ),
    faults=(
        Fault(ErrorKind.NA, "eligible_burn", "there is no burn, so the cash has no end", (200, 600, 0, 0),
              lambda eligible_burn, other_burn: eligible_burn + other_burn <= 0),
        Fault(ErrorKind.NA, "other_burn",
              "the escrow pays all there is to pay, and free cash is never touched",
              (0, 600, 50, 0, "pro_rata"),
              lambda free, restricted, other_burn, method:
              (method == "pro_rata") & (free == 0) & (restricted > 0) & (other_burn == 0)),
    ),
    related=("RUNWAY", "RUNWAY_PATH"),
)  # fmt: skip
def runway_escrow(
    free: Annotated[Numbers, Arg("Cash that may be spent on anything", MONEY, NOT_NEGATIVE)],
    restricted: Annotated[Numbers, Arg("Cash in escrow for one vendor", MONEY, NOT_NEGATIVE)],
    eligible_burn: Annotated[Numbers, Arg("Monthly spend the escrow may pay", MONEY_PER_MONTH, NOT_NEGATIVE)],
    other_burn: Annotated[Numbers, Arg("Net burn a month besides that", MONEY_PER_MONTH, NOT_NEGATIVE)],
    method: Annotated[str, Word("How the escrow pays eligible spend", ("pay_first", "pro_rata", "none"))],
) -> Numbers:
    """Months until free cash is used up, with part of the cash in escrow.

    pay_first: the escrow pays eligible spend until it is empty, free cash the
    rest. pro_rata: both pay eligible spend in proportion to what they hold at the
    start. none: the escrow pays nothing. The naive figure, all cash over all burn,
    is RUNWAY(free + restricted, eligible_burn + other_burn).
    """
    total = eligible_burn + other_burn
    if method == "none":
        return free / total
    if method == "pro_rata":
        held = free + restricted
        share = np.where(held > 0, free / held, 1)
        return free / (eligible_burn * share + other_burn)
    escrow = np.where(eligible_burn > 0, restricted / eligible_burn, np.inf)
    alone = np.where(other_burn > 0, free / other_burn, np.inf)
    after = escrow + (free - other_burn * escrow) / total
    return np.where(alone <= escrow, alone, after)
