"""The main.py of xlwings Lite as a host: in a Python with NumPy, SciPy and a stand-in for Lite, no more."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import scipy
from hostcases import Case

from engine.arguments import Rest
from engine.coerce import OMITTED, serial
from engine.errors import CellError, ErrorKind
from engine.hosting import Host
from engine.registry import Function
from udfs.lite import main_py

LITE = Path(__file__).resolve().parent / "lite"


def difference(case: Case) -> str | None:
    """Why a case may differ from Python in this host: none does."""
    return None


def run(cases: Sequence[Case], blank: Any = None) -> list[Any]:
    """What the cells show; `blank` is what Excel hands over for a blank cell: None, "" or 0."""
    with session() as lite:
        return lite.calculate([(case.function, case.args) for case in cases], blank).cells


@dataclass(slots=True)
class Calculated:
    """The cells of a round of calls, what it printed, how long it took, and what hovers over the cells."""

    cells: list[Any]
    printed: list[str]
    seconds: float
    messages: list[str]


@dataclass(slots=True)
class Lite:
    """A main.py at work."""

    process: subprocess.Popen[str]
    told: dict[str, Any]
    there: list[str]
    seconds: float

    def calculate(self, calls: Iterable[tuple[Function, Sequence[Any]]], blank: Any = None) -> Calculated:
        """Let cells call functions."""
        asked = [
            [Host.LITE.typed(function.name), handed_over(function, args, blank)] for function, args in calls
        ]
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"calls": asked}) + "\n")
        self.process.stdin.flush()
        found = _line(self.process)
        messages = [rows[0][0].get("message", "") for rows in found["cells"] if isinstance(rows[0][0], dict)]
        return Calculated(
            [shown(rows) for rows in found["cells"]], found["printed"], found["seconds"], messages
        )


@contextmanager
def session(main: str | None = None, *, packages: bool = True) -> Iterator[Lite]:
    """Lite with a main.py, ours unless another is given; the checkout and other packages are out of reach."""
    with tempfile.TemporaryDirectory(prefix="lite-") as name:
        folder = Path(name)
        (folder / "main.py").write_text(main or main_py("0.1.0"), encoding="utf-8")
        shutil.copy(LITE / "stand_in.py", folder / "xlwings.py")
        process = _started(folder, _only_numpy_and_scipy(folder / "packages") if packages else [])
        try:
            begun = _line(process)
            yield Lite(process, begun["told"], begun["there"], begun["seconds"])
        finally:
            process.kill()
            process.communicate()


def _only_numpy_and_scipy(folder: Path) -> list[str]:
    """A folder with nothing of where they are installed but them, and their libraries."""
    folder.mkdir()
    for package in (numpy, scipy):
        home = Path(str(package.__file__)).parent
        for path in (home, home.with_name(f"{home.name}.libs")):
            if path.is_dir():
                (folder / path.name).symlink_to(path)
    return [str(folder)]


def _started(folder: Path, packages: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(LITE / "session.py"), str(folder), *packages],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={"PATH": "", "TMPDIR": str(folder)},
    )


def _line(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "Python has ended"
    return json.loads(line)


# what stands on the sheet


def handed_over(function: Function, args: Sequence[Any], blank: Any) -> list[Any]:
    """The arguments as Excel hands them over: those at the end that are left out are not there at all."""
    values = list(args)
    while values and values[-1] is OMITTED:
        values.pop()
    areas = [None if value is OMITTED else _area(value, blank) for value in values]
    kinds = list(function.arguments.values())
    repeated = next((place for place, kind in enumerate(kinds) if isinstance(kind, Rest)), None)
    if repeated is not None:
        return [*areas[:repeated], areas[repeated:]]
    return areas + [None] * (len(kinds) - len(areas))


def _area(value: Any, blank: Any) -> list[list[Any]]:
    rows = value if isinstance(value, list) else [[value]]
    return [[_cell(cell, blank) for cell in row] for row in rows]


def _cell(cell: Any, blank: Any) -> Any:
    if cell is None:
        return blank
    if isinstance(cell, CellError):
        return {"type": "Error", "basicValue": cell.kind.value}
    value = serial(cell) if isinstance(cell, dt.date) else cell
    # JavaScript has one kind of number: Python is given an int for a whole one.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def shown(rows: list[list[Any]]) -> Any:
    """The cells of an answer, an area of one cell as that cell."""
    cells = [[_seen(cell) for cell in row] for row in rows]
    return cells[0][0] if len(cells) == 1 and len(cells[0]) == 1 else cells


def _seen(cell: Any) -> Any:
    if isinstance(cell, dict):
        return CellError(ErrorKind(cell["errorType"]), cell.get("message", ""))
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell
