"""Our functions as xlwings serves them to Excel through COM; the one module that imports xlwings.

xlwings hands over raw cells and nothing else: two-dimensional, errors as their texts.
What they mean is for the boundary to say, as in every other host.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import xlwings

from engine.boundary import sheet_result
from engine.errors import CellError, ErrorKind
from engine.registry import Function, functions
from udfs.excel.cells import given, returned
from udfs.excel.parameters import Parameter, cut, parameters
from udfs.excel.vba import CATEGORY

log = logging.getLogger(__name__)
Wrapped = Callable[..., Any]
_REMEMBERED = 4096


def wrapped() -> Mapping[str, Wrapped]:
    """Every worksheet function by name, ready for xlwings."""
    return {name: _wrapped(function) for name, function in functions().items()}


def _wrapped(function: Function) -> Wrapped:
    taken = parameters(function)

    def call(*args: Any) -> Any:
        return returned(_worked_out(function, args))

    call.__name__ = function.name
    call.__doc__ = cut(function.summary)
    call.__annotations__ = {}  # xlwings would look for a converter
    # What xlwings reads to know what there is to hand over, and what may be left out.
    call.__signature__ = inspect.Signature([_parameter(one) for one in taken])  # type: ignore[attr-defined]
    made: Wrapped = call
    for one in taken:
        made = xlwings.arg(one.name, ndim=2, err_to_str=True, doc=one.help)(made)
    # Last, since every `arg` sets the category back.
    whole: Wrapped = xlwings.func(category=CATEGORY)(made)
    return whole


def _parameter(one: Parameter) -> inspect.Parameter:
    if one.takes_rest:
        return inspect.Parameter(one.name, inspect.Parameter.VAR_POSITIONAL)
    default = None if one.optional else inspect.Parameter.empty
    return inspect.Parameter(one.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)


def _worked_out(function: Function, args: tuple[Any, ...]) -> Any:
    """What the cells show; sentences go to the log, the one place there is for them here."""
    try:
        result, cautions = sheet_result(function, tuple(map(given, args)))
    except Exception:  # it would be the text of the cell; the log and the cell get more of it
        log.exception("%s failed", function.name)
        return CellError(ErrorKind.VALUE)
    for caution in cautions:
        _say(function.name, caution)
    rows = result if isinstance(result, list) else [[result]]
    for error in (cell for row in rows for cell in row if isinstance(cell, CellError) and cell.sentence):
        _say(function.name, f"{error.sentence} ({error.kind.value})")
    return result


@lru_cache(_REMEMBERED)
def _say(name: str, sentence: str) -> None:
    """Log a sentence once, not once for every cell."""
    log.info("%s: %s", name, sentence)
