"""Our extension in LibreOffice Calc: formulas typed into a sheet of a headless office."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from conftest import absent
from hostcases import Case, same

from engine.arguments import Word
from engine.coerce import OMITTED, serial
from engine.errors import CellError, ErrorKind
from udfs.calc.extension import members
from udfs.calc.office import environment
from udfs.calc.parameters import parameters

_DRIVER = Path(__file__).with_name("office_driver.py")
_KINDS = {
    0x7FFF: ErrorKind.NA,
    532: ErrorKind.DIV0,
    503: ErrorKind.NUM,
    524: ErrorKind.REF,
    525: ErrorKind.NAME,
    521: ErrorKind.NULL,
}
# Errors that Calc alone has; a file of Excel gets #VALUE! for them.
_OF_CALC = {502, 504, 519}
_INPUTS = 12
_WIDTH = 40


def run(cases: Sequence[Case], *, inline: bool = False) -> list[Any]:
    """What Calc shows for each case; single values stand in cells, or in the formula itself."""
    sheet = Sheet()
    for case in cases:
        sheet.add(case, inline)
    (areas,) = drive([sheet.step()])
    return [_shown(area, case.expected) for area, case in zip(areas, cases, strict=True)]


def _shown(area: list[list[Any]], expected: Any) -> Any:
    rows = [[cell(value) for value in row] for row in area]
    return rows if isinstance(expected, list) else rows[0][0]


def cell(value: Any) -> Any:
    """A cell as the driver reports it."""
    if not isinstance(value, dict):
        return value
    number = value["error"]
    assert number in _KINDS or number in _OF_CALC, f"Calc shows Err:{number}"
    return CellError(_KINDS.get(number, ErrorKind.VALUE), f"Err:{number}")


class Sheet:
    """Cases one below the other: on the left formula and result, on the right the cells it looks at."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.formulas: list[list[Any]] = []
        self.arrays: list[list[Any]] = []
        self.read: list[list[int]] = []

    def step(self, save: Sequence[Path] = ()) -> dict[str, Any]:
        """All of it for the driver."""
        return {
            "do": "sheet",
            "rows": self.rows,
            "formulas": self.formulas,
            "arrays": self.arrays,
            "read": self.read,
            "save": [str(path) for path in save],
        }

    def add(self, case: Case, inline: bool = False) -> None:
        """Put a case below the others."""
        row, column = len(self.rows), _INPUTS
        expected = case.expected
        height, width = (len(expected), len(expected[0])) if isinstance(expected, list) else (1, 1)
        tall = max([height, *(len(value) for value in case.args if isinstance(value, list))])
        self.rows += [[""] * _WIDTH for _ in range(tall)]
        texts = []
        for value in case.args:
            text, column = self._argument(row, column, value, inline)
            texts.append(text)
        while texts and not texts[-1]:
            texts.pop()
        formula = f"={case.function.name}({';'.join(texts)})"
        self.read.append([row, 0, height, width])
        if isinstance(expected, list):
            self.arrays.append([row, 0, height, width, formula])
        else:
            self.formulas.append([row, 0, formula])

    def _argument(self, row: int, column: int, value: Any, inline: bool) -> tuple[str, int]:
        """The text of an argument, and the next free column."""
        if value is OMITTED:
            return "", column
        if not isinstance(value, list):
            if inline and value is not None:
                return _constant(value), column
            self._put(row, column, value)
            return f"{_letters(column)}{row + 1}", column + 1
        for down, cells in enumerate(value):
            for across, one in enumerate(cells):
                self._put(row + down, column + across, one)
        last = column + len(value[0]) - 1
        return f"{_letters(column)}{row + 1}:{_letters(last)}{row + len(value)}", last + 1

    def _put(self, row: int, column: int, value: Any) -> None:
        if isinstance(value, bool | CellError):
            self.formulas.append([row, column, f"={_constant(value)}"])
        elif value is not None:
            self.rows[row][column] = serial(value) if hasattr(value, "year") else value


