"""Cell references as a sheet spells them: A1 names, areas, sheet names in formulas."""

from __future__ import annotations

import re
from functools import lru_cache

from openpyxl.utils import get_column_letter

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

Position = tuple[int, int]
"""A cell's row and column, both counted from 1."""

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_ROWS = re.compile(r"\$?([1-9][0-9]{0,6})")
_PLAIN_SHEET = re.compile(r"[^\W\d][\w.]*")
_LOOKS_LIKE_R1C1 = re.compile(r"R[0-9]*(C[0-9]*)?|C[0-9]*", re.IGNORECASE)


@lru_cache(maxsize=LAST_COLUMN)
def column_number(letters: str) -> int:
    """The number of a column, 1 for A; raises ValueError beyond XFD."""
    number = 0
    if not _LETTERS.fullmatch(letters):
        raise ValueError(f"{letters!r} is not a column")
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    if number > LAST_COLUMN:
        raise ValueError(f"{letters!r} is not a column")
    return number


def cell_name(row: int, column: int) -> str:
    """The A1 name of a cell."""
    return f"{get_column_letter(column)}{row}"


def parse_cell(reference: str) -> Position:
    """Row and column of ``B3`` or ``$B$3``; raises ValueError for anything else."""
    match = _CELL.fullmatch(reference)
    if match is None or int(match[2]) > LAST_ROW:
        raise ValueError(f"{reference!r} is not a cell reference")
    return int(match[2]), column_number(match[1])


def parse_area(reference: str) -> Area:
    """The corners of ``A1:B3``, ``B3``, ``A:C`` or ``2:5``, first corner first."""
    first, _, last = reference.partition(":")
    top, left = _corner(first, 1, 1)
    bottom, right = _corner(last or first, LAST_ROW, LAST_COLUMN)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _corner(reference: str, row: int, column: int) -> Position:
    """A corner of an area, where a whole row or column leaves the other number open."""
    if _CELL.fullmatch(reference):
        return parse_cell(reference)
    if match := _ROWS.fullmatch(reference):
        if int(match[1]) > LAST_ROW:
            raise ValueError(f"{reference!r} is not a row")
        return int(match[1]), column
    return row, column_number(reference.removeprefix("$"))


def quote_sheet(name: str) -> str:
    """A sheet's name as a formula spells it, in quotes where it needs them."""
    plain = _PLAIN_SHEET.fullmatch(name) and not _LOOKS_LIKE_R1C1.fullmatch(name)
    if plain and not _CELL.fullmatch(name) and name.upper() not in {"TRUE", "FALSE"}:
        return name
    return "'" + name.replace("'", "''") + "'"
