"""Whole workbooks put into another host's spelling: what changes, what stays, and that all compute alike."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xlsxwriter
from richbook import raw_members
from smallbook import MAIN
from spelledbook import MODEL, changed, formula, members, spelled_workbook, texts, values

import unitsheet
from engine.hosting import Host
from udfs.lambdas import lambdas
from workbook.book import Book

HOSTS = [Host.OFFICEJS, Host.LITE, Host.LAMBDA, Host.LIBREOFFICE]


@pytest.fixture(scope="module")
def spelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = spelled_workbook(tmp_path_factory.mktemp("spelled") / "excel.xlsx")
    unitsheet.recalculate(path, in_place=True)
    return path


@pytest.fixture(scope="module")
def in_lambda(spelled: Path) -> Path:
    path = spelled.with_name("lambda.xlsx")
    unitsheet.respell(spelled, path, "lambda")
    return path


def test_round_trip_through_every_spelling_changes_not_one_byte(spelled: Path, tmp_path: Path) -> None:
    path = spelled
    for host in (*HOSTS, Host.EXCEL):
        new = tmp_path / f"{host}.xlsx"
        done = unitsheet.respell(path, new, host)
        assert (done.cells, done.others) == ((0, 0) if host is Host.LITE else (16, 7))
        path = new
    assert list(members(path).items()) == list(members(spelled).items())


@pytest.mark.parametrize("host", HOSTS)
def test_every_call_and_nothing_else(spelled: Path, tmp_path: Path, host: Host) -> None:
    path = tmp_path / "new.xlsx"
    done = unitsheet.respell(spelled, path, host)
    assert (done.file, done.written, done.functions) == (str(spelled), str(path), host.value)
    # A function without a LAMBDA is called as in Excel.
    assert (done.cells, done.others) == (15 if host is Host.LAMBDA else 16, 7)
    before, after = members(spelled), members(path)
    touched = {name for name in after if after[name] != before.get(name)}
    assert touched == {MODEL, "xl/worksheets/sheet2.xml", "xl/tables/table1.xml", "xl/workbook.xml"}
    assert raw_members(path)["xl/sharedStrings.xml"] == raw_members(spelled)["xl/sharedStrings.xml"]
    assert values(path) == values(spelled)
    sheet = after[MODEL].decode()
    call = host.in_file("CAC")
    assert f'<formula>{call}($A1,$B1)&gt;LEN("CAC(")</formula>' in sheet
    assert sheet.count(f'<cfvo type="formula" val="{call}($A$1,$B$1)"/>') == 2
    assert f"<formula1>{call}(A1,B1)&lt;1000</formula1>" in sheet
    assert f"{call}([[#This Row],spend],[[#This Row],users])</calculatedColumnFormula>" in _text(
        after, "table1"
    )
    assert f">SUM([each])+{call}(1,2)</totalsRowFormula>" in _text(after, "table1")
    assert f'<definedName name="gross">{call}(Model!$A$1,Model!$B$1)*2</definedName>' in _text(
        after, "workbook.xml"
    )
    assert texts(path)["Model!C2"] == f'IF(A2>0,"CAC(""&cac("&{call}(A2,B2)&")",\'CAC(x)\'!A1)'
    assert texts(path)["Model!G1"] == f"SUM({call}(A1:A3,B1:B3))"
    assert texts(path)["Model!C4"] == "SUM(A1:A3)"


def _text(content: dict[str, bytes], name: str) -> str:
    return next(data.decode() for part, data in content.items() if name in part and ".rels" not in part)


@pytest.mark.parametrize("host", HOSTS)
def test_every_spelling_computes_the_same(spelled: Path, tmp_path: Path, host: Host) -> None:
    path = tmp_path / "new.xlsx"
    unitsheet.respell(spelled, path, host)
    before = path.read_bytes()
    done = unitsheet.recalculate(path, in_place=True)
    assert path.read_bytes() == before
    assert done.evaluated == done.formulas == unitsheet.recalculate(spelled).formulas
    wrong = changed(path, {MODEL: lambda text: re.sub(r"(</f><v>)[^<]*", r"\g<1>0", text)})
    unitsheet.recalculate(wrong, in_place=True)
    assert values(wrong) == values(spelled)


@pytest.mark.parametrize("company", ["kimi", "ai-education"])
def test_a_company_workbook_computes_the_same_in_every_spelling(tmp_path: Path, company: str) -> None:
    excel = unitsheet.new(tmp_path / "excel.xlsx", company, months=24)
    assert excel.spelling is None
    for host in HOSTS:
        made = unitsheet.new(tmp_path / f"{host}.xlsx", company, months=24, functions=host)
        assert made.recalculation.clean
        assert made.spelling is not None
        assert made.clean == (not made.spelling.findings)
        assert made.clean or host is Host.LAMBDA
        calls = [text for text in texts(made.path).values() if host.in_file("") in text]
        assert len(calls) > 20
        assert values(made.path) == values(excel.path)
        unitsheet.recalculate(made.path, in_place=True)
        assert values(made.path) == values(excel.path)
        back = tmp_path / "back.xlsx"
        unitsheet.respell(made.path, back, "excel", force=True)
        when = {"docProps/core.xml": b""}
        assert members(back) | when == members(excel.path) | when


# LAMBDA


def test_the_lambda_book_has_all_our_names(in_lambda: Path, spelled: Path) -> None:
    names = {name.name: name for name in Book.open(in_lambda).package.defined_names}
    ours = {name: one for name, one in names.items() if name.startswith("UE.")}
    assert {name: one.text for name, one in ours.items()} == {
        one.name: one.text for one in lambdas().values()
    }
    assert set(names) - set(ours) == {"gross", "margin"}
    comment = lambdas()["CAC"].comment
    assert (
        f'<definedName name="UE.CAC" comment="{comment}">' in members(in_lambda)["xl/workbook.xml"].decode()
    )
    assert unitsheet.respell(in_lambda, in_lambda.with_name("twice.xlsx"), "lambda", force=True).cells == 0
    assert members(in_lambda.with_name("twice.xlsx")) == members(in_lambda)


def test_cells_that_call_a_lambda_are_dynamic_arrays(in_lambda: Path) -> None:
    sheet = members(in_lambda)[MODEL]
    assert formula(sheet, "C1") == (
        '<c r="C1" s="1" cm="1"><f t="array" bx="0" ref="C1">UE.CAC(A1,B1)</f><v>125</v></c>'
    )
    assert '<c r="E1"><f t="array" ref="E1:E2">UE.CAC(A1:A2,B1:B2)</f>' in formula(sheet, "E1")
    assert '<c r="F1" cm="1"><f t="array" ref="F1:F3">UE.CAC(A1:A3,B1:B3)</f>' in formula(sheet, "F1")
    assert '<f t="array" bx="0" ref="G2">_xlfn.SINGLE(A1:A3)*UE.CAC(A2,B2)</f>' in formula(sheet, "G2")
    assert '<f t="array" bx="0" ref="G3">_xlfn.SINGLE(UE.CAC(A1:A3,B1:B3))</f>' in formula(sheet, "G3")
    assert formula(sheet, "C4") == '<c r="C4"><f>SUM(A1:A3)</f><v>2700</v></c>'
    assert "<f>COHORT_ACTIVE(A1:A3,B1:B3)</f>" in formula(sheet, "H1")


def test_a_function_without_a_lambda_is_a_finding(spelled: Path, tmp_path: Path) -> None:
    done = unitsheet.respell(spelled, tmp_path / "new.xlsx", "lambda")
    assert [(one.kind, one.where) for one in done.findings] == [("no LAMBDA", "Model!H1")]
    assert done.findings[0].message.startswith("COHORT_ACTIVE has no LAMBDA (it gives an area of its own)")
    assert not done.clean
    assert done.names_written == len(lambdas())


def test_the_cells_are_as_a_library_for_excel_files_writes_them(tmp_path: Path) -> None:
    plain, dynamic, ours = (tmp_path / f"{name}.xlsx" for name in ("plain", "dynamic", "ours"))
    calls = {"A3": "CAC(A1,B1)", "A4": 'CAC(A1,B1)&" <x>"', "C2": "IF(A1>0,LTV(30,0.6,0.05),0)"}
    with xlsxwriter.Workbook(plain) as book:
        sheet: Any = book.add_worksheet()
        sheet.write_row("A1", [1000, 8])
        for cell, text in calls.items():
            sheet.write_formula(cell, f"={text}", None, "12 <x>" if "&" in text else 12)
    with xlsxwriter.Workbook(dynamic) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", [1000, 8])
        for cell, text in calls.items():
            typed = re.sub(r"\b(CAC|LTV)\(", r"UE.\1(", text)
            sheet.write_dynamic_array_formula(
                f"{cell}:{cell}", f"={typed}", None, "12 <x>" if "&" in text else 12
            )
        for one in lambdas().values():
            book.define_name(one.name, f"={one.text}")
    unitsheet.respell(plain, ours, "lambda")
    theirs = members(dynamic)
    assert members(ours)["xl/metadata.xml"] == theirs["xl/metadata.xml"]
    assert _elements(members(ours)[MODEL]) == _elements(theirs[MODEL])
    for part in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        assert sorted(_elements(members(ours)[part])) == sorted(_elements(theirs[part]))
    names = f"{{{MAIN}}}definedNames/{{{MAIN}}}definedName"
    found = {
        one.get("name"): one.text for one in ET.fromstring(members(ours)["xl/workbook.xml"]).findall(names)
    }
    assert found == {
        one.get("name"): one.text for one in ET.fromstring(theirs["xl/workbook.xml"]).findall(names)
    }


def _elements(xml: bytes) -> list[Any]:
    """Each element with its attributes and text, without the mark that only we read."""
    return [
        (one.tag, sorted(item for item in one.attrib.items() if item != ("bx", "0")), one.text)
        for one in ET.fromstring(xml).iter()
    ]
