"""Putting the functions into Excel, and taking them out again exactly.

A list of what was written, with a hash of each file, lies in the folder of unitsheet.
What a person had in a place is kept beside that list and comes back.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from engine.errors import FileError, InputError
from udfs.excel.addin import FILE, Python, addin
from udfs.excel.intellisense import intellisense_xml
from udfs.excel.vba import functions_module
from unitsheet import xlwings_conf
from unitsheet.excel_places import (
    ADDIN_OF_XLWINGS,
    LOG,
    from_store,
    library,
    start_folder,
    xlwings_addin,
    xlwings_version,
)
from unitsheet.machine import Machine
from workbook.target import replace_whole

LIST = "excel.json"
BAS, INTELLISENSE = "unitsheet.bas", "unitsheet.intellisense.xml"
_KEPT = "kept"
# Files of these names are ours, whatever they hold; nobody wants an older one back.
_OURS = (FILE, BAS, INTELLISENSE)


@dataclass(frozen=True, slots=True)
class File:
    """A file that was written: its hash, and where what was there before is kept."""

    path: str
    sha256: str
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """What was installed, for which Python, and the files and folders that were made for it."""

    unitsheet: str
    python: Python
    by_hand: bool = False
    files: tuple[File, ...] = ()
    folders: tuple[str, ...] = ()

    def file(self, name: str) -> File | None:
        """The file of this name."""
        return next((one for one in self.files if Path(one.path).name == name), None)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The files that are gone, those that are as before, and those left as a person changed them."""

    removed: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


# What to install


def python_for(machine: Machine, interpreter: str | None) -> Python:
    """The Python that Excel is to start: this one, or the one named; an error says why it cannot be."""
    xlwings = xlwings_version()
    if not machine.windows:
        return Python(interpreter or machine.program, xlwings)
    program = interpreter or machine.program
    if not Path(program).is_file():
        raise InputError(f"{program} is not there; name the python.exe that has unitsheet")
    if not xlwings_conf.can_hold(program):
        raise InputError(
            f"{program} has letters that the code page of this PC lacks, so that Excel cannot start it; "
            "install Python and unitsheet in a folder such as C:\\unitsheet"
        )
    if from_store(program) or (interpreter is None and from_store(machine.base)):
        raise InputError(
            "Excel cannot start a Python from the Microsoft Store; install Python from python.org, "
            "then unitsheet with it, and try again"
        )
    folders = (Path(program).parent, Path(program).parent.parent)
    names = [library(xlwings, bits) for bits in (64, 32)]
    if not any((folder / name).is_file() for folder in folders for name in names):
        raise FileError(
            f"{names[0]} is neither in {folders[0]} nor in {folders[1]}: "
            f"run `{program} -m pip install --force-reinstall xlwings=={xlwings}` and try again."
        )
    conda = machine.conda if interpreter is None else ("", "")
    return Python(program, xlwings, *conda)


def contents(machine: Machine, python: Python, version: str, folder: Path | None) -> dict[Path, bytes]:
    """The one file of the add-in, for Excel's start folder or another."""
    return {(folder or _start_folder(machine)) / FILE: addin(python, version)}


def contents_by_hand(
    machine: Machine, python: Python, version: str, folder: Path | None
) -> dict[Path, bytes]:
    """What importing into a workbook needs: the module, and the add-in and the settings of xlwings."""
    conf = machine.home / xlwings_conf.FILE
    if folder and not machine.windows:
        conf = folder / conf.name
    there = before(machine, conf)
    wanted = xlwings_conf.settings(python, xlwings_conf.read(there))
    beside = folder or machine.folder
    return {
        conf: xlwings_conf.merged(there, wanted),
        (folder or _start_folder(machine)) / ADDIN_OF_XLWINGS: xlwings_addin().read_bytes(),
        beside / BAS: functions_module(version).encode("ascii"),
        beside / INTELLISENSE: intellisense_xml().encode(),
    }


def _start_folder(machine: Machine) -> Path:
    roaming = machine.environ.get("APPDATA")
    if not machine.windows or not roaming:
        raise InputError(
            "Excel calls Python on Windows only; run this on the PC that has Excel, or name a folder "
            "with --dir to make the files for it here"
        )
    return start_folder(roaming)


# The list of what was written


