"""`unitsheet demo`: every company in one workbook, made, calculated and summed up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from unitsheet.cli import FINDINGS
from unitsheet.commands.options import format_option, months_option, scenario_option

if TYPE_CHECKING:
    from unitsheet.books import NewWorkbook
    from unitsheet.headlines import Row

DEFAULT = "unitsheet-demo.xlsx"
GOOD = 1


@click.command("demo")
@click.option("--out", default=DEFAULT, show_default=True, metavar="OUT.xlsx", help="The workbook to make.")
@scenario_option
@months_option
@click.option("--force", is_flag=True, help=f"Replace OUT.xlsx if it exists; {DEFAULT} is replaced anyway.")
@format_option
@click.pass_context
def command(ctx: click.Context, out: str, scenario: str, months: int, force: bool, form: str) -> None:
    """Make a workbook of all companies.

    Prints the headline figures, each with its basis. Exit 1 if there is an error
    cell other than #N/A, a finding or a check that fails.
    """
    from pathlib import Path

    from engine.company import Scenario
    from unitsheet.books import new
    from unitsheet.headlines import headlines
    from unitsheet.terminal import log_briefly, working
    from workbook.book import Book
    from workbook.companies import companies

    log_briefly(ctx.obj)
    live = Scenario.named(scenario)
    everyone = companies()
    with working(f"making a workbook of {len(everyone)} companies"):
        force = force or Path(out) == Path(DEFAULT)
        made = new(out, everyone.values(), months=months, scenario=live, force=force)
        book = Book.open(made.path)
        rows = headlines(made, book)
        checks_hold = book.value(book.find("master_check")[0]) == GOOD
    show = _print_json if form == "json" else _print_text
    show(made, rows, live.value, checks_hold)
    if not (made.recalculation.clean and checks_hold):
        ctx.exit(FINDINGS)


def _print_json(made: NewWorkbook, rows: list[Row], scenario: str, checks_hold: bool) -> None:
    from unitsheet.headlines import rows_json
    from unitsheet.terminal import print_json

    print_json(
        {
            "companies": rows_json(rows, scenario),
            "master_check": int(checks_hold),
            "recalculation": made.recalculation.as_json(),
        }
    )


def _print_text(made: NewWorkbook, rows: list[Row], scenario: str, checks_hold: bool) -> None:
    from unitsheet.headlines import headline_tables, legend
    from unitsheet.report import places
    from unitsheet.terminal import output

    result = made.recalculation
    absent = result.errors.get("#N/A", ())
    console = output()
    for part in headline_tables(rows, scenario, console.width):
        console.print(part)
    console.print(legend(), style="dim")
    console.print()
    console.print(f"Error cells    {result.error_count - len(absent):,}")
    console.print(f"#N/A cells     {places(absent) if absent else 0}")
    console.print(f"Master check   {'1: all checks hold' if checks_hold else '0: see the sheet Checks'}")
    for kind, cells in result.errors.items():
        if kind != "#N/A":
            console.print(f"{kind:<14} {places(cells)}")
    for finding in result.findings:
        console.print(f"{finding.kind} {finding.where}: {finding.message}")
    console.print(
        f"Formulas       {result.formulas:,}, recalculated in {result.seconds:.2f} s by {result.engine}"
    )
    console.print(f"Written        {made.path}")
