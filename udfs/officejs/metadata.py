"""What Excel is told of the functions: functions.json, and the part of functions.js that is generated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from engine.arguments import Argument, Rest, Table, Text, Word
from engine.registry import Function, functions

Language = Literal["en", "zh"]
_LONGEST = 255
# So that the add-in can say which cell a sentence is about, and tell a blank cell from a zero.
_OPTIONS = {"requiresAddress": True, "requiresParameterAddresses": True}


class _Phrases(NamedTuple):
    """How the parts of a description are put together."""

    behind: str
    between: str
    blank: str
    last: str


_PHRASES: Mapping[Language, _Phrases] = {
    "en": _Phrases(" ({})", "; ", "blank: {}", "the last may be {}: {}"),
    "zh": _Phrases("（{}）", "；", "留空为 {}", "最后一项可为 {}：{}"),
}


def functions_json(help_page: str = "", language: Language = "en") -> dict[str, Any]:
    """Everything Excel shows of every function: its name, its arguments, its help."""
    known = functions().values()
    return {
        "allowErrorForDataTypeAny": True,
        "functions": [_function(function, help_page, language) for function in known],
    }


def _function(function: Function, help_page: str, language: Language) -> dict[str, Any]:
    described = {
        "id": function.name,
        "name": function.name,
        "description": _summary(function, language),
        "parameters": [
            _parameter(function, name, argument, language) for name, argument in _parameters(function)
        ],
        "result": {"dimensionality": "matrix"},
        "options": dict(_OPTIONS),
    }
    return described | ({"helpUrl": f"{help_page}#{function.name}"} if help_page else {})


def _parameters(function: Function) -> Iterator[tuple[str, Argument]]:
    """The arguments that Excel shows; a word behind repeated numbers is one more of these to it."""
    for name, argument in function.arguments.items():
        yield name, argument
        if isinstance(argument, Rest):
            return


def _parameter(function: Function, name: str, argument: Argument, language: Language) -> dict[str, Any]:
    parameter = {
        "name": name,
        "description": _described(function, name, language),
        "type": "any",
        "dimensionality": "matrix",
    }
    if isinstance(argument, Rest):
        # Excel calls every repeated argument optional, and takes no other statement.
        return parameter | {"repeating": True}
    return parameter | ({"optional": True} if argument.optional else {})


def _summary(function: Function, language: Language) -> str:
    from udfs import chinese

    return function.summary if language == "en" else chinese.summary(function.name)


def _described(function: Function, name: str, language: Language) -> str:
    """An argument in the function wizard: what it is, its unit or the words it may be, what a blank means."""
    from udfs import chinese

    argument = function.arguments[name]
    phrases = _PHRASES[language]
    what = argument.help if language == "en" else chinese.argument(function.name, name)
    if isinstance(argument, Word):
        said = [", ".join(argument.words)]
    elif isinstance(argument, Text | Table):
        said = []
    else:
        said = [str(argument.unit) if language == "en" else chinese.unit(argument.unit)]
    default = getattr(argument, "default", None)
    if isinstance(default, float | int | str):
        said.append(phrases.blank.format(default))
    if isinstance(argument, Rest):
        words = ((other, one) for other, one in function.arguments.items() if isinstance(one, Word))
        said += [phrases.last.format(other, ", ".join(word.words)) for other, word in words]
    text = what + (phrases.behind.format(phrases.between.join(said)) if said else "")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def script(settings: str, runtime: str, help_page: str = "") -> str:
    """functions.js: the settings, the part written by hand, and a function for each of ours."""
    table = "\n".join(_bound(function, help_page) for function in functions().values())
    return f"{settings}\n{runtime}\n{table}\n"


def _bound(function: Function, help_page: str) -> str:
    """A function of functions.js with the comment that Microsoft's own generator reads."""
    described = _function(function, help_page, "en")
    lines = [described["description"], f"@customfunction {function.name}"]
    if help_page:
        lines.append(f"@helpurl {described['helpUrl']}")
    lines += [_param(parameter) for parameter in described["parameters"]]
    lines += ["@returns {any[][]}", "@requiresAddress", "@requiresParameterAddresses"]
    lines.append("@param {CustomFunctions.Invocation} invocation")
    names = [parameter["name"] for parameter in described["parameters"]]
    given = [f"...({name} || [])" if name == function.repeated else name for name in names]
    comment = "\n".join(f" * {line}" for line in lines)
    return (
        f"/**\n{comment}\n */\n"
        f"function {function.name}({', '.join([*names, 'invocation'])}) {{\n"
        f"  return unitsheet.call({function.name!r}, [{', '.join(given)}], invocation);\n}}\n"
        f"unitsheet.associate({function.name!r}, {function.name});"
    )


def _param(parameter: Mapping[str, Any]) -> str:
    kind = "any[][][]" if parameter.get("repeating") else "any[][]"
    name = f"[{parameter['name']}]" if parameter.get("optional") else parameter["name"]
    return f"@param {{{kind}}} {name} {parameter['description']}"
