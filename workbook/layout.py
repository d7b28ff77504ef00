"""Where every line of a plan stands, and its formulas with addresses for keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from workbook.plan import REFERENCE, Block, Kind, Line, Plan, Tab
from workbook.references import quote_sheet

# The gap keeps the two languages apart, so that either column folds away on its own.
SECTION, LABEL, GAP, LABEL_ZH, VALUE, UNIT, TOTAL, NOTE, AGREES = range(1, 10)
FIRST_MONTH = 10
BASE, BEAR, BULL, BASIS, DISPUTED, FACT_IDS, FACTOR, FACT_EQUALS, PERIOD, INPUT_NOTE = range(7, 17)
MEASURED, RELATION, LIMIT, ADVICE, ADVICE_ZH = range(7, 12)
MAY_BE_NA = "n/a"
"""Stands in the first column where #N/A is an answer and no error."""
HEADER_ROW = 5
FIRST_ROW = 6

_VALUE = get_column_letter(VALUE)
_FIRST = get_column_letter(FIRST_MONTH)
# Stand for the letters of a formula's own column and of the one before it.
_HERE, _BEFORE = "\x01", "\x02"
_TWICE_NAMED = re.compile(r"((?:'[^']+'|[\w\-]+)!)(\$[A-Z]+\$\d+):\1(\$[A-Z]+\$\d+)")


@dataclass(frozen=True, slots=True)
class Placed:
    """A block or a line with its row."""

    row: int
    block: Block
    line: Line | None


class Layout:
    """Rows for the lines of a plan, and addresses for references to them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.last_month = FIRST_MONTH + plan.months - 1
        self._last = get_column_letter(self.last_month)
        self._placed: Mapping[str, list[Placed]] = {tab.name: list(_place(tab)) for tab in plan.tabs}
        self._rows = {
            (tab, place.line.key): place.row
            for tab, places in self._placed.items()
            for place in places
            if place.line
        }
        self._cells: dict[tuple[str, str], tuple[int, int]] = {}
        self._columns: dict[tuple[str, str], int] = {}
        for tab in plan.tabs:
            named = enumerate(tab.columns, start=1)
            self._columns |= {(tab.name, column.key): number for number, column in named if column.key}
            self._rows |= {(tab.name, key): row for row, key in enumerate(tab.keys, start=FIRST_ROW)}
            self._cells |= {(tab.name, cell.key): (cell.row, cell.column) for cell in tab.cells if cell.key}

    def places(self, tab: Tab) -> list[Placed]:
        """The blocks and lines of a tab with their rows."""
        return self._placed[tab.name]

    def row(self, tab: str, key: str) -> int:
        """The row of a line."""
        return self._rows[tab, key]

    def has(self, tab: str, key: str) -> bool:
        """Whether a tab has such a line."""
        return (tab, key) in self._rows

    def address(self, tab: str, key: str) -> str:
        """The absolute address of a line's value or of a grid's cell, with its sheet."""
        row, column = self._cells.get((tab, key)) or (self.row(tab, key), VALUE)
        return f"{quote_sheet(tab)}!${get_column_letter(column)}${row}"

    def formula(self, text: str, tab: Tab, column: int = VALUE) -> str:
        """A formula of the plan with addresses, as it reads in `column`."""
        return _moved(self._fixed(text, tab), column)

    def months(self, text: str, tab: Tab) -> Iterator[tuple[int, str]]:
        """A monthly formula as it reads in each month, with the column of the month."""
        fixed = self._fixed(text, tab)
        for column in range(FIRST_MONTH, self.last_month + 1):
            yield column, _moved(fixed, column)

    def _fixed(self, text: str, tab: Tab) -> str:
        """A formula with addresses, marks standing for the letters of its own column and the one before."""
        found = REFERENCE.sub(
            lambda match: self._resolve(match[1] or "", match[2], match[3] or "", tab), text
        )
        return _TWICE_NAMED.sub(r"\1\2:\3", found)

    def _resolve(self, other: str, key: str, form: str, tab: Tab) -> str:
        home = other or tab.name
        sheet = f"{quote_sheet(other)}!" if other and other != tab.name else ""
        if key == "all":
            return sheet + self._all(self.plan.tab(home))
        if (home, key) in self._cells:
            at_row, at_column = self._cells[home, key]
            return f"{sheet}${get_column_letter(at_column)}${at_row}"
        row = self.row(home, key)
        if (home, form) in self._columns:
            return f"{sheet}${get_column_letter(self._columns[home, form])}${row}"
        if not form:
            monthly = self.plan.line(home, key).monthly
            return sheet + (f"{_HERE}{row}" if monthly else f"${_VALUE}${row}")
        return sheet + self._stretch(form, row)

    def _all(self, tab: Tab) -> str:
        """Every cell of a tab that may hold a figure."""
        if tab.kind is Kind.TABLE:
            return f"$A${FIRST_ROW}:${get_column_letter(len(tab.columns))}${HEADER_ROW + len(tab.records)}"
        last = self._last if tab.kind is Kind.TIMELINE else get_column_letter(INPUT_NOTE)
        return f"${_VALUE}${FIRST_ROW}:${last}${max(place.row for place in self._placed[tab.name])}"

    def _stretch(self, form: str, row: int) -> str:
        first, last = f"${_FIRST}${row}", f"${self._last}${row}"

        def month(number: int) -> str:
            return f"${get_column_letter(FIRST_MONTH + number - 1)}${row}"

        def fixed(column: int) -> str:
            return f"${get_column_letter(column)}${row}"

        forms = {
            "first": first,
            "last": last,
            "row": f"{first}:{last}",
            "head": f"{first}:{fixed(self.last_month - 1)}",
            "tail": f"{month(2)}:{last}",
            "first3": f"{first}:{month(3)}",
            "second3": f"{month(4)}:{month(6)}",
            "fourth3": f"{month(10)}:{month(12)}",
            "year1": f"{first}:{month(12)}",
            "twelfth": month(12),
            "todate": f"${_FIRST}{row}:{_HERE}{row}",
            "prev": f"{_BEFORE}{row}",
            "mark": fixed(SECTION),
            "label": fixed(LABEL),
            "label_zh": fixed(LABEL_ZH),
            "value": fixed(VALUE),
            "unit": fixed(UNIT),
            "total": fixed(TOTAL),
            "twin": fixed(TOTAL),
            "agrees": fixed(AGREES),
            "base": fixed(BASE),
            "bear": fixed(BEAR),
            "bull": fixed(BULL),
            "fact_equals": fixed(FACT_EQUALS),
        }
        return forms[form]


def _moved(fixed: str, column: int) -> str:
    here = fixed.replace(_HERE, get_column_letter(column))
    return here.replace(_BEFORE, get_column_letter(column - 1)) if _BEFORE in here else here


def _place(tab: Tab) -> Iterator[Placed]:
    row = FIRST_ROW
    for block in tab.blocks:
        yield Placed(row, block, None)
        for line in block.lines:
            row += 1
            yield Placed(row, block, line)
        row += 2
