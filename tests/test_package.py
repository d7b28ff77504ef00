"""Packages: what is refused and in which words, what is read, and that saving loses nothing."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import FileError
from workbook.package import DefinedName, Iteration, Limits, Package, SheetPart, Table, refuse_if_unwritable

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

Members = dict[str, bytes]


def relations(*targets: tuple[str, str, str], types: str = OFFICE) -> bytes:
    rows = "".join(
        f'<Relationship Id="{id}" Type="{types}/{kind}" Target="{target}"/>' for id, kind, target in targets
    )
    return f'<Relationships xmlns="{PACKAGE}">{rows}</Relationships>'.encode()


def sheet(data: str = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', main: str = MAIN) -> bytes:
    return f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>'.encode()


def listing(inside: str, main: str = MAIN, office: str = OFFICE) -> bytes:
    return f'<workbook xmlns="{main}" xmlns:r="{office}">{inside}</workbook>'.encode()


def smallest() -> Members:
    return {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": listing('<sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets>'),
        "xl/_rels/workbook.xml.rels": relations(("rId1", "worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": sheet(),
    }


def packed(members: Members | list[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items() if isinstance(members, dict) else members:
            opened.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def book(tmp_path: Path) -> Callable[[Members | bytes], Path]:
    def write(content: Members | bytes, name: str = "book.xlsx") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else packed(content))
        return path

    return write


Book = Callable[[Members | bytes], Path]


def read_all(path: Path, limits: Limits | None = None) -> Package:
    """Open a workbook and read what a recalculation reads."""
    package = Package.open(path, limits)
    assert package.tables is not None
    assert package.shared_strings is not None
    assert package.defined_names is not None
    for part in package.sheets:
        package.read(part.part)
    return package


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(FileError) as caught:
        read_all(path, limits)
    message = str(caught.value)
    assert str(path) in message
    assert message.endswith(".")
    assert "\n" not in message
    return message


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


# What is read


def test_sheets_names_and_settings(book: Book) -> None:
    members = smallest() | {
        "xl/workbook.xml": listing(
            '<workbookPr date1904="1"/><sheets>'
            '<sheet name="First &amp; last" sheetId="3" r:id="rId3"/>'
            '<sheet name="Chart" sheetId="2" r:id="rId2"/><sheet name="Module1" sheetId="9" r:id=""/>'
            '<sheet name="Kept" sheetId="1" state="veryHidden" r:id="rId1"/></sheets>'
            '<externalReferences><externalReference r:id="rId5"/><externalReference r:id="rId4"/>'
            "</externalReferences>"
            '<definedNames><definedName name="Rate">0.5</definedName>'
            '<definedName name="Here" localSheetId="3" hidden="1">Kept!$A$1&amp;"x"</definedName>'
            "</definedNames>"
            '<calcPr iterate="1" iterateCount="50" iterateDelta="1E-4"/>'
            '<extLst><ext xmlns:x15="urn:x15"><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst>'
        ),
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "/xl/worksheets/sheet1.xml"),
            ("rId2", "chartsheet", "chartsheets/sheet1.xml"),
            ("rId3", "worksheet", "Worksheets\\SHEET%203.xml"),
            ("rId4", "externalLink", "externalLinks/externalLink1.xml"),
            ("rId5", "externalLink", "externalLinks/externalLink2.xml"),
            ("rId6", "vbaProject", "vbaProject.bin"),
        ),
        "xl/worksheets/sheet 3.xml": sheet(),
        "xl/chartsheets/sheet1.xml": b"<chartsheet/>",
        "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
        "xl/externalLinks/externalLink2.xml": b"<externalLink/>",
        "xl/vbaProject.bin": b"code",
    }
    package = Package.open(book(members))
    assert package.sheets == [
        SheetPart("First & last", "xl/worksheets/sheet 3.xml", "visible", 0),
        SheetPart("Kept", "xl/worksheets/sheet1.xml", "veryHidden", 3),
    ]
    assert package.defined_names == [
        DefinedName("Rate", "0.5", None, False),
        DefinedName("Here", 'Kept!$A$1&"x"', "Kept", True),
    ]
    assert package.date1904
    assert package.macros
    assert package.iterate == Iteration(True, 50, 1e-4)
    assert package.external_links == [
        "xl/externalLinks/externalLink2.xml",
        "xl/externalLinks/externalLink1.xml",
    ]


def test_defaults_of_the_settings(book: Book) -> None:
    package = Package.open(book(smallest()))
    assert package.iterate == Iteration(False, 100, 0.001)
    assert not package.date1904
    assert not package.macros
    assert package.shared_strings == []
    assert package.tables == []
    assert package.external_links == []


def test_tables(book: Book) -> None:
    table = (
        f'<table xmlns="{MAIN}" id="1" name="Old" displayName="Plans" ref="A1:B4" totalsRowCount="1">'
        '<tableColumns count="2"><tableColumn id="1" name="Price_x000a_per user"/>'
        '<tableColumn id="2" name="A&#10;B _x005F_x0041_"/></tableColumns></table>'
    ).encode()
    members = smallest() | {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("rId1", "table", "../tables/table1.xml")),
        "xl/tables/table1.xml": table,
    }
    columns = ("Price\nper user", "A\nB _x0041_")
    assert Package.open(book(members)).tables == [Table("Plans", "One", "A1:B4", columns, 1, 1)]
    members["xl/tables/table1.xml"] = table.replace(b'totalsRowCount="1"', b'totalsRowCount="x"')
    assert "is damaged" in refusal(book(members))


def test_shared_strings(book: Book) -> None:
    strings = (
        f'\ufeff<x:sst xmlns:x="{MAIN}" uniqueCount="4294967295">'
        '<x:si><x:t xml:space="preserve"> a </x:t></x:si>'
        "<x:si><x:r><x:t>one </x:t></x:r>\n<x:r><x:rPr><x:b/></x:rPr><x:t>two</x:t></x:r>"
        '<x:rPh sb="0" eb="1"><x:t>reading</x:t></x:rPh></x:si><x:si/>'
        "<x:si><x:t>_x0041__x005F_x0042_</x:t></x:si></x:sst>"
    ).encode()
    members = smallest() | {
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml")
        ),
        "xl/sharedStrings.xml": strings,
    }
    assert Package.open(book(members)).shared_strings == [" a ", "one two", "", "A_x0042_"]


def test_strict_namespaces(book: Book) -> None:
    sheets = '<workbookPr date1904="true"/><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets>'
    members = smallest() | {
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml"), types=STRICT_OFFICE),
        "xl/workbook.xml": listing(sheets, STRICT, STRICT_OFFICE),
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), types=STRICT_OFFICE
        ),
        "xl/worksheets/sheet1.xml": sheet(main=STRICT),
    }
    package = Package.open(book(members))
    assert [part.name for part in package.sheets] == ["One"]
    assert package.date1904


def test_backslashes_and_case_in_part_names(book: Book) -> None:
    odd = {name.replace("/", "\\").upper(): content for name, content in smallest().items()}
    package = Package.open(book(odd))
    assert package.read("xl/worksheets/sheet1.xml") == sheet()
    with pytest.raises(FileError, match="missing"):
        package.read("xl/worksheets/sheet2.xml")


# What is saved


def raw_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        for member in opened.infolist():
            name, extra = struct.unpack_from("<HH", data, member.header_offset + 26)
            start = member.header_offset + 30 + name + extra
            yield member.filename, data[start : start + member.compress_size]


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
    before, after = dict(raw_members(stream.getvalue())), dict(raw_members(data))
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
    data = stream.getvalue()
    path = book(data)
    Package.open(path).save(tmp_path / "new.xlsx", {})
    saved = (tmp_path / "new.xlsx").read_bytes()
    assert list(raw_members(saved)) == list(raw_members(data))
    with zipfile.ZipFile(io.BytesIO(saved)) as opened:
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
