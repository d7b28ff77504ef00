"""Formulas as formualizer must be told them so that it does what Excel does.

It takes areas whole where Excel takes the cell beside the formula, gives one number
for the rows of an area, and works most functions out for the first of many values;
such calls are written another way here. `workbook.formula` has had the formula before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from workbook.book import Book
from workbook.engines import syntax
from workbook.engines.corrections import ALWAYS, OVER_ARRAYS
from workbook.engines.formula_cells import IS_FORMULA
from workbook.engines.given import PREFIX
from workbook.engines.hidden import HiddenRows, visible
from workbook.engines.lifting import Scratch, is_wide, lifted, needs_lifting
from workbook.engines.parameters import is_fetching, is_known, letter, sums_up
from workbook.engines.syntax import Call, Expression, Group, Literal, Node, Word
from workbook.formula import ARRAY_WORD, Seat, UnsupportedError
from workbook.references import Area, cell_name, parse_area
from workbook.sheetxml import Sheet

CONDITIONAL = frozenset(("SUMIF", "AVERAGEIF", "SUMIFS", "AVERAGEIFS", "MAXIFS", "MINIFS"))
"""The functions that pass over an error in a cell that they should add up."""

# What Excel takes for an argument left out between commas, where the engine takes 0.
_DEFAULTS = {
    ("LINEST", 2): "TRUE", ("LOGEST", 2): "TRUE", ("TREND", 3): "TRUE", ("GROWTH", 3): "TRUE",
    ("WORKDAY.INTL", 2): "1", ("NETWORKDAYS.INTL", 2): "1", ("ADDRESS", 2): "1", ("ADDRESS", 3): "TRUE",
    ("CEILING.MATH", 1): "1", ("FLOOR.MATH", 1): "1",
}  # fmt: skip
_AS_WRITTEN = re.compile(r"_xlfn\.|_xlws\.|_xlpm\.|_xludf\.", re.IGNORECASE)
_LONGEST = 8_192


class Spoken(NamedTuple):
    """A formula for the engine, and what must be looked at after it is worked out.

    A `particular` one means something else in another cell, or with other references.
    """

    text: str
    may_spill: bool
    conditional: bool
    particular: bool
    undefined: tuple[str, ...] = ()


class Dialect:
    """Writes the formulas of one workbook."""

    def __init__(self, book: Book, scratch: Scratch) -> None:
        self.book = book
        self.scratch = scratch
        self.hidden = HiddenRows(book)

    def spoken(self, text: str, seat: Seat, *, array: bool) -> Spoken:
        """The engine's formula for one without `=`; raises UnsupportedError where there is none."""
        expression = parsed(text)
        writer = _Writer(seat, self)
        written = writer.expression(expression, "A" if array else "V")
        conditional = any(call.name.upper() in CONDITIONAL for call in syntax.calls(expression))
        return Spoken(written, not array and _may_spill(expression), conditional, writer.particular)


def parsed(text: str) -> Expression:
    """The tree of a formula; raises UnsupportedError where it cannot be read."""
    try:
        return syntax.without_lets(syntax.parse(text))
    except ValueError as error:
        raise UnsupportedError(f"is no formula that can be read: {error}") from None


