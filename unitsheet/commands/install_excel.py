"""`unitsheet install excel` and `uninstall excel`: the functions in Excel on Windows, through COM."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from unitsheet.excel_setup import Installation

_TRY = "=CAC(15000000,1000000)", "15"
_START_FOLDER = "%APPDATA%\\Microsoft\\Excel\\XLSTART"


@click.command("excel")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the add-in there and not into Excel's start folder.",
)
@click.option(
    "--interpreter",
    metavar="PYTHON.EXE",
    help="The Python that Excel is to start, with unitsheet in it; this one unless named.",
)
@click.option(
    "--by-hand",
    is_flag=True,
    help="Install no add-in of ours; prepare for importing the functions into a workbook of your own.",
)
def install(folder: Path | None, interpreter: str | None, by_hand: bool) -> None:
    """Bring the functions into Excel on Windows.

    An add-in is put into Excel's start folder; every workbook then has the functions,
    .xlsx too, and there is nothing to click. On Mac and on the web Excel starts no
    Python: see `unitsheet serve`.
    """
    from unitsheet import __version__, excel_setup
    from unitsheet.machine import this_machine

    machine = this_machine()
    folder = folder.absolute() if folder else None
    plan = excel_setup.contents_by_hand if by_hand else excel_setup.contents
    python = excel_setup.python_for(machine, interpreter)
    new = plan(machine, python, __version__, folder)
    made = excel_setup.install(machine, new, excel_setup.Installation(__version__, python, by_hand))
    for path in new:
        click.echo(f"wrote {path}" if made.file(path.name) else f"{path} was there already")
    click.echo("\n".join(_next_by_hand(new, machine.windows) if by_hand else _next(made, folder)))
    if not machine.windows and interpreter is None:
        click.echo(
            f"This is no Windows PC, and Excel will start {python.program}: "
            "name the python.exe of the PC with --interpreter.",
            err=True,
        )


def _next(made: Installation, folder: Path | None) -> list[str]:
    """What is left to do once the add-in is written."""
    formula, result = _TRY
    start = (
        f"Put unitsheet.xlam into Excel's start folder, {_START_FOLDER} in the address line of the Explorer."
        if folder
        else "Start Excel, or close it and start it again."
    )
    return [
        "",
        start,
        f"Type {formula} into a cell: it shows {result}. The first formula takes some seconds.",
        "The function wizard (fx) has the functions under unitsheet.",
        f"Excel starts {made.python.program}; should that move, run this again.",
        "If a cell shows #NAME? or #VALUE!: unitsheet doctor",
    ]


def _next_by_hand(new: dict[Path, bytes], windows: bool) -> list[str]:
    from unitsheet.excel_setup import BAS

    formula, result = _TRY
    bas = next(path for path in new if path.name == BAS)
    carry = f"On the PC, put xlwings.xlam into {_START_FOLDER} and xlwings.conf into %USERPROFILE%\\.xlwings."
    return [
        "",
        *([] if windows else [carry]),
        "In Excel, once for each workbook that is to have the functions:",
        "1. Start Excel anew. Save the workbook as Excel Macro-Enabled Workbook (.xlsm).",
        f"2. Press Alt+F11. File > Import File: {bas}",
        "3. Tools > References: tick xlwings, OK. Close that window and save.",
        f"4. Type {formula} into a cell: it shows {result}.",
        "For help in the function wizard: Alt+F8, DescribeUnitsheetFunctions, Run.",
        "Do not press Import Functions on the xlwings tab: with what it makes, errors are mere texts.",
        "xlwings.conf names this Python for all workbooks that use xlwings; `unitsheet uninstall excel` "
        "puts back what it said before.",
    ]


@click.command("excel")
def uninstall() -> None:
    """Take the functions out of Excel again.

    Every file that was written goes, and what was in its place comes back. A file that
    was changed since is left and named.
    """
    from unitsheet.excel_setup import uninstall as take_back
    from unitsheet.machine import this_machine

    taken = take_back(this_machine())
    if taken is None:
        click.echo("unitsheet is not installed in Excel; there is nothing to take back.")
        return
    for path in taken.removed:
        click.echo(f"removed {path}")
    for path in taken.restored:
        click.echo(f"as before: {path}")
    for path in taken.left:
        click.echo(f"left, since it was changed: {path}")
