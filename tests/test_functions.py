"""Every function does what it declares: its examples, its errors, its cautions."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from engine.arguments import Argument, Domain, Numeric, Rest, Series, Word
from engine.boundary import CautionWarning
from engine.errors import CellError, ErrorKind, FunctionError
from engine.registry import Caution, Example, Fault, Function, library

FUNCTIONS = list(library().values())
EXAMPLES = [(f, e) for f in FUNCTIONS for e in f.examples]
FAULTS = [(f, e) for f in FUNCTIONS for e in f.faults]
CAUTIONS = [(f, e) for f in FUNCTIONS for e in f.cautions]
WORDS = [(f, n) for f in FUNCTIONS for n, a in f.arguments.items() if isinstance(a, Word)]


def name_of(value: object) -> str:
    return value.name if isinstance(value, Function) else getattr(value, "sentence", str(value))


def outsiders(domain: Domain) -> list[float]:
    """The nearest numbers on the wrong side of every end."""
    ends = (domain.low, -1.0), (domain.high, 1.0), (domain.above, 0.0), (domain.below, 0.0)
    return [end + step for end, step in ends if end is not None]


def longest_example(function: Function) -> tuple[Any, ...]:
    return max((example.args for example in function.examples), key=lambda args: len(args))


def in_place(function: Function, name: str, value: Any) -> list[Any]:
    """The arguments of the longest example, with another value in the place of `name`."""
    place = list(function.arguments).index(name)
    args = list(longest_example(function))
    args += [None] * (place + 1 - len(args))
    args[place] = value
    return args


def flat(result: Any) -> list[Any]:
    """The cells of a result in a row, whole numbers as floats."""
    rows = result if isinstance(result, list) else [result]
    cells = [cell for row in rows for cell in (row if isinstance(row, list) else [row])]
    return [float(cell) if type(cell) is int else cell for cell in cells]


def as_printed(x: Any, text: str) -> str:
    return str(x).upper() if isinstance(x, bool) else f"{x:,.{len(text.partition('.')[2])}f}"


def domains() -> list[tuple[Function, str, Numeric, float]]:
    return [
        (function, name, argument, value)
        for function in FUNCTIONS
        for name, argument in function.arguments.items()
        if isinstance(argument, Numeric)
        for value in outsiders(argument.domain)
    ]


@pytest.mark.parametrize(("function", "example"), EXAMPLES, ids=name_of)
def test_example(function: Function, example: Example) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = function(*example.args)
    results, wanted = flat(result), flat(example.result)
    assert results == pytest.approx(wanted, rel=1e-9)
    assert [type(x) for x in results] == [type(x) for x in wanted]
    printed = [text for row in example.printed.split("; ") for text in row.split(", ")]
    assert [as_printed(x, text) for x, text in zip(results, printed, strict=True)] == printed


@pytest.mark.parametrize(("function", "fault"), FAULTS, ids=name_of)
def test_fault(function: Function, fault: Fault) -> None:
    with pytest.raises(FunctionError) as caught:
        function(*fault.case)
    error = caught.value
    assert (error.kind, error.argument) == (fault.kind, fault.argument)
    # A function of tables and models says behind the sentence which row or name is meant.
    assert error.sentence == fault.sentence or error.sentence.startswith(f"{fault.sentence}: ")
    assert str(error) == f"{function.name}: {error.sentence} ({fault.kind.value})"
    assert function.cells(*fault.case) == CellError(fault.kind)


@pytest.mark.parametrize(("function", "caution"), CAUTIONS, ids=name_of)
def test_caution(function: Function, caution: Caution) -> None:
    with pytest.warns(CautionWarning, match=caution.sentence):
        function(*caution.case)


@pytest.mark.parametrize(("function", "name", "argument", "value"), domains(), ids=name_of)
def test_domain(function: Function, name: str, argument: Argument, value: float) -> None:
    given = [value] if isinstance(argument, Series) else value
    with pytest.raises(FunctionError) as caught:
        function(*in_place(function, name, given))
    error = caught.value
    assert (error.kind, error.argument, error.sentence) in list(function.errors)
    assert (error.kind, error.argument) == (ErrorKind.NUM, name)


@pytest.mark.parametrize(("function", "name"), WORDS, ids=name_of)
def test_unknown_word(function: Function, name: str) -> None:
    place = list(function.arguments).index(name)
    if function.repeated:
        given = [value for value in longest_example(function) if not isinstance(value, str)]
        named: dict[str, Any] = {name: "nonsense"}
    else:
        given, named = in_place(function, name, "nonsense"), {}
        assert given[place] == "nonsense"
    with pytest.raises(FunctionError) as caught:
        function(*given, **named)
    error = caught.value
    wanted = next(s for k, a, s in function.errors if (k, a) == (ErrorKind.VALUE, name) and "one of" in s)
    assert (error.kind, error.argument) == (ErrorKind.VALUE, name)
    assert error.sentence == f"{wanted}, not 'nonsense'"


@pytest.mark.parametrize("function", FUNCTIONS, ids=name_of)
def test_every_required_argument_is_missed(function: Function) -> None:
    for place, (name, argument) in enumerate(function.arguments.items()):
        if argument.optional:
            continue
        args = list(function.examples[0].args)
        args[place] = None
        with pytest.raises(FunctionError, match=f"{name}.* is missing") as caught:
            function(*(args[: place + 1] if isinstance(argument, Rest) else args))
        assert caught.value.kind == ErrorKind.VALUE


@pytest.mark.parametrize(("function", "error"), [(f, e) for f in FUNCTIONS for e in f.errors], ids=name_of)
def test_sentences_start_small_and_name_an_argument(
    function: Function, error: tuple[ErrorKind, str, str]
) -> None:
    _, argument, sentence = error
    assert sentence[0].islower()
    assert sentence[-1] not in ".!"
    assert argument in function.arguments
