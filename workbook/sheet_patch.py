"""New values spliced into a sheet part; every byte that is not a value stays."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from xml.parsers import expat
from xml.sax.saxutils import escape

from engine.errors import CellError
from workbook.cell_values import same_value, spell
from workbook.references import Position, cell_name, parse_cell
from workbook.splicing import Edit, after_tag, spliced
from workbook.stored_cells import FormulaCell, Sheet, StoredCell, collection_paused

NewValue = float | bool | str | CellError | None

_TYPE_OR_RICH = re.compile(rb"\s+(?:t|vm)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_REF = re.compile(rb"(?<=\s)ref\s*=\s*(?:\"[^\"]*\"|'[^']*')")


def patch(
    xml: bytes,
    sheet: Sheet,
    values: Mapping[Position, NewValue],
    areas: Mapping[Position, str] | None = None,
) -> bytes:
    """The part with these values; ``areas`` are the new extents of arrays that changed their size.

    ``sheet`` is the scan of the same bytes. Cells and rows that are not there yet are made.
    A value that the file already stores keeps its bytes; None empties a cell, and leaves a
    formula showing an empty text.
    """
    with collection_paused():
        return _patched(_Writer(xml, sheet), values, areas or {})


def _patched(writer: _Writer, values: Mapping[Position, NewValue], areas: Mapping[Position, str]) -> bytes:
    sheet = writer.sheet
    missing: dict[int, dict[int, NewValue]] = {}
    for position, value in values.items():
        cell = sheet.formulas.get(position) or sheet.children.get(position)
        if cell is None:
            if not same_value(sheet.values.get(position), value):
                missing.setdefault(position[0], {})[position[1]] = value
        else:
            writer.set(cell, value)
    for position, area in areas.items():
        writer.resize(sheet.formulas[position], area)
    writer.fill(missing)
    return writer.result()


class _Writer:
    """The edits to one part, collected in any order and applied at once."""

    def __init__(self, xml: bytes, sheet: Sheet) -> None:
        self.xml = xml
        self.sheet = sheet
        self.prefix = sheet.prefix.encode()
        self.value_tag, self.value_close = b"<" + self.prefix + b"v>", self.closing(b"v")
        self.value_ends = (b"</" + self.prefix + b"v", b"</" + self.prefix + b"is")
        self.edits: list[Edit] = []

    def set(self, cell: StoredCell, value: NewValue) -> None:
        """Give a formula or a child its new value."""
        if same_value(cell.value, value):
            return
        if value is None and isinstance(cell, FormulaCell):
            value = ""
            if cell.value == "":
                return
        kind, content = self.element(value)
        if cell.value_start >= 0:
            self.edits.append((cell.value_start, self.end_of_value(cell.value_end), content))
            if cell.type != kind or cell.rich:
                self.retag(cell.start, kind)
        elif self.retag(cell.start, kind, open_up=bool(content)):
            start = self.after_tag(cell.start)
            self.edits.append((start, start, content + self.closing(b"c")))
        else:
            self.edits.append((cell.close, cell.close, content))

    def resize(self, cell: FormulaCell, area: str) -> None:
        """Let an array reach over another area."""
        start, end = cell.formula_start, self.after_tag(cell.formula_start)
        tag = self.xml[start:end]
        resized = _REF.sub(b'ref="' + area.encode() + b'"', tag, count=1)
        if resized != tag:
            self.edits.append((start, end, resized))

    def fill(self, missing: Mapping[int, Mapping[int, NewValue]]) -> None:
        """Set cells that hold no formula, making cells and rows where there are none."""
        numbers = sorted(self.sheet.rows)
        for row in sorted(missing):
            if row in self.sheet.rows:
                self.fill_row(row, missing[row])
            elif cells := self.new_cells(row, sorted(missing[row].items())):
                index = bisect_right(numbers, row)
                start = self.sheet.rows[numbers[index]] if index < len(numbers) else self.sheet.data_end
                tag = f'row r="{row}">'.encode()
                self.insert(start, b"<" + self.prefix + tag + cells + self.closing(b"row"))
        if self.edits and not numbers:
            self.open_data()

    def fill_row(self, row: int, values: Mapping[int, NewValue]) -> None:
        offset = self.sheet.rows[row]
        found = _RowScan(self.xml[offset : self.end_of_row(offset)], self.sheet.prefix)
        waiting = sorted(values.items())
        for column, start, close in found.cells:
            count = bisect_right(waiting, column, key=lambda item: item[0])
            before, waiting = waiting[:count], waiting[count:]
            if before and before[-1][0] == column:
                self.replace(offset + start, offset + close, before.pop()[1])
            self.insert(offset + start, self.new_cells(row, before))
        if cells := self.new_cells(row, waiting):
            if self.open_up(offset):
                cells += self.closing(b"row")
            self.insert(offset + found.close, cells)

    def end_of_row(self, offset: int) -> int:
        """Where the next row begins, or the data end."""
        index = bisect_right(self.offsets, offset)
        return self.offsets[index] if index < len(self.offsets) else self.sheet.data_end

    @cached_property
    def offsets(self) -> list[int]:
        return sorted(self.sheet.rows.values())

    def replace(self, start: int, close: int, value: NewValue) -> None:
        """Give a blank or constant cell a value; its format stays."""
        kind, content = self.element(value)
        end = self.after_tag(start)
        if self.retag(start, kind, open_up=bool(content)):
            content += self.closing(b"c")
        self.edits.append((end, max(end, close), content))

    def new_cells(self, row: int, values: Sequence[tuple[int, NewValue]]) -> bytes:
        made = []
        for column, value in values:
            if value is not None:
                kind, content = self.element(value)
                mark = "" if kind == "n" else f' t="{kind}"'
                tag = f'c r="{cell_name(row, column)}"{mark}>'.encode()
                made.append(b"<" + self.prefix + tag + content + self.closing(b"c"))
        return b"".join(made)

    def element(self, value: NewValue) -> tuple[str, bytes]:
        """The cell's type and its whole ``<v>``, nothing for an empty cell."""
        if value is None:
            return "n", b""
        kind, text = spell(value)
        opening = self.value_tag
        if kind == "str":
            # As Excel does, so that a reader keeps the blanks at either end.
            if text != text.strip():
                opening = opening[:-1] + b' xml:space="preserve">'
            text = escape(text)
        return kind, opening + text.encode() + self.value_close

    def closing(self, tag: bytes) -> bytes:
        return b"</" + self.prefix + tag + b">"

    def retag(self, start: int, kind: str, open_up: bool = False) -> bool:
        """Give a cell's tag another type; True where it had no end tag and now needs one."""
        end = self.after_tag(start)
        old = self.xml[start:end]
        tag = _TYPE_OR_RICH.sub(b"", old)
        alone = tag.endswith(b"/>")
        body = tag.removesuffix(b">").removesuffix(b"/").rstrip()
        if kind != "n":
            body += f' t="{kind}"'.encode()
        new = body + (b"/>" if alone and not open_up else b">")
        if kind == "n" and tag == old and not (alone and open_up):
            return False
        self.edits.append((start, end, new))
        return alone and open_up

    def open_up(self, start: int) -> bool:
        """Take the slash from an element without an end tag; False where there is none."""
        end = self.after_tag(start)
        tag = self.xml[start:end]
        if not tag.endswith(b"/>"):
            return False
        self.edits.append((start, end, tag[:-2].rstrip() + b">"))
        return True

    def open_data(self) -> None:
        if self.open_up(self.sheet.data_start):
            self.insert(self.sheet.data_end, self.closing(b"sheetData"))

    def insert(self, offset: int, content: bytes) -> None:
        if content:
            self.edits.append((offset, offset, content))

    def after_tag(self, start: int) -> int:
        return after_tag(self.xml, start)

    def end_of_value(self, offset: int) -> int:
        if self.xml.startswith(self.value_ends, offset):
            return self.xml.index(b">", offset) + 1
        return offset  # an empty element, which ends behind itself

    def result(self) -> bytes:
        """The part with every edit made."""
        return spliced(self.xml, self.edits)


class _RowScan:
    """The cells of one row, with or without a value: column, start and end tag of each."""

    def __init__(self, xml: bytes, prefix: str) -> None:
        self.cells: list[tuple[int, int, int]] = []
        self.close = -1
        self.column = 0
        self.row_tag, self.cell_tag = prefix + "row", prefix + "c"
        self.parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        try:
            parser.Parse(xml, True)
        except expat.ExpatError:
            if self.close < 0:
                raise

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self.cell_tag:
            reference = attributes.get("r")
            self.column = parse_cell(reference)[1] if reference else self.column + 1
            self.begun = self.parser.CurrentByteIndex

    def end(self, tag: str) -> None:
        if tag == self.cell_tag:
            self.cells.append((self.column, self.begun, self.parser.CurrentByteIndex))
        elif tag == self.row_tag:
            self.close = self.parser.CurrentByteIndex
