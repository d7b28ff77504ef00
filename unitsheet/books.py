"""What the public API does with workbooks: make one, recalculate one, read values from one."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.company import Company, Scenario
from engine.errors import FileError, InputError
from engine.hosting import Host
from udfs.headless import cell_functions
from workbook.book import Book, Place
from workbook.companies import company
from workbook.engines.embedded import EmbeddedEngine
from workbook.engines.protocol import Engine
from workbook.plan import Plan
from workbook.recalculate import Recalculation
from workbook.recalculate import recalculate as recalculate_with
from workbook.sheetxml import Value
from workbook.target import refuse_if_unwritable, refuse_to_replace

if TYPE_CHECKING:
    from workbook.freezing import Freezing
    from workbook.respelling import Respelling

Cell = Value | None
FileName = str | os.PathLike[str]


VALUES = "values"
"""For a new workbook without any of our functions: what they give stands in their place."""


class NotCalculatedError(InputError):
    """A formula has no stored value yet; the workbook must be recalculated first."""


def recalculate(
    path: FileName,
    *,
    out: FileName | None = None,
    in_place: bool = False,
    force: bool = False,
    engine: Engine | None = None,
) -> Recalculation:
    """Work out every formula of a workbook, the functions of unitsheet included.

    Without `out` or `in_place` nothing is written. What is written differs from the
    file only in the cached values of formula cells.
    """
    engine = engine or EmbeddedEngine(cell_functions())
    return recalculate_with(path, engine, out=out, in_place=in_place, force=force)


@dataclass(frozen=True, slots=True)
class NewWorkbook:
    """A workbook that was made: where, by what plan, how its recalculation and its spelling went.

    Where our functions are spelled as in Excel, there is nothing to say of the spelling.
    """

    path: Path
    plan: Plan
    recalculation: Recalculation
    spelling: Respelling | Freezing | None = None

    @property
    def clean(self) -> bool:
        """Whether everything is worked out, and spelled as was asked for."""
        return self.recalculation.clean and (self.spelling is None or self.spelling.clean)


def new(
    path: FileName,
    companies: str | Company | Iterable[str | Company],
    *,
    months: int = 60,
    start: str = "2024-01",
    scenario: str = Scenario.BASE,
    functions: str = Host.EXCEL,
    force: bool = False,
) -> NewWorkbook:
    """Make a workbook with a tab for each company, calculated, so that any viewer shows numbers.

    A company is an id such as "kimi", the path of a TOML file or a `Company`. The
    functions are those of a host (see `respell`), or "values" for what they give. The
    file appears whole or not at all.
    """
    from unitsheet.respelling import host_named
    from workbook.build import build

    named = [companies] if isinstance(companies, str | Company) else companies
    chosen = [company(one) if isinstance(one, str) else one for one in named]
    live = Scenario.named(scenario)
    host = None if functions.lower() == VALUES else host_named(functions)
    target = _new_target(path, force=force)
    with tempfile.TemporaryDirectory(prefix="unitsheet-") as folder:
        draft = Path(folder) / target.name
        plan = build(draft, chosen, months=months, start=start, scenario=live, glossary=_in_chinese())
        done, spelling = _finished(draft, target, host)
    done = dataclasses.replace(done, file=os.fspath(path), written=os.fspath(target))
    return NewWorkbook(target, plan, done, spelling)


def _in_chinese() -> dict[str, str]:
    """What each worksheet function gives, in Chinese."""
    from engine.registry import functions
    from udfs.chinese import summary

    return {name: summary(name) for name in functions()}


def _finished(
    draft: Path, target: Path, host: Host | None
) -> tuple[Recalculation, Respelling | Freezing | None]:
    """Recalculate a draft into its place, with our functions as a host spells them, or as values.

    What its charts show is filled in last.
    """
    from unitsheet.respelling import freeze, respell
    from workbook.chart_values import refresh

    ready = draft.with_name(f"ready-{draft.name}")
    spelling: Respelling | Freezing | None = None
    if host is None:
        spelling = freeze(draft, ready)
        done = spelling.recalculation
    else:
        done = recalculate(draft, out=ready)
        if host is not Host.EXCEL:
            spelling = respell(ready, draft, host, force=True)
            ready = draft
    refresh(ready, target)
    return done, dataclasses.replace(spelling, written=os.fspath(target)) if spelling else None


def get(path: FileName, *references: str) -> Cell | list[list[Cell]] | tuple[Cell | list[list[Cell]], ...]:
    """The stored value of a defined name or cell; several references give a tuple.

    An area gives its rows. A formula that was never calculated raises `NotCalculatedError`.
    """
    if not references:
        raise InputError("say what to get: a defined name, or a cell such as Sheet1!B3")
    book = Book.open(path)
    values = tuple(read(book, reference) for reference in references)
    return values[0] if len(values) == 1 else values


def read(book: Book, reference: str) -> Cell | list[list[Cell]]:
    """What a name, cell or area of an open workbook shows."""
    places = book.find(reference)
    if len(places) == 1:
        return _stored(book, places[0])
    rows: dict[int, list[Cell]] = {}
    for place in places:
        rows.setdefault(place.row, []).append(_stored(book, place))
    return list(rows.values())


def _stored(book: Book, place: Place) -> Cell:
    value = book.value(place)
    if value is None and book.formula(place) is not None:
        raise NotCalculatedError(
            f"{place} holds a formula that was never calculated; "
            f"run `unitsheet recalc {book.package.path} --in-place` first"
        )
    return value


def _new_target(path: FileName, *, force: bool) -> Path:
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise FileError(f"{target} does not end in .xlsx, the kind of workbook that is made.")
    if not force:
        refuse_to_replace(target)
    refuse_if_unwritable(target)
    return target
