"""Where every line of a plan stands, and its formulas with addresses for keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from workbook.plan import REFERENCE, Block, Kind, Line, Plan, Tab
from workbook.references import quote_sheet

SECTION, BLOCK, LABEL, LABEL_ZH, VALUE, UNIT, TOTAL, NOTE, AGREES = range(1, 10)
FIRST_MONTH = 10
BASE, BEAR, BULL, BASIS, DISPUTED, FACT_IDS, PERIOD, INPUT_NOTE = range(7, 15)
HEADER_ROW = 5
FIRST_ROW = 6

_VALUE = get_column_letter(VALUE)
_FIRST = get_column_letter(FIRST_MONTH)
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

    def places(self, tab: Tab) -> list[Placed]:
        """The blocks and lines of a tab with their rows."""
        return self._placed[tab.name]

    def row(self, tab: str, key: str) -> int:
        """The row of a line."""
        return self._rows[tab, key]

    def address(self, tab: str, key: str) -> str:
        """The absolute address of a line's value, with its sheet."""
        return f"{quote_sheet(tab)}!${_VALUE}${self.row(tab, key)}"

    def formula(self, text: str, tab: Tab, column: int = VALUE) -> str:
        """A formula of the plan with addresses, as it reads in `column`."""
        found = REFERENCE.sub(
            lambda match: self._resolve(match[1] or "", match[2], match[3] or "", tab, column), text
        )
        return _TWICE_NAMED.sub(r"\1\2:\3", found)

    def _resolve(self, other: str, key: str, form: str, tab: Tab, column: int) -> str:
        home = other or tab.name
        sheet = f"{quote_sheet(other)}!" if other and other != tab.name else ""
        if key == "all":
            bottom = max(place.row for place in self._placed[home])
            return f"{sheet}${_VALUE}${FIRST_ROW}:${self._last}${bottom}"
        row = self.row(home, key)
        line = self.plan.line(home, key)
        if not form:
            return sheet + (f"{get_column_letter(column)}{row}" if line.months else f"${_VALUE}${row}")
        return sheet + self._stretch(form, row, column)

    def _stretch(self, form: str, row: int, column: int) -> str:
        first, last = f"${_FIRST}${row}", f"${self._last}${row}"
        forms = {
            "first": first,
            "last": last,
            "row": f"{first}:{last}",
            "head": f"{first}:${get_column_letter(self.last_month - 1)}${row}",
            "tail": f"${get_column_letter(FIRST_MONTH + 1)}${row}:{last}",
            "first3": f"{first}:${get_column_letter(FIRST_MONTH + 2)}${row}",
            "todate": f"${_FIRST}{row}:{get_column_letter(column)}{row}",
            "prev": f"{get_column_letter(column - 1)}{row}",
            "total": f"${get_column_letter(TOTAL)}${row}",
            "twin": f"${get_column_letter(TOTAL)}${row}",
            "agrees": f"${get_column_letter(AGREES)}${row}",
        }
        return forms[form]


def _place(tab: Tab) -> Iterator[Placed]:
    if tab.kind is Kind.TABLE:
        return
    row = FIRST_ROW
    for block in tab.blocks:
        yield Placed(row, block, None)
        for line in block.lines:
            row += 1
            yield Placed(row, block, line)
        row += 2
