"""Calls and answers as they travel: JSON in which a blank cell, an argument left out and an error differ.

A request is {"calls": [[name, [argument, ...]], ...]}. An argument is null where it
is left out, one cell, or rows of cells; a cell is a number, a text, true or false,
null for a blank (so a single blank cell is [[null]]), or {"error": "#N/A"}. The
response is {"answers": [...]} in the order of the calls: a cell, rows, or
{"value": ..., "cautions": [...]}; an error that says more has its "sentence". An
answer with "passing" may be another the next time.
"""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind
from udfs.officejs.limits import Limits, Refusal

Json = Any
_KINDS = {kind.value: kind for kind in ErrorKind}
_NOT_A_BATCH = 'a batch is {"calls": [[name, [argument, ...]], ...]}'


class Call(NamedTuple):
    """A function's name and its arguments as they came."""

    name: str
    args: list[Json]


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def calls(body: bytes, limits: Limits) -> list[Call]:
    """The calls of a request; a `Refusal` where it is no batch."""
    try:
        # An integer too long for Python to read is still a number here.
        batch = json.loads(body, parse_int=float, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Refusal(400, "the request is no JSON") from None
    listed = batch.get("calls") if isinstance(batch, dict) else None
    if not isinstance(listed, list):
        raise Refusal(400, _NOT_A_BATCH)
    if len(listed) > limits.calls:
        raise Refusal(413, f"there are {len(listed):,} calls; send at most {limits.calls:,} at once")
    return [_call(one) for one in listed]


def _call(one: Json) -> Call:
    if not (isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) and isinstance(one[1], list)):
        raise Refusal(400, _NOT_A_BATCH)
    return Call(one[0], one[1])


def cells(args: list[Json]) -> int:
    """How many cells the arguments hold."""
    return sum(_cells(value) for value in args)


def _cells(value: Json) -> int:
    if not isinstance(value, list):
        return 1
    return sum(len(row) if isinstance(row, list) else 1 for row in value)


def argument(value: Json) -> Any:
    """An argument as the boundary takes it; an area of one cell is that cell."""
    if value is None:
        return OMITTED
    if not isinstance(value, list):
        return _cell(value)
    rows = [[_cell(cell) for cell in row] if isinstance(row, list) else [_cell(row)] for row in value]
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


def _cell(value: Json) -> Any:
    if value == "":
        return None
    if isinstance(value, dict):
        kind = _KINDS.get(str(value.get("error")), ErrorKind.VALUE)
        return CellError(kind)
    return str(value) if isinstance(value, list) else value


def answer(result: Any, cautions: tuple[str, ...]) -> Json:
    """What a cell or an area shows, for the way back."""
    shown = [[_out(cell) for cell in row] for row in result] if isinstance(result, list) else _out(result)
    return {"value": shown, "cautions": list(cautions)} if cautions else shown


def _out(cell: Any) -> Json:
    if isinstance(cell, CellError):
        return failure(cell.kind, cell.sentence)
    if isinstance(cell, float) and not math.isfinite(cell):
        return failure(ErrorKind.NUM)
    return cell


def failure(kind: ErrorKind, sentence: str = "", *, passing: bool = False) -> Json:
    """An error on its way back; one that is passing should be asked again."""
    said = {"error": kind.value, **({"sentence": sentence} if sentence else {})}
    return said | {"passing": True} if passing else said


def text(value: Json) -> bytes:
    """JSON with every digit a float has, and no NaN."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
