"""The worker: a process of our own Python that answers the calls of one office: `python -m udfs.calc.worker`.

What Calc hands to an add-in is not quite what its cells hold: a blank cell given by
itself is 0, one inside an area an empty text, and TRUE is 1. Its functions give
numbers and texts, an error being a nan that carries the error's number.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Mapping
from typing import Any

from engine.arguments import Argument, Table, Word
from engine.boundary import sheet_result
from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind
from engine.registry import Function, functions
from udfs.calc.link import GREETING, VALUE, calc_error, receive, send

_NUMBERS = {
    ErrorKind.NA: 0x7FFF,
    ErrorKind.DIV0: 532,
    ErrorKind.NUM: 503,
    ErrorKind.VALUE: 519,
    ErrorKind.REF: 524,
    ErrorKind.NAME: 525,
    ErrorKind.NULL: 521,
}
_ERRORS: Mapping[ErrorKind, float] = {kind: calc_error(number) for kind, number in _NUMBERS.items()}
_KINDS = {number: kind for kind, number in _NUMBERS.items()}
# A whole column has all rows of the sheet; from here on its blank end is left out.
_WHOLE_COLUMN = 1 << 16

Rows = tuple[tuple[Any, ...], ...]


def answer(name: str, args: tuple[Any, ...]) -> Rows:
    """What the cells of one call show, as Calc takes it."""
    function = functions().get(name)
    if function is None:
        return ((_ERRORS[ErrorKind.NAME],),)
    shown, _ = sheet_result(function, from_calc(function, args))
    if isinstance(shown, list):
        return tuple(tuple(_to_calc(cell) for cell in row) for row in shown)
    return ((_to_calc(shown),),)


def _to_calc(cell: float | bool | CellError) -> float:
    # Calc would read True as 0.
    return _ERRORS.get(cell.kind, VALUE) if isinstance(cell, CellError) else float(cell)


def from_calc(function: Function, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments as the boundary takes them."""
    kinds = list(function.arguments.values())
    if function.repeated:
        # Everything from the repeated argument on comes as one.
        place = list(function.arguments).index(function.repeated)
        kinds = kinds[: place + 1]
        args = (*args[:place], *args[place])
    last = len(kinds) - 1
    return tuple(_value(value, kinds[min(place, last)]) for place, value in enumerate(args))


def _value(value: Any, argument: Argument) -> Any:
    if value is None:
        return OMITTED
    if isinstance(value, tuple):
        if len(value) == 1 == len(value[0]) and not isinstance(argument, Table):
            # A required argument comes as an area even where it is one value.
            value = _cell(value[0][0])
        else:
            return [[_cell(cell) for cell in row] for row in _without_blank_end(value)]
    # No number is a word, so this is a blank cell.
    return None if isinstance(argument, Word) and value == 0.0 else value


def _cell(cell: Any) -> Any:
    if cell == "":
        return None
    if isinstance(cell, float) and cell != cell:
        number = struct.unpack("<Q", struct.pack("<d", cell))[0] & 0xFFFFFFFF
        return CellError(_KINDS.get(number, ErrorKind.VALUE))
    return cell


def _without_blank_end(rows: Rows) -> Rows:
    if len(rows) < _WHOLE_COLUMN:
        return rows
    end = len(rows)
    while end > 1 and not any(cell != "" for cell in rows[end - 1]):
        end -= 1
    return rows[:end]


def main() -> None:
    """Greet and answer until the office is gone."""
    # What a library prints must not get between the frames.
    source, out = sys.stdin.fileno(), os.dup(1)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(source, os.O_BINARY)
        msvcrt.setmode(out, os.O_BINARY)
    functions()
    send(out, GREETING)
    while True:
        try:
            name, args = receive(source)
        except EOFError:
            return
        send(out, _answer_or_traceback(name, args))


def _answer_or_traceback(name: str, args: tuple[Any, ...]) -> Rows | str:
    try:
        return answer(name, args)
    except Exception:  # noqa: BLE001 - the office's end shows #VALUE! and logs it
        import traceback

        return traceback.format_exc()


if __name__ == "__main__":
    main()
