"""Packages: what is saved, and that saving loses nothing."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from richbook import raw_members
from smallbook import Book, sheet, smallest, writer

from engine.errors import FileError
from workbook.package import Package, refuse_if_unwritable


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return writer(tmp_path)


def test_unchanged_members_are_copied_raw(book: Book, tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        opened.comment = b"kept"
        for number, (name, content) in enumerate((smallest() | {"[trash]/0000.dat": b"\0" * 99}).items()):
            member = zipfile.ZipInfo(name, (2024, 2, 29, 12, 34, 56))
            member.compress_type = zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED
            member.external_attr = 0o644 << 16
            member.comment = b"a comment"
            member.extra = struct.pack("<HH4s", 0x5455, 4, b"time")
            opened.writestr(member, content, compresslevel=1)
    path = book(stream.getvalue())
    new = sheet("<row/>")
    Package.open(path).save(tmp_path / "new.xlsx", {"xl/worksheets/sheet1.xml": new})
    data = (tmp_path / "new.xlsx").read_bytes()
    before, after = raw_members(path), raw_members(tmp_path / "new.xlsx")
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert opened.comment == b"kept"
        assert opened.read("xl/worksheets/sheet1.xml") == new
        for member in opened.infolist():
            assert member.date_time == (2024, 2, 29, 12, 34, 56)
            assert member.external_attr == 0o644 << 16
            assert member.comment == b"a comment"
            assert member.extra == struct.pack("<HH4s", 0x5455, 4, b"time")
    assert list(tmp_path.glob(".*")) == []


class Pipe(io.BytesIO):
    """A stream that cannot go back, so that the zip is written with data descriptors."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def test_data_descriptors_and_large_sizes_are_written_plainly(book: Book, tmp_path: Path) -> None:
    stream = Pipe()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in smallest().items():
            with opened.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                member.write(content)
    path, saved = book(stream.getvalue()), tmp_path / "new.xlsx"
    Package.open(path).save(saved, {})
    before, after = raw_members(path), raw_members(saved)
    assert list(after.items()) == list(before.items())
    with zipfile.ZipFile(saved) as opened:
        assert opened.testzip() is None
        assert not any(member.flag_bits & 8 for member in opened.infolist())
        assert not any(member.extra for member in opened.infolist())


def test_names_outside_ascii(book: Book, tmp_path: Path) -> None:
    path = book(smallest() | {"xl/media/größe.png": b"x"})
    Package.open(path).save(tmp_path / "new.xlsx", {"xl/media/größe.png": b"y"})
    assert Package.open(tmp_path / "new.xlsx").read("xl/media/größe.png") == b"y"


def test_an_unknown_part_is_not_saved(book: Book, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no part"):
        Package.open(book(smallest())).save(tmp_path / "new.xlsx", {"xl/nothing.xml": b""})
    assert not (tmp_path / "new.xlsx").exists()
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.skipif(os.name == "nt", reason="permission bits")
def test_permissions_and_links_stay(book: Book, tmp_path: Path) -> None:
    path = book(smallest())
    path.chmod(0o640)
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    Package.open(link).save(link, {})
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    new = tmp_path / "new.xlsx"
    Package.open(path).save(new, {})
    assert stat.S_IMODE(new.stat().st_mode) == 0o666 & ~umask()


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def unwritable(target: Path, package: Package) -> str:
    before = target.read_bytes() if target.is_file() else None
    around = set(target.parent.iterdir()) if target.parent.is_dir() else set()
    with pytest.raises(FileError) as early:
        refuse_if_unwritable(target)
    with pytest.raises(FileError) as late:
        package.save(target, {})
    assert str(early.value) == str(late.value)
    assert str(target) in str(late.value)
    assert before == (target.read_bytes() if target.is_file() else None)
    assert around == (set(target.parent.iterdir()) if target.parent.is_dir() else set())
    return str(late.value)


def test_targets_that_cannot_be_written(book: Book, tmp_path: Path) -> None:
    package = Package.open(book(smallest()))
    assert "is not there" in unwritable(tmp_path / "none" / "new.xlsx", package)
    assert "is a folder" in unwritable(tmp_path, package)
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(b"old")
    locked.chmod(0o444)
    assert "is read-only" in unwritable(locked, package)


@pytest.mark.skipif(os.name == "nt", reason="permission bits")
def test_read_only_folder(book: Book, tmp_path: Path) -> None:
    package = Package.open(book(smallest()))
    folder = tmp_path / "shelf"
    folder.mkdir(mode=0o555)
    assert "folder is read-only" in unwritable(folder / "new.xlsx", package)


@pytest.mark.parametrize("owner", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_open_in_another_program(book: Book, owner: str) -> None:
    path = book(smallest())
    package = Package.open(path)
    (path.parent / owner).write_bytes(b"someone")
    assert "open in another program" in unwritable(path, package)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "disk is full"),
        (PermissionError(13, "Permission denied"), "open in another program"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_a_failure_leaves_the_target_alone(
    book: Book, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    path = book(smallest())
    before = path.read_bytes()
    package = Package.open(path)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(FileError, match=words):
        package.save(path, {"xl/worksheets/sheet1.xml": sheet("")})
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_an_interruption_leaves_nothing_behind(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(smallest())
    package = Package.open(path)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        package.save(path, {})
    assert [item.name for item in path.parent.iterdir()] == [path.name]
