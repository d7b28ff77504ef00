"""COHORT_ACTIVE: active users from cohorts of new ones and a retention curve."""

from typing import Annotated

import numpy as np

from engine.arguments import FRACTION, NOT_NEGATIVE, Numbers, Series
from engine.registry import Caution, Example, Spill, worksheet
from engine.units import RATIO, USERS


@worksheet(
    group="Retention and audience",
    returns=USERS,
    formula="active(t) = sum over c <= t of new_users(c) * retention(t - c)",
    source="Cohort convolution, as in the cohort practice of a16z and ChartMogul",
    examples=(
        Example(([100, 200, 300], [1, 0.5, 0.3]), [100.0, 250.0, 430.0], "100, 250, 430",
                "month 2: 200 + 100 x 0.5 = 250; month 3: 300 + 200 x 0.5 + 100 x 0.3 = 430"),
    ),
    cautions=(
        Caution("retention", "retention is shorter than new_users; the periods it lacks count as 0",
                ([100, 200, 300], [1, 0.5]),
                lambda new_users, retention: retention.size < new_users.size),
    ),
    spills=Spill("as many as new_users has", "new_users"),
    related=("MAU_ROLL", "RETENTION", "RET_FIT"),
)  # fmt: skip
def cohort_active(
    new_users: Annotated[Numbers, Series("New users by period, a row or a column", USERS, NOT_NEGATIVE)],
    retention: Annotated[
        Numbers, Series("Share of a cohort active in its first, second, ... period", RATIO, FRACTION)
    ],
) -> Numbers:
    """Active users by period: what is left of every cohort so far.

    The first share belongs to the period of arrival and is usually 1. The result
    spills in the direction of new_users.
    """
    return np.convolve(new_users, retention)[: new_users.size]
