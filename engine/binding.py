"""Which value goes to which argument, and the form that the values give the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.arguments import WHOLE, Arg, Argument, Rest, Table, Word
from engine.coerce import OMITTED, Flat, flatten, is_number_text
from engine.errors import CellError, ErrorKind

if TYPE_CHECKING:
    from engine.registry import Function

SINGLE: tuple[int, ...] = ()


class Refused(Exception):  # noqa: N818 - never leaves the boundary
    """The call as a whole has one error, whatever its rows hold."""

    def __init__(self, sentence: str, argument: str = "") -> None:
        self.error = CellError(ErrorKind.VALUE, sentence, argument)


@dataclass(slots=True)
class Given:
    """One argument of a call; the label tells `rate2` from `rate1`."""

    name: str
    label: str
    argument: Argument
    flat: Flat

    @property
    def single(self) -> bool:
        """Whether its error is one of every row."""
        return len(self.flat.elements) == 1 or isinstance(self.argument, WHOLE)

    @property
    def stretches(self) -> bool:
        """Whether it is an array that the result has a value for each element of."""
        return self.flat.shape != SINGLE and not isinstance(self.argument, WHOLE)


def bind(function: Function, args: tuple[Any, ...], named: Mapping[str, Any]) -> list[Given]:
    """Pair the values of a call with the arguments, in the order of the arguments."""
    given = []
    for name, label, value in _paired(function, args, named):
        argument = function.arguments[name]
        given.append(Given(name, label, argument, _flat(_even(argument, value), label)))
    return given


def _even(argument: Argument, value: Any) -> Any:
    """The rows of a table filled up with blanks, so that a short one need not be."""
    if not isinstance(argument, Table) or not isinstance(value, list | tuple):
        return value
    if not all(isinstance(row, list | tuple) for row in value):
        return value
    width = max(map(len, value), default=0)
    return [[*row, *[None] * (width - len(row))] for row in value]


def _flat(value: Any, label: str) -> Flat:
    flat = flatten(value, label)
    if isinstance(flat, CellError):
        raise Refused(flat.sentence, flat.argument)
    return flat


def _chain(values: list[Any], name: str) -> list[Any]:
    """The elements of all values one after another."""
    return [element for value in values for element in _flat(value, name).elements]


def _paired(
    function: Function, args: tuple[Any, ...], named: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    by_name = _by_name(function, named) if named else {}
    plain, repeated = args, []
    rest = function.repeated
    if rest:
        place = list(function.arguments).index(rest)
        plain, repeated = args[:place], list(args[place:])
        _take_trailing_word(function, repeated, by_name)
    elif len(args) > len(function.arguments):
        raise Refused(_too_many(function, len(args)))
    for place, name in enumerate(function.arguments):
        if name in by_name and (place < len(plain) or (name == rest and repeated)):
            raise Refused(f"{name} is given twice; give it once", name)
        if name == rest:
            values = repeated or _as_list(by_name.get(name, OMITTED))
            if _chained(function, name):
                values = _chain(values, name)
            values = values[:1] + [value for value in values[1:] if value is not OMITTED]
            yield from ((name, f"{name}{number}", value) for number, value in enumerate(values, 1))
        else:
            yield name, name, plain[place] if place < len(plain) else by_name.get(name, OMITTED)


def _by_name(function: Function, named: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for given, value in named.items():
        name = _known_name(function, given)
        if name in found:
            raise Refused(f"{name} is given twice; give it once", name)
        found[name] = value
    return found


def _known_name(function: Function, given: str) -> str:
    lower = given.lower()
    for known, argument in function.arguments.items():
        if lower == known or (isinstance(argument, Arg) and lower == argument.alias):
            return known
    takes = ", ".join(function.arguments)
    raise Refused(f"there is no argument {given!r}; {function.name} takes {takes}", given)


def _too_many(function: Function, count: int) -> str:
    least, most = function.arity
    span = f"{most}" if least == most else f"{least} to {most}"
    return f"there are {count} arguments; {function.name} takes {span}: {', '.join(function.arguments)}"


def _chained(function: Function, name: str) -> bool:
    argument = function.arguments[name]
    return isinstance(argument, Rest) and argument.chained


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) and value else [value]


def _take_trailing_word(function: Function, repeated: list[Any], by_name: dict[str, Any]) -> None:
    """Move a last argument that is words from the repeated numbers to the word argument after them."""
    last = list(function.arguments)[-1]
    takes_word = isinstance(function.arguments[last], Word) and last not in by_name
    if takes_word and repeated and _is_words(repeated[-1]):
        by_name[last] = repeated.pop()


def _is_words(value: object) -> bool:
    flat = flatten(value, "")
    if isinstance(flat, CellError):
        return False
    return all(isinstance(element, str) and not is_number_text(element) for element in flat.elements)


def refuse_areas(given: list[Given]) -> None:
    """A function whose result is an area of its own takes single values besides its rows and tables."""
    for item in given:
        if item.stretches and len(item.flat.elements) > 1:
            raise Refused(f"{item.label} must be one value, not an area", item.label)


def common_form(given: list[Given]) -> Flat:
    """The form of the result: that of the first array; single values stretch to it."""
    arrays = [item for item in given if item.stretches]
    if not arrays:
        return Flat((None,))
    first = next((item for item in arrays if len(item.flat.elements) > 1), arrays[0])
    for item in arrays:
        if len(item.flat.elements) > 1 and not _same_size(first.flat, item.flat):
            sizes = f"{_size(first)}, {_size(item)}"
            raise Refused(f"arrays differ in size: {sizes}; give ranges of one size", item.label)
    _refuse_other_labels(arrays)
    return first.flat


def _same_size(first: Flat, other: Flat) -> bool:
    if 1 in first.shape and 1 in other.shape:
        return len(first.elements) == len(other.elements)
    return first.shape == other.shape


def _size(item: Given) -> str:
    height, width = item.flat.shape
    return f"{item.label} is {height} x {width}"


def _refuse_other_labels(arrays: list[Given]) -> None:
    labelled = [item for item in arrays if item.flat.labels and len(item.flat.elements) > 1]
    for item in labelled[1:]:
        pairs = zip(labelled[0].flat.labels, item.flat.labels, strict=False)
        if not all(mine.equals(theirs) for mine, theirs in pairs):
            raise Refused(
                f"{item.label} has another index than {labelled[0].label}; align them first", item.label
            )
