"""Retention curves: the share still active at a time, and its sum or integral over a lifetime."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.arguments import Mask, Numbers

MODELS = ("power", "exponential", "weibull", "sbg")
METHODS = ("sum", "integral", "churn")
# How many times the observed stretch a simple curve may be read.
REACH = 3.0

Curve = Callable[[Numbers, Numbers, Numbers], Numbers]
Area = Callable[[Numbers, Numbers, Numbers, Numbers], Numbers]

# A sum is taken term by term to here; what is beyond is smooth enough for Euler and Maclaurin.
_HEAD = 1024
# From here on Stirling's series for the gamma function is exact with these terms.
_STIRLING = 8
_STIRLING_TERMS = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
# Discounted renewals are summed one by one to here.
_RENEWALS = 256
# What is discounted by exp(-45) no longer counts.
_FAINT = 45.0
# A smaller discount, unless it is 0, is felt only beyond the numbers that a float holds.
_NO_DISCOUNT = 1e-300
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
    share: Numbers = np.exp(_log_left(t, p1, p2 + _STIRLING))
    left, whole = p2 + t, p1 + p2 + t
    for k in range(_STIRLING):
        share = share * ((p2 + k) / (p1 + p2 + k) * ((whole + k) / (left + k)))
    return share


def _log_left(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    """ln of the sbg curve for a large p2, in terms that do not cancel."""
    whole = p1 + p2 + t
    main = (p2 - 0.5) * np.log1p(p1 / p2 * (t / whole))
    main = main - p1 * np.log1p(t / (p1 + p2)) - t * np.log1p(p1 / (p2 + t))
    return main + _stirling(p2 + t) - _stirling(whole) + _stirling(p1 + p2) - _stirling(p2)


def _stirling(z: Numbers) -> Numbers:
    square = 1 / (z * z)
    total = np.zeros(())
    for term in reversed(_STIRLING_TERMS):
        total = total * square + term
    return total / z


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
        return 1 + capped + _power_sum(low, high, p1, p2)
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


def discounted_renewals(p1: Numbers, p2: Numbers, disc: Numbers, horizon: Numbers) -> Numbers:
    """S(1) + S(2) / (1 + disc) + ... of the sbg curve: `horizon` terms, without end where it is nan.

    Its closed form, a hypergeometric function, has no dependable code for such parameters.
    """
    p1, p2, disc, horizon = _rows(p1, p2, disc, horizon)
    endless = np.isnan(horizon)
    closed = endless & (disc < _NO_DISCOUNT)
    end = np.where(closed, 0.0, np.where(endless, np.inf, np.trunc(horizon)))
    total = np.where(closed, np.where(disc == 0, p2 / (p1 - 1), np.nan), 0.0)
    k = np.arange(min(_RENEWALS, np.max(end, initial=0.0)))
    for start in range(0, total.size, _BLOCK // _RENEWALS):
        rows = slice(start, start + _BLOCK // _RENEWALS)
        alpha, beta, rate, last = p1[rows, None], p2[rows, None], disc[rows, None], end[rows, None]
        terms = np.cumprod((beta + k) / (alpha + beta + k) / np.where(k == 0, 1.0, 1 + rate), axis=1)
        total[rows] += np.where(k < last, terms, 0.0).sum(axis=1)
        total[rows] += _late_renewals(p1[rows], p2[rows], np.log1p(disc[rows]), end[rows])
    return total


def _late_renewals(p1: Numbers, p2: Numbers, force: Numbers, end: Numbers) -> Numbers:
    """The terms that come after the first `_RENEWALS`."""
    total = np.zeros(end.shape)
    far = (end > _RENEWALS) & (force * _RENEWALS < _FAINT)
    if not far.any():
        return total
    p1, p2, force = p1[far], p2[far], force[far]
    base = _RENEWALS - 2
    left = _sbg(base + np.ones(force.shape), p1, p2) * np.exp(-force * base)

    def worth(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
        since = t - base
        return left * np.exp(_log_left(since, p1, p2 + (base + 1)) - force * since)

    def area(low: Numbers, high: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
        return _quadrature(low, high, p1, p2, worth)

    low = np.full(force.shape, float(_RENEWALS))
    total[far] = _far_sum(low, np.minimum(end[far], low + _FAINT / force), p1, p2, worth, area)
    return total


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


# A falling power law is so smooth that few terms are taken by themselves.
_POWER_HEAD = 32


def _power_sum(low: Numbers, high: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    """p1 * (low^-p2 + ... + (high - 1)^-p2), beyond the head by Euler and Maclaurin with exact slopes."""
    if np.any(p2 < -1):
        return _sum(low, high, p1, p2, _power, _power_area)
    cut = np.minimum(high, low + _POWER_HEAD)
    total = _sum(low, cut, p1, p2, _power, _power_area)
    far = high > cut
    if far.any():
        low, high, p1, p2 = cut[far], high[far], p1[far], p2[far]
        total[far] += _power_area(low, high, p1, p2) + _power_end(low, p1, p2) - _power_end(high, p1, p2)
    return total


def _power_end(t: Numbers, p1: Numbers, p2: Numbers) -> Numbers:
    """Half the curve and its first four odd slopes by Bernoulli's numbers; nothing at infinity."""
    at = np.where(np.isinf(t), 1.0, t)
    square = at * at
    series = 1 / 30240 - (p2 + 5) * (p2 + 6) / square / 1209600
    series = 1 / 720 - (p2 + 3) * (p2 + 4) / square * series
    series = 1 / 12 - (p2 + 1) * (p2 + 2) / square * series
    return np.where(np.isinf(t), 0.0, _power(at, p1, p2) * (0.5 + p2 / at * series))


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
