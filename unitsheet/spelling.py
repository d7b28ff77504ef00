"""Calls as a person types them in a cell, and arguments in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.arguments import Argument, Rest, Series, Table, Text, Word
from engine.errors import CellError
from engine.registry import Example, Function
from unitsheet.figures import shown


def formula_text(function: Function, args: Iterable[Any]) -> str:
    """The formula of a call: `=PAYBACK(60,30,0.6,0.1,,"churn")`; None is an argument left out."""
    spelled = [spell(value) for value in args]
    while spelled and not spelled[-1]:
        spelled.pop()
    return f"={function.name}({','.join(spelled)})"


def spell(value: Any) -> str:
    """A value as a formula holds it; a list is an array, a list of lists has rows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, CellError):
        return str(value)
    if isinstance(value, list | tuple):
        rows = value if value and isinstance(value[0], list | tuple) else [value]
        return "{" + ";".join(",".join(spell(cell) for cell in row) for row in rows) + "}"
    return _number(float(value))


def _number(x: float) -> str:
    """All digits of a number, without the .0 of a whole one."""
    return str(int(x)) if x.is_integer() and abs(x) < 1e15 else repr(x).upper()


def command_text(function: Function, args: Sequence[Any]) -> str:
    """The same call for `unitsheet calc`: `PAYBACK --cac 60 --arpu 30 --method churn`."""
    words = [function.name]
    for name, value in zip(_names(function, args), args, strict=True):
        if value is None:
            continue
        words += [f"--{name.replace('_', '-')}", _typed(value)]
    return " ".join(words)


def _typed(value: Any) -> str:
    """A value on the command line: a list between commas, the rows of a table between semicolons."""
    if not isinstance(value, list):
        return spell(value).strip('"')
    rows = value if value and isinstance(value[0], list) else [value]
    text = ";".join(",".join(spell(cell).strip('"') for cell in row) for row in rows)
    return f'"{text}"' if ";" in text else text


def _names(function: Function, args: Sequence[Any]) -> list[str]:
    """The argument each value goes to; a word behind repeated numbers goes to the one after them."""
    names = list(function.arguments)
    if not function.repeated:
        return names[: len(args)]
    place = names.index(function.repeated)
    return names[:place] + [names[-1] if isinstance(x, str) else function.repeated for x in args[place:]]


def example_text(function: Function, example: Example) -> str:
    """A worked example in a line: the formula, what it gives, and the steps."""
    steps = f"   [{example.steps}]" if example.steps else ""
    return f"{formula_text(function, example.args)} gives {result_text(example)}{steps}"


def result_text(example: Example) -> str:
    """What a worked example gives, in print."""
    results = example.result if isinstance(example.result, list) else [example.result]
    rows = results if isinstance(results[0], list) else [results]
    return "; ".join(", ".join(shown(x) for x in row) for row in rows)


def traits(argument: Argument) -> Iterator[str]:
    """Unit, domain, default and words of an argument, each in a few words."""
    if isinstance(argument, Word):
        words = f"one of {', '.join(argument.words)}"
        yield words if argument.required else f"{words}; default {argument.default}"
        return
    if isinstance(argument, Text | Table):
        yield "text" if isinstance(argument, Text) else "a table"
        return
    yield str(argument.unit)
    if isinstance(argument, Series):
        yield "a row or a column"
    if isinstance(argument, Rest):
        yield "once or more, or a row of them" if argument.chained else "once or more"
    if argument.domain:
        yield str(argument.domain)
    default = getattr(argument, "default", None)
    if isinstance(default, int | float):
        yield f"default {shown(default)}"
    elif isinstance(default, tuple):
        yield f"default {', '.join(shown(x) for x in default)}"
    elif argument.optional:
        yield "may be left out"
