"""Sheets of a made workbook read back by what stands on them: months in the header, blocks, labelled lines.

Nothing is taken from the layout, so that rows and columns may have been put in between,
and the file may be of another version.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine.errors import InputError
from workbook.book import Book, Place

_EPOCHS = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}
FIRST_YEAR, LAST_YEAR = 1990, 2100
_HEADERS = {"Line": "label", "项目": "label_zh", "Value": "value", "Unit": "unit", "Origin": "note"}
_HEADER_ROWS = 40


class Month(NamedTuple):
    """A month of the calendar."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"

    @property
    def end(self) -> dt.date:
        """Its last day."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def number(self, first: Month) -> int:
        """Which month it is counted from `first`, which is 1."""
        return (self.year - first.year) * 12 + self.month - first.month + 1


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a block as the sheet has it."""

    row: int
    label: str
    label_zh: str
    unit: str
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    """A block: its title in both languages, and its lines from top to bottom."""

    title: str
    title_zh: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ModelTab:
    """A sheet with a column for every month: where the months stand, and its blocks."""

    sheet: str
    value_column: int
    months: Mapping[Month, int]
    sections: tuple[Section, ...]

    def value(self, row: int) -> Place:
        """The cell of a line that holds for all months."""
        return Place(self.sheet, row, self.value_column)

    def month(self, row: int, month: Month) -> Place:
        """The cell of a line in one month."""
        return Place(self.sheet, row, self.months[month])


def model_tabs(book: Book) -> dict[str, ModelTab]:
    """Every sheet with a monthly header, by its name."""
    found = ((name, _model_tab(book, name)) for name in book.sheets)
    return {name: tab for name, tab in found if tab is not None}


def folded(text: object) -> str:
    """A text as it is compared: width, case, underlines and the number of blanks do not count."""
    import unicodedata

    plain = unicodedata.normalize("NFKC", str(text)).casefold().replace("_", " ")
    return " ".join(plain.split())


def _model_tab(book: Book, name: str) -> ModelTab | None:
    texts: dict[int, dict[int, str]] = {}
    for (row, column), value in book.sheets[name].values.items():
        if isinstance(value, str) and value.strip():
            texts.setdefault(row, {})[column] = value.strip()
    for row in sorted(texts):
        if row > _HEADER_ROWS:
            return None
        columns = {_HEADERS[text]: column for column, text in texts[row].items() if text in _HEADERS}
        if {"label", "value", "unit"} <= columns.keys():
            months = _months(book, name, row, columns["unit"])
            return (
                ModelTab(name, columns["value"], months, _sections(texts, row, columns)) if months else None
            )
    return None


def _months(book: Book, name: str, row: int, after: int) -> dict[Month, int]:
    """The months of a header with their columns."""
    sheet = book.sheets[name]
    columns = {column for at, column in (*sheet.values, *sheet.formulas) if at == row and column > after}
    months: dict[Month, int] = {}
    for column in sorted(columns):
        place = Place(name, row, column)
        value = book.value(place)
        if value is None:
            raise never_calculated(book, place)
        date = date_of(value, book.package.date1904)
        if date is not None:
            months.setdefault(Month(date.year, date.month), column)
    return months


def never_calculated(book: Book, place: Place) -> InputError:
    """What to raise for a formula without a stored value."""
    return InputError(
        f"{place} holds a formula that was never calculated; "
        f"run `unitsheet recalc {book.package.path} --in-place` first"
    )


def date_of(value: object, date1904: bool = False) -> dt.date | None:
    """The date of a serial number, None for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value < 1e5:
        return None
    date = _EPOCHS[date1904] + dt.timedelta(days=int(value))
    return date if FIRST_YEAR <= date.year <= LAST_YEAR else None


def _sections(
    texts: Mapping[int, Mapping[int, str]], header: int, columns: Mapping[str, int]
) -> tuple[Section, ...]:
    return tuple(
        Section(title, title_zh, tuple(rows)) for title, title_zh, rows in _blocks(texts, header, columns)
    )


def _blocks(
    texts: Mapping[int, Mapping[int, str]], header: int, columns: Mapping[str, int]
) -> Iterator[tuple[str, str, list[Row]]]:
    """Each block under the header: its title stands left of the labels, where the labels are blank."""
    title: tuple[str, str] | None = None
    rows: list[Row] = []
    for number in sorted(row for row in texts if row > header):
        at = texts[number]
        word = {what: at.get(column, "") for what, column in columns.items()}
        left = next((text for column, text in sorted(at.items()) if column < columns["label"]), "")
        if left and not word["label"]:
            if title is not None:
                yield *title, rows
            title, rows = (left, word.get("label_zh", "")), []
        elif title is not None and (word["label"] or word.get("label_zh")):
            rows.append(
                Row(number, word["label"], word.get("label_zh", ""), word["unit"], word.get("note", ""))
            )
    if title is not None:
        yield *title, rows
