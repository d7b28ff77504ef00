"""Everything of a sheet that is no cell: widths, panes, validation, colours by value, print set-up."""

from __future__ import annotations

from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from engine.arguments import Domain
from workbook import layout as at
from workbook.layout import Layout
from workbook.plan import Kind, Look, Tab
from workbook.references import cell_name, parse_cell, quote_sheet
from workbook.styles import AMBER, BAD, BAD_TEXT, GOOD, GOOD_TEXT, NAVY, WHITE, fill

_TAB_COLOURS = {
    Kind.COVER: "1F3864", Kind.INPUTS: "FFC000", Kind.TABLE: "A6A6A6", Kind.CHECKS: "70AD47",
    Kind.TIMELINE: "2E75B6", Kind.GRID: "7030A0",
}  # fmt: skip
_WIDTHS = {
    at.SECTION: 2.5, at.LABEL: 48, at.GAP: 1.5, at.LABEL_ZH: 24, at.VALUE: 17, at.UNIT: 18, at.TOTAL: 17,
    at.NOTE: 26, at.AGREES: 8,
}  # fmt: skip
_INPUT_WIDTHS = _WIDTHS | {
    at.BASE: 17, at.BEAR: 17, at.BULL: 17, at.BASIS: 13, at.DISPUTED: 10, at.FACT_IDS: 18, at.FACTOR: 10,
    at.FACT_EQUALS: 10, at.PERIOD: 24, at.INPUT_NOTE: 90,
}  # fmt: skip
_CHECK_WIDTHS = {
    at.SECTION: 2.5, at.LABEL: 60, at.GAP: 1.5, at.LABEL_ZH: 38, at.VALUE: 8, at.UNIT: 15, at.MEASURED: 12,
    at.RELATION: 4, at.LIMIT: 12, at.ADVICE: 76, at.ADVICE_ZH: 50,
}  # fmt: skip
_MONTH_WIDTH = 15
_MONTHS_A_PAGE = 12
_PAGE_CHARACTERS = 280
# Figures on one page, words on the next: the last column of the one, and the scale of both in
# per cent, for Excel heeds no breaks where it fits a sheet to pages.
_HALVES = {Kind.CHECKS: (at.LIMIT, 58), Kind.INPUTS: (at.FACT_EQUALS, 50)}
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
        if layout.has(tab.name, "actual"):
            _colour_actuals(sheet, layout, layout.row(tab.name, "actual"))
    elif tab.kind is Kind.CHECKS:
        sheet.freeze_panes = cell_name(at.FIRST_ROW, at.GAP)
    elif tab.kind is Kind.GRID:
        sheet.freeze_panes = tab.freeze or None
    elif tab.kind is Kind.COVER:
        _cover(sheet, tab, layout)
    _links(sheet, tab, layout)
    _colour_checks(sheet, tab, layout)


