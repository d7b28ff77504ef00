"""Recalculate a workbook without a spreadsheet program, changing nothing but cached values."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import CellError, ErrorKind
from workbook.book import Book, Place
from workbook.engines.protocol import Engine, Evaluation, Finding
from workbook.sheetxml import NewValue, patch
from workbook.target import chosen_target


@dataclass(frozen=True, slots=True)
class Recalculation:
    """What a recalculation did: counts, the error cells by kind, findings, and where it was written."""

    file: str
    engine: str
    formulas: int
    evaluated: int
    seconds: float
    errors: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...]
    written: str | None
    stages: Mapping[str, float] = field(default_factory=dict)

    @property
    def error_count(self) -> int:
        """How many formula cells show an error."""
        return sum(len(cells) for cells in self.errors.values())

    @property
    def clean(self) -> bool:
        """Whether there is neither an error cell nor a finding; #N/A is an answer, not an error."""
        return not self.findings and set(self.errors) <= {ErrorKind.NA.value}

    def as_json(self) -> dict[str, Any]:
        """The result as the command line prints it under `--format json`."""
        return {
            "file": self.file,
            "engine": self.engine,
            "formulas": self.formulas,
            "evaluated": self.evaluated,
            "seconds": round(self.seconds, 6),
            "errors": {
                kind: {"count": len(cells), "cells": list(cells)} for kind, cells in self.errors.items()
            },
            "findings": [finding._asdict() for finding in self.findings],
            "written": self.written,
        }


def recalculate(
    path: str | os.PathLike[str],
    engine: Engine,
    *,
    out: str | os.PathLike[str] | None = None,
    in_place: bool = False,
    force: bool = False,
) -> Recalculation:
    """Work out every formula of a workbook and, where asked, write the values back.

    Without `out` or `in_place` nothing is written. All parts but the cached values of
    the sheets stay byte for byte; the file is replaced whole or not at all. A
    `FileError` says in one sentence what stands in the way.
    """
    target = chosen_target(path, out, in_place=in_place, force=force)
    begun = time.perf_counter()
    book = Book.open(path)
    sheets = book.sheets
    loaded = time.perf_counter()
    evaluation = engine.evaluate(book)
    worked_out = time.perf_counter()
    if target is not None:
        write_back(book, evaluation, target)
    done = time.perf_counter()
    return Recalculation(
        file=os.fspath(path),
        engine=engine.name,
        formulas=sum(len(sheet.formulas) for sheet in sheets.values()),
        evaluated=evaluation.evaluated,
        seconds=done - begun,
        errors=_errors(book, evaluation),
        findings=tuple(evaluation.findings),
        written=None if target is None else os.fspath(target),
        stages={"load": loaded - begun, "evaluate": worked_out - loaded, "write": done - worked_out},
    )


def write_back(book: Book, evaluation: Evaluation, target: str | os.PathLike[str]) -> None:
    """Write new cached values into the package of `book` and save it at `target`."""
    changed: dict[str, bytes] = {}
    for part in book.package.sheets:
        values = evaluation.values.get(part.name)
        if values:
            xml = book.package.read(part.part)
            new = patch(xml, book.sheets[part.name], values, evaluation.areas.get(part.name))
            if new != xml:
                changed[part.part] = new
    book.package.save(target, changed)


def _errors(book: Book, evaluation: Evaluation) -> dict[str, tuple[str, ...]]:
    """The formula cells that show an error, by its kind; kept values count too."""
    found: dict[str, list[str]] = {}
    for name, sheet in book.sheets.items():
        new: Mapping[Any, NewValue] = evaluation.values.get(name, {})
        for position, cell in sheet.formulas.items():
            value = new.get(position, cell.value)
            if isinstance(value, CellError):
                found.setdefault(value.kind.value, []).append(str(Place(name, *position)))
    return {kind: tuple(cells) for kind, cells in sorted(found.items())}
