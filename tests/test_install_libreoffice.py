"""`unitsheet install libreoffice`: where the extension goes, what is said, and how it comes out again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from commandline import contents, refused, us
from host_libreoffice import soffice

from engine.errors import FileError
from udfs.calc import office
from udfs.calc.extension import IDENTIFIER, members, oxt
from unitsheet import __version__

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")

STAND_IN = """#!/bin/sh
here=$(dirname "$0")
echo "$@" >>"$here/said"
case "$1" in
add) [ -e "$here/full" ] && echo "ERROR: the disk is full" >&2 && exit 1; cp "$4" "$here/installed.oxt" ;;
list) [ -e "$here/installed.oxt" ] && echo "Identifier: org.unitsheet" ;;
remove) rm "$here/installed.oxt" ;;
esac
exit 0
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without an office."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path / "home"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The programs of a stand-in for LibreOffice, for a person who is not root."""
    monkeypatch.setattr(office, "_root", lambda: False)
    folder = tmp_path / "libreoffice" / "program"
    folder.mkdir(parents=True)
    (folder.parent / "share" / "extensions").mkdir(parents=True)
    (folder / "pythonloader.py").touch()
    for name in ("soffice", "unopkg"):
        (folder / name).write_text(STAND_IN)
        (folder / name).chmod(0o755)
    return folder


def said(program: Path) -> list[str]:
    return (program / "said").read_text().splitlines()


# the file alone


def test_the_extension_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "unitsheet.oxt"
    result = us("install", "libreoffice", "--oxt", path)
    assert result.exit_code == 0, result.stderr
    assert "Extension Manager" in result.stdout
    assert path.read_bytes() == oxt(__version__)
    with zipfile.ZipFile(path) as package:
        assert package.namelist() == list(members(__version__))


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "unitsheet.oxt"
    path.write_text("mine")
    refused(us("install", "libreoffice", "--oxt", path), "exists already", "--force")
    assert path.read_text() == "mine"
    assert us("install", "libreoffice", "--oxt", path, "--force").exit_code == 0
    assert zipfile.is_zipfile(path)


def test_a_file_and_an_office_at_once(tmp_path: Path) -> None:
    refused(
        us("install", "libreoffice", "--oxt", tmp_path / "x", "--soffice", tmp_path), "--oxt", "--soffice"
    )


# for one person


def test_for_one_person(program: Path) -> None:
    result = us("install", "libreoffice", "--soffice", program / "soffice")
    assert result.exit_code == 0, result.stderr
    assert "for you" in result.stdout
    assert sys.executable in result.stdout
    assert "=CAC(1000;8)" in result.stdout
    assert "close it" not in result.stdout
    assert (program / "installed.oxt").read_bytes() == oxt(__version__)
    assert said(program)[0].startswith("add --force --suppress-license /")
    assert us("uninstall", "libreoffice", "--soffice", program).stdout == (
        "The functions are out of LibreOffice.\n"
    )
    assert said(program)[-1] == f"remove {IDENTIFIER}"
    assert "were not in" in us("uninstall", "libreoffice", "--soffice", program).stdout


def test_while_it_is_open(program: Path, home: Path) -> None:
    for folder in (".config/libreoffice", "Library/Application Support/LibreOffice"):
        (home / folder / "4").mkdir(parents=True)
        (home / folder / "4" / ".lock").touch()
    assert "close it" in us("install", "libreoffice", "--soffice", program).stdout
    assert "when you close it" in us("uninstall", "libreoffice", "--soffice", program).stdout


def test_what_libreoffice_complains_of(program: Path) -> None:
    (program / "full").touch()
    refused(us("install", "libreoffice", "--soffice", program), "did not take", "the disk is full")


def test_an_office_without_python(program: Path) -> None:
    (program / "pythonloader.py").unlink()
    refused(us("install", "libreoffice", "--soffice", program), "python3-uno", "run this again")


# for everybody


