"""LTV_CAC: how many times over a customer pays back what it cost."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY_PER_USER, RATIO


@worksheet(
    group="Unit economics",
    returns=RATIO,
    formula="ltv / cac",
    source="D. Skok; a16z (three times within five years)",
    examples=(Example((20, 25), 0.8, "0.8", "facts F004-15 and F004-16: 20 / 25 = 0.80"),),
    faults=(
        Fault(
            ErrorKind.DIV0, "cac", "cac is 0, so there is nothing to pay back", (20, 0), lambda cac: cac == 0
        ),
    ),
    related=("LTV", "CAC", "PAYBACK", "BREAKEVEN"),
)
def ltv_cac(
    ltv: Annotated[Numbers, Arg("Lifetime value of a customer", MONEY_PER_USER)],
    cac: Annotated[
        Numbers, Arg("Cost of winning one, for the same kind of customer", MONEY_PER_USER, NOT_NEGATIVE)
    ],
) -> Numbers:
    """Lifetime value over acquisition cost.

    Both must be for the same unit: per registered user, or per payer. A common
    benchmark is 3.
    """
    return ltv / cac
