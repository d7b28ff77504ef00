"""What the public API does with actuals: fill them into a workbook, recalculate it, say what was filled."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.errors import InputError
from unitsheet.actuals import Problem, Reading, read_actuals
from unitsheet.amounts import month
from unitsheet.books import recalculate
from unitsheet.figures import as_json
from unitsheet.matching import ALL, Key, Matching
from unitsheet.tables import FileName, Table, from_frame, read_table
from workbook.actuals_tab import FX, ActualsTab, read_actuals_tab
from workbook.book import Book, Place
from workbook.chart_values import refresh
from workbook.model_tabs import Month
from workbook.recalculate import Recalculation
from workbook.target import chosen_target
from workbook.typed_cells import type_numbers

if TYPE_CHECKING:
    import pandas as pd

    from workbook.sheetxml import Value


class Filled(NamedTuple):
    """A line that was filled: whose, which (the company is empty for the exchange rate), in which months."""

    company: str
    line: str
    months: tuple[Month, ...]


class Overwritten(NamedTuple):
    """A cell that held something else before."""

    where: str
    company: str
    line: str
    month: Month
    before: Value
    after: float


class Until(NamedTuple):
    """The last month of actuals of a company, before and after; None where it had or has none."""

    company: str
    before: Month | None
    after: Month | None


@dataclass(frozen=True, slots=True)
class Filling:
    """What became of a table of actuals: filled, overwritten, not matched; and of the workbook."""

    file: str
    source: str
    filled: tuple[Filled, ...]
    overwritten: tuple[Overwritten, ...]
    unmatched: tuple[Problem, ...]
    until: tuple[Until, ...]
    not_read: tuple[str, ...]
    blank: int
    of_others: int
    converted: int
    recalculation: Recalculation | None
    written: str | None

    @property
    def cells(self) -> int:
        """How many cells were filled."""
        return sum(len(line.months) for line in self.filled)

    @property
    def clean(self) -> bool:
        """Whether everything was matched, and the workbook is as a recalculation should leave it."""
        return not self.unmatched and (self.recalculation is None or self.recalculation.clean)

    def as_json(self) -> dict[str, Any]:
        """The result as the command line prints it as JSON."""
        done = self.recalculation
        return {
            "file": self.file,
            "source": self.source,
            "cells": self.cells,
            "filled": [one._asdict() | {"months": list(map(str, one.months))} for one in self.filled],
            "overwritten": [
                one._asdict() | {"month": str(one.month), "before": as_json(one.before)}
                for one in self.overwritten
            ],
            "unmatched": [one._asdict() for one in self.unmatched],
            "until": [
                {"company": one.company, "before": _shown(one.before), "after": _shown(one.after)}
                for one in self.until
            ],
            "not_read": list(self.not_read),
            "blank": self.blank,
            "of_other_companies": self.of_others,
            "converted": self.converted,
            "recalculation": done.as_json() if done else None,
            "written": self.written,
        }


def _shown(month: Month | None) -> str | None:
    return None if month is None else str(month)


def fill(
    path: FileName,
    actuals: FileName | pd.DataFrame | Table,
    *,
    out: FileName | None = None,
    in_place: bool = False,
    force: bool = False,
    company: str | None = None,
    until: str | None = None,
    unit: str | Mapping[str, str] | None = None,
    convert: bool = False,
    strict: bool = False,
) -> Filling:
    """Fill typed actuals into the sheet Actuals of a workbook, and recalculate it.

    `actuals` is a CSV, Excel or Parquet file or a pandas table: a row a figure (company,
    line, month, value, unit), a row a line with months as columns, or a row a month with
    lines as columns. Lines go by the name of the actual, such as ad_spend, or a label. The
    last month of actuals of each company moves to the last month filled, or to `until`.
    `unit` is that of figures which state none, or a unit for each of some lines. Without
    `out` or `in_place` nothing is written; with `strict` only if everything matches. What
    does not match is in the result; all of the file but the cells filled, the values of
    formulas and what charts keep of them stays byte for byte.
    """
    target = chosen_target(path, out, in_place=in_place, force=force)
    table = _table(actuals)
    units = {ALL: unit} if isinstance(unit, str) else unit
    with tempfile.TemporaryDirectory(prefix="unitsheet-") as folder:
        draft = Path(folder) / f"draft{Path(path).suffix}"
        result = _matched(
            path, table, None if target is None else draft,
            company=company, until=until, units=units, convert=convert, strict=strict,
        )  # fmt: skip
        if target is None or not draft.exists():
            return result
        done = dataclasses.replace(_recalculated(draft, target), file=result.file)
    return dataclasses.replace(result, recalculation=done, written=done.written)


def _matched(
    path: FileName,
    table: Table,
    draft: Path | None,
    *,
    company: str | None,
    until: str | None,
    units: Mapping[str, str] | None,
    convert: bool,
    strict: bool,
) -> Filling:
    """Match a table with a workbook, and write the draft that is still to be recalculated."""
    book = Book.open(path)
    tab = read_actuals_tab(book)
    last = _until(until, tab)
    reading = read_actuals(table)
    matching = Matching(
        tab, company=company, units=units, convert=convert, rates=_typed_rates(book, tab),
        decimals=table.decimals,
    )  # fmt: skip
    matching.take(reading.figures)
    filling = _Filling(book, tab, matching, last)
    problems = (*reading.problems, *matching.problems, *filling.left)
    if draft is not None and filling.numbers and not (strict and problems):
        type_numbers(book, filling.numbers, draft)
    return _result(path, table, reading, filling, problems)


def _table(actuals: FileName | pd.DataFrame | Table) -> Table:
    if isinstance(actuals, Table):
        return actuals
    if isinstance(actuals, str | os.PathLike):
        return read_table(actuals)
    return from_frame(actuals)


def _until(until: str | None, tab: ActualsTab) -> Month | None:
    if until is None:
        return None
    try:
        found = month(until)
    except ValueError as error:
        raise InputError(f"the last month of actuals, {until!r}, {error}") from None
    if found not in tab.tab.months:
        raise InputError(
            f"the last month of actuals, {found}, lies outside the months of the workbook, "
            f"{tab.first} to {tab.last}"
        )
    return found


def _typed_rates(book: Book, tab: ActualsTab) -> dict[Month, float]:
    if tab.fx is None:
        return {}
    typed = {month: book.value(tab.tab.month(tab.fx.line.row, month)) for month in tab.tab.months}
    return {month: value for month, value in typed.items() if isinstance(value, float) and value > 0}


class _Filling:
    """The cells to fill: what they hold, and the months that become the last of each company."""

    def __init__(self, book: Book, tab: ActualsTab, matching: Matching, last: Month | None) -> None:
        self.book, self.tab, self.matching = book, tab, matching
        self.overwritten: list[Overwritten] = []
        self.until: list[Until] = []
        self.left: list[Problem] = []
        self.numbers: dict[Place, float] = {}
        for key in sorted(matching.numbers):
            self._cell(key)
        for id in tab.companies:
            if any(key.company == id for key in matching.numbers) or (last and id == matching.company):
                self._last_month(id, last)

    def _cell(self, key: Key) -> None:
        row = self.tab.fx if key.name == FX else self.tab.companies[key.company].rows[key.name]
        assert row is not None
        place = self.tab.tab.month(row.line.row, key.month)
        if self.book.formula(place) is not None:
            self.matching.refuse(key, f"{place} holds a formula; type over it, or clear it first")
            return
        value, before = self.matching.numbers[key], self.book.value(place)
        self.numbers[place] = value
        if before is not None and before != value:
            self.overwritten.append(Overwritten(str(place), key.company, key.name, key.month, before, value))

    def _last_month(self, id: str, asked: Month | None) -> None:
        first = self.tab.first
        place = self.tab.companies[id].until
        held = self.book.value(place)
        number = int(held) if isinstance(held, float) else 0
        before = next((month for month in self.tab.tab.months if month.number(first) == number), None)
        last = max((key.month for key in self.matching.numbers if key.company == id), default=first)
        wanted = asked or last
        if asked is None and wanted.number(first) <= number:
            return
        if self.book.formula(place) is not None or not (held is None or isinstance(held, float)):
            what = f"last month of actuals of {id}"
            why = f"holds no plain number and is left as it is; type {wanted.number(first)} there"
            self.left.append(Problem((str(place),), what, why))
            return
        self.numbers[place] = float(wanted.number(first))
        if wanted != before:
            self.until.append(Until(id, before, wanted))


def _recalculated(draft: Path, target: FileName) -> Recalculation:
    ready = draft.with_stem("ready")
    done = recalculate(draft, out=ready)
    refresh(ready, target)
    return dataclasses.replace(done, written=os.fspath(target))


def _result(
    path: FileName, table: Table, reading: Reading, filling: _Filling, problems: tuple[Problem, ...]
) -> Filling:  # fmt: skip
    matching = filling.matching
    lines: dict[tuple[str, str], list[Month]] = {}
    for key in sorted(matching.numbers):
        lines.setdefault((key.company, key.name), []).append(key.month)
    return Filling(
        os.fspath(path), table.source, tuple(Filled(*line, tuple(months)) for line, months in lines.items()),
        tuple(filling.overwritten), problems, tuple(filling.until), tuple(reading.besides), matching.blank,
        matching.of_others, matching.converted, None, None,
    )  # fmt: skip
