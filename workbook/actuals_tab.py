"""The rows of a workbook that take actuals: whose they are, what they are called, where their cells stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from engine.errors import InputError
from engine.lines import ACTUALS, LINES
from workbook.book import Book, Place
from workbook.companies import company
from workbook.foundation import actuals_tab
from workbook.model_tabs import ModelTab, Month, Row, Section, folded, model_tabs

FX = "fx"
_UNTIL = "until"


@dataclass(frozen=True, slots=True)
class ActualRow:
    """A row that takes actuals: the name of the actual and the row as it stands on the sheet."""

    name: str
    line: Row

    @property
    def spellings(self) -> tuple[str, ...]:
        """What it goes by besides its name: the line of the model it replaces, and its labels."""
        key = ACTUALS.get(self.name, "")
        known = (LINES[key].label, LINES[key].label_zh) if key else ()
        return tuple(filter(None, (key, self.line.label, self.line.label_zh, *known)))


@dataclass(frozen=True, slots=True)
class CompanyActuals:
    """The block of one company: its rows by the name of the actual, the cell of its last month of actuals."""

    id: str
    title: str
    title_zh: str
    until: Place
    rows: Mapping[str, ActualRow]


@dataclass(frozen=True, slots=True)
class ActualsTab:
    """The sheet of typed actuals."""

    tab: ModelTab
    companies: Mapping[str, CompanyActuals]
    fx: ActualRow | None

    @property
    def first(self) -> Month:
        """The first month of the workbook."""
        return min(self.tab.months)

    @property
    def last(self) -> Month:
        """The last month of the workbook."""
        return max(self.tab.months)


def read_actuals_tab(book: Book) -> ActualsTab:
    """Find the rows of a workbook that take actuals; an `InputError` says that there are none."""
    read = ((tab, {one.id: one for one in _companies(tab)}) for tab in model_tabs(book).values())
    tab, companies = next(((tab, found) for tab, found in read if found), (None, {}))
    if tab is None:
        raise InputError(
            f"{book.package.path} has no sheet with a last month of actuals; "
            "workbooks by `unitsheet new` have one"
        )
    rates = (ActualRow(FX, row) for section in tab.sections for row in section.rows if _called(row) == FX)
    return ActualsTab(tab, companies, next(rates, None))


def _companies(tab: ModelTab) -> Iterator[CompanyActuals]:
    for section in tab.sections:
        until = next((row for row in section.rows if _called(row) == _UNTIL), None)
        if until is not None:
            yield CompanyActuals(
                # The title is the name of the company's tab, which is its id with capitals.
                section.title.lower(),
                section.title,
                section.title_zh,
                tab.value(until.row),
                _rows(section),
            )


def _rows(section: Section) -> dict[str, ActualRow]:
    found: dict[str, ActualRow] = {}
    for row in section.rows:
        name = _called(row)
        if name in ACTUALS:
            if name in found:
                raise InputError(
                    f"two rows of the block {section.title} are called {name}, {found[name].line.row} "
                    f"and {row.row}; take one out"
                )
            found[name] = ActualRow(name, row)
    return found


def _called(row: Row) -> str:
    """The name of an actual, until, fx, or nothing: by the note, else by the label."""
    if row.note in ACTUALS or row.note in (_UNTIL, FX):
        return row.note
    return _by_label().get(folded(row.label), "")


@cache
def _by_label() -> Mapping[str, str]:
    """The names of the rows that a new workbook has, by their English labels."""
    mine = company("blank")
    tab = actuals_tab((mine,), 1)
    return {folded(line.label): line.key.removeprefix(f"{mine.prefix}_") for line in tab.lines}
