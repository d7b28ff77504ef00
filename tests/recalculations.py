"""What the tests of recalculation share: a recalculated workbook, its cells, the errors it may show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import CellError, ErrorKind
from workbook.book import Book
from workbook.recalculate import Recalculation

NA, DIV0, VALUE, NUM, NAME, NULL = (
    CellError(kind)
    for kind in (ErrorKind.NA, ErrorKind.DIV0, ErrorKind.VALUE, ErrorKind.NUM, ErrorKind.NAME, ErrorKind.NULL)
)
Cells = dict[str, Any]
JSON_KEYS = ["file", "engine", "formulas", "evaluated", "seconds", "errors", "findings", "written"]


class Result:
    """A recalculated workbook: values by `A1` or `Sheet!A1` as the file now has them, findings by cell."""

    def __init__(self, path: Path, done: Recalculation) -> None:
        self.done = done
        self.book = Book.open(path)
        self.findings = {f.where: (f.kind, f.message) for f in done.findings}

    def __getitem__(self, reference: str) -> Any:
        (place,) = self.book.find(reference)
        return self.book.value(place)


def column(*values: Any, at: str = "A") -> Cells:
    return {f"{at}{row}": value for row, value in enumerate(values, start=1)}


DATA: Cells = column("a", "b", "a", "c") | column(1, 2, 4, 8, at="B") | column(3, 1, 2, None, at="C")
