"""Values on their way into formualizer and out of it, and how it names errors."""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import Any

import formualizer as fz

from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind
from workbook.formula import OMITTED_WORD

# How the engine names Excel's errors; a kind that is not here is no error of Excel
# but a sign that the engine could not work the formula out.
EXCEL_KINDS = {
    "Div": ErrorKind.DIV0, "Na": ErrorKind.NA, "Value": ErrorKind.VALUE, "Num": ErrorKind.NUM,
    "Ref": ErrorKind.REF, "Name": ErrorKind.NAME, "Null": ErrorKind.NULL, "Spill": ErrorKind.SPILL,
    "Calc": ErrorKind.CALC,
}  # fmt: skip
_NAMES = {kind: name for name, kind in EXCEL_KINDS.items()} | {ErrorKind.GETTING_DATA: "Na"}


CIRCULAR = "Circ"

# What the engine shows in a cell that it could not work out, and what that means.
STUCK = {
    CIRCULAR: "is part of a circular reference",
    "NImpl": "uses something the engine cannot calculate",
    "Name": "uses a name the engine does not know",
    "Error": "is no formula the engine can read",
}


@cache
def is_unknown(name: str) -> bool:
    """Whether the engine has no function of this name; it is asked, since it keeps no list."""
    probe = fz.Workbook()
    probe.add_sheet("probe")
    try:
        probe.set_formula("probe", 1, 1, f"={name}()")
        value = probe.evaluate_cell("probe", 1, 1)
    except Exception:  # noqa: BLE001 - whatever it raises, it is no plain "unknown name"
        return False
    return error_kind(value) == "Name"


def from_engine(value: Any) -> Any:
    """A value of the engine as ours: errors become `CellError`, the omission word `OMITTED`."""
    if isinstance(value, float):
        return value if isfinite(value) else CellError(ErrorKind.NUM)
    kind = error_kind(value)
    if kind is not None:
        return CellError(EXCEL_KINDS.get(kind, ErrorKind.VALUE))
    if isinstance(value, list):
        return [[from_engine(cell) for cell in row] for row in value]
    if isinstance(value, str) and value == OMITTED_WORD:
        return OMITTED
    return value


def to_engine(value: Any) -> Any:
    """A value of ours as the engine takes it; a list is rows of cells."""
    if isinstance(value, float) and not isfinite(value):
        return engine_error("Num")
    if isinstance(value, CellError):
        return fz.LiteralValue.error(_NAMES[value.kind], value.sentence)
    if isinstance(value, list):
        return [[to_engine(cell) for cell in row] for row in value]
    return value


def engine_kind(error: CellError) -> str:
    """The engine's name of an error of ours."""
    return _NAMES[error.kind]


def engine_error(kind: str) -> Any:
    """An error as the engine takes it from a function."""
    return fz.LiteralValue.error(kind, "")


def error_kind(value: Any) -> str | None:
    """The engine's name of an error, or None where the value is none."""
    if isinstance(value, dict) and value.get("type") == "Error":
        return str(value["kind"])
    return None
