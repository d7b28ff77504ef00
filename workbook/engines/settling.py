"""Results that need a second look: errors passed over, numbers that are none, texts no cell can hold."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

from engine.errors import CellError, ErrorKind
from workbook.book import Place
from workbook.cell_values import LONGEST_TEXT
from workbook.engines.loading import Formulas
from workbook.engines.masking import Masked, Mirrors
from workbook.engines.protocol import Finding
from workbook.engines.results import Results
from workbook.engines.roots import Cell, roots
from workbook.engines.snapping import snap
from workbook.engines.texts import with_fifteen_digits
from workbook.engines.values import engine_kind, to_engine
from workbook.references import Position

_TOO_MANY_DIGITS = re.compile(r"\d{16}|\d[\d.]{15}\d")
_UNSEEN = (
    "adds up cells that are only known while it is worked out, so that an error among them may be missed"
)


def settled(formulas: Formulas, results: Results, mirrors: Mirrors) -> bool:
    """Set right what the engine got wrong without a word; whether there was anything."""
    values = results.values()
    changed = _set_right(formulas, values)
    if formulas.conditional:
        changed |= _unmask(formulas, results, mirrors)
    return changed or snap(formulas, values)


def unsettled(formulas: Formulas) -> Finding:
    """That errors still come through conditional sums after as many turns as are allowed."""
    sheet, position = min(formulas.conditional, default=(next(iter(formulas.book.sheets)), (1, 1)))
    return Finding("not checked", str(Place(sheet, *position)), "errors may be missed from this formula on")


def _set_right(formulas: Formulas, values: dict[str, dict[Position, Any]]) -> bool:
    changed = False
    not_finite: list[Cell] = []
    for sheet, cells in values.items():
        for position, value in cells.items():
            kind = type(value)
            if kind is float and isfinite(value):
                continue
            cell = sheet, position
            if kind is float:
                not_finite.append(cell)
            elif kind is str and len(value) > LONGEST_TEXT:
                changed |= _pin(formulas, cell, ErrorKind.VALUE)
            elif kind is str and len(value) > 15 and _TOO_MANY_DIGITS.search(value):
                changed |= _shorten(formulas, cell)
    for cell in roots(not_finite, formulas.texts):
        changed |= _pin(formulas, cell, ErrorKind.NUM)
    return changed


def _pin(formulas: Formulas, cell: Cell, kind: ErrorKind) -> bool:
    """Let a cell be an error, which the engine did not see in it."""
    if cell not in formulas.texts:
        return False
    formulas.engine.set_value(cell[0], *cell[1], to_engine(CellError(kind)))
    return True


def _shorten(formulas: Formulas, cell: Cell) -> bool:
    """Let numbers join a text with 15 digits, as in Excel."""
    text = formulas.texts.get(cell)
    if text is None or cell in formulas.shortened:
        return False
    formulas.shortened.add(cell)
    shortened = "=" + with_fifteen_digits(text[1:])
    if shortened == text:
        return False
    formulas.replace(cell, shortened)
    return True


def _unmask(formulas: Formulas, results: Results, mirrors: Mirrors) -> bool:
    """Let SUMIF and its kin show the errors that they passed over."""
    errors = results.errors()
    for name, sheet in formulas.book.sheets.items():
        errors += [
            (name, position, engine_kind(value))
            for position, value in sheet.values.items()
            if type(value) is CellError
        ]
    if not mirrors.note(errors):
        return False
    changed = False
    for cell in formulas.conditional & formulas.texts.keys():
        masked = formulas.masked.get(cell) or Masked(formulas.texts[cell], cell)
        formulas.masked[cell] = masked
        if masked.unknown and cell[0] != formulas.scratch.name:
            results.note(Finding("not checked", str(Place(cell[0], *cell[1])), f"the formula {_UNSEEN}"))
        kinds = [mirrors.kinds_in(*area) for area in masked.areas]
        if kinds != masked.kinds:
            masked.kinds = kinds
            formulas.replace(cell, "=" + mirrors.unmasked(masked.text[1:], cell[0]))
            changed = True
    return changed
