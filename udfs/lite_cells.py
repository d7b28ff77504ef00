"""What a cell calls in xlwings Lite: its values on the way to the boundary, and the result on the way back.

This module travels in the main.py that `udfs.lite` makes. Lite hands over rows of
cells in which an error is its text and a whole number an `int`; it gives back as a
true error the text of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from engine.boundary import sheet_result
from engine.errors import CellError, ErrorKind
from engine.hosting import Host
from engine.registry import functions

_KINDS = {kind.value: kind for kind in ErrorKind}
# Any other would stand in the cell as a text.
_GIVEN_BACK = {
    ErrorKind.DIV0, ErrorKind.NA, ErrorKind.NAME, ErrorKind.NULL, ErrorKind.NUM, ErrorKind.REF,
    ErrorKind.VALUE,
}  # fmt: skip


def answer(name: str, *args: Any) -> Any:
    """What the cells show for a call; sentences are printed, which Lite does in its output pane."""
    result, cautions = sheet_result(functions()[name], tuple(map(_argument, args)))
    rows = result if isinstance(result, list) else [[result]]
    for line in (*_sentences(rows), *cautions):
        _say_once(f"{Host.LITE.typed(name)}: {line}")
    shown = [[_shown(cell) for cell in row] for row in rows]
    return shown if isinstance(result, list) else shown[0][0]


def _argument(value: Any) -> Any:
    """An argument as the boundary takes it; an area of one cell is that cell, None is left out or blank."""
    if not isinstance(value, list):
        return _cell(value)
    rows = [[_cell(cell) for cell in row] for row in value]
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value in _KINDS:
        return CellError(_KINDS[value])
    return float(value) if type(value) is int else value


def _shown(cell: Any) -> Any:
    if isinstance(cell, CellError):
        return (cell.kind if cell.kind in _GIVEN_BACK else ErrorKind.VALUE).value
    return cell


def _sentences(rows: list[list[Any]]) -> Iterator[str]:
    for cell in (cell for row in rows for cell in row):
        if isinstance(cell, CellError) and cell.sentence:
            yield f"{cell.sentence} ({cell.kind.value})"


@cache
def _say_once(line: str) -> None:
    """Print a line that a thousand cells may have to say."""
    print(line)
