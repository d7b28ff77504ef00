"""Arguments as the engine hands them over: numbers, texts, booleans, None, errors as dictionaries, rows."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from workbook.engines.values import error_kind

PREFIX = "UNITSHEET."
"""What the names of our own stand-ins begin with; no function of a workbook does."""


class FailureError(Exception):
    """The call has an error as its result."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def rows_of(value: Any) -> list[list[Any]]:
    """A value as rows."""
    return value if isinstance(value, list) else [[value]]


def number(value: Any) -> float:
    """A number as a function reads one argument; raises FailureError."""
    kind = error_kind(value)
    if kind is not None:
        raise FailureError(kind)
    if isinstance(value, list):
        return number(value[0][0])
    try:
        return float(value or 0)
    except ValueError:
        raise FailureError("Value") from None


def numbers(values: Iterable[Any]) -> list[float]:
    """The numbers among arguments and in areas; texts given by themselves must be numbers."""
    found: list[float] = []
    for value in values:
        if isinstance(value, list):
            for cell in chain.from_iterable(value):
                if error_kind(cell) is not None or isinstance(cell, int | float):
                    found.append(number(cell))
        elif value is not None:
            found.append(number(value))
    return found
