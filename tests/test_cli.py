"""The command line: what it prints, its exit codes, that bad input is one sentence and changes nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.workbook.defined_name import DefinedName

import unitsheet
from engine.registry import functions
from unitsheet.cli import COMMANDS, main
from unitsheet.figures import compact, exact
from unitsheet.spelling import command_text, formula_text, spell
from workbook.company_tab import tab_name

Run = Callable[..., subprocess.CompletedProcess[str]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def us(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(result: Result, *words: str, code: int = 2) -> None:
    """One sentence on stderr, nothing on stdout, and every word in the sentence."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook that is calculated: a name, a function of ours, a formula that errs, an #N/A."""
    path = tmp_path_factory.mktemp("cli") / "book.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "One"
    sheet.append([60, 30, 0.6])
    sheet["A2"] = "=PAYBACK(A1,B1,C1)"
    sheet["B2"] = "=PAYBACK(A1,B1,-1)"
    book.defined_names["months"] = DefinedName("months", attr_text="One!$A$2")
    book.save(path)
    unitsheet.recalculate(path, in_place=True)
    return path


@pytest.fixture
def book(workbook: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(workbook, tmp_path / "book.xlsx"))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A workbook with a formula that no program has calculated yet, and one that fails."""
    path = tmp_path / "raw.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = "=1+1", "=1/0"
    book.save(path)
    return path


# Bad input


def bomb() -> bytes:
    return zipped({"xl/workbook.xml": b"\0" * (32 << 20)})


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


BAD_FILES = {
    "text.xlsx": (b"cac,ltv\n1,2\n", "no workbook"),
    "empty.xlsx": (b"", "empty"),
    "encrypted.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "old.xls": (OLE + "Workbook".encode("utf-16-le") + b"\0\0", ".xls"),
    "binary.xlsb": (zipped({"xl/workbook.bin": b""}), ".xlsb"),
    "photos.zip": (zipped({"photo.jpg": b"x"}), "no workbook"),
    "bomb.xlsx": (bomb(), "times its size"),
}


@pytest.mark.parametrize("command", ["recalc", "get"])
@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_workbook(tmp_path: Path, name: str, command: str) -> None:
    content, word = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    before = contents(tmp_path)
    more = "--in-place" if command == "recalc" else "A1"
    refused(us(command, tmp_path / name, more), str(tmp_path / name), word)
    assert contents(tmp_path) == before


def test_a_truncated_workbook(book: Path) -> None:
    book.write_bytes(book.read_bytes()[:3000])
    before = contents(book.parent)
    refused(us("recalc", book, "--in-place"), str(book), "damaged")
    assert contents(book.parent) == before


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    refused(us("recalc", tmp_path / "nope.xlsx"), "nope.xlsx is not there")
    refused(us("recalc", tmp_path), "folder")
    refused(us("get", tmp_path / "nope.xlsx", "A1"), "nope.xlsx is not there")
    assert contents(tmp_path) == {}


def test_a_read_only_target(book: Path) -> None:
    book.chmod(0o444)
    before = contents(book.parent)
    refused(us("recalc", book, "--in-place"), "read-only")
    refused(us("new", book, "--company", "kimi", "--force"), "read-only")
    assert contents(book.parent) == before


@pytest.mark.parametrize("lock", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_a_workbook_that_is_open_elsewhere(book: Path, lock: str) -> None:
    (book.parent / lock).write_text("someone")
    before = contents(book.parent)
    refused(us("recalc", book, "--in-place"), "open in another program")
    refused(us("new", book, "--company", "kimi", "--force"), "open in another program")
    assert contents(book.parent) == before


def test_output_that_exists_needs_force(book: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    other.write_bytes(b"mine")
    before = contents(tmp_path)
    refused(us("recalc", book, "--out", other), "--force")
    refused(us("new", other, "--company", "kimi"), "--force")
    refused(us("demo", "--out", other), "--force")
    assert contents(tmp_path) == before
    assert us("recalc", book, "--out", other, "--force").exit_code == 0
    assert zipfile.is_zipfile(other)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["new", "out.xlsx", "--company", "kimmi"], ["'kimmi'", "did you mean kimi?"]),
        (["companies", "duobao"], ["did you mean doubao?"]),
        (["companies", "nope.toml"], ["nope.toml", "cannot be read"]),
        (["functions", "PAYBAK"], ["did you mean PAYBACK?"]),
        (["calc", "ltv_cca", "1", "2"], ["did you mean LTV_CAC?"]),
        (["new", "out.xlsx", "--company", "kimi", "--scenario", "bul"], ["'bul'", "did you mean bull?"]),
        (["demo", "--out", "out.xlsx", "--scenario", "worst"], ["there are", "bear", "base", "bull"]),
        (["new", "out.xlsx", "--company", "kimi", "--months", "11"], ["12 to 120 months, not 11"]),
        (["new", "out.xlsx", "--company", "kimi", "--months", "many"], ["'many'"]),
        (["new", "out.xlsx", "--company", "kimi", "--start", "2024-13"], ["2024-13"]),
        (["new", "out.xlsx", "--company", "kimi", "--company", "kimi"], ["kimi is given twice"]),
        (["new", "out.xls", "--company", "kimi"], [".xlsx"]),
        (["new", "no/out.xlsx", "--company", "kimi"], ["folder"]),
        (["new", "out.xlsx"], ["--company", "--all"]),
        (["new", "out.xlsx", "--all", "--company", "kimi"], ["not both"]),
        (["recal"], ["did you mean recalc?"]),
        (["recalc"], ["FILE"]),
        (["recalc", "a.xlsx", "--in-plce"], ["--in-plce", "--in-place"]),
        (["recalc", "a.xlsx", "--in-place", "--out", "b.xlsx"], ["not both"]),
        (["recalc", "a.xlsx", "b.xlsx", "--out", "b.xlsx"], ["must be a folder"]),
        (["functions", "--format", "xml"], ["'xml'", "json"]),
        (["calc", "PAYBACK", "--margn", "0.6"], ["--margn", "--margin"]),
    ],
)  # fmt: skip
def test_wrong_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    refused(us(*args), *words)
    assert contents(tmp_path) == {}


def test_an_unknown_name_sheet_or_cell(book: Path) -> None:
    refused(us("get", book, "mnths"), "did you mean months?")
    refused(us("get", book, "Onne!A1"), "'Onne'", "One")
    refused(us("get", book, "one!a0"), "one!a0")


def test_a_company_file_with_mistakes_lists_them_all(tmp_path: Path) -> None:
    toml = tmp_path / "mine.toml"
    toml.write_text(
        '[company]\nid = "mine"\nname = "Mine"\ncurrency = "CNY"\n[figures]\n'
        'cpa = { value = 10, unit = "users", basis = "illustrative" }\n'
        'opening_mau = { value = -5, unit = "users", basis = "illustrative" }\n'
    )
    before = contents(tmp_path)
    result = us("new", tmp_path / "out.xlsx", "--company", toml)
    assert result.exit_code == 2
    assert result.stdout == ""
    first, second = result.stderr.splitlines()
    assert first.startswith(f"{toml}:6: figures.cpa")
    assert "CNY/user" in first
    assert second.startswith(f"{toml}:7: figures.opening_mau")
    assert "negative" in second
    assert contents(tmp_path) == before


# What goes wrong inside


def test_an_unexpected_error_is_a_sentence_and_a_traceback_only_under_debug(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of our own making")

    monkeypatch.setattr("workbook.book.Book.open", broken)
    refused(us("get", book, "A1"), "unexpected error ZeroDivisionError: of our own making", "--debug")
    for result in (us("--debug", "get", book, "A1"), us("get", book, "A1", "--debug")):
        assert result.exit_code == 2
        assert "Traceback" in result.stderr
        assert "in broken" in result.stderr


def test_interrupting_says_stopped(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("workbook.book.Book.open", interrupted)
    result = us("get", book, "A1")
    assert result.exit_code == 130
    assert result.stderr.strip() == "stopped"


@pytest.mark.parametrize(
    ("args", "code"), [(["functions"], 0), (["companies"], 0), (["recalc", "raw.xlsx"], 1)]
)
def test_a_reader_that_goes_away_is_no_error(
    raw: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], code: int
) -> None:
    monkeypatch.chdir(raw.parent)
    command = [sys.executable, "-c", "from unitsheet.cli import main; main()", *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait() == code


# calc


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("PAYBACK --cac 60 --arpu 30 --margin 0.6", "3.33333333333333 months"),
        ("payback 60 30 0.6", "3.33333333333333 months"),
        ("PAYBACK 60 30 --method simple", "2 months"),
        ("PAYBACK 60 30 --method=SIMPLE", "2 months"),
        ("LTV_CAC -20 25", "-0.8"),
        ("LTV_CAC --ltv -20 --cac 25", "-0.8"),
        ("RUNWAY_PATH 100 30,-40,500", "2.22 months"),
        ("RUNWAY_PATH 100 -30,40,500", "2.18 months"),
        ("CAC_STAGE 10 0.8 0.5", "25 money/user"),
        ("CAC_STAGE --cost-per-top 10 --rate 0.8 --rate 0.5", "25 money/user"),
        ("CAC_STAGE --cost_per_top 10 --rate 80% --rate 0.5", "25 money/user"),
        ("CONTRIBUTION 1.25 0.5 0.25 margin", "0.4"),
        ("GPU_COST_PER_MAU --bill 1000 --mau 50", "20 money/user/month"),
        ("COHORT_ACTIVE 100,200,300 1,0.5,0.3", "100, 250, 430 users"),
        ("CPA 100,200 4,5", "25, 40 money/action"),
        ("CPA 1e6 3", "333333.333333333 money/action"),
    ],
)
def test_calc(line: str, text: str) -> None:
    result = us("calc", *line.split())
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == text
    assert result.stderr == ""


@pytest.mark.parametrize("name", functions())
def test_the_example_that_help_shows_gives_what_help_says(name: str) -> None:
    function = functions()[name]
    example = function.examples[0]
    line = command_text(function, example.args)
    result = us("calc", *line.split(), "--format", "json")
    assert json.loads(result.stdout)["value"] == pytest.approx(example.result, rel=1e-9)
    shown = " ".join(us("calc", name, "--help").stdout.split())
    assert f"unitsheet calc {line}" in shown
    assert formula_text(function, example.args) in shown
    for argument in function.arguments:
        assert f"--{argument.replace('_', '-')}" in shown


def test_no_argument_is_called_like_an_option_of_calc() -> None:
    taken = {"values", "form", "format", "help", "h", "debug"}
    for function in functions().values():
        names = {*function.arguments, *(getattr(one, "alias", "") for one in function.arguments.values())}
        assert not names & taken


def test_an_answer_that_does_not_exist_is_exit_1_and_wrong_arguments_exit_2() -> None:
    refused(us("calc", "PAYBACK", "60", "30", "-0.2"), "#N/A PAYBACK: the customer brings in nothing", code=1)
    refused(us("calc", "CPA", "1", "0"), "#DIV/0! CPA: ", code=1)
    refused(us("calc", "CPA", "x", "2"), "#VALUE! CPA: spend must be a number, not the text 'x'")
    refused(us("calc", "CPA", "1"), "#VALUE! CPA: actions is missing")
    refused(us("calc", "CPA", "1", "2", "3"), "#VALUE! CPA: there are 3 arguments")
    refused(us("calc", "CPA", "1", "--spend", "2"), "spend is given twice")
    refused(us("calc", "CPA", "1", "--actions", "2", "--actions", "3"), "actions is given twice")
    refused(us("calc", "PAYBACK", "60", "30", "--method", "quick"), "method must be one of margin")
    refused(us("calc", "CPA", "1,000", "2"), "write 1000")


def test_calc_as_json() -> None:
    good = json.loads(us("calc", "PAYBACK", "60", "30", "--margin", "0.6", "--format", "json").stdout)
    assert good == {
        "function": "PAYBACK",
        "arguments": {"cac": 60, "arpu": 30, "margin": 0.6},
        "unit": "months",
        "cautions": [],
        "value": 60 / (30 * 0.6),
    }
    result = us("calc", "PAYBACK", "60", "30", "-0.2", "--format", "json")
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert (error["kind"], error["argument"]) == ("#N/A", "arpu")
    assert error["sentence"] in result.stderr


def test_a_list_keeps_its_good_rows() -> None:
    result = us("calc", "CPA", "100,200", "0,5")
    assert result.exit_code == 1
    assert result.stdout.strip() == "#DIV/0!, 40 money/action"
    assert result.stderr.startswith("#DIV/0! CPA: element 1: ")
    listed = json.loads(us("calc", "CPA", "100,200", "0,5", "--format", "json").stdout)
    assert listed["value"] == [None, 40]
    assert [(error["element"], error["kind"]) for error in listed["errors"]] == [(1, "#DIV/0!")]


def test_a_caution_goes_to_stderr() -> None:
    result = us("calc", "COHORT_ACTIVE", "100,200", "1")
    assert result.exit_code == 0
    assert result.stdout.strip() == "100, 200 users"
    assert "shorter" in result.stderr


# functions, companies, get


def test_functions_lists_all_and_explains_each() -> None:
    listing = us("functions").stdout
    for function in functions().values():
        assert function.summary.split()[0] in listing
        page = " ".join(us("functions", function.name.lower()).stdout.split())
        for _, _, sentence in function.errors:
            assert " ".join(sentence.split()) in page
        for example in function.examples:
            assert formula_text(function, example.args) in page
    assert {one["name"] for one in json.loads(us("functions", "--format", "json").stdout)} == set(functions())
    payback = json.loads(us("functions", "PAYBACK", "--format", "json").stdout)
    assert payback["unit"] == "months"
    assert payback["arguments"][2]["optional"] is True
    assert payback["examples"][0]["formula"] == '=PAYBACK(60,30,0.6,0.1,,"churn")'


def test_formula_text() -> None:
    function = functions()["PAYBACK"]
    assert formula_text(function, (60, 30, None, None, None, "simple")) == '=PAYBACK(60,30,,,,"simple")'
    assert formula_text(function, (60, 30, 0.6, None, None)) == "=PAYBACK(60,30,0.6)"
    assert spell([1, 0.5]) == "{1,0.5}"
    assert spell([[1, 2], [3, 4]]) == "{1,2;3,4}"
    assert spell('say "x"') == '"say ""x"""'
    assert spell(1e-7) == "1E-07"
    assert spell(608e9) == "608000000000"


