"""From anything a host can hand over to numbers, and where it is none, to the error and its sentence."""

from __future__ import annotations

import datetime as dt
import math
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np

from engine.arguments import Numbers
from engine.errors import CellError, ErrorKind


class _Omitted:
    """An argument that was left out, in a host that can tell this from a blank cell."""

    def __repr__(self) -> str:
        return "OMITTED"


OMITTED: Final = _Omitted()

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d*)?)(?:[eE][+-]?\d+)?%?", re.ASCII)
# Excel counts 1900 as a leap year: serial 60 is the 29 February that never was.
_EPOCH = dt.datetime(1899, 12, 30)
_DAY = 86_400.0


def is_blank(x: object) -> bool:
    """Whether `x` is a blank cell, an omitted argument or a missing value of pandas."""
    if x is None or x is OMITTED:
        return True
    pandas = sys.modules.get("pandas")
    return pandas is not None and (x is pandas.NA or x is pandas.NaT)


def number(x: object, argument: str) -> float | CellError:
    """`x` as a finite float, or the error that a cell shows for it."""
    if isinstance(x, float | int | np.integer | np.floating | np.bool_):
        return _finite(x, argument)
    if isinstance(x, CellError):
        return x
    if isinstance(x, str):
        return _from_text(x, argument)
    if is_blank(x):
        return CellError(ErrorKind.VALUE, f"{argument} is blank inside an array; fill it in or leave the row out", argument)
    if isinstance(x, dt.date | np.datetime64):
        return serial(x)
    if isinstance(x, dt.timedelta):
        return x.total_seconds() / _DAY
    if isinstance(x, Decimal | Fraction):
        return _finite(x, argument)
    return CellError(ErrorKind.VALUE, f"{argument} is a {type(x).__name__}, not a number", argument)


def _finite(x: Any, argument: str) -> float | CellError:
    try:
        value = float(x)
    except (OverflowError, ValueError, TypeError):
        return CellError(ErrorKind.NUM, f"{argument} is too large to calculate with", argument)
    if math.isfinite(value):
        return value
    return CellError(ErrorKind.NUM, f"{argument} is not a finite number", argument)


def _from_text(text: str, argument: str) -> float | CellError:
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        shown = text if len(text) <= 40 else text[:37] + "..."
        return CellError(ErrorKind.VALUE, f"{argument} is the text {shown!r}, not a number", argument)
    digits = stripped.rstrip("%").replace(",", "")
    return _finite(float(digits) / (100.0 if stripped.endswith("%") else 1.0), argument)


def serial(day: dt.date | np.datetime64) -> float:
    """A date as Excel's serial number in the 1900 date system."""
    if isinstance(day, np.datetime64):
        day = day.astype("datetime64[us]").item()
    if not isinstance(day, dt.datetime):
        day = dt.datetime(day.year, day.month, day.day)
    days = (day.replace(tzinfo=None) - _EPOCH).total_seconds() / _DAY
    return days if days >= 61 else days - 1


@dataclass(frozen=True, slots=True)
class Flat:
    """One argument with its elements in a row, and the form they came in.

    `shape` is () for a single value, else (rows, columns); `wrapper` is "list",
    "numpy" or "pandas"; `labels` holds the index of a Series, or index and
    columns of a DataFrame; `one_dimensional` marks a flat list or array.
    """

    elements: Any
    shape: tuple[int, ...] = ()
    wrapper: str = "list"
    labels: Any = None
    one_dimensional: bool = False

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it at all."""
        return self.shape in ((), (1, 1)) and is_blank(self.elements[0])


def flatten(x: Any, argument: str) -> Flat | CellError:
    """Take a scalar, nested lists, a NumPy array, a pandas Series or DataFrame apart."""
    if isinstance(x, str | CellError | float | int) or is_blank(x):
        return Flat((x,))
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(x, pandas.Series):
        flat = Flat(x.to_numpy(), (len(x), 1), "pandas", x.index, one_dimensional=True)
    elif pandas is not None and isinstance(x, pandas.DataFrame):
        flat = Flat(x.to_numpy().reshape(-1), x.shape, "pandas", (x.index, x.columns))
    elif isinstance(x, np.ndarray) and x.ndim == 0:
        return Flat((x.item(),))
    elif isinstance(x, np.ndarray) and x.ndim > 2:
        return _refused(f"{argument} has {x.ndim} dimensions; a sheet has two", argument)
    elif isinstance(x, np.ndarray):
        shape = (1, x.shape[0]) if x.ndim == 1 else x.shape
        flat = Flat(x.reshape(-1), shape, "numpy", one_dimensional=x.ndim == 1)
    elif isinstance(x, Sequence) and not isinstance(x, bytes):
        return _flatten_list(x, argument)
    else:
        return Flat((x,))
    return flat if len(flat.elements) else _refused(f"{argument} is an empty array", argument)


def _flatten_list(x: Sequence[Any], argument: str) -> Flat | CellError:
    def nested(row: object) -> bool:
        return isinstance(row, Sequence) and not isinstance(row, str | bytes)

    if not x or (nested(x[0]) and not x[0]):
        return _refused(f"{argument} is an empty array", argument)
    depths = {nested(row) for row in x}
    if depths == {False}:
        return Flat(x, (1, len(x)), one_dimensional=True)
    if depths == {True, False} or len({len(row) for row in x}) != 1:
        return _refused(f"{argument} has rows of different length", argument)
    elements = [item for row in x for item in row]
    if any(nested(item) for item in elements):
        return _refused(f"{argument} is nested more than two deep", argument)
    return Flat(elements, (len(x), len(x[0])))


def _refused(sentence: str, argument: str) -> CellError:
    return CellError(ErrorKind.VALUE, sentence, argument)


def numbers(flat: Flat, argument: str) -> tuple[Numbers, dict[int, CellError]]:
    """The elements as floats, nan where there is none, and the errors by place."""
    elements = flat.elements
    if isinstance(elements, np.ndarray) and elements.dtype.kind in "fiub":
        values = elements.astype(np.float64)
        doubtful = np.flatnonzero(~np.isfinite(values))
    elif not isinstance(elements, np.ndarray) and all(type(e) is float for e in elements):
        values = np.array(elements, dtype=np.float64)
        doubtful = np.flatnonzero(~np.isfinite(values))
    else:
        values = np.full(len(elements), np.nan)
        doubtful = np.arange(len(elements))
    errors: dict[int, CellError] = {}
    for place in doubtful.tolist():
        value = number(elements[place], argument)
        if isinstance(value, CellError):
            errors[place] = value
            values[place] = np.nan
        else:
            values[place] = value
    return values, errors
