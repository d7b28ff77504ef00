"""All companies in one workbook: build beside plain openpyxl, then build and recalculation with their memory.

Run `python -m benchmarks.template [--out FILE]` from the root of a checkout; it needs the extra `bench`.
Whole processes, start-up included, the median of three runs after one to warm up. The rival writes as many
cells as our workbook has, formulas where ours has formulas, with no format, width or name at all.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import openpyxl

from benchmarks.processes import Run, measured, python
from workbook.build import build
from workbook.companies import companies

_BUILD = """
import sys
from workbook.build import build
from workbook.companies import companies
build(sys.argv[1], list(companies().values()))
"""

_PLAIN = """
import sys
from openpyxl import Workbook
book = Workbook()
book.remove(book.worksheets[0])
for number, counts in enumerate(zip(sys.argv[2::2], sys.argv[3::2])):
    formulas, others = map(int, counts)
    sheet = book.create_sheet(f"Sheet{number}")
    for n in range(formulas):
        row, column = n // 60 + 1, n % 60 + 1
        sheet.cell(row, column, f"=A{row}*B{row}+C{row}")
    for n in range(others):
        sheet.cell(n // 60 + 1, n % 60 + 61, 1234.5 if n % 2 else "a line")
book.save(sys.argv[1])
"""

_NEW = """
import sys, unitsheet
unitsheet.new(sys.argv[1], sorted(unitsheet.companies()), force=True)
"""


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--out", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = _report(Path(folder))
    sys.stdout.write(text)
    if chosen.out:
        chosen.out.write_text(text, encoding="utf-8")


def _report(folder: Path) -> str:
    target = folder / "all.xlsx"
    counts = _cells(folder / "counted.xlsx")
    cells = sum(formulas + others for formulas, others in counts)
    plain = [str(count) for sheet in counts for count in sheet]
    rows = {
        "unitsheet: build": measured(python(_BUILD, str(target))),
        "openpyxl: as many cells, no formats": measured(python(_PLAIN, str(folder / "plain.xlsx"), *plain)),
        "unitsheet: build, recalculate, write": measured(python(_NEW, str(target))),
        "bare interpreter": measured(python("pass"), repeats=9),
    }
    return _markdown(rows, cells, sum(formulas for formulas, _ in counts), target.stat().st_size)


def _cells(path: Path) -> list[tuple[int, int]]:
    """How many formulas and how many other cells each sheet of the workbook has."""
    build(path, list(companies().values()))
    counts = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        cells = [
            cell for row in sheet.iter_rows() for cell in row if cell.value is not None or cell.has_style
        ]
        formulas = sum(cell.data_type == "f" for cell in cells)
        counts.append((formulas, len(cells) - formulas))
    return counts


def _markdown(rows: dict[str, Run], cells: int, formulas: int, size: int) -> str:
    ours, rival = rows["unitsheet: build"], rows["openpyxl: as many cells, no formats"]
    lines = [
        f"# All companies: {cells:,} cells, {formulas:,} of them formulas, {size / 1e6:.1f} MB with values",
        "",
        f"Python {platform.python_version()}, openpyxl {version('openpyxl')}, formualizer "
        f"{version('formualizer')}, {platform.system()} {platform.machine()}.",
        "Whole processes, median of three after one to warm up.",
        "",
        "| what | wall s | CPU s | peak MB | cells a second |",
        "|---|---|---|---|---|",
    ]
    for name, run in rows.items():
        speed = "" if name == "bare interpreter" else f"{cells / run.wall:,.0f}"
        lines.append(f"| {name} | {run.wall:.2f} | {run.cpu:.2f} | {run.megabytes:.0f} | {speed} |")
    lines += ["", f"Our build takes {ours.wall / rival.wall:.2f} times as long as plain openpyxl."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
