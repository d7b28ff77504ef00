"""TRAIN_AMORT: a month's share of the cost of a training run."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers, Word
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, MONEY_PER_MONTH, MONTHS


@worksheet(
    group="Cost",
    returns=MONEY_PER_MONTH,
    formula=(
        "straight: cost / life_months; syd: cost * (life_months - month + 1) / (life_months * "
        "(life_months + 1) / 2); expense: cost in month 1; 0 after the life"
    ),
    source="Fact F004-41 (a training run of 5.576m USD); choice of accounting view",
    examples=(
        Example((5_576_000, 12, 1), 5_576_000 / 12, "464,666.67", "5,576,000 / 12 = 464,666.67"),
        Example((5_576_000, 12, 1, "syd"), 5_576_000 * 12 / 78, "857,846.15",
                "1 + 2 + ... + 12 = 78; 5,576,000 x 12/78"),
        Example((5_576_000, 12, 1, "expense"), 5_576_000.0, "5,576,000", "all of it in month 1"),
    ),
    faults=(
        Fault(ErrorKind.NUM, "life_months", "the syd method needs a whole number of months of life",
              (5_576_000, 2.5, 1, "syd"),
              lambda life_months, method: (life_months != np.floor(life_months)) & (method == "syd")),
    ),
    related=("COST_PER_MTOK", "GPU_HOUR_OWN"),
)  # fmt: skip
def train_amort(
    cost: Annotated[Numbers, Arg("Cost of the training run", MONEY, NOT_NEGATIVE)],
    life_months: Annotated[Numbers, Arg("Months the model is in use", MONTHS, Domain(above=0))],
    month: Annotated[
        Numbers, Arg("Number of the month, the first is 1; a fraction is dropped", MONTHS, Domain(low=1))
    ],
    method: Annotated[
        str, Word("Equal parts, sum of the years' digits, or all in month 1", ("straight", "syd", "expense"))
    ],
) -> Numbers:
    """Part of a training run's cost that a month bears.

    For the management view of unit cost only: cash and statutory accounts expense
    the run when it is made, which the word expense gives. A cost that is spread
    here must not go into burn as well. The last month of a life of 2.5 months
    bears half of a month's part; later months bear nothing.
    """
    past = np.floor(month) - 1
    if method == "expense":
        return np.where(past == 0, cost, 0.0)
    left: Numbers = np.maximum(life_months - past, 0.0)
    if method == "syd":
        return cost * (left / life_months) * (2 / (life_months + 1))
    part: Numbers = np.minimum(left, 1.0)
    return cost * (part / life_months)
