"""One pass over a sheet part that finds every value, every formula and the places of both."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from xml.parsers import expat

from engine.errors import FileError
from workbook.cell_values import Value, read_number, read_value, unescape
from workbook.references import (
    LAST_COLUMN,
    LAST_ROW,
    Position,
    cell_name,
    column_number,
    parse_area,
    parse_cell,
)
from workbook.shared_formulas import SharedFormula
from workbook.stored_cells import ChildCell, FormulaCell, Kind, Sheet, collection_paused

_UTF8 = {"utf-8", "utf8", "us-ascii", "ascii"}
_KINDS: dict[str, Kind] = {"shared": "shared", "array": "array", "dataTable": "datatable"}
_NO_ATTRIBUTES: dict[str, str] = {}
_NOT_UTF8_STARTS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"Lo\xa7\x94")

_Stored = tuple[Value | None, int, int, int, int, str, bool]


def scan(xml: bytes, shared_strings: Sequence[str], name: str = "", date1904: bool = False) -> Sheet:
    """Read a sheet part; ``name`` is the sheet's, for the sentence of a FileError."""
    scanner = _Scanner(shared_strings, name, date1904)
    if xml.startswith(_NOT_UTF8_STARTS):
        raise scanner.not_utf8()
    try:
        with collection_paused():
            scanner.parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise FileError(
            f"The sheet {name!r} is damaged ({error}): open the workbook in Excel, let it repair, save."
        ) from error
    scanner.finish()
    return scanner.sheet


