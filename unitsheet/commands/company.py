"""`unitsheet company`: begin a company file of one's own, and check one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from unitsheet.cli import FAILED, FINDINGS, accept_debug
from unitsheet.commands.options import format_option

if TYPE_CHECKING:
    from rich.table import Table

    from unitsheet.company_check import Check
    from unitsheet.company_starter import Starter

CURRENCIES = ("CNY", "USD")


@click.group("company")
def command() -> None:
    """Begin a company file of your own, or check one.

    A company is one TOML file; `unitsheet new OUT.xlsx --company ./FILE.toml` makes
    its tab.
    """


@command.command("init")
@click.argument("company_id", metavar="ID")
@click.option("--name", metavar="TEXT", help="The company's name; ID unless given.")
@click.option("--product", metavar="TEXT", help="The product's name.")
@click.option("--currency", type=click.Choice(CURRENCIES, case_sensitive=False), help="CNY unless given.")
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="KEY=NUMBER",
    help="Give a figure, in the unit the file states, such as ad_spend=2000000; repeatable.",
)
@click.option(
    "--source",
    default="",
    metavar="TEXT",
    help='Where the figures come from, such as "accounts of June 2025": they then count as reported, '
    "and else as illustrative.",
)
@click.option("--out", metavar="FILE.toml", help="The file to write; ID.toml in this folder unless given.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option("--yes", "-y", "silent", is_flag=True, help="Ask nothing: what is not given stays as it is.")
def init(
    company_id: str,
    name: str | None,
    product: str | None,
    currency: str | None,
    given: tuple[str, ...],
    source: str,
    out: str | None,
    force: bool,
    silent: bool,
) -> None:
    """Write a company file with your figures and every default.

    On a terminal it asks for what is not given by options: who the company is, and
    the dozen figures that matter most. Enter leaves a figure to its illustrative
    default, which stands in the file as a comment, ready to be set.
    """
    from unitsheet.company_check import alerts
    from unitsheet.company_starter import Starter, settings, with_all_staff
    from workbook.companies import given as own
    from workbook.companies import read_company

    target = _target(company_id, out, force)
    figures = settings(given)
    asking = not silent and _on_a_terminal()
    if asking:
        name, product, currency = _ask_who(company_id, name, product, currency)
    currency = (currency or CURRENCIES[0]).upper()
    if asking:
        figures = _ask_figures(figures, currency)
    figures, notes = with_all_staff(figures)
    starter = Starter(
        company_id, name or company_id, product or "", currency, figures, source, target.name, notes
    )
    _refuse_odd_text(starter)
    text = starter.text()
    company = read_company(str(target), text)
    _write(target, text)
    if not (asking or silent or given):
        click.echo("There is no terminal to ask on, so every figure is left to its default.", err=True)
    click.echo(_written(target, len(own(company)), bool(notes)))
    for alert in alerts(company):
        click.echo(f"alert: {alert}", err=True)


@command.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@format_option
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...], form: str) -> None:
    """Check company files: every mistake with its line, and what rests on defaults.

    Exit 1 if a file has mistakes, 2 if one cannot be read. An alert is what looks
    unlikely; it is no mistake.
    """
    from unitsheet.company_check import check as checked
    from unitsheet.terminal import print_json

    checks = [checked(file) for file in files]
    if form == "json":
        objects = [each.as_json() for each in checks]
        print_json(objects if len(files) > 1 else objects[0])
    for each in checks:
        if each.failure:
            click.echo(each.failure, err=True)
        elif form == "text":
            _print(each)
    if any(each.failure for each in checks):
        ctx.exit(FAILED)
    ctx.exit(FINDINGS if any(each.problems for each in checks) else 0)


def _target(company_id: str, out: str | None, force: bool) -> Path:
    """The file to write, refused before anything is asked."""
    from engine.errors import FileError, InputError
    from workbook.companies import id_mistake
    from workbook.target import refuse_if_unwritable, refuse_to_replace

    if mistake := id_mistake(company_id):
        raise InputError(f"the id cannot be this: {mistake}")
    target = Path(out or f"{company_id}.toml")
    if target.suffix.lower() != ".toml":
        raise FileError(f"{target} does not end in .toml, by which a company file is known.")
    if not force:
        refuse_to_replace(target)
    refuse_if_unwritable(target)
    return target


def _on_a_terminal() -> bool:
    """Whether there is a person to ask: prompts are written to stderr and read from stdin."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask_who(
    company_id: str, name: str | None, product: str | None, currency: str | None
) -> tuple[str, str, str]:
    click.echo("Enter keeps what stands in brackets. Ctrl-C stops, and nothing is written.", err=True)
    if name is None:
        name = click.prompt("Company 公司", default=company_id, err=True)
    if product is None:
        product = click.prompt("Product 产品 (may stay empty)", default="", show_default=False, err=True)
    if currency is None:
        choice = click.Choice(CURRENCIES, case_sensitive=False)
        currency = click.prompt("Currency 货币", default=CURRENCIES[0], type=choice, err=True)
    return name or company_id, product or "", currency or CURRENCIES[0]


