"""The parameters of a function as VBA and COM have them, and what the function wizard says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.arguments import Argument, Rest, Table, Text, Word
from engine.registry import Function
from engine.units import LOGICAL, RATIO

# The longest text that the function wizard takes.
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name, its help, and whether it may be left out or takes all that follow."""

    name: str
    help: str
    optional: bool = False
    takes_rest: bool = False


def parameters(function: Function) -> tuple[Parameter, ...]:
    """The parameters in their order.

    Where arguments may be repeated, the last parameter takes all that follow the
    first of them. VBA allows no optional one beside such a parameter, so a word at
    the end is one of those; the boundary tells it from the numbers.
    """
    found: list[Parameter] = []
    optional = False
    for name, argument in function.arguments.items():
        if isinstance(argument, Rest):
            if optional:
                raise ValueError(f"{function.name}: {name} is repeated behind an optional argument")
            found.append(Parameter(f"{name}1", _help(argument)))
            found.append(Parameter(f"more_{name}", _further(function, name), takes_rest=True))
            break
        # VBA has nothing required behind what is optional; the boundary says what is missing.
        optional = optional or argument.optional
        found.append(Parameter(name, _help(argument), optional=optional))
    return tuple(found)


def _help(argument: Argument) -> str:
    """What an argument is, then its unit or its words, and what a blank stands for."""
    traits = ", ".join(_traits(argument))
    return cut(f"{argument.help} ({traits})" if traits else argument.help)


def _traits(argument: Argument) -> Iterator[str]:
    if isinstance(argument, Word):
        yield " / ".join(argument.words)
    elif not isinstance(argument, Text | Table) and argument.unit != RATIO:
        yield str(argument.unit)
    if argument.optional:
        yield _blank(argument)


def _blank(argument: Argument) -> str:
    """What a blank stands for."""
    default = getattr(argument, "default", None)
    if isinstance(argument, Word):
        return "the first if blank"
    if isinstance(default, tuple):
        return f"{', '.join(f'{number:.10g}' for number in default)} if blank"
    if not isinstance(default, int | float):
        return "may be blank"
    if getattr(argument, "unit", None) == LOGICAL:
        return f"{str(bool(default)).upper()} if blank"
    return f"{default:,.10g} if blank"


def _further(function: Function, repeated: str) -> str:
    last = list(function.arguments.items())[-1]
    text = f"More of these, as many as there are: {function.arguments[repeated].help}"
    return cut(text if last[0] == repeated else f"{text}; last, if wanted, {last[0]}: {_help(last[1])}")


def cut(text: str) -> str:
    """A text in plain letters, no longer than the wizard takes."""
    plain = text.replace("·", "*").encode("ascii", "replace").decode()
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 3]}..."
