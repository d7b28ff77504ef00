"""The plan of a workbook: tabs, blocks, lines and names as plain records, without any file format.

A formula is text with references by key in braces: `{mau}` is the line's own value
or, on a monthly line, this month's; `{mau.prev}` the month before, `{mau.first}`,
`{mau.last}`, `{mau.first3}`, `{mau.row}` and `{mau.todate}` stretches of the row;
`{Inputs:kimi_cpa}` a line of another tab. The layout turns them into addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from engine.company import Basis, Company, Figure, weakest
from engine.errors import InputError

REFERENCE = re.compile(r"\{(?:([A-Za-z][\w\-]*):)?([a-z]\w*)(?:\.(\w+))?\}")
_LINK = re.compile(r"=?\{(?:([A-Za-z][\w\-]*):)?([a-z]\w*)\}")


class Look(Enum):
    """How a value came to be, which decides its colours."""

    INPUT = "typed"
    LINK = "from another sheet"
    FORMULA = "worked out"
    FUNCTION = "by a unitsheet function"
    CHECK = "check"
    HEADLINE = "headline"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is, its unit, and its value, monthly formula, or both.

    `value` stands in the constant column, `months` in every month, `total` beside
    the constant: a sum, a twin in plain Excel, a tolerance. `agrees` asks for a
    cell that is 1 where value and total are the same.
    """

    key: str
    label: str
    label_zh: str = ""
    unit: str = ""
    value: str | float = ""
    months: str = ""
    total: str = ""
    agrees: bool = False
    look: Look = Look.FORMULA
    number_format: str = ""
    note: str = ""
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A titled group of lines."""

    title: str
    title_zh: str
    lines: tuple[Line, ...]
    total_header: str = ""


class Kind(Enum):
    """The arrangement of a tab's columns."""

    COVER = "cover"
    INPUTS = "inputs"
    TIMELINE = "timeline"
    CHECKS = "checks"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table tab."""

    header: str
    width: float
    number_format: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet: lines in blocks, or a table of records; a banner is a formula above them."""

    name: str
    kind: Kind
    title: str
    title_zh: str
    purpose: str
    blocks: tuple[Block, ...] = ()
    columns: tuple[Column, ...] = ()
    records: tuple[tuple[str | float | None, ...], ...] = ()
    banner: str = ""

    @property
    def lines(self) -> Iterator[Line]:
        """All lines of all blocks, from top to bottom."""
        for block in self.blocks:
            yield from block.lines


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name and the line it stands for."""

    name: str
    tab: str
    key: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole workbook: its tabs in order, its names, its timeline."""

    tabs: tuple[Tab, ...]
    names: tuple[Name, ...]
    companies: tuple[Company, ...]
    months: int
    start: str
    _lines: dict[tuple[str, str], Line] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for tab in self.tabs:
            for line in tab.lines:
                if (tab.name, line.key) in self._lines:
                    raise ValueError(f"{tab.name} has two lines called {line.key}")
                self._lines[tab.name, line.key] = line

    def line(self, tab: str, key: str) -> Line:
        """A line by tab and key."""
        return self._lines[tab, key]

    def tab(self, name: str) -> Tab:
        """A tab by name."""
        return next(tab for tab in self.tabs if tab.name == name)

    def headline_basis(self, company_id: str, key: str) -> Basis:
        """How firm a headline is: that of the figure it shows, or the weakest it is worked out from."""
        company = next((c for c in self.companies if c.id == company_id), None)
        if company is None:
            raise InputError(f"the workbook has no company {company_id!r}")
        name = next(n for n in self.names if n.name == f"{company.prefix}_{key}")
        return self.basis(name.tab, name.key)

    def basis(self, tab: str, key: str) -> Basis:
        """The basis of a line, through every figure that its value reads."""
        line = self.line(tab, key)
        while (linked := _LINK.fullmatch(str(line.value))) and line.figure is None:
            tab = linked[1] or tab
            line = self.line(tab, linked[2])
        if line.figure is not None:
            return line.figure.basis
        return weakest(figure.basis for figure in self._figures(tab, line.key, set()))

    def _figures(self, tab: str, key: str, seen: set[tuple[str, str]]) -> Iterator[Figure]:
        if (tab, key) in seen:
            return
        seen.add((tab, key))
        line = self.line(tab, key)
        if line.figure is not None:
            yield line.figure
            return
        for other, name in references(f"{line.value} {line.months}"):
            yield from self._figures(other or tab, name, seen)


def references(formula: str) -> Sequence[tuple[str, str]]:
    """The tab (empty for the same one) and key of every reference in a formula."""
    return [(match[1] or "", match[2]) for match in REFERENCE.finditer(formula)]
