"""Calls as a person types them, and arguments, results and errors in a few words.

`unitsheet functions`, the options of `unitsheet calc` and the pages in docs/functions are made of these.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.arguments import Argument, Rest, Series, Table, Text, Word
from engine.errors import CellError
from engine.registry import Example, Function
from engine.units import LOGICAL, Unit
from unitsheet.figures import shown

BUILT_IN = "Built into every spreadsheet; this one is for Python and `unitsheet calc`."
# From where on a whole number is written with underscores in Python.
_LONG = 100_000


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
    if isinstance(value, list):
        rows = value if value and isinstance(value[0], list) else [value]
        text = ";".join(",".join(spell(cell).strip('"') for cell in row) for row in rows)
    else:
        text = spell(value).strip('"')
    return f'"{text}"' if {";", " "} & set(text) else text


def python_text(function: Function, args: Sequence[Any]) -> str:
    """The same call in Python: `unitsheet.payback(60, 30, margin=0.6)`; what is optional goes by name."""
    by_place: list[str] = []
    by_name: list[str] = []
    left_out = False
    for name, value in zip(_names(function, args), args, strict=True):
        argument = function.arguments[name]
        if value is None or (argument.optional and value == getattr(argument, "default", None)):
            left_out = True
        elif argument.optional or left_out or by_name:
            by_name.append(f"{name}={_literal(value)}")
        else:
            by_place.append(_literal(value))
    return f"unitsheet.{function.name.lower()}({', '.join(by_place + by_name)})"


def _literal(value: Any) -> str:
    """A value as Python reads it; a long whole number has underscores."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(_literal(cell) for cell in value)}]"
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if float(value).is_integer() and _LONG <= abs(value) < 1e15:
        return f"{int(value):_}"
    return str(value)


def _names(function: Function, args: Sequence[Any]) -> list[str]:
    """The argument each value goes to; a word behind repeated numbers goes to the one after them."""
    names = list(function.arguments)
    if not function.repeated:
        return names[: len(args)]
    place = names.index(function.repeated)
    return names[:place] + [names[-1] if isinstance(x, str) else function.repeated for x in args[place:]]


def example_text(function: Function, example: Example) -> str:
    """A worked example in a line: the formula, what it gives, and the steps."""
    steps = f" [{example.steps}]" if example.steps else ""
    return f"{formula_text(function, example.args)} gives {result_text(example)}{steps}"


def result_text(example: Example) -> str:
    """What a worked example gives, in print."""
    results = example.result if isinstance(example.result, list) else [example.result]
    rows = results if isinstance(results[0], list) else [results]
    return "; ".join(", ".join(shown(x) for x in row) for row in rows)


def traits(argument: Argument) -> Iterator[str]:
    """Unit, domain, default and words of an argument, each in a few words."""
    default = default_text(argument)
    if isinstance(argument, Word):
        words = f"one of {', '.join(argument.words)}"
        yield f"{words}; default {default}" if default else words
        return
    yield kind_text(argument)
    yield from form_text(argument)
    yield from domain_text(argument)
    if default:
        yield f"default {default}"
    elif argument.optional:
        yield "may be left out"


def kind_text(argument: Argument) -> str:
    """The unit of an argument, or what it is when it is no number."""
    if isinstance(argument, Word):
        return "word"
    if isinstance(argument, Text | Table):
        return "text" if isinstance(argument, Text) else "a table"
    return str(argument.unit)


def form_text(argument: Argument) -> Iterator[str]:
    """How many numbers an argument may be, where that is not one for each result."""
    if isinstance(argument, Series):
        yield "a row or a column"
    if isinstance(argument, Rest):
        yield "once or more, or a row of them" if argument.chained else "once or more"


def domain_text(argument: Argument) -> Iterator[str]:
    """Which numbers an argument may be, where not any: `must be at least 0 and at most 1`."""
    if not isinstance(argument, Word | Text | Table) and argument.domain:
        yield str(argument.domain)


def default_text(argument: Argument) -> str:
    """What a blank argument stands for, or an empty text."""
    default = getattr(argument, "default", None)
    if not argument.optional:
        return ""
    if isinstance(default, tuple):
        return ", ".join(shown(x) for x in default)
    if getattr(argument, "unit", None) == LOGICAL and default is not None:
        return shown(bool(default))
    return shown(default)


def units_by_word(function: Function) -> Iterator[tuple[str, str, Unit]]:
    """Where a word changes the unit of the result: the argument, the word, the unit."""
    for name, argument in function.arguments.items():
        if isinstance(argument, Word):
            yield from ((name, word, unit) for word, unit in argument.units)


def alternatives(text: str) -> list[str]:
    """The parts of a formula or a source, which stand between semicolons."""
    return [" ".join(part.split()) for part in text.split("; ")]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring, each in one line."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
