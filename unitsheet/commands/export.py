"""`unitsheet export`: the lines of a workbook as a tidy table."""

from __future__ import annotations

import sys

import click

from unitsheet.cli import FINDINGS

_FORMATS = ("csv", "parquet", "json")


@click.command("export")
@click.argument("file")
@click.option(
    "--to", "form", type=click.Choice(_FORMATS), help="The format; otherwise the end of --out, or csv."
)
@click.option("--out", metavar="PATH", help="Write here; otherwise to standard output.")
@click.option("--force", is_flag=True, help="Replace what --out names if it exists.")
@click.option("--company", metavar="ID", help="This company only.")
@click.option(
    "--lines",
    multiple=True,
    metavar="LINE,...",
    help="These lines only, by key or label; `actuals` for those that `unitsheet fill` takes. Repeatable.",
)
@click.option("--headlines", is_flag=True, help="Also the figures without a month: headlines, assumptions.")
@click.pass_context
def command(
    ctx: click.Context,
    file: str,
    form: str | None,
    out: str | None,
    force: bool,
    company: str | None,
    lines: tuple[str, ...],
    headlines: bool,
) -> None:
    """Print the lines of company tabs as company, scenario, line, unit, month, value.

    The values are those stored in the workbook, of the scenario in use; a value that a
    tab does not know (#N/A) is empty, never 0. Exit 1 if a line is not found or shows
    an error, 2 if a formula was never calculated.
    """
    from pathlib import Path

    from unitsheet.exporting import read_export, write_export, write_text

    form = form or next((one for one in _FORMATS if (out or "").lower().endswith(f".{one}")), "csv")
    if out is None and form == "parquet":
        ctx.fail("Parquet goes into a file; name it with --out")
    found = read_export(file, company=company, lines=lines or None, headlines=headlines)
    if out is None:
        write_text(found, form, sys.stdout)
    else:
        write_export(found, form, Path(out), force=force)
    for finding in found.findings:
        click.echo(f"{finding.where}: {finding.message}", err=True)
    if found.unknown:
        from unitsheet.report import by_sheet

        where = by_sheet(map(str, found.unknown))
        click.echo(f"not exported, for they are no lines of the model: {where}", err=True)
    if not found.clean:
        ctx.exit(FINDINGS)
