"""Numbers typed into the cells of a workbook; every other byte stays, formats too."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping

from workbook.book import Book, Place
from workbook.references import Position
from workbook.sheetxml import NewValue, patch


def type_numbers(book: Book, numbers: Mapping[Place, float], target: str | os.PathLike[str]) -> None:
    """Write a workbook with these numbers in cells without a formula; stored values of formulas stay."""
    sheets: dict[str, dict[Position, NewValue]] = defaultdict(dict)
    for place, number in numbers.items():
        if book.formula(place) is not None:
            raise ValueError(f"{place} holds a formula")
        sheets[place.sheet][place.row, place.column] = number
    changed = {
        part.part: patch(book.package.read(part.part), book.sheets[part.name], sheets[part.name])
        for part in book.package.sheets
        if part.name in sheets
    }
    book.package.save(target, changed)
