"""What cannot be calculated keeps its stored value, is found, and feeds its dependents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.formula import DataTableFormula
from recalculations import NAME, Result

from workbook.engines.embedded import EmbeddedEngine
from workbook.recalculate import recalculate


def test_circle_is_found_and_its_dependents_are_worked_out(written: Callable[..., Result]) -> None:
    def write(workbook: Any, sheet: Any) -> None:
        sheet.write_formula("A1", "=B1+1", None, 11)
        sheet.write_formula("B1", "=A1/2", None, 4)
        sheet.write_formula("C1", "=A1*100", None, 0)
        sheet.write_formula("D1", "=D1+1", None, 3)

    result = written(write)
    assert [result[c] for c in ("A1", "B1", "C1", "D1")] == [11.0, 4.0, 1100.0, 3.0]
    sentence = "the formula is part of a circular reference; its stored value is kept"
    assert result.findings == {f"S!{c}": ("circular", sentence) for c in ("A1", "B1", "D1")}
    assert result.done.evaluated == 1


def test_circle_is_repeated_where_the_workbook_wants_it(made: Callable[..., Result]) -> None:
    def change(workbook: Any) -> None:
        workbook.calculation.iterate = True
        workbook.calculation.iterateCount = 200
        workbook.calculation.iterateDelta = 1e-9

    result = made({"A1": "=B1+1", "B1": "=A1/2"}, change)
    assert result["A1"] == pytest.approx(2.0, abs=1e-6)
    assert not result.findings


def test_large_circles_take_little_time(written: Callable[..., Result]) -> None:
    count = 20_000

    def write(workbook: Any, sheet: Any) -> None:
        for row in range(count):
            sheet.write_formula(row, 0, f"=A{(row + 1) % count + 1}+1", None, row)
            sheet.write_formula(row, 1, f"=A{row + 1}*2", None, 0)

    result = written(write)
    assert result.done.seconds < 20
    assert (result.done.evaluated, len(result.findings), result["B10"]) == (count, count, 18.0)


def test_a_cell_in_the_last_corner(made: Callable[..., Result]) -> None:
    result = made({"XFD1048576": 7, "A1": "=XFD1048576+1", "A2": "=SUM(XFD:XFD)"})
    assert (result["A1"], result["A2"]) == (8.0, 7.0)


KEPT = [
    ("[1]Sheet1!A1*2", "refers to another workbook"),
    ('_xlfn.STOCKHISTORY("MSFT",1)', "uses STOCKHISTORY, which cannot be calculated here"),
    ("IFERROR(MyVbaFunction(1),0)", "uses MYVBAFUNCTION, which cannot be calculated here"),
    ("SUMPRODUCT(LEN(_xlfn.FORMULATEXT(A1:A3)))", "uses FORMULATEXT of many cells at once"),
    ("LEN(INDIRECT(\"B1:B3\"))*SUMPRODUCT(LEN(INDIRECT(\"B1:B3\")))", "works on many values with INDIRECT"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "reason"), KEPT)
def test_kept_value_and_its_dependents(written: Callable[..., Result], formula: str, reason: str) -> None:
    def write(workbook: Any, sheet: Any) -> None:
        sheet.write_formula("A1", f"={formula}", None, 42)
        sheet.write_formula("A2", "=A1+1", None, 0)

    result = written(write)
    assert (result["A1"], result["A2"]) == (42.0, 43.0)
    assert result.findings == {"S!A1": ("not calculated", f"the formula {reason}; its stored value is kept")}
    assert (result.done.formulas, result.done.evaluated) == (2, 1)


def test_without_a_stored_value_the_name_is_unknown(made: Callable[..., Result]) -> None:
    result = made({"A1": "=MyVbaFunction(1)", "A2": "=A1+1"})
    assert result["A2"] == NAME
    assert result.findings["S!A1"][1].endswith("; it has no stored value")


def test_array_that_is_kept_feeds_its_dependents(tmp_path: Path, engine: EmbeddedEngine) -> None:
    path = tmp_path / "kept.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("S")
    sheet.write_array_formula("A1:A3", "{=MyVbaFunction(1)}", None, 1)
    for row in (1, 2):
        sheet.write_number(row, 0, row + 1)
    sheet.write_formula("B1", "=SUM(A1:A3)")
    workbook.close()
    result = Result(path, recalculate(path, engine, in_place=True))
    assert [result[f"A{r}"] for r in (1, 2, 3)] == [1.0, 2.0, 3.0]
    assert result["B1"] == 6.0


def test_data_table_keeps_its_values(tmp_path: Path, engine: EmbeddedEngine) -> None:
    path = tmp_path / "table.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "S"
    sheet["A1"], sheet["B1"] = 3, "=A1*2"
    sheet["D2"], sheet["E1"] = 10, "=B1"
    sheet["E2"] = DataTableFormula("E2:E3", dt2D=False, dtr=False, r1="A1", t="dataTable")
    sheet["E3"], sheet["F1"] = 40, "=E3+1"
    workbook.save(path)
    result = Result(path, recalculate(path, engine, in_place=True))
    assert (result["B1"], result["E1"], result["E3"], result["F1"]) == (6.0, 6.0, 40.0, 41.0)
    assert result.findings["S!E2"][1].startswith(
        "the formula is a what-if data table, which is not recalculated"
    )
