"""Parts added to a package and dropped from it, and everything that points at them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from smallbook import listing, relations, sheet, smallest, writer
from spelledbook import members

import unitsheet
from engine.errors import FileError
from workbook.package import Package
from workbook.revision import Revision

STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
RELATIONS = "xl/_rels/workbook.xml.rels"


def with_part(path: Path, target: Path) -> None:
    revision = Revision(Package.open(path))
    revision.add("metadata.xml", b"<metadata/>", "application/x+xml", "sheetMetadata")
    revision.save(target)


def test_a_part_is_added_and_dropped_again(tmp_path: Path) -> None:
    path = writer(tmp_path)(smallest() | {"[Content_Types].xml": b"<t:Types xmlns:t='u'>\n</t:Types>"})
    new, back = tmp_path / "new.xlsx", tmp_path / "back.xlsx"
    with_part(path, new)
    with zipfile.ZipFile(new) as opened:
        assert opened.testzip() is None
        assert opened.namelist()[-1] == "xl/metadata.xml"
    found = members(new)
    assert found["[Content_Types].xml"] == (
        b"<t:Types xmlns:t='u'>\n"
        b'<t:Override PartName="/xl/metadata.xml" ContentType="application/x+xml"/></t:Types>'
    )
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sheetMetadata"
    assert b'<Relationship Id="rId2" Type="' + kind + b'" Target="metadata.xml"/>' in found[RELATIONS]
    revision = Revision(Package.open(new))
    assert revision.related("sheetMetadata") == "xl/metadata.xml"
    revision.drop("xl/metadata.xml")
    revision.save(back)
    assert list(members(back).items()) == list(members(path).items())


def test_a_strict_package_gets_strict_relations(tmp_path: Path) -> None:
    parts = smallest() | {
        RELATIONS: relations(("rId1", "worksheet", "worksheets/sheet1.xml"), types=STRICT),
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml"), types=STRICT),
    }
    with_part(writer(tmp_path)(parts), tmp_path / "new.xlsx")
    assert f'Type="{STRICT}/sheetMetadata"' in members(tmp_path / "new.xlsx")[RELATIONS].decode()


def test_what_reading_sees_is_what_will_be_saved(tmp_path: Path) -> None:
    path = writer(tmp_path)(smallest())
    revision = Revision(Package.open(path))
    part = "xl/worksheets/sheet1.xml"
    new = sheet('<row r="1"/>')
    revision.write(part, new)
    assert revision.read(part) == new
    revision.write(part, smallest()[part])
    revision.save(tmp_path / "new.xlsx")
    assert members(tmp_path / "new.xlsx") == smallest()


def test_what_cannot_be(tmp_path: Path) -> None:
    path = writer(tmp_path)(smallest())
    package = Package.open(path)
    with pytest.raises(ValueError, match=r"has a part .* already"):
        package.save(tmp_path / "new.xlsx", {}, {"xl/workbook.xml": b""})
    with pytest.raises(ValueError, match="has no part"):
        package.save(tmp_path / "new.xlsx", {}, {}, ["xl/none.xml"])
    assert not (tmp_path / "new.xlsx").exists()
    parts = smallest()
    del parts["[Content_Types].xml"]
    with pytest.raises(FileError, match="Content_Types"):
        with_part(writer(tmp_path)(parts), tmp_path / "new.xlsx")


def test_a_part_in_another_encoding_is_refused(tmp_path: Path) -> None:
    text = listing('<sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets>').decode()
    wide = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")
    path = writer(tmp_path)(smallest() | {"xl/workbook.xml": wide})
    with pytest.raises(FileError, match="is not stored as UTF-8"):
        unitsheet.respell(path, tmp_path / "new.xlsx", "lambda")
