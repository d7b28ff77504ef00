"""What of the machine matters to Excel and its Python, in one place that a test can make up."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Values = Mapping[str, Any]


def _no_values(_: str) -> Values:
    return {}


def _nothing(_: str) -> bool:
    return False


def _no_office() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Office:
    """A LibreOffice: its folder of extensions for every user, and whether it runs Python."""

    bundled: Path
    has_python: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """The system, the person's folders, this Python, and how to ask the registry and for modules.

    `registry` gives the values of a key such as `HKCU\\Software\\Microsoft`, none where there is no such key;
    `has` says whether this Python has a module, `office` which LibreOffice there is.
    """

    windows: bool
    home: Path
    folder: Path
    program: str
    base: str
    bits: int
    environ: Mapping[str, str] = field(default_factory=dict)
    registry: Callable[[str], Values] = _no_values
    has: Callable[[str], bool] = _nothing
    office: Callable[[], Office | None] = _no_office

    @property
    def conda(self) -> tuple[str, str]:
        """The folder of conda and that of the environment this Python is in; empty texts outside conda."""
        environment = Path(self.program).parent
        conda = self.environ.get("CONDA_EXE", "")
        if conda and (environment / "conda-meta").is_dir():
            return str(Path(conda).parent.parent), str(environment)
        return "", ""


def this_machine() -> Machine:
    """The machine that this runs on."""
    from unitsheet.excel_places import own_folder

    windows = sys.platform == "win32"
    return Machine(
        windows=windows,
        home=Path.home(),
        folder=own_folder(),
        program=sys.executable,
        base=sys.base_prefix,
        bits=struct.calcsize("P") * 8,
        environ=os.environ,
        registry=_registry,
        has=lambda module: find_spec(module) is not None,
        office=_office,
    )


def _office() -> Office | None:
    from engine.errors import FileError
    from udfs.calc.office import find

    try:
        found = find()
    except FileError:
        return None
    return Office(found.bundled, found.has_python)


def _registry(key: str) -> Values:
    """The values of a key, in its view for 64 bits and, where that lacks it, in the one for 32."""
    if sys.platform != "win32":
        return {}
    import winreg

    hive, _, path = key.partition("\\")
    root = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}[hive]
    for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
        try:
            with winreg.OpenKey(root, path, 0, winreg.KEY_READ | view) as opened:
                entries = (winreg.EnumValue(opened, place) for place in range(winreg.QueryInfoKey(opened)[1]))
                return {name: value for name, value, _ in entries}
        except OSError:
            continue
    return {}
