"""Named models: what can be varied as a whole, a function or a figure of the company forecast, by name.

`ltv_cac` is the function of that name; `payback.churn` the function under one of
its words; `forecast.runway` a figure of the monthly company forecast.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arguments import Arg, Numbers, Rest, Word
from engine.boundary import evaluate
from engine.drivers import DRIVERS
from engine.errors import CellError, ErrorKind, InputError
from engine.ledger import Ledger
from engine.registry import Function, library

FORECAST = "forecast"
# As many numbers of a repeated argument can be named: cost1, cost2, ...
_MOST_REPEATED = 30


@dataclass(frozen=True, slots=True)
class Model:
    """Something that takes numbers by name and gives one number.

    `inputs` are in the order of the arguments; `needed` those that have no default.
    """

    name: str
    inputs: tuple[str, ...]
    needed: frozenset[str]
    work_out: Callable[[Mapping[str, Numbers]], tuple[Numbers, Ledger]]

    def __call__(self, given: Mapping[str, Numbers]) -> tuple[Numbers, Ledger]:
        """The values for rows of inputs, nan where a row has none, and the error of each such row."""
        values, ledger = self.work_out(given)
        return np.where(ledger.good, values, np.nan), ledger


def model(name: str) -> Model:
    """The model of this name, in upper or lower case; an `InputError` says what is wrong with it."""
    first, _, rest = name.strip().lower().partition(".")
    if first == FORECAST:
        return _of_forecast(rest)
    called = library().get(first.upper())
    if called is None:
        raise InputError(f"there is no {name!r}{_nearest(first, list(names()))}")
    if not _is_model(called):
        raise InputError(f"{called.name} takes or gives whole rows, so it is no model")
    return _of_function(called, rest.split(".") if rest else [])


def names() -> Iterator[str]:
    """The names of all models, without the words that may follow."""
    from engine.forecast import METRICS

    yield from (name.lower() for name, called in library().items() if _is_model(called))
    yield from (f"{FORECAST}.{metric}" for metric in METRICS)


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f"; did you mean {near[0]}?" if near else ""


def _is_model(called: Function) -> bool:
    return not called.spills and all(isinstance(a, Arg | Word | Rest) for a in called.arguments.values())


def _of_function(called: Function, words: list[str]) -> Model:
    chosen = dict(_chosen(called, words))
    inputs: list[str] = []
    needed: set[str] = set()
    for name, argument in called.arguments.items():
        if isinstance(argument, Rest):
            inputs += [f"{name}{number}" for number in range(1, _MOST_REPEATED + 1)]
            needed.add(f"{name}1")
        elif isinstance(argument, Arg):
            inputs.append(name)
            needed |= set() if argument.optional else {name}

    def work_out(given: Mapping[str, Numbers]) -> tuple[Numbers, Ledger]:
        outcome = evaluate(called, (), _as_arguments(called, given) | chosen)
        rows = max(np.size(values) for values in given.values())
        if outcome.values.size == rows:
            return outcome.values, outcome.ledger
        # Nothing varies, or the call as a whole is refused: one result for all rows.
        ledger = Ledger(rows)
        ledger.mark(outcome.ledger.at(0) is not None, outcome.ledger.at(0) or CellError(ErrorKind.NUM))
        return np.full(rows, outcome.values[0]), ledger

    return Model(".".join((called.name.lower(), *words)), tuple(inputs), frozenset(needed), work_out)


def _chosen(called: Function, words: list[str]) -> Iterator[tuple[str, str]]:
    """The argument that each word behind the name belongs to."""
    takes = {name: a.words for name, a in called.arguments.items() if isinstance(a, Word)}
    known = ", ".join(word for some in takes.values() for word in some)
    for word in words:
        name = next((name for name, some in takes.items() if word in some), None)
        if name is None:
            hint = f"it knows {known}" if known else "it takes no words"
            raise InputError(f"{called.name} has no {word!r}; {hint}")
        del takes[name]
        yield name, word


def _as_arguments(called: Function, given: Mapping[str, Numbers]) -> dict[str, Any]:
    """Inputs by argument: those of a repeated one in a list."""
    rest = called.repeated
    arguments: dict[str, Any] = {}
    for name, values in given.items():
        if name in called.arguments:
            arguments[name] = values
        else:
            arguments.setdefault(rest, {})[int(name.removeprefix(rest))] = values
    if rest in arguments:
        arguments[rest] = [arguments[rest][number] for number in sorted(arguments[rest])]
    return arguments


def _of_forecast(figure: str) -> Model:
    from engine.forecast import METRICS, metric

    if figure not in METRICS:
        hint = _nearest(figure, list(METRICS)) or f"; it gives {', '.join(METRICS)}"
        raise InputError(f"the forecast gives no {figure!r}{hint}")

    def work_out(given: Mapping[str, Numbers]) -> tuple[Numbers, Ledger]:
        rows = max(np.size(values) for values in given.values())
        ledger = Ledger(rows)
        for name, values in given.items():
            domain = DRIVERS[name].domain
            ledger.mark(domain.outside(values), CellError(ErrorKind.NUM, domain.wanted(name), name))
        good = np.broadcast_to(ledger.good, rows)
        values = np.full(rows, np.nan)
        if good.any():
            values[good] = metric(figure, {name: _rows_of(given[name], good) for name in given})
        absent = f"the forecast has no {figure} in its months"
        ledger.mark(~np.isfinite(values), CellError(ErrorKind.NA, absent))
        return values, ledger

    return Model(f"{FORECAST}.{figure}", tuple(DRIVERS), frozenset(DRIVERS), work_out)


def _rows_of(values: Numbers, good: Any) -> Numbers:
    return values[good] if np.size(values) > 1 else values
