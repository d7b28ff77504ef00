"""Values that come out of recalculation: errors that must not be lost, dates, texts, blanks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from recalculations import DIV0, NA, Cells, Result, column

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
