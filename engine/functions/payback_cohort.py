"""PAYBACK_COHORT: when the contributions of a cohort have paid back what a user cost."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers, Series
from engine.compounding import MONTHS_PER_YEAR
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY_PER_USER, MONEY_PER_USER_MONTH, MONTHS, RATIO

# About this many months, over all rows, are worked out at a time.
_BLOCK = 1 << 20
# A sum short of the cost by less than this share is short by rounding.
_ROUNDING = 1e-12
_MONTHLY = 1.12 ** (1 / 12)
_LEFT = 60 - 18 - 16 / _MONTHLY - 14 / _MONTHLY**2


def _months(cac: Numbers, contribution: Numbers, disc: Numbers) -> Numbers:
    """The months for some rows; `disc` is one rate, or as many as there are rows."""
    month = np.arange(contribution.size)
    worth = contribution * np.exp(np.log1p(disc)[:, None] * (-month / MONTHS_PER_YEAR))
    running = np.cumsum(worth, axis=1)
    wanted = (cac * (1 - _ROUNDING))[:, None]
    reached = np.sum(np.maximum.accumulate(running, axis=1) < wanted, axis=1)
    last = np.minimum(reached, contribution.size - 1)
    row = np.arange(cac.size) if disc.size > 1 else 0
    before = np.where(last > 0, running[row, last - 1], 0.0)
    share = np.minimum((cac - before) / worth[row, last], 1.0)
    months = np.where(reached < contribution.size, last + share, np.nan)
    return np.where(cac == 0, 0.0, months)


@worksheet(
    group="Unit economics",
    returns=MONTHS,
    formula=(
        "months before the one in which the running sum of contribution / (1 + disc)^(t/12), t = 0, 1, ..., "
        "reaches cac, + what was still missing / the contribution of that month"
    ),
    source="Cohort payback as measured by HubSpot (Sidekick) and a16z",
    examples=(
        Example((60, [18, 16, 14, 13, 12]), 3 + 12 / 13, "3.92308",
                "18 + 16 + 14 = 48 after 3 months; 12 left of 13: 3 + 12/13"),
        Example((60, [18, 16, 14, 13, 12], 0.12), 3 + _LEFT / (13 / _MONTHLY**3), "3.98223",
                "at 12% a year 47.588 after 3 months; 12.412 left of 12.637"),
    ),
    faults=(
        Fault(ErrorKind.NA, "contribution",
              "the contributions never add up to cac; give more months, or the cost is never paid back",
              (60, [18, 16, 14])),
    ),
    related=("PAYBACK", "LTV", "CAC", "COHORT_ACTIVE"),
)  # fmt: skip
def payback_cohort(
    cac: Annotated[Numbers, Arg("Cost of winning one user", MONEY_PER_USER, NOT_NEGATIVE)],
    contribution: Annotated[
        Numbers,
        Series("Contribution by month per user won, those who left included", MONEY_PER_USER_MONTH),
    ],
    disc: Annotated[Numbers, Arg("Discount rate a year, effective", RATIO, Domain(above=-1), 0)],
) -> Numbers:
    """Months until the contributions of a cohort add up to what a user cost to win.

    The measured sibling of PAYBACK: full months, then the share of the next one
    that was needed, so a result between 3 and 4 lies within the fourth month. The
    first month is not discounted. What comes after the sum first reaches the cost
    does not count.
    """
    cac, disc = np.atleast_1d(cac), np.atleast_1d(disc)
    rows = max(cac.size, disc.size)
    cac = np.broadcast_to(cac, rows)
    months = np.empty(rows)
    step = max(1, _BLOCK // contribution.size)
    for start in range(0, rows, step):
        block = slice(start, start + step)
        months[block] = _months(cac[block], contribution, disc[block] if disc.size > 1 else disc)
    return months
