"""A workbook as engines and commands read it: the package and every sheet scanned once."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from engine.errors import InputError
from workbook.package import Package
from workbook.references import cell_name, parse_area, quote_sheet
from workbook.sheetxml import Sheet, Value, scan


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a workbook, as a message names it."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{quote_sheet(self.sheet)}!{cell_name(self.row, self.column)}"


class Book:
    """A package with its sheets: constants, formulas and cached values."""

    def __init__(self, package: Package) -> None:
        self.package = package

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Book:
        """Open a workbook; a `FileError` says in one sentence why it cannot be."""
        return cls(Package.open(path))

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        """Every worksheet by name, in the order of the tabs."""
        package = self.package
        return {
            part.name: scan(package.read(part.part), package.shared_strings, part.name, package.date1904)
            for part in package.sheets
        }

    @property
    def formula_count(self) -> int:
        """How many cells hold a formula."""
        return sum(len(sheet.formulas) for sheet in self.sheets.values())

    def value(self, place: Place) -> Value | None:
        """What a cell shows: a constant or the value cached for a formula."""
        sheet = self.sheets[place.sheet]
        at = (place.row, place.column)
        if at in sheet.values:
            return sheet.values[at]
        cell = sheet.formulas.get(at) or sheet.children.get(at)
        return cell.value if cell else None

    def formula(self, place: Place) -> str | None:
        """The formula of a cell without its equals sign, or None."""
        cell = self.sheets[place.sheet].formulas.get((place.row, place.column))
        return cell.text if cell else None

    def find(self, reference: str) -> list[Place]:
        """The cells that a defined name, `Sheet!A1`, `Sheet!A1:B3` or `A1` of the first sheet means."""
        name = next((n for n in self.package.defined_names if n.name.lower() == reference.lower()), None)
        sheet, _, area = (name.text if name else reference).rpartition("!")
        sheet = sheet.strip("'").replace("''", "'") or next(iter(self.sheets))
        known = next((s for s in self.sheets if s.lower() == sheet.lower()), None)
        try:
            top, left, bottom, right = parse_area(area.replace("$", ""))
        except ValueError:
            raise InputError(self._unknown(reference)) from None
        if known is None:
            hint = _nearest(sheet, self.sheets) or f"it has {', '.join(self.sheets)}"
            raise InputError(f"there is no sheet {sheet!r} in the workbook; {hint}")
        if (bottom - top + 1) * (right - left + 1) > 100_000:
            raise InputError(f"{reference} is too large an area to print; name a part of it")
        return [Place(known, r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]

    def _unknown(self, reference: str) -> str:
        names = [n.name for n in self.package.defined_names if not n.hidden]
        hint = _nearest(reference, names) or "write a defined name or a cell such as Sheet1!B3"
        return f"the workbook has no name or cell {reference!r}; {hint}"


def _nearest(wanted: str, known: Iterable[str]) -> str:
    """The question whether the nearest name was meant, or nothing where none is near."""
    near = difflib.get_close_matches(wanted, list(known), 1, 0.5)
    return f"did you mean {near[0]}?" if near else ""
