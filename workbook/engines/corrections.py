"""Functions that formualizer lacks or gets wrong, and what is called in their place.

Each takes values as the engine hands them over, and gives such values back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from workbook.engines.given import PREFIX, FailureError, number, numbers, rows_of
from workbook.engines.matrices import MATRICES
from workbook.engines.values import engine_error, error_kind

_TESTS: Mapping[str, Callable[[Any], bool]] = {
    "ISERROR": lambda value: error_kind(value) is not None,
    "ISERR": lambda value: error_kind(value) not in (None, "Na"),
    "ISNA": lambda value: error_kind(value) == "Na",
    "ISNUMBER": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "ISTEXT": lambda value: isinstance(value, str),
    "ISNONTEXT": lambda value: not isinstance(value, str),
    "ISLOGICAL": lambda value: isinstance(value, bool),
    "ISBLANK": lambda value: value is None,
}

OVER_ARRAYS = frozenset(_TESTS)
"""Right for one value, so that ours is called for areas and arrays only."""


def corrections() -> Mapping[str, Callable[..., Any]]:
    """Every function to register, by the name that formulas are respelled to, and those that are missing."""
    tests = {name: _over_areas(test) for name, test in _TESTS.items()}
    calls: dict[str, Callable[..., Any]] = {**tests, **_ALWAYS, "LOOKUP": _lookup, "XMATCH": _xmatch}
    ours = {PREFIX + name: call for name, call in (calls | {"FILL": fill, "SHOWN": shown}).items()}
    return {name: _safe(call) for name, call in {**ours, **MATRICES}.items()}


def _safe(call: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its failures as errors; the engine would make each of them #VALUE!."""

    def called(*args: Any) -> Any:
        try:
            return call(*args)
        except FailureError as failed:
            return engine_error(failed.kind)
        except (ZeroDivisionError, OverflowError):
            return engine_error("Num")

    return called


def _over_areas(test: Callable[[Any], bool]) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        if isinstance(value, list):
            return [[test(cell) for cell in row] for row in value]
        return test(value)

    return call


def fill(value: Any, rows: float, columns: float) -> list[list[Any]]:
    """An array cut or stretched to the cells that it is entered in; cells beyond its end are #N/A."""
    given = rows_of(value)
    beyond = engine_error("Na")

    def cell(row: int, column: int) -> Any:
        source = given[0 if len(given) == 1 else row] if len(given) == 1 or row < len(given) else None
        if source is None or (len(source) > 1 and column >= len(source)):
            return beyond
        found = source[0 if len(source) == 1 else column]
        return 0.0 if found is None else found

    return [[cell(row, column) for column in range(int(columns))] for row in range(int(rows))]


def shown(value: Any) -> Any:
    """A number as it reads in a text; anything else as it is."""
    if isinstance(value, list):
        return [[shown(cell) for cell in row] for row in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{value:.15G}"


def _lookup(wanted: Any, where: Any, results: Any = None) -> Any:
    """The last value not greater than the one wanted, as LOOKUP finds it in an array of its own."""
    kind = error_kind(wanted)
    if kind is not None:
        raise FailureError(kind)
    rows = rows_of(where)
    by_column = len(rows[0]) > len(rows)
    keys = rows[0] if by_column else [row[0] for row in rows]
    if results is None:
        found = rows[-1] if by_column else [row[-1] for row in rows]
    else:
        found = list(chain.from_iterable(rows_of(results)))
    last = None
    for place, key in enumerate(keys):
        if _alike(key, wanted) and _order(key) <= _order(wanted):
            last = place
    if last is None or last >= len(found):
        raise FailureError("Na")
    return found[last]


def _xmatch(wanted: Any, where: Any, side: Any, search: Any = 1.0) -> float:
    """The place of a value or, with `side` -1 or 1, of the next smaller or larger of its kind."""
    kind = error_kind(wanted)
    if kind is not None:
        raise FailureError(kind)
    keys = list(enumerate(chain.from_iterable(rows_of(where)), start=1))
    if number(search) < 0:
        keys.reverse()
    sign = 1 if number(side) > 0 else -1
    best: tuple[int, Any] | None = None
    for place, key in keys:
        if _alike(key, wanted) and sign * _compared(key, wanted) >= 0:
            if _compared(key, wanted) == 0:
                return float(place)
            if best is None or sign * _compared(key, best[1]) < 0:
                best = place, key
    if best is None:
        raise FailureError("Na")
    return float(best[0])


def _compared(one: Any, other: Any) -> int:
    first, second = _order(one), _order(other)
    return int(first > second) - int(first < second)


def _alike(one: Any, other: Any) -> bool:
    kinds = (str, bool, (int, float))
    return next((isinstance(other, k) for k in kinds if isinstance(one, k)), False)


def _order(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _gcd(*args: Any) -> float:
    return float(math.gcd(*_whole(args)))


def _lcm(*args: Any) -> float:
    return float(math.lcm(*_whole(args)))


def _whole(args: Iterable[Any]) -> list[int]:
    found = [math.floor(value) for value in numbers(args)]
    if any(value < 0 or value >= 2**53 for value in found):
        raise FailureError("Num")
    return found


def _power(base: Any, exponent: Any) -> Any:
    x, y = number(base), number(exponent)
    if x == 0 and y <= 0:
        raise FailureError("Num" if y == 0 else "Div")
    result = x**y
    if isinstance(result, complex):
        raise FailureError("Num")
    return result


def _to_multiple(value: Any, step: Any, rounded: Callable[[float], int]) -> float:
    x, s = number(value), number(step)
    if x == 0:
        return 0.0
    if s == 0:
        if rounded is math.floor:
            raise FailureError("Div")
        return 0.0
    if x > 0 > s:
        raise FailureError("Num")
    return _near(x / s, rounded) * s


def _near(quotient: float, rounded: Callable[[float], int]) -> float:
    """Rounded up or down, where 2.9999999999999996 is 3."""
    whole = round(quotient)
    if math.isclose(quotient, whole, rel_tol=1e-15, abs_tol=0):
        return float(whole)
    return float(rounded(quotient))


def _floor(value: Any, step: Any) -> float:
    return _to_multiple(value, step, math.floor)


def _ceiling(value: Any, step: Any) -> float:
    return _to_multiple(value, step, math.ceil)


def _db(cost: Any, salvage: Any, life: Any, period: Any, month: Any = 12.0) -> float:
    """Depreciation at a fixed rate of three digits, the first and last year being part of one."""
    price, rest, years, wanted = (number(value) for value in (cost, salvage, life, period))
    first = math.trunc(number(month))
    if min(price, rest) < 0 or min(years, wanted) <= 0 or not 1 <= first <= 12:
        raise FailureError("Num")
    if math.trunc(wanted) > years + (first < 12):
        raise FailureError("Num")
    if price == 0:
        return 0.0
    rate = round(1 - (rest / price) ** (1 / years), 3)
    result: float = price * rate * first / 12
    done = result
    for _ in range(2, math.trunc(wanted) + 1):
        result = (price - done) * rate
        done += result
    if wanted > years:
        result = (price - (done - result)) * rate * (12 - first) / 12
    return result


_ALWAYS: Mapping[str, Callable[..., Any]] = {
    "GCD": _gcd, "LCM": _lcm, "POWER": _power, "FLOOR": _floor, "CEILING": _ceiling, "DB": _db,
}  # fmt: skip

ALWAYS = frozenset(_ALWAYS)
"""Wrong for some plain values, so that ours is called whatever they are given."""

MISSING = frozenset(MATRICES)
"""Functions of Excel that the engine does not have."""
