"""A small workbook that cases make wrong one cell at a time, and what its sheet of checks then says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils import column_index_from_string

import unitsheet
from workbook import layout as at
from workbook.book import Book, Place
from workbook.build import render
from workbook.checks_tab import checks_tab
from workbook.companies import company
from workbook.layout import Layout
from workbook.plan import Line, Look, Plan
from workbook.planning import plan

COMPANY, TAB = "kimi", "Kimi"
_COLUMNS = {
    "value": at.VALUE, "unit": at.UNIT, "twin": at.TOTAL, "base": at.BASE, "bear": at.BEAR,
    "fact_ids": at.FACT_IDS,
}  # fmt: skip


class Cell(NamedTuple):
    """A cell of the workbook: a line of a tab and its column or month, and what is written there."""

    tab: str
    key: str
    where: str | int
    content: Any


class CheckBook:
    """The workbook of one company over a year; made once, and made right again after every case."""

    def __init__(self, folder: Path, without: Collection[str] = ()) -> None:
        self.path = folder / "right.xlsx"
        self.wrong = folder / "wrong.xlsx"
        self.plan = _without(plan([company(COMPANY)], months=12), without)
        self.layout = Layout(self.plan)
        render(self.plan).save(self.path)
        unitsheet.recalculate(self.path, in_place=True)
        self.lines = {line.key: line for line in self.plan.tab("Checks").lines}
        self._book = openpyxl.load_workbook(self.path)
        self._values = Book.open(self.path)

    def place(self, cell: Cell) -> Place:
        """Where a cell of a case stands."""
        _, _, reference = self.layout.address(cell.tab, cell.key).rpartition("!")
        row = int(reference.rpartition("$")[2])
        if isinstance(cell.where, int):
            return Place(cell.tab, row, at.FIRST_MONTH + cell.where - 1)
        if cell.where == "cell":
            return Place(cell.tab, row, column_index_from_string(reference.split("$")[1]))
        named = [column.key for column in self.plan.tab(cell.tab).columns]
        column = named.index(cell.where) + 1 if cell.where in named else _COLUMNS[cell.where]
        return Place(cell.tab, row, column)

    def right(self, cell: Cell) -> Any:
        """What the cell shows before it is made wrong."""
        return self._values.value(self.place(cell))

    def _content(self, cell: Cell, place: Place) -> Any:
        if cell.content is SAME:
            return self.right(cell)
        if isinstance(cell.content, str) and "{" in cell.content:
            return self.layout.formula(cell.content, self.plan.tab(cell.tab), place.column)
        return cell.content

    def statuses(self, cells: Sequence[Cell]) -> dict[str, Any]:
        """The status of every check and flag after cells have been written and all is recalculated."""
        kept = []
        for cell in cells:
            place = self.place(cell)
            target = self._book[place.sheet].cell(place.row, place.column)
            kept.append((target, target.value))
            target.value = self._content(cell, place)
        try:
            self._book.save(self.wrong)
        finally:
            for target, value in kept:
                target.value = value
        unitsheet.recalculate(self.wrong, in_place=True)
        found = Book.open(self.wrong)
        return {key: found.value(self._status(key)) for key in self.lines}

    def wrong_value(self, tab: str, key: str, column: int) -> Any:
        """What a cell shows in the workbook that was made wrong last."""
        return Book.open(self.wrong).value(Place(tab, self.layout.row(tab, key), column))

    def _status(self, key: str) -> Place:
        return Place("Checks", self.layout.row("Checks", key), at.VALUE)

    def of(self, look: Look) -> list[Line]:
        """The checks or the flags, without the sums over them."""
        return [
            line
            for line in self.lines.values()
            if line.look is look and line.unit not in ("checks", "flags", "tabs")
        ]


def _without(whole: Plan, names: Collection[str]) -> Plan:
    """A plan without some of its sheets, and with the checks of those that are left."""
    kept = [tab for tab in whole.tabs if tab.name not in names]
    others = [tab for tab in kept if tab.name not in ("Cover", "Checks")]
    checks = checks_tab(whole.companies, others)
    tabs = tuple(checks if tab.name == "Checks" else tab for tab in kept)
    return Plan(tabs, whole.names, whole.companies, whole.months, whole.start)


SAME = object()
"""Stands for the number that the formula of the cell gives, typed over it."""
