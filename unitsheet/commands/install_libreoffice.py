"""`unitsheet install libreoffice` and `uninstall libreoffice`: the Calc extension put in and taken out."""

from __future__ import annotations

from typing import BinaryIO

import click

_SOFFICE = click.option(
    "--soffice", metavar="PATH", help="LibreOffice's program soffice, where it is not found by itself."
)


@click.command("libreoffice")
@click.option("--oxt", metavar="PATH", help="Only write the extension to this file.")
@_SOFFICE
@click.option("--force", is_flag=True, help="Replace what --oxt names if it exists.")
@click.pass_context
def install(ctx: click.Context, oxt: str | None, soffice: str | None, force: bool) -> None:
    """Bring the functions into LibreOffice Calc.

    They come as an extension for you alone, or, when root runs this, for everybody
    on the machine. The extension works its calls out in the Python that runs this
    command: run it again when unitsheet moves to another.
    """
    import sys

    from unitsheet import __version__

    if oxt is not None:
        if soffice is not None:
            ctx.fail("say either --oxt or --soffice, not both")
        _write(oxt, __version__, force)
        click.echo(f"{oxt} is written; add it in LibreOffice with Tools > Extension Manager.")
        return
    from udfs.calc.office import find, running
    from udfs.calc.office import install as put_in
    from unitsheet.terminal import working

    office = find(soffice)
    with working("installing in LibreOffice"):
        for_all = put_in(office, __version__)
    whose = "every user" if for_all else "you"
    click.echo(f"The functions are in LibreOffice for {whose}, worked out by {sys.executable}.")
    first = "LibreOffice is open: close it, open it again and" if running() else "Open Calc and"
    click.echo(f"{first} type =CAC(1000;8); it shows 125.")


@click.command("libreoffice")
@_SOFFICE
def uninstall(soffice: str | None) -> None:
    """Take the functions out of LibreOffice Calc again."""
    from udfs.calc.office import find, installed_for_all, running
    from udfs.calc.office import uninstall as take_out
    from unitsheet.terminal import working

    office = find(soffice)
    with working("taking out of LibreOffice"):
        was_there = take_out(office)
    if was_there:
        click.echo("The functions are out of LibreOffice.")
    else:
        click.echo("The functions were not in LibreOffice.")
    if installed_for_all(office):
        click.echo("Those that root installed for every user are still there: root can take them out.")
    if was_there and running():
        click.echo("LibreOffice is open: it forgets them when you close it.")


def _write(path: str, version: str, force: bool) -> None:
    from udfs.calc.extension import oxt
    from workbook.target import refuse_to_replace, replace_whole

    if not force:
        refuse_to_replace(path)
    content = oxt(version)

    def write(stream: BinaryIO) -> None:
        stream.write(content)

    replace_whole(path, write)
