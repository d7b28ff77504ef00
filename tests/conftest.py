"""What several tests need: real workbooks, programs of the machine, recalculation, the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName
from recalculations import Cells, Result

import unitsheet
from udfs.headless import cell_functions
from workbook.engines.embedded import EmbeddedEngine
from workbook.recalculate import recalculate

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = "UNITSHEET_REQUIRE_HOSTS"
CORPUS = "UNITSHEET_CORPUS"


def absent(what: str) -> None:
    """Skip a test for what this machine lacks; fail it where everything must be there."""
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{what} is not here, and {REQUIRED}=1 asks for it")
    pytest.skip(f"{what} is not here")


@pytest.fixture
def require() -> Callable[..., str]:
    """A function that finds the first of some programs, or ends the test: `require("soffice")`."""

    def find(*programs: str) -> str:
        for program in programs:
            if found := shutil.which(program):
                return found
        absent(" or ".join(programs))
        raise AssertionError

    return find


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real workbooks, which are not ours to pass on; skips where it is absent."""
    folder = Path(os.environ.get(CORPUS, ROOT.parent / "shared" / "corpus"))
    if not folder.is_dir():
        pytest.skip(f"the corpus of real workbooks is not here; name its folder in {CORPUS}")
    return folder


@pytest.fixture(scope="session")
def python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """A function that runs a new Python with the unitsheet under test: `python("-c", "...")`."""
    home = str(Path(unitsheet.__file__).resolve().parents[1])

    def run(*args: str, cwd: Path | None = None, before: str = "") -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join(part for part in (before, home, os.environ.get("PYTHONPATH", "")) if part)
        return subprocess.run(
            [sys.executable, *args],
            capture_output=True,
            text=True,
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": path},
            check=False,
            timeout=300,
        )

    return run


# recalculation


@pytest.fixture
def engine() -> EmbeddedEngine:
    return EmbeddedEngine(cell_functions())


@pytest.fixture
def made(tmp_path: Path, engine: EmbeddedEngine) -> Callable[..., Result]:
    """Writes cells with openpyxl, lets `change` at the workbook, recalculates in place."""

    def make(cells: Cells, change: Callable[[Any], None] | None = None, **sheets: Cells) -> Result:
        workbook = openpyxl.Workbook()
        assert workbook.active is not None
        workbook.active.title = "S"
        for name, content in {"S": cells, **sheets}.items():
            sheet = workbook["S"] if name == "S" else workbook.create_sheet(name)
            for reference, value in content.items():
                sheet[reference] = value
        if change:
            change(workbook)
        path = tmp_path / "made.xlsx"
        workbook.save(path)
        return Result(path, recalculate(path, engine, in_place=True))

    return make


@pytest.fixture
def written(tmp_path: Path, engine: EmbeddedEngine) -> Callable[..., Result]:
    """Lets a function write with xlsxwriter, which stores cached values too, and recalculates in place."""

    def make(write: Callable[[Any, Any], None]) -> Result:
        path = tmp_path / "written.xlsx"
        workbook = xlsxwriter.Workbook(path)
        write(workbook, workbook.add_worksheet("S"))
        workbook.close()
        return Result(path, recalculate(path, engine, in_place=True))

    return make


# the command line


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook that is calculated: a name, a function of ours, a formula that errs, an #N/A."""
    path = tmp_path_factory.mktemp("cli") / "book.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "One"
    sheet.append([60, 30, 0.6])
    sheet["A2"] = "=PAYBACK(A1,B1,C1)"
    sheet["B2"] = "=PAYBACK(A1,B1,-1)"
    book.defined_names["months"] = DefinedName("months", attr_text="One!$A$2")
    book.save(path)
    unitsheet.recalculate(path, in_place=True)
    return path


@pytest.fixture
def book(workbook: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(workbook, tmp_path / "book.xlsx"))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A workbook with a formula that no program has calculated yet, and one that fails."""
    path = tmp_path / "raw.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = "=1+1", "=1/0"
    book.save(path)
    return path
