"""The one way from what a host hands over to arithmetic and back.

It binds, coerces, broadcasts and checks before a function body runs, so that a
body is arithmetic on arrays of one length, and every error has one meaning in
every host. Order, row by row: an error passed in, a missing argument, a wrong
type, a number outside its domain, a declared fault, a result that is no number.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from engine.arguments import Arg, Argument, Mask, Numbers, Rest, Series, Word
from engine.coerce import OMITTED, Flat, flatten, is_blank, numbers
from engine.errors import CellError, ErrorKind, FunctionError
from engine.registry import Fault, Function

SINGLE: tuple[int, ...] = ()


class CautionWarning(UserWarning):
    """A result stands, but should be read with care."""


@dataclass(slots=True)
class Ledger:
    """Which row of a call has which error; the first one entered stays."""

    rows: int
    codes: Any = None
    kinds: list[CellError] = field(default_factory=list)

    def mark(self, where: Mask | bool, error: CellError) -> None:
        """Enter `error` in the rows of `where` that have none yet."""
        if not np.any(where):
            return
        if self.codes is None:
            self.codes = np.zeros(self.rows, dtype=np.int32)
        self.kinds.append(error)
        self.codes[np.broadcast_to(where, self.rows) & (self.codes == 0)] = len(self.kinds)

    def mark_places(self, errors: Mapping[int, CellError]) -> None:
        """Enter errors by row, or in every row where the argument is a single value."""
        by_error: dict[tuple[ErrorKind, str], list[int]] = {}
        shown: dict[tuple[ErrorKind, str], CellError] = {}
        for place, error in errors.items():
            key = (error.kind, error.sentence)
            by_error.setdefault(key, []).append(place)
            shown[key] = error
        for key, places in by_error.items():
            where = np.zeros(self.rows, dtype=bool)
            where[places] = True
            self.mark(where, shown[key])

    def at(self, row: int) -> CellError | None:
        """The error of a row, or None."""
        code = 0 if self.codes is None else int(self.codes[row])
        return self.kinds[code - 1] if code else None

    @property
    def bad(self) -> Mask:
        """The rows that have an error."""
        return np.zeros(self.rows, dtype=bool) if self.codes is None else self.codes != 0


@dataclass(slots=True)
class Outcome:
    """The result of a call: numbers and errors by row, and the form to hand them back in."""

    values: Numbers
    ledger: Ledger
    form: Flat
    cautions: tuple[str, ...] = ()


class _Refused(Exception):  # noqa: N818 - never leaves this module
    """The whole call has one error."""

    def __init__(self, error: CellError) -> None:
        self.error = error


def evaluate(function: Function, args: tuple[Any, ...], named: Mapping[str, Any]) -> Outcome:
    """Work out one call; every error is in the ledger of the outcome, none is raised."""
    try:
        return _evaluate(function, args, named)
    except _Refused as refused:
        ledger = Ledger(1)
        ledger.mark(True, refused.error)
        return Outcome(np.full(1, np.nan), ledger, Flat((None,)))


def _evaluate(function: Function, args: tuple[Any, ...], named: Mapping[str, Any]) -> Outcome:
    given = _bind(function, args, named)
    flats = {place: _flat(value, place[0]) for place, value in given}
    _refuse_missing(function, flats)
    form = _common_form(function, flats)
    ledger = Ledger(1 if function.spills else max(1, len(form.elements)))
    ready, words = _coerce(function, flats, ledger)
    _check_domains(function, ready, ledger)
    cautions: list[str] = []
    values = np.full(ledger.rows, np.nan)
    for rows, chosen in _word_groups(words, ledger.rows):
        arguments = ready | chosen
        _mark_faults(function, arguments, rows, ledger)
        if function.spills and np.any(ledger.bad):
            raise _Refused(ledger.at(0) or CellError(ErrorKind.NUM))
        with np.errstate(all="ignore"):
            result = _call(function.body, function.arguments, arguments)
        if function.spills:
            values, ledger = np.asarray(result, dtype=np.float64), Ledger(np.size(result))
            rows = np.ones(values.size, dtype=bool)
        else:
            values = np.where(rows, result, values)
        _mark_results(function, values, rows, ledger)
        cautions += _cautions(function, arguments, rows & ~ledger.bad, spilled=bool(function.spills))
    # Adding zero turns -0.0 into 0.0, which a cell would print with its sign.
    return Outcome(values + 0.0, ledger, form, tuple(dict.fromkeys(cautions)))


def _bind(function: Function, args: tuple[Any, ...], named: Mapping[str, Any]) -> list[tuple[tuple[str, int], Any]]:
    """Pair arguments with their names; a repeated argument counts its places from 1."""
    names = list(function.arguments)
    given = list(args)
    named = {_canonical(function, name): value for name, value in named.items()}
    rest = next((n for n, a in function.arguments.items() if isinstance(a, Rest)), None)
    bound: dict[tuple[str, int], Any] = {}
    if rest is not None:
        first = names.index(rest)
        given, repeated = given[:first], given[first:]
        repeated += _as_list(named.pop(rest, []))
        last = names[-1]
        if last != rest and last not in named and repeated and _is_word(repeated[-1]):
            named[last] = repeated.pop()
        bound = {(rest, place + 1): value for place, value in enumerate(repeated)}
    if len(given) > len(names):
        least, most = function.arity
        raise _Refused(CellError(ErrorKind.VALUE, f"takes {least} to {most} arguments, not {len(args)}"))
    positional = dict(zip(names, given, strict=False))
    twice = sorted(set(positional) & set(named))
    if twice:
        raise _Refused(CellError(ErrorKind.VALUE, f"{twice[0]} is given twice", twice[0]))
    merged = positional | named
    bound |= {(n, 0): merged.get(n, OMITTED) for n in names if n != rest or not bound}
    return sorted(bound.items(), key=lambda item: (names.index(item[0][0]), item[0][1]))


def _canonical(function: Function, name: str) -> str:
    lower = name.lower()
    for known, argument in function.arguments.items():
        if lower == known or (isinstance(argument, Arg) and lower == argument.alias):
            return known
    raise _Refused(CellError(ErrorKind.VALUE, f"has no argument {name!r}; it takes {', '.join(function.arguments)}"))


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _is_word(value: object) -> bool:
    return isinstance(value, str) and any(c.isalpha() for c in value)


def _flat(value: Any, argument: str) -> Flat:
    flat = flatten(value, argument)
    if isinstance(flat, CellError):
        raise _Refused(flat)
    return flat


def _refuse_missing(function: Function, flats: Mapping[tuple[str, int], Flat]) -> None:
    """One error for the whole call: an error in a single argument comes before a missing one."""
    for flat in flats.values():
        if flat.shape == SINGLE and isinstance(flat.elements[0], CellError):
            raise _Refused(flat.elements[0])
    for (name, _), flat in flats.items():
        if flat.blank and not function.arguments[name].optional:
            raise _Refused(CellError(ErrorKind.VALUE, f"{name} is missing", name))


def _common_form(function: Function, flats: Mapping[tuple[str, int], Flat]) -> Flat:
    """The form of the result: that of the first array; single values stretch to it."""
    if function.spills:
        return next(flat for (name, _), flat in flats.items() if name == function.spills)
    arrays = {n: f for (n, _), f in flats.items() if f.shape != SINGLE and not _is_series(function, n)}
    if not arrays:
        return Flat((None,))
    name, first = next(iter(arrays.items()))
    for other, flat in arrays.items():
        line = 1 in first.shape and 1 in flat.shape
        same = len(flat.elements) == len(first.elements) if line else flat.shape == first.shape
        if not same and len(flat.elements) != 1 and len(first.elements) != 1:
            sizes = f"{_size(first)} in {name}, {_size(flat)} in {other}"
            raise _Refused(CellError(ErrorKind.VALUE, f"arrays differ in size: {sizes}", other))
        if len(first.elements) == 1 < len(flat.elements):
            name, first = other, flat
        _refuse_other_labels(first, flat, other)
    return first


def _is_series(function: Function, name: str) -> bool:
    return isinstance(function.arguments[name], Series)


def _size(flat: Flat) -> str:
    return f"{flat.shape[0]} x {flat.shape[1]}"


def _refuse_other_labels(first: Flat, flat: Flat, argument: str) -> None:
    if first.wrapper == flat.wrapper == "pandas" and isinstance(first.labels, type(flat.labels)):
        mine = first.labels if isinstance(first.labels, tuple) else (first.labels,)
        theirs = flat.labels if isinstance(flat.labels, tuple) else (flat.labels,)
        if not all(a.equals(b) for a, b in zip(mine, theirs, strict=True)):
            raise _Refused(CellError(ErrorKind.VALUE, f"{argument} has another index; align it first", argument))


def _coerce(
    function: Function, flats: Mapping[tuple[str, int], Flat], ledger: Ledger
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Turn every argument into numbers or words, entering what is neither."""
    ready: dict[str, Any] = {}
    words: dict[str, list[Any]] = {}
    passed: list[tuple[bool, dict[int, CellError]]] = []
    wrong: list[tuple[bool, dict[int, CellError]]] = []
    for (name, place), flat in flats.items():
        argument = function.arguments[name]
        if isinstance(argument, Word):
            words[name], errors = _words(argument, flat, name)
        elif isinstance(argument, Arg) and flat.blank:
            ready[name] = np.full(1, argument.default if isinstance(argument.default, int | float) else np.nan)
            continue
        else:
            values, errors = numbers(flat, f"{name}{place or ''}")
            if isinstance(argument, Series) and min(flat.shape, default=1) > 1:
                raise _Refused(CellError(ErrorKind.VALUE, f"{name} must be one row or one column", name))
            ready[name] = [*ready.get(name, []), values] if isinstance(argument, Rest) else values
        if errors:
            everywhere = isinstance(argument, Series) or len(flat.elements) == 1
            given = {p: e for p, e in errors.items() if flat.elements[p] is e}
            passed.append((everywhere, given))
            wrong.append((everywhere, {p: e for p, e in errors.items() if p not in given}))
    for everywhere, found in (*passed, *wrong):
        if everywhere and found:
            ledger.mark(True, next(iter(found.values())))
        else:
            ledger.mark_places(found)
    return ready, words


