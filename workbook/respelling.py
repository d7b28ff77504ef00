"""A whole workbook put into another host's spelling; whatever is no call of ours stays byte for byte.

Names, rules and table columns are respelled in place. For LAMBDA the workbook gets our
names, and cells that call one become dynamic arrays; for any other host both are undone.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

from engine.hosting import Host
from workbook import formula_places
from workbook.book import Book, Place
from workbook.cell_metadata import drop_unused, dynamic_array_number
from workbook.dynamic_arrays import dynamic_tag, plain_tag, was_plain, with_pointer, without_pointer
from workbook.engines.protocol import Finding
from workbook.formula_places import OtherFormula, formula_span, formula_text
from workbook.intersections import SINGLE, is_area_of_one, said, unsaid
from workbook.lambda_form import LONGEST
from workbook.name_list import NameList
from workbook.our_names import OurNames
from workbook.package import DefinedName, SheetPart
from workbook.references import Position
from workbook.revision import Revision
from workbook.spelling import Called, Functions, Speller, Target, respelled
from workbook.splicing import (
    Edit,
    TextEdit,
    after_tag,
    edited,
    insertions,
    removals,
    rewritten,
    spliced,
    text_end,
    visible,
)
from workbook.stored_cells import FormulaCell, Sheet

_THIS_ROW = re.compile(r"\[@|#this row", re.IGNORECASE)
_STAYS = "stays as it is"
# Spelled unlike Excel's own "1", so that it can be told who wrote it.
_AS_ARRAY = b' array="true"'


@dataclass(frozen=True, slots=True)
class Respelling:
    """What a respelling did: formulas that changed, in cells and elsewhere, our names, findings."""

    file: str
    functions: str
    cells: int
    others: int
    names_written: int
    names_removed: int
    findings: tuple[Finding, ...]
    written: str

    @property
    def clean(self) -> bool:
        """Whether every call is as the host wants it."""
        return not self.findings

    @property
    def in_words(self) -> str:
        """What became of the calls of our functions, in one line."""
        others = f" and {self.others:,} names, rules or table columns" if self.others else ""
        added = f", {self.names_written:,} LAMBDA names in the workbook" if self.names_written else ""
        gone = f", {self.names_removed:,} LAMBDA names taken out" if self.names_removed else ""
        return f"{self.functions}, changed in {self.cells:,} cells{others}{added}{gone}"

    def as_json(self) -> dict[str, Any]:
        """The result as the command line prints it under `--format json`."""
        return {
            "file": self.file,
            "functions": self.functions,
            "cells": self.cells,
            "others": self.others,
            "names_written": self.names_written,
            "names_removed": self.names_removed,
            "findings": [finding._asdict() for finding in self.findings],
            "written": self.written,
        }


def respell(
    path: str | os.PathLike[str], target: str | os.PathLike[str], host: Host, functions: Functions
) -> Respelling:
    """Write a workbook with the calls of our functions spelled for a host; cached values are kept."""
    worker = _Respelling(Book.open(path), host, functions)
    worker.run()
    worker.revision.save(target)
    return Respelling(
        file=os.fspath(path),
        functions=host.value,
        cells=worker.cells,
        others=worker.others,
        names_written=len(worker.target.lambdas),
        names_removed=worker.names_removed,
        findings=tuple(worker.findings),
        written=os.fspath(target),
    )


class _Respelling:
    """One workbook on its way to one host: the edits to its parts, made on the bytes that it has."""

    def __init__(self, book: Book, host: Host, functions: Functions) -> None:
        package = book.package
        self.book = book
        self.revision = Revision(package)
        self.ours = OurNames.of(package, functions.names)
        self.speller = Speller(self.ours)
        self.target = Target(host, functions, self.ours)
        self.edits: dict[str, list[Edit]] = defaultdict(list)
        self.cells = self.others = self.names_removed = 0
        self.findings: list[Finding] = []
        self.still_called: set[str] = set()
        self.kinds_changed = False
        self.number = 0

    def run(self) -> None:
        """Work through every place that holds formulas, and write the parts that changed."""
        package = self.book.package
        for part in package.sheets:
            self.sheet(part, self.book.sheets[part.name])
        for table_part, table in formula_places.tables(package):
            for place in formula_places.columns(self.revision, table_part, table):
                self.other(place)
        self.names()
        for name, edits in self.edits.items():
            self.revision.write(name, spliced(self.revision.read(name), edits))
        if self.kinds_changed:
            drop_calculation_chain(self.revision)
            if self.target.host is not Host.LAMBDA:
                drop_unused(self.revision)

    def sheet(self, part: SheetPart, sheet: Sheet) -> None:
        """Respell the cells and the rules of a sheet."""
        xml = self.revision.read(part.part)
        for at, cell in sheet.formulas.items():
            restored = self.target.host is not Host.LAMBDA and was_plain(cell, at)
            if cell.kind != "datatable" and (restored or self.speller.may_call(cell.text)):
                self.cell(_Cell(xml, part, at, cell), restored)
        for place in formula_places.rules(self.revision, part, sheet):
            self.other(place)

    def cell(self, one: _Cell, restored: bool) -> None:
        """Respell one formula, and make it the kind of formula that the host needs."""
        sheet, where = one.part.name, str(Place(one.part.name, *one.at))
        text = visible(one.raw) or one.cell.text
        called = self.called(text, sheet, where)
        dynamic = one.cell.kind in ("normal", "shared") and self.calls_lambda(called, sheet)
        if dynamic and one.cell.kind == "shared":
            # One text was for many cells, which are no array together; now each has its own.
            one.raw, text = b"", one.cell.text
            called = self.speller.called(text, sheet)
        change = self.change(text, called, sheet, where, dynamic, restored)
        if change is None:
            return
        self.cells += 1
        if not one.raw and not dynamic:
            return  # the text stands in the first cell of the group
        content = change.applied(one.raw) if one.raw else escape(change.new).encode()
        if dynamic:
            self.number = self.number or dynamic_array_number(self.revision)
        self.edits[one.part.part] += one.with_formula(content, self.number if dynamic else 0, restored)
        self.kinds_changed |= dynamic or restored

    def other(self, place: OtherFormula) -> None:
        """Respell a formula that stands in no cell."""
        called = self.called(place.text, place.sheet, place.called)
        array = place.element.attributes.get("array")
        dynamic = place.of_column and array is None and self.calls_lambda(called, place.sheet)
        restored = place.of_column and array == "true" and self.target.host is not Host.LAMBDA
        change = self.change(place.text, called, place.sheet, place.called, dynamic, restored)
        if change is None:
            return
        self.others += 1
        xml = self.revision.read(place.part)
        edits = self.edits[place.part]
        edits.append((place.start, place.end, change.applied(xml[place.start : place.end])))
        if dynamic:
            behind = place.element.inner - 1
            edits.append((behind, behind, _AS_ARRAY))
        elif restored:
            start = xml.index(_AS_ARRAY, place.element.start)
            edits.append((start, start + len(_AS_ARRAY), b""))

    def change(
        self, text: str, called: list[Called], sheet: str | None, where: str, dynamic: bool, restored: bool
    ) -> _Change | None:
        """What becomes of a formula's text; None where all of the formula stays as it is."""
        edits = respelled(called, text, lambda one: self.target.spelled(one, sheet))
        if not edits and not dynamic and not restored:
            return None
        renamed = edited(text, edits)
        try:
            new = self.as_array(renamed, sheet) if dynamic else unsaid(renamed) if restored else renamed
        except ValueError as error:
            self.stays(called, where, "not read", f"the formula cannot be read and {_STAYS}: {error}")
            return None
        if len(new) > LONGEST:
            message = f"the formula would have {len(new):,} characters, Excel takes {LONGEST:,}; it {_STAYS}"
            self.stays(called, where, "too long", message)
            return None
        return _Change(edits, renamed, new)

    def stays(self, called: list[Called], where: str, kind: str, message: str) -> None:
        """Note a formula that cannot be changed, and that what it calls is still needed."""
        self.findings.append(Finding(kind, where, message))
        self.still_called.update(one.name for one in called)

    def names(self) -> None:
        """Respell what names stand for, write our own names or take them out."""
        part = self.book.package.workbook_part
        names = NameList(self.revision, self.book.package.defined_names)
        others = [(entry, name) for entry, name in names.entries if not self.ours.is_written(name)]
        for place in formula_places.names(self.revision, others):
            self.other(place)
        wanted = {one.name.upper(): one for one in self.target.lambdas.values()}
        kept = {Host.LAMBDA.in_file(name) for name in self.still_called} - set(wanted)

        def is_mine(name: DefinedName) -> bool:
            return self.ours.is_written(name) and name.name.upper() not in kept

        mine = [name for _, name in names.entries if is_mine(name)]
        self.names_removed = sum(name.name.upper() not in wanted for name in mine)
        self.edits[part] += names.replaced(is_mine, wanted)

    def called(self, text: str, sheet: str | None, where: str) -> list[Called]:
        """The calls of ours in a formula, and a finding for each that will not be as it should."""
        try:
            found = self.speller.called(text, sheet)
        except ValueError as error:
            self.stays([], where, "not read", f"the formula cannot be read and {_STAYS}: {error}")
            return []
        for one in found:
            trouble = self.target.trouble(one, sheet)
            if trouble is not None:
                self.findings.append(Finding(trouble[0], where, trouble[1]))
            if self.target.spelled(one, sheet) is None:
                self.still_called.add(one.name)
        return found

    def calls_lambda(self, called: list[Called], sheet: str | None) -> bool:
        return any(self.target.is_lambda(one.name, sheet) for one in called)

    def as_array(self, text: str, sheet: str | None) -> str:
        """A plain formula as it reads in an array."""

        def is_single(name: str) -> bool:
            return self.target.is_lambda(self.ours.function(name, sheet) or "", sheet)

        equals = "=" if text.startswith("=") else ""
        return equals + said(text.removeprefix("="), self.is_one_cell, is_single)

    def is_one_cell(self, name: str) -> bool:
        """Whether a name or a reference to a table is a single cell."""
        if "[" in name:
            return _THIS_ROW.search(name) is not None and ":" not in name
        return name.rpartition("!")[2].lower() in self._single_names

    @cached_property
    def _single_names(self) -> set[str]:
        names = self.book.package.defined_names
        wide = {name.name.lower() for name in names if not is_area_of_one(name.text)}
        return {name.name.lower() for name in names} - wide


