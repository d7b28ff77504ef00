"""A call as the formula text that a person types in a cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.errors import CellError
from engine.registry import Function


def formula_text(function: Function, args: Iterable[Any]) -> str:
    """The formula of a call: `=PAYBACK(60,30,0.6,0.1,,"churn")`; None is an argument left out."""
    spelled = [spell(value) for value in args]
    while spelled and not spelled[-1]:
        spelled.pop()
    return f"={function.name}({','.join(spelled)})"


def spell(value: Any) -> str:
    """A value as a formula holds it; a list is an array, a list of lists has rows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, CellError):
        return str(value)
    if isinstance(value, list | tuple):
        rows = value if value and isinstance(value[0], list | tuple) else [value]
        return "{" + ";".join(",".join(spell(cell) for cell in row) for row in rows) + "}"
    return _number(float(value))


def _number(x: float) -> str:
    """All digits of a number, without the .0 of a whole one."""
    return str(int(x)) if x.is_integer() and abs(x) < 1e15 else repr(x).upper()
