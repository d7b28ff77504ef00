"""Our functions as LAMBDA texts: a workbook name computes them with no add-in and no Python.

The text is not written by hand. A body is run over terms instead of numbers, its
faults and domains likewise, and what they do comes out as a formula. So the closed
forms agree with Python by construction; what is no closed form says why.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from inspect import signature
from typing import Any, cast

from engine.arguments import Arg, Numbers, Rest, Series, Table, Text, Word
from engine.errors import ErrorKind
from engine.registry import Function, functions
from engine.units import LOGICAL
from udfs.symbols import (
    FALSE,
    NO_CLOSED_FORM,
    Term,
    Unwritable,
    call,
    choose,
    either,
    left_out,
    opposite,
    term,
    written,
)

NAMESPACE = "UE"
# Excel's longest formula, and its longest comment of a name.
LONGEST, LONGEST_COMMENT = 8192, 255
# So many values of a repeated argument have a place.
_REPEATED = 6


@dataclass(frozen=True, slots=True)
class Lambda:
    """A name of a workbook and the function behind it."""

    name: str
    text: str
    comment: str


@cache
def lambdas() -> Mapping[str, Lambda]:
    """The functions that are closed forms, by name."""
    return {name: made for name, made in _all().items() if isinstance(made, Lambda)}


@cache
def without_lambda() -> Mapping[str, str]:
    """The functions that no LAMBDA is written for, and why."""
    return {name: made for name, made in _all().items() if isinstance(made, str)}


@cache
def _all() -> Mapping[str, Lambda | str]:
    return {name: _made(function) for name, function in functions().items()}


def _made(function: Function) -> Lambda | str:
    try:
        text = lambda_text(function)
    except Unwritable as reason:
        return str(reason)
    if len(text) > LONGEST:
        return f"its formula has {len(text):,} characters, and Excel takes {LONGEST:,}"
    return Lambda(f"{NAMESPACE}.{function.name}", text, function.summary[:LONGEST_COMMENT])


def lambda_text(function: Function) -> str:
    """The LAMBDA of a function as a file holds it; `Unwritable` says why there is none."""
    _refuse_areas(function)
    inputs = list(_inputs(function))
    declared = ",".join(f"{'_xlop' if one.optional else '_xlpm'}.{one.name}" for one in inputs)
    result = _checked(function, inputs, _chosen(function, inputs))
    named = [line for one in inputs for line in one.lines()]
    return f"_xlfn.LAMBDA({declared},{written(result, named)})"


def _refuse_areas(function: Function) -> None:
    if function.spills:
        raise Unwritable("it gives an area of its own")
    for name, argument in function.arguments.items():
        if isinstance(argument, Series | Text | Table):
            raise Unwritable(f"{name} is a whole row or a table")


@dataclass(frozen=True, slots=True)
class _Input:
    """An argument as a LAMBDA takes it: its name there, the value behind it, whether it is left out."""

    name: str
    argument: Arg | Word | Rest
    optional: bool
    # Whether a word may stand here, behind the last of repeated numbers.
    word: bool = False

    @property
    def further(self) -> bool:
        """Whether it is the second or a later one of repeated numbers."""
        return self.optional and isinstance(self.argument, Rest)

    @property
    def given(self) -> Term:
        """What was handed over."""
        return Term(f"_xlpm.{self.name}")

    @property
    def value(self) -> Term:
        """The number or word to calculate with."""
        nothing = isinstance(self.argument, Arg) and self.argument.default is None
        return Term(f"_xlpm.{self.name}_v", blanks=frozenset((self.name,)) if nothing else frozenset())

    @property
    def out(self) -> Term:
        """Whether it is left out."""
        return left_out(self.name)

    def lines(self) -> Iterator[tuple[str, Term]]:
        """What LET works out for it first."""
        blank = call("ISBLANK", self.given)
        one = Term("=", (call("ROWS", self.given) * call("COLUMNS", self.given), term(1)))
        # Of numbers that may be repeated a blank one is missing; what is not given is none.
        nothing = term(False) if self.further else blank * one
        out = choose(call("_xlfn.ISOMITTED", self.given), term(True), nothing)
        if self.word:
            yield f"_xlpm.{self.name}_w", self._is_word()
            out = choose(self.is_word, term(True), out)
        yield f"_xlpm.{self.name}_out", out
        yield f"_xlpm.{self.name}_v", choose(self.out, self._default(), self._read(blank))

    @property
    def is_word(self) -> Term:
        """Whether a word stands here instead of a number."""
        return Term(f"_xlpm.{self.name}_w")

    def _is_word(self) -> Term:
        text = choose(
            call("ISTEXT", self.given), call("ISERROR", Term("+", (self.given, Term("0")))), term(False)
        )
        return choose(call("_xlfn.ISOMITTED", self.given), term(False), text)

    def _default(self) -> Term:
        if isinstance(self.argument, Word):
            return Term(f'"{self.argument.default}"')
        default = getattr(self.argument, "default", None)
        return term(default) if isinstance(default, int | float) else term(0)

    def _read(self, blank: Term) -> Term:
        """A word in small letters, a number as such; a blank within an area is neither."""
        if isinstance(self.argument, Word):
            return choose(blank, Term('"?"'), call("LOWER", call("TRIM", self.given)))
        return choose(blank, Term(str(ErrorKind.VALUE)), Term("+", (self.given, Term("0"))))


def _inputs(function: Function) -> Iterator[_Input]:
    followed = list(function.arguments)[-1] != function.repeated
    for name, argument in function.arguments.items():
        if isinstance(argument, Rest):
            for number in range(1, _REPEATED + 1):
                yield _Input(f"{name}{number}", argument, number > 1, followed and number > 1)
        else:
            assert isinstance(argument, Arg | Word)
            yield _Input(name, argument, argument.optional)


def _word_given(inputs: list[_Input], value: Term) -> tuple[Term, Term]:
    """A word's value where it may stand behind the last number given, and whether more follows it."""
    places = [one for one in inputs if one.word]
    more = term(False)
    for one, following in zip(places, [*places[1:], None], strict=True):
        value = choose(one.is_word, call("LOWER", call("TRIM", one.given)), value)
        if following is not None:
            given = opposite(call("_xlfn.ISOMITTED", following.given))
            more = either(more, one.is_word * given)
    return value, more


