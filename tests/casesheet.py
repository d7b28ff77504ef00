"""Cases on a sheet: a formula for each cell of a result, its inputs beside it or, as areas, further down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hostcases import Case
from openpyxl.utils import get_column_letter

from engine.coerce import OMITTED, serial
from engine.errors import CellError
from unitsheet.spelling import spell

_EMPTY = "$A$1"
_FIRST_ROW, _FIRST_INPUT = 2, 40
_AREAS = 5_000
Shape = tuple[int, int]


def write_cases(sheet: Any, cases: Sequence[Case], typed: Callable[[str], str]) -> list[Shape]:
    """Put every case on its row, the function by the name it is `typed` with; the size of each result."""
    return [_write(sheet, row, case, typed) for row, case in enumerate(cases, start=_FIRST_ROW)]


def read_cases(shapes: Sequence[Shape], shown: Callable[[int, int], Any]) -> list[Any]:
    """The results in rows, by what is `shown` in a row and column."""
    return [_area(row, shape, shown) for row, shape in enumerate(shapes, start=_FIRST_ROW)]


def _write(sheet: Any, row: int, case: Case, typed: Callable[[str], str]) -> Shape:
    expected = case.expected
    column = _FIRST_INPUT
    texts: list[str] = []
    for value in case.args:
        text, column = _argument(sheet, row, column, value)
        texts.append(text)
    while texts and not texts[-1]:
        texts.pop()
    call = f"{typed(case.function.name)}({','.join(texts)})"
    height, width = (len(expected), len(expected[0])) if isinstance(expected, list) else (1, 1)
    for place in range(height * width):
        part = f"INDEX({call},{place // width + 1},{place % width + 1})" if height * width > 1 else call
        sheet.cell(row, 1 + place, f"={part}")
    return height, width


def _argument(sheet: Any, row: int, column: int, value: Any) -> tuple[str, int]:
    """The text of an argument, and the next free column."""
    if value is OMITTED:
        return "", column
    if value is None:
        return _EMPTY, column
    if not isinstance(value, list):
        return spell(serial(value) if hasattr(value, "year") else value), column
    top = _AREAS + row * 8
    for down, cells in enumerate(value):
        for across, cell in enumerate(cells):
            sheet.cell(top + down, column + across, f"={cell}" if isinstance(cell, CellError) else cell)
    last = f":{get_column_letter(column + len(value[0]) - 1)}{top + len(value) - 1}"
    whole = last if len(value) * len(value[0]) > 1 else ""
    return f"{get_column_letter(column)}{top}{whole}", column + len(value[0])


def _area(row: int, shape: Shape, shown: Callable[[int, int], Any]) -> list[list[Any]]:
    height, width = shape
    cells = [shown(row, 1 + place) for place in range(height * width)]
    return [cells[at : at + width] for at in range(0, len(cells), width)]
