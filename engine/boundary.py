"""The one way from what a host hands over to arithmetic and back.

It binds, coerces, broadcasts and checks before a function body runs, so that a
body is arithmetic on rows that are in order, and every error has one meaning in
every host. Order, row by row: an error passed in, a missing argument, a wrong
type, a number outside its domain, a declared fault, a result that is no number.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.arguments import Argument, Mask, Numbers, Rest, Series, Word
from engine.binding import SINGLE, Given, Refused, bind, common_form
from engine.coerce import Flat, is_blank, not_finite, numbers, shown
from engine.errors import CellError, ErrorKind, FunctionError
from engine.ledger import Ledger, somewhere

if TYPE_CHECKING:
    from engine.registry import Fault, Function

Words = dict[str, list[str]]


class CautionWarning(UserWarning):
    """A result stands, but should be read with care."""


@dataclass(slots=True)
class Outcome:
    """The result of a call: numbers and errors by row, and the form to hand them back in.

    A call that is `refused` has one error and no form: its arguments do not fit together.
    """

    values: Numbers
    ledger: Ledger
    form: Flat
    cautions: tuple[str, ...] = ()
    refused: bool = False
    words: tuple[str, ...] = ()


def evaluate(function: Function, args: tuple[Any, ...], named: Mapping[str, Any]) -> Outcome:
    """Work out one call; every error is in the ledger of the outcome, none is raised."""
    try:
        with np.errstate(all="ignore"):
            return _evaluate(function, args, named)
    except Refused as refused:
        given = (*args, *named.values())
        ledger = Ledger(1)
        ledger.mark(True, next((v for v in given if isinstance(v, CellError)), refused.error))
        return Outcome(np.full(1, np.nan), ledger, Flat((None,)), refused=True)


def _evaluate(function: Function, args: tuple[Any, ...], named: Mapping[str, Any]) -> Outcome:
    given = bind(function, args, named)
    form = common_form(given, function.spills)
    ledger = Ledger(1 if function.spills else len(form.elements))
    ready, words = _coerce(given, ledger)
    _check_domains(function, ready, ledger)
    values = np.full(ledger.rows, np.nan)
    cautions: list[str] = []
    for rows, chosen in _word_groups(words, ledger.rows):
        arguments = ready | chosen
        good = _mark_faults(function, arguments, rows, ledger)
        if not somewhere(good):
            continue
        result = _call(function, arguments, good)
        if function.spills:
            values, ledger = np.asarray(result, dtype=np.float64), Ledger(result.size)
        else:
            values[good] = result
        cautions += _cautions(function, arguments, good)
    if function.spills and ledger.bad_rows:
        return _spoilt(ledger, form)
    _mark_results(function, values, ledger)
    # Adding zero turns -0.0 into 0.0, which a cell would print with its sign.
    used = tuple(dict.fromkeys(word for chosen in words.values() for word in chosen))
    return Outcome(values + 0.0, ledger, form, tuple(dict.fromkeys(cautions)), words=used)


def _spoilt(ledger: Ledger, form: Flat) -> Outcome:
    """A function of whole rows has one error for all of its result."""
    everywhere = Ledger(len(form.elements))
    everywhere.mark(True, ledger.kinds[ledger.codes[0] - 1])
    return Outcome(np.full(everywhere.rows, np.nan), everywhere, form)


def _coerce(given: list[Given], ledger: Ledger) -> tuple[dict[str, Any], Words]:
    """Turn every argument into numbers or words, entering what is neither."""
    ready: dict[str, Any] = {}
    words: Words = {}
    missing: list[str] = []
    wrong: list[tuple[Given, Any, dict[int, CellError]]] = []
    for item in given:
        name, argument, values = item.name, item.argument, None
        errors: dict[int, CellError] = {}
        if isinstance(argument, Word):
            words[name], errors = _words(argument, item)
        else:
            if not item.flat.blank:
                values, errors = numbers(item.flat, item.label)
            else:
                values = _default(argument)
                if not argument.optional:
                    missing.append(item.label)
            if isinstance(argument, Series):
                values = np.atleast_1d(values)
            ready[name] = [*ready.get(name, ()), values] if isinstance(argument, Rest) else values
        if errors or isinstance(values, np.ndarray):
            wrong.append((item, values, errors))
    _enter_passed(wrong, ledger)
    for label in missing:
        ledger.mark(True, CellError(ErrorKind.VALUE, f"{label} is missing, and has no default", label))
    _enter_wrong(wrong, ledger)
    return ready, words


def _default(argument: Argument) -> np.float64:
    """The value of a blank argument; nan for none."""
    default = getattr(argument, "default", None)
    return np.float64(default if isinstance(default, int | float) else np.nan)


def _enter_passed(wrong: list[tuple[Given, Any, dict[int, CellError]]], ledger: Ledger) -> None:
    for item, _, errors in wrong:
        elements = item.flat.elements
        _enter(item, {p: e for p, e in errors.items() if e is elements[p]}, ledger)


def _enter_wrong(wrong: list[tuple[Given, Any, dict[int, CellError]]], ledger: Ledger) -> None:
    for item, values, errors in wrong:
        if isinstance(item.argument, Series) and min(item.flat.shape, default=1) > 1:
            sentence = f"{item.label} must be one row or one column"
            ledger.mark(True, CellError(ErrorKind.VALUE, sentence, item.label))
        _enter(item, errors, ledger)
        if isinstance(values, np.ndarray) and not item.flat.blank:
            _enter_where(item, ~np.isfinite(values), not_finite(item.label), ledger)


def _enter(item: Given, errors: dict[int, CellError], ledger: Ledger) -> None:
    if errors and item.single:
        ledger.mark(True, next(iter(errors.values())))
    elif errors:
        ledger.mark_places(errors)


def _enter_where(item: Given, where: Mask, error: CellError, ledger: Ledger) -> None:
    ledger.mark(bool(where.any()) if item.single else where, error)


def _words(argument: Word, item: Given) -> tuple[list[str], dict[int, CellError]]:
    chosen: list[str] = []
    errors: dict[int, CellError] = {}
    for place, element in enumerate(item.flat.elements):
        word = element.strip().lower() if isinstance(element, str) else ""
        if isinstance(element, CellError):
            errors[place] = element
        elif word not in argument.words and not (item.flat.blank and is_blank(element)):
            sentence = f"{argument.wanted(item.name)}, not {shown(element)}"
            errors[place] = CellError(ErrorKind.VALUE, sentence, item.name)
        chosen.append(word if word in argument.words else argument.default)
    return chosen, errors


def _word_groups(words: Words, rows: int) -> list[tuple[Mask | bool, dict[str, str]]]:
    """The rows that share the same words; a body sees one word at a time."""
    if all(len(chosen) == 1 for chosen in words.values()):
        return [(True, {name: chosen[0] for name, chosen in words.items()})]
    stretched = [chosen * rows if len(chosen) == 1 else chosen for chosen in words.values()]
    places: dict[tuple[str, ...], list[int]] = {}
    for place, combination in enumerate(zip(*stretched, strict=True)):
        places.setdefault(combination, []).append(place)
    groups: list[tuple[Mask | bool, dict[str, str]]] = []
    for combination, found in places.items():
        where = np.zeros(rows, dtype=bool)
        where[found] = True
        groups.append((where, dict(zip(words, combination, strict=True))))
    return groups


def _check_domains(function: Function, ready: Mapping[str, Any], ledger: Ledger) -> None:
    for name, argument in function.arguments.items():
        if isinstance(argument, Word):
            continue
        for values in ready[name] if isinstance(argument, Rest) else (ready[name],):
            outside = argument.domain.outside(values)
            if somewhere(outside):
                everywhere = isinstance(argument, Series) or np.size(outside) == 1
                error = CellError(ErrorKind.NUM, argument.domain.wanted(name), name)
                ledger.mark(True if everywhere else outside, error)


def _mark_faults(
    function: Function, arguments: Mapping[str, Any], rows: Mask | bool, ledger: Ledger
) -> Mask | bool:
    """Enter the declared faults; the rows that have no error at all."""
    for fault in function.faults:
        if fault.when is not None:
            ledger.mark(_condition(fault.when, arguments) & rows, _error(fault))
    return ledger.good & rows


def _error(fault: Fault) -> CellError:
    return CellError(fault.kind, fault.sentence, fault.argument)


def _condition(when: Callable[..., Mask | bool], arguments: Mapping[str, Any]) -> Any:
    return when(**{name: arguments[name] for name in _parameters(when)})


@cache
def _parameters(when: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(when).parameters)


def _call(function: Function, arguments: Mapping[str, Any], good: Mask | bool) -> Any:
    """Run the body on the rows that are in order, so that it need not mind the others."""
    part = good if isinstance(good, np.ndarray) and not good.all() else None

    def rows_of(values: Any) -> Any:
        return values[part] if part is not None and np.size(values) > 1 else values

    positional: list[Any] = []
    named: dict[str, Any] = {}
    for name, argument in function.arguments.items():
        value = arguments[name]
        if isinstance(argument, Rest):
            positional += [rows_of(values) for values in value]
            continue
        one = value if isinstance(argument, Word | Series) else rows_of(value)
        if isinstance(argument, Word) or named:
            named[name] = one
        else:
            positional.append(one)
    return function.body(*positional, **named)


def _mark_results(function: Function, values: Numbers, ledger: Ledger) -> None:
    """No nan and no infinity leaves: the fault without a condition, or #NUM!."""
    finite = np.isfinite(values)
    if finite.all():
        return
    for fault in function.faults:
        if fault.when is None:
            ledger.mark(np.isnan(values), _error(fault))
    sentence = "the result is too large or has no limit; check the size of the arguments"
    ledger.mark(~finite, CellError(ErrorKind.NUM, sentence))