class _Writer:
    """Writes one formula; a mode is a letter of `parameters`, as the surroundings work."""

    def __init__(self, seat: Seat, dialect: Dialect) -> None:
        self.seat = seat
        self.book = dialect.book
        self.scratch = dialect.scratch
        self.hidden = dialect.hidden
        self.particular = False

    def expression(self, nodes: Expression, mode: str) -> str:
        if mode != "A" and syntax.is_operated(nodes):
            mode = "V"
        if syntax.is_joined(nodes):
            shared = self.intersection(nodes)
            if shared is not None:
                return shared
            mode = "A" if mode == "A" else "R"
        pieces: list[str] = []
        cut = False
        for place, node in enumerate(nodes):
            if isinstance(node, Word) and node.text == "@" and node.kind == "OpPrefix":
                cut = True
                continue
            spilled = place + 1 < len(nodes) and syntax.spell_node(nodes[place + 1]) == "#"
            pieces.append(self.node(node, "V" if cut else "R" if spilled and mode != "A" else mode))
            cut = cut and isinstance(node, Word) and node.kind == "Whitespace"
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
        if mode == "V":
            self.particular = True
            return beside(*known, self.seat)
        return in_order(text)

    def call(self, call: Call, mode: str) -> str:
        name = call.name.upper()
        if name == ARRAY_WORD:
            return f"({self.expression(call.arguments[0], 'A')})"
        special = _SPECIAL.get(name)
        written = special(self, call, mode) if special else None
        if written is not None:
            return written
        if name not in OVER_ARRAYS and needs_lifting(call, mode):
            self.particular = True
            return lifted(call, self.seat, lambda part: self.call(part, "A"), self.scratch)
        replaced = name in ALWAYS or (
            name in OVER_ARRAYS and any(is_wide(a, "A" if mode == "A" else "V") for a in call.arguments)
        )
        return f"{PREFIX + name if replaced else call.name}({','.join(self.arguments(call, name, mode))})"

    def arguments(self, call: Call, name: str, mode: str) -> list[str]:
        written = []
        for place, argument in enumerate(call.arguments):
            kind = letter(name, place)
            inner = "A" if mode == "A" else mode if kind == "=" else kind
            nodes = syntax.significant(argument)
            if not nodes and (name, place) in _DEFAULTS:
                written.append(_DEFAULTS[name, place])
                continue
            if (
                sums_up(name)
                and len(nodes) == 1
                and isinstance(nodes[0], Group)
                and syntax.is_list(nodes[0].inner)
            ):
                argument = nodes[0].inner  # the engine knows no (A1,B2), but SUM does not need it
            written.append(self.expression(argument, inner))
        return written

    def intersection(self, nodes: Expression) -> str | None:
        """What two areas have in common, where a blank stands between them."""
        words = syntax.significant(nodes)
        if len(words) != 3 or syntax.spell_node(words[1]) != " ":
            return None
        first, second = syntax.area(words[:1]), syntax.area(words[2:])
        if first is None or second is None or (second[0] and second[0] != first[0]):
            return None
        self.particular = True
        top, left = (max(a, b) for a, b in zip(first[1][:2], second[1][:2], strict=True))
        bottom, right = (min(a, b) for a, b in zip(first[1][2:], second[1][2:], strict=True))
        if top > bottom or left > right:
            return "#NULL!"
        area = f"{cell_name(top, left)}:{cell_name(bottom, right)}" if (top, left) != (bottom, right) else ""
        return (f"{first[0]}!" if first[0] else "") + (area or cell_name(top, left))

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
        if mode != "A" or len(call.arguments) != 1 or not is_wide(call.arguments[0], "A"):
            return None
        area = self.expression(call.arguments[0], "R")
        if call.name.upper() == "ROW":
            return f"SEQUENCE(ROWS({area}),1,ROW({area}))"
        return f"SEQUENCE(1,COLUMNS({area}),COLUMN({area}))"

    def lookup(self, call: Call, mode: str) -> str | None:
        """LOOKUP in an array that is worked out, where the engine passes over no errors."""
        if len(call.arguments) < 2 or syntax.area(call.arguments[1]) or is_wide(call.arguments[0], mode):
            return None
        return f"{PREFIX}LOOKUP({','.join(self.arguments(call, 'LOOKUP', mode))})"

    def found(self, call: Call, mode: str) -> str | None:
        """XLOOKUP of the next smaller or larger, which the engine finds in sorted areas only."""
        given = [syntax.spell(argument).strip() for argument in call.arguments]
        if len(given) < 5:
            return None
        self.particular = True  # it hangs on a number in the formula
        if given[4] not in ("1", "-1") or needs_lifting(call, mode):
            return None
        results = syntax.area(call.arguments[2])
        if results is None or (results[1][0] != results[1][2] and results[1][1] != results[1][3]):
            return None
        written = self.arguments(call, "XLOOKUP", mode)
        place = f"{PREFIX}XMATCH({','.join([*written[:2], *written[4:]])})"
        return f"IFNA(INDEX({written[2]},{place}),{written[3] or '#N/A'})"

    def taken(self, call: Call, mode: str) -> str | None:
        """TAKE of columns only, of which the engine takes none."""
        if len(call.arguments) != 3 or syntax.significant(call.arguments[1]):
            return None
        area = self.expression(call.arguments[0], "A" if mode == "A" else "R")
        return f"TAKE({area},ROWS({area}),{self.expression(call.arguments[2], 'V')})"

    def subtotal(self, call: Call, mode: str) -> str | None:
        """SUBTOTAL without the rows that are hidden, of which the engine does not know."""
        if not self.hidden.anywhere:
            return None
        self.particular = True
        code = syntax.spell(call.arguments[0]).strip() if call.arguments else ""
        written = [code]
        for argument in call.arguments[1:]:
            if not code.isdigit() and self.hides(argument, by_filter=False):
                raise UnsupportedError("uses SUBTOTAL over hidden rows with a code that is worked out")
            parts = self.shown(argument, by_filter=len(code) < 3)
            written += [self.expression(argument, "R")] if parts is None else parts
        return f"SUBTOTAL({','.join(written)})"

    def aggregate(self, call: Call, mode: str) -> str | None:
        """AGGREGATE, which may have to pass over hidden rows too."""
        option = syntax.spell(call.arguments[1]).strip() if len(call.arguments) > 2 else "0"
        self.particular |= self.hidden.anywhere
        if option not in ("0", "2", "4", "6") and any(
            self.hides(a, by_filter=False) for a in call.arguments[2:]
        ):
            raise UnsupportedError("uses AGGREGATE over hidden rows")
        return None

    def hides(self, argument: Expression, *, by_filter: bool) -> bool:
        """Whether hidden rows may be among the cells of an argument."""
        return self.shown(argument, by_filter=by_filter) is not None

    def shown(self, argument: Expression, *, by_filter: bool) -> list[str] | None:
        """The parts of an area that are not hidden; None where nothing is."""
        known = syntax.area(argument)
        sheet = known[0].strip("'").replace("''", "'") if known and known[0] else self.seat.sheet
        hidden = self.hidden.of(sheet, by_filter=by_filter)
        if by_filter and known and self.hidden.in_table(sheet, known[1]):
            raise UnsupportedError("passes over rows of a table if its filter hides them")
        if not hidden:
            return None
        if known is None:
            raise UnsupportedError("passes over hidden rows in an area that is worked out")
        parts = visible(known[1], hidden)
        if parts == [known[1]]:
            return None
        if not parts:
            raise UnsupportedError("passes over hidden rows and finds no other")
        prefix = f"{known[0]}!" if known[0] else ""
        return [f"{prefix}{cell_name(t, f)}:{cell_name(b, r)}" for t, f, b, r in parts]

    def formula_text(self, call: Call, mode: str) -> str | None:
        """The text of a formula, which the engine only knows in its own spelling."""
        if self.many(call, mode):
            raise UnsupportedError("uses FORMULATEXT of many cells at once")
        cell = self.stored(call)
        if cell is None:
            return None
        text, fixed = cell
        shown = "=" + _AS_WRITTEN.sub("", text)
        if fixed:
            shown = "{" + shown + "}"
        return '"' + shown.replace('"', '""') + '"' if text and len(shown) < _LONGEST else "#N/A"

    def is_formula(self, call: Call, mode: str) -> str | None:
        """Whether cells hold formulas, which the engine only knows of the first of them."""
        known = self.many(call, mode)
        if known is not None:
            sheet, area = known
            self.particular = True
            return f'{PREFIX}{IS_FORMULA}("{sheet}",{",".join(map(str, area))})'
        cell = self.stored(call)
        return None if cell is None else str(bool(cell[0])).upper()

    def many(self, call: Call, mode: str) -> tuple[str, Area] | None:
        """The area that a call looks at cell by cell; None where it looks at one cell."""
        known = syntax.area(call.arguments[0]) if len(call.arguments) == 1 and mode == "A" else None
        if known is None or known[1][:2] == known[1][2:]:
            return None
        sheet = known[0].strip("'").replace("''", "'") or self.seat.sheet
        return (sheet.replace('"', '""'), known[1]) if self.sheet(sheet) else None

    def stored(self, call: Call) -> tuple[str, bool] | None:
        """The formula of the first cell that a call refers to, and whether it is an array of fixed size."""
        known = syntax.area(call.arguments[0]) if len(call.arguments) == 1 else None
        if known is None:
            return None
        self.particular = True
        sheet = self.sheet(known[0].strip("'").replace("''", "'") or self.seat.sheet)
        if sheet is None:
            return None
        at = known[1][:2]
        at = sheet.children[at].master if at in sheet.children else at
        cell = sheet.formulas.get(at)
        return (cell.text, cell.kind == "array" and not cell.dynamic) if cell else ("", False)

    def sheet(self, wanted: str) -> Sheet | None:
        """A sheet of the workbook by its name in any case."""
        return next((s for name, s in self.book.sheets.items() if name.lower() == wanted.lower()), None)


