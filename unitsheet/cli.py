"""The command `unitsheet`: its commands, and how whatever goes wrong becomes one sentence.

Nothing heavy is imported here or at the top of a command's module, so that help
comes at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

COMMANDS = (
    "demo", "companies", "company", "new", "recalc", "fill", "export", "respell", "freeze", "get",
    "functions", "calc", "serve", "install", "uninstall", "doctor",
)  # fmt: skip
FINDINGS, FAILED, STOPPED = 1, 2, 130


class Commands(click.Group):
    """The group whose commands are modules of `unitsheet.commands`, loaded when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order a person meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a module; --debug may stand behind it too."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = import_module(f"unitsheet.commands.{cmd_name}").command
        accept_debug(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; the sentence for one that is not there names the nearest."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(COMMANDS)}"
            ctx.fail(f"there is no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; that a reader such as `head` has read enough is no error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            ctx.exit()

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        """Run a command and leave with its exit code; traceback only under --debug."""
        debug = "--debug" in (sys.argv if args is None else args)
        extra["standalone_mode"] = False
        try:
            code = super().main(args, *more, obj=debug, **extra) or 0
        except Exception as error:  # noqa: BLE001 - a person gets a sentence, whatever it is
            code = report(error, debug)
        _close_stdout()
        sys.exit(code)


def accept_debug(command: click.Command) -> None:
    """Let a command take --debug, which only `Commands.main` looks at."""
    if not any(parameter.name == "debug" for parameter in command.params):
        command.params.append(click.Option(["--debug"], is_flag=True, hidden=True, expose_value=False))


def report(error: BaseException, debug: bool) -> int:
    """Say on stderr what went wrong, and give the exit code that stands for it."""
    if isinstance(error, click.Abort):
        click.echo("stopped", err=True)
        return STOPPED
    if debug:
        import traceback

        traceback.print_exception(error)
    click.echo(sentence(error), err=True)
    return FAILED


def sentence(error: BaseException) -> str:
    """What a person reads of an error: its own words where they are meant for a person."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    if isinstance(error, click.ClickException):
        return _usage(error)
    from engine.errors import UnitsheetError

    if isinstance(error, UnitsheetError):
        return str(error)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return f"unexpected error {what[:300]}; run again with --debug"


def _usage(error: click.ClickException) -> str:
    text = " ".join(error.format_message().split()).rstrip(".")
    ctx = getattr(error, "ctx", None)
    return f"{text} (see `{ctx.command_path} --help`)" if ctx else text


def _close_stdout() -> None:
    """Hand over what is left; Python would complain at its end that nobody takes it."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        import unitsheet

        click.echo(f"unitsheet {unitsheet.__version__}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
def main() -> None:
    """Unit economics of LLM products in a spreadsheet.

    Functions such as CAC, LTV and RUNWAY, company workbooks with sourced figures,
    and recalculation without Excel. Exit codes: 0 clean, 1 findings, 2 wrong use or
    failure.
    """


if __name__ == "__main__":
    main()
