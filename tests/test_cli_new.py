"""`unitsheet new` and `unitsheet demo`: workbooks that show numbers, and none where that fails."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from commandline import contents, refused, us

import unitsheet
from workbook.company_tab import tab_name

Run = Callable[..., subprocess.CompletedProcess[str]]


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
