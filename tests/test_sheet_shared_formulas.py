"""Shared formulas against openpyxl's translator."""

from __future__ import annotations

import pytest
from openpyxl.formula.translate import Translator

from workbook.references import parse_cell
from workbook.shared_formulas import SharedFormula


@pytest.mark.parametrize(
    "text",
    [
        "A1+$A1+A$1+$A$1",
        "SUM(B:B,$B:B,2:2,$2:3,C3:$D$4)",
        'IF(A1="A1 ""B2"" C3",\'It\'\'s A1\'!B2,Sheet1!C3)',
        "LOG10(A1)+ATAN2(B1,C1)+DAYS360(A1,B1)",
        "Rate1x+My.A1+_xlfn.XLOOKUP(A1,B1:B9,C1:C9)",
        "[1]Sheet1!A1+'[2]A1 B2'!C3",
        "Table1[[#This Row],[A1]]+Table1[B2]",
        "1E5+1.5E+10-A10%",
        "'Jan:Dec'!A1+#REF!",
        "{1,2;3,4}*A1",
        "LET(_xlpm.x1,A1,_xlpm.x1+B1)",
    ],
)
@pytest.mark.parametrize("target", ["B1", "A2", "D9", "AA100"])
def test_shared_formulas_move_as_openpyxl_moves_them(text: str, target: str) -> None:
    expected = Translator("=" + text, "A1").translate_formula(target)
    assert "=" + SharedFormula(text, (1, 1)).at(*parse_cell(target)) == expected


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("A1", (1, 1), "XFD1048576"),  # past an edge it comes in at the other, as in Excel
        ("Sheet1!Rate", (3, 3), "Sheet1!Rate"),
        ("XYZ2026+$XYZ1+ABCD1+A9999999", (3, 3), "XYZ2026+$XYZ1+ABCD1+A9999999"),
        ("SUM(A1#)+@A:A", (3, 3), "SUM(B2#)+@B:B"),
        ("Q1!A1+Jan:Dec!B2", (3, 3), "Q1!B2+Jan:Dec!C3"),
        ("A1\n+B2", (3, 2), "A2\n+B3"),
    ],
)
def test_shared_formulas_where_openpyxl_is_wrong(text: str, place: tuple[int, int], expected: str) -> None:
    assert SharedFormula(text, (2, 2)).at(*place) == expected
