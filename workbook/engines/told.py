"""What the engine was told for each formula, kept once where the file says the same."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from workbook.book import Book
from workbook.engines.roots import Cell


class Told(MutableMapping[Cell, str]):
    """The engine's formula of every cell that has one; most are those of the file."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._own: dict[Cell, str | None] = {}

    def __getitem__(self, cell: Cell) -> str:
        own = self._own[cell]
        return self._stored(cell) if own is None else own

    def __setitem__(self, cell: Cell, text: str) -> None:
        self._own[cell] = None if text == self._stored(cell) else text

    def __delitem__(self, cell: Cell) -> None:
        del self._own[cell]

    def __contains__(self, cell: object) -> bool:
        return cell in self._own

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)

    def _stored(self, cell: Cell) -> str:
        name, position = cell
        sheet = self._book.sheets.get(name)
        formula = sheet.formulas.get(position) if sheet else None
        return f"={formula.text}" if formula else ""