def test_as_root_for_everybody(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_root", lambda: True)
    bundled = program.parent / "share" / "extensions" / "unitsheet"
    for _ in range(2):
        result = us("install", "libreoffice", "--soffice", program)
        assert "for every user" in result.stdout
        assert {str(p.relative_to(bundled)) for p in bundled.rglob("*") if p.is_file()} == set(members("1"))
        assert all(p.stat().st_mode & 0o044 == 0o044 for p in (bundled, *bundled.rglob("*")))
    assert not (program / "said").exists()
    assert [path.name for path in bundled.parent.iterdir()] == ["unitsheet"]
    assert sorted(path.name for path in bundled.parent.parent.iterdir()) == ["extensions"]
    monkeypatch.setattr(office, "_root", lambda: False)
    assert "root can take them out" in us("uninstall", "libreoffice", "--soffice", program).stdout
    monkeypatch.setattr(office, "_root", lambda: True)
    assert us("uninstall", "libreoffice", "--soffice", program).stdout == (
        "The functions are out of LibreOffice.\n"
    )
    assert not bundled.exists()


def test_what_was_there_stays_where_it_cannot_be_replaced(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "_root", lambda: True)
    us("install", "libreoffice", "--soffice", program)
    before = contents(program.parent)
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    refused(us("install", "libreoffice", "--soffice", program), "No space left")
    assert contents(program.parent) == before


# which office


def test_no_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_places", lambda: iter(()))
    monkeypatch.setattr(office, "_sandboxed", lambda: False)
    refused(us("install", "libreoffice"), "no LibreOffice here", "apt install", "--soffice")
    refused(us("uninstall", "libreoffice", "--soffice", tmp_path), "no LibreOffice at")
    monkeypatch.setattr(office, "_sandboxed", lambda: True)
    refused(us("install", "libreoffice"), "Snap or a Flatpak")


def test_the_office_on_the_path(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "soffice").symlink_to(program / "soffice")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert office.find().program == program.resolve()


def test_the_application_of_a_mac(program: Path, tmp_path: Path) -> None:
    contents_ = tmp_path / "LibreOffice.app" / "Contents"
    (contents_ / "Resources" / "extensions").mkdir(parents=True)
    (contents_ / "Resources" / "pythonloader.py").touch()
    shutil.copytree(program, contents_ / "MacOS", ignore=shutil.ignore_patterns("pythonloader.py"))
    found = office.find(str(tmp_path / "LibreOffice.app"))
    assert found.has_python
    assert found.bundled == contents_.resolve() / "Resources" / "extensions"


def test_windows_has_a_program_that_waits(program: Path) -> None:
    for name in ("soffice.exe", "unopkg.com"):
        (program / name).touch()
    found = office.find(str(program.parent))
    assert found.unopkg.name == "unopkg.com"
    assert found.soffice.name == "soffice.exe"


def test_an_office_that_hangs(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (program / "unopkg").write_text("#!/bin/sh\nexec sleep 20\n")
    monkeypatch.setattr(office, "_SECONDS", 0.2)
    with pytest.raises(FileError, match="did not finish"):
        office.install(office.find(str(program)), "1")


# the real one


# The extension lies in a folder that is root's alone.
_AS_NOBODY = """#!/bin/sh
for last; do :; done
[ -e "$last" ] && chmod -R a+rX "${{last%/*}}"
cd {home}
HOME={home} exec setpriv --reuid=65534 --regid=65534 --clear-groups {program} "$@"
"""


@pytest.fixture
def real(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The office of this machine with a home of its own; where root runs this, whom it refuses, nobody's."""
    source = Path(soffice()).resolve().parent
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield source
        return
    monkeypatch.setattr(office, "_root", lambda: False)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        base.chmod(0o755)
        program, theirs = base / "program", base / "home"
        program.mkdir()
        theirs.mkdir(mode=0o777)
        theirs.chmod(0o777)
        (program / "pythonloader.py").touch()
        for name in ("soffice", "unopkg"):
            (program / name).write_text(_AS_NOBODY.format(home=theirs, program=source / name))
            (program / name).chmod(0o755)
        yield program


def test_libreoffice_takes_it_and_gives_it_back(real: Path) -> None:
    assert us("install", "libreoffice", "--soffice", real).exit_code == 0
    listed = subprocess.run([real / "unopkg", "list", IDENTIFIER], capture_output=True, text=True, check=True)
    # The extension, and in it the types, the component and the texts.
    assert listed.stdout.count("is registered: yes") == 4, listed.stdout
    assert us("install", "libreoffice", "--soffice", real).exit_code == 0
    assert "are out of" in us("uninstall", "libreoffice", "--soffice", real).stdout
    assert "were not in" in us("uninstall", "libreoffice", "--soffice", real).stdout
