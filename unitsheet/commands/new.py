"""`unitsheet new`: make a workbook."""

from __future__ import annotations

import click

from unitsheet.cli import FINDINGS
from unitsheet.commands.options import HOSTS, months_option, scenario_option


@click.command("new")
@click.argument("out", metavar="OUT.xlsx")
@click.option(
    "--company",
    "names",
    multiple=True,
    metavar="ID_OR_TOML",
    help="A company by id, or a TOML file; repeatable.",
)
@click.option("--all", "everyone", is_flag=True, help="Every company that comes with unitsheet.")
@months_option
@click.option("--start", default="2024-01", show_default=True, metavar="YYYY-MM", help="The first month.")
@scenario_option
@click.option(
    "--functions",
    default="excel",
    show_default=True,
    metavar="NAME",
    help=f"How the functions are called: {HOSTS}; or values, for none.",
)
@click.option("--force", is_flag=True, help="Replace OUT.xlsx if it exists.")
@click.pass_context
def command(
    ctx: click.Context,
    out: str,
    names: tuple[str, ...],
    everyone: bool,
    months: int,
    start: str,
    scenario: str,
    functions: str,
    force: bool,
) -> None:
    """Make a workbook with a tab for each company.

    It comes calculated, so that any viewer shows numbers.
    `unitsheet companies` lists the ids; a TOML file of your own, which `unitsheet
    company init` begins, is named by its path.
    """
    if everyone and names:
        ctx.fail("say either --company or --all, not both")
    if not everyone and not names:
        ctx.fail("name a company with --company, or take all with --all")
    from unitsheet.books import new
    from unitsheet.report import print_report
    from unitsheet.terminal import log_briefly, working
    from workbook.companies import companies

    log_briefly(ctx.obj)
    chosen = list(companies().values()) if everyone else list(names)
    with working(f"making {out}"):
        made = new(
            out, chosen, months=months, start=start, scenario=scenario, functions=functions, force=force
        )
    print_report(made.recalculation, made.spelling)
    if not made.clean:
        ctx.exit(FINDINGS)
