"""Recalculation on small workbooks: what comes out, what is found, what is written and what is not."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind, FileError
from engine.hosting import CellFunction
from udfs.headless import cell_functions
from workbook.book import Book
from workbook.engines.embedded import EmbeddedEngine
from workbook.recalculate import Recalculation, recalculate
from workbook.references import parse_cell

NA, DIV0, VALUE, NUM, NAME, NULL = (
    CellError(kind)
    for kind in (ErrorKind.NA, ErrorKind.DIV0, ErrorKind.VALUE, ErrorKind.NUM, ErrorKind.NAME, ErrorKind.NULL)
)
Cells = dict[str, Any]


class Result:
    """A recalculated workbook: values by `A1` or `Sheet!A1` as the file now has them, findings by cell."""

    def __init__(self, path: Path, done: Recalculation) -> None:
        self.done = done
        self.book = Book.open(path)
        self.findings = {f.where: (f.kind, f.message) for f in done.findings}

    def __getitem__(self, reference: str) -> Any:
        (place,) = self.book.find(reference)
        return self.book.value(place)


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


def column(*values: Any, at: str = "A") -> Cells:
    return {f"{at}{row}": value for row, value in enumerate(values, start=1)}


# --- formulas that Excel and the engine read differently ---------------------------------------

DATA: Cells = column("a", "b", "a", "c") | column(1, 2, 4, 8, at="B") | column(3, 1, 2, None, at="C")

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


# --- arrays ------------------------------------------------------------------------------------


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


# --- what cannot be calculated -----------------------------------------------------------------


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


# --- errors that must not be lost --------------------------------------------------------------

MASKED = [
    ("SUMIF(A1:A4,\"a\",B1:B4)", DIV0),
    ("SUMIF(A1:A4,\"b\",B1:B4)", 2.0),
    ("SUMIF(A1:A4,\"a\",B1)", DIV0),
    ("SUMIFS(B1:B4,A1:A4,\"a\")", DIV0),
    ("SUMIFS(B1:B4,A1:A4,\"c\")", NA),
    ("SUMIFS(B1:B4,A1:A4,\"b\")", 2.0),
    ("AVERAGEIF(A1:A4,\"a\",B1:B4)", DIV0),
    ("AVERAGEIFS(B:B,A:A,\"a\")", DIV0),
    ("MAXIFS(B1:B4,A1:A4,\"a\")", DIV0),
    ("SUM(SUMIF(A1:A4,{\"a\",\"b\"},B1:B4))", DIV0),
    ("IFERROR(SUMIF(A1:A4,\"a\",B1:B4),-1)", -1.0),
    ("SUMIF(B1:B4,\">0\")", 3.0),
    ("COUNTIF(B1:B4,\">0\")", 2.0),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "expected"), MASKED)
def test_error_that_sumif_would_pass_over(made: Callable[..., Result], formula: str, expected: Any) -> None:
    cells = column("a", "b", "a", "c") | {"B1": 1, "B2": 2, "B3": "=1/0", "B4": "=NA()"}
    formula = formula.replace("MAXIFS", "_xlfn.MAXIFS")
    assert made(cells | {"D9": f"={formula}"})["D9"] == expected


def test_error_that_comes_through_two_sumifs(made: Callable[..., Result]) -> None:
    cells = {"A1": "k", "B1": "=1/0", "C1": '=SUMIF(A1,"k",B1)', "D1": '=SUMIF(A1,"k",C1)', "E1": "=D1+1"}
    result = made(cells)
    assert (result["C1"], result["D1"], result["E1"]) == (DIV0, DIV0, DIV0)
    assert result.done.errors == {"#DIV/0!": ("S!B1", "S!C1", "S!D1", "S!E1")}


def test_error_that_comes_through_many_sumifs(made: Callable[..., Result]) -> None:
    cells: Cells = {"A1": "k", "B1": "=1/0"}
    cells |= {f"B{row}": f'=SUMIF(A$1,"k",B{row - 1})' for row in range(2, 41)}
    assert made(cells)["B40"] == DIV0


def test_a_difference_that_is_only_rounding_is_none_for_its_dependents(made: Callable[..., Result]) -> None:
    cells = column(0.1, 0.2, "=A1+A2", 0.3) | {"B1": "=A3-A4", "B2": '=IF(B1=0,"balanced","not")'}
    result = made(cells)
    assert (result["B1"], result["B2"]) == (0.0, "balanced")


def test_sum_over_an_area_that_is_worked_out_is_told(made: Callable[..., Result]) -> None:
    result = made({"A1": "k", "B1": "=1/0", "C1": '=SUMIF(A1:A2,"k",OFFSET(B1,0,0,2,1))'})
    assert result.findings["S!C1"][0] == "not checked"


def test_hidden_rows(made: Callable[..., Result]) -> None:
    def change(workbook: Any) -> None:
        workbook["S"].row_dimensions[2].hidden = True

    cells = column(1, 2, 4) | {"B5": "=SUBTOTAL(109,A1:A3)", "B6": "=SUBTOTAL(9,A1:A3)", "B7": "=SUM(A1:A3)"}
    result = made(cells, change)
    assert [result[f"B{r}"] for r in (5, 6, 7)] == [5.0, 7.0, 7.0]


# --- values ------------------------------------------------------------------------------------


def test_dates_count_from_1904_where_the_workbook_says_so(made: Callable[..., Result]) -> None:
    def change(workbook: Any) -> None:
        workbook.epoch = CALENDAR_MAC_1904

    result = made({"A1": "=DATE(1904,1,2)", "A2": '=TEXT(1,"yyyy-mm-dd")', "A3": "=YEAR(0)"}, change)
    assert (result["A1"], result["A2"], result["A3"]) == (1.0, "1904-01-02", 1904.0)


def test_text_keeps_what_it_holds(made: Callable[..., Result]) -> None:
    texts = [
        "<&>\"'",
        " lead and trail ",
        "two\nlines",
        "tab\there",
        "_x000D_",
        "é漢\U0001f600",
        "",
        "=1+1",
        "#N/A",
    ]
    cells = column(*texts[:6]) | {"A5": "_x005F_x000D_"} | {f"B{r}": f'=A{r}&""' for r in range(1, 7)}
    result = made(cells | {"B7": '=""', "B8": '="="&"1+1"', "B9": '="#N"&"/A"'})
    assert [result[f"B{r}"] for r in range(1, 10)] == texts


def test_blank_results(made: Callable[..., Result]) -> None:
    result = made(
        {"A1": "=B1", "A2": '=IF(FALSE,1,"")', "A3": "=IF(TRUE,B1)", "A4": '=A2=""', "A5": "=LEN(A1)"}
    )
    assert [result[f"A{r}"] for r in range(1, 6)] == [0.0, "", 0.0, True, 1.0]


# --- our functions -----------------------------------------------------------------------------


class Recorder:
    """A function of a sheet that notes what it is given and answers what it is told to."""

    def __init__(self, answer: Any = 1.0) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.answer = answer

    def __call__(self, *args: Any) -> tuple[Any, tuple[str, ...]]:
        self.calls.append(args)
        return self.answer, ()

    @property
    def engine(self) -> EmbeddedEngine:
        return EmbeddedEngine([CellFunction("CAC", self, 0, None)])


def recalculated(tmp_path: Path, engine: EmbeddedEngine, cells: Cells) -> Result:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.title = "S"
    for reference, value in cells.items():
        workbook.active[reference] = value
    path = tmp_path / "ours.xlsx"
    workbook.save(path)
    return Result(path, recalculate(path, engine, in_place=True))


GIVEN = [
    ("1,2", (1.0, 2.0)),
    ("1,,2", (1.0, OMITTED, 2.0)),
    ("0,1", (0.0, 1.0)),
    ("1,", (1.0, OMITTED)),
    ("B1,1/0", (None, DIV0)),
    ('"x",TRUE', ("x", True)),
    ("A1:A3", ([[1.0], [NA], ["t"]],)),
    ("{1,2;3,4}", ([[1.0, 2.0], [3.0, 4.0]],)),
]


@pytest.mark.parametrize(("arguments", "given"), GIVEN)
def test_what_a_function_of_ours_is_given(tmp_path: Path, arguments: str, given: tuple[Any, ...]) -> None:
    recorder = Recorder()
    cells = {"A1": 1, "A2": "=NA()", "A3": "t", "C9": f"=UE.CAC({arguments})"}
    assert recalculated(tmp_path, recorder.engine, cells)["C9"] == 1.0
    assert recorder.calls == [given]


ANSWERS: list[tuple[Any, Any]] = [
    (2.5, 2.5),
    ("text", "text"),
    (True, True),
    (None, 0.0),
    (DIV0, DIV0),
    (NA, NA),
    (float("nan"), NUM),
    (float("-inf"), NUM),
]


@pytest.mark.parametrize(("answer", "shown"), ANSWERS)
def test_what_a_function_of_ours_answers(tmp_path: Path, answer: Any, shown: Any) -> None:
    assert recalculated(tmp_path, Recorder(answer).engine, {"A1": "=CAC(1)"})["A1"] == shown


def test_an_answer_that_is_no_number_is_an_error_for_its_dependents(tmp_path: Path) -> None:
    cells = {"A1": "=CAC(1)", "A2": "=IFERROR(A1,7)", "A3": "=A1>0"}
    result = recalculated(tmp_path, Recorder(float("inf")).engine, cells)
    assert (result["A1"], result["A2"], result["A3"]) == (NUM, 7.0, NUM)


def test_a_function_of_ours_fills_an_array(tmp_path: Path) -> None:
    path = tmp_path / "array.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "S"
    sheet["A1"] = ArrayFormula("A1:A3", "=CAC(1)")
    workbook.save(path)
    result = Result(path, recalculate(path, Recorder([[1.0], [DIV0], ["x"]]).engine, in_place=True))
    assert [result[f"A{r}"] for r in (1, 2, 3)] == [1.0, DIV0, "x"]


def test_cautions_name_a_cell(tmp_path: Path) -> None:
    function = CellFunction("CAC", lambda *_: (1.0, ("mind the gap",)), 0, None)
    engine = EmbeddedEngine([function])
    result = recalculated(tmp_path, engine, {"B2": "=CAC(1)"})
    assert result.findings == {"S!B2": ("caution", "CAC: mind the gap")}
    result = recalculated(tmp_path, engine, {"B2": "=CAC(1)", "B3": "=CAC(2)"})
    assert result.findings["S!B2"][1] == "CAC: mind the gap (in one or more of the 2 cells that call it)"


def test_a_failure_in_a_function_is_logged_and_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("out of cheese")

    monkeypatch.setattr("udfs.headless.sheet_result", broken)
    with caplog.at_level(logging.ERROR, "udfs.headless"):
        result = recalculated(tmp_path, EmbeddedEngine(cell_functions()), {"A1": "=CAC(1,2)", "A2": "=1+1"})
    assert (result["A1"], result["A2"]) == (VALUE, 2.0)
    assert result.done.errors == {"#VALUE!": ("S!A1",)}
    assert "CAC failed" in caplog.text
    assert "RuntimeError: out of cheese" in caplog.text


def test_two_threads_at_once(tmp_path: Path) -> None:
    cells = {f"A{r}": f"=CAC({r}*100,{r})+SUMPRODUCT(LEN(C1:C9))" for r in range(1, 200)}
    results: dict[int, float] = {}

    def run(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        results[number] = recalculated(folder, EmbeddedEngine(cell_functions()), cells)["A199"]

    threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {0: 100.0, 1: 100.0}


# --- what is written ---------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("My sheet")
    sheet.write_number("A1", 1)
    sheet.write_formula("A2", "=A1+1", None, 0)
    sheet.write_formula("A3", "=1/0", None, 0)
    sheet.write_formula("A4", "=A3", None, 0)
    sheet.write_formula("A5", "=NoSuch(1)", None, 3)
    workbook.close()
    return path


def test_json_is_as_promised(small: Path, engine: EmbeddedEngine) -> None:
    done = recalculate(small, engine)
    found = json.loads(json.dumps(done.as_json()))
    assert list(found) == [
        "file",
        "engine",
        "formulas",
        "evaluated",
        "seconds",
        "errors",
        "findings",
        "written",
    ]
    assert found["seconds"] > 0
    assert found["engine"].startswith("formualizer 0.")
    assert {k: v for k, v in found.items() if k not in ("seconds", "engine")} == {
        "file": str(small),
        "formulas": 4,
        "evaluated": 3,
        "errors": {"#DIV/0!": {"count": 2, "cells": ["'My sheet'!A3", "'My sheet'!A4"]}},
        "findings": [
            {
                "kind": "not calculated",
                "where": "'My sheet'!A5",
                "message": "the formula uses NOSUCH, which cannot be calculated here; "
                "its stored value is kept",
            }
        ],
        "written": None,
    }


def test_nothing_is_written_unless_asked(small: Path, engine: EmbeddedEngine) -> None:
    before = small.read_bytes()
    done = recalculate(small, engine)
    assert (done.written, small.read_bytes()) == (None, before)
    assert list(small.parent.iterdir()) == [small]


def test_out_leaves_the_input_alone(small: Path, engine: EmbeddedEngine, tmp_path: Path) -> None:
    before, out = small.read_bytes(), tmp_path / "out.xlsx"
    assert recalculate(small, engine, out=out).written == str(out)
    assert small.read_bytes() == before
    assert Result(out, recalculate(out, engine))["A2"] == 2.0
    with pytest.raises(FileError, match="exists already: use --force"):
        recalculate(small, engine, out=out)
    assert recalculate(small, engine, out=out, force=True).written == str(out)


def test_in_place_or_out_not_both(small: Path, engine: EmbeddedEngine, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="not both"):
        recalculate(small, engine, out=tmp_path / "out.xlsx", in_place=True)


def test_a_second_recalculation_changes_no_byte(small: Path, engine: EmbeddedEngine) -> None:
    recalculate(small, engine, in_place=True)
    once = small.read_bytes()
    recalculate(small, engine, in_place=True)
    assert small.read_bytes() == once


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbook.target.os.replace", replace)


@pytest.mark.usefixtures("failing")
def test_a_failure_while_writing_leaves_the_file_as_it_was(small: Path, engine: EmbeddedEngine) -> None:
    before = small.read_bytes()
    with pytest.raises(FileError, match="disk is full"):
        recalculate(small, engine, in_place=True)
    assert small.read_bytes() == before
    assert list(small.parent.iterdir()) == [small]


def test_only_cached_values_change(small: Path, engine: EmbeddedEngine) -> None:
    before = Book.open(small)
    recalculate(small, engine, in_place=True)
    after = Book.open(small)
    old, new = before.sheets["My sheet"], after.sheets["My sheet"]
    assert [(p, c.text, c.kind) for p, c in old.formulas.items()] == [
        (p, c.text, c.kind) for p, c in new.formulas.items()
    ]
    assert old.values == new.values
    assert new.formulas[parse_cell("A2")].value == 2.0
