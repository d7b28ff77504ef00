"""The sums of the sources come out in a cell and on the sheet Tests, and known gaps stay gaps."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import unitsheet
from workbook import templates
from workbook.book import Book, Place
from workbook.foundation import fact_key
from workbook.golden_tab import NAME, golden_numbers, golden_sums
from workbook.layout import Layout
from workbook.plan import Plan
from workbook.typed_cells import type_numbers

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "golden.toml").read_text(encoding="utf-8")
)["sum"]
IDS = [case["id"] for case in CASES]
SUMS = {one.id: one for one in golden_sums()}


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("golden") / "golden.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, case in enumerate(CASES, start=1):
        sheet.cell(row, 1, case["id"])
        sheet.cell(row, 2, case["formula"])
    book.save(path)
    result = unitsheet.recalculate(path, in_place=True)
    assert result.clean, result.as_json()
    values = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    return {str(row[0]): row[1] for row in values.iter_rows(values_only=True)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    path = tmp_path_factory.mktemp("tests") / "kimi.xlsx"
    return unitsheet.new(path, "kimi").plan, path


@pytest.fixture(scope="module")
def shown(made: tuple[Plan, Path]) -> dict[str, Any]:
    return _shown(*made)


def _shown(plan: Plan, path: Path) -> dict[str, Any]:
    """What the sheet shows, by the key of the cell."""
    book = Book.open(path)
    cells = [cell for cell in plan.tab(NAME).cells if cell.key]
    return {cell.key: book.value(Place(NAME, cell.row, cell.column)) for cell in cells}


def test_every_sum_has_a_figure_worked_out_apart_from_it() -> None:
    assert list(SUMS) == IDS
    assert {one[0] for one in IDS} == {"G", "X"}
    assert len(IDS) > 45


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_exact(case: dict[str, Any], computed: dict[str, Any]) -> None:
    assert computed[case["id"]] == pytest.approx(case["exact"], rel=1e-9)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_exact_on_the_sheet(case: dict[str, Any], shown: dict[str, Any]) -> None:
    key = case["id"].lower()
    assert shown[f"exact_{key}"] == pytest.approx(case["exact"], rel=1e-9)
    if SUMS[case["id"]].function:
        assert shown[f"function_{key}"] == pytest.approx(case["exact"], rel=1e-9)
        assert shown[f"same_{key}"] == 1


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_verdict(case: dict[str, Any], shown: dict[str, Any]) -> None:
    key = case["id"].lower()
    assert shown[f"verdict_{key}"] == case["verdict"]
    assert shown[f"agrees_{key}"] == 1


def test_the_sheet_as_a_whole(shown: dict[str, Any]) -> None:
    assert (shown["golden_all"], shown["golden_functions"]) == (1, 1)
    assert {case["verdict"] for case in CASES} == {"OK", "CLOSE", "HIGH", "LOW", "INCONSISTENT", "NONE"}


@pytest.mark.parametrize(
    ("fact", "column", "figure", "row", "verdict"),
    [
        ("F000-24", "value", 165_000, "g01", "OK"),
        ("F000-25", "value", 2_400_000, "g02", "LOW"),
        ("F000-38", "value", 0.4, "g06", "HIGH"),
        ("F003-21", "value", 170, "g16", "INCONSISTENT"),
        ("F004-29", "to", 60_000, "g28", "OK"),
        ("F000-08", "value", 150_000_000, "g30", "OK"),
    ],
)  # fmt: skip
def test_a_figure_mended_in_silence_shows(
    made: tuple[Plan, Path], tmp_path: Path, fact: str, column: str, figure: float, row: str, verdict: str
) -> None:
    plan, path = made
    columns = [one.key for one in plan.tab("Facts").columns]
    cell = Place("Facts", Layout(plan).row("Facts", fact_key(fact)), columns.index(column) + 1)
    changed = tmp_path / "changed.xlsx"
    type_numbers(Book.open(path), {cell: figure}, changed)
    unitsheet.recalculate(changed, in_place=True)
    shown = _shown(plan, changed)
    assert shown[f"verdict_{row}"] == verdict
    assert shown[f"agrees_{row}"] == 0
    assert shown["golden_all"] == 0


def test_numbers_come_from_cells(made: tuple[Plan, Path]) -> None:
    """No formula of the sheet has a figure in it but 0 and 1."""
    sheet = openpyxl.load_workbook(made[1])[NAME]
    values = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    formulas = [value for value in values if value.startswith("=")]
    assert len(formulas) > 3 * len(CASES)
    for formula in formulas:
        bare = re.sub(r'"[^"]*"|\$?[A-Z]+\$?\d+', "", formula)
        assert set(re.findall(r"\d+(?:\.\d+)?", bare)) <= {"0", "1"}, formula


def test_facts_are_those_of_the_formulas() -> None:
    known = templates.facts()
    numbers = {number.id for number in golden_numbers()}
    used: set[str] = set()
    for one in golden_sums():
        formulas = " ".join((one.sum, one.function, one.stated, one.at_least, one.at_most))
        cited = set(re.findall(r"F\d+-\d+", formulas))
        assert cited <= set(one.facts) <= set(known), one.id
        used |= set(re.findall(r"\{([a-z]\w*)\}", formulas))
    assert used == numbers
