"""The demo workbook, one run: build, recalculate and write back, beside LibreOffice, formulas and openpyxl.

Run `python -m benchmarks.recalculation [--out FILE] [--without-formulas]` from the root of a checkout. It
needs the extra `bench`; LibreOffice is measured where it is installed. The first table is whole processes,
start-up included, the median of three runs after one to warm up (`formulas` runs once); the second is the
stages of one recalculation inside a process, with openpyxl's load and save in the same process.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import openpyxl

from benchmarks.processes import Run, measured, python
from udfs.headless import cell_functions
from workbook.book import Book
from workbook.engines.embedded import EmbeddedEngine
from workbook.engines.protocol import Evaluation
from workbook.recalculate import write_back
from workbook.references import Position
from workbook.sheetxml import NewValue

# LibreOffice recalculates an .xlsx on load only when its profile says so.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""

_BUILD = """
import sys
from workbook.build import build
from workbook.companies import companies
build(sys.argv[1], list(companies().values()))
"""

_RECALCULATE = """
import sys, unitsheet
unitsheet.recalculate(sys.argv[1], out=sys.argv[2], force=True)
"""

_EVALUATE = """
import sys
from udfs.headless import cell_functions
from workbook.book import Book
from workbook.engines.embedded import EmbeddedEngine
EmbeddedEngine(cell_functions()).evaluate(Book.open(sys.argv[1]))
"""

_OPENPYXL = """
import sys, openpyxl
openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])
"""

_FORMULAS = """
import sys, formulas
from engine.registry import functions
table = formulas.get_functions()
for name, function in functions().items():
    table[name] = function.cells
model = formulas.ExcelModel().loads(sys.argv[1]).finish()
model.calculate()
"""


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--out", type=Path)
    options.add_argument("--without-formulas", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = _report(Path(folder), with_formulas=not chosen.without_formulas)
    sys.stdout.write(text)
    if chosen.out:
        chosen.out.write_text(text, encoding="utf-8")


def _report(folder: Path, *, with_formulas: bool) -> str:
    book, target = str(folder / "demo.xlsx"), str(folder / "out.xlsx")
    rows: dict[str, Run] = {"unitsheet: build": measured(python(_BUILD, book))}
    rows["unitsheet: load, evaluate, write back"] = measured(python(_RECALCULATE, book, target))
    rows["unitsheet: load and evaluate"] = measured(python(_EVALUATE, target))
    rows["openpyxl: load and save (loses all values)"] = measured(
        python(_OPENPYXL, target, str(folder / "o.xlsx"))
    )
    office = shutil.which("soffice")
    if office:
        rows["LibreOffice: load, recalculate, save"] = _libreoffice(office, target, folder)
    if with_formulas:
        rows["formulas: load and calculate"] = measured(python(_FORMULAS, target), repeats=0)
    rows["bare interpreter"] = measured(python("pass"), repeats=9)
    rows["unitsheet --help"] = measured([sys.executable, "-m", "unitsheet", "--help"], repeats=9)
    return _markdown(rows, _count(target)) + _stages(target, folder)


def _libreoffice(office: str, book: str, folder: Path) -> Run:
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
               "--convert-to", "xlsx", "--outdir", str(folder / "office"), book]  # fmt: skip
    return measured(command)


def _stages(book: str, folder: Path) -> str:
    """The stages of a recalculation in which every value changes, and openpyxl on the same file."""
    times: dict[str, list[float]] = {}
    for _ in range(4):
        begun = time.perf_counter()
        read = Book.open(book)
        sheets = read.sheets
        _note(times, "load", begun)
        begun = time.perf_counter()
        EmbeddedEngine(cell_functions()).evaluate(read)
        _note(times, "evaluate", begun)
        changed: dict[str, dict[Position, NewValue]] = {
            name: {p: c.value + 1 if isinstance(c.value, float) else 1.0 for p, c in sheet.formulas.items()}
            for name, sheet in sheets.items()
        }
        begun = time.perf_counter()
        write_back(read, Evaluation(values=changed), folder / "changed.xlsx")
        _note(times, "write back", begun)
        begun = time.perf_counter()
        openpyxl.load_workbook(book).save(folder / "openpyxl.xlsx")
        _note(times, "openpyxl load and save", begun)
    medians = {stage: statistics.median(taken[1:]) for stage, taken in times.items()}
    lines = ["", "| stage, in one process | s |", "|---|---|"]
    lines += [f"| {stage} | {seconds:.3f} |" for stage, seconds in medians.items()]
    rival = medians["openpyxl load and save"]
    alone, both = rival / medians["write back"], rival / (medians["load"] + medians["write back"])
    lines.append(f"| openpyxl load and save over write back | {alone:.1f} times |")
    lines.append(f"| openpyxl load and save over load and write back | {both:.1f} times |")
    return "\n".join(lines) + "\n"


def _note(times: dict[str, list[float]], stage: str, begun: float) -> None:
    times.setdefault(stage, []).append(time.perf_counter() - begun)


def _count(book: str) -> int:
    return Book.open(book).formula_count


def _markdown(rows: dict[str, Run], formulas: int) -> str:
    ours = rows["unitsheet: load, evaluate, write back"]
    compared = {
        "LibreOffice: load, recalculate, save": ours,
        "formulas: load and calculate": rows["unitsheet: load and evaluate"],
        "openpyxl: load and save (loses all values)": ours,
        "unitsheet --help": rows["bare interpreter"],
    }
    lines = [
        f"# The demo workbook: {formulas:,} formulas", "",
        f"Python {platform.python_version()}, formualizer {version('formualizer')}, "
        f"openpyxl {version('openpyxl')}, {platform.system()} {platform.machine()}.",
        "Whole processes, median of three after one to warm up; formulas once.",
        "", "| what | wall s | CPU s | peak MB | times ours |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, run in rows.items():
        against = compared.get(name)
        ratio = f"{run.wall / against.wall:.1f}" if against else ""
        lines.append(f"| {name} | {run.wall:.2f} | {run.cpu:.2f} | {run.megabytes:.0f} | {ratio} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
