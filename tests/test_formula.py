"""Formulas as files hold them, respelled for an engine: names, tables, host spellings, omitted arguments."""

from __future__ import annotations

import pytest

from workbook.formula import ARRAY_WORD, OMITTED_WORD, Respeller, Seat, UnsupportedError
from workbook.package import DefinedName, Table

SHEETS = ["Inputs", "Jan", "Feb", "Mar 24", "Ünï"]
NAMES = [
    DefinedName("rate", "Inputs!$B$1", None, False),
    DefinedName("area", "Inputs!$B$1:$B$9", None, False),
    DefinedName("tax", "0.19", None, False),
    DefinedName("gross", "Inputs!$B$1*(1+tax)", None, False),
    DefinedName("local", "Jan!$A$1", "Jan", False),
    DefinedName("local", "Feb!$A$2", None, False),
    DefinedName("left_one", "Jan!XFD1", None, False),
    DefinedName("moving", "OFFSET(Inputs!$A$1,0,0,COUNTA(Inputs!$A:$A),1)", None, False),
    DefinedName("loop", "loop+1", None, False),
    DefinedName("other", "[1]Codes!$A$1", None, False),
    DefinedName("größe", "Ünï!$C$3", None, False),
    DefinedName("here", "!$A$1", None, False),
    DefinedName("macro", "#REF!", None, True),
    DefinedName("_xlnm.Print_Area", "Inputs!$A$1:$B$2", "Inputs", False),
]
TABLES = [
    Table("Sales", "Mar 24", "A1:D6", ("Region", "Amount", "Net [EUR]", "C#1"), 1, 1),
    Table("Bare", "Jan", "F2:G4", ("x", "y"), 0, 0),
]
OURS = {"CAC", "LTV"}
MISSING = {"STOCKHISTORY", "MYVBA", "OTHER.FN", "GROSS"}
OMITTED = f'"{OMITTED_WORD}"'
SEAT = Seat("Jan", 5, 8)
IN_TABLE = Seat("Mar 24", 3, 4)


def respeller() -> Respeller:
    return Respeller(SHEETS, NAMES, TABLES, OURS, MISSING.__contains__)


