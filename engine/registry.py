"""The one place a worksheet function is declared, and the list of all that are."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from engine.arguments import Argument, Mask, Rest, Table, Text, Word
from engine.boundary import python_result, sheet_result
from engine.errors import CellError, ErrorKind, FunctionError, InputError
from engine.units import Unit

Body = Callable[..., Any]
GROUPS = (
    "Acquisition", "Retention and audience", "Revenue", "Cost", "Unit economics", "Company cash", "Valuation",
    "Uncertainty",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """An error the function declares: where it arises, its sentence, and a call that reaches it.

    `when` names the arguments it looks at and says in which rows the fault is;
    without it the fault stands for the rows where the result is nan.
    """

    kind: ErrorKind
    argument: str
    sentence: str
    case: tuple[Any, ...]
    when: Callable[..., Mask | bool] | None = None


@dataclass(frozen=True, slots=True)
class Caution:
    """A result that stands but should be read with care, and a call that shows it.

    `when` names the arguments it looks at; `result` is what the body gave.
    """

    argument: str
    sentence: str
    case: tuple[Any, ...]
    when: Callable[..., Mask | bool]


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: the call, its exact result, and how the catalogue prints it."""

    args: tuple[Any, ...]
    result: Any
    printed: str
    steps: str = ""


@dataclass(frozen=True, slots=True)
class Spill:
    """A result of several cells: what they are in words, and the series whose direction they take."""

    cells: str
    along: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Function:
    """One function: everything any host, help text or test needs to know of it.

    Calling it calculates: single values give a float or raise `FunctionError`;
    arrays give an array of the same form, with `errors="coerce"` nan in bad rows.
    A function that is `built_in` is one that every spreadsheet has under this name,
    so it is for Python alone.
    """

    name: str
    body: Body
    arguments: Mapping[str, Argument]
    returns: Unit
    group: str
    formula: str
    source: str
    examples: tuple[Example, ...]
    faults: tuple[Fault, ...] = ()
    cautions: tuple[Caution, ...] = ()
    spills: Spill | None = None
    related: tuple[str, ...] = ()
    built_in: bool = False

    def __repr__(self) -> str:
        return f"<{self.signature}>"

    def __call__(self, *args: Any, errors: Literal["raise", "coerce"] = "raise", **named: Any) -> Any:
        """Work out the call, its arguments by place or by name."""
        return python_result(self, args, named, errors)

    def cells(self, *args: Any) -> Any:
        """The result as a sheet shows it: number, truth or `CellError`, or rows of them; never raises."""
        return sheet_result(self, args)[0]

    @property
    def summary(self) -> str:
        """What the function gives, in one line."""
        return (inspect.getdoc(self.body) or "").partition("\n")[0]

    @property
    def convention(self) -> str:
        """The paragraphs below the summary: meaning, default, where readings differ."""
        return (inspect.getdoc(self.body) or "").partition("\n")[2].strip()

    @property
    def signature(self) -> str:
        """The call as a function wizard prints it: `CAC(media, new_total, [new_paid])`."""
        shown = []
        for name, argument in self.arguments.items():
            if isinstance(argument, Rest):
                shown += [f"{name}1", f"[{name}2]", "..."]
            else:
                shown.append(f"[{name}]" if argument.optional else name)
        return f"{self.name}({', '.join(shown)})"

    @property
    def errors(self) -> Iterator[tuple[ErrorKind, str, str]]:
        """All errors it may give: kind, argument, sentence; domain and words included."""
        for name, argument in self.arguments.items():
            if isinstance(argument, Word):
                yield ErrorKind.VALUE, name, argument.wanted(name)
            elif not isinstance(argument, Text | Table) and argument.domain:
                yield ErrorKind.NUM, name, argument.domain.wanted(name)
        for fault in self.faults:
            yield fault.kind, fault.argument, fault.sentence

    @property
    def arity(self) -> tuple[int, int | None]:
        """The least and the greatest number of arguments; None where there is no greatest."""
        least = sum(not argument.optional for argument in self.arguments.values())
        return least, None if self.repeated else len(self.arguments)

    @property
    def repeated(self) -> str:
        """The argument that may be given more than once, or an empty text."""
        return next((name for name, argument in self.arguments.items() if isinstance(argument, Rest)), "")

    def unit(self, words: Collection[str]) -> Unit:
        """The unit of a result under these words."""
        others = (dict(a.units) for a in self.arguments.values() if isinstance(a, Word))
        return next((units[word] for units in others for word in words if word in units), self.returns)

    def fail(self, kind: ErrorKind, sentence: str, argument: str = "") -> FunctionError:
        """The exception for a call that cannot be worked out."""
        return FunctionError(self.name, CellError(kind, sentence, argument))


@dataclass(slots=True)
class _Registry:
    functions: dict[str, Function] = field(default_factory=dict)


_REGISTRY = _Registry()


def worksheet(
    *,
    group: str,
    returns: Unit,
    formula: str,
    source: str,
    examples: tuple[Example, ...],
    faults: tuple[Fault, ...] = (),
    cautions: tuple[Caution, ...] = (),
    spills: Spill | None = None,
    related: tuple[str, ...] = (),
    built_in: bool = False,
) -> Callable[[Body], Function]:
    """Declare a function; its name is the body's in capitals, its help the docstring."""

    def declare(body: Body) -> Function:
        name = body.__name__.upper()
        if name in _REGISTRY.functions:
            raise ValueError(f"{name} is declared twice")
        if group not in GROUPS:
            raise ValueError(f"{name}: {group!r} is no group")
        function = Function(
            name, body, dict(_arguments(body)), returns, group, formula, source, examples, faults, cautions,
            spills, related, built_in,
        )  # fmt: skip
        _REGISTRY.functions[name] = function
        return function

    return declare


def _arguments(body: Body) -> Iterator[tuple[str, Argument]]:
    hints = get_type_hints(body, include_extras=True)
    for name in inspect.signature(body).parameters:
        declared = get_args(hints[name])[1:] if get_origin(hints[name]) is Annotated else ()
        argument = next((d for d in declared if isinstance(d, Argument)), None)
        if argument is None:
            raise TypeError(f"{body.__name__}: {name} has no argument declared in its annotation")
        yield name, argument


@cache
def library() -> Mapping[str, Function]:
    """All functions by name; every module of `engine.functions` is one of them."""
    package = importlib.import_module("engine.functions")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"engine.functions.{module.name}")
    order = {group: place for place, group in enumerate(GROUPS)}
    return dict(sorted(_REGISTRY.functions.items(), key=lambda item: (order[item[1].group], item[0])))


@cache
def functions() -> Mapping[str, Function]:
    """The worksheet functions by name: all but those a spreadsheet has built in."""
    return {name: function for name, function in library().items() if not function.built_in}


def function(name: str) -> Function:
    """The function called `name`, in upper or lower case; an `InputError` names the nearest."""
    known = library()
    found = known.get(name.upper())
    if found is None:
        near = difflib.get_close_matches(name.upper(), known, 1, 0.5)
        hint = f"; did you mean {near[0]}?" if near else "; `unitsheet functions` lists them all"
        raise InputError(f"there is no function {name!r}{hint}")
    return found
