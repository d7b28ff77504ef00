"""`unitsheet get` and `unitsheet recalc`: what they print, write and answer as exit code."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from commandline import contents, refused, us
from recalculations import JSON_KEYS

import unitsheet

# get


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
    assert list(one) == JSON_KEYS
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
