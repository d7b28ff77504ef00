"""The arguments of a call made ready for arithmetic: numbers, words, texts, tables, and what is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.arguments import Arg, Mask, Rest, Series, Table, Text, Word
from engine.binding import Given
from engine.coerce import is_blank, not_finite, numbers, shown
from engine.errors import CellError, ErrorKind
from engine.ledger import Ledger, somewhere

if TYPE_CHECKING:
    from engine.registry import Function

Words = dict[str, list[str]]


def coerce(given: list[Given], ledger: Ledger) -> tuple[dict[str, Any], Words]:
    """Turn every argument into numbers or words, entering what is neither."""
    ready: dict[str, Any] = {}
    words: Words = {}
    missing: list[str] = []
    wrong: list[tuple[Given, Any, dict[int, CellError]]] = []
    for item in given:
        name, argument = item.name, item.argument
        values, errors = _read(item)
        if item.flat.blank and not argument.optional:
            missing.append(item.label)
        if isinstance(argument, Word):
            words[name] = values
        else:
            ready[name] = [*ready.get(name, ()), values] if isinstance(argument, Rest) else values
        if errors or isinstance(values, np.ndarray):
            wrong.append((item, values, errors))
    _enter_passed(wrong, ledger)
    for label in missing:
        ledger.mark(True, CellError(ErrorKind.VALUE, f"{label} is missing, and has no default", label))
    _enter_wrong(wrong, ledger)
    return ready, words


def _read(item: Given) -> tuple[Any, dict[int, CellError]]:
    """What an argument holds, and the errors in it by place."""
    argument, flat = item.argument, item.flat
    if isinstance(argument, Word):
        return _words(argument, item)
    if isinstance(argument, Text):
        return _text(item)
    if isinstance(argument, Table):
        return _table(item)
    values, errors = (_default(argument), {}) if flat.blank else numbers(flat, item.label)
    return (np.atleast_1d(values) if isinstance(argument, Series) else values), errors


def _default(argument: Arg | Series | Rest) -> Any:
    """The value of a blank argument; nan for none."""
    default = getattr(argument, "default", None)
    return np.asarray(default) if isinstance(default, tuple) else np.float64(_plain(default))


def _plain(default: object) -> float:
    return default if isinstance(default, int | float) else np.nan


def _text(item: Given) -> tuple[str, dict[int, CellError]]:
    first, *others = item.flat.elements
    if isinstance(first, CellError):
        return "", {0: first}
    if item.flat.blank or (isinstance(first, str) and not others):
        return str(first).strip(), {}
    sentence = f"{item.name} must be a text, not {'an area' if others else shown(first)}"
    return "", {0: CellError(ErrorKind.VALUE, sentence, item.name)}


def _table(item: Given) -> tuple[list[list[Any]], dict[int, CellError]]:
    cells = list(item.flat.elements)
    errors = {place: cell for place, cell in enumerate(cells) if isinstance(cell, CellError)}
    if not item.flat.shape:
        sentence = f"{item.name} must be a table, not {shown(cells[0])}"
        return [], errors or {0: CellError(ErrorKind.VALUE, sentence, item.name)}
    width = item.flat.shape[1]
    return [cells[at : at + width] for at in range(0, len(cells), width)], errors


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
        if isinstance(values, np.ndarray) and not item.flat.blank and not _all_finite(values):
            _enter_where(item, ~np.isfinite(values), not_finite(item.label), ledger)


def _all_finite(values: Any) -> bool:
    """Whether no nan and no infinity is in it; without a mask, which costs more than the look."""
    return bool(np.isfinite(values.min()) and np.isfinite(values.max()))


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
    known = {word: word for word in argument.words}
    for place, element in enumerate(item.flat.elements):
        if type(element) is str and element in known:
            chosen.append(known[element])
            continue
        word = element.strip().lower() if isinstance(element, str) else ""
        if isinstance(element, CellError):
            errors[place] = element
        elif word not in argument.words and not (item.flat.blank and is_blank(element)):
            sentence = f"{argument.wanted(item.name)}, not {shown(element)}"
            errors[place] = CellError(ErrorKind.VALUE, sentence, item.name)
        chosen.append(word if word in argument.words else argument.default)
    return chosen, errors


def word_groups(words: Words, rows: int) -> list[tuple[Mask | bool, dict[str, str]]]:
    """The rows that share the same words; a body sees one word at a time."""
    if all(len(chosen) == 1 for chosen in words.values()):
        return [(True, {name: chosen[0] for name, chosen in words.items()})]
    stretched = [chosen * rows if len(chosen) == 1 else chosen for chosen in words.values()]
    combinations = list(zip(*stretched, strict=True))
    numbered = {combination: number for number, combination in enumerate(dict.fromkeys(combinations))}
    numbers = np.fromiter(map(numbered.__getitem__, combinations), np.intp, rows)
    return [
        (numbers == number, dict(zip(words, combination, strict=True)))
        for combination, number in numbered.items()
    ]


def check_domains(function: Function, ready: Mapping[str, Any], ledger: Ledger) -> None:
    """Enter what lies outside the domain of its argument."""
    for name, argument in function.arguments.items():
        if isinstance(argument, Word | Text | Table):
            continue
        for values in ready[name] if isinstance(argument, Rest) else (ready[name],):
            if argument.domain.holds(values):
                continue
            outside = argument.domain.outside(values)
            if somewhere(outside):
                everywhere = isinstance(argument, Series) or np.size(outside) == 1
                error = CellError(ErrorKind.NUM, argument.domain.wanted(name), name)
                ledger.mark(True if everywhere else outside, error)
