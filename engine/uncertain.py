"""Inputs of a model that are not known for sure: a table of distributions, and draws from it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arguments import Numbers
from engine.coerce import is_blank, number, shown
from engine.distributions import KINDS, TAKES, WANTED, bad, quantile
from engine.errors import CellError, InputError
from engine.models import Model

FIXED = "fixed"
_NAME, _KIND, _PARAMETERS = 0, 1, 2
_WIDTH = 5
# So many draws are worked out at a time.
_BLOCK = 20_000


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a model: one number each, or a kind of distribution with its parameters."""

    fixed: Mapping[str, Any]
    varied: Mapping[str, tuple[str, tuple[Any, ...]]]

    def drawn(self, uniform: Numbers) -> dict[str, Numbers]:
        """All inputs for rows of uniform draws, one column for each that varies."""
        values: dict[str, Any] = dict(self.fixed)
        for column, (name, (kind, parameters)) in enumerate(self.varied.items()):
            values[name] = quantile(kind, uniform[:, column], *parameters)
        return values


def read_inputs(rows: Sequence[Sequence[Any]], model: Model) -> Inputs:
    """Read a table of name, kind and up to three parameters; an `InputError` names the row at fault."""
    fixed: dict[str, Any] = {}
    varied: dict[str, tuple[str, tuple[Any, ...]]] = {}
    for place, row in enumerate(rows, start=1):
        if all(_empty(cell) for cell in row):
            continue
        try:
            name, kind, parameters = _read_row(row, model)
            if name in fixed or name in varied:
                raise InputError(f"{name} stands there twice")
        except InputError as error:
            raise InputError(f"row {place}: {error}") from None
        if kind == FIXED:
            fixed[name] = parameters[0]
        else:
            varied[name] = (kind, parameters)
    missing = [name for name in model.inputs if name in model.needed - fixed.keys() - varied.keys()]
    if missing:
        raise InputError(f"{model.name} needs a row for {', '.join(missing)}")
    return Inputs(fixed, varied)


def _read_row(row: Sequence[Any], model: Model) -> tuple[str, str, tuple[Any, ...]]:
    cells = [*row, *[None] * (_WIDTH - len(row))]
    if any(not _empty(cell) for cell in cells[_WIDTH:]):
        raise InputError("there is more than a name, a kind and three parameters")
    name, kind = _text(cells[_NAME], "the name of an input"), _text(cells[_KIND], "a kind")
    if name not in model.inputs:
        near = difflib.get_close_matches(name, model.inputs, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(model.inputs[:8])}"
        raise InputError(f"{model.name} has no input {name!r}; {hint}")
    given = list(_parameters(cells[_PARAMETERS:_WIDTH]))
    if kind == FIXED:
        if np.isnan(given[0]) or not np.isnan(given[1:]).all():
            raise InputError("fixed takes one number")
    elif kind not in KINDS:
        raise InputError(f"the kind must be one of {FIXED}, {', '.join(KINDS)}, not {kind!r}")
    else:
        _check_parameters(kind, given)
    return name, kind, tuple(given)


def _check_parameters(kind: str, given: Sequence[Any]) -> None:
    taken = len(TAKES[kind])
    if np.isnan(given[:taken]).any() or not np.isnan(given[taken:]).all():
        raise InputError(f"{kind} takes {', '.join(TAKES[kind])}")
    if bad(kind, *given):
        raise InputError(WANTED[kind])


def _empty(cell: object) -> bool:
    return is_blank(cell) or (isinstance(cell, str) and not cell.strip())


def _text(cell: object, wanted: str) -> str:
    if not isinstance(cell, str) or not cell.strip():
        raise InputError(f"there must be {wanted}, not {shown(cell)}")
    return cell.strip().lower()


def _parameters(cells: Sequence[Any]) -> Iterator[Any]:
    for cell in cells:
        value = np.nan if _empty(cell) else number(cell, "a parameter")
        if isinstance(value, CellError):
            raise InputError(value.sentence)
        yield np.float64(value)


def draw(model: Model, inputs: Inputs, n: int, seed: int) -> tuple[Numbers, CellError | None]:
    """The model's values for n draws, nan where there is none; and the first error."""
    source = np.random.default_rng(seed)
    values = np.empty(n)
    first: CellError | None = None
    for start in range(0, n, _BLOCK):
        stop = min(n, start + _BLOCK)
        uniform = source.random((stop - start, len(inputs.varied)))
        some, ledger = model(_in_rows(inputs.drawn(uniform), stop - start))
        values[start:stop] = some
        if first is None and ledger.bad_rows:
            first = ledger.at(ledger.bad_rows[0])
    return values, first


def _in_rows(values: Mapping[str, Numbers], rows: int) -> dict[str, Numbers]:
    """The inputs with as many rows as there are draws, even where nothing varies."""
    ready = dict(values)
    if ready and all(np.ndim(one) == 0 for one in ready.values()):
        name = next(iter(ready))
        ready[name] = np.full(rows, ready[name])
    return ready
