"""Formulas that call our functions replaced by their values, for a reader who has neither us nor Python.

What only depends on them stays a formula. A formula without a value that can be trusted
stays too, and a finding names its cell.
"""

from __future__ import annotations

import dataclasses
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.hosting import Host
from workbook import formula_places
from workbook.book import Book, Place
from workbook.cell_metadata import drop_unused
from workbook.dynamic_arrays import without_pointer
from workbook.engines.protocol import Engine, Finding
from workbook.formula import tokenized
from workbook.formula_places import OtherFormula, formula_span
from workbook.name_list import NameList
from workbook.our_names import OurNames
from workbook.package import DefinedName, SheetPart
from workbook.recalculate import Recalculation, recalculate
from workbook.references import Position
from workbook.respelling import drop_calculation_chain
from workbook.revision import Revision
from workbook.spelling import Speller
from workbook.splicing import Edit, after_tag, spliced
from workbook.stored_cells import ChildCell, Sheet

_EMPTY_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|></(?:\w+:)?f\s*>)")
_KEPT = frozenset(("not calculated", "circular"))
_CUSTOM_TOTAL = re.compile(rb"\s+totalsRowFunction\s*=\s*(?:\"custom\"|'custom')")


@dataclass(frozen=True, slots=True)
class Freezing:
    """What became values, how many LAMBDA names went, what still calls us, the recalculation before it."""

    file: str
    cells: int
    names_removed: int
    findings: tuple[Finding, ...]
    recalculation: Recalculation
    written: str

    @property
    def clean(self) -> bool:
        """Whether nothing is left that calls us, and the values are as they should be."""
        return not self.findings and self.recalculation.clean

    @property
    def in_words(self) -> str:
        """What became of the calls of our functions, in one line."""
        gone = f", {self.names_removed:,} LAMBDA names taken out" if self.names_removed else ""
        return f"values in {self.cells:,} cells{gone}"

    def as_json(self) -> dict[str, Any]:
        """The result as the command line prints it under `--format json`."""
        return {
            "file": self.file,
            "cells": self.cells,
            "names_removed": self.names_removed,
            "findings": [finding._asdict() for finding in self.findings],
            "recalculation": self.recalculation.as_json(),
            "written": self.written,
        }


def freeze(
    path: str | os.PathLike[str], target: str | os.PathLike[str], engine: Engine, functions: Collection[str]
) -> Freezing:
    """Recalculate a workbook and write it with the formulas that call these functions as values."""
    with tempfile.TemporaryDirectory(prefix="unitsheet-") as folder:
        draft = Path(folder) / f"draft{Path(os.fspath(path)).suffix}"
        done = recalculate(path, engine, out=draft)
        book = Book.open(draft)
        book.package.path = os.fspath(path)  # the file that messages are about
        worker = _Freezing(book, functions, done)
        worker.run()
        worker.revision.save(target)
    written = os.fspath(target)
    return Freezing(
        file=os.fspath(path),
        cells=worker.cells,
        names_removed=worker.names_removed,
        findings=tuple(worker.findings),
        recalculation=dataclasses.replace(done, written=written),
        written=written,
    )