class _Scanner:
    """The parser's callbacks: they run for every tag, so they are short and flat."""

    def __init__(self, shared_strings: Sequence[str], name: str, date1904: bool) -> None:
        self.sheet = Sheet()
        self.strings = shared_strings
        self.name = name
        self.date1904 = date1904
        self.groups: dict[str, SharedFormula] = {}
        # The cells of a shared formula have the same attributes: one dictionary serves them all.
        self.known_attributes: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
        self.without_group: list[tuple[Position, str]] = []
        self.areas = _Areas()
        self.row, self.column, self.digits = 0, 0, "0"
        self.pieces: list[str] = []
        self.text = self.formula_text = ""
        self.in_cell = self.inline = self.phonetic = False
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.before_data
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.doctype

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in _UTF8:
            raise self.not_utf8()

    def not_utf8(self) -> FileError:
        return FileError(
            f"The sheet {self.name!r} is not stored as UTF-8: open the workbook in Excel and save it again."
        )

    def doctype(self, *_: object) -> None:
        raise FileError(
            f"The sheet {self.name!r} declares XML entities, as no spreadsheet program does: do not trust it."
        )

    def before_data(self, tag: str, attributes: dict[str, str]) -> None:
        """Wait for ``<sheetData>``; the prefix it has is the cells' too."""
        prefix, _, local = tag.rpartition(":")
        if local != "sheetData":
            return
        self.prefix = self.sheet.prefix = prefix and prefix + ":"
        self.sheet.data_start = self.parser.CurrentByteIndex
        self.cell_tag, self.formula_tag, self.value_tag, self.row_tag = (
            self.prefix + local for local in ("c", "f", "v", "row")
        )
        self.data_tag = tag
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.pieces.append

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self.cell_tag:
            if self.in_cell:
                raise self.misplaced(attributes.get("r", "cell inside a cell"))
            self.attributes = attributes
            self.formula: dict[str, str] | None = None
            self.value_start = self.value_end = self.close = -1
            self.cell_start = self.parser.CurrentByteIndex
            self.in_cell = True
        elif tag == self.value_tag:
            self.value_start = self.parser.CurrentByteIndex
            self.pieces.clear()
        elif tag == self.formula_tag:
            self.formula_start = self.parser.CurrentByteIndex
            self.formula = attributes
            self.pieces.clear()
        elif tag == self.row_tag:
            self.start_row(attributes)
        elif self.in_cell:
            self.start_inside(tag.removeprefix(self.prefix))

    def end(self, tag: str) -> None:
        if tag == self.value_tag:
            self.text = "".join(self.pieces)
            self.value_end = self.parser.CurrentByteIndex
        elif tag == self.cell_tag:
            if self.close < 0:
                self.close = self.parser.CurrentByteIndex
            self.in_cell = False
            self.end_cell()
        elif tag == self.formula_tag:
            self.formula_text = "".join(self.pieces)
        elif self.in_cell:
            self.end_inside(tag.removeprefix(self.prefix))
        elif tag == self.data_tag:
            self.end_data()

    def start_row(self, attributes: dict[str, str]) -> None:
        digits = attributes.get("r")
        self.digits = digits or str(self.row + 1)
        if not self.digits.isdecimal() or not 1 <= int(self.digits[:9]) <= LAST_ROW:
            raise self.misplaced(self.digits)
        self.row = int(self.digits)
        self.column = 0
        self.sheet.rows.setdefault(self.row, self.parser.CurrentByteIndex)
        self.areas.enter(self.row)
        self.pieces.clear()

    def start_inside(self, local: str) -> None:
        """Inline text, and what may stand behind the value."""
        if local == "is":
            self.value_start = self.parser.CurrentByteIndex
            self.text = ""
            self.inline = True
        elif local == "rPh":
            self.phonetic = True
        elif local == "extLst" and self.close < 0:
            self.close = self.parser.CurrentByteIndex
        self.pieces.clear()

    def end_inside(self, local: str) -> None:
        if local == "t" and self.inline and not self.phonetic:
            self.text += "".join(self.pieces)
        elif local == "rPh":
            self.phonetic = False
        elif local == "is":
            self.value_end = self.parser.CurrentByteIndex
            self.inline = False

    def end_data(self) -> None:
        self.sheet.data_end = self.parser.CurrentByteIndex
        self.parser.StartElementHandler = None
        self.parser.EndElementHandler = None
        self.parser.CharacterDataHandler = None

    def end_cell(self) -> None:
        attributes = self.attributes
        kind = attributes.get("t", "n")
        if self.value_start < 0:
            value = None
        elif kind == "n":
            value = read_number(self.text)
        else:
            value = self.value(kind)
        position = self.position()
        start = self.cell_start
        to_value = self.value_start - start if self.value_start >= 0 else -1
        to_value_end = self.value_end - start if self.value_end >= 0 else -1
        cell = value, start, to_value, to_value_end, self.close - start, kind, "vm" in attributes
        if self.formula is not None and self.add_formula(position, cell, self.formula):
            return
        if self.areas.starts and (master := self.areas.master(position[1])):
            self.sheet.children[position] = ChildCell(*cell, master)
        elif value is not None:
            self.sheet.values[position] = value

    def position(self) -> Position:
        reference = self.attributes.get("r")
        if reference is None:
            self.column += 1
            if self.column > LAST_COLUMN:
                raise self.misplaced(f"column {self.column} of row {self.row}")
            return self.row, self.column
        try:
            if reference.endswith(self.digits):
                self.column = column_number(reference[: -len(self.digits)])
                return self.row, self.column
        except ValueError:  # such as A112 in row 12
            pass
        try:
            row, self.column = parse_cell(reference)
        except ValueError:
            raise self.misplaced(reference) from None
        return row, self.column

    def misplaced(self, reference: str) -> FileError:
        return FileError(
            f"The sheet {self.name!r} is damaged (a cell at {reference!r}): let Excel repair the workbook."
        )

    def value(self, kind: str) -> Value | None:
        try:
            return read_value(kind, self.text, self.strings, self.date1904)
        except (IndexError, ValueError):
            raise FileError(
                f"The sheet {self.name!r} names a text that the workbook does not hold "
                f"(row {self.row}, {self.text!r}): let Excel repair the workbook."
            ) from None

    def add_formula(self, position: Position, cell: _Stored, formula: dict[str, str]) -> bool:
        """Note the cell's formula; False where there is only an empty tag."""
        text = self.formula_text
        kind = _KINDS.get(formula.get("t", ""), "normal")
        ref = None
        if kind == "shared":
            text = self.shared_text(position, text, formula)
        elif not text and kind != "datatable":
            return False
        elif kind != "normal":
            ref = self.open_area(position, formula)
        if "_x" in text:
            text = unescape(text)
        self.sheet.formulas[position] = FormulaCell(
            *cell,
            text.removeprefix("="),
            kind,
            ref,
            "cm" in self.attributes,
            self.formula_start - self.cell_start,
            self.known_attributes.setdefault(tuple(formula.items()), formula) if formula else _NO_ATTRIBUTES,
        )
        return True

    def shared_text(self, position: Position, text: str, formula: dict[str, str]) -> str:
        """The first text of a group stands for all its cells, whatever text the others have."""
        number = formula.get("si", "")
        if text and ("ref" in formula or number not in self.groups):
            self.groups[number] = SharedFormula(text, position)
            return text
        if number in self.groups:
            return self.groups[number].at(*position)
        self.without_group.append((position, number))
        return ""

    def open_area(self, position: Position, formula: dict[str, str]) -> str:
        """The area of an array, from now on the home of its children."""
        ref = formula.get("ref", "")
        try:
            _, left, bottom, right = parse_area(ref)
        except ValueError:
            return cell_name(*position)
        if (bottom, right) != position:
            self.areas.add(left, right, bottom, position)
        return ref

    def finish(self) -> None:
        """Cells of a shared formula that stand before its text; without any text they are constants."""
        for position, number in self.without_group:
            cell = self.sheet.formulas[position]
            if number in self.groups:
                cell.text = self.groups[number].at(*position)
                continue
            del self.sheet.formulas[position]
            if cell.value is not None:
                self.sheet.values[position] = cell.value


class _Areas:
    """The arrays that reach into the row being read, by their first column."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.spans: dict[int, tuple[int, int, Position]] = {}
        self.next_end = 0

    def add(self, left: int, right: int, bottom: int, master: Position) -> None:
        if left not in self.spans:
            insort(self.starts, left)
        self.spans[left] = right, bottom, master
        self.next_end = min(self.next_end or bottom, bottom)

    def enter(self, row: int) -> None:
        """Forget the arrays that end above this row."""
        if not self.starts or row <= self.next_end:
            return
        self.spans = {left: span for left, span in self.spans.items() if span[1] >= row}
        self.starts = sorted(self.spans)
        self.next_end = min((bottom for _, bottom, _ in self.spans.values()), default=0)

    def master(self, column: int) -> Position | None:
        """The first cell of the array that covers this column of the row."""
        index = bisect_right(self.starts, column)
        if not index:
            return None
        right, _, master = self.spans[self.starts[index - 1]]
        return master if column <= right else None
