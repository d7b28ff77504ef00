"""Functions of one value called with many: worked out value by value on a sheet of the engine's own.

formualizer gives `LEN(A1:A9)` the length of A1 and `MONTH(A1:A9)` an error. Here such
a call becomes a block of formulas on a scratch sheet, and its block stands in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import formualizer as fz

from workbook.engines import syntax
from workbook.engines.parameters import is_known, letter, sums_up
from workbook.engines.syntax import Call, Expression, Group, Literal, Node, Word
from workbook.formula import ARRAY_WORD, Seat, UnsupportedError
from workbook.references import LAST_COLUMN, Position, cell_name, quote_sheet

MOST_CELLS = 20_000

_BROADCASTING = frozenset(("IF", "IFERROR", "IFNA", "SIN", "COS", "TAN"))
_MAKING = frozenset(("SEQUENCE", "RANDARRAY", "TEXTSPLIT", "LET", "MUNIT"))
_WITHOUT_HOME = frozenset(("INDIRECT", "CELL"))


@dataclass(frozen=True, slots=True)
class Grid:
    """Formula texts by row and column; one of a single row or column stands for all."""

    rows: int
    columns: int
    at: Callable[[int, int], str]


class Scratch:
    """A sheet beside those of the workbook, where blocks of formulas are worked out."""

    def __init__(self, engine: fz.Workbook, name: str) -> None:
        self.engine = engine
        self.name = name
        self.formulas: dict[Position, str] = {}
        self._blocks: dict[str, str] = {}
        self._column = 1

    def block(self, key: str, grid: Grid) -> str:
        """The area that holds the formulas of a grid; the same key is the same area."""
        if key not in self._blocks:
            self._blocks[key] = self._placed(grid)
        return self._blocks[key]

    def _placed(self, grid: Grid) -> str:
        if not self.formulas:
            self.engine.add_sheet(self.name)
        if self._column + grid.columns > LAST_COLUMN:
            raise UnsupportedError("works value by value on more areas than fit")
        first = self._column
        self._column += grid.columns + 1
        for row in range(grid.rows):
            for column in range(grid.columns):
                text = grid.at(row, column)
                try:
                    self.engine.set_formula(self.name, row + 1, first + column, f"={text}")
                except RuntimeError as error:
                    raise UnsupportedError(f"is no formula the engine can read: {error}") from None
                self.formulas[row + 1, first + column] = f"={text}"
        last = cell_name(grid.rows, first + grid.columns - 1)
        return f"{self.name}!{cell_name(1, first)}:{last}"


def needs_lifting(call: Call, mode: str) -> bool:
    """Whether a call gives a function many values where it wants one."""
    name = call.name.upper()
    if not is_known(name) or name in _BROADCASTING:
        return False
    return any(
        letter(name, place) == "V" and is_wide(argument, "A" if mode == "A" else "V")
        for place, argument in enumerate(call.arguments)
    )


def is_wide(expression: Expression, mode: str) -> bool:
    """Whether an argument is an array or an area rather than one value."""
    if mode != "A" and syntax.is_operated(expression):
        mode = "V"
    return any(_node_is_wide(node, mode) for node in expression)


def _node_is_wide(node: Node, mode: str) -> bool:
    if isinstance(node, Literal):
        return True
    if isinstance(node, Group):
        return is_wide(node.inner, mode)
    if isinstance(node, Word):
        return mode != "V" and (node.text == "#" or (":" in node.text and node.is_reference))
    name = node.name.upper()
    if name in (ARRAY_WORD, "ANCHORARRAY"):
        return mode != "V"
    if sums_up(name) or name == "SINGLE":
        return False
    if name in _MAKING:
        return mode != "V"
    if not is_known(name):
        return mode != "V" and any(is_wide(argument, mode) for argument in node.arguments)
    if name in ("OFFSET", "INDIRECT"):
        return mode != "V"
    if name in ("ROW", "COLUMN"):
        return mode == "A" and bool(node.arguments) and is_wide(node.arguments[0], "R")
    letters = [letter(name, place) for place in range(len(node.arguments))]
    return any(
        is_wide(argument, mode if mode == "A" or kind == "=" else kind)
        for argument, kind in zip(node.arguments, letters, strict=True)
        if kind in "V="
    )


def lifted(call: Call, seat: Seat, write: Callable[[Call], str], scratch: Scratch) -> str:
    """The area of the scratch sheet that holds what a call gives for each value."""
    home = Qualified(seat)
    qualified = home.call(call)
    grid = _Grids(write, seat).call(qualified)
    if grid.rows * grid.columns > MOST_CELLS:
        raise UnsupportedError(f"works on each of more than {MOST_CELLS:,} values in one call of {call.name}")
    return scratch.block(syntax.spell_node(qualified), grid)


class Qualified:
    """A tree whose references name their sheet, so that it means the same anywhere."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.prefix = quote_sheet(seat.sheet) + "!"

    def expression(self, nodes: Expression) -> Expression:
        """The nodes as they read anywhere; raises UnsupportedError where they cannot."""
        return [self.node(node) for node in nodes]

    def node(self, node: Node) -> Node:
        """One of them."""
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, Group):
            return Group(self.expression(node.inner))
        if isinstance(node, Word) and node.is_reference and "!" not in node.text:
            return Word(self.prefix + node.text, node.kind, node.part)
        return node

    def call(self, call: Call) -> Call:
        """A call, with what depends on its place filled in."""
        name = call.name.upper()
        if name in _WITHOUT_HOME:
            raise UnsupportedError(f"works on many values with {name}")
        if name in ("ROW", "COLUMN") and not call.arguments:
            number = self.seat.row if name == "ROW" else self.seat.column
            return Call("ABS", [[Word(str(number), "Operand", "Number")]])
        return Call(call.name, [self.expression(argument) for argument in call.arguments])