def _words(argument: Word, flat: Flat, name: str) -> tuple[list[str], dict[int, CellError]]:
    chosen: list[str] = []
    errors: dict[int, CellError] = {}
    for place, element in enumerate(flat.elements):
        word = element.strip().lower() if isinstance(element, str) else element
        if is_blank(element) and flat.shape == SINGLE:
            word = argument.default
        elif isinstance(element, CellError):
            errors[place] = element
        elif word not in argument.words:
            shown = repr(element) if isinstance(element, str | int | float) else type(element).__name__
            known = ", ".join(argument.words)
            errors[place] = CellError(ErrorKind.VALUE, f"{name} is {shown}; it must be one of {known}", name)
        chosen.append(argument.default if place in errors else str(word))
    return chosen, errors


def _word_groups(words: Mapping[str, list[str]], rows: int) -> list[tuple[Mask, dict[str, str]]]:
    """The rows that share the same words; a body sees one word at a time."""
    every = np.ones(rows, dtype=bool)
    if all(len(chosen) == 1 for chosen in words.values()):
        return [(every, {name: chosen[0] for name, chosen in words.items()})]
    stretched = [chosen * rows if len(chosen) == 1 else chosen for chosen in words.values()]
    combinations = list(zip(*stretched, strict=True))
    groups = []
    for combination in dict.fromkeys(combinations):
        where = np.fromiter((c == combination for c in combinations), dtype=bool, count=rows)
        groups.append((where, dict(zip(words, combination, strict=True))))
    return groups


