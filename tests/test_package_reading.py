"""Packages: what is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallbook import MAIN, Book, listing, refusal, relations, sheet, smallest, writer

from engine.errors import FileError
from workbook.package import DefinedName, Iteration, Package, SheetPart, Table

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return writer(tmp_path)


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
