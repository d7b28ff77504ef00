"""Structured references: which cells `Table[[#Data],[column]]` or `[@column]` means."""

from __future__ import annotations

import re

from workbook.package import Table
from workbook.references import Area, parse_area

_ITEM = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_ROWS = {"#all", "#data", "#headers", "#totals", "#this row"}


class StructuredReferenceError(Exception):
    """A reference names a part that the table does not have."""


def area_of(table: Table, brackets: str, row: int) -> Area:
    """The corners of what the brackets after a table's name mean, seen from `row`."""
    inner = brackets[1:-1].strip()  # a bare table name has no brackets and means its data
    this_row = inner.startswith("@")
    inner = inner.removeprefix("@").strip()
    if inner.startswith("["):
        # Some programs leave the brackets of a column out: [[#This Row],Amount].
        bare = [word.strip() for word in re.split("[,:]", _ITEM.sub("", inner))]
        items = [_unquoted(item) for item in [*_ITEM.findall(inner), *filter(None, bare)]]
    else:
        items = [_unquoted(inner)] if inner else []
    wanted = [item.lower() for item in items if item.lower() in _ROWS]
    columns = [item for item in items if item.lower() not in _ROWS]
    if this_row:
        wanted = ["#this row"]
    top, bottom = _rows(table, wanted or ["#data"], row)
    left, right = _columns(table, columns)
    return top, left, bottom, right


def _unquoted(item: str) -> str:
    return re.sub(r"'(.)", r"\1", item)


def _rows(table: Table, wanted: list[str], row: int) -> tuple[int, int]:
    top, _, bottom, _ = parse_area(table.ref)
    data = (top + table.header_rows, bottom - table.totals_rows)
    spans = []
    for item in wanted:
        if item == "#all":
            spans.append((top, bottom))
        elif item == "#data":
            spans.append(data)
        elif item == "#headers" and table.header_rows:
            spans.append((top, top + table.header_rows - 1))
        elif item == "#totals" and table.totals_rows:
            spans.append((bottom - table.totals_rows + 1, bottom))
        elif item == "#this row" and data[0] <= row <= data[1]:
            spans.append((row, row))
        else:
            raise StructuredReferenceError(f"refers to [{item}] of table {table.name}, which is not there")
    return min(s[0] for s in spans), max(s[1] for s in spans)


def _columns(table: Table, names: list[str]) -> tuple[int, int]:
    _, left, _, right = parse_area(table.ref)
    if not names:
        return left, right
    known = [column.lower() for column in table.columns]
    places = []
    for name in names:
        if name.lower() not in known:
            raise StructuredReferenceError(
                f"refers to column {name!r}, which table {table.name} does not have"
            )
        places.append(left + known.index(name.lower()))
    return min(places), max(places)
