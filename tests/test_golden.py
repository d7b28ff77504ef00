"""The sums of the sources come out in a recalculated workbook, and known gaps stay gaps."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import unitsheet
from workbook import templates

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "golden.toml").read_text(encoding="utf-8")
)["sum"]


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("golden") / "golden.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, case in enumerate(CASES, start=1):
        sheet.cell(row, 1, case["id"])
        sheet.cell(row, 2, case["formula"])
    book.save(path)
    result = unitsheet.recalculate(path, in_place=True)
    assert result.clean, result.as_json()
    values = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    return {str(row[0]): row[1] for row in values.iter_rows(values_only=True)}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_exact(case: dict[str, Any], computed: dict[str, Any]) -> None:
    assert computed[case["id"]] == pytest.approx(case["exact"], rel=1e-9)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_verdict(case: dict[str, Any]) -> None:
    exact = case["exact"]
    if "stated" in case:
        within = abs(case["stated"] / exact - 1) <= 0.01
        assert within == (case["verdict"] in ("OK", "CLOSE"))
    if "stated_at_least" in case:
        assert exact >= case["stated_at_least"]
    if "stated_at_most" in case:
        assert exact <= case["stated_at_most"]


def test_facts_exist() -> None:
    known = templates.facts()
    assert all(fact in known for case in CASES for fact in case["facts"])
