"""Calls that every host must answer as Python does: examples, faults, and every kind of argument.

A host's module gives `run(cases)`, the cells that its program shows; what may differ,
and why, stands in its `DIFFERENCES`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.arguments import Numeric, Rest, Series, Table, Text, Word
from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind
from engine.registry import Function, functions

NA = CellError(ErrorKind.NA)
TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A call by what stands in the cells: numbers, texts, truths, errors, None for a blank, OMITTED, rows.

    A list of rows stands in cells; `shape` says in a word what is tried.
    """

    function: Function
    shape: str
    args: tuple[Any, ...]

    @property
    def name(self) -> str:
        """What a test is called."""
        return f"{self.function.name} {self.shape}"

    @property
    def expected(self) -> Any:
        """What Python shows for it: a cell, or rows of them."""
        return self.function.cells(*self.args)


@cache
def cases() -> tuple[Case, ...]:
    """All calls of all worksheet functions."""
    return tuple(case for function in functions().values() for case in _of(function))


def _of(function: Function) -> Iterator[Case]:
    for number, example in enumerate(function.examples, start=1):
        yield Case(function, f"example {number}", _in_cells(example.args))
    for number, fault in enumerate(function.faults, start=1):
        yield Case(function, f"fault {number}", _in_cells(fault.case))
    base = list(_in_cells(function.examples[0].args))
    arguments = list(function.arguments.values())
    for place, value in enumerate(base):
        argument = arguments[min(place, len(arguments) - 1)]
        if value is OMITTED:
            continue
        for shape, other in _others(argument, value):
            yield Case(function, f"{shape} at {place + 1}", (*base[:place], other, *base[place + 1 :]))
    least, _ = function.arity
    if all(argument.optional for argument in arguments[least:]) and least < len(base):
        yield Case(function, "optional left out", tuple(base[:least]))
        yield Case(function, "optional blank", (*base[:least], *[None] * (len(base) - least)))


def _in_cells(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments as a sheet has them: rows of cells, OMITTED where nothing is typed."""
    return tuple(
        _rows(value) if isinstance(value, list) else OMITTED if value is None else value for value in args
    )


def _rows(value: list[Any]) -> list[list[Any]]:
    rows = value if isinstance(value[0], list) else [value]
    width = max(len(row) for row in rows)
    return [[*row, *[None] * (width - len(row))] for row in rows]


def _others(argument: Any, value: Any) -> Iterator[tuple[str, Any]]:
    yield "error", NA
    yield "blank", None
    if isinstance(argument, Series | Table):
        yield "column", [list(column) for column in zip(*value, strict=True)]
        yield "text within", [[*value[0][:-1], "x"], *value[1:]]
        yield "error within", [[*value[0][:-1], NA], *value[1:]]
        return
    yield "text", "x"
    yield "one cell", [[value]]
    if isinstance(argument, Word | Text):
        yield "capitals", str(value).upper()
        yield "number", 7.0
    elif isinstance(argument, Numeric):
        yield "truth", True
        yield "number text", "12.5"
        yield "date", dt.date(2024, 9, 1)
        yield "zero", 0.0
        yield "negative", -1.0
        if not (isinstance(argument, Rest) and argument.chained):
            yield "row", [[value, value * 0.5]]
            yield "column", [[value], [value * 0.5]]
            yield "block", [[value, value], [value * 0.5, NA]]


def same(found: Any, expected: Any) -> bool:
    """Whether a host shows what Python does: the same number to 1e-12, the same kind of error."""
    found, expected = _squeezed(found), _squeezed(expected)
    if isinstance(expected, list) or isinstance(found, list):
        return (
            isinstance(found, list)
            and isinstance(expected, list)
            and len(found) == len(expected)
            and all(
                len(one) == len(other) and all(map(_same_cell, one, other))
                for one, other in zip(found, expected, strict=True)
            )
        )
    return _same_cell(found, expected)


def _squeezed(value: Any) -> Any:
    """An area of one cell is that cell."""
    return value[0][0] if isinstance(value, list) and len(value) == 1 and len(value[0]) == 1 else value


def _same_cell(found: Any, expected: Any) -> bool:
    if isinstance(expected, float) and isinstance(found, float | int):
        return math.isclose(found, expected, rel_tol=TOLERANCE, abs_tol=1e-300)
    return type(found) is type(expected) and bool(found == expected)