class _Freezing:
    """One workbook that is worked out, on its way to values."""

    def __init__(self, book: Book, functions: Collection[str], done: Recalculation) -> None:
        package = book.package
        self.book = book
        self.revision = Revision(package)
        self.ours = OurNames.of(package, functions)
        self.reach = _Reach(self.ours, package.defined_names)
        self.without_value = {finding.where for finding in done.findings if finding.kind in _KEPT}
        self.edits: dict[str, list[Edit]] = defaultdict(list)
        self.still_called: set[str] = set()
        self.cells = self.names_removed = 0
        self.findings: list[Finding] = []

    def run(self) -> None:
        """Put values in the place of formulas, and find out what is left."""
        package = self.book.package
        for part in package.sheets:
            self.sheet(part, self.book.sheets[part.name])
        for table_part, table in formula_places.tables(package):
            self.columns(table_part, formula_places.columns(self.revision, table_part, table))
        self.names()
        for name, edits in self.edits.items():
            self.revision.write(name, spliced(self.revision.read(name), edits))
        if self.cells:
            drop_calculation_chain(self.revision)
            drop_unused(self.revision)

    def sheet(self, part: SheetPart, sheet: Sheet) -> None:
        """Put values in the place of a sheet's formulas, and look through its rules."""
        xml = self.revision.read(part.part)
        frozen: set[Position] = set()
        for at, cell in sheet.formulas.items():
            called = self.reach.functions(cell.text, part.name) if cell.kind != "datatable" else ()
            if not called:
                continue
            where = str(Place(part.name, *at))
            if where in self.without_value or cell.value is None:
                self.stays(where, called, "could not be worked out")
                continue
            frozen.add(at)
            self.edits[part.part] += [(*formula_span(xml, cell), b""), *without_pointer(xml, cell)]
        self.cells += len(frozen)
        for child in sheet.children.values():
            if child.master in frozen:
                self.edits[part.part] += _marks(xml, child)
        for place in formula_places.rules(self.revision, part, sheet):
            self.other(place)

    def columns(self, part: str, places: Iterable[OtherFormula]) -> None:
        """Let a table fill its columns with our functions no more."""
        xml = self.revision.read(part)
        for place in places:
            if not self.reach.functions(place.text, place.sheet):
                continue
            self.edits[part].append((place.element.start, place.element.end, b""))
            if place.element.name == "totalsRowFormula":
                holders = self.revision.elements(part, "tableColumn")
                column = next(one for one in holders if one.start < place.start < one.end)
                custom = _CUSTOM_TOTAL.search(xml, column.start, column.inner)
                self.edits[part] += [(*custom.span(), b"")] if custom else []

    def names(self) -> None:
        """Take our own names out, but for those that something still calls."""
        part = self.book.package.workbook_part
        names = NameList(self.revision, self.book.package.defined_names)
        others = [(entry, name) for entry, name in names.entries if not self.ours.is_written(name)]
        for place in formula_places.names(self.revision, others):
            self.other(place)
        kept = {Host.LAMBDA.in_file(name) for name in self.still_called}

        def is_mine(name: DefinedName) -> bool:
            return self.ours.is_written(name) and name.name.upper() not in kept

        self.names_removed = sum(is_mine(name) for _, name in names.entries)
        self.edits[part] += names.replaced(is_mine, {})

    def other(self, place: OtherFormula) -> None:
        """Note a formula outside of cells that calls us, since it has no value to be replaced by."""
        called = self.reach.functions(place.text, place.sheet)
        if called:
            self.stays(place.called, called, "stands in no cell")

    def stays(self, where: str, called: Iterable[str], why: str) -> None:
        self.still_called.update(called)
        message = f"the formula calls {', '.join(sorted(called))} and {why}; it stays as it is"
        self.findings.append(Finding("not frozen", where, message))


class _Reach:
    """Tells which of our functions a formula calls, itself or through a name of the workbook."""

    def __init__(self, ours: OurNames, names: Sequence[DefinedName]) -> None:
        self.speller = Speller(ours)
        self._through: dict[str, set[str]] = {}
        self._mentions: re.Pattern[str] | None = None
        others = [name for name in names if not ours.is_written(name)]
        known = -1
        while known < sum(map(len, self._through.values())):
            known = sum(map(len, self._through.values()))
            for name in others:
                called = self.functions(name.text, name.sheet)
                if called:
                    self._through.setdefault(name.name.lower(), set()).update(called)
            words = "|".join(map(re.escape, self._through))
            self._mentions = re.compile(rf"(?<![\w.])(?:{words})(?![\w.])", re.IGNORECASE) if words else None

    def functions(self, text: str, sheet: str | None) -> set[str]:
        """The plain names of the functions; none where a formula cannot be read."""
        try:
            found = {one.name for one in self.speller.called(text, sheet)}
            if self._mentions and self._mentions.search(text):
                for word in _words(text):
                    found |= self._through.get(word, set())
        except ValueError:
            return set()
        return found


def _words(text: str) -> Iterator[str]:
    """The names in a formula, of cells, of values and of functions."""
    for token in tokenized(text.removeprefix("=")):
        if str(token.token_type) in ("Operand", "Func"):
            yield str(token.value).rstrip("( ").rpartition("!")[2].lower()


def _marks(xml: bytes, child: ChildCell) -> list[Edit]:
    """The empty formula by which Excel marks a cell that a volatile array fills."""
    match = _EMPTY_FORMULA.search(xml, after_tag(xml, child.start), child.close)
    return [(*match.span(), b"")] if match else []
