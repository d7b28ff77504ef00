"""Where things lie that concern Excel: the folder of unitsheet, Excel's start folder, what xlwings brings."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path, PureWindowsPath

from engine.errors import FileError

ADDIN_OF_XLWINGS = "xlwings.xlam"
LOG = "excel.log"


def own_folder() -> Path:
    """The folder of unitsheet among the settings of the person."""
    import click

    return Path(click.get_app_dir("unitsheet", force_posix=False))


def log_file() -> Path:
    """What the functions have to say when Excel calls them."""
    return own_folder() / LOG


def start_folder(roaming: str) -> Path:
    """Where Excel opens whatever lies there when it starts, and trusts its macros."""
    return Path(roaming) / "Microsoft" / "Excel" / "XLSTART"


def xlwings_version() -> str:
    """The version of xlwings; a FileError says that there is none."""
    try:
        return version("xlwings")
    except PackageNotFoundError:
        raise FileError("xlwings is not installed here: run `pip install xlwings` and try again.") from None


def xlwings_addin() -> Path:
    """The add-in that xlwings brings, found without loading xlwings."""
    spec = find_spec("xlwings")
    folders = (spec.submodule_search_locations or []) if spec else []
    found = next(
        (file for folder in folders if (file := Path(folder, "addin", ADDIN_OF_XLWINGS)).is_file()), None
    )
    if found is None:
        raise FileError("xlwings is not complete: its add-in is missing; install xlwings again.")
    return found


def library(xlwings: str, bits: int) -> str:
    """The file through which an Excel of 32 or 64 bits starts Python."""
    return f"xlwings{bits}-{xlwings}.dll"


def from_store(path: str) -> bool:
    """Whether a program comes from the Microsoft Store, whose programs are shut off from others."""
    return "windowsapps" in (part.lower() for part in PureWindowsPath(path).parts)
