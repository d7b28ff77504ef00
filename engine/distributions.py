"""Distributions of an uncertain figure: their parameters, checks and inverse distribution functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np

from engine.arguments import Mask, Numbers

# What each kind takes as param1, param2 and, where it has one, param3.
TAKES: dict[str, tuple[str, ...]] = {
    "tri": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "logn": ("P10", "P90"),
    "norm": ("mean", "standard deviation"),
    "uniform": ("low", "high"),
}
KINDS: tuple[str, ...] = tuple(TAKES)
_IN_ORDER = "low, mode and high must stand in this order"
# What is wrong where the parameters of a kind are `bad`.
WANTED: dict[str, str] = {
    "tri": _IN_ORDER,
    "pert": _IN_ORDER,
    "logn": "the P10 must be above 0, and the P90 not below it",
    "norm": "the standard deviation must not be negative",
    "uniform": "low must not be above high",
}
# How much the mode of a PERT distribution weighs against each end.
_PERT_WEIGHT = 4


def takes_three(kind: str) -> bool:
    """Whether the kind has a third parameter."""
    return len(TAKES[kind]) == 3


def bad(kind: str, param1: Numbers, param2: Numbers, param3: Numbers) -> Mask | bool:
    """Where the parameters make no distribution; `WANTED` has the sentence."""
    if kind == "norm":
        return param2 < 0
    if kind == "logn":
        return (param1 <= 0) | (param2 < param1)
    return (param2 < param1) | (param3 < param2) if takes_three(kind) else param2 < param1


def quantile(kind: str, p: Numbers, param1: Numbers, param2: Numbers, param3: Numbers) -> Numbers:
    """The figure that is not exceeded with probability p; parameters of no width give their one value."""
    if kind == "norm":
        return _normal(p, param1, param2)
    if kind == "logn":
        return _lognormal(p, param1, param2)
    if kind == "uniform":
        return _between(p, param1, param2, np.minimum(p, 1 - p))
    width = param3 - param1
    below, above = np.divide(param2 - param1, width), np.divide(param3 - param2, width)
    part: Callable[[Numbers, Numbers, Numbers], Numbers] = _triangle if kind == "tri" else _pert
    return _between(p, param1, param3, part(p, below, above))


def _between(p: Numbers, low: Numbers, high: Numbers, part: Numbers) -> Numbers:
    """The point that lies a part of the way from the nearer end, so that both tails keep their digits."""
    step = (high - low) * part
    return np.where(low == high, low, np.where(p > 0.5, high - step, low + step))


def _triangle(p: Numbers, below: Numbers, above: Numbers) -> Numbers:
    """The part for a triangle whose mode has these shares of the width below and above it."""
    rise, fall = np.sqrt(p * below), np.sqrt((1 - p) * above)
    rising = p < below
    from_low = np.where(rising, rise, (p + below * (1 - p)) / (1 + fall))
    from_high = np.where(rising, (1 - p + above * p) / (1 + rise), fall)
    return np.where(p > 0.5, from_high, from_low)


def _pert(p: Numbers, below: Numbers, above: Numbers) -> Numbers:
    """The part for a beta distribution whose mode has these shares of the width below and above it."""
    from scipy.special import betaincinv

    near, far = np.where(p > 0.5, above, below), np.where(p > 0.5, below, above)
    part = betaincinv(1 + _PERT_WEIGHT * near, 1 + _PERT_WEIGHT * far, np.minimum(p, 1 - p))
    return cast(Numbers, part)


def _normal(p: Numbers, mean: Numbers, deviation: Numbers) -> Numbers:
    from scipy.special import ndtri

    return mean + deviation * ndtri(p)


def _lognormal(p: Numbers, p10: Numbers, p90: Numbers) -> Numbers:
    from scipy.special import ndtri

    way = (1 + ndtri(p) / ndtri(0.9)) / 2
    return p10 * np.exp(way * np.log(p90 / p10))
