"""Tables of actuals, long or wide, taken apart into single figures with the place each has in the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.errors import InputError
from unitsheet.amounts import is_blank, month
from unitsheet.tables import Table
from workbook.model_tabs import folded

_ROLES: Mapping[str, tuple[str, ...]] = {
    "company": ("company", "公司", "企业"),
    "line": ("line", "metric", "项目", "指标", "科目"),
    "month": ("month", "month end", "date", "period", "月份", "月末", "日期"),
    "value": ("value", "amount", "actual", "数值", "金额", "实际数"),
    "unit": ("unit", "单位"),
    # Said about figures, and nothing to fill.
    "besides": ("scenario", "note", "notes", "comment", "source", "情景", "备注", "来源"),
}
_ROLE_OF = {word: role for role, words in _ROLES.items() for word in words}
_SHAPES = (
    "write a row a figure with the columns line, month and value, or a row a line with a column line and a "
    "column for every month, or a row a month with a column month and a column for every line; company and "
    "unit are columns too"
)


class Figure(NamedTuple):
    """One figure of a table: what it says, and what a message calls its cell, its line and its month."""

    company: Any
    line: str
    month: Any
    value: Any
    unit: str
    where: str
    where_line: str
    where_month: str


class Problem(NamedTuple):
    """What could not be filled: where it stands in the table, what stands there, why, what is nearest."""

    where: tuple[str, ...]
    what: str
    why: str
    nearest: str = ""

    def __str__(self) -> str:
        meant = f"; did you mean {self.nearest}?" if self.nearest else ""
        return f"{self.what}: {self.why}{meant}"


@dataclass(slots=True)
class Reading:
    """A table taken apart: its figures, columns that are nothing, and columns that say nothing to fill."""

    figures: list[Figure] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    besides: list[str] = field(default_factory=list)


def read_actuals(table: Table) -> Reading:
    """Take a table of actuals apart; an `InputError` says which shapes it may have."""
    roles, others = _roles(table)
    reading = Reading()
    if {"line", "month", "value"} <= roles.keys():
        reading.figures = list(_long(table, roles))
        reading.besides = [str(table.headers[column]) for column in others]
    elif "line" in roles and not {"month", "value"} & roles.keys():
        months = _months(table, others, reading)
        reading.figures = list(_lines_down(table, roles, months))
    elif "month" in roles and not {"line", "value"} & roles.keys() and others:
        reading.figures = list(_months_down(table, roles, others))
    else:
        headers = ", ".join(str(header) for header in table.headers if not is_blank(header))
        raise InputError(f"{table.source} has the columns {headers}, which is no table of actuals; {_SHAPES}")
    return reading


def _roles(table: Table) -> tuple[dict[str, int], list[int]]:
    """Which column is what, and the columns that have a header of their own."""
    roles: dict[str, int] = {}
    others = []
    for column, header in enumerate(table.headers):
        role = _ROLE_OF.get(folded(header)) if isinstance(header, str) else None
        if role is None:
            if not is_blank(header) or any(not is_blank(row[column]) for _, row in table.rows):
                others.append(column)
        elif role != "besides":
            if role in roles:
                first = table.headers[roles[role]]
                raise InputError(f"{table.source} has two columns for the {role}, {first} and {header}")
            roles[role] = column
    return roles, others


def _cell(row: Sequence[Any], roles: Mapping[str, int], role: str) -> Any:
    value = row[roles[role]] if role in roles else None
    return None if is_blank(value) else value


def _text(row: Sequence[Any], roles: Mapping[str, int], role: str) -> str:
    value = _cell(row, roles, role)
    return "" if value is None else str(value).strip()


def _long(table: Table, roles: Mapping[str, int]) -> Iterator[Figure]:
    for number, row in table.rows:
        where = f"row {number}"
        yield Figure(
            _cell(row, roles, "company"), _text(row, roles, "line"), row[roles["month"]], row[roles["value"]],
            _text(row, roles, "unit"), where, where, where,
        )  # fmt: skip


def _months(table: Table, columns: Sequence[int], reading: Reading) -> dict[int, Any]:
    months = {}
    for column in columns:
        header = table.headers[column]
        try:
            months[column] = month(header)
        except ValueError as error:
            what = "no header" if is_blank(header) else str(header)
            why = "a column without one is not read" if is_blank(header) else str(error)
            reading.problems.append(Problem((f"column {column + 1}",), what, why))
    return months


def _lines_down(table: Table, roles: Mapping[str, int], months: Mapping[int, Any]) -> Iterator[Figure]:
    for number, row in table.rows:
        where = f"row {number}"
        for column, of in months.items():
            yield Figure(
                _cell(row, roles, "company"), _text(row, roles, "line"), of, row[column],
                _text(row, roles, "unit"), f"{where}, {of}", where, f"column {column + 1}",
            )  # fmt: skip


def _months_down(table: Table, roles: Mapping[str, int], lines: Sequence[int]) -> Iterator[Figure]:
    for number, row in table.rows:
        where = f"row {number}"
        for column in lines:
            line = str(table.headers[column] or "").strip()
            yield Figure(
                _cell(row, roles, "company"), line, row[roles["month"]], row[column],
                _text(row, roles, "unit"), f"{where}, {line}", f"column {column + 1}", where,
            )  # fmt: skip
