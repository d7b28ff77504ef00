"""Formulas as formualizer must be told them so that it does what Excel does.

It takes areas whole where Excel takes the cell beside the formula, gives one number
for the rows of an area, and gets some functions wrong over arrays; such calls are
written another way here. The formula has been through `workbook.formula` before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from workbook.book import Book
from workbook.engines import syntax
from workbook.engines.corrections import ALWAYS, OVER_ARRAYS, PREFIX
from workbook.engines.parameters import letter, may_fetch_area, sums_up
from workbook.engines.syntax import Call, Expression, Group, Literal, Node, Word
from workbook.formula import ARRAY_WORD, Seat, UnsupportedError
from workbook.references import Area, cell_name, parse_area

CONDITIONAL = frozenset(
    ("SUMIF", "AVERAGEIF", "COUNTIF", "SUMIFS", "AVERAGEIFS", "COUNTIFS", "MAXIFS", "MINIFS")
)
_AS_WRITTEN = re.compile(r"_xlfn\.|_xlws\.|_xlpm\.|_xludf\.", re.IGNORECASE)
_LONGEST = 8_192


@dataclass(frozen=True, slots=True)
class Spoken:
    """A formula for the engine, and what must be looked at after it is worked out."""

    text: str
    may_spill: bool
    conditional: bool


def to_dialect(text: str, seat: Seat, book: Book, *, array: bool) -> Spoken:
    """The engine's formula for one without `=`; raises UnsupportedError where it cannot be read."""
    try:
        expression = syntax.parse(text)
    except ValueError as error:
        raise UnsupportedError(f"is no formula that can be read: {error}") from None
    writer = _Writer(seat, book)
    spoken = writer.expression(expression, "A" if array else "V")
    return Spoken(
        spoken,
        not array and _may_spill(expression),
        any(call.name.upper() in CONDITIONAL for call in syntax.calls(expression)),
    )


class _Writer:
    """Writes one formula; a mode is a letter of `parameters`, as the surroundings work."""

    def __init__(self, seat: Seat, book: Book) -> None:
        self.seat = seat
        self.book = book

    def expression(self, nodes: Expression, mode: str) -> str:
        if mode != "A" and syntax.is_operated(nodes):
            mode = "V"
        if syntax.is_joined(nodes):
            mode = "A" if mode == "A" else "R"
        pieces: list[str] = []
        beside = False
        for place, node in enumerate(nodes):
            if isinstance(node, Word) and node.text == "@" and node.kind == "OpPrefix":
                beside = True
                continue
            spilled = place + 1 < len(nodes) and syntax.spell_node(nodes[place + 1]) == "#"
            pieces.append(self.node(node, "V" if beside else "R" if spilled and mode != "A" else mode))
            beside = beside and isinstance(node, Word) and node.kind == "Whitespace"
        return "".join(pieces)

    def node(self, node: Node, mode: str) -> str:
        if isinstance(node, Call):
            return self.call(node, mode)
        if isinstance(node, Group):
            return f"({self.expression(node.inner, mode)})"
        if isinstance(node, Word) and node.is_reference:
            return self.reference(node.text, mode)
        return node.text

    def reference(self, text: str, mode: str) -> str:
        known = syntax.read_reference(text) if ":" in text else None
        if known is None:
            return text
        sheet, area = known
        if mode == "V":
            return beside(sheet, area, self.seat)
        return in_order(text)

    def call(self, call: Call, mode: str) -> str:
        name = call.name.upper()
        if name == ARRAY_WORD:
            return f"({self.expression(call.arguments[0], 'A')})"
        special = _SPECIAL.get(name)
        written = special(self, call, mode) if special else None
        if written is not None:
            return written
        arguments = self.arguments(call, name, mode)
        return f"{self.replacement(call, name, mode) or call.name}({','.join(arguments)})"

    def arguments(self, call: Call, name: str, mode: str) -> list[str]:
        written = []
        for place, argument in enumerate(call.arguments):
            kind = letter(name, place)
            inner = "A" if mode == "A" else mode if kind == "=" else kind
            written.append(self.expression(argument, inner))
        return written

    def replacement(self, call: Call, name: str, mode: str) -> str | None:
        """The function of ours to call instead, where the engine's is wrong here."""
        if name in ALWAYS:
            return PREFIX + name
        places = range(len(call.arguments))
        if name in CONDITIONAL:
            places = range(1, len(call.arguments)) if "IFS" not in name else self.criteria(name, call)
        elif name == "LOOKUP":
            places = range(1, 2)
            if len(call.arguments) < 2 or syntax.area(call.arguments[1]):
                return None
        elif name not in OVER_ARRAYS:
            return None
        if name in ("SUMIF", "COUNTIF", "AVERAGEIF"):
            places = range(1, 2)
        wide = any(
            place < len(call.arguments)
            and _is_wide(call.arguments[place], "A" if mode == "A" else letter(name, place))
            for place in places
        )
        return PREFIX + name if wide else None

    @staticmethod
    def criteria(name: str, call: Call) -> range:
        return range(1 if name == "COUNTIFS" else 2, len(call.arguments), 2)

    def single(self, call: Call, mode: str) -> str | None:
        """`_xlfn.SINGLE`, which Excel shows as @."""
        if len(call.arguments) != 1:
            return None
        if syntax.area(call.arguments[0]):
            return self.expression(call.arguments[0], "V")
        return f"INDEX({self.expression(call.arguments[0], 'R')},1,1)"

    def spilled(self, call: Call, mode: str) -> str | None:
        """`_xlfn.ANCHORARRAY`, which Excel shows as #."""
        return f"{syntax.spell(call.arguments[0])}#" if len(call.arguments) == 1 else None

    def numbers(self, call: Call, mode: str) -> str | None:
        """The rows or columns of an area, of which the engine gives only the first."""
        if mode != "A" or len(call.arguments) != 1:
            return None
        known = syntax.area(call.arguments[0])
        if known and known[1][:2] == known[1][2:]:
            return None
        area = self.expression(call.arguments[0], "R")
        if call.name.upper() == "ROW":
            return f"SEQUENCE(ROWS({area}),1,ROW({area}))"
        return f"SEQUENCE(1,COLUMNS({area}),COLUMN({area}))"

    def formula_text(self, call: Call, mode: str) -> str | None:
        """The text of a formula, which the engine only knows in its own spelling."""
        cell = self.stored(call)
        if cell is None:
            return None
        text, kind, dynamic = cell
        if not text:
            return "#N/A"
        shown = "=" + _AS_WRITTEN.sub("", text)
        if kind == "array" and not dynamic:
            shown = "{" + shown + "}"
        return '"' + shown.replace('"', '""') + '"' if len(shown) < _LONGEST else "#N/A"

    def is_formula(self, call: Call, mode: str) -> str | None:
        cell = self.stored(call)
        return None if cell is None else str(bool(cell[0])).upper()

    def stored(self, call: Call) -> tuple[str, str, bool] | None:
        """The formula of the first cell that a call refers to, its kind and whether it may change its size."""
        known = syntax.area(call.arguments[0]) if len(call.arguments) == 1 else None
        if known is None:
            return None
        spelled, (top, left, _, _) = known
        wanted = spelled.strip("'").replace("''", "'").lower() or self.seat.sheet.lower()
        sheet = next((cells for name, cells in self.book.sheets.items() if name.lower() == wanted), None)
        if sheet is None:
            return None
        at = (top, left)
        if at in sheet.children:
            at = sheet.children[at].master
        cell = sheet.formulas.get(at)
        return (cell.text, cell.kind, cell.dynamic) if cell else ("", "normal", False)