@dataclass(frozen=True, slots=True)
class _Change:
    """A formula with calls renamed, and then with what a plain one leaves unsaid, or without it."""

    edits: list[TextEdit]
    renamed: str
    new: str

    def applied(self, raw: bytes) -> bytes:
        """The formula as it is written, changed so."""
        raw = rewritten(raw, self.edits)
        longer = len(self.new) > len(self.renamed)
        return rewritten(raw, (insertions if longer else removals)(self.renamed, self.new))


@dataclass(slots=True)
class _Cell:
    """A formula cell and the bytes of its text, which are empty where another cell has the text."""

    xml: bytes
    part: SheetPart
    at: Position
    cell: FormulaCell
    raw: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.raw = formula_text(self.xml, self.cell)

    def with_formula(self, content: bytes, number: int, restored: bool) -> list[Edit]:
        """The edits that give the cell a text, and make it a dynamic array or a plain formula."""
        start, behind = formula_span(self.xml, self.cell)
        begun = after_tag(self.xml, start)
        tag = self.xml[start:begun]
        if number:
            remember = SINGLE not in self.cell.text
            tag = dynamic_tag(tag, self.cell, self.at, remember=remember)
        elif restored:
            tag = plain_tag(tag)
        closing = (
            self.xml[text_end(self.xml, begun) : behind] if self.xml[begun - 2 : begun] != b"/>" else b""
        )
        closing = closing or b"</" + tag[1:].split(maxsplit=1)[0] + b">"
        edits = [(start, behind, tag + content + closing)]
        if number:
            edits.append(with_pointer(self.xml, self.cell, number))
        if number or restored:
            edits += without_pointer(self.xml, self.cell)
        return edits


def drop_calculation_chain(revision: Revision) -> None:
    """Leave out the list of formula cells: where it is not up to date, Excel wants to repair the workbook."""
    chain = revision.related("calcChain")
    if chain:
        revision.drop(chain)
