"""`unitsheet functions`: what each worksheet function takes and gives."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from unitsheet.commands.options import format_option

if TYPE_CHECKING:
    from engine.arguments import Argument
    from engine.registry import Function

WIDTH = 100


@click.command("functions")
@click.argument("name", required=False)
@format_option
def command(name: str | None, form: str) -> None:
    """List the worksheet functions, or explain one."""
    from engine.registry import function, library
    from unitsheet.terminal import print_json

    if name is None:
        known = library().values()
        if form == "json":
            print_json([_in_brief(function) for function in known])
        else:
            click.echo("\n".join(_listing(known)))
        return
    wanted = function(name)
    if form == "json":
        print_json(described(wanted))
    else:
        click.echo("\n".join(_page(wanted)))


def _in_brief(function: Function) -> dict[str, Any]:
    return {
        "name": function.name,
        "group": function.group,
        "signature": function.signature,
        "summary": function.summary,
        "built_in": function.built_in,
    }


def _listing(known: Iterable[Function]) -> Iterator[str]:
    from unitsheet.spelling import BUILT_IN

    group = ""
    for function in known:
        if function.group != group:
            if group:
                yield ""
            group = function.group
            yield click.style(group, bold=True)
        yield from _folded(function.signature, "  ", "      ")
        note = f" {BUILT_IN}" if function.built_in else ""
        yield from _folded(function.summary + note, "      ", "      ")


def _page(function: Function) -> Iterator[str]:
    """All there is to say of one function."""
    from unitsheet.spelling import BUILT_IN, alternatives, example_text, paragraphs

    yield click.style(function.signature, bold=True)
    yield from _folded(function.summary, "  ", "  ")
    if function.built_in:
        yield from _folded(BUILT_IN, "  ", "  ")
    yield from _section("Arguments", _arguments(function))
    yield from _section("Gives", [_unit_and_form(function)])
    yield from _section("Formula", alternatives(function.formula))
    yield from _section("Convention", paragraphs(function.convention))
    yield from _section(
        "Errors", (f"{kind} ({argument}): {text}" for kind, argument, text in function.errors)
    )
    yield from _section(
        "Cautions", (f"({caution.argument}): {caution.sentence}" for caution in function.cautions)
    )
    yield from _section("Examples", (example_text(function, example) for example in function.examples))
    yield from _section("Source", alternatives(function.source))
    yield from _section("Related", [", ".join(function.related)])


def _section(title: str, entries: Iterable[str]) -> Iterator[str]:
    lines = [line for entry in entries if entry for line in _folded(entry, "  ", "      ")]
    if lines:
        yield ""
        yield click.style(title, bold=True)
        yield from lines


def _folded(text: str, first: str, following: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=following, break_on_hyphens=False
    )


def _arguments(function: Function) -> Iterator[str]:
    from unitsheet.spelling import traits

    for name, argument in function.arguments.items():
        yield f"{name}: {argument.help} ({', '.join(traits(argument))})"


def _unit_and_form(function: Function) -> str:
    from unitsheet.spelling import units_by_word

    form = f", {function.spills.cells}" if function.spills else ""
    others = "".join(f"; {unit} under {word}" for _, word, unit in units_by_word(function))
    return f"{function.returns}{form}{others}"


def described(function: Function) -> dict[str, Any]:
    """A function as JSON."""
    from unitsheet.spelling import formula_text

    return _in_brief(function) | {
        "convention": function.convention,
        "arguments": [_argument_json(name, argument) for name, argument in function.arguments.items()],
        "unit": str(function.returns),
        "spills": function.spills.cells if function.spills else None,
        "formula": function.formula,
        "errors": [{"kind": k.value, "argument": a, "sentence": s} for k, a, s in function.errors],
        "cautions": [{"argument": c.argument, "sentence": c.sentence} for c in function.cautions],
        "examples": [
            {"formula": formula_text(function, e.args), "result": e.result, "steps": e.steps}
            for e in function.examples
        ],
        "source": function.source,
        "related": list(function.related),
    }


def _argument_json(name: str, argument: Argument) -> dict[str, Any]:
    from engine.arguments import REQUIRED, Rest, Series, Table, Text, Word

    default = getattr(argument, "default", None)
    domain = getattr(argument, "domain", None)
    unit = getattr(argument, "unit", None)
    return {
        "name": name,
        "help": argument.help,
        "unit": None if unit is None else str(unit),
        "domain": str(domain) if domain else None,
        "words": list(argument.words) if isinstance(argument, Word) else None,
        "optional": argument.optional,
        "default": None if default is REQUIRED or not argument.optional else default,
        "repeated": isinstance(argument, Rest),
        "series": isinstance(argument, Series),
        "table": isinstance(argument, Table),
        "text": isinstance(argument, Text),
        "alias": getattr(argument, "alias", "") or None,
    }
