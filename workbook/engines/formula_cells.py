"""ISFORMULA of many cells: formualizer tells it of the first only, and the file knows it of each."""

from __future__ import annotations

from collections.abc import Callable

from workbook.book import Book
from workbook.sheetxml import Sheet

IS_FORMULA = "ISFORMULA"


def formulas_in(book: Book) -> Callable[[str, float, float, float, float], list[list[bool]]]:
    """A function that says for each cell of an area whether a formula stands in it."""
    sheets = {name.lower(): sheet for name, sheet in book.sheets.items()}

    def call(name: str, top: float, left: float, bottom: float, right: float) -> list[list[bool]]:
        sheet = sheets[name.lower()]
        columns = range(int(left), int(right) + 1)
        return [[_has(sheet, row, column) for column in columns] for row in range(int(top), int(bottom) + 1)]

    return call


def _has(sheet: Sheet, row: int, column: int) -> bool:
    return (row, column) in sheet.formulas or (row, column) in sheet.children
