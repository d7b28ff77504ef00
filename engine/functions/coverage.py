"""COVERAGE: how much of the consumer loss the business side makes good."""

from typing import Annotated

from engine.arguments import Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, RATIO


@worksheet(
    group="Unit economics",
    returns=RATIO,
    formula="tob_contribution / -toc_contribution",
    source="Source kejixinzhi-2024-10, section 2",
    examples=(
        Example((12_000_000, -40_000_000), 0.3, "0.3", "12m / 40m = 30% covered"),
    ),
    faults=(
        Fault(ErrorKind.NA, "toc_contribution",
              "the consumer side makes no loss, so there is nothing to cover",
              (12, 5), lambda toc_contribution: toc_contribution >= 0),
    ),
    related=("CONTRIBUTION", "API_REVENUE", "BURN"),
)  # fmt: skip
def coverage(
    tob_contribution: Annotated[Numbers, Arg("Contribution of the business side", MONEY)],
    toc_contribution: Annotated[
        Numbers, Arg("Contribution of the consumer side for the same period, negative for a loss", MONEY)
    ],
) -> Numbers:
    """Share of the consumer side's loss that the contribution of the business side covers.

    From 1 on the business side fills the hole. Contribution, not revenue: revenue
    that is spent on serving business customers covers nothing.
    """
    return tob_contribution / -toc_contribution
