"""What the tests of actuals share: a workbook, tables, what its cells hold, the databases they come from."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from commandline import us
from conftest import absent

import unitsheet
from workbook.actuals_tab import ActualsTab, read_actuals_tab
from workbook.book import Book, Place
from workbook.model_tabs import Month

LONG = """company,line,month,value,unit
kimi,ad_spend,2024-01,"52,000,000",CNY
kimi,ad_spend,2024-02,5300万,CNY
kimi,mau,2024-01,4100000,users
kimi,mau,2024-02,4300000,users
"""
CELLS = {
    ("kimi", "ad_spend", "2024-01"): 52e6,
    ("kimi", "ad_spend", "2024-02"): 53e6,
    ("kimi", "mau", "2024-01"): 4.1e6,
    ("kimi", "mau", "2024-02"): 4.3e6,
}


def make_model(path: Path) -> Path:
    """A calculated workbook of one company in CNY and one in USD, 12 months."""
    unitsheet.new(path, ["kimi", "chatgpt"], months=12)
    return path


def duckdb() -> Any:
    """DuckDB, or the end of the test."""
    try:
        import duckdb
    except ImportError:
        absent("duckdb")
        raise
    return duckdb


def table(folder: Path, text: str, name: str = "actuals.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def month(text: str) -> Month:
    return Month(int(text[:4]), int(text[5:]))


def actuals_of(path: Path) -> tuple[Book, ActualsTab]:
    book = Book.open(path)
    return book, read_actuals_tab(book)


def place(path: Path, company: str, line: str, of: str) -> Place:
    _, tab = actuals_of(path)
    row = tab.companies[company].rows[line] if company else tab.fx
    assert row is not None
    return tab.tab.month(row.line.row, month(of))


def typed(path: Path) -> dict[tuple[str, str, str], float]:
    """Every cell of the sheet Actuals that holds a figure."""
    book, tab = actuals_of(path)
    rows = {(id, name): row for id, one in tab.companies.items() for name, row in one.rows.items()}
    if tab.fx:
        rows["", "fx"] = tab.fx
    found = {
        (*key, str(of)): book.value(tab.tab.month(row.line.row, of))
        for key, row in rows.items()
        for of in tab.tab.months
    }
    return {key: value for key, value in found.items() if isinstance(value, float)}


def until_cell(path: Path, company: str) -> Place:
    return actuals_of(path)[1].companies[company].until


def until(path: Path, company: str) -> Any:
    return Book.open(path).value(until_cell(path, company))


def filled(*args: str | Path, code: int = 0) -> dict[str, Any]:
    """What `unitsheet fill` says of itself as JSON."""
    result = us("fill", *args, "--json")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def type_into(path: Path, cell: Place, value: Any) -> None:
    """A person's own entry, by openpyxl, which keeps all formulas; recalculated."""
    book = openpyxl.load_workbook(path)
    book[cell.sheet].cell(cell.row, cell.column).value = value
    book.save(path)
    unitsheet.recalculate(path, in_place=True)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
