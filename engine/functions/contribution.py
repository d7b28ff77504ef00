"""CONTRIBUTION: what is left of a user's revenue after serving the user."""

from typing import Annotated

from engine.arguments import Arg, Numbers, Rest, Word
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY_PER_USER_MONTH, RATIO


@worksheet(
    group="Unit economics",
    returns=MONEY_PER_USER_MONTH,
    formula="amount: arpu - (cost1 + cost2 + ...); margin: that over arpu",
    source="a16z, 16 startup metrics (variable costs include servicing)",
    examples=(
        Example((1.05, 0.72, 0.05), 0.28, "0.28", "1.05 - 0.72 - 0.05 = 0.28"),
        Example((1.05, 0.72, 0.05, "margin"), 0.28 / 1.05, "0.267", "0.28 / 1.05 = 26.7%"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "arpu", "arpu is 0, so there is no revenue to take a margin on",
              (0, 0.5, "margin"),
              lambda arpu, method: (arpu == 0) & (method == "margin")),
    ),
    related=("SUB_ARPU", "LTV", "COVERAGE", "BE_PAYER_RATE"),
)  # fmt: skip
def contribution(
    arpu: Annotated[Numbers, Arg("Revenue per user for the period", MONEY_PER_USER_MONTH)],
    *cost: Annotated[Numbers, Rest("Variable cost per user for the period", MONEY_PER_USER_MONTH)],
    method: Annotated[
        str, Word("Money, or the share of revenue", ("amount", "margin"), (("margin", RATIO),))
    ],
) -> Numbers:
    """Revenue per user less the costs that come with the user.

    Variable costs are inference, store and payment fees, messages, moderation,
    support; not training, salaries or acquisition. With "margin" as the last
    argument it is given as a share of revenue. A cost given as a range works row
    by row and spills; it is not added up.
    """
    left = arpu - sum(cost)
    return left / arpu if method == "margin" else left
