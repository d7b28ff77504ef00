"""From a formula in the file to the engine's: the work is done once for formulas filled down or across."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbook.engines.dialect import Dialect, Spoken
from workbook.formula import Respeller, Seat, UnsupportedError
from workbook.references import Position

# What differs between the formulas of a row or column: cells and numbers.
_VARYING = re.compile(
    r"(?<![\w.$])(?:\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w.$(!\[])|[0-9]+(?:\.[0-9]+)?(?![\w.$:(!\[]))"
)
_ALIKE = str.maketrans("123456789", "000000000")
_MOST_PATTERNS = 20_000


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A formula without its cells and numbers; `between` is None where it stays as it is."""

    between: tuple[str, ...] | None
    may_spill: bool
    conditional: bool


def _filled(pattern: _Pattern, text: str) -> str:
    """The engine's formula for a text of this pattern."""
    if pattern.between is None:
        return text
    pieces = [""] * (2 * len(pattern.between) - 1)
    pieces[::2] = pattern.between
    pieces[1::2] = _VARYING.findall(text)
    return "".join(pieces)


class Wording:
    """Words the formulas of one workbook for the engine."""

    def __init__(self, respeller: Respeller, dialect: Dialect) -> None:
        # A name such as FIX2026, beyond the last column, would be taken for a cell.
        odd = any(_VARYING.fullmatch(name) for name in respeller.called)
        self._most = 0 if odd else _MOST_PATTERNS
        self.respeller = respeller
        self.dialect = dialect
        self._patterns: dict[tuple[str, bool], _Pattern | None] = {}
        # Formulas that stay as they are, by their text with one digit for all: a short cut
        # for the many that differ in nothing else.
        self._unchanged: dict[tuple[str, bool], _Pattern] = {}

    def spoken(self, text: str, sheet: str, position: Position, *, array: bool = False) -> Spoken:
        """The engine's formula for one without `=`; raises UnsupportedError where there is none."""
        quick = text.translate(_ALIKE), array
        pattern = self._unchanged.get(quick)
        if pattern is not None:
            return Spoken(text, pattern.may_spill, pattern.conditional, False)
        key = _VARYING.sub("\0", text), array
        pattern = self._patterns.get(key)
        if pattern is None:  # new, or different in every cell
            seat = Seat(sheet, *position)
            spoken = self._worked_out(text, seat, array)
            if key not in self._patterns and len(self._patterns) < self._most:
                found = None if spoken.particular else self._pattern(text, seat, array)
                same = found is not None and _filled(found, text) == spoken.text
                self._patterns[key] = found if same else None
            return spoken
        if pattern.between is None and len(self._unchanged) < self._most:
            self._unchanged[quick] = pattern
        return Spoken(_filled(pattern, text), pattern.may_spill, pattern.conditional, False)

    def _worked_out(self, text: str, seat: Seat, array: bool) -> Spoken:
        respelled = self.respeller.respell(text, seat)
        spoken = self.dialect.spoken(respelled.text, seat, array=array)
        return spoken._replace(
            particular=spoken.particular or respelled.particular, undefined=respelled.undefined
        )

    def _pattern(self, text: str, seat: Seat, array: bool) -> _Pattern | None:
        """What happens to any formula that differs from this one by cells and numbers only."""
        markers: list[str] = []

        def marked(match: re.Match[str]) -> str:
            number = len(markers)
            is_cell = match[0].strip("$")[0].isalpha()
            markers.append(f"XFA{1_000_000 + number}" if is_cell else f"{987_654_000_000 + number}")
            return markers[-1]

        marked_text = _VARYING.sub(marked, text)
        try:
            spoken = self._worked_out(marked_text, seat, array)
        except UnsupportedError:
            return None
        between: list[str] = []
        rest = spoken.text
        for marker in markers:
            before, found, rest = rest.partition(marker)
            if not found:
                return None
            between.append(before)
        between.append(rest)
        if spoken.particular or any(marker in piece for marker in markers for piece in between):
            return None
        unchanged = spoken.text == marked_text
        return _Pattern(None if unchanged else tuple(between), spoken.may_spill, spoken.conditional)
