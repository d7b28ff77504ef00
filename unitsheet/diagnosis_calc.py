"""Whether LibreOffice has the functions, by the files of its extensions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.hosting import CALC_SERVICE
from unitsheet.diagnosis import Finding, State
from unitsheet.machine import Machine, Office

_ABOUT = "LibreOffice"
_SETTINGS = "settings.json"
_CURE = "unitsheet install libreoffice"


def libreoffice(machine: Machine) -> Iterator[Finding]:
    """Whether the extension is installed, whether it can run, and whether its Python is where it was."""
    office = machine.office()
    files = list(_settings(machine, office))
    ours = [settings for file in files if (settings := _ours(file))]
    if office is None and not ours:
        yield Finding(_ABOUT, State.UNKNOWN, "there is none here")
        return
    if not ours:
        yield Finding(
            _ABOUT, State.UNKNOWN, "the functions are not among its extensions", f"to have them: {_CURE}"
        )
        return
    if office and not office.has_python:
        cure = "install its part for Python: on Debian and Ubuntu, apt install python3-uno"
        yield Finding(_ABOUT, State.WRONG, "it runs no Python, so that the extension does nothing", cure)
    for settings in ours:
        worker = settings.get("worker") or [""]
        if worker[0] and not Path(worker[0]).is_file():
            yield Finding(_ABOUT, State.WRONG, f"its extension calls {worker[0]}, which is gone", _CURE)
        else:
            yield Finding(_ABOUT, State.OK, "its extension is installed, and the Python it calls is there")


def profiles(machine: Machine) -> Iterator[Path]:
    """Where LibreOffice keeps the settings of a person."""
    roaming = machine.environ.get("APPDATA")
    if machine.windows and roaming:
        yield Path(roaming, "LibreOffice", "4", "user")
    yield machine.home / ".config" / "libreoffice" / "4" / "user"
    yield machine.home / "Library" / "Application Support" / "LibreOffice" / "4" / "user"


def _settings(machine: Machine, office: Office | None) -> Iterator[Path]:
    """The files of this name in extensions, those for this person first."""
    for profile in profiles(machine):
        yield from (profile / "uno_packages" / "cache").glob(f"uno_packages/*/*/{_SETTINGS}")
    if office is not None:
        yield from office.bundled.glob(f"*/{_SETTINGS}")


def _ours(file: Path) -> dict[str, Any] | None:
    """The settings of an extension if it is ours."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("service") == CALC_SERVICE else None
