"""Rows that a sheet hides: SUBTOTAL passes over them, and the engine does not know of any."""

from __future__ import annotations

import re
from functools import cached_property

from workbook.book import Book
from workbook.references import Area, parse_area

_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?>")
_NUMBER = re.compile(rb'\sr\s*=\s*["\'](\d+)["\']')
_HIDDEN = re.compile(rb'\shidden\s*=\s*["\'](?:1|true)["\']')
_FILTER = re.compile(
    rb'<(?:\w+:)?autoFilter\s[^>]*?ref\s*=\s*["\']([^"\']+)["\'][^>]*?>\s*<(?:\w+:)?filterColumn'
)


class HiddenRows:
    """The hidden rows of every sheet, looked up when first asked for."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._rows: dict[str, tuple[frozenset[int], frozenset[int]]] = {}

    @cached_property
    def anywhere(self) -> bool:
        """Whether any sheet hides a row."""
        return any(self.of(sheet, by_filter=False) for sheet in self.book.sheets)

    def of(self, sheet: str, *, by_filter: bool) -> frozenset[int]:
        """The hidden rows of a sheet, or only those that a filter may have hidden."""
        name = sheet.lower()
        if name not in self._rows:
            self._rows[name] = self._read(name)
        return self._rows[name][by_filter]

    def _read(self, name: str) -> tuple[frozenset[int], frozenset[int]]:
        part = next((p.part for p in self.book.package.sheets if p.name.lower() == name), None)
        if part is None:
            return frozenset(), frozenset()
        xml = self.book.package.read(part)
        hidden = set()
        if b"hidden" in xml:
            tags = (tag for tag in _ROW.findall(xml) if _HIDDEN.search(tag))
            hidden = {int(number[1]) for tag in tags if (number := _NUMBER.search(tag))}
        filtered: set[int] = set()
        for ref in _FILTER.findall(xml) if hidden else ():
            top, _, bottom, _ = parse_area(ref.decode())
            filtered |= {row for row in hidden if top <= row <= bottom}
        return frozenset(hidden), frozenset(filtered)

    def in_table(self, sheet: str, area: Area) -> bool:
        """Whether a table hides rows of an area, by its filter or not."""
        hidden = self.of(sheet, by_filter=False)
        for table in self.book.package.tables:
            top, _, bottom, _ = parse_area(table.ref)
            first, last = max(top, area[0]), min(bottom, area[2])
            if table.sheet.lower() == sheet.lower() and any(first <= row <= last for row in hidden):
                return True
        return False


def visible(area: Area, hidden: frozenset[int]) -> list[Area]:
    """The parts of an area that are not hidden, from the top."""
    top, left, bottom, right = area
    parts: list[Area] = []
    start = top
    for row in sorted(row for row in hidden if top <= row <= bottom):
        if row > start:
            parts.append((start, left, row - 1, right))
        start = row + 1
    if start <= bottom:
        parts.append((start, left, bottom, right))
    return parts
