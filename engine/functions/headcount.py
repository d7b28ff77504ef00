"""HEADCOUNT: what the people on the payroll cost."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers
from engine.compounding import MONTHS_PER_YEAR
from engine.registry import Caution, Example, worksheet
from engine.units import HEADS, MONEY, MONEY_PER_HEAD_YEAR, MONTHS, RATIO


@worksheet(
    group="Cost",
    returns=MONEY,
    formula="heads * annual_salary / 12 * loading * months",
    source="Practice of burn templates: salary times 1.25 to 1.4",
    examples=(
        Example((200, 800_000, 1.35), 18_000_000.0, "18,000,000", "200 x 66,666.67 x 1.35 = 18.0m a month"),
        Example((200, 800_000, 1.35, 12), 216_000_000.0, "216,000,000", "12 months"),
    ),
    cautions=(
        Caution("loading", "loading below 1 is less than the salary; 35% on top is 1.35",
                (200, 800_000, 0.35),
                lambda loading: loading < 1),
    ),
    related=("DEAL_MARGIN", "BURN"),
)  # fmt: skip
def headcount(
    heads: Annotated[Numbers, Arg("People on the payroll, on average", HEADS, NOT_NEGATIVE)],
    annual_salary: Annotated[Numbers, Arg("Gross salary a year", MONEY_PER_HEAD_YEAR, NOT_NEGATIVE)],
    loading: Annotated[
        Numbers,
        Arg("Full cost over salary: social insurance, bonus, desk, equipment", RATIO, NOT_NEGATIVE, 1.3),
    ],
    months: Annotated[Numbers, Arg("Months counted", MONTHS, NOT_NEGATIVE, 1)],
) -> Numbers:
    """Cost of staff for a month, or for as many months as given.

    Loading 1.3 is a common planning figure, to be replaced by the company's own.
    Pay in shares is not in it, as it takes no cash.
    """
    return heads * (annual_salary / MONTHS_PER_YEAR) * loading * months
