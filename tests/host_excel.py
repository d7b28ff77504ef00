"""Calls as our VBA makes them of xlwings' COM server, and its answers as our VBA makes cells of them.

What runs is xlwings' own server, converters and all, in a process of its own with the
stand-in of `fake_com` for pywin32. Not run here are COM itself and Excel.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hostcases import Case

from engine.coerce import OMITTED, serial
from engine.errors import CellError, ErrorKind
from udfs.excel.cells import ERROR_BASE, ERROR_NUMBERS

Call = tuple[str, tuple[Any, ...]]
# DISP_E_PARAMNOTFOUND, as which VBA passes on what was left out.
_MISSING = -2_147_352_572
_ERRORS = {kind.value: CellError(kind) for kind in ErrorKind}


def run(cases: Sequence[Case]) -> list[Any]:
    """What Excel would show for each case."""
    calls = [(case.function.name, tuple(map(handed_over, case.args))) for case in cases]
    return [shown(answer) for answer in answers(calls)]


def difference(_: Case) -> str | None:
    """Why a case may differ in this host: none does."""
    return None


def handed_over(value: Any) -> Any:
    """A value as COM carries it from VBA: `Value2` of cells, which knows no dates."""
    if value is OMITTED:
        return _MISSING
    if isinstance(value, list):
        return tuple(tuple(map(handed_over, row)) for row in value)
    if isinstance(value, CellError):
        return ERROR_BASE + ERROR_NUMBERS[value.kind]
    return serial(value) if isinstance(value, dt.date) else value


def shown(answer: Any) -> Any:
    """An answer as the function `CellsOf` of our VBA makes cells of it: a text that names an error is one."""
    if isinstance(answer, list | tuple):
        rows = answer if isinstance(answer[0], list | tuple) else [answer]
        return [[shown(cell) for cell in row] for row in rows]
    return _ERRORS[answer] if isinstance(answer, str) else answer


def answers(calls: Sequence[Call]) -> list[Any]:
    """What xlwings' server answers to the calls, one after another."""
    return list(pickle.loads(served(pickle.dumps(list(calls)))))


def served(request: bytes = b"", *, code: str = "") -> bytes:
    """What the process with xlwings' server prints; `code` runs in it instead of the calls."""
    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", code or f"import {__name__}; {__name__}.serve()"],
            input=request,
            capture_output=True,
            check=False,
            timeout=300,
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join((str(root), str(root / "tests"))),
                "HOME": home,
                "XDG_CONFIG_HOME": home,
            },
        )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return done.stdout


def serve() -> None:
    """Answer the calls on stdin; this is the process of its own."""
    import fake_com

    fake_com.install()
    calls = pickle.load(sys.stdin.buffer)
    said = io.BytesIO()
    pickle.dump([fake_com.call(name, *args) for name, args in calls], said)
    sys.stdout.buffer.write(said.getvalue())
