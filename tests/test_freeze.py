"""Workbooks frozen for mailing: values in place of our functions, and everything else as it was."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import xlsxwriter
from commandline import refused, us
from recalculations import JSON_KEYS
from smallbook import MAIN
from spelledbook import MODEL, changed, formula, members, replacing, spelled_workbook, texts, values

import unitsheet
from engine.errors import FileError
from engine.registry import functions
from udfs.lambdas import lambdas
from workbook.book import Book
from workbook.our_names import OurNames
from workbook.spelling import Speller


@pytest.fixture(scope="module")
def spelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = spelled_workbook(tmp_path_factory.mktemp("spelled") / "excel.xlsx")
    unitsheet.recalculate(path, in_place=True)
    return path


@pytest.fixture
def frozen(spelled: Path, tmp_path: Path) -> Path:
    unitsheet.freeze(spelled, tmp_path / "frozen.xlsx")
    return tmp_path / "frozen.xlsx"


def calls(path: Path) -> list[str]:
    """The cells that call a function of ours."""
    speller = Speller(OurNames(functions()))
    return [cell for cell, text in texts(path).items() if speller.called(text)]


def test_what_calls_us_is_a_value_and_the_rest_stays(spelled: Path, frozen: Path) -> None:
    assert texts(frozen) == {"Model!C4": "SUM(A1:A3)"}
    assert values(frozen) == values(spelled)
    sheet = members(frozen)[MODEL]
    assert formula(sheet, "C1") == '<c r="C1" s="1"><v>125</v></c>'
    assert formula(sheet, "C6") == '<c r="C6" t="str"><v>125x</v></c>'
    assert formula(sheet, "H1") == '<c r="H1" t="e"><v>#NUM!</v></c>'
    assert [formula(sheet, f"F{row}") for row in (1, 2, 3)] == [
        '<c r="F1"><v>125</v></c>', '<c r="F2"><v>300</v></c>', '<c r="F3"><v>200</v></c>',
    ]  # fmt: skip
    assert formula(sheet, "E2") == '<c r="E2"><v>300</v></c>'
    before, after = members(spelled), members(frozen)
    assert set(before) - set(after) == {"xl/metadata.xml"}  # no array is left that needs it
    pointing = {"[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
    touched = {name for name in after if after[name] != before[name]}
    assert touched - pointing == {MODEL, "xl/worksheets/sheet2.xml", "xl/tables/table1.xml"}


def test_formulas_that_only_depend_on_such_cells_stay(tmp_path: Path) -> None:
    path, new = tmp_path / "book.xlsx", tmp_path / "new.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Model")
        sheet.write_row("A1", [1000, 8])
        sheet.write_formula("C1", "=CAC(A1,B1)", None, 1)
        sheet.write_formula("D1", '=IF(C1>100,C1*2,"CAC(")', None, 2)
        sheet.write_formula("E1", "=CAC(A1,B1)>100", None, False)
    done = unitsheet.freeze(path, new)
    assert (done.cells, done.findings, done.clean) == (2, (), True)
    assert (done.file, done.written, done.recalculation.written) == (str(path), str(new), str(new))
    assert texts(new) == {"Model!D1": 'IF(C1>100,C1*2,"CAC(")'}
    assert values(new) == {
        "Model!A1": 1000.0, "Model!B1": 8.0, "Model!C1": 125.0, "Model!D1": 250.0, "Model!E1": True,
    }  # fmt: skip
    again = tmp_path / "again.xlsx"
    assert unitsheet.freeze(new, again).cells == 0
    assert members(again) == members(new)


def test_tables_fill_their_columns_with_us_no_more(frozen: Path) -> None:
    table = members(frozen)["xl/tables/table1.xml"].decode()
    assert '<tableColumn id="3" name="each"></tableColumn>' in table


def test_what_cannot_be_a_value_is_a_finding(spelled: Path, tmp_path: Path) -> None:
    done = unitsheet.freeze(spelled, tmp_path / "frozen.xlsx")
    assert done.cells == 17
    found = [(one.kind, one.where) for one in done.findings]
    assert found == [("not frozen", "a rule of Model")] * 4 + [("not frozen", "the name gross")]
    assert done.findings[0].message == "the formula calls CAC and stands in no cell; it stays as it is"
    assert not done.clean


def test_a_formula_that_cannot_be_worked_out_stays(tmp_path: Path) -> None:
    path, new = tmp_path / "book.xlsx", tmp_path / "new.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Model")
        sheet.write_formula("A1", "=CAC(STOCKHISTORY(1),8)", None, 125)
        sheet.write_formula("A2", "=CAC(A1,1)", None, 1)
        sheet.write_formula("A3", "=UE.LTV(1,2,3)", None, 1)
        for name in ("CAC", "LTV"):
            book.define_name(f"UE.{name}", f"={lambdas()[name].text}")
    done = unitsheet.freeze(path, new)
    assert [(one.where, one.message) for one in done.findings] == [
        ("Model!A1", "the formula calls CAC and could not be worked out; it stays as it is")
    ]
    assert texts(new) == {"Model!A1": "CAC(STOCKHISTORY(1),8)"}
    assert values(new)["Model!A2"] == 125.0
    assert (done.cells, done.names_removed) == (2, 1)
    assert [name.name for name in Book.open(new).package.defined_names] == ["UE.CAC"]


def test_calls_through_names(tmp_path: Path) -> None:
    path, new = tmp_path / "book.xlsx", tmp_path / "new.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Model")
        book.define_name("each", "=CAC(Model!$B$1,Model!$B$2)")
        book.define_name("both", "=each*2")
        book.define_name("plain", "=Model!$B$1")
        sheet.write_column("B1", [1000, 8])
        for row, text in enumerate(("=both+1", "=EACH", "=plain*2", '="each"&B1', "=each2+0"), start=1):
            sheet.write_formula(f"A{row}", text, None, 0)
    done = unitsheet.freeze(path, new)
    assert set(texts(new)) == {"Model!A3", "Model!A4", "Model!A5"}
    assert (values(new)["Model!A1"], values(new)["Model!A2"]) == (251.0, 125.0)
    assert [one.where for one in done.findings] == ["the name both", "the name each"]


@pytest.mark.parametrize("host", ["officejs", "lambda", "libreoffice"])
def test_every_spelling_freezes_alike(spelled: Path, frozen: Path, tmp_path: Path, host: str) -> None:
    path, new = tmp_path / "other.xlsx", tmp_path / "new.xlsx"
    unitsheet.respell(spelled, path, host)
    done = unitsheet.freeze(path, new)
    assert (texts(new), values(new)) == (texts(frozen), values(frozen))
    assert (
        members(new)[MODEL].partition(b"</sheetData>")[0]
        == members(frozen)[MODEL].partition(b"</sheetData>")[0]
    )
    # The rules go on calling CAC.
    left = ["UE.CAC"] if host == "lambda" else []
    assert [one.name for one in Book.open(new).package.defined_names if one.name.startswith("UE.")] == left
    assert done.names_removed == (len(lambdas()) - 1 if host == "lambda" else 0)


def test_shared_and_volatile_formulas(spelled: Path, tmp_path: Path) -> None:
    def as_excel_does(xml: str) -> str:
        xml = xml.replace('<c r="F2"><v>300</v></c>', '<c r="F2"><f ca="1"/><v>300</v></c>')
        old = formula(xml, "C4")
        shared = '<c r="D4"><f t="shared" ref="D4:D4" si="0">CAC(A1,B1)</f><v>125</v></c>'
        return xml.replace(old, old + shared)

    path = changed(_copy(spelled, tmp_path), {MODEL: as_excel_does})
    new = tmp_path / "new.xlsx"
    unitsheet.freeze(path, new)
    sheet = members(new)[MODEL]
    assert formula(sheet, "F2") == '<c r="F2"><v>300</v></c>'
    assert formula(sheet, "D4") == '<c r="D4"><v>125</v></c>'


def test_the_list_of_formulas_goes(spelled: Path, tmp_path: Path) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/></Relationships>'
    path = changed(
        _copy(spelled, tmp_path),
        {"xl/_rels/workbook.xml.rels": replacing("</Relationships>", relation)},
        {"xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="C1" i="1"/></calcChain>'},
    )
    new = tmp_path / "new.xlsx"
    unitsheet.freeze(path, new)
    assert not [name for name, data in members(new).items() if b"calcChain" in data or "calcChain" in name]


def _copy(path: Path, folder: Path) -> Path:
    copy = folder / "copy.xlsx"
    copy.write_bytes(path.read_bytes())
    return copy


def test_a_new_workbook_of_values(tmp_path: Path) -> None:
    excel = unitsheet.new(tmp_path / "excel.xlsx", "kimi", months=24)
    made = unitsheet.new(tmp_path / "values.xlsx", "kimi", months=24, functions="values")
    assert made.clean
    assert len(calls(excel.path)) > 20
    assert calls(made.path) == []
    assert values(made.path) == values(excel.path)
    assert len(texts(made.path)) == len(texts(excel.path)) - len(calls(excel.path))
    assert made.recalculation.file == made.recalculation.written == str(tmp_path / "values.xlsx")
    recalculated = unitsheet.recalculate(made.path, in_place=True)
    assert recalculated.clean
    assert values(made.path) == values(excel.path)
    assert not re.search(rb"calcChain|sheetMetadata", members(made.path)["[Content_Types].xml"])


def test_a_frozen_lambda_book_is_like_one_that_never_had_any(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.xlsx" for name in ("excel", "lambda", "one", "two")]
    unitsheet.new(paths[0], "kimi", months=24)
    unitsheet.respell(paths[0], paths[1], "lambda")
    unitsheet.freeze(paths[0], paths[2])
    unitsheet.freeze(paths[1], paths[3])
    assert members(paths[3]) == members(paths[2])


def test_refusals(spelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileError, match="exists already"):
        unitsheet.freeze(spelled, spelled)

    def broken(*_: object) -> None:
        raise FileError("the engine gave up")

    monkeypatch.setattr("workbook.engines.embedded.EmbeddedEngine.evaluate", broken)
    with pytest.raises(FileError, match="gave up"):
        unitsheet.freeze(spelled, tmp_path / "new.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_freeze_and_what_it_prints(spelled: Path, tmp_path: Path) -> None:
    made, out = tmp_path / "lambda.xlsx", tmp_path / "new.xlsx"
    unitsheet.new(made, "kimi", months=12, functions="lambda")
    result = us("freeze", made, out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.search(
        rf"functions +values in \d\d cells, {len(lambdas())} LAMBDA names taken out", result.stdout
    )
    refused(us("freeze", made, out), "exists already", "--force")
    result = us("freeze", spelled, out, "--force", "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert list(found) == ["file", "cells", "names_removed", "findings", "recalculation", "written"]
    assert [one["kind"] for one in found["findings"]] == ["not frozen"] * 5
    assert list(found["recalculation"]) == JSON_KEYS
