"""The sheet Compare: figures of every tab in one currency, each with its origin; blanks are never zero."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import unitsheet
from engine.company import Basis
from workbook.book import Book, Place
from workbook.compare_metrics import METRICS
from workbook.compare_tab import compare_tab
from workbook.plan import Cell, Plan
from workbook.styles import AMBER, GREY
from workbook.typed_cells import type_numbers

COMPANIES = ("kimi", "chatgpt", "deepseek", "ai-education", "blank")
PREFIXES = tuple(company.replace("-", "_") for company in COMPANIES)
FX = 7.1
TABS = dict(zip(PREFIXES, ("Kimi", "ChatGPT", "DeepSeek", "Ai-education", "Blank"), strict=True))


class _Compare:
    """The sheet as it is shown, by the keys of its cells."""

    def __init__(self, plan: Plan, path: Path) -> None:
        self.plan, self.path, self.book = plan, path, Book.open(path)
        self.cells = {cell.key: cell for cell in plan.tab("Compare").cells if cell.key}

    def __getitem__(self, key: str) -> Any:
        return self._at(self.cells[key], 0)

    def origin(self, key: str) -> Any:
        return self._at(self.cells[key], 1)

    def text(self, row: int, column: int) -> Any:
        return self.book.value(Place("Compare", row, column))

    def _at(self, cell: Cell, right: int) -> Any:
        return self.book.value(Place("Compare", cell.row, cell.column + right))

    def switched(self, target: Path, **switches: float) -> _Compare:
        """The same workbook with switches set; `illustrative` is the one of the sheet itself."""
        places = {}
        for name, value in switches.items():
            own = self.cells.get(name)
            place = Place("Compare", own.row, own.column) if own else self.book.find(name)[0]
            places[place] = value
        type_numbers(self.book, places, target)
        done = unitsheet.recalculate(target, in_place=True)
        assert done.clean, done.as_json()
        assert not [w for where in done.errors.values() for w in where if w.startswith("Compare!")]
        return _Compare(self.plan, target)


@pytest.fixture(scope="module")
def compare(tmp_path_factory: pytest.TempPathFactory) -> _Compare:
    path = tmp_path_factory.mktemp("compare") / "five.xlsx"
    made = unitsheet.new(path, COMPANIES)
    assert not [w for where in made.recalculation.errors.values() for w in where if w.startswith("Compare!")]
    return _Compare(made.plan, path)


def test_figures_are_those_of_the_tabs(compare: _Compare) -> None:
    """By hand from the sources: 4m users, 50m CNY, 20 USD, 200m of 800m USD free, 3.3bn USD."""
    assert compare["mau_kimi"] == 4_000_000
    assert compare["ad_spend_kimi"] == 50_000_000
    assert compare["price_chatgpt"] == pytest.approx(20 * FX)
    assert compare["free_cash_kimi"] == pytest.approx(200e6 * FX)
    assert compare["restricted_cash_kimi"] == pytest.approx(600e6 * FX)
    assert compare["valuation_kimi"] == pytest.approx(3.3e9 * FX)
    for prefix in PREFIXES:
        factor = FX if prefix == "chatgpt" else 1
        for key, headline in (("gpu_cost", "gpu_cost_per_mau"), ("ltv", "ltv"), ("net_burn", "net_burn")):
            own = unitsheet.get(compare.path, f"{prefix}_{headline}")
            assert compare[f"{key}_{prefix}"] == pytest.approx(own * factor), (key, prefix)  # type: ignore[operator]


def test_currency(compare: _Compare, tmp_path: Path) -> None:
    dollars = compare.switched(tmp_path / "usd.xlsx", currency=2)
    assert (compare["money"], dollars["money"]) == ("CNY", "USD")
    assert (compare["unit_ltv"], dollars["unit_ltv"]) == ("CNY/user", "USD/user")
    assert dollars["price_chatgpt"] == pytest.approx(20)
    compared = 0
    for metric in METRICS:
        for prefix in PREFIXES:
            key = f"{metric.key}_{prefix}"
            if isinstance(compare[key], float):
                rate = FX if metric.in_money else 1
                assert dollars[key] == pytest.approx(compare[key] / rate), key
                compared += metric.in_money
            else:
                assert dollars[key] == compare[key]
    assert compared > 60


def test_letters_and_months(compare: _Compare) -> None:
    assert compare.origin("ad_spend_kimi") == "T 2024-08"
    assert compare.origin("valuation_kimi") == "R 2024-08"
    assert compare.origin("restricted_cash_kimi") == "R"
    assert compare.origin("free_cash_kimi") == "D 2024-09"
    assert compare.origin("price_ai_education") == "A"
    assert compare.origin("valuation_mau_kimi") == "D"
    assert compare.origin("ltv_kimi") == "I"


def test_unknown_is_blank(compare: _Compare) -> None:
    for key in ("valuation_blank", "valuation_mau_blank", "restricted_cash_blank", "restricted_cash_chatgpt"):
        assert compare[key] == ""
        assert compare.origin(key) == ""
    assert 0 not in [compare[f"{metric.key}_{prefix}"] for metric in METRICS for prefix in PREFIXES]


def test_what_has_no_end_is_said_in_words(compare: _Compare, tmp_path: Path) -> None:
    assert compare["runway_deepseek"] == "> 60"
    assert compare["payback_kimi"] == "never"
    chinese = compare.switched(tmp_path / "zh.xlsx", language=2)
    assert chinese["payback_kimi"] == "无法回本"
    assert (compare.text(1, 1), chinese.text(1, 1)) == ("Companies side by side", "公司对比")
    assert chinese["axis_runway_1"] == "跑道 (months)"


@pytest.mark.parametrize("key", ["gpu_cost", "ltv_cac", "runway", "payback"])
def test_ranks_skip_blanks_and_words(compare: _Compare, key: str) -> None:
    figures = {prefix: compare[f"{key}_{prefix}"] for prefix in PREFIXES}
    numbers = [figure for figure in figures.values() if isinstance(figure, float)]
    ordered = sorted(numbers, reverse=key in ("ltv_cac", "runway"))
    for prefix, figure in figures.items():
        rank = ordered.index(figure) + 1 if figure in ordered else ""
        assert compare[f"rank_{key}_{prefix}"] == rank


def test_illustrations_can_be_hidden(compare: _Compare, tmp_path: Path) -> None:
    bare = compare.switched(tmp_path / "bare.xlsx", illustrative=0)
    letters = {
        (metric.key, prefix): compare.origin(f"{metric.key}_{prefix}")
        for metric in METRICS
        for prefix in PREFIXES
    }
    for (metric, prefix), letter in letters.items():
        key = f"{metric}_{prefix}"
        assert bare[key] == ("" if letter.startswith("I") else compare[key]), key
        assert bare.origin(key) == ("" if letter.startswith("I") else letter)
    assert bare["mau_kimi"] == 4_000_000
    assert {bare[f"rank_runway_{prefix}"] for prefix in PREFIXES} == {""}
    assert {bare[f"list_{name}_1"] for name in ("bubble", "runway", "gpu_cost")} == {""}


def test_lists_of_the_charts_hold_each_company_with_a_figure_once(compare: _Compare) -> None:
    for key, highest_first in (("runway", True), ("gpu_cost", False)):
        known = {
            TABS[prefix]: figure
            for prefix in PREFIXES
            if isinstance(figure := compare[f"{key}_{prefix}"], float)
        }
        places = range(1, len(PREFIXES) + 1)
        listed = [(compare[f"list_{key}_{n}"], compare[f"list_{key}_{n}_1"]) for n in places]
        assert dict(listed[: len(known)]) == known
        assert listed[len(known) :] == [("", "")] * (len(PREFIXES) - len(known))
        figures = [figure for _, figure in listed[: len(known)]]
        assert figures == sorted(figures, reverse=highest_first)


def test_bubbles_are_companies_whose_audience_is_known(compare: _Compare) -> None:
    listed = [tuple(compare[f"list_bubble_{n}{end}"] for end in ("", "_1", "_2", "_3")) for n in range(1, 6)]
    assert [one[0] for one in listed[:2]] == ["Kimi", "ChatGPT"]
    assert listed[0][1:] == (compare["cac_loaded_kimi"], compare["ltv_kimi"], compare["mau_kimi"])
    assert set(listed[-1]) == {""}


def test_colours(compare: _Compare) -> None:
    sheet = openpyxl.load_workbook(compare.path)["Compare"]

    def drawn(key: str) -> Any:
        cell = compare.cells[key]
        return sheet.cell(cell.row, cell.column)

    assert drawn("ad_spend_kimi").fill.start_color.rgb == f"00{AMBER}"
    assert "F000-07" in drawn("ad_spend_kimi").comment.text
    assert drawn("price_ai_education").fill.start_color.rgb == f"00{AMBER}"
    assert drawn("mau_kimi").fill.fill_type is None
    assert (drawn("ltv_blank").font.i, drawn("ltv_blank").font.color.rgb) == (True, f"00{GREY}")
    assert not drawn("mau_kimi").font.i


def test_form(compare: _Compare) -> None:
    sheet = openpyxl.load_workbook(compare.path)["Compare"]
    assert sheet.freeze_panes == "D6"
    assert sheet.print_title_cols == "$A:$C"
    assert len(sheet._charts) == 3  # type: ignore[attr-defined]
    values = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    for formula in (value for value in values if value.startswith("=")):
        bare = re.sub(r"""'[^']*'!|"[^"]*"|\$?[A-Z]+\$?\d+""", "", formula)
        assert set(re.findall(r"\d+(?:\.\d+)?", bare)) <= {"0", "1"}, formula
        assert not re.search(r"\b(OFFSET|INDIRECT|XLOOKUP|LET|IFNA)\(", formula)


def test_one_company_that_nothing_is_known_of(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    alone = _Compare(unitsheet.new(path, "blank").plan, path)
    assert alone.origin("mau_blank") == "I"
    assert alone["rank_gpu_cost_blank"] == 1
    assert alone["list_bubble_1"] == "Blank"


def test_a_figure_of_another_currency_keeps_its_basis(compare: _Compare) -> None:
    """The plan of the tab alone: what is stated in USD on a tab in CNY is still reported."""
    tabs = tuple(tab for tab in compare.plan.tabs if tab.name != "Compare")
    kimi = next(company for company in compare.plan.companies if company.id == "kimi")
    assert kimi.figures["restricted_cash"].basis is Basis.REPORTED
    again = compare_tab([kimi], tabs)
    place = next(cell for cell in again.cells if cell.key == "restricted_cash_kimi")
    beside = next(c for c in again.cells if (c.row, c.column) == (place.row, place.column + 1))
    assert '"R"' in str(beside.value)
