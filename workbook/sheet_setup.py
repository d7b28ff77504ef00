"""Everything of a sheet that is no cell: widths, panes, validation, colours by value, print set-up."""

from __future__ import annotations

from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from engine.arguments import Domain
from workbook import layout as at
from workbook.layout import Layout
from workbook.plan import Kind, Look, Tab
from workbook.references import cell_name, quote_sheet
from workbook.styles import AMBER, BAD, BAD_TEXT, GOOD, GOOD_TEXT, LINK_FONT, fill

_TAB_COLOURS = {
    Kind.COVER: "1F3864", Kind.INPUTS: "FFC000", Kind.TABLE: "A6A6A6", Kind.CHECKS: "70AD47",
    Kind.TIMELINE: "2E75B6",
}  # fmt: skip
_WIDTHS = {
    at.SECTION: 2.5, at.BLOCK: 2.5, at.LABEL: 46, at.LABEL_ZH: 24, at.VALUE: 17, at.UNIT: 18, at.TOTAL: 17,
    at.NOTE: 26, at.AGREES: 8,
}  # fmt: skip
_INPUT_WIDTHS = _WIDTHS | {
    at.BASE: 17, at.BEAR: 17, at.BULL: 17, at.BASIS: 13, at.DISPUTED: 10, at.FACT_IDS: 18, at.PERIOD: 24,
    at.INPUT_NOTE: 90,
}  # fmt: skip
_MONTH_WIDTH = 15
_MONTHS_A_PAGE = 12
_LINE_HEIGHT = 14
_NOTE_CHARACTERS = 95


def set_up_sheet(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    """Finish a sheet whose cells are written."""
    sheet.sheet_properties.tabColor = _TAB_COLOURS[tab.kind]
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 90
    _widths(sheet, tab, layout)
    _print(sheet, tab, layout)
    if tab.kind is Kind.TABLE:
        _table(sheet, tab)
    elif tab.kind is Kind.INPUTS:
        sheet.freeze_panes = cell_name(at.FIRST_ROW, at.BASE)
        _validate_inputs(sheet, tab, layout)
    elif tab.kind is Kind.TIMELINE:
        sheet.freeze_panes = cell_name(at.FIRST_ROW, at.FIRST_MONTH)
    elif tab.kind is Kind.COVER:
        _cover(sheet, tab, layout)
    _colour_checks(sheet, tab, layout)


def _widths(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    if tab.kind is Kind.TABLE:
        for number, column in enumerate(tab.columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        return
    widths = _INPUT_WIDTHS if tab.kind is Kind.INPUTS else _WIDTHS
    for number, width in widths.items():
        sheet.column_dimensions[get_column_letter(number)].width = width
    if tab.kind in (Kind.COVER, Kind.CHECKS):
        cover = tab.kind is Kind.COVER
        sheet.column_dimensions[get_column_letter(at.LABEL)].width = 52 if cover else 72
        sheet.column_dimensions[get_column_letter(at.NOTE)].width = 80 if cover else 20
        sheet.column_dimensions[get_column_letter(at.TOTAL)].width = 2.5
        sheet.column_dimensions[get_column_letter(at.VALUE)].width = 30 if cover else 12
    if tab.kind is Kind.TIMELINE:
        for number in range(at.FIRST_MONTH, layout.last_month + 1):
            sheet.column_dimensions[get_column_letter(number)].width = _MONTH_WIDTH
    # Either language can be folded away.
    sheet.column_dimensions.group(get_column_letter(at.LABEL_ZH), hidden=False)


def _print(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    sheet.page_setup.fitToWidth = 1
    sheet.print_title_rows = f"{at.HEADER_ROW}:{at.HEADER_ROW}"
    if tab.kind is Kind.TIMELINE:
        sheet.page_setup.fitToWidth = 1 + layout.plan.months // _MONTHS_A_PAGE
        sheet.print_title_cols = f"A:{get_column_letter(at.VALUE)}"
    sheet.oddFooter = HeaderFooterItem(left=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P / &N"))
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7


def _table(sheet: Worksheet, tab: Tab) -> None:
    last = get_column_letter(len(tab.columns))
    bottom = at.HEADER_ROW + len(tab.records)
    sheet.freeze_panes = cell_name(at.FIRST_ROW, 2)
    sheet.auto_filter.ref = f"A{at.HEADER_ROW}:{last}{bottom}"
    headers = [column.header for column in tab.columns]
    if "disputed" in headers:
        column = get_column_letter(headers.index("disputed") + 1)
        rule = FormulaRule([f'${column}{at.FIRST_ROW}="disputed"'], fill=fill(AMBER))  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(f"A{at.FIRST_ROW}:{last}{bottom}", rule)


def _validate_inputs(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    """A typed figure outside its domain is refused with the sentence the domain has for it."""
    rules: dict[Domain, DataValidation] = {}
    for place in layout.places(tab):
        figure = place.line.figure if place.line else None
        if figure is None or not figure.driver.domain:
            continue
        domain = figure.driver.domain
        if domain not in rules:
            rules[domain] = _validation(domain)
            sheet.add_data_validation(rules[domain])
        rules[domain].add(f"{get_column_letter(at.BASE)}{place.row}:{get_column_letter(at.BULL)}{place.row}")


def _validation(domain: Domain) -> DataValidation:
    low = domain.low if domain.low is not None else domain.above
    high = domain.high if domain.high is not None else domain.below
    if high is not None:
        rule = DataValidation("decimal", f"{low:g}", f"{high:g}", operator="between")
    elif domain.low is not None:
        rule = DataValidation("decimal", f"{low:g}", operator="greaterThanOrEqual")
    else:
        rule = DataValidation("decimal", f"{low:g}", operator="greaterThan")
    rule.errorTitle, rule.error = "Out of range", f"The figure {domain}."
    rule.showErrorMessage = True
    return rule


def _cover(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    row = layout.row(tab.name, "scenario")
    choice = DataValidation("list", '"1,2,3"', showErrorMessage=True)
    choice.errorTitle, choice.error = "Scenario", "Type 1, 2 or 3."
    choice.add(f"{get_column_letter(at.VALUE)}{row}")
    sheet.add_data_validation(choice)
    for place in layout.places(tab):
        if place.line is not None and place.line.key.startswith("tab_"):
            lines = 1 + len(place.line.note) // _NOTE_CHARACTERS
            sheet.row_dimensions[place.row].height = _LINE_HEIGHT * lines
            name = place.line.label
            cell = sheet[cell_name(place.row, at.LABEL)]
            cell.hyperlink = Hyperlink(cell.coordinate, location=f"{quote_sheet(name)}!A1", display=name)
            cell.font = LINK_FONT


def _colour_checks(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    """Green for 1 and red for 0, wherever a check stands."""
    cells = []
    for place in layout.places(tab):
        if place.line is not None and place.line.look is Look.CHECK:
            cells.append(f"{get_column_letter(at.VALUE)}{place.row}")
        if place.line is not None and place.line.agrees:
            cells.append(f"{get_column_letter(at.AGREES)}{place.row}")
    if not cells:
        return
    where = " ".join(cells)
    for value, colour, text in (("1", GOOD, GOOD_TEXT), ("0", BAD, BAD_TEXT)):
        rule = CellIsRule("equal", [value], fill=fill(colour), font=Font(color=text))  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(where, rule)
