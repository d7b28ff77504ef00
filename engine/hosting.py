"""A worksheet function as an engine calls it, whatever engine it is, and the names that hosts give it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
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


NAMESPACE = "UE"
"""What stands before a name in hosts that need a namespace: a person types UE.CAC there."""


class Host(StrEnum):
    """A way for our functions to reach a spreadsheet."""

    EXCEL = "excel"
    OFFICEJS = "officejs"
    LITE = "lite"
    LAMBDA = "lambda"
    LIBREOFFICE = "libreoffice"

    def in_file(self, name: str) -> str:
        """How a file written by this host calls the function `name`."""
        return f"{_IN_FILES[self]}{name}"

    def typed(self, name: str) -> str:
        """How a person types the function `name` in this host."""
        return f"{NAMESPACE}.{name}" if self in (Host.OFFICEJS, Host.LITE, Host.LAMBDA) else name


CALC_SERVICE = "org.unitsheet.Functions"
"""The name of our add-in among the services of LibreOffice, which its files call functions by."""

EXCEL_ADDIN = "unitsheet.xlam"
"""Our add-in's file; Excel calls its functions by a link to it in the files that it saves, as [1]!CAC."""

_IN_FILES = {
    Host.EXCEL: "",
    Host.OFFICEJS: f"_xldudf_{NAMESPACE}_",
    Host.LITE: f"_xldudf_{NAMESPACE}_",
    Host.LAMBDA: f"{NAMESPACE}.",
    Host.LIBREOFFICE: f"{CALC_SERVICE.upper()}.",
}


def plain_name(spelled: str) -> str:
    """A function's own name in capitals, whatever host wrote it into a file."""
    upper = spelled.upper()
    for prefix in _IN_FILES.values():
        if prefix and upper.startswith(prefix.upper()):
            return upper[len(prefix) :]
    return upper