def _checked(function: Function, inputs: list[_Input], result: Term) -> Term:
    """The result behind the checks that every host makes first, in their order."""
    value = Term(str(ErrorKind.VALUE))
    for one in reversed(inputs):
        if isinstance(one.argument, Word):
            continue
        outside: Any = one.argument.domain.outside(cast(Numbers, one.value))
        if isinstance(outside, Term):
            result = choose(outside, Term(str(ErrorKind.NUM)), result)
    result = _passing_errors(inputs, result)
    for one in reversed(inputs):
        if isinstance(one.argument, Word):
            words = "{" + ",".join(f'"{word}"' for word in one.argument.words) + "}"
            result = choose(call("ISNA", call("MATCH", one.value, Term(words), 0)), value, result)
        else:
            result = choose(call("ISERROR", one.value), value, result)
    for one in reversed(inputs):
        if not one.optional:
            result = choose(one.out, value, result)
    for one in reversed(inputs):
        wrong = call("ISERROR", one.given)
        result = choose(choose(one.out, term(False), wrong), one.given, result)
    return result


def _passing_errors(inputs: list[_Input], result: Term) -> Term:
    """The result behind a sum that is an error where an input is: not every ISERROR takes an area."""
    nothing = term(0)
    for one in inputs:
        if not isinstance(one.argument, Word):
            nothing = nothing + Term("*", (Term(one.value.head), Term("0")))
    return choose(Term("=", (nothing, Term("0"))), result, Term(str(ErrorKind.NUM)))


def _chosen(function: Function, inputs: list[_Input]) -> Term:
    """The result by the words given and by how many values of a repeated argument there are."""
    words = {name: a.words for name, a in function.arguments.items() if isinstance(a, Word)}
    numbers = {one.name: one.value for one in inputs if not isinstance(one.argument, Word)}
    values = {one.name: one.value for one in inputs if isinstance(one.argument, Word)}
    more = term(False)
    if any(one.word for one in inputs):
        (name,) = words
        values[name], more = _word_given(inputs, values[name])
    found: list[tuple[dict[str, str], Term]] = []
    for combination in itertools.product(*words.values()):
        chosen = dict(zip(words, combination, strict=True))
        found.append((chosen, _by_count(function, numbers, chosen, inputs)))
    result = found[-1][1]
    for chosen, one in reversed(found[:-1]):
        if one is result:
            continue
        same = [Term("=", (values[name], Term(f'"{word}"'))) for name, word in chosen.items()]
        condition = same[0]
        for other in same[1:]:
            condition = condition * other
        result = choose(condition, one, result)
    if more.head == FALSE:
        return result
    known = [Term("=", (value, Term(f'"{word}"'))) for name, value in values.items() for word in words[name]]
    wrong = either(more, opposite(reduce(either, known)))
    return choose(wrong, Term(str(ErrorKind.VALUE)), result)


def _by_count(
    function: Function, numbers: Mapping[str, Term], words: Mapping[str, str], inputs: list[_Input]
) -> Term:
    rest = function.repeated
    if not rest:
        return _worked_out(function, dict(numbers), words)
    repeated = [one for one in inputs if isinstance(one.argument, Rest)]
    fixed = {name: value for name, value in numbers.items() if name in function.arguments}
    result: Term | None = None
    for count in range(len(repeated), 0, -1):
        some = [one.value for one in repeated[:count]]
        one = _worked_out(function, {**fixed, rest: some}, words)
        result = one if result is None else choose(repeated[count].out, one, result)
    assert result is not None
    return result


def _worked_out(function: Function, numbers: dict[str, Any], words: Mapping[str, str]) -> Term:
    """The body behind its faults, for one choice of words."""
    arguments = {**numbers, **words}
    result = term(_run(function, arguments))
    absent = next((fault.kind for fault in function.faults if fault.when is None), ErrorKind.NUM)
    result = call("IFERROR", _truth(function, words, result), Term(str(absent)))
    if result.blanks:
        out = term(False)
        for name in sorted(result.blanks):
            out = either(out, left_out(name))
        result = choose(out, Term(str(absent)), result)
    for fault in reversed(function.faults):
        if fault.when is not None:
            names = signature(fault.when).parameters
            where = term(fault.when(**{name: arguments[name] for name in names}))
            result = choose(where, Term(str(fault.kind)), result)
    return result


def _truth(function: Function, words: Mapping[str, str], result: Term) -> Term:
    return Term("<>", (result, Term("0"))) if function.unit(words.values()) == LOGICAL else result


def _run(function: Function, arguments: Mapping[str, Any]) -> Any:
    """The body over terms, each argument in its place as the boundary hands it over."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for name, argument in function.arguments.items():
        if isinstance(argument, Rest):
            positional += arguments[name]
        elif isinstance(argument, Word) or named:
            named[name] = arguments[name]
        else:
            positional.append(arguments[name])
    try:
        return function.body(*positional, **named)
    except (TypeError, ValueError, AttributeError) as error:
        raise Unwritable(NO_CLOSED_FORM) from error
