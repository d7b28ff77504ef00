"""Retention curves: the share still active at a time, and its sum or integral over a lifetime."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.arguments import Mask, Numbers

MODELS = ("power", "exponential", "weibull", "sbg")
METHODS = ("sum", "integral", "churn")

Curve = Callable[[Numbers, Numbers, Numbers], Numbers]
Area = Callable[[Numbers, Numbers, Numbers, Numbers], Numbers]

# A sum is taken term by term to here; what is beyond is smooth enough for Euler and Maclaurin.
_HEAD = 1024
# From here on Stirling's series for the gamma function is exact.
_STIRLING = 32.0
# A block of about this many curve points is worked out at a time.
_BLOCK = 1 << 20
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
# The widest panel of the quadrature, in the logarithm of time.
_PANEL = 0.5
# A steeper Weibull curve falls too fast for such panels.
_STEEP = 4.0


def survival(t: Numbers, p1: Numbers, p2: Numbers, model: str) -> Numbers:
    """The share still active at time t; all of them at 0."""
    with np.errstate(all="ignore"):
        share = np.minimum(_CURVES[model](t, p1, p2), 1.0)
    return np.where(t == 0, 1.0, share)


def _power(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    return p1 * np.power(t, -p2)


def _exponential(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    return p1 * np.exp(-p2 * t)


def _weibull(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    return np.exp(-np.power(t / p1, p2))


def _sbg(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    return np.exp(_log_gamma_rise(p2, p1) - _log_gamma_rise(p2 + t, p1))


def _log_gamma_rise(z: Numbers, by: Numbers) -> Numbers:
    """ln of gamma(z + by) / gamma(z), which by plain subtraction loses its digits for large z."""
    from scipy.special import gammaln

    near = gammaln(np.minimum(z, _STIRLING) + by) - gammaln(np.minimum(z, _STIRLING))
    far = (z + by - 0.5) * np.log1p(by / z) + by * (np.log(z) - 1) + _stirling(z + by) - _stirling(z)
    return np.where(z < _STIRLING, near, far)


def _stirling(z: Numbers) -> Numbers:
    square = z * z
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / z


_CURVES: dict[str, Curve] = {
    "power": _power,
    "exponential": _exponential,
    "weibull": _weibull,
    "sbg": _sbg,
}


# What `bad_parameters` asks of the usual curves; a power law may also rise, up to its cap.
PARAMETERS_WANTED = (
    "param1 and param2 must not be negative, for weibull and sbg not 0, for exponential param1 at most 1"
)


def bad_parameters(p1: Numbers, p2: Numbers, model: str) -> Mask | bool:
    """Where the parameters are none that the model can have."""
    if model == "power":
        return p1 < 0
    if model == "exponential":
        return (p1 < 0) | (p1 > 1) | (p2 < 0)
    return (p1 <= 0) | (p2 <= 0)


def endless(p1: Numbers, p2: Numbers, model: str) -> Mask | bool:
    """Where the sum over all time has no limit."""
    if model == "power":
        return (p2 <= 1) & (p1 > 0)
    if model == "exponential":
        return (p2 <= 0) & (p1 > 0)
    return (p1 <= 1) & (model == "sbg")


def lifetime_sum(p1: Numbers, p2: Numbers, horizon: Numbers, model: str) -> Numbers:
    """1 + r(1) + ... + r(H-1), without end where the horizon is nan."""
    p1, p2, horizon = _rows(p1, p2, horizon)
    end = np.where(np.isnan(horizon), np.inf, np.trunc(horizon))
    if model == "exponential":
        return 1 + _geometric_sum(p1, p2, end - 1)
    if model == "power":
        low, high = _uncapped(p1, p2, end)
        low, high = np.ceil(low), np.ceil(high)
        # Before `low` and from `high` on everybody is active.
        capped = (low - 1) + np.where(high < end, end - high, 0.0)
        return 1 + capped + _sum(low, high, p1, p2, _power, _power_area)
    return 1 + _sum(np.ones(end.shape), end, p1, p2, _CURVES[model], _AREAS[model])


def lifetime_integral(p1: Numbers, p2: Numbers, horizon: Numbers, model: str) -> Numbers:
    """1 + the area under the curve from 1 to H, without end where the horizon is nan."""
    p1, p2, horizon = _rows(p1, p2, horizon)
    end = np.where(np.isnan(horizon), np.inf, horizon)
    if model != "power":
        return 1 + _AREAS[model](np.ones(end.shape), end, p1, p2)
    low, high = _uncapped(p1, p2, end)
    capped = (low - 1) + np.where(high < end, end - high, 0.0)
    return 1 + capped + _power_area(low, high, p1, p2)


def _rows(*values: Numbers) -> tuple[Numbers, ...]:
    return np.broadcast_arrays(*(np.atleast_1d(value) for value in values))


def _geometric_sum(p1: Numbers, p2: Numbers, terms: Numbers) -> Numbers:
    """p1 * (q + q^2 + ... + q^terms) with q = exp(-p2)."""
    level = p2 == 0
    falling = -np.expm1(-p2 * terms) / np.where(level, 1.0, np.expm1(p2))
    return np.where(p1 == 0, 0.0, p1 * np.where(level, terms, falling))


def _uncapped(p1: Numbers, p2: Numbers, end: Numbers) -> tuple[Numbers, Numbers]:
    """From when to when, within 1 and `end`, the power law is below the cap of 1."""
    crossing = np.power(p1, 1 / np.where(p2 == 0, np.nan, p2))
    falling, rising = p2 > 0, p2 < 0
    low = np.where(falling, np.clip(crossing, 1.0, end), np.where(p1 >= 1, end, 1.0))
    high = np.where(rising & (p1 < 1), np.clip(crossing, 1.0, end), end)
    return low, np.maximum(low, high)


def _sum(low: Numbers, high: Numbers, p1: Numbers, p2: Numbers, curve: Curve, area: Area) -> Numbers:
    """r(low) + r(low + 1) + ... + r(high - 1)."""
    total = np.zeros(low.shape)
    longest = int(min(_HEAD, np.max(high - low, initial=0.0)))
    step = max(1, _BLOCK // max(1, longest))
    k = np.arange(longest, dtype=np.float64)
    for start in range(0, low.size, step):
        block = slice(start, start + step)
        t = low[block, None] + k
        share = curve(t, p1[block, None], p2[block, None])
        total[block] = np.where(t < high[block, None], share, 0.0).sum(axis=1)
    far = high - low > _HEAD
    if far.any():
        total[far] += _far_sum(low[far] + _HEAD, high[far], p1[far], p2[far], curve, area)
    return total


def _far_sum(low: Numbers, high: Numbers, p1: Numbers, p2: Numbers, curve: Curve, area: Area) -> Numbers:
    """The sum of a smooth stretch: its area and what the two ends add (Euler and Maclaurin)."""
    ends = _end_term(low, p1, p2, curve) - _end_term(high, p1, p2, curve)
    return area(low, high, p1, p2) + ends


def _end_term(t: Numbers, p1: Numbers, p2: Numbers, curve: Curve) -> Numbers:
    """r / 2 - r' / 12 + r''' / 720, the slopes by differences; nothing at infinity."""
    at = np.where(np.isinf(t), 1.0, t)
    near = curve(at + 1, p1, p2) - curve(at - 1, p1, p2)
    wide = curve(at + 2, p1, p2) - curve(at - 2, p1, p2)
    term = curve(at, p1, p2) / 2 - (8 * near - wide) / 144 + (wide - 2 * near) / 1440
    return np.where(np.isinf(t), 0.0, term)


def _power_area(low: Numbers, high: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    """The area under p1 * t^-p2."""
    steep = 1 - p2
    stretch = np.log(high / low)
    # (exp(steep * stretch) - 1) / steep, which is the stretch itself where steep is 0.
    width = np.where(steep == 0, stretch, np.expm1(steep * stretch) / np.where(steep == 0, 1.0, steep))
    area = p1 * np.power(low, steep) * width
    return np.where((p1 == 0) | (high <= low), 0.0, area)


def _exponential_area(low: Numbers, high: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    level = p2 == 0
    width = np.where(level, high - low, -np.expm1(-p2 * (high - low)) / np.where(level, 1.0, p2))
    return np.where(p1 == 0, 0.0, p1 * np.exp(-p2 * low) * width)


def _weibull_area(low: Numbers, high: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    """By incomplete gamma functions where the curve is steep or has no end, else by quadrature."""
    from scipy.special import gamma, gammainc, gammaincc

    exact = np.isinf(high) | (p2 > _STEEP)
    shape = 1 / p2
    start, stop = np.power(low / p1, p2), np.power(high / p1, p2)
    # The smaller of the two tails keeps its digits in the difference.
    below = gammainc(shape, stop) - gammainc(shape, start)
    above = gammaincc(shape, start) - gammaincc(shape, stop)
    closed = p1 * gamma(1 + shape) * np.where(start < shape, below, above)
    return np.where(exact, closed, _quadrature(low, np.where(exact, low, high), p1, p2, _weibull))


def _sbg_area(low: Numbers, high: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    """By quadrature, beyond a bound from the closed sum of all that is left."""
    forever = np.isinf(high)
    bound = np.where(forever, low + _HEAD, high)
    area = _quadrature(low, bound, p1, p2, _sbg)
    left = _sbg(bound, p1, p2) * (p1 + p2 + bound - 1) / (p1 - 1) - _end_term(bound, p1, p2, _sbg)
    return np.where(forever, area + left, area)


def _quadrature(low: Numbers, high: Numbers, p1: Numbers, p2: Numbers, curve: Curve) -> Numbers:
    """The area by Gauss and Legendre, panel by panel in the logarithm of time."""
    start, stretch = np.log(low), np.log(high / low)
    panels = max(1, int(np.ceil(np.max(stretch, initial=0.0) / _PANEL)))
    half = stretch / (2 * panels)
    area = np.zeros(low.shape)
    for panel in range(panels):
        for node, weight in zip(_NODES.tolist(), _WEIGHTS.tolist(), strict=True):
            t = np.exp(start + half * (2 * panel + 1 + node))
            area += weight * half * t * curve(t, p1, p2)
    return area


_AREAS: dict[str, Area] = {
    "exponential": _exponential_area,
    "weibull": _weibull_area,
    "sbg": _sbg_area,
}
