"""A workbook with chart, image, comment, validation, table, sparkline and VBA project, recalculated."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from richbook import raw_members, rich_workbook

import unitsheet
from engine.errors import CellError, ErrorKind
from workbook.book import Book
from workbook.engines.protocol import Evaluation
from workbook.recalculate import write_back
from workbook.sheetxml import NewValue

WRONG: list[NewValue] = ["wrong", 12345.0, True, CellError(ErrorKind.REF)]


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich_workbook(tmp_path_factory.mktemp("rich"))


@pytest.fixture
def falsified(rich: Path, tmp_path: Path) -> Path:
    """The workbook with a wrong value in every cell that is computed."""
    book = Book.open(rich)
    wrong = {
        name: {
            place: WRONG[number % len(WRONG)]
            for number, place in enumerate(sorted((*sheet.formulas, *sheet.children)))
        }
        for name, sheet in book.sheets.items()
    }
    path = tmp_path / "falsified.xlsm"
    write_back(book, Evaluation(values={name: cells for name, cells in wrong.items() if cells}), path)
    return path


def test_it_holds_what_the_test_is_about(rich: Path) -> None:
    members = set(raw_members(rich))
    parts = "charts/chart1.xml media/image1.png comments1.xml tables/table1.xml vbaProject.bin"
    assert {f"xl/{part}" for part in parts.split()} <= members
    sheet = _sheet(rich)
    for element in (b"sparkline", b"dataValidation", b"conditionalFormatting", b"cm="):
        assert element in sheet


def test_wrong_values_are_put_right_and_nothing_else_changes(rich: Path, falsified: Path) -> None:
    result = unitsheet.recalculate(falsified, in_place=True)
    assert (result.formulas, result.evaluated, result.findings) == (9, 9, ())
    assert dict(result.errors) == {"#DIV/0!": ("Model!C3",)}
    before, after = raw_members(rich), raw_members(falsified)
    assert list(after) == list(before)
    assert {name for name in before if after[name] != before[name]} <= {"xl/worksheets/sheet1.xml"}
    ours, theirs = _sheet(falsified), _sheet(rich)
    assert _without_values(ours) == _without_values(theirs)
    # The library that makes the file writes 0 into the cells that a dynamic array fills.
    sorted_numbers = {f"Model!{(row, 5)}": float(row) for row in (2, 3, 4)}
    assert _values(falsified) == _values(rich) | sorted_numbers


def test_openpyxl_sees_the_values(falsified: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsm"
    unitsheet.recalculate(falsified, out=target)
    sheet = openpyxl.load_workbook(target, data_only=True)["Model"]
    assert [sheet[f"B{row}"].value for row in range(1, 5)] == [2, 4, 6, 8]
    assert [sheet[f"E{row}"].value for row in range(1, 5)] == [1, 2, 3, 4]
    assert (sheet["C1"].value, sheet["C2"].value, sheet["C3"].value, sheet["D2"].value) == (
        "ab",
        True,
        "#DIV/0!",
        4,
    )


def test_a_second_recalculation_changes_not_one_byte(falsified: Path) -> None:
    unitsheet.recalculate(falsified, in_place=True)
    once = falsified.read_bytes()
    unitsheet.recalculate(falsified, in_place=True)
    assert falsified.read_bytes() == once


def test_a_failure_while_writing_leaves_the_file_as_it_was(
    falsified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = falsified.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(unitsheet.FileError):
        unitsheet.recalculate(falsified, in_place=True)
    assert falsified.read_bytes() == before
    assert [path.name for path in falsified.parent.iterdir()] == [falsified.name]


def _sheet(path: Path) -> bytes:
    return Book.open(path).package.read("xl/worksheets/sheet1.xml")


def _values(path: Path) -> dict[str, object]:
    book = Book.open(path)
    return {
        f"{name}!{place}": cell.value
        for name, sheet in book.sheets.items()
        for place, cell in (sheet.formulas | sheet.children).items()
    }


def _without_values(xml: bytes) -> bytes:
    """A sheet part with cached values and the types of cells taken out."""
    xml = re.sub(rb"<v[^>]*>[^<]*</v>|<v/>", b"", xml)
    return re.sub(rb'(<c r="[A-Z]+\d+"[^>]*?) t="\w+"', rb"\1", xml)
