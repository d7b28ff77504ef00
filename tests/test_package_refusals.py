"""Packages: what is refused, and in which words."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from smallbook import Book, Members, listing, packed, read_all, refusal, relations, sheet, smallest, writer

from engine.errors import FileError
from workbook.package import Limits, Package


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return writer(tmp_path)


# What is not a workbook


def test_missing_file(tmp_path: Path) -> None:
    assert "is not there" in refusal(tmp_path / "none.xlsx")


def test_folder(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


def test_name_that_cannot_be_one(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        Package.open("a\0b.xlsx")
    with pytest.raises(FileError, match="cannot be read"):
        Package.open("a" * 5000)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "no regular file" in refusal(tmp_path / "pipe.xlsx")


def test_no_permission(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(smallest())

    def denied(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert "may not be read" in refusal(path)


def test_empty_file(book: Book) -> None:
    assert "is empty" in refusal(book(b""))


def test_text_under_a_workbooks_name(book: Book) -> None:
    assert "is no workbook" in refusal(book(b"<html><table>not a workbook</table></html>"))


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        ("EncryptedPackage", "is encrypted: open it in Excel with its password"),
        ("Workbook\0", "is an old .xls workbook"),
        ("Other", "is encrypted or an old .xls"),
    ],
)
def test_ole_containers_are_told_apart(book: Book, stream: str, words: str) -> None:
    assert words in refusal(
        book(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le"))
    )


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"xl/workbook.bin": b"x"}, "binary workbook"),
        ({"mimetype": b"application/vnd.oasis", "content.xml": b"<x/>"}, "OpenDocument"),
        ({"_xmlsignatures/origin.sigs": b""}, "digitally signed"),
    ],
)
def test_other_packages(book: Book, members: Members, words: str) -> None:
    assert words in refusal(book(smallest() | members))


def test_zip_without_workbook(book: Book) -> None:
    assert "is a zip but no workbook" in refusal(book({"readme.txt": b"hello"}))
    word = {"_rels/.rels": relations(("rId1", "thumbnail", "a.png"))}
    assert "is a zip but no workbook" in refusal(book(word))


# What is damaged


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
def test_truncated(book: Book, keep: float) -> None:
    data = packed(smallest())
    assert "is damaged" in refusal(book(data[: int(len(data) * keep)]))


def test_wrong_checksum(book: Book) -> None:
    data = packed(smallest())
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        crc = struct.pack("<L", opened.getinfo("xl/worksheets/sheet1.xml").CRC)
    assert "not what they should be" in refusal(book(data.replace(crc, b"\1\2\3\4")))


def test_every_single_wrong_byte_is_refused_or_harmless(book: Book) -> None:
    data = packed(smallest())
    for at in range(0, len(data), 3):
        wrong = bytearray(data)
        wrong[at] ^= 0xFF
        path = book(bytes(wrong))
        with contextlib.suppress(FileError):
            read_all(path).save(path, {})


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"]
)
def test_missing_part(book: Book, part: str) -> None:
    members = smallest()
    del members[part]
    assert "is missing" in refusal(book(members))


def test_name_on_a_sheet_that_is_not_there(book: Book) -> None:
    names = '<definedNames><definedName name="N" localSheetId="7">1</definedName></definedNames>'
    assert "sheet number 7" in refusal(book(smallest() | {"xl/workbook.xml": listing(names)}))


def test_bad_xml(book: Book) -> None:
    assert "xl/workbook.xml" in refusal(book(smallest() | {"xl/workbook.xml": b"<workbook><sheets>"}))


# What is hostile


BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>"""


@pytest.mark.parametrize("part", ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_entities(book: Book, part: str) -> None:
    assert "declares XML entities" in refusal(book(smallest() | {part: BILLION_LAUGHS}))


def test_entities_in_the_string_table(book: Book) -> None:
    members = smallest() | {
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml")
        ),
        "xl/sharedStrings.xml": BILLION_LAUGHS,
    }
    assert "declares XML entities" in refusal(book(members))


@pytest.mark.parametrize(
    "name", ["../evil.xml", "xl/../../evil.xml", "/etc/evil", "\\evil", "C:\\evil.xml", "..\\evil", "c:evil"]
)
def test_names_that_escape(book: Book, name: str) -> None:
    assert "points outside" in refusal(book(smallest() | {name: b"x"}))


def test_names_with_a_null(book: Book) -> None:
    data = packed(smallest() | {"xl/abc.xml": b"x"}).replace(b"xl/abc.xml", b"xl/a\0c.xml")
    assert "points outside" in refusal(book(data))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["xl/workbook.xml", "XL/Workbook.xml", "xl\\workbook.xml"])
def test_duplicate_members(book: Book, name: str) -> None:
    assert "two members" in refusal(book(packed([*smallest().items(), (name, b"<other/>")])))


def test_members_encrypted_by_a_zip_program(book: Book) -> None:
    data = bytearray(packed(smallest()))
    at = data.rfind(b"PK\1\2")
    data[at + 8] |= 1
    assert "encrypted by a zip program" in refusal(book(bytes(data)))


def test_too_many_members(book: Book) -> None:
    many = smallest() | {f"xl/media/{number}": b"" for number in range(30)}
    assert "more than 20 members" in refusal(book(many), Limits(members=20))


def test_too_much_in_all_and_in_one(book: Book) -> None:
    members = smallest() | {"xl/media/image1.emf": bytes(2_000)}
    assert "unpacks to more than 2,500 bytes" in refusal(book(members), Limits(total=2_500))
    assert "unpacks to 2,000 bytes" in refusal(book(members), Limits(part=1_900))


def test_a_file_that_is_too_large_is_not_read(book: Book) -> None:
    assert "is larger than 100 bytes" in refusal(book(smallest()), Limits(total=100))


def test_a_bomb_of_blanks(book: Book) -> None:
    blanks = sheet(" " * (32 << 20))
    assert "200 times its size" in refusal(book(smallest() | {"xl/worksheets/sheet1.xml": blanks}))


def test_a_header_that_declares_less_than_it_holds(book: Book) -> None:
    data = bytearray(packed(smallest() | {"xl/worksheets/sheet1.xml": sheet(" " * (4 << 20))}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as opened:
        size = struct.pack("<L", opened.getinfo("xl/worksheets/sheet1.xml").file_size)
    at = data.rfind(size)
    data[at : at + 4] = struct.pack("<L", 100)
    assert "not what they should be" in refusal(book(bytes(data)))


def test_a_compression_nobody_uses(book: Book) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_BZIP2) as opened:
        for name, content in smallest().items():
            opened.writestr(name, content)
    assert "compressed in a way" in refusal(book(stream.getvalue()))
