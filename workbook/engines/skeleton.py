"""An empty workbook with the tabs, names and constants of another: what the embedded engine starts from.

The engine's own loader drops tables, some names and array children without a word,
so it is given only this. Constants come in here because the engine takes them from a
file fifty times faster than one by one; formulas are given to it afterwards.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from operator import itemgetter
from xml.sax.saxutils import escape, quoteattr

from engine.errors import CellError, ErrorKind
from workbook.book import Book
from workbook.engines.roots import Cell
from workbook.references import Position, cell_name
from workbook.sheetxml import Value

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")


def constants(book: Book, sheet: str, kept: Collection[Cell] = ()) -> Iterator[tuple[Position, Value]]:
    """The values no formula of the sheet will give: typed in, of a data table, of a formula that is kept."""
    cells = book.sheets[sheet]
    yield from cells.values.items()
    for position, child in cells.children.items():
        held = cells.formulas[child.master].kind == "datatable" or (sheet, child.master) in kept
        if held and child.value is not None:
            yield position, child.value
    for name, position in kept:
        if name == sheet:
            cached = cells.formulas[position].value
            yield position, CellError(ErrorKind.NAME) if cached is None else cached


def fits(value: Value) -> bool:
    """Whether the skeleton can hold a value; the engine must be given others one by one."""
    return not isinstance(value, CellError) and not (isinstance(value, str) and _UNFIT.search(value))


def skeleton(book: Book, kept: Collection[Cell] = ()) -> bytes:
    """The bytes of an .xlsx that has the sheets, defined names and constants of `book` and no formulas."""
    names = list(book.sheets)
    numbers = range(1, len(names) + 1)
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    parts = {
        "[Content_Types].xml": _types(numbers),
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
        f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": _workbook(book, names),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>',
    }
    for n, name in enumerate(names, start=1):
        parts[f"xl/worksheets/sheet{n}.xml"] = _sheet(constants(book, name, kept))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def _sheet(values: Iterable[tuple[Position, Value]]) -> str:
    pieces = [f'<worksheet xmlns="{_MAIN}"><sheetData>']
    current = 0
    for (row, column), value in sorted(((p, v) for p, v in values if fits(v)), key=itemgetter(0)):
        if row != current:
            pieces.append(f'</row><row r="{row}">' if current else f'<row r="{row}">')
            current = row
        pieces.append(_cell(cell_name(row, column), value))
    if current:
        pieces.append("</row>")
    pieces.append("</sheetData></worksheet>")
    return "".join(pieces)


def _cell(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return f'<c r="{name}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, str):
        return f'<c r="{name}" t="str"><v xml:space="preserve">{escape(value)}</v></c>'
    return f'<c r="{name}"><v>{value!r}</v></c>'


def _types(numbers: range) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET_TYPE}"/>' for n in numbers
    )
    return (
        f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_BOOK_TYPE}"/>{sheets}</Types>'
    )


def _workbook(book: Book, names: list[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, start=1)
    )
    defined = "".join(
        f"<definedName name={quoteattr(name.name)}>{escape(name.text)}</definedName>"
        for name in book.package.defined_names
        if name.sheet is None and not name.name.startswith("_xlnm.") and fits(name.name + name.text)
    )
    dates = ' date1904="1"' if book.package.date1904 else ""
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><workbookPr{dates}/><sheets>{sheets}</sheets>'
        f"<definedNames>{defined}</definedNames></workbook>"
    )
