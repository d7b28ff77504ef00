"""What a grid tab has besides its cells: comments, links, lists to pick from, money in 万 and 亿, charts."""

from __future__ import annotations

from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from workbook.charts import native
from workbook.display_units import scale_figures
from workbook.layout import Layout
from workbook.plan import Cell, Look, Tab
from workbook.references import cell_name, quote_sheet
from workbook.styles import BAD, BAD_TEXT, GOOD, GOOD_TEXT, fill

_COMMENT_WIDTH, _LINE_CHARACTERS, _LINE_PIXELS = 300, 48, 18


def finish_grid(sheet: Worksheet, tab: Tab, layout: Layout) -> None:
    """Add to the cells of a grid, which are written, what else belongs to them, and the charts."""
    for cell in tab.cells:
        if cell.comment:
            _comment(sheet, cell)
        if cell.link:
            _link(sheet, cell, layout)
        if cell.choices:
            _choices(sheet, cell, tab, layout)
    scale_figures(sheet, tab)
    _colour_checks(sheet, tab)
    for chart in tab.charts:
        sheet.add_chart(native(chart, lambda text: _cells(text, tab, layout)))


def _cells(text: str, tab: Tab, layout: Layout) -> str:
    """The cells that a formula of the plan names, with their sheet."""
    found = layout.formula(text.removeprefix("="), tab)
    return found if "!" in found else f"{quote_sheet(tab.name)}!{found}"


def _comment(sheet: Worksheet, cell: Cell) -> None:
    lines = sum(1 + len(line) // _LINE_CHARACTERS for line in cell.comment.split("\n"))
    note = Comment(cell.comment, "unitsheet", height=(lines + 1) * _LINE_PIXELS, width=_COMMENT_WIDTH)
    sheet.cell(cell.row, cell.column).comment = note


def _link(sheet: Worksheet, cell: Cell, layout: Layout) -> None:
    where = cell_name(cell.row, cell.column)
    target = sheet[where]
    if "://" in cell.link:
        target.hyperlink = cell.link
        return
    place = layout.formula(cell.link, layout.plan.tab(sheet.title)) if "{" in cell.link else cell.link
    target.hyperlink = Hyperlink(where, location=place.removeprefix("#").replace("$", ""))


def _choices(sheet: Worksheet, cell: Cell, tab: Tab, layout: Layout) -> None:
    listed = layout.formula(cell.choices.removeprefix("="), tab)
    rule = DataValidation("list", listed, showErrorMessage=True)
    rule.errorTitle, rule.error = "Not in the list", "Pick one of the list."
    rule.add(cell_name(cell.row, cell.column))
    sheet.add_data_validation(rule)


def _colour_checks(sheet: Worksheet, tab: Tab) -> None:
    """Green for 1 and red for 0 where a check stands."""
    where = " ".join(cell_name(cell.row, cell.column) for cell in tab.cells if cell.look is Look.CHECK)
    for value, colour, text in (("1", GOOD, GOOD_TEXT), ("0", BAD, BAD_TEXT)):
        if where:
            rule = CellIsRule("equal", [value], fill=fill(colour), font=Font(color=text))  # type: ignore[no-untyped-call]
            sheet.conditional_formatting.add(where, rule)
