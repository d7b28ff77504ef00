"""DEFAULT_ALIVE: whether the cash lasts until revenue covers the expenses."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Mask, Numbers, Word
from engine.errors import ErrorKind
from engine.registry import Caution, Example, Fault, worksheet
from engine.units import LOGICAL, MONEY, MONEY_PER_MONTH, MONTHS, RATIO

# Revenue short of the expenses, or cash of the losses, by less than this share is short by rounding.
_ROUNDING = 1e-12


def _covered(revenue: Numbers, expenses: Numbers) -> Mask:
    return revenue >= expenses * (1 - _ROUNDING)


def _never(revenue: Numbers, expenses: Numbers, growth: Numbers) -> Mask:
    """Where revenue falls short of the expenses and does not grow."""
    return ~_covered(revenue, expenses) & ((growth <= 0) | (revenue <= 0))


def _month(revenue: Numbers, expenses: Numbers, growth: Numbers) -> Numbers:
    """The first month whose revenue covers the expenses, 0 for today."""
    short = np.log(expenses) - np.log(revenue) - _ROUNDING
    grown = np.ceil(short / np.log1p(growth))
    return np.where(_covered(revenue, expenses), 0.0, np.maximum(grown, 1.0))


def _earned(revenue: Numbers, growth: Numbers, months: Numbers) -> Numbers:
    """Revenue of the months 1 to `months`, each grown over the one before."""
    steps = months * np.log1p(growth)
    # The last month's revenue is in bounds even where the growth over all months is not.
    gained = np.where(steps > 1, np.exp(np.log(revenue) + steps) - revenue, revenue * np.expm1(steps))
    return np.where(months == 0, 0.0, gained * (1 + growth) / growth)


@worksheet(
    group="Company cash",
    returns=MONTHS,
    formula=(
        "months: the first n with revenue * (1 + growth)^n >= expenses; "
        "low: cash - sum for k = 1 .. n-1 of (expenses - revenue * (1 + growth)^k); alive: low >= 0"
    ),
    source="P. Graham, Default Alive or Default Dead, 2015",
    examples=(
        Example((500, 100, 200, 0.1, "months"), 8.0, "8", "1.1^7 = 1.949 < 2 <= 1.1^8 = 2.144: month 8"),
        Example((500, 100, 200, 0.1, "low"), 500 - 1400 + 110 * (1.1**7 - 1) / 0.1, "143.59",
                "losses 90 + 79 + 66.9 + 53.59 + 38.95 + 22.84 + 5.13 = 356.41; 500 - 356.41"),
        Example((500, 100, 200, 0.1), True, "TRUE", "the cash is never below 143.59"),
        Example((300, 100, 200, 0.1, "alive"), False, "FALSE", "300 - 356.41 is below 0"),
        Example((500, 100, 200, 0), False, "FALSE", "without growth revenue never covers the expenses"),
    ),
    faults=(
        Fault(ErrorKind.NA, "growth", "revenue does not grow to the expenses, so there is no such month",
              (500, 100, 200, 0, "months"),
              lambda revenue, expenses, growth, answer:
              _never(revenue, expenses, growth) & (answer != "alive")),
    ),
    cautions=(
        Caution("growth", "revenue covers the expenses today but shrinks, and so will not go on doing so",
                (500, 300, 200, -0.1),
                lambda revenue, expenses, growth: (growth < 0) & (revenue >= expenses) & (expenses > 0)),
    ),
    related=("RUNWAY", "BURN", "RAISE_NEEDED"),
)  # fmt: skip
def default_alive(
    cash: Annotated[Numbers, Arg("Cash that may be spent on anything", MONEY, NOT_NEGATIVE)],
    revenue: Annotated[Numbers, Arg("Revenue of the month just past", MONEY_PER_MONTH, NOT_NEGATIVE)],
    expenses: Annotated[
        Numbers, Arg("Expenses of a month, taken to stay as they are", MONEY_PER_MONTH, NOT_NEGATIVE)
    ],
    growth: Annotated[Numbers, Arg("Growth of revenue a month", RATIO, Domain(low=-1))],
    answer: Annotated[
        str,
        Word(
            "Alive or not, the month in which revenue covers the expenses, or the lowest cash",
            ("alive", "months", "low"),
            (("alive", LOGICAL), ("low", MONEY)),
        ),
    ],
) -> Numbers:
    """Whether the cash lasts until growing revenue covers the expenses.

    Graham's question, with expenses that stay as they are; the first growth step
    falls in month 1. Alive is TRUE if the cash is never below 0 on the way; months
    is 0 where revenue covers the expenses already. Without growth a company that
    loses money is not alive, and has neither month nor lowest cash.
    """
    month = _month(revenue, expenses, growth)
    if answer == "months":
        return month
    losing = np.maximum(month - 1, 0.0)
    low = cash - (losing * expenses - _earned(revenue, growth, losing))
    low = np.where(np.abs(low) <= _ROUNDING * cash, 0.0, low)
    if answer == "low":
        return low
    return np.where(_never(revenue, expenses, growth), 0.0, np.where(low >= 0, 1.0, 0.0))