def _constant(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE()" if value else "FALSE()"
    if isinstance(value, CellError):
        assert value.kind is ErrorKind.NA
        return "NA()"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(float(serial(value) if hasattr(value, "year") else value))


def _letters(column: int) -> str:
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


# what differs

BLANK = "Calc hands a blank cell that is given by itself to an add-in as 0, as it does to its own functions"
REFUSED = "Calc does not call an add-in with an area that holds an error: all of the result is Err:504"
TRUTH = "Calc's truths are the numbers 1 and 0, and a cell with a function of an add-in shows the number"


def difference(case: Case) -> str | None:
    """Why Calc shows something else than Python does, where it does."""
    handed = as_handed_over(case)
    if same(handed, case.expected):
        return None
    if any(isinstance(value, list) and _holds_error(value) for value in case.args):
        return REFUSED
    if same(handed, _in_area(_as_numbers(case.expected), case.expected)):
        return TRUTH
    return BLANK


def as_handed_over(case: Case) -> Any:
    """What Python shows for what Calc hands to an add-in in place of these cells."""
    refused = [
        place for place, value in enumerate(case.args) if isinstance(value, list) and _holds_error(value)
    ]
    if refused:
        # An array formula works behind the first repeated argument cell by cell, and gives the error itself.
        repeated = refused[0] >= len(list(parameters(case.function)))
        return _in_area(CellError(ErrorKind.NA if repeated else ErrorKind.VALUE), case.expected)
    kinds = list(case.function.arguments.values())
    # No number is a word, so the worker takes 0 for the blank it was.
    words = [isinstance(kind, Word) and not case.function.repeated for kind in kinds]
    args = [
        0.0 if value is None and not words[min(place, len(words) - 1)] else value
        for place, value in enumerate(case.args)
    ]
    return _in_area(_as_numbers(case.function.cells(*args)), case.expected)


def _holds_error(rows: list[list[Any]]) -> bool:
    return any(isinstance(value, CellError) for row in rows for value in row)


def _as_numbers(shown: Any) -> Any:
    if isinstance(shown, list):
        return [[_as_numbers(value) for value in row] for row in shown]
    return float(shown) if isinstance(shown, bool) else shown


def _in_area(shown: Any, like: Any) -> Any:
    """What an array formula shows in its cells: a single value in all of them, #N/A beyond an array."""
    if not isinstance(like, list):
        return shown[0][0] if isinstance(shown, list) else shown
    rows = shown if isinstance(shown, list) else [[shown]]
    if len(rows) == 1 == len(rows[0]):
        return [[rows[0][0]] * len(row) for row in like]
    return [
        [
            rows[down][across] if down < len(rows) and across < len(rows[down]) else CellError(ErrorKind.NA)
            for across in range(len(row))
        ]
        for down, row in enumerate(like)
    ]


# the office


def soffice() -> str:
    """The office of this machine, or the end of the test."""
    found = shutil.which("soffice")
    if found is None:
        absent("soffice")
        raise AssertionError
    return found


@cache
def office_python() -> str:
    """A Python that has uno."""
    program = Path(soffice()).resolve().parent
    for python in ("/usr/bin/python3", str(program / "python"), shutil.which("python3") or ""):
        if python and Path(python).exists() and _has_uno(python):
            return python
    absent("a Python with uno (package python3-uno)")
    raise AssertionError


def _has_uno(python: str) -> bool:
    asked = [python, "-c", "import uno"]
    return subprocess.run(asked, capture_output=True, check=False, env=environment()).returncode == 0


def drive(
    steps: Sequence[dict[str, Any]],
    *,
    profile: Path | None = None,
    worker: list[str] | None = None,
    settings: str = "",
) -> list[Any]:
    """What the steps give in an office with our extension; settings are items of its registry."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        unpack(home / "bundle" / "unitsheet", worker)
        profile = profile or home / "profile"
        if settings:
            configure(profile, settings)
        order = {
            "soffice": soffice(),
            "profile": str(profile),
            "bundle": str(home / "bundle"),
            "steps": list(steps),
        }
        done = subprocess.run(
            [office_python(), str(_DRIVER)],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            env=environment(),
            timeout=500,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    results: list[Any] = json.loads(done.stdout)
    return results


def configure(profile: Path, settings: str) -> None:
    """Settings of an office that has not been started yet."""
    (profile / "user").mkdir(parents=True)
    namespace = "http://openoffice.org/2001/registry"
    text = f'<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="{namespace}">{settings}</oor:items>'
    (profile / "user" / "registrymodifications.xcu").write_text(text, encoding="utf-8")


def unpack(folder: Path, worker: list[str] | None = None) -> None:
    """The files of the extension in a folder."""
    for name, text in members("0.1.0", worker).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
