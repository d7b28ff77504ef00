"""`unitsheet doctor`: what keeps the functions out of a spreadsheet program, and what to do about it."""

from __future__ import annotations

import click

from unitsheet.commands.options import format_option


@click.command("doctor")
@format_option
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    """Find out why a spreadsheet does not know or work out the functions.

    Every line is ok, wrong, or cannot tell; what is wrong comes with its cure.
    """
    from dataclasses import asdict

    from unitsheet.diagnosis import State, findings
    from unitsheet.machine import this_machine
    from unitsheet.terminal import print_json

    found = findings(this_machine())
    if form == "json":
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            click.echo(f"{one.state.value:<11}  {one.about}: {one.text}")
            if one.cure:
                click.echo(f"{'':<11}  -> {one.cure}")
    if any(one.state is State.WRONG for one in found):
        ctx.exit(1)
