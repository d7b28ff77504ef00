"""From a plan to an .xlsx: openpyxl writes what the plan says and nothing of its own."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.styles.named_styles import NamedStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from engine.company import Basis, Company, Scenario
from workbook import layout as at
from workbook.book_writing import write_book
from workbook.grid import finish_grid
from workbook.layout import Layout, Placed
from workbook.plan import Gauge, Kind, Line, Look, Plan, Tab
from workbook.planning import plan as make_plan
from workbook.references import cell_name
from workbook.shared_writing import Follower, SharedFormula
from workbook.sheet_setup import set_up_sheet
from workbook.styles import text_style, value_style
from workbook.target import refuse_if_unwritable, replace_whole

# The calculation engine of Excel 2019 and later; an older number makes Excel recalculate on
# opening, which turns functions into #NAME? where the add-in is absent.
_CALC_ID = 191029
Monthly = str | SharedFormula | Follower
Content = Monthly | float | None
_HEADERS = {
    at.LABEL: "Line", at.LABEL_ZH: "项目", at.VALUE: "Value", at.UNIT: "Unit",
}  # fmt: skip
_TIMELINE_HEADERS = _HEADERS | {at.TOTAL: "Total or twin", at.NOTE: "Origin", at.AGREES: "Agrees"}
_INPUT_HEADERS = _HEADERS | {
    at.VALUE: "Live", at.BASE: "Base", at.BEAR: "Bear", at.BULL: "Bull", at.BASIS: "Basis",
    at.DISPUTED: "Disputed", at.FACT_IDS: "Facts", at.FACTOR: "Factor", at.FACT_EQUALS: "Equals it",
    at.PERIOD: "Period", at.INPUT_NOTE: "Note",
}  # fmt: skip
_CHECK_HEADERS = _HEADERS | {
    at.LABEL: "Check", at.LABEL_ZH: "校验", at.VALUE: "Status", at.MEASURED: "Measured", at.RELATION: "is",
    at.LIMIT: "Limit", at.ADVICE: "What to do where it fails", at.ADVICE_ZH: "未通过时",
}  # fmt: skip
_OTHER_HEADERS = _HEADERS | {at.NOTE: "Note"}
_NUMBER_COLUMNS = {
    Kind.TIMELINE: (at.VALUE, at.TOTAL, at.AGREES),
    Kind.INPUTS: (at.VALUE, at.BASE, at.BEAR, at.BULL, at.FACTOR, at.FACT_EQUALS),
    Kind.CHECKS: (at.VALUE, at.MEASURED, at.LIMIT), Kind.COVER: (at.VALUE,),
}  # fmt: skip
DOUBTED = (Basis.ANECDOTAL,)


def build(
    target: str | os.PathLike[str],
    companies: Sequence[Company],
    *,
    months: int = 60,
    start: str = "2024-01",
    scenario: Scenario = Scenario.BASE,
    as_of: dt.date | None = None,
    glossary: Mapping[str, str] | None = None,
) -> Plan:
    """Write a fresh workbook for these companies, without values of formulas; gives its plan back.

    `glossary` says in Chinese what each worksheet function gives.
    """
    refuse_if_unwritable(target)
    plan = make_plan(companies, months=months, start=start, scenario=scenario, as_of=as_of, glossary=glossary)
    book = render(plan)

    def write(stream: BinaryIO) -> None:
        write_book(book, stream)

    replace_whole(target, write)
    _forget(book)
    return plan


def _forget(book: Workbook) -> None:
    """Let go of a workbook that is written, at once and not when Python next looks for circles.

    Its styles, which serve the next one too, would keep it in memory, and cells and
    sheets each other.
    """
    for style in book._named_styles:  # type: ignore[attr-defined]
        style._wb = None
    for sheet in book.worksheets:
        sheet._cells.clear()


def render(plan: Plan) -> Workbook:
    """The plan as an openpyxl workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.calculation = CalcProperties(calcId=_CALC_ID, fullCalcOnLoad=False)
    book.properties.title = "Unit economics of LLM products"
    book.properties.creator = "unitsheet"
    layout = Layout(plan)
    pen = _Pen(layout)
    for tab in plan.tabs:
        pen.draw(book.create_sheet(tab.name), tab)
    for name in plan.names:
        where = layout.address(name.tab, name.key)
        defined = DefinedName(name.name, attr_text=where, comment=name.comment or None)
        book.defined_names[name.name] = defined
    return book


