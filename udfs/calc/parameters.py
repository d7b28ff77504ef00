"""The arguments of a function as Calc has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.arguments import Argument, Rest
from engine.registry import Function

AREA = "sequence< sequence< any > >"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: its name and type in the interface."""

    name: str
    kind: str

    @property
    def shown(self) -> str:
        """Its name in the function wizard, which numbers a repeated one itself."""
        return self.name.lower()


def parameters(function: Function) -> Iterator[Parameter]:
    """The arguments that Calc knows; what follows a repeated one is to Calc one more of these."""
    for name, argument in function.arguments.items():
        # Names in capitals may have underscores, and are no keywords of the language.
        yield Parameter(name.upper(), _kind(argument))
        if isinstance(argument, Rest):
            return


def _kind(argument: Argument) -> str:
    """The type of an argument, which also tells Calc whether it may be left out.

    Either takes a value, a cell, an area or an array.
    """
    if isinstance(argument, Rest):
        return "sequence< any >"
    return "any" if argument.optional else AREA
