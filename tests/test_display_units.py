"""Thousands and millions, or 万 and 亿, are shown by number format alone; the value stays what it is."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from workbook.display_units import scale_figures
from workbook.plan import Cell, Kind, Tab

# Each figure as a person reads it in English and in Chinese; below the least unit it is shown as it is.
FIGURES = (
    (999.0, "999", "999"),
    (1_000.0, "1.0k", "1,000"),
    (9_999.0, "10.0k", "9,999"),
    (12_345.0, "12.3k", "1.2万"),
    (2_480_000.0, "2.5M", "248.0万"),
    (-50_000_000.0, "-50.0M", "-5000.0万"),
    (123_456_789.0, "123.5M", "1.23亿"),
    (6_000_000_000.0, "6.00bn", "60.00亿"),
    (-1_234_567_890_123.0, "-1234.57bn", "-12345.68亿"),
    (0.0, "0", "0"),
)


def _book(path: Path, language: int) -> None:
    cells = tuple(Cell(row, 1, value, scaled=True) for row, (value, *_) in enumerate(FIGURES, start=1))
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Grid"
    for cell in cells:
        sheet.cell(cell.row, cell.column, cell.value).number_format = "#,##0"
    sheet.cell(len(FIGURES) + 1, 1, "never")
    sheet.column_dimensions["A"].width = 30
    cover = book.create_sheet("Cover")
    cover["A1"] = language
    book.defined_names["language"] = DefinedName("language", attr_text="Cover!$A$1")
    words = Cell(len(FIGURES) + 1, 1, "never", scaled=True)
    scale_figures(sheet, Tab("Grid", Kind.GRID, "", "", "", cells=(*cells, words)))
    book.save(path)


@pytest.mark.parametrize(("language", "name"), [(1, "english"), (2, "chinese")])
def test_shown(tmp_path: Path, require: Callable[[str], str], language: int, name: str) -> None:
    path = tmp_path / f"{name}.xlsx"
    _book(path, language)
    office = require("soffice")
    profile = tmp_path / "profile"
    subprocess.run(
        [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf", "--outdir",
         str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    command = [require("pdftotext"), "-l", "1", str(path.with_suffix(".pdf")), "-"]
    shown = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode().split()
    assert shown == [*(figure[language] for figure in FIGURES), "never"]


def test_values_stay_and_no_rule_names_another_sheet(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    _book(path, 1)
    sheet = openpyxl.load_workbook(path)["Grid"]
    assert [sheet.cell(row, 1).value for row in range(1, len(FIGURES) + 1)] == [one[0] for one in FIGURES]
    rules = [rule for found in sheet.conditional_formatting for rule in found.rules]
    assert len(rules) == 5
    assert not [rule for rule in rules if "!" in rule.formula[0]]
    assert len({rule.dxf.numFmt.numFmtId for rule in rules}) == 5
