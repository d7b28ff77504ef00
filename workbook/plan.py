"""The plan of a workbook: tabs, blocks, lines and names as plain records, without any file format.

A formula is text with references by key in braces: `{mau}` is the line's own value
or, on a monthly line, this month's; `{mau.prev}` the month before, `{mau.first}`,
`{mau.last}`, `{mau.first3}`, `{mau.row}` and `{mau.todate}` stretches of the row;
`{Inputs:kimi_cpa}` a line of another tab, `{Facts:f000_10.value}` a record's column.
The layout turns them into addresses.
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


Months = tuple[float | None, ...]


class Look(Enum):
    """How a value came to be, which decides its colours."""

    INPUT = "typed"
    LINK = "from another sheet"
    FORMULA = "worked out"
    FUNCTION = "by a unitsheet function"
    CHECK = "check"
    FLAG = "something to look at"
    ILLUSTRATIVE = "without a source"
    PASTED = "written when the workbook was made"
    HEADLINE = "headline"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a check measures, the limit that it must keep to, and what to do where it does not.

    The figure may be at most the limit; `least` says that it must be at least that. The
    advice is a sentence, or a formula that finds one.
    """

    measured: str
    limit: str
    advice: str
    advice_zh: str = ""
    least: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is, its unit, and its value, monthly formula, or both.

    `value` stands in the constant column, `months` in every month, `total` beside
    the constant: a sum, a twin in plain Excel, a tolerance. `agrees` asks for a
    cell that is 1 where value and total are the same. `typed` months are figures,
    None where the cell is left for a person to fill; `na` says that #N/A may stand
    in the value, the twin or a month and is no error. `link` is where a click on the
    label leads: a sheet, or a line as `Kimi:mau`.
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
    gauge: Gauge | None = None
    typed: Months = ()
    na: bool = False
    amber: bool = False
    link: str = ""

    @property
    def monthly(self) -> bool:
        """Whether there is a figure for every month."""
        return bool(self.months or self.typed)


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
    GRID = "grid"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table tab; `key` is what a reference calls it."""

    header: str
    width: float
    number_format: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid tab: a text, a number or a formula; the style of a text has a name.

    `comment` is what shows when the pointer rests on the cell, `link` where a click
    on it leads: a reference of the plan such as `{Cover:scenario}`, a place such as
    `Kimi!A1`, or an address of the web. `scaled` figures are shown in thousands and
    millions, or 万 and 亿, by their number format alone. `choices` is a formula of the
    plan for the list a person picks the value from.
    """

    row: int
    column: int
    value: str | float | None
    key: str = ""
    look: Look = Look.TEXT
    number_format: str = ""
    style: str = ""
    amber: bool = False
    comment: str = ""
    link: str = ""
    scaled: bool = False
    choices: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: its values and categories are formulas of the plan, its name a text or one.

    `mark` is how it is drawn where a chart has several kinds: column, line, area or,
    in a scatter, points. The colour "none" is drawn as nothing and has no place in
    the legend; `colours` are those of single points, where they differ. `label_at` is
    where its label stands: r right, l left, t above, b below.
    """

    name: str
    values: str
    categories: str = ""
    colour: str = ""
    mark: str = ""
    dashed: bool = False
    second_axis: bool = False
    sizes: str = ""
    colours: tuple[str, ...] = ()
    label_at: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart of a grid tab, `anchor` its upper left cell, width and height in centimetres.

    With `until`, the cell behind its lower right corner, it is as large as those cells.
    Kinds are column, bar, line, area, scatter and bubble. A title is a text or a
    formula of the plan that names a cell. Categories are numbers where they have a
    format, else texts; every `skip`-th is written. `labels` writes "series",
    "category" or "value" at each point; `downward` begins at the top. Bars of several
    series stand beside each other unless they are `stacked` or `overlaid`; the axes of
    values begin at zero where `from_zero` asks for it. A scatter ends at `x_most`.
    """

    key: str
    kind: str
    title: str
    anchor: str
    series: tuple[Series, ...]
    x_title: str = ""
    y_title: str = ""
    second_title: str = ""
    x_format: str = ""
    y_format: str = ""
    second_format: str = ""
    stacked: bool = False
    overlaid: bool = False
    from_zero: bool = False
    x_most: float = 0.0
    until: str = ""
    width: float = 16.0
    height: float = 8.0
    legend: str = "b"
    labels: str = ""
    skip: int = 0
    downward: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet: lines in blocks, a table of records, or a grid of cells with charts.

    A banner is a formula above them. `keys` names the records of a table for
    references; `widths` are those of a grid's columns, `heights` of its rows, `freeze`
    its pane. In print it is one page wide and `pages` high, as many as it takes for 0;
    or, with a `scale` in per cent, a page ends after each row of `breaks`.
    """

    name: str
    kind: Kind
    title: str
    title_zh: str
    purpose: str
    blocks: tuple[Block, ...] = ()
    columns: tuple[Column, ...] = ()
    records: tuple[tuple[str | float | None, ...], ...] = ()
    banner: str = ""
    keys: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    charts: tuple[Chart, ...] = ()
    widths: tuple[tuple[int, float], ...] = ()
    heights: tuple[tuple[int, float], ...] = ()
    freeze: str = ""
    pages: int = 0
    breaks: tuple[int, ...] = ()
    scale: int = 0

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

    def figures(self, tab: str, key: str) -> Iterator[Figure]:
        """Every figure that a line is worked out from."""
        return self._figures(tab, key, set())

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
