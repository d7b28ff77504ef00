"""A worksheet function as an engine calls it, whatever engine it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CellFunction:
    """A function that takes what cells hold and gives what a cell shows.

    Arguments are float, bool, str, None for a blank, `CellError`, `OMITTED`, or rows
    of these; so is the result, which comes with cautions. Calling it never raises.
    """

    name: str
    call: Callable[..., tuple[Any, tuple[str, ...]]]
    least: int
    most: int | None
