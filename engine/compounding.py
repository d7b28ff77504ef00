"""What compounds month by month: churn, expansion, discount."""

from __future__ import annotations

import numpy as np

from engine.arguments import Numbers

MONTHS_PER_YEAR = 12
# Nearer to 0 than this a monthly change is none: its products would lose their digits.
LEVEL = 1e-290


def log_carry(churn: Numbers, disc_annual: Numbers, expansion: Numbers | float = 0.0) -> Numbers:
    """The logarithm of what one month leaves of a customer's value."""
    return np.log1p(-churn) + np.log1p(expansion) - np.log1p(disc_annual) / MONTHS_PER_YEAR