def _cautions(function: Function, arguments: Mapping[str, Any], good: Mask | bool) -> list[str]:
    return [c.sentence for c in function.cautions if somewhere(_condition(c.when, arguments) & good)]


def sheet_result(function: Function, args: tuple[Any, ...]) -> tuple[Any, tuple[str, ...]]:
    """What a sheet shows: a float or `CellError`, or rows of them; and the cautions."""
    outcome = evaluate(function, args, {})
    cells: list[Any] = outcome.values.tolist()
    for row in outcome.ledger.bad_rows:
        cells[row] = outcome.ledger.at(row)
    if outcome.form.shape == SINGLE:
        return cells[0], outcome.cautions
    height, width = outcome.form.shape
    return [cells[r * width : (r + 1) * width] for r in range(height)], outcome.cautions


def python_result(function: Function, args: tuple[Any, ...], named: Mapping[str, Any], errors: str) -> Any:
    """What a Python caller gets: a float or an array in the form of the first one; or it raises.

    Arguments that do not fit together raise in any case.
    """
    if errors not in ("raise", "coerce"):
        raise function.fail(
            ErrorKind.VALUE, f'errors must be "raise" or "coerce", not {shown(errors)}', "errors"
        )
    outcome = evaluate(function, args, named)
    for sentence in outcome.cautions:
        warnings.warn(f"{function.name}: {sentence}", CautionWarning, stacklevel=3)
    bad = outcome.ledger.bad_rows
    if bad and (errors == "raise" or outcome.refused):
        whole = outcome.form.shape == SINGLE or bool(function.spills)
        raise FunctionError(function.name, _first_error(outcome.ledger, bad[0], whole))
    outcome.values[bad] = np.nan
    return _wrap(outcome.values, outcome.form)


def _first_error(ledger: Ledger, row: int, whole: bool) -> CellError:
    error = ledger.at(row) or CellError(ErrorKind.NUM)
    if whole:
        return error
    sentence = f"element {row + 1}: {error.sentence or 'an argument is an error'}"
    return CellError(error.kind, sentence, error.argument)


def _wrap(values: Numbers, form: Flat) -> Any:
    if form.shape == SINGLE:
        return float(values[0])
    if form.wrapper == "pandas":
        import pandas as pd

        if form.one_dimensional:
            return pd.Series(values, index=form.labels[0])
        index, columns = form.labels
        return pd.DataFrame(values.reshape(form.shape), index=index, columns=columns)
    shaped = values if form.one_dimensional else values.reshape(form.shape)
    return shaped if form.wrapper == "numpy" else shaped.tolist()