_SPECIAL: dict[str, Callable[[_Writer, Call, str], str | None]] = {
    "SINGLE": _Writer.single,
    "ANCHORARRAY": _Writer.spilled,
    "ROW": _Writer.numbers,
    "COLUMN": _Writer.numbers,
    "FORMULATEXT": _Writer.formula_text,
    "ISFORMULA": _Writer.is_formula,
}


def beside(sheet: str, area: Area, seat: Seat) -> str:
    """The one cell of a row or column that stands beside the formula, or #VALUE!."""
    top, left, bottom, right = area
    if left == right and top <= seat.row <= bottom:
        top = seat.row
    elif top == bottom and left <= seat.column <= right:
        left = seat.column
    elif (top, left) != (bottom, right):
        return "#VALUE!"
    return f"{sheet}!{cell_name(top, left)}" if sheet else cell_name(top, left)


def in_order(text: str) -> str:
    """An area with its upper left corner first; the engine fails on any other."""
    head, colon, last = text.rpartition(":")
    sheet, bang, first = head.rpartition("!")
    if not (first[-1:].isdigit() and last[-1:].isdigit()) or not any(map(str.isalpha, first)):
        return text
    top, left, bottom, right = parse_area(f"{first}:{last}")
    if cell_name(top, left) == first.replace("$", "").upper():
        return text
    return f"{sheet}{bang}{cell_name(top, left)}:{cell_name(bottom, right)}"


def _is_wide(expression: Expression, mode: str) -> bool:
    """Whether an argument is an array or an area rather than one value."""
    if mode != "A" and syntax.is_operated(expression):
        mode = "V"
    for node in expression:
        if isinstance(node, Literal):
            return True
        if isinstance(node, Group) and _is_wide(node.inner, mode):
            return True
        if isinstance(node, Word) and mode != "V" and (node.text == "#" or _is_area(node)):
            return True
        if isinstance(node, Call) and _call_is_wide(node, mode):
            return True
    return False


def _call_is_wide(call: Call, mode: str) -> bool:
    name = call.name.upper()
    if name == ARRAY_WORD:
        return True
    if sums_up(name):
        return False
    if name in ("OFFSET", "INDIRECT", "INDEX", "XLOOKUP") or may_fetch_area(name):
        return mode != "V" and name not in ("INDEX", "XLOOKUP")
    letters = [letter(name, place) for place in range(len(call.arguments))]
    return any(
        _is_wide(argument, mode if mode == "A" or kind == "=" else kind)
        for argument, kind in zip(call.arguments, letters, strict=True)
        if kind in "V="
    )


def _is_area(word: Word) -> bool:
    if not word.is_reference or ":" not in word.text:
        return False
    known = syntax.read_reference(word.text)
    return known is not None and known[1][:2] != known[1][2:]


def _may_spill(expression: Expression) -> bool:
    """Whether a formula that is no array may give one, its areas having been cut to a cell."""
    if syntax.is_joined(expression):
        return True
    for node in expression:
        if isinstance(node, Literal) or (isinstance(node, Word) and node.text == "#"):
            return True
        if isinstance(node, Group) and _may_spill(node.inner):
            return True
        if isinstance(node, Call) and not sums_up(node.name.upper()):
            name = node.name.upper()
            if name == ARRAY_WORD or may_fetch_area(name):
                return True
            if any(_may_spill(a) for i, a in enumerate(node.arguments) if letter(name, i) in "V="):
                return True
    return False
