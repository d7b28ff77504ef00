"""Active days over a lifetime, each brought to its value at the start."""

from __future__ import annotations

import numpy as np

from engine.arguments import Numbers
from engine.curves import lifetime_sum, survival

# Days are worked through in stretches of this many, for as many rows as make a block.
_STRETCH = 4096
_BLOCK = 1 << 20
# What is worth less than e^-40 of the first day no longer shows in the sum.
_NOTHING = 40.0


def discounted_sum(p1: Numbers, p2: Numbers, horizon: Numbers, model: str, force: Numbers) -> Numbers:
    """1 + r(1) v + ... + r(H-1) v^(H-1) with v = exp(-force); where force is 0 the plain sum of days."""
    if model == "exponential":
        return lifetime_sum(p1, p2 + force, horizon, model)
    if np.all(force == 0):
        return lifetime_sum(p1, p2, horizon, model)
    p1, p2, end, force = (np.atleast_1d(x) for x in (p1, p2, _counted(horizon, force), force))
    total = np.empty(np.broadcast_shapes(p1.shape, p2.shape, end.shape, force.shape))
    step = max(1, _BLOCK // int(min(_STRETCH, np.max(end))))
    for start in range(0, total.size, step):
        block = slice(start, start + step)
        first, second, last, rate = (
            x[block, None] if x.size > 1 else x[:, None] for x in (p1, p2, end, force)
        )
        total[block] = _day_by_day(first, second, last, rate, model)
    if np.all(force != 0):
        return total
    return np.where(force == 0, lifetime_sum(p1, p2, horizon, model), total)


def _counted(horizon: Numbers, force: Numbers) -> Numbers:
    """The days that can show in the sum; only the first where nothing is discounted."""
    falling = force > 0
    left = np.where(falling, -np.expm1(-force), 1.0)
    lasting = np.where(falling, np.ceil((_NOTHING - np.log(left)) / np.where(falling, force, 1.0)), np.inf)
    return np.where(force == 0, 1.0, np.minimum(np.trunc(horizon), np.maximum(lasting, 1.0)))


def _day_by_day(p1: Numbers, p2: Numbers, end: Numbers, force: Numbers, model: str) -> Numbers:
    """The sum for a block of rows, each given as a column."""
    total = np.zeros(1)
    last = int(np.max(end))
    for first in range(0, last, _STRETCH):
        t = np.arange(first, min(first + _STRETCH, last), dtype=np.float64)[None, :]
        worth = np.where(t < end, np.exp(-force * t), 0.0)
        total = total + np.einsum("rt,rt->r", survival(t, p1, p2, model), worth)
    return total
