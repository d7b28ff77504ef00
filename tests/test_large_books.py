"""Large workbooks: taken in by parts, formulas kept once, nothing left in memory of one that was built."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from openpyxl import Workbook

import unitsheet
from workbook import build as building
from workbook.book import Book
from workbook.companies import company
from workbook.engines import loading
from workbook.engines.told import Told


def test_a_workbook_taken_in_by_parts_comes_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, parts = tmp_path / "whole.xlsx", tmp_path / "parts.xlsx"
    building.build(whole, [company("kimi")], months=12)
    parts.write_bytes(whole.read_bytes())
    unitsheet.recalculate(whole, in_place=True)
    monkeypatch.setattr(loading, "_PART", 500)
    result = unitsheet.recalculate(parts, in_place=True)
    assert result.clean
    assert parts.read_bytes() == whole.read_bytes()


def test_what_the_engine_was_told_is_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "told.xlsx"
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A2"] = "=1+1", "=A1*2"
    book.save(path)
    told = Told(Book.open(path))
    first, second, elsewhere = ("Sheet", (1, 1)), ("Sheet", (2, 1)), ("scratch", (1, 1))
    told[first], told[second], told[elsewhere] = "=1+1", "=A1*3", "=9"
    assert dict(told) == {first: "=1+1", second: "=A1*3", elsewhere: "=9"}
    del told[first]
    assert first not in told
    assert len(told) == len({second, elsewhere})


def test_a_built_workbook_is_not_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[weakref.ref[Workbook]] = []
    render = building.render

    def watched(*args: object, **options: object) -> Workbook:
        book = render(*args, **options)  # type: ignore[arg-type]
        kept.append(weakref.ref(book))
        return book

    monkeypatch.setattr(building, "render", watched)
    building.build(tmp_path / "kimi.xlsx", [company("kimi")], months=12)
    gc.collect()
    assert kept[0]() is None


def test_months_share_their_formula(tmp_path: Path) -> None:
    path = tmp_path / "kimi.xlsx"
    building.build(path, [company("kimi")], months=24)
    cells = Book.open(path).sheets["Kimi"].formulas.values()
    shared = sum(cell.kind == "shared" for cell in cells)
    assert shared > len(cells) / 2
