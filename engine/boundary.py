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

from engine.arguments import WHOLE, Mask, Numbers, Rest, Word
from engine.binding import SINGLE, Given, Refused, bind, common_form, refuse_areas
from engine.coerce import Flat, shown
from engine.errors import CellError, ErrorKind, FunctionError
from engine.intake import check_domains, coerce, word_groups
from engine.ledger import Ledger, somewhere
from engine.units import LOGICAL

if TYPE_CHECKING:
    from engine.registry import Fault, Function


# Arrays of so many floats stay in the cache, and below what malloc takes anew from the system each time.
_BLOCK = 15_000


class CautionWarning(UserWarning):
    """A result stands, but should be read with care."""


class Faulted(Exception):  # noqa: N818 - never leaves the boundary
    """Raised by the body of a spilling function where it meets one of its declared faults."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        sentence = f"{fault.sentence}: {detail}" if detail else fault.sentence
        self.error = CellError(fault.kind, sentence, fault.argument)


@dataclass(slots=True)
class Outcome:
    """The result of a call: numbers and errors by row, and the form to hand them back in.

    `logical` marks the rows that are TRUE or FALSE. A call that is `refused` has one
    error and no form: its arguments do not fit together.
    """

    values: Numbers
    ledger: Ledger
    form: Flat
    cautions: tuple[str, ...] = ()
    refused: bool = False
    words: tuple[str, ...] = ()
    logical: Mask | bool = False

    def cells(self) -> list[float | bool | CellError]:
        """Every row as a sheet holds it."""
        cells: list[Any] = self.values.tolist()
        if self.logical is not False:
            logical = np.broadcast_to(self.logical, len(cells)).tolist()
            cells = [bool(cell) if truth else cell for cell, truth in zip(cells, logical, strict=True)]
        for row in self.ledger.bad_rows:
            cells[row] = self.ledger.at(row)
        return cells


def evaluate(function: Function, args: tuple[Any, ...], named: Mapping[str, Any]) -> Outcome:
    """Work out one call; every error is in the ledger of the outcome, none is raised."""
    try:
        with np.errstate(all="ignore"):
            return _evaluate(function, args, named)
    except Refused as refused:
        given = (*args, *named.values())
        error = next((v for v in given if isinstance(v, CellError)), refused.error)
        return _one_error(error, Flat((None,)), refused=True)


def _one_error(error: CellError, form: Flat, refused: bool = False) -> Outcome:
    """The outcome where all of a result is one error."""
    ledger = Ledger(len(form.elements))
    ledger.mark(True, error)
    return Outcome(np.full(ledger.rows, np.nan), ledger, form, refused=refused)


def _evaluate(function: Function, args: tuple[Any, ...], named: Mapping[str, Any]) -> Outcome:
    given = bind(function, args, named)
    if function.spills:
        return _spill(function, given)
    form = common_form(given)
    ledger = Ledger(len(form.elements))
    ready, words = coerce(given, ledger)
    check_domains(function, ready, ledger)
    values = np.full(ledger.rows, np.nan)
    logical: Mask | bool = False
    cautions: list[str] = []
    for rows, chosen in word_groups(words, ledger.rows):
        arguments = ready | chosen
        good = _mark_faults(function, arguments, rows, ledger)
        if not somewhere(good):
            continue
        _fill(values, function, arguments, good)
        if function.unit(chosen.values()) == LOGICAL:
            logical = logical | rows
        cautions += _cautions(function, arguments, values, good)
    _mark_results(function, values, ledger)
    used = tuple(dict.fromkeys(word for chosen in words.values() for word in chosen))
    # Adding zero turns -0.0 into 0.0, which a cell would print with its sign.
    values += 0.0
    return Outcome(values, ledger, form, tuple(dict.fromkeys(cautions)), words=used, logical=logical)


def _spill(function: Function, given: list[Given]) -> Outcome:
    """A call whose result is an area of its own: it has one error for all, or errors by cell."""
    refuse_areas(given)
    along = next((item.flat for item in given if item.name == function.spills.along), None)  # type: ignore[union-attr]
    ledger = Ledger(1)
    ready, words = coerce(given, ledger)
    check_domains(function, ready, ledger)
    arguments = ready | {name: chosen[0] for name, chosen in words.items()}
    _mark_faults(function, arguments, True, ledger)
    error = ledger.at(0)
    if error is not None:
        return _one_error(error, along or Flat((None,)))
    try:
        result = _call(function, arguments, True)
    except Faulted as faulted:
        return _one_error(faulted.error, along or Flat((None,)))
    values, ledger = _with_errors(result)
    _mark_results(function, values, ledger)
    cautions = _cautions(function, arguments, result, True)
    used = tuple(chosen[0] for chosen in words.values())
    return Outcome(values + 0.0, ledger, _area(np.shape(result), given, along), tuple(cautions), words=used)


def _with_errors(result: Any) -> tuple[Numbers, Ledger]:
    """The cells of a spilled result as numbers, and the errors among them."""
    cells = np.asarray(result).reshape(-1)
    ledger = Ledger(cells.size)
    if cells.dtype != object:
        return cells.astype(np.float64), ledger
    errors = {place: cell for place, cell in enumerate(cells) if isinstance(cell, CellError)}
    ledger.mark_places(errors)
    numbers = [np.nan if place in errors else cell for place, cell in enumerate(cells)]
    return np.array(numbers, dtype=np.float64), ledger


def _area(shape: tuple[int, ...], given: list[Given], along: Flat | None) -> Flat:
    """The form of a spilled result: that of the series it goes along, or an area of its own."""
    size = int(np.prod(shape))
    if along is not None and len(along.elements) == size:
        return along
    plain = all(item.flat.wrapper == "list" for item in given)
    wrapper = "list" if plain else "numpy"
    if len(shape) == 2:
        return Flat(range(size), shape, wrapper)
    column = along is not None and along.shape[-1:] == (1,)
    return Flat(range(size), (size, 1) if column else (1, size), wrapper, one_dimensional=True)


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
        one = value if isinstance(argument, (Word, *WHOLE)) else rows_of(value)
        if isinstance(argument, Word) or named:
            named[name] = one
        else:
            positional.append(one)
    return function.body(*positional, **named)


def _fill(values: Numbers, function: Function, arguments: Mapping[str, Any], good: Mask | bool) -> None:
    """Run the body on a block of rows at a time, so that what it works with stays in the cache."""
    if values.size <= _BLOCK:
        values[... if good is True else good] = _call(function, arguments, good)
        return
    for start in range(0, values.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        some = good[block] if isinstance(good, np.ndarray) else good
        if somewhere(some):
            part = {name: _rows_of(function, name, value, block) for name, value in arguments.items()}
            values[block][... if some is True else some] = _call(function, part, some)


def _rows_of(function: Function, name: str, value: Any, block: slice) -> Any:
    argument = function.arguments[name]
    if isinstance(argument, (Word, *WHOLE)):
        return value
    if isinstance(argument, Rest):
        return [one[block] if np.size(one) > 1 else one for one in value]
    return value[block] if np.size(value) > 1 else value


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


def _cautions(function: Function, arguments: Mapping[str, Any], result: Any, good: Mask | bool) -> list[str]:
    known = {**arguments, "result": result}
    return [c.sentence for c in function.cautions if somewhere(_condition(c.when, known) & good)]


def sheet_result(function: Function, args: tuple[Any, ...]) -> tuple[Any, tuple[str, ...]]:
    """What a sheet shows: a number, a truth or a `CellError`, or rows of them; and the cautions."""
    outcome = evaluate(function, args, {})
    if outcome.ledger.codes is None and outcome.logical is False and outcome.form.shape != SINGLE:
        return outcome.values.reshape(outcome.form.shape).tolist(), outcome.cautions
    cells = outcome.cells()
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
    values: Any = outcome.values
    if outcome.logical is not False and not bad and np.all(outcome.logical):
        values = values.astype(bool)
    return _wrap(values, outcome.form)


def _first_error(ledger: Ledger, row: int, whole: bool) -> CellError:
    error = ledger.at(row) or CellError(ErrorKind.NUM)
    if whole:
        return error
    sentence = f"element {row + 1}: {error.sentence or 'an argument is an error'}"
    return CellError(error.kind, sentence, error.argument)


def _wrap(values: Any, form: Flat) -> Any:
    if form.shape == SINGLE:
        return values[0].item()
    if form.wrapper == "pandas":
        import pandas as pd

        if form.one_dimensional:
            return pd.Series(values, index=form.labels[0])
        index, columns = form.labels
        return pd.DataFrame(values.reshape(form.shape), index=index, columns=columns)
    shaped = values if form.one_dimensional else values.reshape(form.shape)
    return shaped if form.wrapper == "numpy" else shaped.tolist()
