"""The smallest workbook there is, piece by piece, and the words in which a file is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import FileError
from workbook.package import Limits, Package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

Members = dict[str, bytes]
Book = Callable[[Members | bytes], Path]


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


def writer(folder: Path) -> Book:
    """What writes a workbook, from its members or as it is, into a folder."""

    def write(content: Members | bytes, name: str = "book.xlsx") -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else packed(content))
        return path

    return write


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
