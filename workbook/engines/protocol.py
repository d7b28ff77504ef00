"""What an engine is given and what it gives back, so that one can stand in for another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from workbook.book import Book
from workbook.references import Position
from workbook.sheetxml import NewValue


class Finding(NamedTuple):
    """Something a recalculation could not do or that a person should know, with its cell."""

    kind: str
    where: str
    message: str


@dataclass(slots=True)
class Evaluation:
    """The new values of formula cells and of cells that arrays fill, sheet by sheet.

    `areas` holds the new extent of arrays that changed their size; a formula that is
    not in `values` keeps what the file has, and a finding says why.
    """

    values: dict[str, dict[Position, NewValue]] = field(default_factory=dict)
    areas: dict[str, dict[Position, str]] = field(default_factory=dict)
    evaluated: int = 0
    findings: list[Finding] = field(default_factory=list)


class Engine(Protocol):
    """Anything that works out the formulas of a workbook."""

    @property
    def name(self) -> str:
        """The engine and its version, for reports."""
        ...

    def evaluate(self, book: Book) -> Evaluation:
        """Work out every formula; what cannot be is a finding, never an exception."""
        ...
