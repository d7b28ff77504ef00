"""How a cell's value is spelled inside a sheet part, both ways."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from engine.errors import CellError, ErrorKind

Value = float | bool | str | CellError

LONGEST_TEXT = 32_767

# Excel counts a 29 February 1900, so serials from March on are one more than the days passed.
_EPOCH = date(1899, 12, 30)
_MARCH_1900 = 61

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_EXPONENT = re.compile(r"e([+-])0?")

# The kinds a file may name; Excel stores the later ones as #VALUE! with a rich value
# beside it, and a file without that rich value may only say #VALUE!.
_STORED_ERRORS = {kind for kind in ErrorKind if kind not in (ErrorKind.SPILL, ErrorKind.CALC)}
_ERRORS = {kind.value: CellError(kind) for kind in ErrorKind}


def unescape(text: str) -> str:
    """Text as a person reads it: ``_x000D_`` and its like are characters."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def escape(text: str) -> str:
    """Text as a part may hold it, before the XML escapes; ``unescape`` undoes it."""
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def read_value(kind: str, text: str, strings: Sequence[str], date1904: bool) -> Value | None:
    """The value of ``<v>`` under the cell's type; None where there is nothing.

    Raises IndexError or ValueError for a string number that the workbook does not have.
    """
    if kind == "n":
        return read_number(text)
    if kind == "s":
        return strings[_string_number(text)]
    if kind == "b":
        return text.strip() in ("1", "true")
    if kind == "e":
        return _ERRORS.get(text.strip(), _ERRORS["#VALUE!"])
    if kind == "d":
        return _serial(text.strip(), date1904)
    return unescape(text)


def read_number(text: str) -> Value | None:
    """A number as stored; one that is not finite is #NUM!, anything else stays text."""
    try:
        number = float(text)
    except ValueError:
        return unescape(text) if text.strip() else None
    return number if math.isfinite(number) else _ERRORS["#NUM!"]


def _string_number(text: str) -> int:
    number = int(text)
    if number < 0:
        raise IndexError(number)
    return number


def _serial(text: str, date1904: bool) -> Value:
    """An ISO date, time or both as a serial number; text where it is none of them."""
    try:
        if "-" not in text[:8]:
            moment = datetime.combine(_EPOCH, time.fromisoformat(text))
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    days = (moment.replace(tzinfo=None) - datetime.combine(_EPOCH, time())) / timedelta(days=1)
    if days < 1:
        return days
    if date1904:
        return days - 1462
    return days if days >= _MARCH_1900 else days - 1


def spell(value: float | bool | str | CellError) -> tuple[str, str]:
    """The cell type and the text of ``<v>`` for a value, not yet escaped for XML."""
    if isinstance(value, str):
        return "str", escape(value[:LONGEST_TEXT])
    if isinstance(value, CellError):
        return "e", (value.kind if value.kind in _STORED_ERRORS else ErrorKind.VALUE).value
    if isinstance(value, bool):
        return "b", "1" if value else "0"
    return ("n", spell_number(value)) if math.isfinite(value) else ("e", "#NUM!")


def spell_number(number: float) -> str:
    """The shortest text that reads back as this number, in Excel's notation."""
    text = repr(float(number))
    if "e" in text:
        return _EXPONENT.sub(r"E\1", text)
    if text[-2:] != ".0":
        return text
    if -1e15 < number < 1e15:
        return text[:-2] if number else "0"
    sign, digits = ("-", text[1:-2]) if number < 0 else ("", text[:-2])
    fraction = digits[1:].rstrip("0")
    return f"{sign}{digits[0]}{'.' + fraction if fraction else ''}E+15"


def same_value(stored: Value | None, new: float | bool | str | CellError | None) -> bool:
    """Whether a file that stores the one may stand for the other; numbers to 1e-15."""
    if type(stored) is float and (type(new) is float or type(new) is int):
        return stored == new or abs(stored - new) <= 1e-15 * abs(stored)
    if isinstance(stored, str) and isinstance(new, str):
        return stored == new[:LONGEST_TEXT]
    if isinstance(stored, CellError) and new is not None:
        return spell(stored) == spell(new)
    return stored is new
