"""What Excel hands over through COM as our values, and our results as VBA can make cells of them.

COM carries no error cells back. So an error leaves as its text, and the VBA of `vba`
turns that text into the error. No result of ours is a text, so none can be mistaken.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind

# What CVErr takes in VBA, that is xlErrNull and so on.
ERROR_NUMBERS: Final = {
    ErrorKind.NULL: 2000,
    ErrorKind.DIV0: 2007,
    ErrorKind.VALUE: 2015,
    ErrorKind.REF: 2023,
    ErrorKind.NAME: 2029,
    ErrorKind.NUM: 2036,
    ErrorKind.NA: 2042,
    ErrorKind.GETTING_DATA: 2043,
    ErrorKind.SPILL: 2045,
    ErrorKind.CALC: 2050,
}
# An error arrives as the number 0x800A0000 with that of CVErr added, read as a signed one.
ERROR_BASE: Final = -2_146_828_288
_LAST_ERROR = ERROR_BASE + 0xFFFF
_BY_CODE = {ERROR_BASE + number: kind for kind, number in ERROR_NUMBERS.items()}
_BY_TEXT = {kind.value: kind for kind in ErrorKind}
# COM counts days from here on, and knows no 29 February 1900.
_EPOCH = dt.datetime(1899, 12, 30)
_DAY = dt.timedelta(days=1)


def given(cells: Any) -> Any:
    """An argument for the boundary from rows of raw cells; None is one that was left out."""
    if cells is None:
        return OMITTED
    rows = [[_value(cell) for cell in row] for row in cells]
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


def _value(cell: Any) -> Any:
    # Numbers of cells are always float; a whole number is an error, or comes from VBA.
    if isinstance(cell, bool | float) or cell is None:
        return cell
    if isinstance(cell, str):
        return CellError(_BY_TEXT[cell]) if cell in _BY_TEXT else cell
    if isinstance(cell, int):
        if ERROR_BASE <= cell <= _LAST_ERROR:
            return CellError(_BY_CODE.get(cell, ErrorKind.VALUE))
        return float(cell)
    if isinstance(cell, dt.datetime):
        return (cell.replace(tzinfo=None) - _EPOCH) / _DAY
    return float(cell) if isinstance(cell, Decimal) else cell


def returned(result: Any) -> Any:
    """A result of the boundary as COM carries it: errors as their texts."""
    if isinstance(result, list):
        return [[_carried(cell) for cell in row] for row in result]
    return _carried(result)


def _carried(cell: Any) -> Any:
    return cell.kind.value if isinstance(cell, CellError) else cell
