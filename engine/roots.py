"""All the rates at which a row of amounts is worth nothing: between changes of sign, by scipy's bracketing.

The unknown is x = ln(1 + rate), where a discount factor is e^(-time * x). Sums are
taken by their logarithms, so that no amount, time or rate is too large for them.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.arguments import Mask, Numbers

# The least 1 + rate that a float tells from 0, and the greatest that it holds.
_LOW, _HIGH = -36.0, 709.0
_ROUNDING = 4 * float(np.finfo(float).eps)


def rates(times: Numbers, amounts: Numbers) -> Numbers:
    """Every rate above -1 at which the amounts, each over (1 + rate)^time, add up to 0; ascending."""
    when, net = _netted(times, amounts)
    found = np.expm1(_roots(when, np.log(np.abs(net)), net > 0))
    # The logarithms leave a last digit where the plain sum is 0.
    return np.where((np.abs(found) < 1e-12) & (math.fsum(net) == 0), 0.0, found)


def nearest(found: Numbers, guess: Numbers) -> Numbers:
    """Of the rates found the one nearest the guess in ln(1 + rate); nan where none was found."""
    if not found.size:
        return np.full(np.shape(guess), np.nan)
    away = np.abs(np.log1p(found) - np.log1p(guess)[..., None])
    chosen: Numbers = found[np.argmin(away, axis=-1)]
    return chosen


def sign_changes(times: Numbers, amounts: Numbers) -> int:
    """How often the amounts, one after another in time, turn from in to out or back."""
    return _turns(_netted(times, amounts)[1] > 0).size


def _turns(inward: Mask) -> NDArray[np.intp]:
    """The places before which the direction changes."""
    return np.flatnonzero(inward[1:] != inward[:-1])


def _netted(times: Numbers, amounts: Numbers) -> tuple[Numbers, Numbers]:
    """One amount for each time, in order, none where only rounding is left; scaled by a power of 2."""
    scaled = np.ldexp(amounts, -np.frexp(np.abs(amounts).max())[1])
    when, place = np.unique(times, return_inverse=True)
    net, gross = np.zeros(when.size), np.zeros(when.size)
    np.add.at(net, place, scaled)
    np.add.at(gross, place, np.abs(scaled))
    kept = np.abs(net) > _ROUNDING * gross
    return when[kept], net[kept]


def _roots(times: Numbers, log_size: Numbers, inward: Mask) -> Numbers:
    """The roots x of a sum of +-e^(log_size - time * x), ascending.

    Between two roots lies one of the derivative, also after a factor e^(c * x). With c
    inside a change of sign the derivative is a sum of the same form that changes sign
    once less; a sum that never does has no root. So none is missed.
    """
    ladder: list[tuple[Numbers, Mask]] = []
    while (turns := _turns(inward)).size:
        ladder.append((log_size, inward))
        turn = turns[turns.size // 2]
        c = (times[turn] + times[turn + 1]) / 2
        log_size, inward = log_size + np.log(np.abs(times - c)), inward ^ (times < c)
    found = np.empty(0)
    for log_size, inward in reversed(ladder):
        found = _crossings([_LOW, *found.tolist(), _HIGH], times, log_size, inward)
    return found


def _crossings(points: list[float], times: Numbers, log_size: Numbers, inward: Mask) -> Numbers:
    """The roots at the points and between them, where there is one at most."""
    from scipy.optimize import brentq

    def surplus(x: float) -> float:
        """The logarithm of what comes in over what goes out; 0 where only rounding is left."""
        logs = log_size - times * x
        gains, losses = logs[inward], logs[~inward]
        most, least = gains.max(), losses.max()
        ratio = most - least + np.log(np.exp(gains - most).sum() / np.exp(losses - least).sum())
        return float(ratio) if abs(ratio) > _ROUNDING * (1 + abs(most)) else 0.0

    levels = [(x, surplus(x)) for x in points]
    found = [x for x, level in levels if level == 0]
    for (low, one), (high, other) in pairwise(levels):
        if one * other < 0:
            found.append(brentq(surplus, low, high, xtol=1e-17, rtol=_ROUNDING, maxiter=1000))
    return np.sort(np.array(found))
