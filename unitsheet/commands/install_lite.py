"""`unitsheet install lite`: main.py and requirements.txt for xlwings Lite, in a folder or in a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

import click

if TYPE_CHECKING:
    from pathlib import Path

    from workbook.webextension import LiteBook

_OF_A_BOOK = """
Next, in Excel on Windows, Mac or the web:
1. Once: Home > Add-ins, search for xlwings, Add. xlwings Lite is free and comes from Microsoft's store.
2. Open {place} and allow the add-in and its code where you are asked. Its pane opens beside the sheet;
   the first time it fetches Python with NumPy and SciPy, which takes a minute.
3. Type ={call}(1000, 8) in a cell. It shows 125, or #NAME? until the pane is ready.
"""
_OF_A_FOLDER = """
Next, in Excel on Windows, Mac or the web:
1. Once: Home > Add-ins, search for xlwings, Add. xlwings Lite is free and comes from Microsoft's store.
2. Open a workbook, and the pane with Home > xlwings Lite. Put the texts of both files in {place} into the
   files of the same names there, and choose Restart in the pane's menu.
3. Type ={call}(1000, 8) in a cell. It shows 125. Save the workbook: both files are then in it.
"""


@click.command("lite")
@click.option("--into", "book", metavar="FILE.xlsx", help="Put both files into this workbook.")
@click.option(
    "--dir", "folder", metavar="DIR", help="Write both files here; the current folder without --into."
)
@click.option("--force", is_flag=True, help="Replace a main.py or requirements.txt that somebody else made.")
def install(book: str | None, folder: str | None, force: bool) -> None:
    """Bring the functions into xlwings Lite.

    xlwings Lite is a free add-in that runs Python inside Excel, on Windows, Mac and
    the web. It wants main.py and requirements.txt. With --into a workbook brings
    them along: whoever opens it needs the add-in and nothing else. The rest of the
    workbook stays byte for byte.
    """
    from engine.hosting import Host
    from udfs.lite import main_py, requirements_txt
    from unitsheet import __version__

    main, steps = main_py(__version__), _OF_A_BOOK
    if book is not None:
        _into_book(book, main, force=force)
    if folder is not None or book is None:
        _into_folder(folder or ".", {"main.py": main, "requirements.txt": requirements_txt()}, force=force)
    if book is None:
        steps = _OF_A_FOLDER
    click.echo(steps.format(place=book or folder or "this folder", call=Host.LITE.typed("CAC")).rstrip())


def _into_book(path: str, main: str, *, force: bool) -> None:
    from engine.errors import FileError
    from udfs.lite import is_ours, requirements_txt
    from workbook.webextension import LiteBook

    book = LiteBook.open(path)
    _refuse_lambdas(book)
    there = book.files
    if not force and not is_ours("main.py", there.get("main.py", main)):
        raise FileError(
            f"{path} has a main.py of its own in xlwings Lite: use --force to replace it, "
            "or --dir to write the files into a folder."
        )
    book.put({"main.py": main, "requirements.txt": requirements_txt(there.get("requirements.txt", ""))})
    size = len(main.encode()) / 1000
    click.echo(f"{path} has the functions for xlwings Lite: main.py ({size:,.0f} kB) and requirements.txt.")


def _refuse_lambdas(book: LiteBook) -> None:
    """A name and a Python function that are called alike stop all functions until Excel restarts."""
    from engine.errors import FileError
    from engine.hosting import Host
    from engine.registry import functions

    ours = {Host.LITE.typed(name) for name in functions()}
    names = [name.name for name in book.package.defined_names if name.name.upper() in ours]
    if names:
        raise FileError(
            f"{book.package.path} has the name {names[0]}"
            + (f" and {len(names) - 1} more" if len(names) > 1 else "")
            + ", LAMBDAs called like the functions of xlwings Lite, which stops all of these: "
            "`unitsheet respell IN OUT --functions lite` takes the names out, and so can you in Excel, "
            "with Formulas > Name Manager."
        )


def _into_folder(folder: str, files: Mapping[str, str], *, force: bool) -> None:
    from pathlib import Path

    from engine.errors import FileError
    from udfs.lite import is_ours
    from workbook.target import refuse_to_replace, replace_whole

    paths = {Path(folder) / name: text.encode() for name, text in files.items()}
    for path in paths:
        if not force and path.exists() and not is_ours(path.name, _text_of(path)):
            refuse_to_replace(path)
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"the folder {folder} cannot be made: {error.strerror or error}.") from error
    for path, content in paths.items():
        replace_whole(path, partial(_write, content))
    click.echo(f"{' and '.join(map(str, paths))} are written.")


def _text_of(path: Path) -> str:
    return path.read_text("utf-8", errors="replace") if path.is_file() else ""


def _write(content: bytes, stream: BinaryIO) -> None:
    stream.write(content)


@click.command("lite")
@click.option("--from", "path", required=True, metavar="FILE.xlsx", help="The workbook to take them out of.")
def uninstall(path: str) -> None:
    """Take the functions out of a workbook for xlwings Lite again.

    A requirements.txt with packages of others stays. The add-in itself is removed in
    Excel: Home > Add-ins > My Add-ins.
    """
    from engine.errors import FileError
    from udfs.lite import is_ours
    from workbook.webextension import LiteBook

    book = LiteBook.open(path)
    there = book.files
    if not is_ours("main.py", there.get("main.py", "")):
        raise FileError(f"{path} has no functions for xlwings Lite that came from here: nothing to take out.")
    gone = [name for name in ("main.py", "requirements.txt") if is_ours(name, there.get(name, ""))]
    book.take_out(gone)
    click.echo(f"{path} has no functions for xlwings Lite any more; its formulas that call them show #NAME?.")
