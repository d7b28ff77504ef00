"""`unitsheet fill`: typed actuals from a table into a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from unitsheet.cli import FINDINGS
from unitsheet.commands.options import format_option

if TYPE_CHECKING:
    from unitsheet.amounts import Decimals
    from unitsheet.tables import Table


@click.command("fill")
@click.argument("file")
@click.option("--actuals", metavar="TABLE", help="A .csv, .xlsx or .parquet file.")
@click.option("--sql", metavar="QUERY", help="Or what this query finds; see --from.")
@click.option(
    "--from", "source", metavar="DATABASE", help="A DuckDB or SQLite file, or postgres://user@host/database."
)
@click.option("--out", metavar="PATH", help="Write the filled workbook here.")
@click.option("--in-place", is_flag=True, help="Write back into FILE.")
@click.option("--force", is_flag=True, help="Replace what --out names if it exists.")
@click.option(
    "--company", metavar="ID", help="Fill this company only; figures without a company are taken as its own."
)
@click.option("--until", metavar="YYYY-MM", help="Make this the last month of actuals.")
@click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="[LINE=]UNIT",
    help='The unit of figures that state none, such as "k CNY", or of one line; repeatable.',
)
@click.option("--convert", is_flag=True, help="Turn CNY into USD and back by the typed rate of each month.")
@click.option("--strict", is_flag=True, help="Write only if everything matches.")
@click.option("--sheet", metavar="NAME", help="The sheet of an Excel table; the first otherwise.")
@click.option("--encoding", metavar="NAME", default="utf-8-sig", help="The encoding of a CSV if not UTF-8.")
@click.option("--decimal", type=click.Choice(("point", "comma")), help="What parts the decimals in a CSV.")
@format_option
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.pass_context
def command(
    ctx: click.Context,
    file: str,
    actuals: str | None,
    sql: str | None,
    source: str | None,
    out: str | None,
    in_place: bool,
    force: bool,
    company: str | None,
    until: str | None,
    units: tuple[str, ...],
    convert: bool,
    strict: bool,
    sheet: str | None,
    encoding: str,
    decimal: str | None,
    form: str,
) -> None:
    """Fill actuals from a table or a database into a workbook.

    A table has a row a figure (company, line, month, value, unit), a row a line with
    months as columns, or a row a month with lines as columns. The workbook is
    recalculated and written whole; without --out or --in-place it is only matched. Exit
    1 if something did not match (the rest is filled) or for what `unitsheet recalc`
    would report, 2 if the file is left as it was.
    """
    if out is not None and in_place:
        ctx.fail("say either --out or --in-place, not both")
    if (actuals is None) == (sql is None):
        ctx.fail("say what to fill: either --actuals TABLE, or --sql QUERY with --from DATABASE")
    if (sql is None) != (source is None):
        ctx.fail("--sql and --from go together")
    from unitsheet.filling import fill
    from unitsheet.filling_report import print_filling
    from unitsheet.terminal import log_briefly, print_json, working

    log_briefly(ctx.obj)
    with working(f"filling {file}"):
        table = _table(actuals, sheet, encoding, decimal) if actuals else _found(sql or "", source or "")
        result = fill(
            file, table, out=out, in_place=in_place, force=force, company=company, until=until,
            unit=dict(_unit(one) for one in units), convert=convert, strict=strict,
        )  # fmt: skip
    if form == "json":
        print_json(result.as_json())
    else:
        print_filling(result, strict=strict)
    if not result.clean:
        ctx.exit(FINDINGS)


def _table(path: str, sheet: str | None, encoding: str, decimal: str | None) -> Table:
    from unitsheet.tables import read_table

    return read_table(path, sheet=sheet, encoding=encoding, decimals=cast("Decimals | None", decimal))


def _found(sql: str, source: str) -> Table:
    from unitsheet.tables import query

    return query(sql, source)


def _unit(text: str) -> tuple[str, str]:
    """A unit and its line, the line empty where it is for all."""
    line, equals, unit = text.rpartition("=")
    return (line.strip(), unit.strip()) if equals else ("", unit.strip())
