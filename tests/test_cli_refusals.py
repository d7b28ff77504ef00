"""The command line's refusals: bad input is one sentence and changes nothing; what goes wrong inside."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from commandline import contents, refused, us

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

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