def test_companies() -> None:
    listing = us("companies").stdout
    known = json.loads(us("companies", "--format", "json").stdout)
    assert len(known) == len(unitsheet.companies())
    assert all(one["id"] in listing and sum(one["bases"].values()) for one in known)
    page = us("companies", "kimi").stdout
    kimi = json.loads(us("companies", "kimi", "--format", "json").stdout)
    assert {figure["key"] for figure in kimi["figures"]} == set(unitsheet.company("kimi").figures)
    assert all(figure["key"] in page for figure in kimi["figures"])
    assert any(figure["disputed"] and "F000-07" in figure["facts"] for figure in kimi["figures"])


def test_get(book: Path) -> None:
    assert us("get", book, "months").stdout == "3.33333333333333\n"
    assert us("get", book, "One!A1:C1").stdout == "60\t30\t0.6\n"
    assert us("get", book, "A1", "B2").stdout == "A1\t60\nB2\t#N/A\n"
    found = json.loads(us("get", book, "months", "A1:C2", "--format", "json").stdout)
    assert found == {"months": 60 / 18, "A1:C2": [[60, 30, 0.6], [60 / 18, {"error": "#N/A"}, None]]}


def test_get_of_a_formula_that_was_never_calculated(raw: Path) -> None:
    refused(us("get", raw, "A1"), "Sheet!A1", "recalc", code=1)
    with pytest.raises(unitsheet.NotCalculatedError):
        unitsheet.get(raw, "A1")


