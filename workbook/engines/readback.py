"""Values out of the engine in blocks: one call for a stretch of a row, not one a cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import formualizer as fz

from workbook.references import Position

# Reading a block also reads the cells between; beyond this share of wanted cells it pays.
_DENSE = 0.25


def read_cells(engine: fz.Workbook, sheet: str, wanted: Iterable[Position]) -> dict[Position, Any]:
    """What the engine has for these cells of a sheet."""
    cells = list(wanted)
    if not cells:
        return {}
    top, bottom = min(r for r, _ in cells), max(r for r, _ in cells)
    left, right = min(c for _, c in cells), max(c for _, c in cells)
    if len(cells) < _DENSE * (bottom - top + 1) * (right - left + 1):
        return {(r, c): engine.get_value(sheet, r, c) for r, c in cells}
    block = engine.sheet(sheet).get_values(fz.RangeAddress(sheet, top, left, bottom, right))
    return {(r, c): block[r - top][c - left] for r, c in cells}
