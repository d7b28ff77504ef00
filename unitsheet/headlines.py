"""The headline figures of a calculated workbook, each with its basis, as records and as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from engine.company import Basis, Company
from engine.errors import CellError, ErrorKind
from unitsheet.books import Cell, NewWorkbook, read
from unitsheet.figures import LETTERS, as_json, bases_legend, compact
from unitsheet.terminal import table
from workbook.book import Book
from workbook.company_tab import tab_name


@dataclass(frozen=True, slots=True)
class Headline:
    """A column of the table: the end of the defined name, the header, how it prints, and #N/A in words."""

    key: str
    header: str
    short: Callable[[float], str] = compact
    absent: str = "#N/A"


HEADLINES: tuple[Headline, ...] = (
    Headline("mau", "MAU"),
    Headline("cac_paid", "CAC\npaid"),
    Headline("cac_loaded", "CAC\nloaded"),
    Headline("ltv", "LTV\n24 months"),
    Headline("ltv_cac", "LTV\n:CAC", "{:.2f}".format),
    Headline("payback", "Payback\nmonths", "{:.1f}".format, "never"),
    Headline("gpu_cost_per_mau", "GPU cost\nper MAU"),
    Headline("net_burn", "Net burn\na month"),
    Headline("runway", "Runway\nmonths", "{:.1f}".format, "no end"),
)
NARROW = 110
HALF = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One company's headlines: the stored value and the basis of each."""

    company: Company
    figures: tuple[tuple[Headline, Cell, Basis], ...]


def headlines(made: NewWorkbook, book: Book) -> list[Row]:
    """The headlines of every company of a workbook that was just made."""
    return [_row(made, book, company) for company in made.plan.companies]


def _row(made: NewWorkbook, book: Book, company: Company) -> Row:
    basis = made.plan.headline_basis
    return Row(
        company, tuple((one, _value(book, company, one), basis(company.id, one.key)) for one in HEADLINES)
    )


def _value(book: Book, company: Company, headline: Headline) -> Cell:
    value = read(book, f"{company.prefix}_{headline.key}")
    return None if isinstance(value, list) else value


def headline_tables(rows: Sequence[Row], scenario: str, width: int) -> list[Table]:
    """The headlines for a person; the letter behind a figure is its basis. A narrow page takes two tables."""
    if width >= NARROW:
        return [_table(rows, scenario, slice(None, None))]
    return [_table(rows, scenario, slice(0, HALF)), _table(rows, scenario, slice(HALF, None))]


def _table(rows: Sequence[Row], scenario: str, part: slice[int | None, int | None, None]) -> Table:
    made = table("Company", "Scenario", "Money", *(f">{headline.header}" for headline in HEADLINES[part]))
    for row in rows:
        cells = (f"{_text(one, value)} {LETTERS[basis]}" for one, value, basis in row.figures[part])
        made.add_row(tab_name(row.company), scenario, row.company.currency, *cells)
    return made


def _text(headline: Headline, value: Cell) -> str:
    if isinstance(value, CellError) and value.kind is ErrorKind.NA:
        return headline.absent
    return headline.short(value) if isinstance(value, float | int) else str(value)


def legend() -> str:
    """What the letters and the words of the table mean."""
    words = " and ".join(f'"{one.absent}"' for one in HEADLINES if one.absent != ErrorKind.NA.value)
    return f"{bases_legend()} {words} are #N/A in the sheet."


def rows_json(rows: Sequence[Row], scenario: str) -> list[dict[str, Any]]:
    """The headlines for JSON: value and basis under each key."""
    return [
        {
            "company": row.company.id,
            "name": row.company.name,
            "product": row.company.product,
            "currency": row.company.currency,
            "scenario": scenario,
        }
        | {one.key: {"value": as_json(value), "basis": basis.value} for one, value, basis in row.figures}
        for row in rows
    ]
