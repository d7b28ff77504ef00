"""`unitsheet respell`: write a workbook with the functions as another program calls them."""

from __future__ import annotations

import click

from unitsheet.cli import FINDINGS
from unitsheet.commands.options import HOSTS, format_option


@click.command("respell")
@click.argument("file", metavar="IN")
@click.argument("out", metavar="OUT")
@click.option("--functions", required=True, metavar="NAME", help=f"How to call them: {HOSTS}.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@format_option
@click.pass_context
def command(ctx: click.Context, file: str, out: str, functions: str, force: bool, form: str) -> None:
    """Write a workbook with the functions as another program calls them.

    With lambda the workbook gets a name for each closed form, UE.CAC and so on, which
    Microsoft 365 computes with no add-in. Nothing is recalculated, and nothing but the
    calls changes. Exit 1 if a call could not be written so.
    """
    from unitsheet.report import print_respelling
    from unitsheet.respelling import respell
    from unitsheet.terminal import log_briefly, print_json, working

    log_briefly(ctx.obj)
    with working(f"respelling {file}"):
        result = respell(file, out, functions, force=force)
    if form == "json":
        print_json(result.as_json())
    else:
        print_respelling(result)
    if not result.clean:
        ctx.exit(FINDINGS)
