"""Workbooks that Excel saved with our add-in: their calls go by a link to its file, as `[1]!CAC`."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

import unitsheet

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def saved_by_excel(path: Path, target: str) -> Path:
    """A workbook whose B1 calls CAC by its second link; the first is to another workbook."""
    plain = path.with_name("plain.xlsx")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = 1000, 8
    sheet["B1"], sheet["B2"], sheet["B3"] = "=[2]!CAC(A1,A2)", "=B1*2", '=IFERROR([2]!CAC(A1,0),"none")'
    book.save(plain)
    links = "".join(f'<externalReference r:id="rId9{n}"/>' for n in (1, 2))
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name).decode()
            if name == "xl/workbook.xml":
                data = data.replace(
                    "</sheets>",
                    f'</sheets><externalReferences xmlns:r="{RELATIONS}">{links}</externalReferences>',
                )
            elif name == "xl/_rels/workbook.xml.rels":
                more = "".join(
                    f'<Relationship Id="rId9{n}" Type="{RELATIONS}/externalLink" '
                    f'Target="/xl/externalLinks/externalLink{n}.xml"/>'
                    for n in (1, 2)
                )
                data = data.replace("</Relationships>", f"{more}</Relationships>")
            elif name == "[Content_Types].xml":
                more = "".join(
                    f'<Override PartName="/xl/externalLinks/externalLink{n}.xml" ContentType="application/'
                    'vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/>'
                    for n in (1, 2)
                )
                data = data.replace("</Types>", f"{more}</Types>")
            new.writestr(name, data)
        for number, file in ((1, "file:///C:/other.xlsx"), (2, target)):
            book_of = f'<externalBook xmlns:r="{RELATIONS}" r:id="rId1"/>'
            part = f'<externalLink xmlns="{MAIN}">{book_of}</externalLink>'
            new.writestr(f"xl/externalLinks/externalLink{number}.xml", part)
            new.writestr(
                f"xl/externalLinks/_rels/externalLink{number}.xml.rels",
                f'<Relationships xmlns="{PACKAGE}">'
                f'<Relationship Id="rId1" Type="{RELATIONS}/externalLinkPath" '
                f'Target="{file}" TargetMode="External"/></Relationships>',
            )
    return path


TARGETS = [
    "file:///C:\\Users\\x\\AppData\\Roaming\\Microsoft\\Excel\\XLSTART\\unitsheet.xlam",
    "/Users/x/Library/Group%20Containers/UnitSheet.xlam",
    "unitsheet.xlam",
]


@pytest.mark.parametrize("target", TARGETS)
def test_calls_by_a_link_are_worked_out(target: str, tmp_path: Path) -> None:
    path = saved_by_excel(tmp_path / "model.xlsx", target)
    result = unitsheet.recalculate(path, in_place=True)
    assert result.clean, result.as_json()
    assert unitsheet.get(path, "Sheet!B1", "Sheet!B2", "Sheet!B3") == (125.0, 250.0, "none")


def test_calls_by_a_link_are_respelled_and_frozen(tmp_path: Path) -> None:
    path = saved_by_excel(tmp_path / "model.xlsx", TARGETS[0])
    unitsheet.respell(path, tmp_path / "web.xlsx", functions="officejs")
    sheet = openpyxl.load_workbook(tmp_path / "web.xlsx").worksheets[0]
    assert [sheet[cell].value for cell in ("B1", "B3")] == [
        "=_xldudf_UE_CAC(A1,A2)",
        '=IFERROR(_xldudf_UE_CAC(A1,0),"none")',
    ]
    unitsheet.freeze(path, tmp_path / "mail.xlsx")
    frozen = openpyxl.load_workbook(tmp_path / "mail.xlsx").worksheets[0]
    assert [frozen[cell].value for cell in ("B1", "B2", "B3")] == [125, "=B1*2", "none"]


def test_a_function_of_another_add_in_is_not_ours(tmp_path: Path) -> None:
    path = saved_by_excel(tmp_path / "model.xlsx", "file:///C:/tools/costs.xlam")
    result = unitsheet.recalculate(path)
    assert {finding.where for finding in result.findings} == {"Sheet!B1", "Sheet!B3"}
