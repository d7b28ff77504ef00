"""The VBA of the functions: what a cell calls, and what calls Python.

One module holds a function for each of ours and what these share; it runs in our
add-in, and also in a workbook of a person's own that refers to the add-in of
xlwings. Whatever is written here is ASCII, since VBA is read in the code page of
the machine, and has lines of no more than 1,023 characters, the most VBA takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from engine.registry import GROUPS, Function, functions
from udfs.excel.cells import ERROR_NUMBERS
from udfs.excel.parameters import Parameter, cut, parameters

MODULE = "unitsheet_functions"
CATEGORY = "unitsheet"
# The module that Excel's Python loads, and the macro that fills the function wizard.
PYTHON_MODULE = "unitsheet.excel"
DESCRIBE = "DescribeUnitsheetFunctions"
# The most lines that may be joined by underscores.
_CONTINUED = 24


def functions_module(version: str) -> str:
    """The text of the module, as the VBA editor imports it."""
    known = functions().values()
    groups = [[one for one in known if one.group == group] for group in GROUPS]
    parts = (
        [f'Attribute VB_Name = "{MODULE}"'],
        template("functions")
        .format(
            version=version,
            python_module=PYTHON_MODULE,
            category=CATEGORY,
            describe=DESCRIBE,
            value=ERROR_NUMBERS["#VALUE!"],  # type: ignore[index]
            errors="\n".join(_cases()),
            groups="\n".join(f"    DescribeGroup{number}" for number, group in enumerate(groups, 1) if group),
        )
        .splitlines(),
        *([*_function(function), ""] for function in known),
        *([*_described(number, group), ""] for number, group in enumerate(groups, 1) if group),
    )
    return lines(line for part in parts for line in part)


def lines(texts: Iterable[str]) -> str:
    """Lines as Windows ends them."""
    return "".join(f"{text}\r\n" for text in texts)


@cache
def template(name: str) -> str:
    """VBA as it stands beside this module, with places to fill."""
    return files("udfs.excel").joinpath(f"{name}.bas").read_text(encoding="ascii")


def quoted(text: str) -> str:
    """A text as VBA reads it; what is not ASCII is spelled by its number."""
    pieces: list[str] = []
    for plain, other in _runs(text):
        if plain:
            pieces.append('"' + plain.replace('"', '""') + '"')
        pieces += [f"ChrW({unit})" for unit in _units(other)]
    return " & ".join(pieces) or '""'


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in pairs of a part in ASCII and a part that is not."""
    plain, other = "", ""
    for letter in text:
        if letter.isascii() and other:
            yield plain, other
            plain, other = "", ""
        if letter.isascii():
            plain += letter
        else:
            other += letter
    yield plain, other


def _units(text: str) -> Iterator[int]:
    """The letters as VBA counts them, in units of two bytes."""
    data = text.encode("utf-16-le")
    return (int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2))


def _cases() -> Iterator[str]:
    for kind, number in ERROR_NUMBERS.items():
        yield f'        Case "{kind}"'
        yield f"            CellOf = CVErr({number})"


def _function(function: Function) -> Iterator[str]:
    """A function as a cell calls it; its description stands in attributes that the editor does not show."""
    taken = parameters(function)
    name = function.name
    plain = ", ".join(one.name for one in taken if not one.takes_rest)
    more = next((one.name for one in taken if one.takes_rest), "")
    yield f"Public Function {name}({', '.join(map(_declared, taken))}) As Variant"
    yield f"Attribute {name}.VB_Description = {quoted(cut(function.summary))}"
    # Category 14: User Defined, until the macro that describes has run.
    yield f'Attribute {name}.VB_ProcData.VB_Invoke_Func = " \\n14"'
    if more:
        yield "    Dim others As Variant"
        yield f"    others = {more}"
    yield f'    {name} = AnswerOf("{name}", Array({plain}), {"others" if more else "Array()"})'
    yield "End Function"


def _declared(parameter: Parameter) -> str:
    if parameter.takes_rest:
        return f"ParamArray {parameter.name}() As Variant"
    return f"Optional {parameter.name} As Variant" if parameter.optional else f"{parameter.name} As Variant"


def _described(number: int, group: list[Function]) -> Iterator[str]:
    """What the function wizard says of a group; one procedure for all would be too long for VBA."""
    yield f"Private Sub DescribeGroup{number}()"
    for function in group:
        taken = parameters(function)
        if len(taken) > _CONTINUED:
            raise ValueError(f"{function.name} has more arguments than VBA can describe")
        yield f'    Describe "{function.name}", {quoted(cut(function.summary))}, Array( _'
        for place, parameter in enumerate(taken, 1):
            yield f"        {quoted(parameter.help)}{')' if place == len(taken) else ', _'}"
    yield "End Sub"
