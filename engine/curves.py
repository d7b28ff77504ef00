"""Retention curves: the share still active at a time, and its sum or integral over a lifetime."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arguments import Mask, Numbers

MODELS = ("power", "exponential", "weibull", "sbg")
METHODS = ("sum", "integral", "churn")

# A block of this many curve points is summed at a time.
_BLOCK = 1 << 20
# A sum without end is taken point by point to here, the rest by Euler and Maclaurin.
_HEAD = 4096


def survival(t: Numbers, p1: Numbers, p2: Numbers, model: str) -> Numbers:
    """The share still active at time t; all of them at 0."""
    t, p1, p2 = np.broadcast_arrays(t, p1, p2)
    with np.errstate(all="ignore"):
        share = _SHARES[model](t, p1, p2)
    return np.where(t == 0, 1.0, share)


def _power(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    return np.minimum(1.0, p1 * np.power(t, -p2))


def _exponential(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    return p1 * np.exp(-p2 * t)


def _weibull(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    return np.exp(-np.power(t / p1, p2))


def _sbg(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    from scipy.special import betaln

    return np.asarray(np.exp(betaln(p1, p2 + t) - betaln(p1, p2)), dtype=np.float64)


_SHARES: dict[str, Callable[[Numbers, Numbers, Numbers], Numbers]] = {
    "power": _power,
    "exponential": _exponential,
    "weibull": _weibull,
    "sbg": _sbg,
}


def bad_parameters(p1: Numbers, p2: Numbers, model: str) -> Mask | bool:
    """Where the parameters are none that the model can have."""
    if model in ("power", "exponential"):
        return (p1 < 0) | ((p1 > 1) & (model == "exponential"))
    return (p1 <= 0) | (p2 <= 0)


def endless(p1: Numbers, p2: Numbers, model: str) -> Mask | bool:
    """Where the sum over all time has no limit."""
    if model == "power":
        return (p2 <= 1) & (p1 > 0)
    if model == "exponential":
        return (p2 <= 0) & (p1 > 0)
    return p1 <= 1 if model == "sbg" else np.zeros(np.shape(p1), dtype=bool)


def lifetime_sum(p1: Numbers, p2: Numbers, horizon: Numbers, model: str) -> Numbers:
    """1 + r(1) + ... + r(H-1), without end where the horizon is nan."""
    p1, p2, horizon = np.broadcast_arrays(p1, p2, horizon)
    last = np.where(np.isnan(horizon), _HEAD, np.trunc(horizon))
    total = _partial_sum(p1, p2, last, model)
    forever = np.isnan(horizon)
    return np.where(forever, total + _tail(p1, p2, model), total) if np.any(forever) else total


def _partial_sum(p1: Numbers, p2: Numbers, last: Numbers, model: str) -> Numbers:
    total = np.ones(last.shape)
    longest = int(np.nanmax(last, initial=1.0))
    width = max(1, min(longest, _BLOCK // max(1, last.size)))
    for start in range(1, longest, width):
        t = np.arange(start, min(start + width, longest), dtype=np.float64)[:, None]
        share = survival(t, p1, p2, model)
        total += np.where(t < last, share, 0.0).sum(axis=0)
    return total


def _tail(p1: Numbers, p2: Numbers, model: str) -> Numbers:
    """r(H) + r(H+1) + ... from H = _HEAD on: the integral, half the first term and two corrections."""
    at = np.full(p1.shape, float(_HEAD))
    first = survival(at, p1, p2, model)
    # Euler and Maclaurin need the slope; a central difference is exact enough this far out.
    slope = (survival(at + 1, p1, p2, model) - survival(at - 1, p1, p2, model)) / 2
    return _integral_from(at, p1, p2, model) + first / 2 - slope / 12


def _integral_from(start: Numbers, p1: Numbers, p2: Numbers, model: str) -> Numbers:
    """The area under the curve from `start` to infinity."""
    if model == "power":
        return p1 * np.power(start, 1 - p2) / (p2 - 1)
    if model == "exponential":
        return p1 * np.exp(-p2 * start) / p2
    return _by_quadrature(start, np.full(p1.shape, np.inf), p1, p2, model)


def lifetime_integral(p1: Numbers, p2: Numbers, horizon: Numbers, model: str) -> Numbers:
    """1 + the area under the curve from 1 to H, without end where the horizon is nan."""
    p1, p2, horizon = np.broadcast_arrays(p1, p2, horizon)
    end = np.where(np.isnan(horizon), np.inf, horizon)
    if model == "power":
        return 1 + _power_area(p1, p2, end)
    if model == "exponential":
        flat = p2 == 0
        area = p1 * (np.exp(-p2) - np.exp(-p2 * end)) / np.where(flat, 1, p2)
        return 1 + np.where(flat, p1 * (end - 1), area)
    return 1 + _by_quadrature(np.ones(p1.shape), end, p1, p2, model)


def _power_area(p1: Numbers, p2: Numbers, end: Numbers) -> Numbers:
    """The area from 1 to `end` under min(1, p1 * t^-p2): flat up to the crossing, the power law after it."""
    crossing = np.where(p1 > 1, np.power(p1, 1 / np.where(p2 == 0, np.nan, p2)), 1.0)
    crossing = np.minimum(np.where(np.isnan(crossing), np.inf, crossing), end)
    log = p2 == 1
    exponent = np.where(log, 1.0, 1 - p2)
    power = (np.power(end, exponent) - np.power(crossing, exponent)) / exponent
    return (crossing - 1) + p1 * np.where(log, np.log(end / crossing), power)


def _by_quadrature(start: Numbers, end: Numbers, p1: Numbers, p2: Numbers, model: str) -> Numbers:
    from scipy.integrate import quad

    rows: NDArray[Any] = np.empty(start.shape)
    for row in range(start.size):
        one = (np.atleast_1d(p1)[row : row + 1], np.atleast_1d(p2)[row : row + 1])
        if not np.all(np.isfinite(one)):
            rows[row] = np.nan
            continue
        rows[row] = quad(
            lambda t, one=one: float(survival(np.array([t]), *one, model)[0]),
            float(start[row]), float(end[row]), epsabs=0, epsrel=1e-11, limit=500,
        )[0]  # fmt: skip
    return rows
