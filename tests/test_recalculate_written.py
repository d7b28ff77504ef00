"""What recalculation reports as JSON and writes: nothing unless asked, and cached values only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from recalculations import JSON_KEYS, Result

from engine.errors import FileError
from workbook.book import Book
from workbook.engines.embedded import EmbeddedEngine
from workbook.recalculate import recalculate
from workbook.references import parse_cell


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("My sheet")
    sheet.write_number("A1", 1)
    sheet.write_formula("A2", "=A1+1", None, 0)
    sheet.write_formula("A3", "=1/0", None, 0)
    sheet.write_formula("A4", "=A3", None, 0)
    sheet.write_formula("A5", "=NoSuch(1)", None, 3)
    workbook.close()
    return path


def test_json_is_as_promised(small: Path, engine: EmbeddedEngine) -> None:
    done = recalculate(small, engine)
    found = json.loads(json.dumps(done.as_json()))
    assert list(found) == JSON_KEYS
    assert found["seconds"] > 0
    assert found["engine"].startswith("formualizer 0.")
    assert {k: v for k, v in found.items() if k not in ("seconds", "engine")} == {
        "file": str(small),
        "formulas": 4,
        "evaluated": 3,
        "errors": {"#DIV/0!": {"count": 2, "cells": ["'My sheet'!A3", "'My sheet'!A4"]}},
        "findings": [
            {
                "kind": "not calculated",
                "where": "'My sheet'!A5",
                "message": "the formula uses NOSUCH, which cannot be calculated here; "
                "its stored value is kept",
            }
        ],
        "written": None,
    }


def test_nothing_is_written_unless_asked(small: Path, engine: EmbeddedEngine) -> None:
    before = small.read_bytes()
    done = recalculate(small, engine)
    assert (done.written, small.read_bytes()) == (None, before)
    assert list(small.parent.iterdir()) == [small]


def test_out_leaves_the_input_alone(small: Path, engine: EmbeddedEngine, tmp_path: Path) -> None:
    before, out = small.read_bytes(), tmp_path / "out.xlsx"
    assert recalculate(small, engine, out=out).written == str(out)
    assert small.read_bytes() == before
    assert Result(out, recalculate(out, engine))["A2"] == 2.0
    with pytest.raises(FileError, match="exists already: use --force"):
        recalculate(small, engine, out=out)
    assert recalculate(small, engine, out=out, force=True).written == str(out)


def test_in_place_or_out_not_both(small: Path, engine: EmbeddedEngine, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="not both"):
        recalculate(small, engine, out=tmp_path / "out.xlsx", in_place=True)


def test_a_second_recalculation_changes_no_byte(small: Path, engine: EmbeddedEngine) -> None:
    recalculate(small, engine, in_place=True)
    once = small.read_bytes()
    recalculate(small, engine, in_place=True)
    assert small.read_bytes() == once


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbook.target.os.replace", replace)


@pytest.mark.usefixtures("failing")
def test_a_failure_while_writing_leaves_the_file_as_it_was(small: Path, engine: EmbeddedEngine) -> None:
    before = small.read_bytes()
    with pytest.raises(FileError, match="disk is full"):
        recalculate(small, engine, in_place=True)
    assert small.read_bytes() == before
    assert list(small.parent.iterdir()) == [small]


def test_only_cached_values_change(small: Path, engine: EmbeddedEngine) -> None:
    before = Book.open(small)
    recalculate(small, engine, in_place=True)
    after = Book.open(small)
    old, new = before.sheets["My sheet"], after.sheets["My sheet"]
    assert [(p, c.text, c.kind) for p, c in old.formulas.items()] == [
        (p, c.text, c.kind) for p, c in new.formulas.items()
    ]
    assert old.values == new.values
    assert new.formulas[parse_cell("A2")].value == 2.0
