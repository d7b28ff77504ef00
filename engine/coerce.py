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
from itertools import chain
from typing import Any, Final

import numpy as np

from engine.errors import CellError, ErrorKind


class _Omitted:
    """An argument that was left out, in a host that can tell this from a blank cell."""

    def __repr__(self) -> str:
        return "OMITTED"


OMITTED: Final = _Omitted()

_NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?%?", re.ASCII
)
_SHOWN = 40
# Excel counts 1900 as a leap year: serial 60 is the 29 February that never was.
_EPOCH = dt.datetime(1899, 12, 30)
_DAY = 86_400.0
_NUMERIC = (float, int, np.integer, np.floating, np.bool_)
_SCALAR = (float, int, str, CellError)


def is_blank(x: object) -> bool:
    """Whether `x` is a blank cell, an omitted argument or a missing value of pandas."""
    if x is None or x is OMITTED:
        return True
    pandas = sys.modules.get("pandas")
    return pandas is not None and (x is pandas.NA or x is pandas.NaT)


def is_number_text(text: str) -> bool:
    """Whether a sheet would take the text for a number."""
    return _NUMBER.fullmatch(text.strip()) is not None


def shown(x: object) -> str:
    """A value as a sentence quotes it: short texts and numbers in full, anything else by its type."""
    if isinstance(x, str):
        return repr(x if len(x) <= _SHOWN else x[: _SHOWN - 3] + "...")
    if is_blank(x):
        return "blank"
    if isinstance(x, bool | np.bool_ | float | np.floating):
        return str(x)
    return f"a value of type {type(x).__name__}"


def not_finite(argument: str) -> CellError:
    """The error of a nan or an infinity."""
    return CellError(ErrorKind.NUM, f"{argument} is not a finite number", argument)


def number(x: object, argument: str) -> float | CellError:
    """`x` as a finite float, or the error that a cell shows for it."""
    if isinstance(x, _NUMERIC):
        return _finite(x, argument)
    if isinstance(x, CellError):
        return x
    if isinstance(x, str):
        return _from_text(x, argument)
    if is_blank(x):
        sentence = f"{argument} is blank inside an array; fill it in or leave the row out"
        return CellError(ErrorKind.VALUE, sentence, argument)
    if isinstance(x, dt.date | dt.timedelta | np.datetime64 | np.timedelta64):
        return _from_date(x, argument)
    if isinstance(x, Decimal | Fraction):
        return _finite(x, argument)
    return CellError(ErrorKind.VALUE, f"{argument} must be a number, not {shown(x)}", argument)


def _finite(x: Any, argument: str) -> float | CellError:
    try:
        value = float(x)
    except (OverflowError, ValueError, TypeError):
        return CellError(ErrorKind.NUM, f"{argument} is too large to calculate with", argument)
    return value if math.isfinite(value) else not_finite(argument)


def _from_text(text: str, argument: str) -> float | CellError:
    stripped = text.strip()
    if not is_number_text(stripped):
        return CellError(
            ErrorKind.VALUE, f"{argument} must be a number, not the text {shown(text)}", argument
        )
    digits = stripped.rstrip("%").replace(",", "")
    return _finite(float(digits) / (100.0 if stripped.endswith("%") else 1.0), argument)


def _from_date(x: Any, argument: str) -> float | CellError:
    if isinstance(x, np.datetime64 | np.timedelta64):
        x = x.astype("datetime64[us]" if isinstance(x, np.datetime64) else "timedelta64[us]").item()
    if isinstance(x, dt.timedelta):
        return x.total_seconds() / _DAY
    days = serial(x) if isinstance(x, dt.date) else -1.0
    if days < 0:
        return CellError(ErrorKind.NUM, f"{argument} is a date that a sheet cannot hold", argument)
    return days


def serial(day: dt.date) -> float:
    """A date as Excel's serial number in the 1900 date system."""
    if not isinstance(day, dt.datetime):
        day = dt.datetime(day.year, day.month, day.day)
    days = (day.replace(tzinfo=None) - _EPOCH).total_seconds() / _DAY
    return days if days >= 61 else days - 1


