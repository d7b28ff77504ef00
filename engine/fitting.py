"""Curves fitted to what was observed: retention by least squares, renewals by maximum likelihood."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from engine.arguments import Numbers
from engine.curves import MODELS

# The models of RETENTION that are a straight line behind a change of scale; sbg has a fit of its own.
FITTED = MODELS[:3]
FITS = ("loglog", "nls")

# What differs by less than this is the same.
_ROUNDING = 1e-12
_TIGHT = 1e-15
# What lies higher on the line is out of reach of a share; its products would overflow.
_HIGHEST = 300.0
# How many of Newton's steps polish a fit, and how short the last must be, else there is no minimum.
_POLISH, _SETTLED = 5, 1e-6
# Where beta is looked for. Above, the churn of a period is as good as constant.
_LOG_BETAS: list[float] = np.linspace(math.log(1e-12), math.log(1e6), 73).tolist()
NOWHERE = (math.nan, math.nan)

Fit = tuple[float, float, float]


def fit_retention(days: Numbers, retention: Numbers, model: str, method: str) -> Fit | None:
    """The two parameters as RETENTION takes them, and R squared; None where no curve fits.

    ln r, for weibull ln(-ln r), is a straight line in the days or their logarithm.
    `loglog` fits this line, `nls` the retention itself.
    """
    x = days if model == "exponential" else np.log(days)
    y = np.log(-np.log(retention)) if model == "weibull" else np.log(retention)
    middle, spread = float(np.mean(x)), float(np.ptp(x))
    if not 0 < spread < math.inf:
        return None
    u = (x - middle) / spread
    level, slope = _line(u, y)
    seen, fitted = y, level + slope * u
    if method == "nls":
        level, slope = _least_squares(u, retention, model, level, slope)
        seen, fitted = retention, _shape(level + slope * u, model)[0]
    slope /= spread
    first, second = _parameters(level - slope * middle, slope, model)
    return (first, second, _explained(seen, fitted)) if 0 < first < math.inf else None


def _line(u: Numbers, y: Numbers) -> tuple[float, float]:
    """Height at 0 and slope of the straight line through the points; a flat row has a slope of exactly 0."""
    away, rise = u - np.mean(u), y - y[0]
    slope = float(away @ rise / (away @ away))
    return float(y[0] + np.mean(rise) - slope * np.mean(u)), slope


def _parameters(level: float, slope: float, model: str) -> tuple[float, float]:
    """What RETENTION calls a line of this level at 0 and this slope."""
    if model == "weibull":
        return float(np.exp(np.divide(-level, slope))), slope
    first = float(np.exp(level))
    # Rounding must not push the share at the start over 1, which RETENTION would not take.
    if model == "exponential" and 1 < first < 1 + _ROUNDING:
        first = 1.0
    return first, -slope


def _explained(seen: Numbers, fitted: Numbers) -> float:
    """R squared; 1 for a flat row, which leaves nothing to explain."""
    if np.ptp(seen) == 0:
        return 1.0
    return float(1 - np.sum((seen - fitted) ** 2) / np.sum((seen - np.mean(seen)) ** 2))


def _shape(line: Numbers, model: str) -> tuple[Numbers, Numbers, Numbers]:
    """The curve over its line, and its first two slopes there."""
    power = np.exp(np.minimum(line, _HIGHEST))
    if model != "weibull":
        return power, power, power
    left = np.exp(-power)
    return left, -power * left, (power - 1) * power * left


def _least_squares(
    u: Numbers, retention: Numbers, model: str, level: float, slope: float
) -> tuple[float, float]:
    """The line whose curve is nearest to the retention itself; nan where there is none."""
    from scipy.optimize import least_squares

    both = np.stack((np.ones_like(u), u))

    def away(at: Numbers) -> Numbers:
        return _shape(at @ both, model)[0] - retention

    def slopes(at: Numbers) -> Numbers:
        return (_shape(at @ both, model)[1] * both).T

    line = np.array([level, slope])
    if np.max(np.abs(away(line))) <= _ROUNDING * np.max(retention):
        return level, slope
    # From this line on: steeper minima that pass through a single point may be lower, but tell nothing.
    at = least_squares(away, line, slopes, ftol=_TIGHT, xtol=_TIGHT, gtol=_TIGHT).x
    step = at
    try:
        for _ in range(_POLISH):
            curve, first, second = _shape(at @ both, model)
            error = curve - retention
            root = np.linalg.cholesky((both * (first * first + error * second)) @ both.T)
            step = np.linalg.solve(root.T, np.linalg.solve(root, both @ (error * first)))
            at = at - step
    except np.linalg.LinAlgError:
        return NOWHERE
    settled = np.max(np.abs(step)) <= _SETTLED * np.max(1 + np.abs(at))
    return (float(at[0]), float(at[1])) if settled else NOWHERE


def fit_renewals(survivors: Numbers) -> Fit | None:
    """alpha, beta and the logarithm of the greatest likelihood; None where it has no greatest value.

    For a given beta the best alpha is known, so that only beta is looked for: where the
    likelihood along it turns from rising to falling.
    """
    from scipy.optimize import brentq

    left, lost = survivors[1:], -np.diff(survivors)
    before = np.arange(left.size, dtype=np.float64)

    def alpha_for(beta: float) -> float:
        return float(np.sum(lost) / np.sum(left / (beta + before)))

    def rise(log_beta: float) -> float:
        beta = math.exp(log_beta)
        alpha = alpha_for(beta)
        # Without the division by alpha + beta + before these add up to 0; taken from the
        # middle of the periods they keep the digits where churn hardly falls.
        terms = (left * alpha / (beta + before) - lost) / (alpha + beta + before)
        return float(terms @ (before[-1] / 2 - before))

    def likelihood(churn: Numbers) -> float:
        """Of the counts, with this churn period by period."""
        return float(np.sum(lost * np.log(churn) + left * np.log1p(-churn)))

    best = None
    # A fit must be likelier than a constant churn, to which it tends where beta has no end.
    reached = likelihood(np.sum(lost) / np.sum(survivors[:-1]) + np.zeros(left.size))
    for (low, one), (high, other) in pairwise((x, rise(x)) for x in _LOG_BETAS):
        if one > 0 >= other:
            beta = math.exp(brentq(rise, low, high, xtol=_TIGHT, rtol=_TIGHT))
            alpha = alpha_for(beta)
            found = likelihood(alpha / (alpha + beta + before))
            if found > reached:
                best, reached = (alpha, beta, found), found
    return best
