"""A formula written once for many cells, as its text stands in each of them."""

from __future__ import annotations

import re

from openpyxl.utils import get_column_letter

from workbook.references import LAST_COLUMN, LAST_ROW, Position, column_number

# Text, quoted sheet names and brackets (workbook numbers, table columns with ' as
# the escape) are passed over; what follows are references, and any other word.
_WORDS = re.compile(
    r"""
      "(?:[^"]|"")*"
    | '(?:[^']|'')*'
    | \[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]
    | (?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3})(?![\w.$(!\[])
    | (?P<rows>\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6})(?![\w.$])
    | (?P<cell>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6})(?![\w.$\\?(!\[])
    | [\w.$\\?]+
    """,
    re.VERBOSE | re.DOTALL,
)
_HALF = re.compile(r"(\$?)([A-Za-z]+)?(\$?)([0-9]+)?")


class SharedFormula:
    """The formula of a group's first cell, to be read from any other cell of the group."""

    __slots__ = ("_origin", "_pieces")

    def __init__(self, text: str, origin: Position) -> None:
        self._origin = origin
        self._pieces = _split(text)

    def at(self, row: int, column: int) -> str:
        """The formula's text in a cell: relative references move along, as if filled."""
        down, right = row - self._origin[0], column - self._origin[1]
        return "".join(
            [piece if isinstance(piece, str) else piece.moved(down, right) for piece in self._pieces]
        )


class _Reference:
    """A cell, column or row that may move; 0 stands for a part that is not there."""

    __slots__ = ("_column", "_letters", "_mark", "_row")

    def __init__(self, text: str) -> None:
        match = _HALF.fullmatch(text)
        assert match is not None
        first, letters, second, digits = match.groups()
        self._letters = first + (letters or "")
        self._mark = second
        number = column_number(letters) if letters else 0
        if digits and int(digits) > LAST_ROW:
            raise ValueError(f"{text!r} is not a cell reference")
        self._column = 0 if first else number
        held = second or (first and not letters) or not digits
        self._row = 0 if held else int(digits)
        if held:
            self._mark += digits or ""

    def moved(self, down: int, right: int) -> str:
        """The reference so many cells further; past an edge it comes in at the other, as in Excel."""
        letters = self._letters
        if self._column and right:
            letters = get_column_letter((self._column + right - 1) % LAST_COLUMN + 1)
        if not self._row:
            return letters + self._mark
        return f"{letters}{self._mark}{(self._row + down - 1) % LAST_ROW + 1}"


def _split(text: str) -> list[str | _Reference]:
    """The formula cut into fixed text and references."""
    pieces: list[str | _Reference] = []
    done = 0
    for match in _WORDS.finditer(text):
        if match.lastgroup is None:
            continue
        try:
            references = [_Reference(half) for half in match[0].split(":")]
        except ValueError:  # a name such as XYZ2026, beyond the last column
            continue
        pieces.append(text[done : match.start()])
        pieces.append(references[0])
        for reference in references[1:]:
            pieces += [":", reference]
        done = match.end()
    pieces.append(text[done:])
    return pieces
