"""Thousands and millions, or 万 and 亿, by number format alone: the value of a cell stays what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.worksheet import Worksheet

from workbook.plan import Tab
from workbook.references import cell_name

_ENGLISH, _CHINESE = 1, 2


class _Scale(NamedTuple):
    """How figures from `low` to below `high` are shown in a language."""

    language: int
    low: float
    high: float | None
    code: str


# A comma at the end divides by 1,000. 万 is ten thousands, so the last digit that is left
# stands behind a point that is written as text; 亿 likewise, with two digits behind it.
_SCALES = (
    _Scale(_ENGLISH, 1e3, 1e6, '0.0,"k"'),
    _Scale(_ENGLISH, 1e6, 1e9, '0.0,,"M"'),
    _Scale(_ENGLISH, 1e9, None, '0.00,,,"bn"'),
    _Scale(_CHINESE, 1e4, 1e8, '0\\.0,"万"'),
    _Scale(_CHINESE, 1e8, None, '0\\.00,,"亿"'),
)
# Formats of conditions are numbered beside those of cells, which begin at 164.
_FIRST_ID = 500


def scale_figures(sheet: Worksheet, tab: Tab) -> None:
    """Show the scaled figures of a grid in the units of the language chosen on the cover."""
    for cells in _columns(tab):
        where = " ".join(cells)
        for number, scale in enumerate(_SCALES):
            style = DifferentialStyle(numFmt=NumberFormat(numFmtId=_FIRST_ID + number, formatCode=scale.code))
            # The name stands for a cell of the cover: a condition may name no other sheet.
            rule = Rule(type="expression", dxf=style, formula=[_condition(cells[0], scale)])
            sheet.conditional_formatting.add(where, rule)


def _columns(tab: Tab) -> Iterator[list[str]]:
    """The scaled cells column by column: a condition is written for the first and moves down from it."""
    scaled = sorted((cell.column, cell.row) for cell in tab.cells if cell.scaled)
    for column in dict.fromkeys(column for column, _ in scaled):
        yield [cell_name(row, at) for at, row in scaled if at == column]


def _condition(cell: str, scale: _Scale) -> str:
    parts = [f"language={scale.language}", f"ABS({cell})>={scale.low:.0f}"]
    parts += [f"ABS({cell})<{scale.high:.0f}"] if scale.high else []
    return f"AND({','.join(parts)})"
