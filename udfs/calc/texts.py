"""What the function wizard of Calc says, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal
from xml.sax.saxutils import escape

from engine.arguments import Argument, Table, Text, Word
from engine.hosting import CALC_SERVICE
from engine.registry import Function, functions
from udfs import chinese
from udfs.calc.parameters import Parameter, parameters

Language = Literal["en", "zh"]
ABOUT: Mapping[Language, str] = {
    "en": "Unit economics as worksheet functions: CAC, LTV, PAYBACK, RUNWAY and more.",
    "zh": "单位经济学工作表函数：CAC、LTV、PAYBACK、RUNWAY 等。",
}
_LOCALES: Mapping[Language, str] = {"en": "en-US", "zh": "zh-CN"}
_CATEGORY = "Financial"


def wizard() -> str:
    """The texts of every function, as a part of the office's configuration."""
    nodes = "".join(_function_node(function) for function in functions().values())
    registry, schema = "http://openoffice.org/2001/registry", "http://www.w3.org/2001/XMLSchema"
    return (
        f'<oor:component-data xmlns:oor="{registry}" xmlns:xs="{schema}" '
        'oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="AddInInfo"><node oor:name="{CALC_SERVICE}" oor:op="replace">'
        f'<node oor:name="AddInFunctions">\n{nodes}</node></node></node>\n</oor:component-data>\n'
    )


def _function_node(function: Function) -> str:
    name: Mapping[Language, str] = {"en": function.name}
    summaries: Mapping[Language, str] = {language: summary(function, language) for language in _LOCALES}
    nodes = "".join(_parameter_node(function, parameter) for parameter in parameters(function))
    return (
        f'<node oor:name="{function.name}" oor:op="replace">'
        f"{_property('DisplayName', name)}{_property('Description', summaries)}"
        f'<prop oor:name="Category"><value>{_CATEGORY}</value></prop>'
        f"{_property('CompatibilityName', name)}"
        f'<node oor:name="Parameters">{nodes}</node></node>\n'
    )


def _parameter_node(function: Function, parameter: Parameter) -> str:
    name: Mapping[Language, str] = {"en": parameter.shown}
    helps: Mapping[Language, str] = {
        language: help_text(function, parameter.shown, language) for language in _LOCALES
    }
    texts = _property("DisplayName", name) + _property("Description", helps)
    return f'<node oor:name="{parameter.name}" oor:op="replace">{texts}</node>'


def _property(name: str, texts: Mapping[Language, str]) -> str:
    values = "".join(
        f'<value xml:lang="{_LOCALES[language]}">{escape(text)}</value>' for language, text in texts.items()
    )
    return f'<prop oor:name="{name}">{values}</prop>'


def summary(function: Function, language: Language) -> str:
    """What a function gives, in one line."""
    return chinese.summary(function.name) if language == "zh" else function.summary


def help_text(function: Function, name: str, language: Language) -> str:
    """What an argument is, with its unit or words and its default."""
    text = _help(function, name, language)
    if name == function.repeated:
        # Calc takes the word behind repeated numbers for one more of these.
        last = "；最后可加 {}：{}" if language == "zh" else "; the last may be {}: {}"
        for other, argument in function.arguments.items():
            if isinstance(argument, Word):
                text += last.format(other, _help(function, other, language))
    return text


def _help(function: Function, name: str, language: Language) -> str:
    argument = function.arguments[name]
    text = chinese.argument(function.name, name) if language == "zh" else argument.help
    traits = list(_traits(argument, language))
    if not traits:
        return text
    return f"{text}（{'，'.join(traits)}）" if language == "zh" else f"{text} ({', '.join(traits)})"


def _traits(argument: Argument, language: Language) -> Iterator[str]:
    if isinstance(argument, Word):
        yield " / ".join(argument.words)
    elif not isinstance(argument, Text | Table):
        yield chinese.unit(argument.unit) if language == "zh" else str(argument.unit)
    default = getattr(argument, "default", None)
    if argument.optional and default is not None:
        values = default if isinstance(default, tuple) else (default,)
        shown = ", ".join(value if isinstance(value, str) else f"{value:.10g}" for value in values)
        yield f"默认 {shown}" if language == "zh" else f"default {shown}"
