"""`unitsheet calc`: one call of a function, its options made from the registry."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from typing import TYPE_CHECKING, Any

import click

from unitsheet.cli import FAILED, FINDINGS, accept_debug
from unitsheet.commands.options import FORMAT

if TYPE_CHECKING:
    from engine.arguments import Argument
    from engine.boundary import Outcome
    from engine.registry import Function

_NEGATIVE = re.compile(r"-[\d.][\d.,eE+%-]*")
WIDTH = 76
_THOUSANDS = re.compile(r"0\d\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Calculator(click.Group):
    """The group whose commands are the functions of the registry."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all functions."""
        from engine.registry import library

        return list(library())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The command of a function; an `InputError` names the nearest."""
        from engine.registry import function

        return _command(function(cmd_name))


class Call(click.Command):
    """A command whose values may be negative numbers, which look like options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with a space before negative numbers so that they are taken for values."""
        return super().parse_args(ctx, [f" {arg}" if _NEGATIVE.fullmatch(arg) else arg for arg in args])


@click.group("calc", cls=Calculator, subcommand_metavar="FUNCTION [VALUES]")
def command() -> None:
    """Work out one function.

    For example `unitsheet calc PAYBACK --cac 60 --arpu 30 --margin 0.6`.

    Values stand in the order of the function's arguments or behind options named
    for them; `unitsheet calc PAYBACK --help` shows them with their units. 30,40,50
    is a list, "1,2;3,4" a table of two rows, 2024-09-01 a date. An answer that does not exist (#N/A) or
    an error of arithmetic gives exit 1, wrong arguments give exit 2.
    """


def _command(function: Function) -> click.Command:
    params: list[click.Parameter] = [click.Argument(["in_order"], nargs=-1, metavar="[VALUES]...")]
    params += [_option(name, argument) for name, argument in function.arguments.items()]

    params.append(click.Option(["--format", "form"], **FORMAT))

    def run(in_order: tuple[str, ...], form: str, **options: tuple[str, ...]) -> None:
        click.get_current_context().exit(_calculate(function, in_order, options, form))

    made = Call(function.name, callback=run, params=params, help=_help(function), short_help=function.summary)
    accept_debug(made)
    return made


def _option(name: str, argument: Argument) -> click.Option:
    from unitsheet.spelling import traits

    words = dict.fromkeys((name.replace("_", "-"), name, getattr(argument, "alias", "")))
    help_text = f"{argument.help} ({', '.join(traits(argument))})"
    # Each may be given again, so that one that must not be is refused and not forgotten.
    return click.Option(
        [name, *(f"--{word}" for word in words if word)], multiple=True, help=help_text, metavar="X"
    )


def _help(function: Function) -> str:
    from unitsheet.spelling import command_text, formula_text, result_text

    example = function.examples[0]
    texts = (
        f"{function.signature}, in {function.returns}",
        f"Example: unitsheet calc {command_text(function, example.args)}",
        f"gives {result_text(example)}, as {formula_text(function, example.args)} does in a cell.",
    )
    # click would fold the options at their dashes.
    folded = [
        "\n".join(textwrap.wrap(text, WIDTH, break_on_hyphens=False, break_long_words=False))
        for text in texts
    ]
    return f"{function.summary}\n\n\b\n{folded[0]}\n\n\b\n{folded[1]}\n{folded[2]}"


def _calculate(
    function: Function, values: tuple[str, ...], options: dict[str, tuple[str, ...]], form: str
) -> int:
    from engine.boundary import evaluate
    from unitsheet.terminal import print_json

    args = tuple(_value(text) for text in values)
    named = {name: _of_option(function, name, texts) for name, texts in options.items() if texts}
    outcome = evaluate(function, args, named)
    if form == "json":
        arguments = _arguments(function, args, named)
        print_json({"function": function.name, "arguments": arguments, **_result(function, outcome)})
    elif outcome.form.shape or not outcome.ledger.bad_rows:
        click.echo(_text(function, outcome))
    for row in outcome.ledger.bad_rows:
        click.echo(_failure(function, outcome, row), err=True)
    for caution in outcome.cautions:
        click.echo(f"{function.name}: {caution}", err=True)
    return _exit_code(outcome)


def _value(text: str) -> Any:
    """A value as typed: a number, a word, a truth, a date, a list, a table, or nothing."""
    from engine.coerce import is_number_text, number

    text = text.strip()
    if ";" in text:
        return [row if isinstance(row, list) else [row] for row in map(_value, text.split(";"))]
    if "," in text:
        parts = text.split(",")
        if any(_THOUSANDS.fullmatch(part) for part in parts[1:]):
            raise click.UsageError(
                f"commas make a list, so {text} is several numbers; write {text.replace(',', '')}"
            )
        return [_value(part) for part in parts]
    if is_number_text(text):
        return number(text, "")
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    if _DATE.fullmatch(text):
        return _date(text)
    return text or None


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{text} is no day of the calendar") from error


def _of_option(function: Function, name: str, texts: tuple[str, ...]) -> Any:
    if name == function.repeated:
        return [_value(text) for text in texts]
    first, *others = texts
    if others:
        raise click.UsageError(f"{name} is given twice; give it once")
    return _value(first)


def _arguments(function: Function, args: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """What each argument was given, as far as the values fit the arguments."""
    from engine.binding import Refused, bind

    try:
        given = bind(function, args, named)
    except Refused:
        return dict(zip(function.arguments, args, strict=False)) | named
    cells = {one.label: [_as_typed(x) for x in one.flat.elements] for one in given if not one.flat.blank}
    single = {one.label for one in given if not one.flat.shape}
    return {label: values[0] if label in single else values for label, values in cells.items()}


def _as_typed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _result(function: Function, outcome: Outcome) -> dict[str, Any]:
    """The rest of the JSON: the value or the error, the unit, the cautions."""
    result: dict[str, Any] = {}
    errors = {row: _error(outcome, row) for row in outcome.ledger.bad_rows}
    if outcome.form.shape:
        cells = [None if row in errors else cell for row, cell in enumerate(outcome.cells())]
        result["value"] = _in_rows(cells, outcome) if min(outcome.form.shape) > 1 else cells
        result["errors"] = [{"element": row + 1, **error} for row, error in errors.items()]
    elif errors:
        result["error"] = errors[0]
    else:
        result["value"] = outcome.cells()[0]
    return result | {"unit": str(function.unit(outcome.words)), "cautions": list(outcome.cautions)}


def _in_rows(cells: list[Any], outcome: Outcome) -> list[list[Any]]:
    """The cells of an area by row; of a single row or column all in one."""
    height, width = outcome.form.shape or (1, 1)
    across = len(cells) if 1 in (height, width) else width
    return [cells[at : at + across] for at in range(0, len(cells), across)]


def _error(outcome: Outcome, row: int) -> dict[str, str]:
    error = outcome.ledger.at(row)
    assert error is not None
    return {"kind": error.kind.value, "sentence": error.sentence, "argument": error.argument}


def _text(function: Function, outcome: Outcome) -> str:
    from engine.units import UNSPOKEN
    from unitsheet.figures import shown

    unit = function.unit(outcome.words)
    named = "" if unit in UNSPOKEN else f" {unit}"
    rows = _in_rows(outcome.cells(), outcome)
    return "\n".join(", ".join(shown(cell) for cell in row) + named for row in rows)


def _failure(function: Function, outcome: Outcome, row: int) -> str:
    error = _error(outcome, row)
    place = f"element {row + 1}: " if outcome.form.shape else ""
    return f"{error['kind']} {function.name}: {place}{error['sentence']}"


def _exit_code(outcome: Outcome) -> int:
    kinds = {_error(outcome, row)["kind"] for row in outcome.ledger.bad_rows}
    if "#VALUE!" in kinds:
        return FAILED
    return FINDINGS if kinds else 0
