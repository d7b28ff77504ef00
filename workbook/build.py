"""From a plan to an .xlsx: openpyxl writes what the plan says and nothing of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.styles.named_styles import NamedStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.worksheet import Worksheet

from engine.company import Basis, Company, Scenario
from workbook import layout as at
from workbook.layout import Layout, Placed
from workbook.plan import Kind, Line, Look, Plan, Tab
from workbook.planning import plan as make_plan
from workbook.sheet_setup import set_up_sheet
from workbook.styles import text_style, value_style
from workbook.target import refuse_if_unwritable, replace_whole

# The calculation engine of Excel 2019 and later; an older number makes Excel recalculate on
# opening, which turns functions into #NAME? where the add-in is absent.
_CALC_ID = 191029
Content = str | float | None
_HEADERS = {
    at.SECTION: "", at.LABEL: "Line", at.LABEL_ZH: "项目", at.VALUE: "Value", at.UNIT: "Unit",
}  # fmt: skip
_TIMELINE_HEADERS = _HEADERS | {at.TOTAL: "Total or twin", at.NOTE: "Origin", at.AGREES: "Agrees"}
_INPUT_HEADERS = _HEADERS | {
    at.VALUE: "Live", at.BASE: "Base", at.BEAR: "Bear", at.BULL: "Bull", at.BASIS: "Basis",
    at.DISPUTED: "Disputed", at.FACT_IDS: "Facts", at.PERIOD: "Period", at.INPUT_NOTE: "Note",
}  # fmt: skip
_OTHER_HEADERS = _HEADERS | {at.NOTE: "Note"}
_NUMBER_COLUMNS = {
    Kind.TIMELINE: (at.VALUE, at.TOTAL, at.AGREES), Kind.INPUTS: (at.VALUE, at.BASE, at.BEAR, at.BULL),
    Kind.CHECKS: (at.VALUE,), Kind.COVER: (at.VALUE,),
}  # fmt: skip
DOUBTED = (Basis.ANECDOTAL,)


def build(
    target: str | os.PathLike[str],
    companies: Sequence[Company],
    *,
    months: int = 60,
    start: str = "2024-01",
    scenario: Scenario = Scenario.BASE,
) -> Plan:
    """Write a fresh workbook for these companies, without values of formulas; gives its plan back."""
    refuse_if_unwritable(target)
    plan = make_plan(companies, months=months, start=start, scenario=scenario)
    book = render(plan)

    def write(stream: BinaryIO) -> None:
        book.save(stream)

    replace_whole(target, write)
    return plan


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
        headers = {Kind.TIMELINE: _TIMELINE_HEADERS, Kind.INPUTS: _INPUT_HEADERS}.get(
            tab.kind, _OTHER_HEADERS
        )
        for column in range(1, self._last_column(tab) + 1):
            style = text_style("number header" if column in _NUMBER_COLUMNS[tab.kind] else "header")
            self._put(sheet, at.HEADER_ROW, column, headers.get(column), style)
        if tab.kind is Kind.TIMELINE:
            for column in range(at.FIRST_MONTH, self.layout.last_month + 1):
                formula = self.layout.formula("={month_end}", tab, column)
                self._put(sheet, at.HEADER_ROW, column, formula, text_style("month"))

    def _last_column(self, tab: Tab) -> int:
        """The last column before the months."""
        return {Kind.INPUTS: at.INPUT_NOTE, Kind.TIMELINE: at.AGREES}.get(tab.kind, at.NOTE)

    def _block(self, sheet: Worksheet, tab: Tab, place: Placed) -> None:
        for column in range(1, self._last_column(tab) + 1):
            self._put(sheet, place.row, column, None, text_style("block"))
        sheet.cell(place.row, at.SECTION, place.block.title)
        sheet.cell(place.row, at.LABEL_ZH, place.block.title_zh)
        if place.block.total_header:
            sheet.cell(place.row, at.TOTAL, place.block.total_header)

    def _line(self, sheet: Worksheet, tab: Tab, row: int, line: Line) -> None:
        self._put(sheet, row, at.LABEL, line.label, text_style("label"))
        self._put(sheet, row, at.LABEL_ZH, line.label_zh or None, text_style("zh"))
        self._put(sheet, row, at.UNIT, line.unit or None, text_style("unit"))
        if line.figure is not None:
            self._figure(sheet, tab, row, line)
            return
        if line.value != "":
            style = value_style(line.look, line.number_format)
            self._put(sheet, row, at.VALUE, self._value(line.value, tab), style)
        if line.months:
            style = value_style(Look.FORMULA, line.number_format)
            for column in range(at.FIRST_MONTH, self.layout.last_month + 1):
                self._put(sheet, row, column, self.layout.formula(line.months, tab, column), style)
        if line.total:
            formula = f"=SUM({{{line.key}.row}})" if line.total == "sum" else line.total
            style = value_style(Look.FORMULA, line.number_format)
            self._put(sheet, row, at.TOTAL, self.layout.formula(formula, tab), style)
        if line.agrees:
            self._put(sheet, row, at.AGREES, _agreement(row), value_style(Look.CHECK, "0"))
        style = text_style("long note" if tab.kind is Kind.COVER else "note")
        column = at.INPUT_NOTE if tab.kind is Kind.INPUTS else at.NOTE
        self._put(sheet, row, column, self._note(tab, line), style)

    def _value(self, value: str | float, tab: Tab) -> str | float:
        if isinstance(value, str) and "{" in value:
            text = value if value.startswith("=") else f"={value}"
            return self.layout.formula(text, tab)
        return value

    def _note(self, tab: Tab, line: Line) -> str | None:
        if line.look is Look.HEADLINE:
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

    def _table(self, sheet: Worksheet, tab: Tab) -> None:
        for number, column in enumerate(tab.columns, start=1):
            style = text_style("number header" if column.number_format else "header")
            self._put(sheet, at.HEADER_ROW, number, column.header, style)
        for row, record in enumerate(tab.records, start=at.FIRST_ROW):
            for number, (column, value) in enumerate(zip(tab.columns, record, strict=True), start=1):
                typed = column.number_format != ""
                style = value_style(Look.INPUT, column.number_format) if typed else text_style("label")
                self._put(sheet, row, number, value, style)


def _agreement(row: int) -> str:
    """1 where the function and its twin show the same number, or both an error."""
    value, twin = f"{get_column_letter(at.VALUE)}{row}", f"{get_column_letter(at.TOTAL)}{row}"
    same = f"IF(ABS({value}-{twin})<=1E-9*(1+ABS({twin})),1,0)"
    return f"=IF(ISERROR({value}),IF(ISERROR({twin}),1,0),IF(ISERROR({twin}),0,{same}))"
