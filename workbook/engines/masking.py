"""SUMIF and its kin over cells with errors, which formualizer passes over without a word.

Excel shows the error of a cell that is to be added up. So for every kind of error
there is a mirror of the sheet with a 1 where the error stands, and the formula first
adds those up under the same conditions.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

import formualizer as fz

from workbook.engines import syntax
from workbook.engines.dialect import CONDITIONAL
from workbook.engines.roots import Cell
from workbook.engines.syntax import Call, Expression, Group, Node, Word
from workbook.engines.values import EXCEL_KINDS
from workbook.references import Area, Position


class Masked:
    """A formula that may pass over errors: as it was, and the kinds it has been told to look for."""

    def __init__(self, text: str, cell: Cell) -> None:
        self.text = text
        found = summed(text[1:], cell[0])
        self.areas = [area for area in found if area is not None]
        self.unknown = len(self.areas) < len(found)
        self.kinds: list[tuple[str, ...]] = [() for _ in self.areas]


class Mirrors:
    """The sheets that say where the errors of each kind are."""

    def __init__(self, engine: fz.Workbook, name: str) -> None:
        self.engine = engine
        self.name = name
        self._noted: set[tuple[str, Position]] = set()
        self._rows: dict[str, dict[str, dict[int, list[int]]]] = {}  # by sheet, kind and column, in order
        self._sheets: dict[tuple[str, str], str] = {}

    def note(self, errors: Iterable[tuple[str, Position, str]]) -> bool:
        """Take in errors as sheet, cell and the engine's kind; whether any is new."""
        before = len(self._noted)
        for name, position, kind in errors:
            sheet = name.lower()
            if (sheet, position) not in self._noted and kind in EXCEL_KINDS:
                self._noted.add((sheet, position))
                columns = self._rows.setdefault(sheet, {}).setdefault(kind, {})
                insort(columns.setdefault(position[1], []), position[0])
                self.engine.set_value(self._mirror(sheet, kind), *position, 1.0)
        return len(self._noted) > before

    def _mirror(self, sheet: str, kind: str) -> str:
        if (sheet, kind) not in self._sheets:
            self._sheets[sheet, kind] = f"{self.name}{len(self._sheets) + 1}"
            self.engine.add_sheet(self._sheets[sheet, kind])
        return self._sheets[sheet, kind]

    def kinds_in(self, sheet: str, area: Area) -> tuple[str, ...]:
        """The kinds of error in an area, the first one first."""
        top, left, bottom, right = area
        found: dict[str, Position] = {}
        for kind, columns in self._rows.get(sheet.lower(), {}).items():
            for column, rows in columns.items():
                place = bisect_left(rows, top)
                if left <= column <= right and place < len(rows) and rows[place] <= bottom:
                    found[kind] = min(found.get(kind, (rows[place], column)), (rows[place], column))
        return tuple(sorted(found, key=lambda kind: found[kind]))

    def unmasked(self, text: str, sheet: str) -> str:
        """A formula that shows the errors it would pass over."""
        return syntax.spell(_Unmasking(self, sheet).expression(syntax.parse(text)))

    def reference(self, sheet: str, kind: str, text: str) -> str:
        """The same area on the mirror."""
        return f"{self._mirror(sheet.lower(), kind)}!{text.rpartition('!')[2]}"


def summed(text: str, sheet: str) -> list[tuple[str, Area] | None]:
    """The areas whose cells a formula adds up under conditions; None for one that is worked out."""
    found = (_summed(call, sheet) for call in syntax.calls(syntax.parse(text)))
    return [area for is_one, area in found if is_one]


def _summed(call: Call, sheet: str) -> tuple[bool, tuple[str, Area] | None]:
    """Whether a call adds up one area under conditions on others, and that area where it is known."""
    place = _place(call)
    if place is None:
        return False, None
    known = syntax.area(call.arguments[place])
    if known is None:
        return True, None
    area = known[1] if place == 0 else _stretched(known[1], syntax.area(call.arguments[0]))
    return True, (known[0].strip("'").replace("''", "'") or sheet, area)


def _place(call: Call) -> int | None:
    """Which argument is added up; none where it is the one that meets the condition, as no error does."""
    name = call.name.upper()
    if name not in CONDITIONAL:
        return None
    place = 0 if name.endswith("IFS") else 2
    return place if place < len(call.arguments) else None


class _Unmasking:
    """Rewrites one formula of a sheet."""

    def __init__(self, mirrors: Mirrors, sheet: str) -> None:
        self.mirrors = mirrors
        self.sheet = sheet

    def expression(self, nodes: Expression) -> Expression:
        return [self.node(node) for node in nodes]

    def node(self, node: Node) -> Node:
        if isinstance(node, Group):
            return Group(self.expression(node.inner))
        if not isinstance(node, Call):
            return node
        call = Call(node.name, [self.expression(argument) for argument in node.arguments])
        return self.checked(call)

    def checked(self, call: Call) -> Node:
        place, (_, known) = _place(call), _summed(call, self.sheet)
        if place is None or known is None:
            return call
        text = syntax.spell(syntax.significant(call.arguments[place]))
        result: Node = call
        for kind in reversed(self.mirrors.kinds_in(*known)):
            mirrored = list(call.arguments)
            mirrored[place] = [Word(self.mirrors.reference(known[0], kind, text), "Operand")]
            found = Call("SUMIFS" if place == 0 else "SUMIF", mirrored)
            error: Expression = [Word(EXCEL_KINDS[kind].value, "Operand")]
            result = Call("IF", [[found, Word(">0", "OpInfix")], error, [result]])
        return result


def _stretched(area: Area, over: tuple[str, Area] | None) -> Area:
    """The area that SUMIF adds up: as large as the one it looks through."""
    if over is None:
        return area
    top, left, _, _ = area
    return top, left, top + over[1][2] - over[1][0], left + over[1][3] - over[1][1]
