"""`unitsheet freeze`: write a workbook with values in place of the functions."""

from __future__ import annotations

import click

from unitsheet.cli import FINDINGS
from unitsheet.commands.options import format_option


@click.command("freeze")
@click.argument("file", metavar="IN")
@click.argument("out", metavar="OUT")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@format_option
@click.pass_context
def command(ctx: click.Context, file: str, out: str, force: bool, form: str) -> None:
    """Write a workbook with values in place of the functions, for mailing.

    It is recalculated first. Every formula that calls a function of unitsheet becomes
    what it gives; all other formulas stay. Exit 1 if a call is left, or for what
    `unitsheet recalc` would report.
    """
    from unitsheet.report import print_report
    from unitsheet.respelling import freeze
    from unitsheet.terminal import log_briefly, print_json, working

    log_briefly(ctx.obj)
    with working(f"freezing {file}"):
        result = freeze(file, out, force=force)
    if form == "json":
        print_json(result.as_json())
    else:
        print_report(result.recalculation, result)
    if not result.clean:
        ctx.exit(FINDINGS)
