"""Workbooks that nobody here made, recalculated: no crash, a place for every finding, Excel's values."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.errors import FileError
from udfs.headless import cell_functions
from workbook.book import Book
from workbook.engines.embedded import EmbeddedEngine
from workbook.engines.protocol import Evaluation

SAMPLE = 60
LARGEST = 3_000

# Workbooks of many kinds whose every value Excel and we agree on, with nothing kept.
AGREEING: tuple[str, ...] = (
    "ClosedXML+ClosedXML/TryToLoad_CellsWithTimeSpanDataTypeOrFormatting.xlsx",
    "ClosedXML+ClosedXML/shared-formula_basic.xlsx",
    "ClosedXML+ClosedXML/xlsm_tdf111974.xlsm",
    "ClosedXML+ClosedXML/xlsx_column-style-autofilter.xlsx",
    "ClosedXML+ClosedXML/xlsx_pivottable_bool_field_filter.xlsx",
    "ClosedXML+ClosedXML/xlsx_pivottable_error_item_filter.xlsx",
    "PHPOffice+PhpSpreadsheet/Behind the Mask_Stock Portfolio.xlsx",
    "PHPOffice+PhpSpreadsheet/Calculation_TableFormulae.xlsx",
    "PHPOffice+PhpSpreadsheet/XLSX_ignoreerror.xlsx",
    "PHPOffice+PhpSpreadsheet/XLSX_issue.3909b.xlsx",
    "PHPOffice+PhpSpreadsheet/XLSX_tableTest.xlsx",
    "PHPOffice+PhpSpreadsheet/sampleData_issue.1767.xlsx",
    "PSU3D0+formualizer/fixtures_issue162-failure.xlsx",
    "SheetJS+test_files/SheetJS+test_files_LONumbers-2010.xlsx",
    "SheetJS+test_files/SheetJS+test_files_LONumbers-2011.xlsx",
    "SheetJS+test_files/SheetJS+test_files_cell_style_simple.xlsx",
    "SheetJS+test_files/SheetJS+test_files_formulae_test_simple.xlsx",
    "SheetJS+test_files/SheetJS+test_files_named_ranges_2011.xlsx",
    "SheetJS+test_files/SheetJS+test_files_חישוב_נקודות_זיכוי.xlsx",
    "adamwstauffer+shidler/spreadsheets_performance-ratios-template.xlsx",
    "apache+poi/spreadsheet_46535.xlsx",
    "apache+poi/spreadsheet_47813.xlsx",
    "apache+poi/spreadsheet_51710.xlsx",
    "apache+poi/spreadsheet_57181.xlsm",
    "apache+poi/spreadsheet_60512.xlsm",
    "apache+poi/spreadsheet_NewStyleConditionalFormattings.xlsx",
    "bradbase+xlcalculator/common_use_case_use_case_01.xlsm",
    "bradbase+xlcalculator/resources_CONCAT.xlsx",
    "bradbase+xlcalculator/resources_COUNTA.xlsx",
    "bradbase+xlcalculator/resources_IF.xlsx",
    "bradbase+xlcalculator/resources_ROUND.xlsx",
    "bradbase+xlcalculator/resources_ROUNDDOWN.xlsx",
    "exceljs+exceljs/data_test-issue-1364.xlsx",
    "exceljs+exceljs/data_test-issue-877.xlsx",
    "ironcalc+IronCalc/INFORMATION_IS_INFORMATION.xlsx",
    "ironcalc+IronCalc/MATH_AND_TRIGONOMETRY_ATAN2_POWER.xlsx",
    "ironcalc+IronCalc/MATH_AND_TRIGONOMETRY_EVEN_ODD.xlsx",
    "ironcalc+IronCalc/STATISTICAL_COVARIANCE.xlsx",
    "ironcalc+IronCalc/STATISTICAL_GAMMALN_GAMMALNPRECISE.xlsx",
    "ironcalc+IronCalc/docs_ERFC-PRECISE.xlsx",
    "jmcnamara+XlsxWriter/xlsx_files_array_formula01.xlsx",
    "jmcnamara+XlsxWriter/xlsx_files_array_formula02.xlsx",
    "jmcnamara+XlsxWriter/xlsx_files_dynamic_array02.xlsx",
    "jmcnamara+XlsxWriter/xlsx_files_outline01.xlsx",
    "jmcnamara+XlsxWriter/xlsx_files_table32.xlsx",
    "jmcnamara+XlsxWriter/xlsx_files_table34.xlsx",
    "tafia+calamine/tests_column_row_ranges.xlsx",
    "tafia+calamine/tests_issue446.xlsx",
    "tafia+calamine/tests_issue_553.xlsx",
    "tafia+calamine/tests_issue_565_multi_axis_shared.xlsx",
    "tafia+calamine/tests_issue_567_absolute_shared.xlsx",
    "tafia+calamine/tests_shared_formula_bench.xlsx",
    "xlwings+xlwings/test_engines_integration_write.xlsm",
)


def same(stored: Any, new: Any) -> bool:
    if isinstance(stored, float) and isinstance(new, float):
        return stored == new or abs(stored - new) <= max(1e-9 * max(abs(stored), abs(new)), 1e-12)
    return (stored or "") == (new or "") if stored in ("", None) else stored == new


@cache
def index(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "index.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def sample(corpus: Path) -> list[Path]:
    """Some workbooks of every source, in the order of their names' hashes."""
    by_source: dict[str, list[dict[str, str]]] = {}
    for row in index(corpus):
        if int(row["formulas"]) <= LARGEST:
            by_source.setdefault(row["repo"], []).append(row)
    chosen: list[dict[str, str]] = []
    turns = [sorted(rows, key=lambda row: row["sha256"]) for rows in by_source.values()]
    while len(chosen) < SAMPLE and any(turns):
        chosen += [rows.pop() for rows in turns if rows]
    return [corpus / row["path"] for row in chosen[:SAMPLE]]


def evaluated(path: Path) -> tuple[Book, Evaluation]:
    book = Book.open(path)
    return book, EmbeddedEngine(cell_functions()).evaluate(book)


def test_nothing_but_a_file_error_is_raised_and_findings_have_places(corpus: Path) -> None:
    refused = 0
    for path in sample(corpus):
        try:
            book, evaluation = evaluated(path)
        except FileError:
            refused += 1
            continue
        for finding in evaluation.findings:
            assert len(book.find(finding.where)) == 1, (path.name, finding)
        reported = {finding.where for finding in evaluation.findings}
        assert evaluation.evaluated + len(reported) >= book.formula_count, path.name
    assert refused <= SAMPLE // 10


def test_agreement_with_excel_is_not_lost(corpus: Path) -> None:
    missing = [name for name in AGREEING if not (corpus / name).is_file()]
    if missing:
        pytest.skip(f"the corpus is another one: {missing[0]} is not in it")
    for name in AGREEING:
        book, evaluation = evaluated(corpus / name)
        assert evaluation.evaluated == book.formula_count, name
        for sheet, cells in book.sheets.items():
            new = evaluation.values[sheet]
            differing = {
                at: (c.value, new[at]) for at, c in cells.formulas.items() if not same(c.value, new[at])
            }
            assert not differing, (name, sheet, differing)
