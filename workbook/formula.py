"""A formula as the file holds it, respelled so that an engine without tables, names and omissions reads it.

Structured references become areas, names become what they stand for, an argument
left out of one of our functions becomes a word of its own, and the spellings hosts
give function names in files become the plain name. Text inside quotes stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import formualizer as fz

from workbook.our_names import OurNames, bare
from workbook.package import DefinedName, Table
from workbook.references import Position, cell_name, parse_area, quote_sheet
from workbook.shared_formulas import SharedFormula
from workbook.structured import StructuredReferenceError, area_of

OMITTED_WORD = "\ue000omitted"
"""What stands for an omitted argument; no person types it, and the function's adapter knows it."""

ARRAY_WORD = "UNITSHEET.NAMED"
"""The call around a name's formula; unlike a cell's, it is worked out as an array."""

_CELL_OR_AREA = re.compile(
    r"\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?#?|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?\d+:\$?\d+"
)
_OTHER_BOOK = re.compile(r"'?[^'\[\]]*\[[^\]]+\][^!]*!")
_SHEET_RANGE = re.compile(r"(?:'([^']+):([^']+)'|([\w.]+):([\w.]+))!(.+)")
_ADDS_UP = {"SUM", "COUNT", "COUNTA", "AVERAGE", "AVERAGEA", "MIN", "MAX", "PRODUCT", "STDEV", "VAR"}
_HERE = re.compile(r"(?<![\w'\].])!(?=\$?[A-Za-z])")
_BINDING = re.compile(r"\b(?:LET|LAMBDA)\(", re.IGNORECASE)
_A_NAME = re.compile(r"[^\W\d][\w.\\?]*")
_DEEPEST = 20


class Respelled(NamedTuple):
    """A formula without `=`, whether it reads so in one cell only, and the names nobody defines."""

    text: str
    particular: bool
    undefined: tuple[str, ...]


class UnsupportedError(Exception):
    """The formula uses something that cannot be calculated here; the message says what."""


class Seat(NamedTuple):
    """Where a formula stands; this decides what local names and `[@column]` mean."""

    sheet: str
    row: int
    column: int