def _check_domains(function: Function, ready: Mapping[str, Any], ledger: Ledger) -> None:
    for name, argument in function.arguments.items():
        if isinstance(argument, Word) or not argument.domain:
            continue
        for values in ready[name] if isinstance(argument, Rest) else [ready[name]]:
            with np.errstate(invalid="ignore"):
                outside = argument.domain.outside(values)
            error = CellError(ErrorKind.NUM, f"{name} {argument.domain}", name)
            ledger.mark(bool(np.any(outside)) if isinstance(argument, Series) else outside, error)


def _mark_faults(function: Function, arguments: Mapping[str, Any], rows: Mask, ledger: Ledger) -> None:
    for fault in function.faults:
        if fault.when is not None:
            where = _condition(fault.when, arguments) & rows
            ledger.mark(where, _error(fault))


def _error(fault: Fault) -> CellError:
    return CellError(fault.kind, fault.sentence, fault.argument)


def _condition(when: Callable[..., Mask | bool], arguments: Mapping[str, Any]) -> Any:
    with np.errstate(all="ignore"):
        return when(**{name: arguments[name] for name in _parameters(when)})


@cache
def _parameters(when: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(when).parameters)


def _call(body: Callable[..., Any], declared: Mapping[str, Argument], arguments: Mapping[str, Any]) -> Any:
    positional: list[Any] = []
    named: dict[str, Any] = {}
    after_rest = False
    for name, argument in declared.items():
        if isinstance(argument, Rest):
            positional += arguments[name]
            after_rest = True
        elif after_rest:
            named[name] = arguments[name]
        else:
            positional.append(arguments[name])
    return body(*positional, **named)


