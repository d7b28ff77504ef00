"""Formulas that Excel and the engine read differently, tables and names, on small workbooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from recalculations import DATA, NA, NAME, NULL, NUM, VALUE, Result, column

# --- formulas that Excel and the engine read differently ---------------------------------------

FORMULAS = [
    # plain formulas take the cell beside them
    ("B1:B4*2", "F3", 8.0),
    ("B1:B4", "F2", 2.0),
    ("EXP(0)*B:B", "F4", 8.0),
    ("A1:C1", "B9", 1.0),
    ("B1:B4*2", "F9", VALUE),
    ("SUM(B1:B4*C1:C4)", "F3", 8.0),
    ("SUM(B1:B4*C1:C4)", "F7", VALUE),
    ("_xlfn.SINGLE(B1:B4)", "F3", 4.0),
    ("B1:B3 A2:C2", "F9", 2.0),
    ("A1:A2 C3:C4", "F9", NULL),
    # functions that take arrays whatever the formula is
    ("SUMPRODUCT(B1:B4*(A1:A4=\"a\"))", "F9", 5.0),
    ("SUMPRODUCT(LEN(A1:A4)*B1:B4)", "F9", 15.0),
    ("SUMPRODUCT(--(LEFT(A1:A4,1)=\"a\"),B1:B4)", "F9", 5.0),
    ("SUMPRODUCT(--ISNUMBER(SEARCH(\"a\",A1:A4)),B1:B4)", "F9", 5.0),
    ("SUMPRODUCT((MONTH(B1:B4*30)=2)*1)", "F9", 1.0),
    ("SUMPRODUCT(ROUND(B1:B4/3,1))", "F9", 5.0),
    ("SUMPRODUCT(--ISERROR(1/(B1:B4-2)))", "F9", 1.0),
    ("SUMPRODUCT(1/COUNTIF(A1:A4,A1:A4))", "F9", 3.0),
    ("SUMPRODUCT(SUMIF(A1:A4,A1:A2,B1:B4))", "F9", 7.0),
    ("SUMPRODUCT(ROW(A1:A4))", "F9", 10.0),
    ("SUMPRODUCT(COLUMN(A1:D1))", "F9", 10.0),
    ("SUM(SUMIF(A1:A4,{\"a\",\"c\"},B1:B4))", "F9", 13.0),
    ("SUM(COUNTIFS(A1:A4,{\"a\",\"c\"}))", "F9", 3.0),
    ("SUM(LARGE(B1:B4,{1,2}))", "F9", 12.0),
    ("SUM(VLOOKUP(\"b\",A1:C4,{2,3},FALSE))", "F9", 3.0),
    ("LOOKUP(2,1/(A1:A4=\"a\"),B1:B4)", "F9", 4.0),
    ("SUMPRODUCT(--ISNUMBER(ROW(A1:A2)))", "F9", 2.0),
    # what the engine works out otherwise
    ("POWER(0,0)", "F9", NUM),
    ("POWER(2,10)", "F9", 1024.0),
    ("FLOOR(-2.5,-2)", "F9", -2.0),
    ("FLOOR(7,-2)", "F9", NUM),
    ("CEILING(2.1,0.1)", "F9", 2.1),
    ("DB(1000000,100000,6,1,7)", "F9", 186083.33333333334),
    ("DB(1000000,100000,6,7,7)", "F9", 15845.098473848071),
    ("GCD(B2:B4)", "F9", 2.0),
    ("LCM(B1:B4,3)", "F9", 24.0),
    ("FV(-1,-2,1)", "F9", NUM),
    ("MDETERM(B1:C2)", "F9", -5.0),
    ("SUM(MMULT(B1:C2,B1:C2))", "F9", 24.0),
    ("VDB(2400,300,10,0,1)", "F9", 480.0),
    ("VDB(2400,300,10,0,0.875,1.5)", "F9", 315.0),
    ("FVSCHEDULE(1,{0.09,0.11,0.1})", "F9", 1.33089),
    ("XLOOKUP(3,B1:B4,A1:A4,,-1)", "F9", "b"),
    ("XLOOKUP(2,C1:C3,A1:A3,\"none\",1)", "F9", "a"),
    ("XLOOKUP(9,B1:B4,A1:A4,\"none\",1)", "F9", "none"),
    ("_xlfn.FORMULATEXT(F10)", "F9", NA),
    ("_xlfn.ISFORMULA(A1)", "F9", False),
    ("_xlfn.ISFORMULA(F9)", "F9", True),
    ("SUMPRODUCT(--_xlfn.ISFORMULA(A1:C4))", "F9", 0.0),
    ("SUMPRODUCT(--_xlfn.ISFORMULA(A1:F9))", "F9", 1.0),
    ("SUMPRODUCT(ISNUMBER(S!B1:B4)*(1-_xlfn.ISFORMULA(s!B1:B4)))", "F9", 4.0),
    ("1/3&\"\"", "F9", "0.333333333333333"),
    ("\"x \"&2/3&\" y\"", "F9", "x 0.666666666666667 y"),
    ("SUM((B1,B3:B4))", "F9", 13.0),
    ("SUM(B4:B1)", "F9", 15.0),
    ("_xlfn.LET(_xlpm.x,B1:B4,SUMPRODUCT(LEN(_xlpm.x)))", "F9", 4.0),
    ("ISERROR(nowhere)", "F9", True),
    ("REPT(\"a\",32767)&\"b\"", "F9", VALUE),
    ("OR(ISNUMBER(A1),TRUE)", "F9", True),
    # a last sum or difference that is only rounding
    ("0.5-0.4-0.1", "F9", 0.0),
    ("0.1+0.2-0.3", "F9", 0.0),
    ("-0.3+0.1+0.2", "F9", 0.0),
    ("1*(0.5-0.4-0.1)", "F9", -2.7755575615628914e-17),
    ("0.000001-0.0000005", "F9", 5e-7),
    ("B1*1E-9-C2*2E-9", "F9", -1e-9),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "seat", "expected"), FORMULAS)
def test_formula(made: Callable[..., Result], formula: str, seat: str, expected: Any) -> None:
    result = made(DATA | {seat: f"={formula}"})
    found = result[seat]
    if isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-12)
    else:
        assert found == expected


def test_a_value_that_many_formulas_lift_is_worked_out_once(made: Callable[..., Result]) -> None:
    cells = column(*("abc" for _ in range(50)))
    result = made(
        cells | {f"B{r}": f"=SUMPRODUCT(LEN($A$1:$A$50)*(ROW($A$1:$A$50)<={r}))" for r in range(1, 51)}
    )
    assert [result[f"B{r}"] for r in (1, 2, 50)] == [3.0, 6.0, 150.0]


# --- tables and names --------------------------------------------------------------------------


def test_tables(written: Callable[..., Result]) -> None:
    def write(workbook: Any, sheet: Any) -> None:
        columns = [
            {"header": "item", "total_string": "Total"},
            {"header": "price"},
            {"header": "pieces", "total_function": "sum"},
            {"header": "cost", "formula": "=[@price]*[@pieces]", "total_function": "sum"},
        ]
        rows = [["a", 2, 3], ["b", 5, 7]]
        sheet.add_table("A1:D4", {"name": "Items", "columns": columns, "data": rows, "total_row": True})
        sheet.write_formula("F1", "=SUM(Items[cost])")
        sheet.write_formula("F2", "=Items[[#Totals],[cost]]+0")
        sheet.write_formula("F3", "=Items[[#Headers],[price]]")
        sheet.write_formula("F4", "=ROWS(Items)")
        sheet.write_formula("F5", "=ROWS(Items[#All])")
        sheet.write_formula("F6", '=SUMIFS(Items[cost],Items[item],"b")')

    result = written(write)
    assert [result[f"D{r}"] for r in (2, 3, 4)] == [6.0, 35.0, 41.0]
    assert [result[f"F{r}"] for r in range(1, 7)] == [41.0, 41.0, "price", 2.0, 4.0, 35.0]
    assert result.done.clean


def test_names(written: Callable[..., Result]) -> None:
    def write(workbook: Any, sheet: Any) -> None:
        other = workbook.add_worksheet("Other sheet")
        workbook.define_name("rate", "=0.25")
        workbook.define_name("base", "=S!$A$1")
        workbook.define_name("grown", "=base*(1+rate)")
        workbook.define_name("list", "=OFFSET(S!$A$1,0,0,COUNT(S!$A:$A),1)")
        workbook.define_name("S!mine", "=S!$A$2")
        workbook.define_name("'Other sheet'!mine", "=S!$A$3")
        workbook.define_name("above", "=S!A1048576")
        for row, value in enumerate((10, 20, 30)):
            sheet.write_number(row, 0, value)
        formulas = [
            "grown*2",
            "SUM(list)",
            "mine",
            "above",
            'SUM(INDIRECT("base"))',
            "RATE(10,-10,base*9)*0+rate",
        ]
        for row, formula in enumerate(formulas):
            sheet.write_formula(row, 2, f"={formula}")
        other.write_formula("A1", "=mine")
        other.write_formula("A2", "=S!mine")

    result = written(write)
    assert [result[f"C{r}"] for r in range(1, 7)] == [25.0, 60.0, 20.0, 20.0, 10.0, 0.25]
    assert [result[f"'Other sheet'!A{r}"] for r in (1, 2)] == [30.0, 20.0]
    assert not result.findings


def test_a_name_that_nobody_defines_is_found_and_one_that_excel_missed_is_an_error(
    written: Callable[..., Result],
) -> None:
    def write(workbook: Any, sheet: Any) -> None:
        sheet.write_formula("A1", "=IFERROR(lost,7)", None, 5)
        sheet.write_formula("A2", "=lost+1", None, "#NAME?")
        sheet.write_formula("A3", "=lost+2", None, 9)

    result = written(write)
    assert (result["A1"], result["A2"]) == (7.0, NAME)
    assert result.findings["S!A1"] == (
        "unknown name",
        "the formula uses lost, which the workbook does not define",
    )
    assert "S!A2" not in result.findings
    assert result.done.errors["#NAME?"] == ("S!A2", "S!A3") or result["A3"] == 9.0
    assert "S!A3" in result.findings