def _ask_figures(given: dict[str, float], currency: str) -> dict[str, float]:
    """What was given, and what a person now gives besides; Enter gives nothing."""
    from unitsheet.company_starter import ASKED

    found = dict(given)
    for key in ASKED:
        if key not in found and (answer := _ask(key, currency)) is not None:
            found[key] = answer
    return found


def _ask(key: str, currency: str) -> float | None:
    from engine.drivers import DRIVERS
    from engine.errors import InputError
    from unitsheet.company_starter import number

    driver = DRIVERS[key]

    def read(text: str) -> float | None:
        if not text.strip():
            return None
        try:
            return number(driver, text)
        except InputError as error:
            raise click.BadParameter(str(error)) from None

    question = _question(key, currency)
    answer: float | None = click.prompt(question, default="", show_default=False, value_proc=read, err=True)
    return answer


def _question(key: str, currency: str) -> str:
    """A figure with its unit and default; staff is asked for as a sum, which stands in place of the heads."""
    from engine.drivers import DRIVERS
    from unitsheet.company_starter import HEADS
    from workbook.default_figures import default_figure

    default = default_figure(DRIVERS[key], currency)
    label, held = f"{default.driver.label} {default.driver.label_zh}", f"{default.base:,.15g}"
    if key == "staff_cost":
        heads = sum(default_figure(DRIVERS[each], currency).base for each in HEADS)
        label = "All staff, rent and administration as one sum 人员、租金及管理费用合计"
        held = f"{heads:,.15g} heads by salary, and {held}"
    return f"{label}, {default.unit} [{held}]"


def _refuse_odd_text(starter: Starter) -> None:
    from engine.errors import InputError

    for what in ("name", "product", "source"):
        if not getattr(starter, what).isprintable():
            raise InputError(f"the {what} must be plain text on one line, not {getattr(starter, what)!r}")


def _write(target: Path, text: str) -> None:
    from workbook.target import replace_whole

    def write(stream: BinaryIO) -> None:
        stream.write(text.encode())

    replace_whole(target, write)


def _written(target: Path, own: int, no_heads: bool) -> str:
    from engine.drivers import DRIVERS

    lines = [f"wrote {target}: {own} of {len(DRIVERS)} figures given, the others are illustrative defaults"]
    if no_heads:
        lines.append(
            "staff_cost is taken as all staff, so heads are 0; give heads_research and so on to count both"
        )
    lines += [
        "next:",
        f"  unitsheet company check {_typed(target)}",
        f"  unitsheet new {_typed(target.with_suffix('.xlsx'))} --company {_typed(target)}",
    ]
    return "\n".join(lines)


def _typed(path: Path) -> str:
    """A path as it is typed in a command."""
    return f'"{path}"' if " " in str(path) else str(path)


def _print(each: Check) -> None:
    from unitsheet.terminal import output

    console = output()
    if each.company is None:
        for problem in each.problems:
            console.print(str(problem), soft_wrap=True)
        count = len(each.problems)
        console.print(f"{each.file}: {count} mistake{'' if count == 1 else 's'}", style="bold")
        return
    company = each.company
    console.print(f"{each.file}: {company.title} ({company.id}, {company.currency})", style="bold")
    console.print(_blocks(each))
    firm = ", ".join(f"{count} {basis}" for basis, count in each.bases.items() if count)
    console.print(f"Given: {firm or 'nothing'}. Defaults are illustrative.", soft_wrap=True)
    for alert in each.alerts:
        console.print(f"alert: {alert}", soft_wrap=True)


def _blocks(each: Check) -> Table:
    from unitsheet.terminal import table

    made = table("block", ">given", ">default")
    for block, (own, left) in each.blocks.items():
        made.add_row(block, str(own or "-"), str(left or "-"))
    made.add_row("all", str(len(each.own)), str(sum(left for _, left in each.blocks.values())))
    return made


for _each in command.commands.values():
    accept_debug(_each)
