"""Matrices and schedules that formualizer does not have, by the name Excel gives them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbook.engines.given import FailureError, number, rows_of
from workbook.engines.values import error_kind

_LARGEST = 1_000


def _matrix(value: Any) -> NDArray[np.float64]:
    """A matrix of numbers; anything else in it is #VALUE!, an error is passed on."""
    rows = rows_of(value)
    for cell in chain.from_iterable(rows):
        kind = error_kind(cell)
        if kind is not None:
            raise FailureError(kind)
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            raise FailureError("Value")
    return np.array(rows, dtype=np.float64)


def _square(value: Any) -> NDArray[np.float64]:
    matrix = _matrix(value)
    if matrix.shape[0] != matrix.shape[1]:
        raise FailureError("Value")
    return matrix


def _mmult(left: Any, right: Any) -> Any:
    one, other = _matrix(left), _matrix(right)
    if one.shape[1] != other.shape[0]:
        raise FailureError("Value")
    with np.errstate(all="ignore"):  # what is too large becomes #NUM! later
        return (one @ other).tolist()


def _mdeterm(value: Any) -> float:
    return float(np.linalg.det(_square(value)))


def _minverse(value: Any) -> Any:
    matrix = _square(value)
    try:
        inverse = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        raise FailureError("Num") from None
    if np.linalg.cond(matrix) > 1e15:
        raise FailureError("Num")
    return inverse.tolist()


def _munit(size: Any) -> Any:
    count = math.floor(number(size))
    if not 1 <= count <= _LARGEST:
        raise FailureError("Value")
    return np.eye(count).tolist()


def _fvschedule(principal: Any, schedule: Any) -> float:
    result = number(principal)
    for rate in chain.from_iterable(rows_of(schedule)):
        if isinstance(rate, bool | str):
            raise FailureError("Value")
        result *= 1 + number(rate)
    return result


def _vdb(
    cost: Any, salvage: Any, life: Any, start: Any, end: Any, factor: Any = 2.0, no_switch: Any = False
) -> float:
    """Declining balance over any stretch of periods, going over to a straight line where that is more."""
    price, rest, years, first, last, speed = map(number, (cost, salvage, life, start, end, factor))
    if first < 0 or last < first or last > years or price < 0 or rest > price or speed <= 0 or years <= 0:
        raise FailureError("Num")
    if number(no_switch):
        return sum(
            _declining(price, rest, years, period, speed) * (min(last, period) - max(first, period - 1))
            for period in range(math.floor(first) + 1, math.ceil(last) + 1)
        )
    if first != math.floor(first) and speed > 1 and first >= years / 2:
        last -= first - years / 2
        first = years / 2
    price -= _switched(price, rest, years, years, first, speed)
    return _switched(price, rest, years, years - first, last - first, speed)


def _declining(price: float, rest: float, years: float, period: int, speed: float) -> float:
    rate = min(speed / years, 1.0)
    before, after = price * (1 - rate) ** (period - 1), price * (1 - rate) ** period
    return max(before - max(after, rest), 0.0)


def _switched(price: float, rest: float, years: float, left: float, until: float, speed: float) -> float:
    """What is written off from the beginning until a moment."""
    total, open_amount, straight = 0.0, price - rest, None
    for period in range(1, math.ceil(until) + 1):
        if straight is None:
            declining = _declining(price, rest, years, period, speed)
            line = open_amount / (left - (period - 1))
            part = max(line, declining)
            straight = line if line > declining else None
            open_amount -= declining
        else:
            part = straight
        total += part * min(1.0, until - (period - 1))
    return total


MATRICES: Mapping[str, Callable[..., Any]] = {
    "MMULT": _mmult, "MDETERM": _mdeterm, "MINVERSE": _minverse, "MUNIT": _munit, "FVSCHEDULE": _fvschedule,
    "VDB": _vdb,
}  # fmt: skip