RESPELLED = [
    # nothing to do
    ("A1+B2*3%", SEAT, "A1+B2*3%"),
    ("SUM($A$1:B$2,C:C,4:5)", SEAT, "SUM($A$1:B$2,C:C,4:5)"),
    ("'Mar 24'!A1&Feb!$B$2", SEAT, "'Mar 24'!A1&Feb!$B$2"),
    ('IF(TRUE,"rate (tax)","Sales[Amount]")', SEAT, 'IF(TRUE,"rate (tax)","Sales[Amount]")'),
    ('"say ""rate"" "&A1', SEAT, '"say ""rate"" "&A1'),
    ("A1#", SEAT, "A1#"),
    ("#REF!+A1", SEAT, "#REF!+A1"),
    ("{1,-2;\"rate\",TRUE}", SEAT, "{1,-2;\"rate\",TRUE}"),
    ("  A1 + B1 ", SEAT, "  A1 + B1 "),
    # names
    ("rate*2", SEAT, "Inputs!$B$1*2"),
    ("RATE*2", SEAT, "Inputs!$B$1*2"),
    ("RATE(rate,2,3)", SEAT, "RATE(Inputs!$B$1,2,3)"),
    ("SUM(area)", SEAT, "SUM(Inputs!$B$1:$B$9)"),
    ("A1*tax", SEAT, "A1*0.19"),
    ("gross/2", SEAT, f"{ARRAY_WORD}(Inputs!$B$1*(1+0.19))/2"),
    ("local", SEAT, "Jan!$A$1"),
    ("local", Seat("Feb", 1, 1), "Feb!$A$2"),
    ("Jan!local", Seat("Feb", 1, 1), "Jan!$A$1"),
    ("left_one", SEAT, "Jan!G5"),
    ("left_one", Seat("Jan", 1, 2), "Jan!A1"),
    ("here", Seat("Mar 24", 9, 9), "'Mar 24'!$A$1"),
    ("SUM(moving)", SEAT, f"SUM({ARRAY_WORD}(OFFSET(Inputs!$A$1,0,0,COUNTA(Inputs!$A:$A),1)))"),
    ("größe+1", SEAT, "Ünï!$C$3+1"),
    ("[0]!rate", SEAT, "Inputs!$B$1"),
    ("nowhere+1", SEAT, "#NAME?+1"),
    ("LET(x,rate,x+1)", SEAT, "LET(x,Inputs!$B$1,x+1)"),
    # structured references
    ("SUM(Sales[Amount])", SEAT, "SUM('Mar 24'!$B$2:$B$5)"),
    ("SUM(Sales)", SEAT, "SUM('Mar 24'!$A$2:$D$5)"),
    ("ROWS(Sales[#All])", SEAT, "ROWS('Mar 24'!$A$1:$D$6)"),
    ("Sales[[#Headers],[Amount]]", SEAT, "'Mar 24'!$B$1"),
    ("Sales[[#Totals],[Amount]]", SEAT, "'Mar 24'!$B$6"),
    ("SUM(Sales[[#All],[Amount]])", SEAT, "SUM('Mar 24'!$B$1:$B$6)"),
    ("SUM(Sales[[Region]:[Net '[EUR']]])", SEAT, "SUM('Mar 24'!$A$2:$C$5)"),
    ("Sales[[#This Row],[Amount]]*2", IN_TABLE, "'Mar 24'!$B$3*2"),
    ("Sales[[#This Row],Amount]*2", IN_TABLE, "'Mar 24'!$B$3*2"),
    ("Sales[@Amount]*2", IN_TABLE, "'Mar 24'!$B$3*2"),
    ("[@Amount]*2", IN_TABLE, "'Mar 24'!$B$3*2"),
    ("SUM(Sales[@[Amount]:[C'#1]])", IN_TABLE, "SUM('Mar 24'!$B$3:$D$3)"),
    ("SUM([amount])", IN_TABLE, "SUM('Mar 24'!$B$2:$B$5)"),
    ("SUM(Bare[y])", SEAT, "SUM(Jan!$G$2:$G$4)"),
    # spellings of functions
    ("_xlfn.XLOOKUP(A1,B:B,C:C)", SEAT, "XLOOKUP(A1,B:B,C:C)"),
    ("_xlfn._xlws.SORT(A1:A3)", SEAT, "SORT(A1:A3)"),
    ("UE.CAC(1,2)", SEAT, "CAC(1,2)"),
    ("_xldudf_UE_CAC(1,2)", SEAT, "CAC(1,2)"),
    ("_xll.cac(1,2)", SEAT, "CAC(1,2)"),
    ("ORG.UNITSHEET.FUNCTIONS.CAC(1,2)", SEAT, "CAC(1,2)"),
    # omitted arguments of ours, and only of ours
    ("CAC(1,,3)", SEAT, f"CAC(1,{OMITTED},3)"),
    ("CAC(,2)", SEAT, f"CAC({OMITTED},2)"),
    ("CAC(1,)", SEAT, f"CAC(1,{OMITTED})"),
    ("CAC( , )", SEAT, f"CAC({OMITTED} ,{OMITTED} )"),
    ("CAC()", SEAT, "CAC()"),
    ("CAC(IF(A1,,2),)", SEAT, f"CAC(IF(A1,,2),{OMITTED})"),
    ("CAC((1),(2))", SEAT, "CAC((1),(2))"),
    ("IF(A1,,CAC(1,))", SEAT, f"IF(A1,,CAC(1,{OMITTED}))"),
    ('CAC("a,,b",1)', SEAT, 'CAC("a,,b",1)'),
    # rows of sheets
    ("SUM(Inputs:Feb!A1)", SEAT, "SUM(Inputs!A1,Jan!A1,Feb!A1)"),
    ("SUM('Feb:Mar 24'!A1:B2)", SEAT, "SUM(Feb!A1:B2,'Mar 24'!A1:B2)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "seat", "expected"), RESPELLED)
def test_respelled(text: str, seat: Seat, expected: str) -> None:
    assert respeller().respell(text, seat).text == expected


UNSUPPORTED = [
    ("STOCKHISTORY(A1)", "uses STOCKHISTORY, which cannot be calculated here"),
    ("_xlfn.STOCKHISTORY(A1)", "uses STOCKHISTORY, which cannot be calculated here"),
    ("IFERROR(myvba(1),0)", "uses MYVBA, which cannot be calculated here"),
    ("Other.Fn(1)", "uses OTHER.FN, which cannot be calculated here"),
    ("[1]Sheet1!A1+1", "refers to another workbook"),
    ("'C:\\x\\[b.xlsx]S 1'!A1", "refers to another workbook"),
    ("other", "refers to another workbook"),
    ("loop", "uses a defined name that refers to itself"),
    ("gross(1)", "calls the defined name gross as a function"),
    ("Sales[Nothing]", "refers to column 'Nothing', which table Sales does not have"),
    ("Bare[[#Headers],[x]]", "refers to [#headers] of table Bare, which is not there"),
    ("Sales[@Amount]", "refers to [#this row] of table Sales, which is not there"),
    ("[@Amount]", "refers to [@Amount] outside any table"),
    ("INDEX(Jan:Feb!A1,1)", "refers to a row of sheets in a function that cannot take one"),
    ("SUM(Jan:Nov!A1)", "refers to sheets Jan to Nov, of which one is missing"),
]


@pytest.mark.parametrize(("text", "sentence"), UNSUPPORTED)
def test_unsupported(text: str, sentence: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        respeller().respell(text, Seat("Jan", 9, 8))
    assert str(caught.value) == sentence


def test_what_is_no_formula_is_said_to_be_none() -> None:
    with pytest.raises(UnsupportedError, match=r"^is no formula that can be read: "):
        respeller().respell("SUM(A1", SEAT)


def test_undefined_names_are_told() -> None:
    assert respeller().respell("ISERROR(nowhere)+rate", SEAT).undefined == ("nowhere",)
    assert respeller().respell("rate+A1", SEAT).undefined == ()


@pytest.mark.parametrize(
    ("text", "seat", "particular"),
    [
        ("rate*A1", SEAT, False),
        ("local", SEAT, True),
        ("left_one", SEAT, True),
        ("here", SEAT, True),
        ("SUM(Sales[Amount])", SEAT, False),
        ("[@Amount]", IN_TABLE, True),
        ("nowhere", SEAT, True),
    ],
)
def test_a_formula_that_reads_otherwise_elsewhere_is_particular(
    text: str, seat: Seat, particular: bool
) -> None:
    assert respeller().respell(text, seat).particular is particular
