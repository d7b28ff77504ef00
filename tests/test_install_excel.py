"""`unitsheet install excel` and back: one file for the add-in, four by hand, and nothing left behind."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
from commandline import contents, refused, us
from compound_reader import decompressed, streams
from windows_pc import VERSION, start_folder, windows_pc

from engine.errors import FileError, InputError
from engine.registry import functions
from unitsheet import excel_setup, machine, xlwings_conf
from unitsheet.excel_places import xlwings_addin
from unitsheet.machine import Machine, this_machine


@pytest.fixture
def pc(tmp_path: Path) -> Machine:
    return windows_pc(tmp_path)


@pytest.fixture
def on_pc(pc: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(machine, "this_machine", lambda: pc)
    return pc


@pytest.fixture(autouse=True)
def fresh_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "linux"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "linux" / ".config"))


def modules_text(file: Path) -> str:
    parts = streams(zipfile.ZipFile(file).read("xl/vbaProject.bin"))
    return decompressed(parts["VBA/unitsheet_python"]).decode("cp1252")


def test_one_file_is_all(on_pc: Machine) -> None:
    before = contents(on_pc.home)
    result = us("install", "excel")
    assert result.exit_code == 0, result.output
    addin = start_folder(on_pc) / "unitsheet.xlam"
    assert set(contents(on_pc.home)) - set(before) == {str(addin), str(on_pc.folder / "excel.json")}
    for said in (
        f"wrote {addin}",
        "Start Excel",
        "=CAC(15000000,1000000)",
        "it shows 15",
        "unitsheet doctor",
    ):
        assert said in result.stdout
    assert str(PureWindowsPath(on_pc.program).parent) in modules_text(addin)
    assert VERSION in modules_text(addin)


def test_the_formula_to_try_shows_what_is_said() -> None:
    assert functions()["CAC"].cells(15_000_000.0, 1_000_000.0) == 15


def test_there_and_back_again(on_pc: Machine) -> None:
    for options in ((), ("--by-hand",)):
        before = sorted(on_pc.home.rglob("*"))
        assert us("install", "excel", *options).exit_code == 0
        assert us("install", "excel", *options).exit_code == 0
        (on_pc.folder / "excel.log").write_text("12:00 INFO CAC: ...")
        result = us("uninstall", "excel")
        assert result.exit_code == 0
        assert "removed" in result.stdout
        assert sorted(on_pc.home.rglob("*")) == before
    assert "nothing to take back" in us("uninstall", "excel").stdout


def test_by_hand(on_pc: Machine) -> None:
    result = us("install", "excel", "--by-hand")
    assert result.exit_code == 0, result.output
    assert (start_folder(on_pc) / "xlwings.xlam").read_bytes() == xlwings_addin().read_bytes()
    assert b"Public Function CAC(" in (on_pc.folder / "unitsheet.bas").read_bytes()
    assert b"<IntelliSense" in (on_pc.folder / "unitsheet.intellisense.xml").read_bytes()
    conf = (on_pc.home / ".xlwings" / "xlwings.conf").read_bytes()
    assert (
        conf
        == (
            f'"INTERPRETER_WIN","{on_pc.program}"\r\n"UDF MODULES","unitsheet.excel"\r\n'
            '"ADD_WORKBOOK_TO_PYTHONPATH","False"\r\n'
        ).encode()
    )
    for said in ("Tools > References: tick xlwings", str(on_pc.folder / "unitsheet.bas"), "Import Functions"):
        assert said in result.stdout


CONF = (
    b'"INTERPRETER_WIN","C:\\other\\python.exe"\r\n"interpreter_win","second"\r\n"SHOW CONSOLE","True"\n'
    b'"udf modules","mine;others"\r\n"LICENSE_KEY","\xe9\x80"\r\na line that is none\r\n'
)


def test_what_a_person_has_in_the_settings_stays(on_pc: Machine) -> None:
    conf = on_pc.home / ".xlwings" / "xlwings.conf"
    conf.parent.mkdir()
    conf.write_bytes(CONF)
    assert us("install", "excel", "--by-hand").exit_code == 0
    lines = conf.read_bytes().splitlines()
    assert lines == [
        f'"INTERPRETER_WIN","{on_pc.program}"'.encode(), b'"SHOW CONSOLE","True"',
        b'"UDF MODULES","mine;others;unitsheet.excel"', b'"LICENSE_KEY","\xe9\x80"', b"a line that is none",
        b'"ADD_WORKBOOK_TO_PYTHONPATH","False"',
    ]  # fmt: skip
    # A second time begins from what was there at first.
    assert us("install", "excel", "--by-hand").exit_code == 0
    assert conf.read_bytes().splitlines() == lines
    result = us("uninstall", "excel")
    assert f"as before: {conf}" in result.stdout
    assert conf.read_bytes() == CONF


def test_an_older_add_in_of_xlwings_comes_back(on_pc: Machine) -> None:
    addin = start_folder(on_pc) / "xlwings.xlam"
    addin.parent.mkdir(parents=True)
    addin.write_bytes(b"an older one")
    us("install", "excel", "--by-hand")
    assert addin.read_bytes() == xlwings_addin().read_bytes()
    us("uninstall", "excel")
    assert addin.read_bytes() == b"an older one"


def test_what_was_there_already_is_not_ours(on_pc: Machine) -> None:
    addin = start_folder(on_pc) / "xlwings.xlam"
    addin.parent.mkdir(parents=True)
    addin.write_bytes(xlwings_addin().read_bytes())
    assert f"{addin} was there already" in us("install", "excel", "--by-hand").stdout
    us("uninstall", "excel")
    assert addin.is_file()


def test_what_a_person_has_changed_since_is_left_and_named(on_pc: Machine) -> None:
    conf = on_pc.home / ".xlwings" / "xlwings.conf"
    conf.parent.mkdir()
    conf.write_bytes(CONF)
    us("install", "excel", "--by-hand")
    conf.write_bytes(conf.read_bytes() + b'"DEBUG UDFS","True"\r\n')
    result = us("uninstall", "excel")
    assert f"left, since it was changed: {conf}" in result.stdout
    assert b"DEBUG UDFS" in conf.read_bytes()
    kept = result.stdout.partition("what was there before is in ")[2].partition(")")[0]
    assert Path(kept).read_bytes() == CONF
    assert not (on_pc.folder / "unitsheet.bas").exists()
    assert us("uninstall", "excel").stdout.startswith("unitsheet is not installed")


def test_an_add_in_of_ours_is_ours_even_without_the_list(on_pc: Machine) -> None:
    addin = start_folder(on_pc) / "unitsheet.xlam"
    us("install", "excel")
    for content in (addin.read_bytes(), b"an older one, or one that Excel has saved"):
        addin.write_bytes(content)
        (on_pc.folder / "excel.json").unlink()
        us("install", "excel")
        assert zipfile.is_zipfile(addin)
        us("uninstall", "excel")
        assert not addin.exists()
        us("install", "excel")


def test_one_way_replaces_the_other(on_pc: Machine) -> None:
    us("install", "excel")
    us("install", "excel", "--by-hand")
    assert not (start_folder(on_pc) / "unitsheet.xlam").exists()
    us("install", "excel")
    assert sorted(path.name for path in start_folder(on_pc).iterdir()) == ["unitsheet.xlam"]
    assert not (on_pc.home / ".xlwings" / "xlwings.conf").exists()


def test_a_failure_leaves_everything_as_it_was(pc: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    conf = pc.home / ".xlwings" / "xlwings.conf"
    conf.parent.mkdir()
    conf.write_bytes(CONF)
    python = excel_setup.python_for(pc, None)
    made = excel_setup.Installation("1", python)
    excel_setup.install(pc, excel_setup.contents(pc, python, "1", None), made)
    before = contents(pc.home)
    write = excel_setup._write

    def full(path: Path, content: bytes) -> None:
        if path.name == "unitsheet.bas":
            raise FileError("the disk is full")
        write(path, content)

    monkeypatch.setattr(excel_setup, "_write", full)
    with pytest.raises(FileError, match="disk is full"):
        excel_setup.install(
            pc, excel_setup.contents_by_hand(pc, python, "2", None), replace(made, by_hand=True)
        )
    assert contents(pc.home) == before


def test_an_add_in_that_excel_holds(on_pc: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    us("install", "excel")

    def held(*_: Any) -> None:
        raise PermissionError(13, "it is used by another process")

    monkeypatch.setattr(Path, "unlink", held)
    refused(us("uninstall", "excel"), "unitsheet.xlam cannot be removed", "close Excel and try again")
    monkeypatch.undo()
    assert (start_folder(on_pc) / "unitsheet.xlam").is_file()
    assert (on_pc.folder / "excel.json").is_file()


def test_into_another_folder(on_pc: Machine, tmp_path: Path) -> None:
    refused(us("install", "excel", "--dir", tmp_path / "none"), "create it first")
    result = us("install", "excel", "--dir", tmp_path)
    assert f"wrote {tmp_path / 'unitsheet.xlam'}" in result.stdout
    assert "%APPDATA%\\Microsoft\\Excel\\XLSTART" in result.stdout
    assert not start_folder(on_pc).exists()


def test_elsewhere_than_on_windows(tmp_path: Path) -> None:
    refused(us("install", "excel"), "Windows only", "--dir")
    refused(us("install", "excel", "--by-hand"), "Windows only", "--dir")
    result = us("install", "excel", "--dir", tmp_path)
    assert result.exit_code == 0
    assert (tmp_path / "unitsheet.xlam").is_file()
    assert "--interpreter" in result.stderr
    result = us("install", "excel", "--dir", tmp_path, "--interpreter", r"D:\fin\python.exe")
    assert result.stderr == ""
    assert r'"D:\fin"' in modules_text(tmp_path / "unitsheet.xlam")
    result = us("install", "excel", "--by-hand", "--dir", tmp_path, "--interpreter", r"D:\fin\python.exe")
    assert "put xlwings.xlam into" in result.stdout
    assert b'"INTERPRETER_WIN","D:\\fin\\python.exe"' in (tmp_path / "xlwings.conf").read_bytes()
    assert not (tmp_path / "linux" / ".xlwings").exists()
    us("uninstall", "excel")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"program": "C:/nowhere/python.exe"}, "is not there"),
        ({"base": r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12"}, "Microsoft Store"),
    ],
)
def test_pythons_that_excel_cannot_start(pc: Machine, change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        excel_setup.python_for(replace(pc, **change), None)


def test_xlwings_without_its_library(pc: Machine) -> None:
    for file in Path(pc.program).parent.parent.glob("*.dll"):
        file.unlink()
    with pytest.raises(FileError, match="pip install --force-reinstall xlwings=="):
        excel_setup.python_for(pc, None)


def test_a_python_of_conda(pc: Machine, tmp_path: Path) -> None:
    environment = tmp_path / "conda" / "envs" / "fin"
    (environment / "conda-meta").mkdir(parents=True)
    program = environment / "python.exe"
    program.write_bytes(b"")
    (environment / f"xlwings64-{VERSION}.dll").write_bytes(b"")
    environ = {**pc.environ, "CONDA_EXE": str(tmp_path / "conda" / "Scripts" / "conda.exe")}
    python = excel_setup.python_for(replace(pc, program=str(program), environ=environ), None)
    assert (python.conda, python.environment) == (str(tmp_path / "conda"), str(environment))
    wanted = xlwings_conf.settings(python, {})
    assert wanted["INTERPRETER_WIN"] == ""
    assert wanted["CONDA ENV"] == str(environment)


def test_a_folder_that_the_code_page_lacks(pc: Machine, tmp_path: Path) -> None:
    scripts = tmp_path / "王" / "Scripts"
    scripts.mkdir(parents=True)
    (scripts / "python.exe").write_bytes(b"")
    with pytest.raises(InputError, match="letters that the code page of this PC lacks"):
        excel_setup.python_for(pc, str(scripts / "python.exe"))


def test_settings_are_read_as_vba_reads_them() -> None:
    found = xlwings_conf.read(CONF)
    assert found["INTERPRETER_WIN"] == "C:\\other\\python.exe"
    assert found["UDF MODULES"] == "mine;others"


def test_a_list_that_is_not_ours(on_pc: Machine) -> None:
    us("install", "excel")
    (on_pc.folder / "excel.json").write_text(json.dumps(["what"]))
    refused(us("uninstall", "excel"), "excel.json is not what unitsheet wrote")


def test_this_machine() -> None:
    assert this_machine().bits in (32, 64)
    assert this_machine().has("numpy")
    assert not this_machine().has("no_such_module")
    assert not this_machine().registry(r"HKCU\Software")