class Respeller:
    """Turns the formulas of one workbook into text an engine can read.

    `unknown` tells functions that nobody has; `links` stand before calls of our add-in.
    """

    def __init__(
        self,
        sheets: Sequence[str],
        names: Sequence[DefinedName],
        tables: Sequence[Table],
        ours: Collection[str],
        unknown: Callable[[str], bool],
        links: Collection[str] = (),
    ) -> None:
        self._sheets = {sheet.lower(): sheet for sheet in sheets}
        self._order = list(sheets)
        self._names: Mapping[tuple[str | None, str], DefinedName] = {
            (n.sheet.lower() if n.sheet else None, n.name.lower()): n for n in names if not _built_in(n.name)
        }
        self._tables = {table.name.lower(): table for table in tables}
        self.called = {name for _, name in self._names} | set(self._tables)
        self._ours = OurNames(ours, names, tables, links)
        self._unknown = unknown
        self._local = {name for sheet, name in self._names if sheet}
        self._particular = False

    def respell(self, text: str, seat: Seat) -> Respelled:
        """The formula as an engine can read it; `UnsupportedError` where it cannot be calculated."""
        self._particular = False
        self._undefined: list[str] = []
        self._may_bind = bool(_BINDING.search(text))
        respelled = self._rewritten(text, seat, 0)
        return Respelled(respelled, self._particular or bool(self._undefined), tuple(self._undefined))

    def _rewritten(self, text: str, seat: Seat, depth: int) -> str:
        if depth > _DEEPEST:
            raise UnsupportedError("uses a defined name that refers to itself")
        raw = f"={text}".encode()
        try:
            tokens = tokenized(text)
        except ValueError as error:
            raise UnsupportedError(f"is no formula that can be read: {error}") from None
        pieces: list[str] = []
        end = 1
        calls: list[str] = []
        for place, token in enumerate(tokens):
            pieces.append(raw[end : token.start].decode())
            end = token.end
            pieces.append(self._token(tokens, place, seat, calls, depth))
        return "".join(pieces)

    def _token(self, tokens: Sequence[fz.Token], place: int, seat: Seat, calls: list[str], depth: int) -> str:
        token = tokens[place]
        kind, part = str(token.token_type), str(token.subtype)
        if kind == "Func" and part == "Open":
            calls.append(self._function_name(token.value[:-1].strip(), seat))
            return f"{calls[-1]}(" + self._omission(tokens, place, calls)
        if kind == "Paren" and part == "Open":
            calls.append("")
        elif part == "Close" and kind in ("Func", "Paren"):
            calls.pop()
        elif kind == "Sep" and part == "Arg":
            return token.value + self._omission(tokens, place, calls)
        elif kind == "Operand" and part == "Range":
            return self._operand(token.value, seat, calls, depth)
        return str(token.value)

    def _omission(self, tokens: Sequence[fz.Token], place: int, calls: Sequence[str]) -> str:
        """The word for an omitted argument, where one of our functions is called without it."""
        if not calls or calls[-1].upper() not in self._ours.functions:
            return ""
        following = next((t for t in tokens[place + 1 :] if str(t.token_type) != "Whitespace"), None)
        if following is None:
            return ""
        kind, part = str(following.token_type), str(following.subtype)
        closes = kind == "Func" and part == "Close"
        no_arguments_at_all = closes and str(tokens[place].token_type) == "Func"
        empty = (kind == "Sep" and part == "Arg") or (closes and not no_arguments_at_all)
        return f'"{OMITTED_WORD}"' if empty else ""

    def _function_name(self, spelled: str, seat: Seat) -> str:
        plain = self._ours.function(spelled, seat.sheet)
        if plain:
            return plain
        name = bare(spelled)
        if self._unknown(name.upper()):
            if name.lower() in self.called:
                raise UnsupportedError(f"calls the defined name {name} as a function")
            raise UnsupportedError(f"uses {name.upper()}, which cannot be calculated here")
        return name

    def _operand(self, operand: str, seat: Seat, calls: Sequence[str], depth: int) -> str:
        if operand.startswith("[0]!"):
            operand = operand[4:]
        if self._is_structured(operand):
            return self._structured(operand, seat)
        if _OTHER_BOOK.match(operand):
            raise UnsupportedError("refers to another workbook")
        sheet_range = _SHEET_RANGE.fullmatch(operand)
        if sheet_range and not (sheet_range[3] and _CELL_OR_AREA.fullmatch(sheet_range[3])):
            return self._across_sheets(sheet_range, calls)
        sheet, bang, name = operand.rpartition("!")
        if _CELL_OR_AREA.fullmatch(name) or name.upper() in ("TRUE", "FALSE") or name.startswith("#"):
            return operand
        scope = sheet.strip("'").replace("''", "'").lower() if bang else seat.sheet.lower()
        self._particular |= name.lower() in self._local
        defined = self._names.get((scope, name.lower())) or self._names.get((None, name.lower()))
        if defined is not None:
            return self._meaning(defined, seat, depth)
        if self._may_bind or not _A_NAME.fullmatch(name):
            return operand
        self._undefined.append(name)
        return "#NAME?"

    def _is_structured(self, operand: str) -> bool:
        head, bracket, _ = operand.partition("[")
        if not bracket:
            return head.lower() in self._tables
        if "!" in operand.rpartition("]")[2]:
            return False
        return head.lower() in self._tables or not head

    def _structured(self, operand: str, seat: Seat) -> str:
        head = operand.partition("[")[0].lower()
        self._particular |= not head or "@" in operand or "#this row" in operand.lower()
        table = self._tables.get(head) if head else self._table_around(seat)
        if table is None:
            raise UnsupportedError(f"refers to {operand} outside any table")
        try:
            top, left, bottom, right = area_of(table, operand[len(head) :], seat.row)
        except StructuredReferenceError as error:
            raise UnsupportedError(str(error)) from None
        first, last = _fixed(top, left), _fixed(bottom, right)
        area = first if first == last else f"{first}:{last}"
        return f"{quote_sheet(table.sheet)}!{area}"

    def _table_around(self, seat: Seat) -> Table | None:
        for table in self._tables.values():
            top, left, bottom, right = parse_area(table.ref)
            if table.sheet == seat.sheet and top <= seat.row <= bottom and left <= seat.column <= right:
                return table
        return None

    def _meaning(self, name: DefinedName, seat: Seat, depth: int) -> str:
        text = _HERE.sub(f"{quote_sheet(seat.sheet)}!", name.text.removeprefix("="))
        # A relative reference in a name is stored as seen from A1.
        seen = SharedFormula(text, (1, 1))
        self._particular |= text != name.text.removeprefix("=") or seen.at(2, 2) != text
        text = seen.at(seat.row, seat.column)
        owner = Seat(name.sheet or seat.sheet, seat.row, seat.column)
        meaning = self._rewritten(text, owner, depth + 1)
        return meaning if _reads_alone(meaning) else f"{ARRAY_WORD}({meaning})"

    def _across_sheets(self, match: re.Match[str], calls: Sequence[str]) -> str:
        first, last, area = match[1] or match[3], match[2] or match[4], match[5]
        if not calls or calls[-1].upper() not in _ADDS_UP:
            raise UnsupportedError("refers to a row of sheets in a function that cannot take one")
        try:
            ends = sorted(self._order.index(self._sheets[name.lower()]) for name in (first, last))
        except KeyError:
            raise UnsupportedError(f"refers to sheets {first} to {last}, of which one is missing") from None
        return ",".join(f"{quote_sheet(sheet)}!{area}" for sheet in self._order[ends[0] : ends[1] + 1])


def tokenized(text: str) -> list[fz.Token]:
    """The tokens of a formula without `=`; raises ValueError where it cannot be cut into any."""
    try:
        return [token for token in fz.tokenize(f"={text}") if token is not None]
    except Exception as error:  # whatever it raises, the text is no formula
        raise ValueError(str(error)) from error


def _built_in(name: str) -> bool:
    return name.lower().startswith("_xlnm.")


def _fixed(row: int, column: int) -> str:
    name = cell_name(row, column)
    letters = name.rstrip("0123456789")
    return f"${letters}${name[len(letters) :]}"


def _reads_alone(text: str) -> bool:
    """Whether the text is one operand, such as an area or a number, and no formula."""
    return sum(str(token.token_type) != "Whitespace" for token in tokenized(text)) == 1


def positions(area: str) -> list[Position]:
    """All cells of an area, row by row."""
    top, left, bottom, right = parse_area(area)
    return [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
