"""Functions that formualizer gets wrong without a word, and what to call in their place.

ISERROR and its kin look only at the first cell of an area, so that the common
check SUMPRODUCT(--ISERROR(area)) is always 0. Where the argument may be an area,
the formula is respelled to call ours; on single cells the engine's are right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbook.engines.values import error_kind

PREFIX = "UNITSHEET."

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

ARRAY_BLIND = frozenset(_TESTS)


def corrections() -> Mapping[str, Callable[[Any], Any]]:
    """The functions to register, by the name formulas are respelled to; each takes one argument."""
    return {PREFIX + name: _over_areas(test) for name, test in _TESTS.items()}


def _over_areas(test: Callable[[Any], bool]) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        if isinstance(value, list):
            return [[test(cell) for cell in row] for row in value]
        return test(value)

    return call
