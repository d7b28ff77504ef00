"""What the task pane of the add-in shows: the functions with their help, the companies with their figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from engine.arguments import Argument, Rest, Series, Table, Text, Word
from engine.hosting import Host

if TYPE_CHECKING:
    from engine.company import Company, Figure
    from engine.registry import Example, Function
    from engine.units import Unit
    from workbook.plan import Plan


def catalogue() -> list[dict[str, Any]]:
    """Every worksheet function as the pane shows it, texts in English and Chinese."""
    from engine.registry import functions

    return [_function(function) for function in functions().values()]


def _function(function: Function) -> dict[str, Any]:
    from udfs import chinese
    from unitsheet.spelling import alternatives, paragraphs

    return {
        "name": function.name,
        "typed": Host.OFFICEJS.typed(function.name),
        "group": {"en": function.group, "zh": chinese.group(function.group)},
        "summary": {"en": function.summary, "zh": chinese.summary(function.name)},
        "signature": function.signature,
        "unit": _unit(function.returns),
        "arguments": [_argument(function, name, one) for name, one in function.arguments.items()],
        "formula": alternatives(function.formula),
        "convention": paragraphs(function.convention),
        "examples": [_example(function, example) for example in function.examples],
        "source": alternatives(function.source),
        "related": list(function.related),
    }


def _argument(function: Function, name: str, argument: Argument) -> dict[str, Any]:
    from udfs import chinese
    from unitsheet.spelling import default_text

    words = argument.words if isinstance(argument, Word) else ()
    unit = getattr(argument, "unit", None)
    return {
        "name": name,
        "help": {"en": argument.help, "zh": chinese.argument(function.name, name)},
        "kind": _kind(argument),
        "unit": None if unit is None else _unit(unit),
        "words": [{"word": word, "zh": chinese.word(word, function.name)} for word in words],
        "optional": argument.optional,
        "default": default_text(argument),
    }


def _unit(unit: Unit) -> dict[str, str]:
    from udfs import chinese

    return {"en": str(unit), "zh": chinese.unit(unit)}


def _kind(argument: Argument) -> str:
    """How the pane fills it in: a number, a word of a list, a whole area, a text, any number of cells."""
    if isinstance(argument, Series | Table):
        return "area"
    if isinstance(argument, Word):
        return "word"
    if isinstance(argument, Text):
        return "text"
    return "rest" if isinstance(argument, Rest) else "number"


def _example(function: Function, example: Example) -> dict[str, str]:
    from unitsheet.spelling import formula_text, result_text

    written = formula_text(function, example.args)
    typed = written.replace(f"={function.name}(", f"={Host.OFFICEJS.typed(function.name)}(", 1)
    return {"formula": typed, "result": result_text(example), "steps": example.steps}


def companies() -> dict[str, Any]:
    """The company table of the base case, with the basis of every figure."""
    from unitsheet.figures import LETTERS
    from workbook.companies import companies as known
    from workbook.planning import plan

    shipped = list(known().values())
    planned = plan(shipped)
    return {
        "bases": {letter: basis.value for basis, letter in LETTERS.items()},
        "headlines": list(_headers()),
        "companies": [_company(company, planned) for company in shipped],
    }


def _headers() -> Iterator[dict[str, str]]:
    from engine.metrics import METRICS
    from unitsheet.headlines import HEADLINES

    for one in HEADLINES:
        yield {"key": one.key, "label": METRICS[one.key].label}


def _company(company: Company, planned: Plan) -> dict[str, Any]:
    return {
        "id": company.id,
        "name": company.name,
        "product": company.product,
        "currency": company.currency,
        "note": company.note,
        "headlines": list(_headlines(company, planned)),
        "figures": list(_figures(company.figures.values())),
    }


def _headlines(company: Company, planned: Plan) -> Iterator[dict[str, Any]]:
    """The headline figures in the order of the header; what has no answer says so in words."""
    from engine.company import Scenario
    from engine.forecast import METRICS, headlines, values
    from unitsheet.figures import LETTERS
    from unitsheet.headlines import HEADLINES
    from workbook.companies import default_fx

    found = headlines(values(company, Scenario.BASE, default_fx()[0]))
    for one in HEADLINES:
        value = float(found[one.key])
        known = math.isfinite(value)
        yield {
            "value": value if known else None,
            "text": one.short(value) if known else one.absent,
            "unit": _money_unit(METRICS[one.key].unit, company.currency),
            "basis": LETTERS[planned.headline_basis(company.id, one.key)],
        }


def _money_unit(unit: Unit, currency: str) -> dict[str, str]:
    from udfs import chinese

    return {"en": unit.text(currency), "zh": chinese.unit(unit, currency)}


def _figures(figures: Iterable[Figure]) -> Iterator[dict[str, Any]]:
    """What is known of a company: every figure that a source or a calculation stands behind."""
    from engine.company import Basis
    from unitsheet.figures import LETTERS, compact

    for figure in figures:
        if figure.basis is not Basis.ILLUSTRATIVE:
            yield {
                "key": figure.driver.key,
                "label": {"en": figure.driver.label, "zh": figure.driver.label_zh},
                "value": figure.base,
                "text": compact(figure.base),
                "unit": _unit(figure.unit),
                "basis": LETTERS[figure.basis],
                "disputed": figure.disputed,
                "period": figure.period,
                "note": figure.note,
            }