class _Grids:
    """What each node of a tree is for every single value."""

    def __init__(self, write: Callable[[Call], str], seat: Seat) -> None:
        self.write = write
        self.seat = seat

    def expression(self, nodes: Expression) -> Grid:
        if syntax.is_joined(nodes) or syntax.spell(nodes[-1:]) == "#":
            raise UnsupportedError("works on each value of an area that is not known beforehand")
        return _combined([self.node(node) for node in nodes], "".join)

    def node(self, node: Node) -> Grid:
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, Group):
            return _combined([self.expression(node.inner)], lambda texts: f"({texts[0]})")
        if isinstance(node, Literal):
            return _literal(node.text)
        if node.is_reference and ":" in node.text:
            return _cells(node.text)
        return _one(node.text)

    def call(self, call: Call) -> Grid:
        name = call.name.upper()
        if name == ARRAY_WORD:
            return _combined([self.expression(call.arguments[0])], lambda texts: f"({texts[0]})")
        if name in ("ROW", "COLUMN") and len(call.arguments) == 1 and is_wide(call.arguments[0], "A"):
            return _numbers(name, call.arguments[0])
        if not _node_is_wide(call, "A") and not needs_lifting(call, "A"):
            return _one(self.write(call))
        if not is_known(name) or name in ("OFFSET", "INDIRECT"):
            raise UnsupportedError(f"works on each value that {name} gives")
        return _combined(
            [self.argument(call, place) for place in range(len(call.arguments))], self.joined(call)
        )

    def argument(self, call: Call, place: int) -> Grid:
        argument = call.arguments[place]
        if not argument:
            return _one("")
        if letter(call.name.upper(), place) in "V=":
            return self.expression(argument)
        return _one(self.write(Call("", [argument]))[1:-1])

    def joined(self, call: Call) -> Callable[[list[str]], str]:
        """Writes the call for one value, with whatever stands for the function here."""

        def join(texts: list[str]) -> str:
            arguments: list[Expression] = [[Word(text, "Operand")] if text else [] for text in texts]
            return self.write(Call(call.name, arguments))

        return join


def _one(text: str) -> Grid:
    return Grid(1, 1, lambda row, column: text)


def _combined(grids: list[Grid], join: Callable[[list[str]], str]) -> Grid:
    """Grids side by side, stretched to one size; beyond the end of a shorter one is #N/A."""

    def at(row: int, column: int) -> str:
        texts = []
        for grid in grids:
            r, c = row if grid.rows > 1 else 0, column if grid.columns > 1 else 0
            texts.append(grid.at(r, c) if r < grid.rows and c < grid.columns else "#N/A")
        return join(texts)

    rows, columns = max((g.rows for g in grids), default=1), max((g.columns for g in grids), default=1)
    return Grid(rows, columns, at)


def _cells(text: str) -> Grid:
    sheet, top, left, bottom, right = _corners(text)
    return Grid(
        bottom - top + 1,
        right - left + 1,
        lambda row, column: f"{sheet}!{cell_name(top + row, left + column)}",
    )


def _numbers(name: str, argument: Expression) -> Grid:
    _, top, left, bottom, right = _corners(syntax.spell(syntax.significant(argument)))
    if name == "ROW":
        return Grid(bottom - top + 1, 1, lambda row, column: str(top + row))
    return Grid(1, right - left + 1, lambda row, column: str(left + column))


def _corners(text: str) -> tuple[str, int, int, int, int]:
    known = syntax.read_reference(text)
    if known is None:
        raise UnsupportedError("works on each value of an area that is not known beforehand")
    return known[0], *known[1]


def _literal(text: str) -> Grid:
    rows: list[list[str]] = [[""]]
    quoted = False
    for sign in text[1:-1]:
        quoted ^= sign == '"'
        if sign == ";" and not quoted:
            rows.append([""])
        elif sign == "," and not quoted:
            rows[-1].append("")
        else:
            rows[-1][-1] += sign
    return Grid(len(rows), len(rows[0]), lambda row, column: rows[row][column].strip())
