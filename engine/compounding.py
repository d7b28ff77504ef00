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


def annuity(log_rate: Numbers, months: Numbers, when: str, rate: Numbers | None = None) -> Numbers:
    """What 1 a month is worth today; `log_rate` is the logarithm of 1 + the monthly rate."""
    rate = np.expm1(log_rate) if rate is None else rate
    level = np.abs(rate) <= LEVEL
    at_end = np.where(level, months, -np.expm1(-months * log_rate) / np.where(level, 1.0, rate))
    return at_end * np.exp(log_rate) if when == "begin" else at_end
