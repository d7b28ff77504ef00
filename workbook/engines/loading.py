"""The formulas of a workbook on their way into the engine, and those that stay as the file has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import count

import formualizer as fz

from engine.errors import CellError, ErrorKind
from workbook.book import Book, Place
from workbook.engines import syntax
from workbook.engines.corrections import MISSING
from workbook.engines.dialect import CONDITIONAL, Dialect, in_order
from workbook.engines.given import PREFIX
from workbook.engines.lifting import Scratch
from workbook.engines.masking import Masked
from workbook.engines.roots import Cell
from workbook.engines.told import Told
from workbook.engines.values import is_unknown, to_engine
from workbook.engines.wording import Wording
from workbook.formula import Respeller, UnsupportedError
from workbook.our_names import addin_links
from workbook.references import Area, Position, parse_area
from workbook.sheetxml import FormulaCell

MOST_FILLED = 50_000
_PART = 90_000
_READ_OTHERWISE = frozenset(("SINGLE", "ANCHORARRAY"))
_INDIRECT = ("INDIRECT(", "OFFSET(")


class Formulas:
    """Every formula cell: its text for the engine, or the reason why its stored value is kept."""

    def __init__(
        self, book: Book, engine: fz.Workbook, ours: Collection[str], kept: Mapping[Cell, str] | None = None
    ) -> None:
        self.book = book
        self.engine = engine
        self.texts = Told(book)
        self.kept = dict(kept or {})
        self.undefined: dict[Cell, tuple[str, ...]] = {}
        self.may_spill: list[Cell] = []
        self.conditional: set[Cell] = set()
        self.shortened: set[Cell] = set()
        self.snapped: set[Cell] = set()
        self.masked: dict[Cell, Masked] = {}
        self.scratch = Scratch(engine, _free_name(book))
        respeller = Respeller(
            list(book.sheets), book.package.defined_names, book.package.tables, ours, _nobody_has,
            addin_links(book.package),
        )  # fmt: skip
        self.wording = Wording(respeller, Dialect(book, self.scratch))

    def load(self) -> None:
        """Give the engine every formula that it can be told."""
        loaded = 0
        for sheet, cells in self.book.sheets.items():
            for position, cell in cells.formulas.items():
                if not self.kept or (sheet, position) not in self.kept:
                    self.load_formula(sheet, position, cell)
                    loaded += 1
                    if loaded % _PART == 0:
                        self._take_in(sheet, position)
        for position, text in self.scratch.formulas.items():
            if any(f"{name}(" in text.upper() for name in CONDITIONAL):
                self.texts[self.scratch.name, position] = text
                self.conditional.add((self.scratch.name, position))

    def _take_in(self, sheet: str, position: Position) -> None:
        """Let the engine make room for what it was told so far, by asking for one cell of it.

        Making room for all formulas of a large workbook at once takes a quarter more memory. What
        it works out here it works out again when what it reads is loaded; only spills would stay.
        """
        if not self.has_arrays:
            with suppress(Exception):  # it says so again when all is worked out
                self.engine.evaluate_cell(sheet, *position)

    def load_formula(self, sheet: str, position: Position, cell: FormulaCell) -> None:
        """Give the engine one formula, or keep what the file has for it."""
        at = (sheet, position)
        if cell.kind == "datatable":
            self.keep(at, "is a what-if data table, which is not recalculated")
            return
        array = cell.kind == "array"
        try:
            area = _fixed_area(cell) if array else None
            spoken = self.wording.spoken(cell.text, sheet, position, array=array)
            text = "=" + (_filling(spoken.text, area) if area else spoken.text)
            self.engine.set_formula(sheet, *position, text)
        except UnsupportedError as error:
            self.keep(at, str(error))
        except RuntimeError as error:
            self.keep(at, f"is no formula the engine can read: {_first_line(error)}")
        else:
            self.texts[at] = text
            if spoken.undefined:
                self.undefined[at] = spoken.undefined
            if spoken.may_spill:
                self.may_spill.append(at)
            if spoken.conditional:
                self.conditional.add(at)

    def keep(self, cell: Cell, reason: str) -> None:
        """Let a cell stand for what the file has cached, so that its dependents can be worked out."""
        sheet, position = cell
        cached = self.book.sheets[sheet].formulas[position].value
        self.kept[cell] = reason
        self.texts.pop(cell, None)
        stands_for = CellError(ErrorKind.NAME) if cached is None else cached
        self.engine.set_value(sheet, *position, to_engine(stands_for))
        if self.book.sheets[sheet].formulas[position].kind == "array":
            for child in self.children[cell]:
                value = self.book.sheets[sheet].children[child].value
                self.engine.set_value(sheet, *child, to_engine(value))

    @cached_property
    def has_arrays(self) -> bool:
        """Whether any formula of the workbook fills other cells too."""
        return any(cells.children for cells in self.book.sheets.values()) or any(
            cell.kind == "array" for cells in self.book.sheets.values() for cell in cells.formulas.values()
        )

    @cached_property
    def children(self) -> defaultdict[Cell, list[Position]]:
        """The cells that each array fills."""
        found: defaultdict[Cell, list[Position]] = defaultdict(list)
        for sheet, cells in self.book.sheets.items():
            for position, child in cells.children.items():
                found[sheet, child.master].append(position)
        return found

    def replace(self, cell: Cell, text: str) -> None:
        """Give the engine another formula for a cell."""
        sheet, position = cell
        try:
            self.engine.set_formula(sheet, *position, text)
            self.texts[cell] = text
        except RuntimeError as error:
            if sheet != self.scratch.name:
                self.keep(cell, f"is nested too deeply to be put right: {_first_line(error)}")

    def put_in_order(self) -> None:
        """Turn areas such as A9:A1 round, which the engine cannot evaluate."""
        for cell, text in list(self.texts.items()):
            if ":" in text:
                turned = "=" + syntax.spell(_in_order(syntax.parse(text[1:])))
                if turned != text:
                    self.replace(cell, turned)

    def keep_indirect(self) -> None:
        """Keep the formulas whose references are worked out, which the engine can lose its way in."""
        for cell, text in list(self.texts.items()):
            if cell[0] != self.scratch.name and any(call in text.upper() for call in _INDIRECT):
                self.keep(cell, "has a reference that is worked out, on which the engine gave up")

    def terms_sheet(self) -> str:
        """A sheet for parts of formulas that are looked at by themselves."""
        name = f"{self.scratch.name}_terms"
        if name not in self.engine.sheet_names:
            self.engine.add_sheet(name)
        return name

    def callers(self, function: str) -> tuple[str, int]:
        """The first cell whose formula calls a function, and how many do."""
        found = [cell for cell, text in self.texts.items() if f"{function}(" in text.upper()]
        if not found:
            return function, 0
        return str(Place(found[0][0], *found[0][1])), len(found)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200]


def _nobody_has(name: str) -> bool:
    return name not in MISSING and name not in _READ_OTHERWISE and is_unknown(name)


def _free_name(book: Book) -> str:
    """A name for sheets of our own that the workbook has not."""
    taken = {sheet.lower() for sheet in book.sheets}
    return next(name for n in count() if (name := f"unitsheet_scratch{n or ''}") not in taken)


def _fixed_area(cell: FormulaCell) -> Area | None:
    """The area of an array that may not change its size."""
    if cell.dynamic or not cell.ref:
        return None
    top, left, bottom, right = parse_area(cell.ref)
    if (bottom - top + 1) * (right - left + 1) > MOST_FILLED:
        raise UnsupportedError(f"fills more than {MOST_FILLED:,} cells")
    return top, left, bottom, right


def _filling(text: str, area: Area) -> str:
    top, left, bottom, right = area
    if (top, left) == (bottom, right):
        return f"INDEX({text},1,1)"
    return f"{PREFIX}FILL({text},{bottom - top + 1},{right - left + 1})"


def _in_order(nodes: syntax.Expression) -> syntax.Expression:
    """The same tree with every area written from its upper left corner."""
    turned: syntax.Expression = []
    for node in nodes:
        if isinstance(node, syntax.Call):
            turned.append(syntax.Call(node.name, [_in_order(argument) for argument in node.arguments]))
        elif isinstance(node, syntax.Group):
            turned.append(syntax.Group(_in_order(node.inner)))
        elif isinstance(node, syntax.Word) and ":" in node.text and syntax.read_reference(node.text):
            turned.append(syntax.Word(in_order(node.text), node.kind, node.part))
        else:
            turned.append(node)
    return turned
