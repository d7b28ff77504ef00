"""Shared formulas for openpyxl to write: the first cell has the text, the others only its number.

openpyxl reads them but has no class to write them; it writes the attributes of
these two as it finds them.
"""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula


class SharedFormula(ArrayFormula):
    """The first cell of a shared formula: its area, its text, and its number on the sheet."""

    def __init__(self, ref: str, text: str, number: int) -> None:
        super().__init__(ref, text)
        self.number = number

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from (("t", "shared"), ("ref", self.ref), ("si", str(self.number)))


class Follower(DataTableFormula):
    """Every other cell of a shared formula; one object serves a whole row."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from (("t", "shared"), ("si", str(self.number)))
