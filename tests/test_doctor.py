"""`unitsheet doctor`: every known failure is found and comes with its cure, on a PC that is made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commandline import us
from windows_pc import CLICK_TO_RUN, EXCEL, REGISTRY, VERSION, start_folder, windows_pc

import unitsheet
from engine.hosting import CALC_SERVICE
from unitsheet import diagnosis, diagnosis_excel, excel_setup, machine, owners
from unitsheet.diagnosis import Finding, State
from unitsheet.machine import Machine, Office, Values

OFFICE = r"HKCU\Software\Microsoft\Office\16.0"
POLICIES = r"HKCU\Software\Policies\Microsoft\Office\16.0"
Diagnose = Callable[..., list[Finding]]


def install(pc: Machine, by_hand: bool = False, version: str = unitsheet.__version__) -> None:
    python = excel_setup.python_for(pc, None)
    plan = excel_setup.contents_by_hand if by_hand else excel_setup.contents
    made = excel_setup.Installation(version, python, by_hand)
    excel_setup.install(pc, plan(pc, python, version, None), made)


@pytest.fixture
def pc(tmp_path: Path) -> Machine:
    made = windows_pc(tmp_path)
    install(made)
    return made


def with_registry(pc: Machine, more: dict[str, Values]) -> Machine:
    known = REGISTRY | more
    return replace(pc, registry=lambda key: known.get(key, {}))


@pytest.fixture(autouse=True)
def no_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """To look for them takes a while, and tests/test_owners.py does."""
    monkeypatch.setattr(owners, "strangers", lambda: [])


def wrong(pc: Machine) -> list[str]:
    return [f"{one.text} -> {one.cure}" for one in diagnosis.findings(pc) if one.state is State.WRONG]


def only(pc: Machine, *words: str) -> None:
    """One thing is wrong, and its line has these words."""
    found = wrong(pc)
    assert len(found) == 1, found
    for word in words:
        assert word in found[0]


def about(pc: Machine, name: str) -> list[Finding]:
    return [one for one in diagnosis.findings(pc) if one.about == name]


def test_a_pc_in_order(pc: Machine) -> None:
    assert wrong(pc) == []
    assert {one.about for one in diagnosis.findings(pc)} >= {
        "packages", "Excel", "Python", "32 or 64 bits", "add-in", "macros", "log", "LibreOffice",
    }  # fmt: skip
    assert [one.state for one in about(pc, "add-in")] == [State.OK]


def test_not_installed(tmp_path: Path) -> None:
    pc = windows_pc(tmp_path)
    only(pc, "not installed in Excel", "unitsheet install excel")
    # Without Excel, nothing is wrong with that.
    assert wrong(replace(pc, registry=lambda key: {})) == []


def test_a_list_that_cannot_be_read(pc: Machine) -> None:
    (pc.folder / "excel.json").write_text("{")
    only(pc, "excel.json is not what unitsheet wrote", "delete it")


def test_excel_from_the_store(pc: Machine) -> None:
    path = r"C:\Program Files\WindowsApps\Microsoft.Office.Desktop.Excel_16051\Office16\EXCEL.EXE"
    only(with_registry(pc, {EXCEL: {"": path}}), "comes from the Microsoft Store", "office.com")


def test_python_from_the_store(pc: Machine) -> None:
    base = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.2800"
    only(replace(pc, base=base), "Microsoft Store", "python.org")


def test_without_pywin32(pc: Machine) -> None:
    only(
        replace(pc, has=lambda module: module != "pythoncom"), "pywin32 is missing", "-m pip install pywin32"
    )


@pytest.mark.parametrize(
    ("registry", "bits"),
    [
        ({CLICK_TO_RUN: {"Platform": "x86"}}, 32),
        ({CLICK_TO_RUN: {}, r"HKLM\SOFTWARE\Microsoft\Office\16.0\Outlook": {"Bitness": "x86"}}, 32),
        ({CLICK_TO_RUN: {"Platform": "x64"}}, 64),
        ({CLICK_TO_RUN: {}}, None),
    ],
)
def test_bitness(pc: Machine, registry: dict[str, Values], bits: int | None) -> None:
    mixed = with_registry(pc, registry)
    assert diagnosis_excel.excel_bits(mixed) == bits
    assert wrong(mixed) == []
    (finding,) = about(mixed, "32 or 64 bits")
    assert finding.state is (State.UNKNOWN if bits is None else State.OK)


def test_the_library_for_this_excel_is_missing(pc: Machine) -> None:
    (Path(pc.program).parent.parent / f"xlwings32-{VERSION}.dll").unlink()
    only(
        with_registry(pc, {CLICK_TO_RUN: {"Platform": "x86"}}),
        "Excel has 32", f"xlwings32-{VERSION}.dll is neither", "--force-reinstall xlwings",
    )  # fmt: skip


def test_the_add_in_is_gone(pc: Machine) -> None:
    (start_folder(pc) / "unitsheet.xlam").unlink()
    only(pc, "unitsheet.xlam is gone", "unitsheet install excel")


def test_the_python_is_gone(pc: Machine) -> None:
    Path(pc.program).rename(Path(pc.program).with_name("moved.exe"))
    only(pc, "python.exe, which is gone", "unitsheet install excel")


def test_another_python_than_this(pc: Machine, tmp_path: Path) -> None:
    other = tmp_path / "other.exe"
    other.write_bytes(b"")
    there = replace(pc, program=str(other))
    assert wrong(there) == []
    assert any("another Python" in one.text for one in about(there, "add-in"))


def test_made_by_another_version(tmp_path: Path) -> None:
    pc = windows_pc(tmp_path)
    install(pc, version="0.0.1")
    only(pc, "made by unitsheet 0.0.1", f"here are {unitsheet.__version__} and {VERSION}")


def test_changed_or_elsewhere(pc: Machine) -> None:
    (start_folder(pc) / "unitsheet.xlam").write_bytes(b"another")
    assert wrong(pc) == []
    assert any("was changed" in one.text for one in about(pc, "add-in"))


def test_marked_as_from_the_internet(pc: Machine) -> None:
    # On Windows a stream of the file, here a file of that name.
    mark = start_folder(pc) / "unitsheet.xlam:Zone.Identifier"
    mark.write_text("[ZoneTransfer]\r\nZoneId=3\r\n")
    only(pc, "coming from the internet", "tick Unblock")
    mark.write_text("[ZoneTransfer]\r\nZoneId=0\r\n")
    assert wrong(pc) == []


@pytest.mark.parametrize(
    ("key", "values", "said"),
    [
        (rf"{OFFICE}\Excel\Security\Trusted Locations", {"AllLocationsDisabled": 1}, "Trust Center Settings"),
        (rf"{POLICIES}\Excel\Security\Trusted Locations", {"AllLocationsDisabled": 1}, "ask whoever manages"),
        (rf"{POLICIES}\Common", {"VBAOff": 1}, "switches VBA off"),
        (
            rf"{OFFICE}\Excel\Resiliency\DisabledItems",
            {"3A2": b"\x01\x00\x00\x00" + r"c:\users\jo\xlstart\UNITSHEET.XLAM".encode("utf-16-le")},
            "after a crash",
        ),
    ],
)
def test_macros_are_forbidden(pc: Machine, key: str, values: Values, said: str) -> None:
    only(with_registry(pc, {key: values}), said)


# By hand


@pytest.fixture
def by_hand(tmp_path: Path) -> Machine:
    made = windows_pc(tmp_path)
    install(made, by_hand=True)
    return made


def test_by_hand_in_order(by_hand: Machine) -> None:
    assert wrong(by_hand) == []
    assert any("tick xlwings" in one.cure for one in about(by_hand, "reference"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'"INTERPRETER_WIN","C:\\gone\\python.exe"', "INTERPRETER_WIN is"),
        (b'"UDF MODULES","mine"', 'UDF MODULES is "mine" and not "mine;unitsheet.excel"'),
        (b'"ADD_WORKBOOK_TO_PYTHONPATH","True"', 'ADD_WORKBOOK_TO_PYTHONPATH is "True" and not "False"'),
    ],
)
def test_settings_that_are_wrong(by_hand: Machine, line: bytes, said: str) -> None:
    conf = by_hand.home / ".xlwings" / "xlwings.conf"
    name = line.split(b",")[0]
    kept = [one for one in conf.read_bytes().splitlines() if not one.startswith(name)]
    conf.write_bytes(b"\r\n".join([line, *kept]))
    found = wrong(by_hand)
    assert any(said in one and "--by-hand" in one for one in found), found
    assert all("xlwings.conf" not in one or "is gone" not in one for one in found)


def test_settings_that_are_gone(by_hand: Machine) -> None:
    (by_hand.home / ".xlwings" / "xlwings.conf").unlink()
    assert any("xlwings.conf is gone" in one for one in wrong(by_hand))


def test_the_add_in_of_xlwings_is_gone(by_hand: Machine) -> None:
    (start_folder(by_hand) / "xlwings.xlam").unlink()
    assert any("xlwings.xlam is missing" in one for one in wrong(by_hand))


@pytest.mark.parametrize("value", [0, 1])
def test_the_object_model_of_vba(by_hand: Machine, value: int) -> None:
    (finding,) = about(
        with_registry(by_hand, {rf"{OFFICE}\Excel\Security": {"AccessVBOM": value}}), "VBA project"
    )
    assert ("is on" if value else "not needed") in finding.text


# Other programs, and the command


def extension(pc: Machine, settings: Any) -> None:
    file = (
        pc.home
        / ".config/libreoffice/4/user/uno_packages/cache/uno_packages/lu1_/unitsheet.oxt/settings.json"
    )
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(settings))


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"service": CALC_SERVICE, "worker": [__file__, "-c", ""]}, State.OK),
        ({"service": CALC_SERVICE, "worker": ["/gone/python", "-c", ""]}, State.WRONG),
        ({"service": CALC_SERVICE}, State.OK),
        ({"service": "another"}, State.UNKNOWN),
        (["what"], State.UNKNOWN),
    ],
)
def test_libreoffice(pc: Machine, tmp_path: Path, settings: Any, state: State) -> None:
    there = replace(pc, office=lambda: Office(tmp_path / "share", has_python=True))
    extension(pc, settings)
    assert [one.state for one in about(there, "LibreOffice")] == [state]


def test_libreoffice_for_every_user(pc: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "share" / "unitsheet"
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(json.dumps({"service": CALC_SERVICE, "worker": [__file__]}))
    there = replace(pc, office=lambda: Office(tmp_path / "share", has_python=False))
    only(there, "runs no Python", "python3-uno")
    assert len(about(there, "LibreOffice")) == 2
    assert [one.state for one in about(pc, "LibreOffice")] == [State.UNKNOWN]


def test_strangers(pc: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "strangers", lambda: [("the package 'engine' has put files into x", "do y")])
    only(pc, "the package 'engine' has put files into x -> do y")


def test_what_serve_needs(pc: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    class Ours:
        requires = ("numpy>=1", 'no-such-package>=1; extra == "serve"', 'click>=8; extra == "serve"')

    find = owners.distribution_of
    monkeypatch.setattr(owners, "distribution_of", lambda name: Ours() if name == "unitsheet" else find(name))
    (finding,) = about(pc, "serve")
    assert "no-such-package missing" in finding.text
    assert finding.state is State.OK


def test_command(pc: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "this_machine", lambda: pc)
    result = us("doctor")
    assert result.exit_code == 0
    assert "ok           Excel: C:\\Program Files" in result.stdout
    (start_folder(pc) / "unitsheet.xlam").unlink()
    result = us("doctor")
    assert result.exit_code == 1
    assert "wrong        add-in:" in result.stdout
    assert "-> unitsheet install excel" in result.stdout
    result = us("doctor", "--format", "json")
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert {"about": "add-in", "state": "wrong"}.items() <= next(
        one for one in said if one["state"] == "wrong"
    ).items()


def test_elsewhere(tmp_path: Path) -> None:
    linux = replace(windows_pc(tmp_path), windows=False)
    assert wrong(linux) == []
    assert any("this is no Windows PC" in one.text for one in about(linux, "Excel"))
