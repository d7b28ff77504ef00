"""`unitsheet calc`: one call of a function, its options made from the registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from unitsheet.cli import FAILED, FINDINGS, accept_debug
from unitsheet.commands.options import format_option

if TYPE_CHECKING:
    from engine.arguments import Argument
    from engine.boundary import Outcome
    from engine.registry import Function

_NEGATIVE = re.compile(r"-[\d.][\d.,eE+%-]*")
_THOUSANDS = re.compile(r"0\d\d")


class Calculator(click.Group):
    """The group whose commands are the functions of the registry."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all functions."""
        from engine.registry import functions

        return list(functions())

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
    """Work out one function: calc PAYBACK --cac 60 --arpu 30 --margin 0.6.

    Values stand in the order of the function's arguments or behind options named
    for them; `unitsheet calc PAYBACK --help` shows them with their units. 30,40,50
    is a list. An answer that does not exist (#N/A) or an error of arithmetic gives
    exit 1, wrong arguments give exit 2.
    """


def _command(function: Function) -> click.Command:
    params: list[click.Parameter] = [click.Argument(["values"], nargs=-1, metavar="[VALUES]...")]
    params += [_option(name, argument) for name, argument in function.arguments.items()]

    @click.pass_context
    @format_option
    def run(ctx: click.Context, values: tuple[str, ...], form: str, **options: tuple[str, ...]) -> None:
        ctx.exit(_calculate(function, values, options, form))

    made = Call(function.name, callback=run, params=params, help=_help(function), short_help=function.summary)
    made.params += run.__click_params__
    accept_debug(made)
    return made


def _option(name: str, argument: Argument) -> click.Option:
    from unitsheet.commands.functions import traits

    words = dict.fromkeys((name.replace("_", "-"), name, getattr(argument, "alias", "")))
    help_text = f"{argument.help} ({', '.join(traits(argument))})"
    # Each may be given again, so that one that must not be is refused and not forgotten.
    return click.Option([name, *(f"--{word}" for word in words if word)], multiple=True, help=help_text, metavar="X")


def _help(function: Function) -> str:
    from unitsheet.commands.functions import example_text

    examples = "\n".join(example_text(function, example) for example in function.examples[:1])
    return f"{function.summary}\n\n\b\n{function.signature}, in {function.returns}\n{examples}"


def _calculate(function: Function, values: tuple[str, ...], options: dict[str, tuple[str, ...]], form: str) -> int:
    from engine.boundary import evaluate
    from unitsheet.terminal import print_json

    args = tuple(_value(text) for text in values)
    named = {name: _of_option(function, name, texts) for name, texts in options.items() if texts}
    outcome = evaluate(function, args, named)
    if form == "json":
        print_json(_as_json(function, args, named, outcome))
    else:
        _print_text(function, outcome)
    for _, sentence in _failures(function, outcome):
        click.echo(sentence, err=True)
    for caution in outcome.cautions:
        click.echo(f"{function.name}: {caution}", err=True)
    return _exit_code(outcome)
