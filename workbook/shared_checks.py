"""The checks of what all companies share: switches, rates, the time axis, and errors on any other sheet."""

# One line of the sheet a line of code.
# ruff: noqa: E501

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from typing import Any

from openpyxl.utils import get_column_letter

from workbook import templates
from workbook.layout import MAY_BE_NA
from workbook.plan import Cell, Gauge, Kind, Line, Look, Tab, references
from workbook.references import quote_sheet

Entry = Mapping[str, Any]
# The line of a company's tab that shows the result of its checks.
RESULT = "h_check"
# As a file spells it, for it came with Excel 2013.
IS_FORMULA = "_xlfn.ISFORMULA"
_GOLDEN = "Tests"


@cache
def template() -> Mapping[str, Any]:
    """The checks and flags as the template has them."""
    return tomllib.loads((templates.folder() / "checks.toml").read_text(encoding="utf-8"))


def shared_checks(tabs: Sequence[Tab]) -> Iterator[Line]:
    """What fails the master check and belongs to no company."""
    shared = [tab for tab in tabs if not _is_of_company(tab)]
    yield from (_no_errors(tab, tabs) for tab in shared if _has_figures(tab))
    for entry in template()["shared"]:
        gauge = Gauge(entry["measured"], "0", entry["advice"], entry["advice_zh"])
        number = entry["number"]
        yield Line(
            entry["key"], f"{number} {entry['label']}", f"{number} {entry['zh']}", entry["unit"],
            look=Look.CHECK, number_format="0", gauge=gauge, link=entry["at"],
        )  # fmt: skip
    yield from map(_no_typed_number, filter(_is_worked_out, shared))


def _no_errors(tab: Tab, tabs: Sequence[Tab]) -> Line:
    """The error cells of a sheet, but for #N/A where it is an answer."""
    but, but_zh = "", ""
    if tab.kind is Kind.GRID:
        but, but_zh = " but #N/A, which stands for what is not known", "（#N/A 为未知）"
        terms = [f"SUMPRODUCT(--ISERR({area}))" for area in _areas(tab, tabs)]
    elif any(line.na for line in tab.lines):
        but, but_zh = " but #N/A, and that only in the lines marked n/a", "（标 n/a 的行可为 #N/A）"
        first, last = ends(tab)
        terms = [errors(tab.name, first, last)]
    else:
        terms = [f"SUMPRODUCT(--ISERROR({{{tab.name}:all}}))"]
    gauge = Gauge(
        f"={'+'.join(terms)}", "0",
        "Find the first error cell from the top; it names a figure that is missing or out of range.",
        "自上而下找到首个错误单元格，检查缺失或超范围的数值。",
    )  # fmt: skip
    return Line(
        f"errors_{tab.name.lower()}", f"15 {tab.name}: no error{but}", f"15 {tab.title_zh}：无错误{but_zh}", "cells",
        look=Look.CHECK, number_format="0", link=tab.name, gauge=gauge,
    )  # fmt: skip


def errors(tab: str, first: str, last: str) -> str:
    """The term that counts the error cells from one line to another, but #N/A in the lines that may have it."""
    area, marks = (
        f"{{{tab}:{first}.value}}:{{{tab}:{last}.last}}",
        f"{{{tab}:{first}.mark}}:{{{tab}:{last}.mark}}",
    )
    return f'SUMPRODUCT(ISERROR({area})-({marks}="{MAY_BE_NA}")*ISNA({area}))'


def overtyped(tab: str, first: str, last: str) -> str:
    """The terms that count the cells from one line to another that should hold a formula and do not.

    A row has formulas in all months or in none, as its first month tells.
    """
    months = f"{{{tab}:{first}.first}}:{{{tab}:{last}.last}}"
    return f"COUNTA({{{tab}:{first}.first}}:{{{tab}:{last}.first}})*COUNT({{Time:month.row}})-SUMPRODUCT(--{IS_FORMULA}({months}))"


def ends(tab: Tab) -> tuple[str, str]:
    """The first and the last line of a tab."""
    keys = [line.key for line in tab.lines]
    return keys[0], keys[-1]


def shared_flags(tabs: Sequence[Tab]) -> Iterator[Line]:
    """What is worth a look and belongs to no company."""
    for entry in template()["golden"]:
        if any(tab.name == _GOLDEN for tab in tabs):
            yield Line(
                entry["key"], entry["label"], entry["zh"], "flag", look=Look.FLAG, number_format="0", link=_GOLDEN,
                gauge=Gauge(entry["measured"], "1", entry["advice"], entry["advice_zh"], least=True),
            )  # fmt: skip


def _no_typed_number(tab: Tab) -> Line:
    gauge = Gauge(
        f"={overtyped(tab.name, *ends(tab))}", "0", "Type figures on Inputs and Actuals; copy the formula back from its neighbour.",
        "在输入页与实际数页填数；从相邻单元格复制公式恢复。",
    )  # fmt: skip
    return Line(
        f"typed_{tab.name.lower()}", f"19 {tab.name}: no number is typed over the formulas of the months", f"19 {tab.title_zh}：月度公式区无手工数字",
        "cells", look=Look.CHECK, number_format="0", link=tab.name, gauge=gauge,
    )  # fmt: skip


def _is_of_company(tab: Tab) -> bool:
    return any(line.key == RESULT for line in tab.lines)


def _may_be_unknown(tab: Tab) -> bool:
    """Whether a tab shows figures of companies, some of which are #N/A."""
    return tab.kind is Kind.GRID or any(line.na for line in tab.lines)


def _has_figures(tab: Tab) -> bool:
    """Whether a tab holds more than words."""
    return tab.kind is not Kind.GRID or any(
        isinstance(cell.value, float) or str(cell.value).startswith("=") for cell in tab.cells
    )


def _is_worked_out(tab: Tab) -> bool:
    """Whether what a tab has by month is formulas alone."""
    lines = list(tab.lines)
    return any(line.months for line in lines) and not any(line.typed for line in lines)


def _areas(tab: Tab, tabs: Sequence[Tab]) -> Iterator[str]:
    """The cells of a grid in which an error would show.

    Left out are the rows that show a check, which cannot be part of one, and the columns of
    functions: where a program does not know them, their twins stand beside them.
    """
    barred = {cell.row for cell in _showing_checks(tab, tabs)}
    functions = {cell.column for cell in tab.cells if cell.look is Look.FUNCTION}
    sheet = quote_sheet(tab.name)
    for top, bottom in _runs({cell.row for cell in tab.cells} - barred):
        for left, right in _runs({cell.column for cell in tab.cells} - functions):
            yield f"{sheet}!${get_column_letter(left)}${top}:${get_column_letter(right)}${bottom}"


def _runs(numbers: Set[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each unbroken run."""
    starts = sorted(number for number in numbers if number - 1 not in numbers)
    return zip(starts, sorted(number for number in numbers if number + 1 not in numbers), strict=True)


def _showing_checks(tab: Tab, tabs: Sequence[Tab]) -> list[Cell]:
    """The cells of a grid that read the sheet of checks, or a line or another cell that does."""
    shown = {(other.name, RESULT) for other in tabs} | {("Cover", "master_shown")}
    while True:
        found = [cell for cell in tab.cells if _reads(cell, tab, shown)]
        keys = {(tab.name, cell.key) for cell in found if cell.key} - shown
        if not keys:
            return found
        shown |= keys


def _reads(cell: Cell, tab: Tab, shown: Set[tuple[str, str]]) -> bool:
    if not isinstance(cell.value, str):
        return False
    return any(
        other == "Checks" or (other or tab.name, key) in shown for other, key in references(cell.value)
    )
