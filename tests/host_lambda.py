"""Our LAMBDA names in IronCalc, an engine that has LAMBDA, LET and ISOMITTED as Excel 365 does."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hostcases import Case
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from engine.coerce import OMITTED, serial
from engine.errors import CellError, ErrorKind
from engine.hosting import Host
from udfs.lambdas import lambdas
from unitsheet.spelling import spell

_ERRORS = {kind.value: CellError(kind) for kind in ErrorKind}
_EMPTY = "$A$1"
_FIRST_INPUT = 30


def run(cases: Sequence[Case]) -> list[Any]:
    """What IronCalc shows for each case whose function has a LAMBDA, None for the others."""
    ironcalc = pytest.importorskip("ironcalc", reason="IronCalc is not installed")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for one in lambdas().values():
        book.defined_names[one.name] = DefinedName(one.name, attr_text=one.text, comment=one.comment)
    shapes: list[tuple[int, int]] = []
    for row, case in enumerate(cases, start=2):
        shapes.append(_written(sheet, row, case) if case.function.name in lambdas() else (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lambda.xlsx"
        book.save(path)
        model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()

    def shown(row: int, column: int) -> Any:
        value = model.get_cell_value(0, row, column)
        return _ERRORS.get(value, value) if isinstance(value, str) else value

    return [_area(row, shape, shown) if shape[0] else None for row, shape in enumerate(shapes, start=2)]


def _written(sheet: Any, row: int, case: Case) -> tuple[int, int]:
    """Put a case on its row, a formula for each cell of the result; the size of that result."""
    expected = case.expected
    inputs = _FIRST_INPUT
    texts: list[str] = []
    for value in case.args:
        text, inputs = _argument(sheet, row, inputs, value)
        texts.append(text)
    while texts and not texts[-1]:
        texts.pop()
    call = f"{Host.LAMBDA.typed(case.function.name)}({','.join(texts)})"
    if not isinstance(expected, list):
        sheet.cell(row, 1, f"={call}")
        return 1, 1
    height, width = len(expected), len(expected[0])
    for place in range(height * width):
        part = f"INDEX({call},{place // width + 1},{place % width + 1})" if height * width > 1 else call
        sheet.cell(row, 1 + place, f"={part}")
    return height, width


def _argument(sheet: Any, row: int, column: int, value: Any) -> tuple[str, int]:
    """The text of an argument, and the next free column; rows of cells stand in cells, all on one row."""
    if value is OMITTED:
        return "", column
    if value is None:
        return _EMPTY, column
    if not isinstance(value, list):
        return spell(serial(value) if hasattr(value, "year") else value), column
    sheet_rows = 5_000 + row * 4
    for down, cells in enumerate(value):
        for across, cell in enumerate(cells):
            text = f"={cell}" if isinstance(cell, CellError) else cell
            sheet.cell(sheet_rows + down, column + across, text)
    first, last = get_column_letter(column), get_column_letter(column + len(value[0]) - 1)
    area = f"{first}{sheet_rows}:{last}{sheet_rows + len(value) - 1}"
    return (area if len(value) * len(value[0]) > 1 else f"{first}{sheet_rows}"), column + len(value[0])


def _area(row: int, shape: tuple[int, int], shown: Any) -> Any:
    height, width = shape
    cells = [shown(row, 1 + place) for place in range(height * width)]
    return [cells[at : at + width] for at in range(0, len(cells), width)]
