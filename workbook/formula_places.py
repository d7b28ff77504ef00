"""Where a workbook holds formulas, in bytes: in cells, names, rules of sheets and columns of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workbook.package import DefinedName, Package, SheetPart, Table
from workbook.references import quote_sheet
from workbook.revision import Revision
from workbook.splicing import Element, after_tag, elements, text_end, visible
from workbook.stored_cells import FormulaCell, Sheet

_OF_RULES = ("formula", "formula1", "formula2", "f", "cfvo")
_OF_COLUMNS = ("calculatedColumnFormula", "totalsRowFormula")
_VALUE = re.compile(rb"\sval\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True, slots=True)
class OtherFormula:
    """A formula that stands in no cell: where its bytes are, its sheet, and what a message calls it."""

    part: str
    start: int
    end: int
    text: str
    sheet: str | None
    called: str
    element: Element

    @property
    def of_column(self) -> bool:
        """Whether it is what a table fills a column with."""
        return self.element.name in _OF_COLUMNS


def formula_span(xml: bytes, cell: FormulaCell) -> tuple[int, int]:
    """From where to where the formula of a cell goes, its tags included."""
    begun = after_tag(xml, cell.formula_start)
    if xml[begun - 2 : begun] == b"/>":
        return cell.formula_start, begun
    return cell.formula_start, xml.index(b">", text_end(xml, begun)) + 1


def formula_text(xml: bytes, cell: FormulaCell) -> bytes:
    """The text of a formula as it is written; it is empty where the text stands in another cell."""
    begun = after_tag(xml, cell.formula_start)
    return b"" if xml[begun - 2 : begun] == b"/>" else xml[begun : text_end(xml, begun)]


def rules(revision: Revision, part: SheetPart, sheet: Sheet) -> Iterator[OtherFormula]:
    """The formulas of conditional formats, data validations and sparklines of a sheet."""
    xml = revision.read(part.part)
    # What stands around the cells, so that these need not be gone through again.
    start_of_cells, behind_cells = _cells(xml, sheet)
    around = xml[:start_of_cells] + xml[behind_cells:]
    gap = behind_cells - start_of_cells
    called = f"a rule of {quote_sheet(part.name)}"
    for one in elements(around, revision.source(part.part), _OF_RULES):
        start, close = one.inner, one.close
        if one.name == "cfvo":
            match = _VALUE.search(around, one.start, one.inner)
            if match is None or one.attributes.get("type") != "formula":
                continue
            start, close = match.span(match.lastindex or 0)
        text = visible(around[start:close])
        moved = gap if start >= start_of_cells else 0
        yield OtherFormula(part.part, start + moved, close + moved, text, part.name, called, one)


def _cells(xml: bytes, sheet: Sheet) -> tuple[int, int]:
    if sheet.data_start < 0:
        return 0, 0
    closing = f"</{sheet.prefix}sheetData".encode()
    if xml.startswith(closing, sheet.data_end):
        return sheet.data_start, xml.index(b">", sheet.data_end) + 1
    return sheet.data_start, after_tag(xml, sheet.data_start)


def tables(package: Package) -> Iterator[tuple[str, Table]]:
    """Every table with the part that holds it."""
    relations = (relation for sheet in package.sheets for relation in package.relations(sheet.part))
    parts = [one.part for one in relations if one.kind == "table" and one.part]
    yield from zip(parts, package.tables, strict=True)


def columns(revision: Revision, part: str, table: Table) -> Iterator[OtherFormula]:
    """The formulas that a table keeps for its columns."""
    xml = revision.read(part)
    called = f"a column of the table {table.name}"
    for one in revision.elements(part, *_OF_COLUMNS):
        text = visible(xml[one.inner : one.close])
        yield OtherFormula(part, one.inner, one.close, text, table.sheet, called, one)


def names(revision: Revision, entries: list[tuple[Element, DefinedName]]) -> Iterator[OtherFormula]:
    """What the defined names of a workbook stand for."""
    part = revision.package.workbook_part
    xml = revision.read(part)
    for one, name in entries:
        text = visible(xml[one.inner : one.close])
        yield OtherFormula(part, one.inner, one.close, text, name.sheet, f"the name {name.name}", one)
