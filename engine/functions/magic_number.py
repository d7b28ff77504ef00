"""MAGIC_NUMBER: the yearly revenue that a unit of sales and marketing brought."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY_PER_QUARTER, RATIO

QUARTERS_PER_YEAR = 4


@worksheet(
    group="Company cash",
    returns=RATIO,
    formula="(rev_q - rev_prev_q) * 4 / sm_prev_q",
    source="Scale Venture Partners (L. Leckie); Bessemer's CAC ratio is the same with gross profit",
    examples=(Example((60, 50, 40), 1.0, "1", "10 x 4 / 40 = 1.0"),),
    faults=(
        Fault(ErrorKind.DIV0, "sm_prev_q", "sm_prev_q is 0, so there is no spend to set the growth against",
              (60, 50, 0), lambda sm_prev_q: sm_prev_q == 0),
    ),
    related=("BURN_MULTIPLE", "RULE40", "CAC"),
)  # fmt: skip
def magic_number(
    rev_q: Annotated[Numbers, Arg("Recurring revenue of the quarter", MONEY_PER_QUARTER)],
    rev_prev_q: Annotated[Numbers, Arg("Recurring revenue of the quarter before", MONEY_PER_QUARTER)],
    sm_prev_q: Annotated[
        Numbers, Arg("Sales and marketing of the quarter before", MONEY_PER_QUARTER, NOT_NEGATIVE)
    ],
) -> Numbers:
    """Growth of quarterly revenue, taken times four, over the spend on sales of the quarter before.

    Leckie's reading: above 0.75 spend more on selling, below 0.5 look at the
    business first. Recurring revenue, since one-off deals would count fourfold.
    """
    return (rev_q - rev_prev_q) * QUARTERS_PER_YEAR / sm_prev_q