_SPECIAL: dict[str, Callable[[_Writer, Call, str], str | None]] = {
    "SINGLE": _Writer.single,
    "ANCHORARRAY": _Writer.spilled,
    "ROW": _Writer.numbers,
    "COLUMN": _Writer.numbers,
    "LOOKUP": _Writer.lookup,
    "SUBTOTAL": _Writer.subtotal,
    "AGGREGATE": _Writer.aggregate,
    "XLOOKUP": _Writer.found,
    "TAKE": _Writer.taken,
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
    head, _, last = text.rpartition(":")
    sheet, bang, first = head.rpartition("!")
    if not (first[-1:].isdigit() and last[-1:].isdigit()) or not any(map(str.isalpha, first)):
        return text
    top, left, bottom, right = parse_area(f"{first}:{last}")
    if cell_name(top, left) == first.replace("$", "").upper():
        return text
    return f"{sheet}{bang}{cell_name(top, left)}:{cell_name(bottom, right)}"


def _may_spill(expression: Expression) -> bool:
    """Whether a formula that is no array may give one, its areas having been cut to a cell."""
    return syntax.is_joined(expression) or any(map(_node_may_spill, expression))


def _node_may_spill(node: Node) -> bool:
    if isinstance(node, Literal) or (isinstance(node, Word) and node.text == "#"):
        return True
    if isinstance(node, Group):
        return _may_spill(node.inner)
    if isinstance(node, Word) or sums_up(node.name.upper()):
        return False
    name = node.name.upper()
    if is_fetching(name) or not is_known(name):
        return True
    return any(_may_spill(a) for place, a in enumerate(node.arguments) if letter(name, place) in "V=")
