"""Our functions for an engine that recalculates without a spreadsheet program.

An engine calls back on threads of its own, two at a time if it likes, and turns
whatever a callback raises into #VALUE! without a word. So each call is under one
lock, and what goes wrong inside is logged with its traceback before the cell
shows it.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from engine.boundary import sheet_result
from engine.errors import CellError, ErrorKind
from engine.hosting import CellFunction
from engine.registry import Function, functions

log = logging.getLogger(__name__)
_LOCK = threading.Lock()


def cell_functions() -> list[CellFunction]:
    """Every function of the registry, ready to be called by an engine."""
    return [_hosted(function) for function in functions().values()]


def _hosted(function: Function) -> CellFunction:
    def call(*args: Any) -> tuple[Any, tuple[str, ...]]:
        with _LOCK:
            try:
                return sheet_result(function, args)
            except Exception:  # an engine would swallow it; the log and the cell must not
                log.exception("%s failed", function.name)
                return CellError(ErrorKind.VALUE, "the function failed; the log says where"), ()

    # Arity is checked by the boundary, which can say what is missing.
    return CellFunction(function.name, call, 0, None)