def _widths(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    if tab.kind is Kind.TABLE:
        for number, column in enumerate(tab.columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        return
    if tab.kind is Kind.GRID:
        for number, width in tab.widths:
            sheet.column_dimensions[get_column_letter(number)].width = width
        for number, height in tab.heights:
            sheet.row_dimensions[number].height = height
        return
    widths = {Kind.INPUTS: _INPUT_WIDTHS, Kind.CHECKS: _CHECK_WIDTHS}.get(tab.kind, _WIDTHS)
    for number, width in widths.items():
        sheet.column_dimensions[get_column_letter(number)].width = width
    if tab.kind is Kind.COVER:
        sheet.column_dimensions[get_column_letter(at.LABEL)].width = 52
        sheet.column_dimensions[get_column_letter(at.NOTE)].width = 80
        sheet.column_dimensions[get_column_letter(at.TOTAL)].width = 2.5
        sheet.column_dimensions[get_column_letter(at.VALUE)].width = 30
    if tab.kind is Kind.TIMELINE:
        for number in range(at.FIRST_MONTH, layout.last_month + 1):
            sheet.column_dimensions[get_column_letter(number)].width = _MONTH_WIDTH
    # Either language can be folded away.
    for number in (at.LABEL, at.LABEL_ZH):
        sheet.column_dimensions.group(get_column_letter(number), hidden=False)


def _print(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = tab.pages
    sheet.print_options.horizontalCentered = bool(tab.charts)
    sheet.page_setup.fitToWidth = 1
    if tab.scale:
        # Excel heeds no breaks where it fits a sheet to pages.
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
        sheet.page_setup.scale = tab.scale
        for row in tab.breaks:
            sheet.row_breaks.append(Break(id=row))
    if not tab.charts:
        sheet.print_title_rows = f"{at.HEADER_ROW}:{at.HEADER_ROW}"
    if tab.kind is Kind.GRID and tab.freeze:
        _repeat_labels(sheet, tab)
    if tab.kind is Kind.TIMELINE:
        sheet.page_setup.fitToWidth = 1 + layout.plan.months // _MONTHS_A_PAGE
        sheet.print_title_cols = f"A:{get_column_letter(at.VALUE)}"
    if tab.kind in _HALVES:
        last, scale = _HALVES[tab.kind]
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
        sheet.page_setup.scale = scale
        sheet.print_title_cols = f"A:{get_column_letter(at.LABEL)}"
        sheet.col_breaks.append(Break(id=last))
    sheet.oddFooter = HeaderFooterItem(left=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P / &N"))
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7


def _repeat_labels(sheet: Worksheet, tab: Tab) -> None:
    """Every page has the columns left of the pane; a grid that is wide takes several."""
    _, pane = parse_cell(tab.freeze)
    if pane > 1:
        sheet.print_title_cols = f"A:{get_column_letter(pane - 1)}"
        sheet.page_setup.fitToWidth = 1 + int(sum(width for _, width in tab.widths)) // _PAGE_CHARACTERS


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
    for key, choices in (("scenario", "1,2,3"), ("currency", "1,2"), ("language", "1,2")):
        choice = DataValidation("list", f'"{choices}"', showErrorMessage=True)
        choice.errorTitle, choice.error = key.capitalize(), f"Type one of {choices.replace(',', ', ')}."
        choice.add(cell_name(layout.row(tab.name, key), at.VALUE))
        sheet.add_data_validation(choice)
    for place in layout.places(tab):
        if place.line is not None and place.line.note:
            lines = 1 + len(place.line.note) // _NOTE_CHARACTERS
            sheet.row_dimensions[place.row].height = _LINE_HEIGHT * lines


def _links(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    """Labels that lead to a sheet, or to a line of one."""
    for place in layout.places(tab):
        if place.line is None or not place.line.link:
            continue
        name, _, key = place.line.link.partition(":")
        where = layout.address(name, key) if key else f"{quote_sheet(name)}!A1"
        cell = sheet.cell(place.row, at.LABEL)
        cell.hyperlink = Hyperlink(cell.coordinate, location=where.replace("$", ""), display=place.line.label)


def _colour_actuals(sheet: Worksheet, layout: Layout, flag: int) -> None:
    """The header of a month is white where actuals replace the forecast."""
    first, last = get_column_letter(at.FIRST_MONTH), get_column_letter(layout.last_month)
    rule = FormulaRule([f"{first}${flag}=1"], fill=fill(WHITE), font=Font(color=NAVY))  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(f"{first}{at.HEADER_ROW}:{last}{at.HEADER_ROW}", rule)


def _colour_checks(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    """Green for 1 and red for 0 where a check stands, amber for a flag; red where a month should be zero."""
    checks, flags = [], []
    for place in layout.places(tab):
        line, value = place.line, f"{get_column_letter(at.VALUE)}{place.row}"
        if line is None:
            continue
        if line.look is Look.CHECK and line.monthly and line.total:
            _colour_left_over(sheet, layout, place.row)
        elif line.look is Look.CHECK:
            checks.append(value)
        elif line.look is Look.FLAG:
            flags.append(value)
        column = at.FACT_EQUALS if line.figure and line.figure.factor is not None else at.AGREES
        if line.agrees or column == at.FACT_EQUALS:
            checks.append(f"{get_column_letter(column)}{place.row}")
    colours = ((checks, "1", GOOD, GOOD_TEXT), (checks, "0", BAD, BAD_TEXT), (flags, "0", AMBER, None))
    for cells, shown, colour, text in colours:
        if cells:
            font = Font(color=text) if text else None
            rule = CellIsRule("equal", [shown], fill=fill(colour), font=font)  # type: ignore[no-untyped-call]
            sheet.conditional_formatting.add(" ".join(cells), rule)


def _colour_left_over(sheet: Worksheet, layout: Layout, row: int) -> None:
    """A check by month: red where more is left over than its limit."""
    value, limit = get_column_letter(at.VALUE), get_column_letter(at.TOTAL)
    first, last = get_column_letter(at.FIRST_MONTH), get_column_letter(layout.last_month)
    rule = FormulaRule([f"{value}{row}>${limit}{row}"], fill=fill(BAD), font=Font(color=BAD_TEXT))  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(f"{value}{row} {first}{row}:{last}{row}", rule)
