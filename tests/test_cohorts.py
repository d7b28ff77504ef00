"""The sheet Cohorts: a triangle that adds up to the company's own line, and the month of payback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import unitsheet
from workbook import layout as at
from workbook.book import Book, Place
from workbook.layout import Layout
from workbook.plan import Plan
from workbook.typed_cells import type_numbers


class _Shown:
    """A made workbook read by line."""

    def __init__(self, plan: Plan, path: Path) -> None:
        self.book, self.layout = Book.open(path), Layout(plan)
        self.plan, self.path = plan, path

    def months(self, key: str, tab: str = "Cohorts") -> list[Any]:
        row = self.layout.row(tab, key)
        columns = range(at.FIRST_MONTH, at.FIRST_MONTH + self.plan.months)
        return [self.book.value(Place(tab, row, column)) for column in columns]

    def value(self, key: str, column: int = at.VALUE) -> Any:
        return self.book.value(Place("Cohorts", self.layout.row("Cohorts", key), column))


@pytest.fixture(scope="module")
def kimi(tmp_path_factory: pytest.TempPathFactory) -> _Shown:
    path = tmp_path_factory.mktemp("cohorts") / "kimi.xlsx"
    return _Shown(unitsheet.new(path, ["kimi", "anthropic"]).plan, path)


def test_triangle(kimi: _Shown) -> None:
    new, kept = kimi.months("new_total", "Kimi"), kimi.months("retention_m", "Kimi")
    for n in (1, 2, 13, 24):
        row = kimi.months(f"cohort_{n}")
        assert row[: n - 1] == [""] * (n - 1)
        assert row[n - 1 :] == pytest.approx([new[n - 1] * share for share in kept[: 60 - n + 1]])


def test_the_cohorts_add_up_to_the_line_of_the_company(kimi: _Shown) -> None:
    together, whole = kimi.months("together"), kimi.months("cohort", "Kimi")
    assert together[:24] == pytest.approx(whole[:24], rel=1e-12)
    assert together[24] < whole[24]
    assert kimi.value("difference") <= kimi.value("difference", at.TOTAL)


def test_the_company_is_the_one_of_the_dashboard(kimi: _Shown, tmp_path: Path) -> None:
    assert kimi.value("company") == "Kimi"
    assert kimi.value("payback_month") == "never"


def test_payback_month(tmp_path: Path) -> None:
    path = tmp_path / "anthropic.xlsx"
    shown = _Shown(unitsheet.new(path, "anthropic").plan, path)
    value, cac = shown.months("value"), shown.value("cac")
    month = int(shown.value("payback_month"))
    assert value[month - 1] >= cac > (value[month - 2] if month > 1 else 0)


def test_a_short_timeline_has_as_many_cohorts(tmp_path: Path) -> None:
    path = tmp_path / "short.xlsx"
    shown = _Shown(unitsheet.new(path, "kimi", months=12).plan, path)
    assert not shown.layout.has("Cohorts", "cohort_13")
    assert shown.months("together") == pytest.approx(shown.months("cohort", "Kimi"))


def test_a_break_in_the_triangle_shows(kimi: _Shown, tmp_path: Path) -> None:
    """A cohort that is made to begin in another month no longer adds up."""
    changed = tmp_path / "changed.xlsx"
    cell = Place("Cohorts", kimi.layout.row("Cohorts", "cohort_3"), at.VALUE)
    type_numbers(Book.open(kimi.path), {cell: 4.0}, changed)
    unitsheet.recalculate(changed, in_place=True)
    shown = _Shown(kimi.plan, changed)
    assert shown.value("difference") > shown.value("difference", at.TOTAL)