@dataclass(slots=True)
class Flat:
    """One argument with its elements in a row, and the form they came in.

    `shape` is () for a single value, else (rows, columns); `wrapper` is "list",
    "numpy" or "pandas"; `labels` holds the index of a Series or DataFrame, and
    the columns; `one_dimensional` marks a flat list or array.
    """

    elements: Any
    shape: tuple[int, ...] = ()
    wrapper: str = "list"
    labels: tuple[Any, ...] = ()
    one_dimensional: bool = False

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it at all."""
        return len(self.elements) == 1 and is_blank(self.elements[0])


def flatten(x: Any, argument: str) -> Flat | CellError:
    """Take a scalar, nested lists, a NumPy array, a pandas Series or DataFrame apart."""
    if isinstance(x, _SCALAR) or is_blank(x):
        return Flat((x,))
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(x, pandas.Series):
        # A nullable column would hand over nan for what is missing.
        nullable = x.hasnans and not isinstance(x.dtype, np.dtype)
        elements = x.to_numpy(dtype=object) if nullable else x.to_numpy()
        flat = Flat(elements, (len(x), 1), "pandas", (x.index,), one_dimensional=True)
    elif pandas is not None and isinstance(x, pandas.DataFrame):
        flat = Flat(x.to_numpy().reshape(-1), x.shape, "pandas", (x.index, x.columns))
    elif isinstance(x, np.ndarray):
        return _flatten_array(x, argument)
    elif isinstance(x, Sequence) and not isinstance(x, bytes | bytearray | memoryview):
        return _flatten_list(x, argument)
    else:
        return Flat((x,))
    return flat if len(flat.elements) else _refused(f"{argument} is an empty array", argument)


def _flatten_array(x: Any, argument: str) -> Flat | CellError:
    if x.ndim > 2:
        return _refused(f"{argument} has {x.ndim} dimensions; a sheet has two", argument)
    if x.size == 0:
        return _refused(f"{argument} is an empty array", argument)
    array = np.asarray(x)
    if isinstance(x, np.ma.MaskedArray):
        # What a masked array hides is blank, not the number beneath.
        array = array.astype(object)
        array[np.ma.getmaskarray(x)] = None
    if array.ndim == 0:
        return Flat(array.reshape(-1))
    shape = (1, array.size) if array.ndim == 1 else array.shape
    return Flat(array.reshape(-1), shape, "numpy", one_dimensional=array.ndim == 1)


def _flatten_list(x: Sequence[Any], argument: str) -> Flat | CellError:
    depths = _depths(x)
    if not x or (True in depths and isinstance(x[0], Sequence) and not x[0]):
        return _refused(f"{argument} is an empty array", argument)
    if depths == {False}:
        return Flat(x, (1, len(x)), one_dimensional=True)
    if depths == {True, False} or len(set(map(len, x))) != 1:
        return _refused(f"{argument} has rows of different length", argument)
    elements = list(chain.from_iterable(x))
    if True in _depths(elements):
        return _refused(f"{argument} is nested more than two deep", argument)
    return Flat(elements, (len(x), len(x[0])))


def _depths(x: Sequence[Any]) -> set[bool]:
    """Whether rows are in it, or single cells, or both; a look at each type once, since rows are many."""
    return {issubclass(kind, Sequence) and not issubclass(kind, str | bytes) for kind in set(map(type, x))}


def _refused(sentence: str, argument: str) -> CellError:
    return CellError(ErrorKind.VALUE, sentence, argument)


def numbers(flat: Flat, argument: str) -> tuple[Any, dict[int, CellError]]:
    """The elements as floats and the errors by place, where the float is nan.

    A single element gives one `float64`. What is nan or infinite in an array of
    floats is left to the caller, who finds all of it at once.
    """
    elements = flat.elements
    if len(elements) == 1:
        value = number(elements[0], argument)
        return (np.float64(np.nan), {0: value}) if isinstance(value, CellError) else (np.float64(value), {})
    if isinstance(elements, np.ndarray):
        plain = elements.dtype.kind in "fiub"
    else:
        plain = set(map(type, elements)) == {float}
    if plain:
        return np.asarray(elements, dtype=np.float64), {}
    values = np.full(len(elements), np.nan)
    errors: dict[int, CellError] = {}
    for place, element in enumerate(elements):
        value = number(element, argument)
        if isinstance(value, CellError):
            errors[place] = value
        else:
            values[place] = value
    return values, errors
