"""Calls of one form worked out as one: cells with the same formula down a column are one call on columns.

Row by row the boundary gives for an area what it gives for its cells alone, to the last
bit or two of a number. What it says of an area as a whole, such as a caution, cannot be
shared out, so such calls are made one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.arguments import WHOLE, Rest
from engine.boundary import sheet_result
from engine.registry import Function, functions
from udfs.officejs.wire import Call, argument

FEWEST, MOST = 32, 500
_Form = tuple[Any, ...]


def runs(calls: Sequence[Call]) -> Iterator[list[int]]:
    """The places of calls that may be worked out together, every place in one run, in order of the first."""
    forms: dict[_Form, list[int]] = {}
    for place, call in enumerate(calls):
        forms.setdefault(_form(call) or (place,), []).append(place)
    for places in forms.values():
        if len(places) < FEWEST:
            yield from ([place] for place in places)
        else:
            yield from (places[at : at + MOST] for at in range(0, len(places), MOST))


def _form(call: Call) -> _Form | None:
    """What calls have in common that differ in their numbers only; None for one that stands alone."""
    function = functions().get(call.name.upper())
    if function is None or not _works_by_row(function):
        return None
    form: list[Any] = [function.name]
    for value in call.args:
        if isinstance(value, float):
            form.append(float)
        elif value is None or isinstance(value, str | bool):
            form.append((type(value), value))
        else:
            return None
    return tuple(form) if float in form else None


def _works_by_row(function: Function) -> bool:
    """Whether numbers in rows are as many calls."""
    if function.spills:
        return False
    return not any(
        isinstance(one, WHOLE) or (isinstance(one, Rest) and one.chained)
        for one in function.arguments.values()
    )


def together(calls: Sequence[Call]) -> list[Any] | None:
    """The cells of calls of one form; None where they must be made one by one."""
    function = functions()[calls[0].name.upper()]
    given = [
        [[call.args[place]] for call in calls] if isinstance(value, float) else argument(value)
        for place, value in enumerate(calls[0].args)
    ]
    result, cautions = sheet_result(function, tuple(given))
    if cautions or not isinstance(result, list) or len(result) != len(calls):
        return None
    return [row[0] for row in result]
