"""A Windows PC as far as files and the registry go."""

from __future__ import annotations

from pathlib import Path

from unitsheet.excel_places import xlwings_version
from unitsheet.machine import Machine, Values

VERSION = xlwings_version()
EXCEL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
CLICK_TO_RUN = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
REGISTRY: dict[str, Values] = {
    EXCEL: {"": r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"},
    CLICK_TO_RUN: {"Platform": "x64"},
}


def windows_pc(folder: Path, registry: dict[str, Values] | None = None) -> Machine:
    """A PC with Excel of 64 bits, a Python in a virtual environment, and xlwings and pywin32 in it."""
    scripts = folder / "venv" / "Scripts"
    scripts.mkdir(parents=True)
    program = scripts / "python.exe"
    program.write_bytes(b"")
    for bits in (32, 64):
        (folder / "venv" / f"xlwings{bits}-{VERSION}.dll").write_bytes(b"")
    roaming = folder / "home" / "AppData" / "Roaming"
    roaming.mkdir(parents=True)
    known = REGISTRY if registry is None else registry
    return Machine(
        windows=True,
        home=folder / "home",
        folder=roaming / "unitsheet",
        program=str(program),
        base=str(folder / "python"),
        bits=64,
        environ={"APPDATA": str(roaming)},
        registry=lambda key: known.get(key, {}),
        has=lambda module: True,
    )


def start_folder(pc: Machine) -> Path:
    """Where Excel looks at its start."""
    return Path(pc.environ["APPDATA"], "Microsoft", "Excel", "XLSTART")
