"""A stand-in for the `xlwings` that a main.py finds in xlwings Lite: our reading of its contract, not Lite.

Copied as xlwings.py beside a main.py, so it needs nothing but Python. Read in xlwings
0.37.8 (udfs_officejs.py, _xlofficejs.py, conversion/), in its documentation and in
that of Lite:

- `func` may be given a namespace; Excel's name is that of the Python function in capitals. `arg` names a
  parameter and gives its description and how its values are to be converted.
- A function has no keyword-only parameters, and not both defaults and `*args`.
- Every argument is rows of cells, also one cell. Left out, it is null; of `*args` there is a list.
- One cell is taken out of its rows, and so is a single row. What is None then becomes the default, or None.
- Otherwise values are put into rows again and converted: "" and null become None; an error, an object
  that says so, None, or its text where `err_to_str` is asked for; numbers stay, and dates are numbers.
  With `ndim` 2 they stay rows; without, one cell is a value, and one row or column a list.
- A result is a value, a row or rows. None is an empty cell, NaN #NUM!, a text that begins with # and is one
  of seven errors that error; an exception is #VALUE!, with its message where the mouse is over the cell.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

SEVEN = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_DECLARED = "_declared_for_excel"
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def func(body: Callable[..., Any] | None = None, *, namespace: str = "") -> Any:
    """Declare a function."""

    def declare(body: Callable[..., Any]) -> Callable[..., Any]:
        _of(body)["namespace"] = namespace
        return body

    return declare if body is None else declare(body)


def arg(name: str, *, doc: str = "", **options: Any) -> Decorator:
    """Describe an argument of a function."""

    def describe(body: Callable[..., Any]) -> Callable[..., Any]:
        arguments = _of(body)["arguments"]
        assert name in arguments, f"{body.__name__} has no {name}"
        arguments[name] |= {"doc": doc, **options}
        return body

    return describe


def _of(body: Callable[..., Any]) -> dict[str, Any]:
    """What is declared of a function, begun where nothing is."""
    known: dict[str, Any] | None = getattr(body, _DECLARED, None)
    if known is not None:
        return known
    parameters = inspect.signature(body).parameters.values()
    kinds = {one.kind for one in parameters}
    assert kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}
    defaults = any(one.default is not one.empty for one in parameters)
    assert not (defaults and inspect.Parameter.VAR_POSITIONAL in kinds), "defaults and *args"
    begun: dict[str, Any] = {"arguments": {one.name: _begun(one) for one in parameters}}
    setattr(body, _DECLARED, begun)
    return begun


def _begun(one: inspect.Parameter) -> dict[str, Any]:
    begun: dict[str, Any] = {"doc": ""}
    if one.kind is inspect.Parameter.VAR_POSITIONAL:
        begun["repeating"] = True
    elif one.default is not one.empty:
        begun["optional"] = one.default
    return begun


# what Lite does with a main.py


def declared(main: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions of a module under the names that a person types."""
    bodies = [body for _, body in inspect.getmembers(main) if hasattr(body, _DECLARED)]
    return {_typed(body): body for body in bodies}


def _typed(body: Callable[..., Any]) -> str:
    name = body.__name__.upper()
    namespace = _of(body)["namespace"].upper()
    return f"{namespace}.{name}" if namespace else name


def told(main: ModuleType) -> dict[str, Any]:
    """What Excel is told of every function."""
    return {
        name: {"description": body.__doc__, "arguments": _of(body)["arguments"]}
        for name, body in declared(main).items()
    }


def call(body: Callable[..., Any], given: list[Any]) -> list[list[Any]]:
    """The cells that a call fills, from what Excel hands over."""
    try:
        return [[_leaving(cell) for cell in row] for row in _rows(body(*_taken(body, given)))]
    except Exception as error:  # noqa: BLE001 - as Lite does
        return [[{"type": "Error", "errorType": "#VALUE!", "message": f"{type(error).__name__}: {error}"}]]


def _taken(body: Callable[..., Any], given: list[Any]) -> Iterator[Any]:
    options = list(_of(body)["arguments"].values())
    for place, value in enumerate(given):
        option = options[min(place, len(options) - 1)]
        for one in value if option.get("repeating") else [value]:
            scalar = _scalar(one)
            yield option.get("optional") if scalar is None else _converted(scalar, option)


def _scalar(value: Any) -> Any:
    """One cell out of its rows, and one row out of its column."""
    if isinstance(value, list) and len(value) == 1:
        row = value[0]
        return row[0] if isinstance(row, list) and len(row) == 1 else row
    return value


def _converted(value: Any, option: dict[str, Any]) -> Any:
    rows = [[_arriving(cell, option) for cell in row] for row in _rows(value)]
    if option.get("ndim") == 2:
        return rows
    if len(rows) == 1:
        return rows[0][0] if len(rows[0]) == 1 else rows[0]
    return [row[0] for row in rows] if len(rows[0]) == 1 else rows


def _rows(value: Any) -> list[list[Any]]:
    if not isinstance(value, list):
        return [[value]]
    rows = value if isinstance(value[0], list) else [value]
    assert len({len(row) for row in rows}) == 1, "rows of different length"
    return rows


def _arriving(cell: Any, option: dict[str, Any]) -> Any:
    if isinstance(cell, dict):
        return cell["basicValue"] if option.get("err_to_str") else None
    return None if cell == "" else cell


def _leaving(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, float) and math.isnan(cell):
        return {"type": "Error", "errorType": "#NUM!"}
    if isinstance(cell, str) and cell in SEVEN:
        return {"type": "Error", "errorType": cell}
    assert isinstance(cell, bool | int | float | str), f"{cell!r} is nothing that a cell holds"
    return cell
