"""The text of a company file: its TOML, the line of every key, and the mistakes found in it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from engine.errors import InputError

_HEADER = re.compile(r"\s*\[+\s*([\w.\-\"' ]+?)\s*\]")
_KEY = re.compile(r"\s*([\w.\-\"']+)")
_ASSIGNED = re.compile(r"\s*([\w.\-\"']+)\s*=")

# What people type that TOML does not take, and what to type; looked for outside quotes.
_HINTS = (
    (re.compile("[“”‘’，＝｛｝：．０-９]"), "type the signs of an English keyboard: \" , = { } . 0-9"),
    (re.compile(r"\d,\d{3}"), "write numbers without commas: 2000000 or 2_000_000"),
    (re.compile(r"\d\s*%"), "write per cent as a ratio: 5% is 0.05"),
    (re.compile('"'), "a quote is not closed"),
    (re.compile(r"=\s*(?![{\[]|true\b|false\b|nan\b|inf\b)[^\W\d]"), "text stands in double quotes"),
)  # fmt: skip
_TWICE = "Cannot overwrite a value"


class Problem(NamedTuple):
    """One mistake in a company file: where it is, and what was expected."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class CompanyError(InputError):
    """A company file has mistakes; all of them are listed, a line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class CompanyText:
    """The text of one file, which knows the line of a key and collects every mistake."""

    file: str
    text: str
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def report(self, key: str, message: str) -> None:
        """Note a mistake in what a key says, unless its line could not be read at all."""
        if not any(f"{lost}.".startswith(f"{key}.") for lost in self.unread):
            self.problems.append(Problem(self.file, self.line(key), key, message))

    def unknown(self, key: str, name: str, known: Iterable[str], where: str = "") -> None:
        """Note a key that means nothing; the sentence names the nearest."""
        names = sorted(known)
        near = difflib.get_close_matches(name, names, 1, 0.5)
        listed = where or f"known: {', '.join(names)}"
        self.report(key, f"unknown key; {f'did you mean {near[0]}?' if near else listed}")

    def line(self, key: str) -> int:
        """The line a key stands on; that of the table it belongs to where it has none of its own."""
        while key:
            if key in self._lines:
                return self._lines[key]
            key = key.rpartition(".")[0]
        return 1

    @cached_property
    def _lines(self) -> dict[str, int]:
        lines: dict[str, int] = {}
        for number, name in enumerate(self._names(_ASSIGNED), start=1):
            lines.setdefault(name, number)
        return lines

    def _names(self, pattern: re.Pattern[str]) -> list[str]:
        """The full key that each line gives something to, or the table it begins; empty where none."""
        table = ""
        names: list[str] = []
        for line in self.text.split("\n"):
            header, key = _HEADER.match(line), pattern.match(line)
            if header:
                table = _plain(header[1])
            named = f"{table}.{_plain(key[1])}".strip(".") if key else ""
            names.append(table if header else named)
        return names

    def table(self) -> dict[str, Any]:
        """The TOML as a dictionary, without the lines that are no TOML, each of which is a mistake.

        Where leaving out a line would not do, a `CompanyError` ends the reading.
        """
        lines = self.text.split("\n")
        while True:
            try:
                return tomllib.loads("\n".join(lines))
            except tomllib.TOMLDecodeError as error:
                at = _place(error, len(lines))
                alone = _wrong_alone(str(error), lines[at - 1])
                self._refuse(error, at, lines[at - 1], alone)
                if not alone:
                    raise CompanyError(self.problems) from None
                self.unread.add(self._names(_KEY)[at - 1])
                lines[at - 1] = ""

    def _refuse(self, error: tomllib.TOMLDecodeError, at: int, line: str, alone: bool) -> None:
        said = str(error).partition(" (at")[0]
        if said == _TWICE:
            said = f"{self._names(_KEY)[at - 1]} is given twice; leave one of the two"
        bare = re.sub(r'"[^"]*"|#.*', "", line)
        hint = next((words for pattern, words in _HINTS if alone and pattern.search(bare)), "")
        if not alone and not _begins_table(line):
            hint = "a quote or bracket may be left open above this line"
        self.problems.append(Problem(self.file, at, "TOML", f"{hint} ({said})" if hint else said))


def _plain(name: str) -> str:
    return re.sub(r"[\"' ]", "", name)


def _place(error: tomllib.TOMLDecodeError, last: int) -> int:
    line = re.search(r"line (\d+)", str(error))
    return min(int(line[1]), last) if line else last


def _begins_table(line: str) -> bool:
    return line.lstrip().startswith("[")


def _wrong_alone(said: str, line: str) -> bool:
    """Whether a line is wrong by itself, so that the others can be read without it."""
    if _begins_table(line) or not line.strip():
        return False
    if said.startswith(_TWICE):
        return True
    try:
        tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return True
    return False