class _Pen:
    """Writes tabs; keeps the layout and the style of cells at hand."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.plan = layout.plan
        self._styles: dict[tuple[str, str], object] = {}
        self._named: set[str] = set()

    def draw(self, sheet: Worksheet, tab: Tab) -> None:
        """Write one tab."""
        self._put(sheet, 1, at.SECTION, tab.title, text_style("title"))
        self._put(sheet, 2, at.SECTION, tab.purpose, text_style("subtitle"))
        if tab.banner:
            self._put(sheet, 3, at.SECTION, self.layout.formula(tab.banner, tab), text_style("subtitle"))
        if tab.kind is Kind.TABLE:
            self._table(sheet, tab)
        elif tab.kind is Kind.GRID:
            self._grid(sheet, tab)
        else:
            self._headers(sheet, tab)
            for place in self.layout.places(tab):
                if place.line is None:
                    self._block(sheet, tab, place)
                else:
                    self._line(sheet, tab, place.row, place.line)
        set_up_sheet(sheet, tab, self.layout)

    def _put(self, sheet: Worksheet, row: int, column: int, value: Content, style: NamedStyle) -> None:
        cell = sheet.cell(row, column, value)
        key = (sheet.title, style.name)
        known = self._styles.get(key)
        if known is None:
            cell.style = style if style.name not in self._named else style.name
            self._named.add(style.name)
            self._styles[key] = cell._style  # type: ignore[attr-defined]
        else:
            # Setting a style by name searches all names for every cell; the array is the same.
            cell._style = known  # type: ignore[attr-defined]

    def _headers(self, sheet: Worksheet, tab: Tab) -> None:
        known = {Kind.TIMELINE: _TIMELINE_HEADERS, Kind.INPUTS: _INPUT_HEADERS, Kind.CHECKS: _CHECK_HEADERS}
        headers = known.get(tab.kind, _OTHER_HEADERS)
        for column in range(1, self._last_column(tab) + 1):
            style = text_style("number header" if column in _NUMBER_COLUMNS[tab.kind] else "header")
            self._put(sheet, at.HEADER_ROW, column, headers.get(column), style)
        if tab.kind is Kind.TIMELINE:
            for column, formula in self.layout.months("={Time:month_end}", tab):
                self._put(sheet, at.HEADER_ROW, column, formula, text_style("month"))

    def _last_column(self, tab: Tab) -> int:
        """The last column before the months."""
        last = {Kind.INPUTS: at.INPUT_NOTE, Kind.TIMELINE: at.AGREES, Kind.CHECKS: at.ADVICE_ZH}
        return last.get(tab.kind, at.NOTE)

    def _block(self, sheet: Worksheet, tab: Tab, place: Placed) -> None:
        for column in range(1, self._last_column(tab) + 1):
            self._put(sheet, place.row, column, None, text_style("block"))
        sheet.cell(place.row, at.SECTION, place.block.title)
        sheet.cell(place.row, at.LABEL_ZH, place.block.title_zh)
        if place.block.total_header:
            sheet.cell(place.row, at.TOTAL, place.block.total_header)

    def _line(self, sheet: Worksheet, tab: Tab, row: int, line: Line) -> None:
        self._put(sheet, row, at.LABEL, line.label, text_style("link" if line.link else "label"))
        self._put(sheet, row, at.LABEL_ZH, line.label_zh or None, text_style("zh"))
        self._put(sheet, row, at.UNIT, line.unit or None, text_style("unit"))
        if line.figure is not None:
            self._figure(sheet, tab, row, line)
            return
        if line.gauge is not None:
            self._gauge(sheet, tab, row, line, line.gauge)
            return
        if line.na and tab.kind is Kind.TIMELINE:
            self._put(sheet, row, at.SECTION, at.MAY_BE_NA, text_style("mark"))
        if line.value != "":
            style = value_style(line.look, line.number_format, line.amber)
            self._put(sheet, row, at.VALUE, self._value(line.value, tab), style)
        if line.months:
            style = value_style(Look.LINK if line.look is Look.LINK else Look.FORMULA, line.number_format)
            for column, formula in self._months(line.months, tab, row):
                self._put(sheet, row, column, formula, style)
        for column, typed in enumerate(line.typed, start=at.FIRST_MONTH):
            self._put(sheet, row, column, typed, value_style(line.look, line.number_format))
        if line.total:
            formula = f"=SUM({{{line.key}.row}})" if line.total == "sum" else line.total
            style = value_style(Look.FORMULA, line.number_format)
            self._put(sheet, row, at.TOTAL, self.layout.formula(formula, tab), style)
        if line.agrees:
            formula = self.layout.formula(_agreement(row), tab)
            self._put(sheet, row, at.AGREES, formula, value_style(Look.CHECK, "0"))
        style = text_style("long note" if tab.kind is Kind.COVER else "note")
        column = at.INPUT_NOTE if tab.kind is Kind.INPUTS else at.NOTE
        self._put(sheet, row, column, self._note(tab, line), style)

    def _months(self, text: str, tab: Tab, row: int) -> Iterator[tuple[int, Monthly]]:
        """A monthly formula by column: written once and shared, as Excel does within one sheet."""
        formulas = self.layout.months(text, tab)
        first, formula = next(formulas)
        if "!" in formula:
            yield first, formula
            yield from formulas
            return
        last = self.layout.last_month
        yield first, SharedFormula(f"{cell_name(row, first)}:{cell_name(row, last)}", formula, row)
        follower = Follower(row)
        yield from ((column, follower) for column in range(first + 1, last + 1))

    def _value(self, value: str | float, tab: Tab) -> str | float:
        if isinstance(value, str) and "{" in value:
            text = value if value.startswith("=") else f"={value}"
            return self.layout.formula(text, tab)
        return value

    def _note(self, tab: Tab, line: Line) -> str | None:
        if line.look is Look.HEADLINE and tab.kind is Kind.TIMELINE:
            return self.plan.basis(tab.name, line.key).value
        return line.note or None

    def _figure(self, sheet: Worksheet, tab: Tab, row: int, line: Line) -> None:
        figure = line.figure
        assert figure is not None
        live = self.layout.formula(f"=INDEX($G{row}:$I{row},{{scenario_live}})", tab)
        self._put(sheet, row, at.VALUE, live, value_style(Look.HEADLINE, line.number_format))
        amber = figure.disputed or figure.basis in DOUBTED
        for column, value in ((at.BASE, figure.base), (at.BEAR, figure.bear), (at.BULL, figure.bull)):
            self._put(sheet, row, column, value, value_style(Look.INPUT, line.number_format, amber))
        words = (
            (at.BASIS, figure.basis.value), (at.DISPUTED, "disputed" if figure.disputed else None),
            (at.FACT_IDS, ", ".join(figure.fact_ids) or None), (at.PERIOD, figure.period or None),
            (at.INPUT_NOTE, line.note or None),
        )  # fmt: skip
        for column, text in words:
            self._put(sheet, row, column, text, text_style("note" if column == at.INPUT_NOTE else "unit"))

        if figure.factor is not None:
            equals = self.layout.formula(self._fact_equals(row), tab)
            self._put(sheet, row, at.FACTOR, figure.factor, value_style(Look.INPUT, "General"))
            self._put(sheet, row, at.FACT_EQUALS, equals, value_style(Look.CHECK, "0"))

    def _fact_equals(self, row: int) -> str:
        """1 where the base is still the middle of the fact that the row cites, or where it cites none."""
        base, cited, factor = (f"${get_column_letter(c)}{row}" for c in (at.BASE, at.FACT_IDS, at.FACTOR))
        facts = self.plan.tab("Facts").keys
        ids = f"{{Facts:{facts[0]}.id}}:{{Facts:{facts[-1]}.id}}"
        found = f"INDEX({{Facts:{facts[0]}.value}}:{{Facts:{facts[-1]}.to}},MATCH({cited},{ids},0),0)"
        same = f"ABS({base}-AVERAGE({found})*{factor})<={{tolerance}}*(1+ABS({base}))"
        return f'=IF({cited}="",1,IFERROR(--({same}),0))'

    def _gauge(self, sheet: Worksheet, tab: Tab, row: int, line: Line, gauge: Gauge) -> None:
        """A check: what it measures and the limit, 1 or 0 for whether it keeps to it, and what to do."""
        self._put(sheet, row, at.VALUE, _status(row, line.look, gauge), value_style(line.look, "0"))
        for column, text in ((at.MEASURED, gauge.measured), (at.LIMIT, gauge.limit)):
            value = self.layout.formula(text, tab) if text.startswith("=") else float(text)
            self._put(sheet, row, column, value, value_style(Look.FORMULA, line.number_format))
        self._put(sheet, row, at.RELATION, "≥" if gauge.least else "≤", text_style("relation"))
        for column, text in ((at.ADVICE, gauge.advice), (at.ADVICE_ZH, gauge.advice_zh)):
            words = self.layout.formula(text, tab) if text.startswith("=") else text
            self._put(sheet, row, column, words, text_style("zh" if column == at.ADVICE_ZH else "note"))

    def _grid(self, sheet: Worksheet, tab: Tab) -> None:
        for cell in tab.cells:
            style = (
                text_style(cell.style, cell.number_format)
                if cell.style
                else value_style(cell.look, cell.number_format, cell.amber)
            )
            value = cell.value
            if isinstance(value, str) and value.startswith("="):
                value = self.layout.formula(value, tab, cell.column)
            self._put(sheet, cell.row, cell.column, value, style)
        finish_grid(sheet, tab, self.layout)

    def _table(self, sheet: Worksheet, tab: Tab) -> None:
        for number, column in enumerate(tab.columns, start=1):
            style = text_style("number header" if column.number_format else "header")
            self._put(sheet, at.HEADER_ROW, number, column.header, style)
        for row, record in enumerate(tab.records, start=at.FIRST_ROW):
            for number, (column, value) in enumerate(zip(tab.columns, record, strict=True), start=1):
                typed = column.number_format != ""
                shown = column.number_format
                if isinstance(value, float) and value.is_integer():
                    shown = shown.removesuffix(".####")  # which would leave the point of a whole number
                style = value_style(Look.INPUT, shown) if typed else text_style("label")
                self._put(sheet, row, number, value, style)


def _agreement(row: int) -> str:
    """1 where the function and its twin show the same number, or both an error.

    Where a program does not know the function, the twin stands in for it: nothing disagrees.
    """
    value, twin = f"{get_column_letter(at.VALUE)}{row}", f"{get_column_letter(at.TOTAL)}{row}"
    same = f"--(ABS({value}-{twin})<={{Inputs:tolerance}}*(1+ABS({twin})))"
    unknown = f"IFERROR(ERROR.TYPE({value}),0)={{Inputs:error_name}}"
    return f'=IFERROR({same},IF({unknown},"missing",ISERROR({value})*ISERROR({twin})))'


def _status(row: int, look: Look, gauge: Gauge) -> str:
    """1 where what is measured keeps to its limit; an error fails a check, and is no reason for a flag."""
    measured, limit = f"{get_column_letter(at.MEASURED)}{row}", f"{get_column_letter(at.LIMIT)}{row}"
    if look is Look.FLAG:
        beyond = f"{measured}{'<' if gauge.least else '>'}{limit}"
        return f"=IFERROR(1-ISNUMBER({measured})*ISNUMBER({limit})*({beyond}),1)"
    kept = f"{measured}{'>=' if gauge.least else '<='}{limit}"
    return f"=IFERROR(ISNUMBER({measured})*ISNUMBER({limit})*({kept}),0)"