def installed(machine: Machine) -> Installation | None:
    """What was installed, or None."""
    path = machine.folder / LIST
    if not path.is_file():
        return None
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(File(**one) for one in known.pop("files"))
        return Installation(
            **known | {"python": Python(**known["python"]), "folders": tuple(known["folders"])}, files=files
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FileError(
            f"{path} is not what unitsheet wrote ({error}): delete it, and the files it lists, by hand."
        ) from None


def install(machine: Machine, new: Mapping[Path, bytes], made: Installation) -> Installation:
    """Write the files, then take back what an earlier installation had besides; or leave all as it was."""
    earlier = installed(machine)
    known = {one.path: one for one in earlier.files if is_unchanged(one)} if earlier else {}
    undo: list[tuple[Path, bytes | None]] = []
    folders = [*(earlier.folders if earlier else ())]
    files: list[File] = []
    try:
        folders += _make_folder(machine, machine.folder)
        for path, content in new.items():
            folders += _make_folder(machine, path.parent)
            there = path.read_bytes() if path.is_file() else None
            earlier_file = known.get(str(path))
            if there == content and earlier_file is None and path.name not in _OURS:
                continue  # another put it there, so it is not ours to take away
            kept = earlier_file.kept if earlier_file else _keep(machine, path, there, undo)
            undo.append((path, there))
            _write(path, content)
            files.append(File(str(path), _hash(content), kept))
        whole = replace(made, files=tuple(files), folders=tuple(folders))
        _write_list(machine, whole)
    except BaseException:
        _put_back(undo)
        raise
    if earlier:
        _take_back([one for one in earlier.files if one.path not in {str(path) for path in new}])
    return whole


def uninstall(machine: Machine) -> TakenBack | None:
    """Take back what was installed, or None if nothing was; the log of the functions goes too."""
    known = installed(machine)
    if known is None:
        return None
    taken = _take_back(known.files)
    (machine.folder / LIST).unlink()
    for log in (machine.folder / LOG, (machine.folder / LOG).with_suffix(".old")):
        with contextlib.suppress(OSError):
            log.unlink()
    for folder in (machine.folder / _KEPT, *map(Path, reversed(known.folders))):
        with contextlib.suppress(OSError):  # it stays where a person has put something into it
            folder.rmdir()
    return taken


def before(machine: Machine, path: Path) -> bytes:
    """What a file held before an installation of ours, as far as nobody has changed it since."""
    known = installed(machine)
    ours = next((one for one in known.files if one.path == str(path)), None) if known else None
    if ours and is_unchanged(ours):
        return Path(ours.kept).read_bytes() if ours.kept else b""
    return path.read_bytes() if path.is_file() else b""


def _take_back(files: Sequence[File]) -> TakenBack:
    taken = TakenBack()
    for one in files:
        path = Path(one.path)
        if not path.is_file():
            continue
        if not is_unchanged(one):
            taken.left.append(f"{path} (what was there before is in {one.kept})" if one.kept else str(path))
        elif one.kept:
            _write(path, Path(one.kept).read_bytes())
            Path(one.kept).unlink()
            taken.restored.append(str(path))
        else:
            _remove(path)
            taken.removed.append(str(path))
    return taken


def is_unchanged(one: File) -> bool:
    """Whether a file is there as it was written."""
    path = Path(one.path)
    return path.is_file() and _hash(path.read_bytes()) == one.sha256


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _keep(machine: Machine, path: Path, there: bytes | None, undo: list[tuple[Path, bytes | None]]) -> str:
    """Keep what a person has in a place; where, or an empty text if there is nothing."""
    if there is None or path.name in _OURS:
        return ""
    kept = machine.folder / _KEPT / f"{_hash(there)[:8]}-{path.name}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    undo.append((kept, kept.read_bytes() if kept.is_file() else None))
    _write(kept, there)
    return str(kept)


def _make_folder(machine: Machine, folder: Path) -> list[str]:
    """Make a folder that a program expects, not one that a person names; what was made, outermost first."""
    expected = {machine.folder, machine.home / xlwings_conf.FILE.parent}
    if machine.windows:
        expected.add(_start_folder(machine))
    if folder not in expected:
        return []
    missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    return [str(one) for one in reversed(missing)]


def _write_list(machine: Machine, whole: Installation) -> None:
    _write(machine.folder / LIST, json.dumps(asdict(whole), indent=1, ensure_ascii=False).encode())


def _write(path: Path, content: bytes) -> None:
    def write(stream: BinaryIO) -> None:
        stream.write(content)

    replace_whole(path, write)


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise FileError(f"{path} cannot be removed ({error.strerror}): close Excel and try again.") from error


def _put_back(undo: list[tuple[Path, bytes | None]]) -> None:
    for path, content in reversed(undo):
        with contextlib.suppress(OSError, FileError):
            if content is None:
                path.unlink(missing_ok=True)
            else:
                _write(path, content)
