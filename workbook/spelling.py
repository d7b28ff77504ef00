"""Calls of our functions found in a formula's text, and written as another host writes them into files.

A tokenizer tells calls from texts, sheet names and columns of tables; whatever is no
call of ours stays as it is, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import formualizer as fz

from engine.hosting import NAMESPACE, Host
from workbook.formula import tokenized
from workbook.lambda_form import comment_faults, faults
from workbook.our_names import OurNames
from workbook.splicing import TextEdit


@dataclass(frozen=True, slots=True)
class Called:
    """A function of ours in a formula: its plain name, and where its spelled name stands.

    Where it is not called but handed over by its name, `by_name` is true.
    """

    name: str
    start: int
    end: int
    by_name: bool = False


class Speller:
    """Finds our functions in the formulas of one workbook."""

    def __init__(self, names: OurNames) -> None:
        self.names = names
        words = "|".join(sorted(map(re.escape, names.functions), key=len, reverse=True))
        self._calls = re.compile(rf"(?:{words})\(|\b{NAMESPACE}\.(?:{words})\b", re.IGNORECASE)

    def may_call(self, text: str) -> bool:
        """Whether it is worth looking closer at a formula."""
        return bool(self.names.functions) and self._calls.search(text) is not None

    def called(self, text: str, sheet: str | None = None) -> list[Called]:
        """The calls of ours in a formula on a sheet; raises ValueError where it cannot be read."""
        if not self.may_call(text):
            return []
        offset = 1 if text.startswith("=") else 0
        return list(self._found(text[offset:], sheet, offset))

    def _found(self, text: str, sheet: str | None, offset: int) -> Iterator[Called]:
        place = _characters(f"={text}")
        for token in tokenized(text):
            value = str(token.value)
            is_call = _is(token, "Func", "Open")
            if not is_call and not (_is(token, "Operand", "Range") and "." in value):
                continue
            spelled = value[:-1].rstrip() if is_call else value
            name = self.names.function(spelled, sheet)
            if name is not None:
                start = place(token.start) - 1 + offset
                yield Called(name, start, start + len(spelled), by_name=not is_call)


def _is(token: fz.Token, kind: str, part: str) -> bool:
    return str(token.token_type) == kind and str(token.subtype) == part


def _characters(text: str) -> Callable[[int], int]:
    """From a place in the bytes of a text, where the tokenizer counts, to one in its characters."""
    if text.isascii():
        return int
    raw = text.encode()
    return lambda place: len(raw[:place].decode())


def respelled(
    called: Iterable[Called], text: str, spelling: Callable[[Called], str | None]
) -> list[TextEdit]:
    """The edits that give calls another spelling; None leaves one as it is, and so does its own."""
    edits: list[TextEdit] = []
    for one in called:
        wanted = spelling(one)
        if wanted is not None and wanted.upper() != text[one.start : one.end].upper():
            edits.append((one.start, one.end, wanted))
    return edits


class NamedLambda(Protocol):
    """A name of a workbook and the LAMBDA behind it."""

    @property
    def name(self) -> str:
        """The name, with its namespace."""
        ...

    @property
    def text(self) -> str:
        """The LAMBDA as a file holds it."""
        ...

    @property
    def comment(self) -> str:
        """What Excel says of the name while it is typed."""
        ...


@dataclass(frozen=True, slots=True)
class Functions:
    """Our functions: their plain names, the LAMBDAs that there are, and why the others have none."""

    names: Collection[str]
    lambdas: Mapping[str, NamedLambda] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


class Target:
    """The host that a workbook is respelled for: how it spells each call, and which it cannot have."""

    def __init__(self, host: Host, functions: Functions, names: OurNames) -> None:
        self.host = host
        self.names = names
        self.reasons = dict(functions.reasons)
        self.lambdas: dict[str, NamedLambda] = {}
        for plain, one in functions.lambdas.items() if host is Host.LAMBDA else ():
            wrong = _first_fault(one.text, one.comment)
            if wrong:
                self.reasons[plain] = f"Excel would not read its formula: {wrong}"
            elif names.is_taken(one.name):
                self.reasons[plain] = f"the workbook has a name {one.name} of its own"
            else:
                self.lambdas[plain] = one

    def is_lambda(self, name: str, sheet: str | None) -> bool:
        """Whether a function will be called by the name of a LAMBDA."""
        return name in self.lambdas and not self.names.is_taken(self.lambdas[name].name, sheet)

    def spelled(self, called: Called, sheet: str | None) -> str | None:
        """How a call is spelled; None where it stays as it is."""
        if called.by_name and not self.is_lambda(called.name, sheet):
            return None
        wanted = self._wanted(called.name, sheet)
        return None if self.names.is_taken(wanted, sheet) else wanted

    def _wanted(self, name: str, sheet: str | None) -> str:
        plain = self.host is Host.LAMBDA and not self.is_lambda(name, sheet)
        return (Host.EXCEL if plain else self.host).in_file(name)

    def trouble(self, called: Called, sheet: str | None) -> tuple[str, str] | None:
        """Why a call will not be as the host wants it, as kind and sentence of a finding."""
        name = called.name
        if called.by_name and not self.is_lambda(name, sheet):
            return (
                "by name",
                f"{name} is handed over by its name, which only a LAMBDA can be; it stays as it is",
            )
        wanted = self._wanted(name, sheet)
        if self.names.is_taken(wanted, sheet):
            return (
                "name taken",
                f"the workbook has a name {wanted} of its own, so that the call stays as it is",
            )
        if self.host is not Host.LAMBDA or self.is_lambda(name, sheet):
            return None
        reason = self.reasons.get(name) or f"the sheet has a name {self.host.in_file(name)} of its own"
        return "no LAMBDA", f"{name} has no LAMBDA ({reason}): install the functions, or freeze the workbook"


@cache
def _first_fault(text: str, comment: str) -> str:
    return next(iter([*faults(text), *comment_faults(comment)]), "")
