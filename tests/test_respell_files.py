"""Workbooks of other makers put into another spelling, and other programs that read the result."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from commandline import refused, us
from richbook import raw_members, rich_workbook
from smallbook import MAIN, packed, smallest, writer
from spelledbook import MODEL, changed, formula, members, replacing, spelled_workbook, texts, values

import unitsheet
from engine.errors import CellError, FileError, InputError
from engine.hosting import Host
from udfs.lambdas import lambdas
from workbook.book import Book


@pytest.fixture(scope="module")
def spelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = spelled_workbook(tmp_path_factory.mktemp("spelled") / "excel.xlsx")
    unitsheet.recalculate(path, in_place=True)
    return path


def test_shared_formulas(spelled: Path, tmp_path: Path) -> None:
    cells = {
        "D1": '<c r="D1"><f t="shared" ref="D1:D3" si="0">CAC(A1,$B$1)&amp;&quot;&quot;</f><v>1</v></c>',
        "D2": '<c r="D2"><f t="shared" si="0"/><v>2</v></c>',
        "D3": '<c r="D3"><f t="shared" si="0">CAC(A3,$B$1)&amp;""</f><v>3</v></c>',
    }

    def share(xml: str) -> str:
        for name, cell in cells.items():
            old = formula(xml, f"C{name[1]}")
            xml = xml.replace(old, old + cell)
        return xml

    shared = changed(_copy(spelled, tmp_path), {MODEL: share})
    new = tmp_path / "new.xlsx"
    assert unitsheet.respell(shared, new, "officejs").cells == 19
    sheet = members(new)[MODEL].decode()
    assert formula(sheet, "D1") == cells["D1"].replace("CAC", "_xldudf_UE_CAC")
    assert formula(sheet, "D2") == cells["D2"]
    assert formula(sheet, "D3") == cells["D3"].replace("CAC", "_xldudf_UE_CAC")
    back = tmp_path / "back.xlsx"
    unitsheet.respell(new, back, "excel")
    assert members(back) == members(shared)
    assert unitsheet.respell(shared, new, "lambda", force=True).cells == 18
    sheet = members(new)[MODEL].decode()
    assert formula(sheet, "D2") == (
        '<c r="D2" cm="1"><f t="array" bx="0" ref="D2">UE.CAC(A2,$B$1)&amp;""</f><v>2</v></c>'
    )
    unitsheet.respell(new, back, "excel", force=True)
    assert texts(back) == texts(shared)
    assert formula(members(back)[MODEL], "D2") == '<c r="D2"><f>CAC(A2,$B$1)&amp;""</f><v>2</v></c>'


WRITTEN = [
    # as LibreOffice writes it
    (
        '<f aca="false">CAC(A1,&quot;8&quot;)</f>',
        '<f t="array" bx="0" ref="C1" aca="false">UE.CAC(A1,&quot;8&quot;)</f>',
    ),
    (
        '<f aca="false">A1:A2*CAC(2,1)&amp;&quot;x&quot;</f>',
        '<f t="array" bx="0" ref="C1" aca="false">_xlfn.SINGLE(A1:A2)*UE.CAC(2,1)&amp;&quot;x&quot;</f>',
    ),
    ("<f ca='1' >=CAC(A1,B1)</f >", "<f t=\"array\" bx=\"0\" ref=\"C1\" ca='1'>=UE.CAC(A1,B1)</f >"),
    ("<f><![CDATA[CAC(A1,B1)&\"<\"]]></f>", '<f t="array" bx="0" ref="C1"><![CDATA[UE.CAC(A1,B1)&"<"]]></f>'),
    ('<f t="normal">CAC(A1,B1)</f>', '<f t="array" bx="0" ref="C1">UE.CAC(A1,B1)</f>'),
    # it says itself where it takes one value, so that this is no mark of ours
    ("<f>_xlfn.SINGLE(CAC(A1:A2,B1))</f>", '<f t="array" ref="C1">_xlfn.SINGLE(UE.CAC(A1:A2,B1))</f>'),
    ('<f t="array" ref="C1">CAC(A1,B1)</f>', '<f t="array" ref="C1">UE.CAC(A1,B1)</f>'),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), WRITTEN)
def test_formulas_however_they_are_written(spelled: Path, tmp_path: Path, before: str, after: str) -> None:
    written = changed(_copy(spelled, tmp_path), {MODEL: replacing("<f>CAC(A1,B1)</f>", before)})
    new = tmp_path / "new.xlsx"
    unitsheet.respell(written, new, "lambda")
    assert after in formula(members(new)[MODEL], "C1")
    back = tmp_path / "back.xlsx"
    unitsheet.respell(new, back, "excel")
    if 't="normal"' not in before and "SINGLE" not in before and "' >" not in before:
        assert members(back) == members(written)
    assert texts(back) == texts(written)


def _copy(path: Path, folder: Path) -> Path:
    copy = folder / "copy.xlsx"
    copy.write_bytes(path.read_bytes())
    return copy


def test_a_dynamic_array_that_excel_made_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "dynamic.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_dynamic_array_formula("A1:A1", "=CAC(1000,8)", None, 125)
    new, back = tmp_path / "new.xlsx", tmp_path / "back.xlsx"
    unitsheet.respell(path, new, "lambda")
    unitsheet.respell(new, back, "excel")
    assert members(back)[MODEL] == members(path)[MODEL]
    assert "xl/metadata.xml" in members(back)


CHAIN = '<calcChain xmlns="%s"><c r="C1" i="1"/></calcChain>' % MAIN  # noqa: UP031
LINKED = {
    "[Content_Types].xml": replacing(
        "</Types>",
        '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.calcChain+xml"/></Types>',
    ),
    "xl/_rels/workbook.xml.rels": replacing(
        "</Relationships>",
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'calcChain" Target="calcChain.xml"/></Relationships>',
    ),
}


def test_the_list_of_formulas_goes_where_kinds_change(spelled: Path, tmp_path: Path) -> None:
    """Excel wants to repair a workbook whose list is not up to date; where there is none, it makes one."""
    path = changed(_copy(spelled, tmp_path), LINKED, {"xl/calcChain.xml": CHAIN})
    new = tmp_path / "new.xlsx"
    unitsheet.respell(path, new, "officejs")
    assert members(new)["xl/calcChain.xml"] == CHAIN.encode()
    unitsheet.respell(path, new, "lambda", force=True)
    assert not [name for name, data in members(new).items() if b"calcChain" in data or "calcChain" in name]


def test_names_of_the_workbook_stay_its_own(tmp_path: Path) -> None:
    path, new = tmp_path / "own.xlsx", tmp_path / "new.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Model")
        book.define_name("CAC", "=_xlfn.LAMBDA(_xlpm.a,_xlpm.a)")
        book.define_name("UE.LTV", "=Model!$B$9")
        sheet.write_formula("A1", "=CAC(7)", None, 7)
        sheet.write_formula("A2", "=LTV(30,0.6,0.05)", None, 360)
        sheet.write_formula("A3", "=UE.LTV*2", None, 0)
    done = unitsheet.respell(path, new, "lambda")
    assert [(one.kind, one.where) for one in done.findings] == [("no LAMBDA", "Model!A2")]
    assert "the workbook has a name UE.LTV of its own" in done.findings[0].message
    assert done.cells == 0
    assert done.names_written == len(lambdas()) - 1
    assert texts(new) == texts(path)
    recalculated = unitsheet.recalculate(new)
    assert [one.message for one in recalculated.findings] == [
        "the formula calls the defined name CAC as a function; its stored value is kept"
    ]


def test_a_name_that_is_handed_over_stays(tmp_path: Path) -> None:
    path, new = tmp_path / "map.xlsx", tmp_path / "new.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Model")
        for name in ("CAC", "LTV"):
            book.define_name(f"UE.{name}", f"={lambdas()[name].text}")
        sheet.write_dynamic_array_formula("A1:A2", "=_xlfn.MAP(B1:B2,C1:C2,UE.CAC)", None, 1)
        sheet.write_dynamic_array_formula("D1:D1", "=UE.LTV(1,2,3)", None, 1)
    done = unitsheet.respell(path, new, "excel")
    assert [(one.kind, one.where) for one in done.findings] == [("by name", "Model!A1")]
    assert done.names_removed == 1
    assert [name.name for name in Book.open(new).package.defined_names] == ["UE.CAC"]
    assert texts(new) == {"Model!A1": "_xlfn.MAP(B1:B2,C1:C2,UE.CAC)", "Model!D1": "LTV(1,2,3)"}


def test_a_formula_that_would_be_too_long_stays(tmp_path: Path) -> None:
    path, new = tmp_path / "long.xlsx", tmp_path / "new.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Model").write_formula("A1", "=" + "+".join(["UE.CAC(1,2)"] * 600), None, 300)
        book.define_name("UE.CAC", f"={lambdas()['CAC'].text}")
    done = unitsheet.respell(path, new, "libreoffice")
    assert [(one.kind, one.where) for one in done.findings] == [("too long", "Model!A1")]
    assert members(new) == members(path)


def test_our_names_in_the_smallest_workbook(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1"><f>CAC(1000,8)</f><v>125</v></c></row>'
    sheet = f'<worksheet xmlns:x="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    prefixed = re.sub(r"<(/?)", r"<\1x:", sheet).encode()
    small = smallest() | {"xl/worksheets/sheet1.xml": prefixed}
    path = writer(tmp_path)(small)
    new, back = tmp_path / "new.xlsx", tmp_path / "back.xlsx"
    unitsheet.respell(path, new, "lambda")
    assert (
        '<x:f t="array" bx="0" ref="A1">UE.CAC(1000,8)</x:f>'
        in members(new)["xl/worksheets/sheet1.xml"].decode()
    )
    assert "</sheets><definedNames><definedName name=" in members(new)["xl/workbook.xml"].decode()
    unitsheet.respell(new, back, "excel")
    types = members(back).pop("[Content_Types].xml")
    assert types == b"<Types></Types>"
    assert {**members(back), "[Content_Types].xml": b"<Types/>"} == members(path)


# Files that others made


def test_a_rich_workbook_keeps_every_part(tmp_path: Path) -> None:
    path = rich_workbook(tmp_path)
    call = changed(_copy(path, tmp_path), {MODEL: replacing("<f>A1*2</f>", "<f>CAC(A1*16,B2)</f>")})
    new = tmp_path / "new.xlsm"
    done = unitsheet.respell(call, new, "lambda")
    assert (done.cells, done.clean) == (1, True)
    before, after = raw_members(call), raw_members(new)
    assert set(after) == set(before)  # the metadata of its own arrays will do
    assert {name for name in before if before[name] != after[name]} == {MODEL, "xl/workbook.xml"}
    assert '<c r="B1" s="1" cm="1"><f t="array" bx="0" ref="B1">UE.CAC(A1*16,B2)</f>' in formula(
        members(new)[MODEL], "B1"
    )
    unitsheet.respell(new, new, "excel", force=True)
    assert members(new)[MODEL] == members(call)[MODEL]


def test_real_workbooks_that_do_not_call_us_stay(corpus: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.xlsx"
    respelled = 0
    for path in sorted(corpus.rglob("*.xls[xm]"))[::6]:
        try:
            done = unitsheet.respell(path, new, "officejs", force=True)
        except FileError:
            continue
        assert (done.cells, done.others, done.findings) == (0, 0, ())
        assert raw_members(new) == raw_members(path)
        respelled += 1
    assert respelled > 40


def test_real_workbooks_come_back_as_they_were(corpus: Path, tmp_path: Path) -> None:
    """All their functions become ours, so that a call of ours stands wherever makers of files put one."""
    source, new, back = (tmp_path / f"{name}.xlsx" for name in ("source", "new", "back"))
    returned = 0
    small = [path for path in sorted(corpus.rglob("*.xls[xm]")) if path.stat().st_size < 100_000]
    for path in small[::4]:
        try:
            content = members(path)
            source.write_bytes(packed([(name, _calling(name, data)) for name, data in content.items()]))
            done = unitsheet.respell(source, new, "lambda", force=True)
            unitsheet.respell(new, new, "libreoffice", force=True)
            unitsheet.respell(new, back, "excel", force=True)
        except FileError:
            continue
        assert texts(back) == texts(source), path
        before, after = members(source), members(back)
        for name, data in before.items():
            # A shared formula comes back as one for each cell; empty lists of names are not kept.
            if _holds_formulas(name) and b't="shared"' not in data and not name.endswith("workbook.xml"):
                assert after[name] == data, f"{path} {name}"
        returned += bool(done.cells)
    assert returned > 30


def _holds_formulas(name: str) -> bool:
    return "/worksheets/sheet" in name or "/tables/" in name or name.endswith("workbook.xml")


def _calling(name: str, data: bytes) -> bytes:
    """A part with our names in place of those of all its functions."""
    if not _holds_formulas(name):
        return data
    return re.sub(
        rb"(?<![\w.])([A-Z][A-Z0-9.]+)\(", lambda name: b"CAC(" if len(name[1]) % 2 else b"LTV(", data
    )


# Other programs


def test_ironcalc_computes_the_lambda_book(tmp_path: Path) -> None:
    ironcalc = pytest.importorskip("ironcalc", reason="IronCalc is not installed")
    made = unitsheet.new(tmp_path / "kimi.xlsx", "kimi", months=24, functions="lambda")
    book = Book.open(made.path)
    model = ironcalc.load_from_xlsx(str(made.path), "en", "UTC", "en")
    wanted: dict[tuple[int, int, int], Any] = {}
    for number, sheet in enumerate(book.sheets.values()):
        for (row, column), cell in sheet.formulas.items():
            if "UE." in cell.text:
                wanted[number, row, column] = (
                    str(cell.value) if isinstance(cell.value, CellError) else cell.value
                )
            elif "INDEX(" in cell.text and "):" in cell.text:  # an area that ends in a function is beyond it
                model.set_user_input(number, row, column, repr(cell.value))
    model.evaluate()
    assert len(wanted) > 20
    for place, value in wanted.items():
        assert model.get_cell_value(*place) == (
            value if isinstance(value, str) else pytest.approx(value, rel=1e-12)
        )


@pytest.mark.parametrize("host", [*list(Host)[1:], "values"])
def test_libreoffice_opens_every_spelling(tmp_path: Path, require: Callable[..., str], host: str) -> None:
    program = require("soffice", "libreoffice")
    made = unitsheet.new(tmp_path / "kimi.xlsx", "kimi", months=12, functions=host)
    out = tmp_path / "out"
    done = subprocess.run(
        [program, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(out), str(made.path)],
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    theirs, ours = values(out / "kimi.xlsx"), values(made.path)
    # It works arrays out anew and knows no LAMBDA; whatever else it opens shows the stored values.
    numbers = [name for name, value in ours.items() if isinstance(value, float)]
    shown = [name for name in numbers if host != Host.LAMBDA or name.startswith("Inputs!")]
    assert len(shown) > 50
    # What is left over by rounding, it calls 0.
    assert all(theirs[name] == pytest.approx(ours[name], rel=1e-12, abs=1e-6) for name in shown)
    assert set(Book.open(out / "kimi.xlsx").sheets) == set(Book.open(made.path).sheets)


# What is refused


def test_refusals(spelled: Path, tmp_path: Path) -> None:
    before = spelled.read_bytes()
    with pytest.raises(FileError, match="exists already"):
        unitsheet.respell(spelled, spelled, "lambda")
    with pytest.raises(InputError, match="did you mean lambda"):
        unitsheet.respell(spelled, tmp_path / "new.xlsx", "lamda")
    with pytest.raises(FileError, match="is not there"):
        unitsheet.respell(tmp_path / "none.xlsx", tmp_path / "new.xlsx", "lambda")
    assert spelled.read_bytes() == before
    assert list(tmp_path.iterdir()) == []


# The command line


def test_respell_and_what_it_prints(spelled: Path, tmp_path: Path) -> None:
    out = tmp_path / "new.xlsx"
    result = us("respell", spelled, out, "--functions", "officejs")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "officejs, changed in 16 cells and 7 names, rules or table columns" in result.stdout
    refused(us("respell", spelled, out, "--functions", "lambda"), "exists already", "--force")
    refused(us("respell", spelled, tmp_path / "x.xlsx", "--functions", "lamda"), "did you mean lambda?")
    refused(us("respell", spelled, tmp_path / "x.xlsx"), "--functions")
    result = us("respell", spelled, out, "--functions", "lambda", "--force", "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert list(found) == [
        "file", "functions", "cells", "others", "names_written", "names_removed", "findings", "written",
    ]  # fmt: skip
    assert (found["cells"], found["names_written"]) == (15, len(lambdas()))
    assert found["findings"][0]["where"] == "Model!H1"


def test_new_in_every_spelling(tmp_path: Path) -> None:
    args = ("--company", "kimi", "--months", "12")
    made = us("new", tmp_path / "values.xlsx", *args, "--functions", "values")
    assert (made.exit_code, made.stderr) == (0, "")
    assert re.search(r"functions +values in \d\d cells", made.stdout)
    made = us("new", tmp_path / "lambda.xlsx", *args, "--functions", "Lambda")
    assert made.exit_code == int("no LAMBDA" in made.stdout)
    assert f"{len(lambdas())} LAMBDA names in the workbook" in made.stdout
    refused(us("new", tmp_path / "x.xlsx", *args, "--functions", "lambdas"), "did you mean lambda?")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lambda.xlsx", "values.xlsx"]


@pytest.mark.parametrize("command", ["new", "respell"])
def test_help_names_every_host(command: str) -> None:
    text = us(command, "--help").stdout
    assert all(re.search(rf"\b{host}\b", text) for host in Host)
