"""Typed months over the forecast: read, checked, and put beside the lines they replace."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.arguments import Numbers
from engine.errors import InputError
from engine.lines import ACTUALS
from engine.scenarios import unknown

if TYPE_CHECKING:
    import datetime as dt

_YEAR = 12


def lines_typed(actuals: Mapping[str, Any] | None, months: int) -> dict[str, Numbers]:
    """The actuals by the line they replace, `months` numbers each, nan where there is none.

    An `InputError` names an unknown actual with the nearest, a row of the wrong length,
    and the month of what is no number.
    """
    typed: dict[str, Numbers] = {}
    for name, row in ({} if actuals is None else actuals).items():
        if name not in ACTUALS:
            raise unknown("actual", str(name), ACTUALS)
        typed[ACTUALS[name]] = _row(name, row, months)
    return typed


def _row(name: str, given: Any, months: int) -> Numbers:
    # Only pandas knows its own blanks.
    cells = given.to_numpy(dtype=object, na_value=None) if hasattr(given, "to_numpy") else given
    if not isinstance(cells, list | tuple | np.ndarray) or np.ndim(cells[:1]) != 1:
        raise InputError(f"the actual {name} must be a row of numbers, one a month, not {given!r}")
    if len(cells) != months:
        raise InputError(
            f"the actual {name} has {len(cells)} months, the forecast {months}; "
            "put nan where none is known, or give a table with dates"
        )
    return np.array([_number(name, month, cell) for month, cell in enumerate(cells, start=1)])


def _number(name: str, month: int, cell: Any) -> float:
    """The number of one month; nan for none."""
    if cell is None:
        return math.nan
    number = math.inf
    if isinstance(cell, Real | Decimal) and not isinstance(cell, bool):
        with suppress(OverflowError):
            number = float(cell)
    if math.isinf(number):
        raise InputError(f"the actual {name} of month {month} must be a number, not {cell!r}")
    return number


def by_month(actuals: Any, first: dt.date, months: int) -> Mapping[str, Any] | None:
    """The actuals as rows along the timeline: a table with dates is laid out by the month of each.

    A table without dates, or a mapping, has a row or value for every month already. An
    `InputError` names a month that is outside the forecast or stands twice.
    """
    index = getattr(actuals, "index", None)
    if index is None or not hasattr(index, "year"):
        return actuals  # type: ignore[no-any-return]
    places = ((index.year - first.year) * _YEAR + index.month - first.month).tolist()
    for row, (place, label) in enumerate(zip(places, index, strict=True), start=1):
        # A date that is missing has no month either.
        if place != place:
            raise InputError(f"row {row} of the actuals has no date")
        if not 0 <= place < months:
            raise InputError(
                f"the actuals of {label:%Y-%m} lie outside the {months} months from {first:%Y-%m}"
            )
        if places.count(place) > 1:
            raise InputError(f"the actuals of {label:%Y-%m} stand there twice")
    return {name: _laid_out(actuals[name], places, months) for name in actuals.columns}


def _laid_out(column: Any, places: list[int], months: int) -> list[Any]:
    row: list[Any] = [None] * months
    for place, cell in zip(places, column.to_numpy(dtype=object, na_value=None), strict=True):
        row[int(place)] = cell
    return row
