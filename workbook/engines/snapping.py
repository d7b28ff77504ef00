"""Differences that are nothing but rounding: where a formula ends in + or -, Excel shows 0 for them.

`=0.5-0.4-0.1` is 0 in Excel and -2.8E-17 by the arithmetic of the machine, and whether
a balance sheet balances hangs on it. Excel looks at the last sum or difference of a
formula only, not inside brackets or functions.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from workbook.engines import syntax
from workbook.engines.lifting import Qualified
from workbook.engines.loading import Formulas
from workbook.engines.roots import Cell
from workbook.engines.syntax import Word
from workbook.formula import Seat, UnsupportedError
from workbook.references import Position

_SMALL = 1e-5  # larger results are only rounding where money is counted in trillions
_ROUNDING = 2.0**-50
_ADDING = ("+", "-")
_WEAKER = ("&", "=", "<>", "<", ">", "<=", ">=", ":", ",", " ")


def snap(formulas: Formulas, values: dict[str, dict[Position, Any]]) -> bool:
    """Let differences that are only rounding be 0; whether there were any."""
    small = [
        (sheet, position)
        for sheet, cells in values.items()
        for position, value in cells.items()
        if type(value) is float and -_SMALL < value < _SMALL and value != 0
    ]
    terms = [
        (cell, *both)
        for cell in small
        if cell in formulas.texts and cell not in formulas.snapped
        if (both := _terms(formulas.texts[cell][1:], cell)) is not None
    ]
    if not terms:
        return False
    largest = _largest(formulas, terms)
    changed = False
    for cell, _, _ in terms:
        formulas.snapped.add(cell)
        if abs(values[cell[0]][cell[1]]) <= _ROUNDING * largest[cell]:
            formulas.replace(cell, f"=0*({formulas.texts[cell][1:]})+0")
            changed = True
    return changed


def _terms(text: str, cell: Cell) -> tuple[str, str] | None:
    """The two sides of the last sum or difference, where a formula is one."""
    try:
        nodes = Qualified(Seat(cell[0], *cell[1])).expression(syntax.parse(text))
    except UnsupportedError:
        return None
    signs = [n.text for n in nodes if isinstance(n, Word) and n.kind == "OpInfix"]
    if any(sign in _WEAKER for sign in signs):
        return None
    for place in range(len(nodes) - 1, -1, -1):
        node = nodes[place]
        if isinstance(node, Word) and node.kind == "OpInfix" and node.text in _ADDING:
            return syntax.spell(nodes[:place]), syntax.spell(nodes[place + 1 :])
    return None


def _largest(formulas: Formulas, terms: list[tuple[Cell, str, str]]) -> dict[Cell, float]:
    """The larger side of each sum, worked out on a sheet of its own."""
    engine, sheet = formulas.engine, formulas.terms_sheet()
    for row, (_, left, right) in enumerate(terms, start=1):
        with suppress(RuntimeError):  # then it has no value, and the formula stays as it is
            engine.set_formula(sheet, row, 1, f"={left}")
            engine.set_formula(sheet, row, 2, f"={right}")
    engine.evaluate_all()
    found: dict[Cell, float] = {}
    for row, (cell, _, _) in enumerate(terms, start=1):
        sides = [engine.get_value(sheet, row, column) for column in (1, 2)]
        found[cell] = max((abs(side) for side in sides if isinstance(side, float)), default=0.0)
    return found