def _mark_results(function: Function, values: Numbers, rows: Mask, ledger: Ledger) -> None:
    """No nan and no infinity leaves: the fault without a condition, or #NUM!."""
    for fault in function.faults:
        if fault.when is None:
            ledger.mark(np.isnan(values) & rows, _error(fault))
    too_large = CellError(ErrorKind.NUM, "the result is not a finite number")
    ledger.mark(~np.isfinite(values) & rows, too_large)


def _cautions(function: Function, arguments: Mapping[str, Any], good: Mask, *, spilled: bool) -> list[str]:
    where = np.ones(1, dtype=bool) if spilled else good
    return [c.sentence for c in function.cautions if np.any(_condition(c.when, arguments) & where)]


def sheet_result(function: Function, args: tuple[Any, ...]) -> tuple[Any, tuple[str, ...]]:
    """What a sheet shows: a float or `CellError`, or rows of them; and the cautions."""
    outcome = evaluate(function, args, {})
    cells = [outcome.ledger.at(row) or float(value) for row, value in enumerate(outcome.values)]
    if outcome.form.shape == SINGLE:
        return cells[0], outcome.cautions
    height, width = outcome.form.shape
    return [cells[r * width : (r + 1) * width] for r in range(height)], outcome.cautions


def python_result(function: Function, args: tuple[Any, ...], named: Mapping[str, Any], errors: str) -> Any:
    """What a Python caller gets: a float or an array in the form of the first one; or it raises."""
    if errors not in ("raise", "coerce"):
        raise ValueError(f'errors is {errors!r}; it must be "raise" or "coerce"')
    outcome = evaluate(function, args, named)
    for sentence in outcome.cautions:
        warnings.warn(f"{function.name}: {sentence}", CautionWarning, stacklevel=3)
    bad = np.flatnonzero(outcome.ledger.bad)
    if bad.size and errors == "raise":
        error = outcome.ledger.at(int(bad[0])) or CellError(ErrorKind.NUM)
        if outcome.form.shape != SINGLE:
            error = CellError(error.kind, f"element {bad[0] + 1}: {error.sentence}", error.argument)
        raise FunctionError(function.name, error)
    outcome.values[outcome.ledger.bad] = np.nan
    return _wrap(outcome.values, outcome.form)


def _wrap(values: Numbers, form: Flat) -> Any:
    if form.shape == SINGLE:
        return float(values[0])
    if form.wrapper == "pandas":
        import pandas as pd

        if form.one_dimensional:
            return pd.Series(values, index=form.labels)
        return pd.DataFrame(values.reshape(form.shape), index=form.labels[0], columns=form.labels[1])
    if form.wrapper == "numpy":
        return values if form.one_dimensional else values.reshape(form.shape)
    return values.tolist() if form.one_dimensional else values.reshape(form.shape).tolist()
