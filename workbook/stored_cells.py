"""What a sheet part holds: constants, formulas and children of arrays, and where their bytes stand."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from workbook.cell_values import Value
from workbook.references import Position

Kind = Literal["normal", "shared", "array", "datatable"]


@dataclass(slots=True)
class StoredCell:
    """A cell whose value the file caches, and where in the part it stands.

    The offsets count bytes: ``start`` is the cell's tag, ``close`` its end tag (or what must
    follow the value), ``value_start`` and ``value_end`` are the two tags of the value, -1
    without one. An element without an end tag ends behind itself. All but ``start`` are kept
    as distances from it: small numbers, of which Python has one each for all cells.
    """

    value: Value | None
    start: int
    to_value: int  # -1 without a value
    to_value_end: int
    to_close: int
    type: str
    rich: bool  # a rich value (vm=) stands beside the plain one

    @property
    def value_start(self) -> int:
        """Where the value's tag begins; -1 without a value."""
        return self.start + self.to_value if self.to_value >= 0 else -1

    @property
    def value_end(self) -> int:
        """Where the value's end tag begins, or what stands in its place; -1 without a value."""
        return self.start + self.to_value_end if self.to_value_end >= 0 else -1

    @property
    def close(self) -> int:
        """Where the cell's end tag begins, or what must follow the value."""
        return self.start + self.to_close


@dataclass(slots=True)
class FormulaCell(StoredCell):
    """A cell with a formula of its own; the text is without ``=``, a shared one as it reads here."""

    text: str
    kind: Kind
    ref: str | None  # the area of an array or a data table
    dynamic: bool  # the array may change its size (cm=)
    to_formula: int
    attributes: dict[str, str]  # of the formula's tag; r1 and r2 are a data table's inputs

    @property
    def formula_start(self) -> int:
        """Where the formula's tag begins."""
        return self.start + self.to_formula


@dataclass(slots=True)
class ChildCell(StoredCell):
    """A cell that shows one value of an array or a data table."""

    master: Position


@dataclass(slots=True)
class Sheet:
    """What a scan found, and the places a patch needs: where rows begin, where the data ends."""

    values: dict[Position, Value] = field(default_factory=dict)
    formulas: dict[Position, FormulaCell] = field(default_factory=dict)
    children: dict[Position, ChildCell] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    prefix: str = ""
    data_start: int = -1
    data_end: int = -1


@contextmanager
def collection_paused() -> Iterator[None]:
    """No search for cycles while cells pile up: there are none, and it takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