# recalc


def test_recalc_reports_and_writes_nothing_unless_asked(raw: Path) -> None:
    before = contents(raw.parent)
    result = us("recalc", raw)
    assert result.exit_code == 1
    assert "#DIV/0! 1: Sheet!B1" in result.stdout
    assert "nothing" in result.stdout
    assert contents(raw.parent) == before


def test_recalc_as_json(raw: Path, book: Path, tmp_path: Path) -> None:
    one = json.loads(us("recalc", raw, "--format", "json").stdout)
    assert list(one) == [
        "file",
        "engine",
        "formulas",
        "evaluated",
        "seconds",
        "errors",
        "findings",
        "written",
    ]
    assert one["errors"] == {"#DIV/0!": {"count": 1, "cells": ["Sheet!B1"]}}
    assert one["written"] is None
    result = us("recalc", raw, tmp_path / "nope.xlsx", book, "--format", "json")
    assert result.exit_code == 2
    first, missing, last = json.loads(result.stdout)
    assert first["file"] == str(raw)
    assert "is not there" in missing["error"]
    assert last["errors"]["#N/A"]["cells"] == ["One!B2"]
    assert result.stderr.count("\n") == 1


def test_recalc_writes_in_place_or_elsewhere(raw: Path, book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    assert us("recalc", raw, book, "--out", folder, "--quiet").exit_code == 1
    assert us("get", folder / "raw.xlsx", "A1").stdout == "2\n"
    assert (folder / "book.xlsx").exists()
    assert us("recalc", raw, "--out", folder).exit_code == 2
    assert us("recalc", raw, "--in-place").exit_code == 1
    assert us("get", raw, "A1").stdout == "2\n"
    refused(us("recalc", raw, folder / "raw.xlsx", "--out", tmp_path), "two of the files are called raw.xlsx")


def test_quiet_says_nothing_of_a_clean_file(book: Path) -> None:
    result = us("recalc", book, "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_findings_that_are_alike_are_grouped(tmp_path: Path) -> None:
    path = tmp_path / "alike.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(1, 21):
        sheet.cell(row, 1, "=NO_SUCH_FUNCTION(1)")
    book.save(path)
    result = us("recalc", path)
    assert result.exit_code == 1
    assert "20: Sheet!A1, Sheet!A2, Sheet!A3, Sheet!A4, Sheet!A5 and 15 more" in " ".join(
        result.stdout.split()
    )


# new, demo


def test_new_makes_a_workbook_that_shows_numbers(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    result = us(
        "new", path, "--company", "kimi", "--company", "ai-education", "--months", "24", "--start", "2025-07"
    )
    assert result.exit_code == 0, result.stderr
    assert us("get", path, "master_check").stdout == "1\n"
    assert float(us("get", path, "ai_education_cac_paid").stdout) > 0
    assert [file.name for file in tmp_path.iterdir()] == ["out.xlsx"]
    values = openpyxl.load_workbook(path, data_only=True)
    assert all(cell.value is not None for cell in values["Checks"]["A"][:1])
    again = us("recalc", path, "--format", "json")
    assert set(json.loads(again.stdout)["errors"]) <= {"#N/A"}


def test_new_from_a_file_of_ones_own(tmp_path: Path) -> None:
    toml = tmp_path / "mine.toml"
    toml.write_text('[company]\nid = "my-app"\nname = "Mine"\ncurrency = "USD"\n')
    result = us("new", tmp_path / "out.xlsx", "--company", toml, "--months", "12", "--scenario", "bear")
    assert result.exit_code == 0, result.stderr
    assert us("get", tmp_path / "out.xlsx", "my_app_mau").exit_code == 0


def test_a_recalculation_that_fails_leaves_no_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise unitsheet.FileError("the disk is full")

    monkeypatch.setattr("workbook.engines.embedded.EmbeddedEngine.evaluate", broken)
    refused(us("new", tmp_path / "out.xlsx", "--company", "kimi", "--months", "12"), "the disk is full")
    assert contents(tmp_path) == {}


def test_demo(tmp_path: Path, python: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    (tmp_path / "unitsheet-demo.xlsx").write_bytes(b"of an earlier run")
    done = python("-m", "unitsheet", "demo", "--months", "12", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert zipfile.is_zipfile(tmp_path / "unitsheet-demo.xlsx")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 120
    lines = done.stdout.splitlines()
    for company in unitsheet.companies().values():
        name = tab_name(company)
        row = next(line for line in lines if line.startswith(name))
        assert "base" in row
        assert company.currency in row
    assert any("never" in line for line in lines)
    assert "Error cells    0" in lines
    assert "Master check   1: all checks hold" in lines
    monkeypatch.setenv("COLUMNS", "80")
    narrow = python("-m", "unitsheet", "demo", "--months", "12", cwd=tmp_path)
    assert max(map(len, narrow.stdout.splitlines())) <= 80


def test_demo_as_json(tmp_path: Path) -> None:
    path = tmp_path / "demo.xlsx"
    result = us("demo", "--out", path, "--months", "12", "--scenario", "bull", "--format", "json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["master_check"] == 1
    assert {row["company"] for row in found["companies"]} == set(unitsheet.companies())
    assert all(row["scenario"] == "bull" for row in found["companies"])
    assert set(found["recalculation"]["errors"]) <= {"#N/A"}
    kimi = next(row for row in found["companies"] if row["company"] == "kimi")
    assert kimi["mau"]["value"] == unitsheet.get(path, "kimi_mau")
    assert kimi["mau"]["basis"] == "third party"
    if os.name == "posix":
        assert path.stat().st_mode & 0o400


# Help and figures


def test_help_and_version() -> None:
    shown = us("--help").stdout
    assert all(command in shown for command in COMMANDS)
    for command in COMMANDS:
        assert us(command, "--help").exit_code == 0
    assert us("--version").stdout.startswith("unitsheet ")
    assert us().exit_code == 2


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0.00"),
        (0.072, "0.072"),
        (0.0999, "0.10"),
        (-1.1, "-1.10"),
        (21.3, "21.30"),
        (99.99, "100"),
        (999.7, "1,000"),
        (9_999.4, "9,999"),
        (9_999.6, "10.0k"),
        (850_000.0, "850k"),
        (999_499.0, "999k"),
        (999_600.0, "1.0m"),
        (4e6, "4.0m"),
        (-75.04e6, "-75.0m"),
        (1.2e9, "1.2bn"),
        (3.5e12, "3.5tn"),
    ],
)
def test_compact(number: float, text: str) -> None:
    assert compact(number) == text


def test_exact() -> None:
    assert [exact(x) for x in (0.1 + 0.2, 15e6, -0.0, 1 / 3)] == ["0.3", "15000000", "0", "0.333333333333333"]
