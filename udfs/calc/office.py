"""The LibreOffice of this machine: where it is, what it lacks, and how the extension gets into it and out."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError
from udfs.calc.extension import IDENTIFIER, members, oxt

FOLDER = "unitsheet"
_PROGRAMS = ("soffice", "libreoffice", "soffice.exe", "soffice.com")
_SECONDS = 180
_GET = "install it (Debian and Ubuntu: apt install libreoffice-calc python3-uno)"


@dataclass(frozen=True, slots=True)
class Office:
    """A LibreOffice, by the folder of its programs."""

    program: Path

    @property
    def soffice(self) -> Path:
        """The office itself."""
        return self._first("soffice.exe", "soffice")

    @property
    def unopkg(self) -> Path:
        """Its program for extensions; on Windows the one that waits until it is done."""
        return self._first("unopkg.com", "unopkg")

    @property
    def bundled(self) -> Path:
        """The folder of the extensions that are there for every user."""
        share = self.program.parent / "share" / "extensions"
        return share if share.is_dir() else self.program.parent / "Resources" / "extensions"

    @property
    def has_python(self) -> bool:
        """Whether components written in Python run in it."""
        folders = (self.program, self.program.parent / "Resources")
        return any((folder / "pythonloader.py").is_file() for folder in folders)

    def _first(self, *names: str) -> Path:
        return next(
            (path for name in names if (path := self.program / name).is_file()), self.program / names[-1]
        )


def find(named: str | None = None) -> Office:
    """The LibreOffice that is named, or else the one a person starts; FileError where there is none."""
    if named is not None:
        office = _office_at(Path(named))
        if office is None:
            raise FileError(f"there is no LibreOffice at {named}: name its program soffice")
        return office
    for place in _places():
        if office := _office_at(place):
            return office
    if _sandboxed():
        raise FileError(
            "LibreOffice is here only as a Snap or a Flatpak, which may not start this Python: "
            "install the one of your distribution or of libreoffice.org"
        )
    raise FileError(f"there is no LibreOffice here: {_GET}, or name its program with --soffice")


def _office_at(place: Path) -> Office | None:
    resolved = place.resolve()
    for folder in (resolved.parent, resolved, resolved / "program", resolved / "Contents" / "MacOS"):
        office = Office(folder)
        if office.unopkg.is_file() and office.soffice.is_file():
            return office
    return None


def _places() -> Iterator[Path]:
    for program in _PROGRAMS:
        if found := shutil.which(program):
            yield Path(found)
    home = Path.home()
    for root in ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/usr/local/lib/libreoffice"):
        yield Path(root)
    # Packages of libreoffice.org have their version in the name of the folder.
    yield from sorted(Path("/opt").glob("libreoffice*"), reverse=True)
    for applications in (Path("/Applications"), home / "Applications"):
        yield applications / "LibreOffice.app"
    for variable in ("PROGRAMFILES", "PROGRAMW6432", "PROGRAMFILES(X86)"):
        if folder := os.environ.get(variable):
            yield Path(folder) / "LibreOffice"


def _sandboxed() -> bool:
    app = "flatpak/app/org.libreoffice.LibreOffice"
    folders = ("/snap/libreoffice", f"/var/lib/{app}", str(Path.home() / ".local/share" / app))
    return any(Path(folder).exists() for folder in folders)


def installed_for_all(office: Office) -> bool:
    """Whether the extension is there for every user."""
    return (office.bundled / FOLDER).is_dir()


def install(office: Office, version: str) -> bool:
    """Put the extension into the office, in place of one that is there; whether it is for every user.

    As root it is, since unopkg refuses root.
    """
    if not office.has_python:
        raise FileError(
            f"LibreOffice in {office.program} cannot run Python: install its package for that "
            "(Debian and Ubuntu: apt install python3-uno; Fedora: libreoffice-pyuno), then run this again"
        )
    if _root():
        _unpack(office.bundled, members(version))
        return True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "unitsheet.oxt"
        path.write_bytes(oxt(version))
        done = _unopkg(office, "add", "--force", "--suppress-license", str(path))
    if done.returncode:
        raise FileError(f"LibreOffice did not take the extension: {_said(done)}")
    return False


def uninstall(office: Office) -> bool:
    """Take the extension out again; whether it was there."""
    if _root():
        there = installed_for_all(office)
        try:
            shutil.rmtree(office.bundled / FOLDER, ignore_errors=not there)
        except OSError as error:
            raise FileError(
                f"{office.bundled / FOLDER} cannot be removed: {error.strerror or error}"
            ) from error
        return there
    listed = _unopkg(office, "list", IDENTIFIER)
    if f"Identifier: {IDENTIFIER}\n" not in listed.stdout:
        return False
    done = _unopkg(office, "remove", IDENTIFIER)
    if done.returncode:
        raise FileError(f"LibreOffice did not let go of the extension: {_said(done)}")
    return True


def running() -> bool:
    """Whether this user has LibreOffice open, as far as its profile tells."""
    if sys.platform == "darwin":
        settings = Path.home() / "Library" / "Application Support" / "LibreOffice"
    elif sys.platform == "win32":
        settings = Path(os.environ.get("APPDATA", Path.home())) / "LibreOffice"
    else:
        settings = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "libreoffice"
    return (settings / "4" / ".lock").exists()


def _root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _unpack(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files to the side, then put them in their place whole."""
    # Whatever lies in the folder itself, the office takes for an extension.
    aside = folder.parent / f".{FOLDER}-{secrets.token_hex(4)}"
    new, old, target = aside / "new", aside / "old", folder / FOLDER
    try:
        for name, text in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for path in (new, *new.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:
        raise FileError(f"the extension cannot be put into {folder}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def environment() -> dict[str, str]:
    """This process's environment without what would send the office's Python to another's modules.

    It looks for itself along PATH, and in a virtual environment it finds neither uno nor its own library.
    """
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    folders = kept.get("PATH", "").split(os.pathsep)
    kept["PATH"] = os.pathsep.join(f for f in folders if not (Path(f).parent / "pyvenv.cfg").is_file())
    return kept


def _unopkg(office: Office, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(office.unopkg), *words]
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            env=environment(),
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileError(f"{office.unopkg} did not finish: close LibreOffice and try again") from None
    except OSError as error:
        raise FileError(f"{office.unopkg} cannot be started: {error.strerror or error}") from error


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """What a program complained of, in one line."""
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    told = [line for line in lines if "javaldx" not in line and line != "ERROR: unopkg failed."]
    return " ".join(told)[:300].removeprefix("ERROR: ") or f"it ended with {done.returncode}"
