"""Array formulas: of one cell, over an area, and those that grow and shrink."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.formula import ArrayFormula
from recalculations import DATA, NA, VALUE, Result

ARRAYS = [
    ("SUM(ROW(A1:A5))", 15.0),
    ("SUM(IF(B1:B4>1,B1:B4))", 14.0),
    ("SUM(LEN(A1:A4))", 4.0),
    ("MAX(IF(A1:A4=\"a\",B1:B4))", 4.0),
    ("INDEX(B1:B4,MATCH(1,(A1:A4=\"a\")*(C1:C4=2),0))", 4.0),
    ("SUM(--(FREQUENCY(B1:B4,B1:B4)>0))", 4.0),
    ("SUM(B1:B4*C1:C4)", 13.0),
    ("SUM(IFERROR(B1:B4/C1:C4,0))", 1 / 3 + 2 + 2),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "expected"), ARRAYS)
def test_array_formula_of_one_cell(made: Callable[..., Result], formula: str, expected: float) -> None:
    def change(workbook: Any) -> None:
        workbook["S"]["F9"] = ArrayFormula("F9", f"={formula}")

    assert made(DATA, change)["F9"] == pytest.approx(expected, rel=1e-12)


def test_array_entered_over_an_area(made: Callable[..., Result]) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["S"]
        sheet["E1"] = ArrayFormula("E1:E4", "=B1:B4*2")
        sheet["F1"] = ArrayFormula("F1:F4", "=7")
        sheet["G1"] = ArrayFormula("G1:G4", "=B1:B2")
        sheet["H1"] = ArrayFormula("H1:I2", "=B1:B4*10")
        sheet["J1"] = "=SUM(E1:E4)+F4"
        sheet["J2"] = "=ISNA(G4)"

    result = made(DATA, change)
    assert [result[f"E{r}"] for r in range(1, 5)] == [2.0, 4.0, 8.0, 16.0]
    assert [result[f"F{r}"] for r in range(1, 5)] == [7.0] * 4
    assert [result[f"G{r}"] for r in range(1, 5)] == [1.0, 2.0, NA, NA]
    assert [result[f"{c}{r}"] for r in (1, 2) for c in "HI"] == [10.0, 10.0, 20.0, 20.0]
    assert (result["J1"], result["J2"]) == (37.0, True)


def dynamic(count: int, stored: str, children: int) -> Callable[[Any, Any], None]:
    """A formula that now fills `count` cells, and filled `stored` when it was written."""

    def write(workbook: Any, sheet: Any) -> None:
        sheet.write_number("A1", count)
        sheet.write_dynamic_array_formula(f"C1:{stored}", "=_xlfn.SEQUENCE(A1)", None, 1)
        for row in range(1, children):
            sheet.write_number(row, 2, 99)
        sheet.write_formula("E1", "=SUM(_xlfn.ANCHORARRAY(C1))", None, 0)
        sheet.write_formula("E2", "=COUNT(C1:C9)", None, 0)

    return write


@pytest.mark.parametrize(("count", "stored"), [(5, "C3"), (2, "C4"), (3, "C3"), (1, "C3"), (4, "C1")])
def test_dynamic_array_grows_and_shrinks(written: Callable[..., Result], count: int, stored: str) -> None:
    result = written(dynamic(count, stored, int(stored[1:])))
    assert [result[f"C{r}"] for r in range(1, 7)] == [float(r) if r <= count else None for r in range(1, 7)]
    anchor = result.book.sheets["S"].formulas[1, 3]
    assert anchor.ref == ("C1" if count == 1 else f"C1:C{count}")
    assert anchor.dynamic
    assert (result["E1"], result["E2"]) == (count * (count + 1) / 2, float(count))


def test_dynamic_array_that_is_blocked(written: Callable[..., Result], tmp_path: Path) -> None:
    def write(workbook: Any, sheet: Any) -> None:
        sheet.write_dynamic_array_formula("C1", "=_xlfn.SEQUENCE(3)", None, 1)
        sheet.write_string("C2", "in the way")

    result = written(write)
    assert result["C1"] == VALUE  # as files without rich values store #SPILL!
    assert result["C2"] == "in the way"
    assert result.done.errors == {"#SPILL!": ("S!C1",)}


def test_plain_formula_that_gives_an_array_is_cut(made: Callable[..., Result]) -> None:
    result = made({"A1": "=_xlfn.SEQUENCE(3)", "A2": 5, "B1": "=_xlfn.SEQUENCE(3)", "C1": "=SUM(B1:B3)"})
    assert (result["A1"], result["A2"], result["B1"], result["C1"]) == (1.0, 5.0, 1.0, 1.0)
    assert result.findings["S!A1"] == (
        "array cut", "the formula gives an array but is not stored as one; only its first value is kept"
    )  # fmt: skip
    assert "S!B1" in result.findings
