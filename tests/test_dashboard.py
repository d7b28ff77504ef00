"""The dashboard and what it reads: the chosen company, the stored scenarios, the sensitivity."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import openpyxl
import pytest
from test_charts import assert_caches_equal_cells

import unitsheet
from engine.company import Scenario
from engine.errors import CellError, ErrorKind
from engine.forecast import inputs, metric, values
from engine.functions.mc import mc
from engine.functions.tornado import tornado
from engine.sensitivity import PERCENTILES, STEPS, sensitivity
from workbook.book import Book, Place
from workbook.chart_values import refresh
from workbook.companies import companies, company, default_fx
from workbook.layout import FIRST_MONTH, VALUE, Layout
from workbook.plan import Kind, Plan, Tab
from workbook.scenarios_tab import STALE
from workbook.sheetxml import patch

IDS = ("kimi", "chatgpt")
FX = default_fx()[0]
MILLION, WAN, YI = 1e6, 1e4, 1e8


class Made(NamedTuple):
    """A workbook with its plan, and where its lines are."""

    plan: Plan
    path: Path
    layout: Layout

    def row(self, book: Book, key: str) -> list[Any]:
        """The months of a line of Selected."""
        at, last = self.layout.row("Selected", key), self.layout.last_month
        return [book.value(Place("Selected", at, column)) for column in range(FIRST_MONTH, last + 1)]

    def value(self, book: Book, key: str) -> Any:
        """The constant of a line of Selected."""
        return book.value(Place("Selected", self.layout.row("Selected", key), VALUE))

    def cell(self, book: Book, tab: str, key: str) -> Any:
        """A cell of a grid by its key."""
        return book.value(book.find(self.layout.address(tab, key))[0])

    def switched(self, target: Path, **given: float | str) -> Book:
        """The workbook with other things typed on the cover, the dashboard or by address, worked out."""
        book = Book.open(self.path)
        typed: dict[str, dict[tuple[int, int], Any]] = {}
        for name, content in given.items():
            where = (
                self.layout.address("Dashboard", "company") if name == "company" else name.replace("__", "!")
            )
            place = book.find(where)[0]
            typed.setdefault(place.sheet, {})[place.row, place.column] = content
        changed = {
            part.part: patch(book.package.read(part.part), book.sheets[part.name], typed[part.name])
            for part in book.package.sheets
            if part.name in typed
        }
        book.package.save(target, changed)
        assert unitsheet.recalculate(target, in_place=True).clean
        return Book.open(target)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    path = tmp_path_factory.mktemp("dashboard") / "two.xlsx"
    new = unitsheet.new(path, IDS)
    assert new.clean
    return Made(new.plan, path, Layout(new.plan))


def unlike_na(tab: Tab, book: Book, layout: Layout) -> Iterator[str]:
    """The cells of a tab with an error that nobody intended."""
    allowed = {layout.row(tab.name, line.key) for line in tab.lines if line.na}
    sheet = book.sheets[tab.name]
    for (row, column), cell in sheet.formulas.items():
        if isinstance(cell.value, CellError) and not (cell.value.kind is ErrorKind.NA and row in allowed):
            yield f"{Place(tab.name, row, column)}: {cell.value.kind.value}"


@pytest.mark.parametrize("chosen", IDS)
@pytest.mark.parametrize("scenario", list(Scenario))
def test_selected_shows_the_forecast(made: Made, tmp_path: Path, scenario: Scenario, chosen: str) -> None:
    """In dollars: each line by month is that of the engine, in the unit the charts have."""
    tab = {"kimi": "Kimi", "chatgpt": "ChatGPT"}[chosen]
    book = made.switched(
        tmp_path / "switched.xlsx", company=tab, scenario=float(scenario.number), currency=2.0
    )
    table = unitsheet.forecast(chosen, scenario)
    rate = 1 / FX if chosen == "kimi" else 1.0
    assert made.value(book, "money") == pytest.approx(rate / MILLION)
    money = {
        "free": table.free_close, "restricted": table.escrow_close, "b_ads": table.paid,
        "b_compute": table.compute - table.own_depreciation, "b_people": table.staff + table.overhead,
        "b_training": table.training, "b_other": table.variable + table.payment_fees + table.capex,
        "b_received": -table.cash_in, "b_net": table.net_burn, "c_toc": table.toc_contribution,
        "c_tob": table.tob_contribution, "c_both": table.toc_contribution + table.tob_contribution,
    }  # fmt: skip
    for key, line in money.items():
        assert made.row(book, key) == pytest.approx(list(line * rate / MILLION), rel=1e-9, abs=1e-12), key
    costs = sum(
        np.array(made.row(book, key)) for key in ("b_ads", "b_compute", "b_people", "b_training", "b_other")
    )
    assert costs + np.array(made.row(book, "b_received")) == pytest.approx(made.row(book, "b_net"), abs=1e-6)
    others = {
        "g_paid": table.new_paid / MILLION, "g_organic": table.new_organic / MILLION,
        "g_cac": table.cac_loaded_m * rate, "v_value": table.value_to_date * rate,
        "f_busy": table.gpus_busy, "f_headroom": table.gpus_headroom, "f_idle": table.gpus_idle,
    }  # fmt: skip
    for key, line in others.items():
        assert made.row(book, key) == pytest.approx(list(line), rel=1e-9, abs=1e-9), key
    assert made.value(book, f"free_{scenario.value}") is None
    assert made.row(book, f"free_{scenario.value}") == pytest.approx(made.row(book, "free"), rel=1e-6)
    for name in ("Selected", "Dashboard", "Scenarios", "Sensitivity"):
        assert not list(unlike_na(made.plan.tab(name), book, made.layout))
    assert made.cell(book, "Scenarios", f"same_{chosen}") == 1
    assert unitsheet.get(tmp_path / "switched.xlsx", "master_check") == 1


def test_tiles_have_words_for_what_never_comes(made: Made, tmp_path: Path) -> None:
    book = Book.open(made.path)
    assert made.cell(book, "Dashboard", "company") == "Kimi"
    assert made.cell(book, "Dashboard", "number") == 1
    headlines = unitsheet.forecast("kimi").attrs["headlines"]
    assert made.cell(book, "Dashboard", "k_runway") == pytest.approx(headlines["runway"])
    assert made.cell(book, "Dashboard", "k_naive") == pytest.approx(headlines["naive_runway"])
    assert made.cell(book, "Dashboard", "k_payback") == "never"
    assert (
        made.cell(made.switched(tmp_path / "zh.xlsx", language=2.0), "Dashboard", "k_payback") == "无法回本"
    )


def test_language_and_currency_move_titles_units_and_figures(made: Made, tmp_path: Path) -> None:
    english, chinese = Book.open(made.path), made.switched(tmp_path / "zh.xlsx", language=2.0)
    assert made.value(english, "w_money") == "Money (CNY m)"
    assert made.value(chinese, "w_money") == "金额 (亿元)"
    scale = MILLION / YI
    assert made.row(chinese, "free") == pytest.approx([one * scale for one in made.row(english, "free")])
    assert made.row(chinese, "g_paid") == pytest.approx(
        [one * MILLION / WAN for one in made.row(english, "g_paid")]
    )
    for cell in made.plan.tab("Dashboard").cells:
        shown = chinese.value(Place("Dashboard", cell.row, cell.column))
        if cell.style in ("tile label", "title", "subtitle") and isinstance(shown, str):
            assert not shown.isascii() or shown == "LTV/CAC"


def test_ten_charts_with_the_values_of_their_cells(made: Made, tmp_path: Path) -> None:
    assert len(made.plan.tab("Dashboard").charts) == 10
    assert assert_caches_equal_cells(made.path) > 2_000
    out = tmp_path / "usd.xlsx"
    made.switched(out, currency=2.0, language=2.0, company="ChatGPT")
    with pytest.raises(AssertionError):
        assert_caches_equal_cells(out)
    refresh(out)
    assert assert_caches_equal_cells(out) > 2_000
    again: Any = openpyxl.load_workbook(out)["Dashboard"]
    assert len(again._charts) == 10
    assert all(chart.title is not None for chart in again._charts)


@pytest.mark.parametrize("functions", ["lambda", "values"])
def test_other_spellings_have_charts_with_values_too(tmp_path: Path, functions: str) -> None:
    path = tmp_path / "spelt.xlsx"
    made = unitsheet.new(path, "kimi", functions=functions)
    assert made.recalculation.clean
    assert made.spelling is not None
    assert made.spelling.written == str(path)
    assert assert_caches_equal_cells(path) > 2_000


def only_shown(workbook: bytes, sheet: str) -> bytes:
    """The workbook part with all other sheets hidden, so that they are not printed."""
    names = [found.decode() for found in re.findall(rb'<sheet [^>]*?name="([^"]+)"', workbook)]
    parts = re.split(rb"(<sheet [^>]+>)", workbook)
    shown = [
        part if not part.startswith(b"<sheet ") or f'name="{sheet}"'.encode() in part
        else part.replace(b'state="visible"', b'state="hidden"')
        for part in parts
    ]  # fmt: skip
    active = f'activeTab="{names.index(sheet)}"'.encode()
    return re.sub(rb'activeTab="\d+"', active, b"".join(shown))


def test_libreoffice_draws_all_ten_on_two_pages(
    made: Made, tmp_path: Path, require: Callable[..., str]
) -> None:
    office = require("soffice")
    only = tmp_path / "only.xlsx"
    with zipfile.ZipFile(made.path) as source, zipfile.ZipFile(only, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/workbook.xml":
                content = only_shown(content, "Dashboard")
            target.writestr(name, content)
    profile = (tmp_path / "profile").as_uri()
    for kind in ("pdf", "fods"):
        subprocess.run(
            [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind,
             "--outdir", str(tmp_path), str(only)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
    flat = (tmp_path / "only.fods").read_text(encoding="utf-8")
    begin, end = (flat.index(f'<table:table table:name="{name}"') for name in ("Dashboard", "Selected"))
    dashboard = flat[begin:end]
    assert dashboard.count("<chart:chart ") == 10
    assert (tmp_path / "only.pdf").read_bytes().count(b"/Type/Page/") == 2


def test_a_changed_input_makes_the_stored_paths_stale(made: Made, tmp_path: Path) -> None:
    base = Layout(made.plan).row("Inputs", "kimi_cpa")
    cell = f"Inputs__G{base}"
    book = made.switched(tmp_path / "stale.xlsx", **{cell: 99.0})
    assert made.cell(book, "Scenarios", "same_kimi") == 0
    assert made.cell(book, "Scenarios", "words_kimi") == STALE
    assert made.cell(book, "Scenarios", "same_chatgpt") == 1
    assert unitsheet.get(tmp_path / "stale.xlsx", "master_check") == 1, "stale is an alert, no failed check"


def test_the_day_is_written(tmp_path: Path) -> None:
    from workbook.planning import plan

    made = plan([company("kimi")], as_of=dt.date(2024, 9, 21))
    for name in ("Scenarios", "Sensitivity", "Dashboard"):
        assert any("2024-09-21" in str(cell.value) for cell in made.tab(name).cells), name


# Sensitivity


def test_tornado_is_that_of_the_function() -> None:
    kimi = company("kimi")
    base, bear, bull = (list(values(kimi, scenario, FX).values()) for scenario in Scenario)
    found = sensitivity(kimi, FX, 60).tornado
    rows = tornado("forecast.runway", base, bear, bull, errors="coerce")
    theirs = sorted((abs(row[1] - row[0]) for row in rows if isinstance(row[0], float)), reverse=True)
    assert [swing.size for swing in found.swings] == pytest.approx(theirs[: len(found.swings)], rel=1e-9)
    assert found.swings[0].size >= found.swings[-1].size > 0
    assert found.base == pytest.approx(metric("runway", values(kimi, Scenario.BASE, FX)))


def test_draws_are_like_those_of_the_function() -> None:
    kimi = company("kimi")
    base, bear, bull = (values(kimi, scenario, FX) for scenario in Scenario)
    varied = {
        key: ("tri", min(base[key], bear[key], bull[key]), base[key], max(base[key], bear[key], bull[key]))
        for key in base
        if not base[key] == bear[key] == bull[key]
    }
    table = inputs(kimi, Scenario.BASE, FX, **varied)
    theirs = mc("forecast.runway", table, 5_000, 7, [p / 100 for p in PERCENTILES])
    ours = sensitivity(kimi, FX, 60).spread
    assert ours.lasting == 0
    assert ours.runway == pytest.approx(list(np.ravel(theirs)), rel=0.03)
    assert list(ours.cash) == sorted(ours.cash)
    assert sensitivity(kimi, FX, 60).spread == ours, "the seed is fixed"


def test_the_middle_of_the_grid_is_the_base() -> None:
    for one in companies().values():
        grid = sensitivity(one, FX, 12).grid
        middle = STEPS.index(1.0)
        base = metric("ltv_cac", values(one, Scenario.BASE, FX))
        assert grid.ltv_cac[middle][middle] == pytest.approx(base, nan_ok=True)
        assert len(grid.ltv_cac) == len(grid.ltv_cac[0]) == len(STEPS)


def test_cash_that_does_not_end_turns_to_ltv_over_cac() -> None:
    found = sensitivity(company("deepseek"), FX, 60)
    assert found.tornado.measured == "ltv_cac"
    assert 0 < found.spread.lasting < 1
    assert max(found.spread.runway) == 60, "a runway beyond the months counts as the months"


@pytest.mark.parametrize("months", [12, 120])
def test_other_timelines_have_all_of_it(tmp_path: Path, months: int) -> None:
    path = tmp_path / "other.xlsx"
    new = unitsheet.new(path, "kimi", months=months)
    book, layout = Book.open(path), Layout(new.plan)
    assert new.clean
    for tab in new.plan.tabs:
        if tab.name in ("Selected", "Dashboard", "Scenarios"):
            assert not list(unlike_na(tab, book, layout))
    assert assert_caches_equal_cells(path) > 500
    assert unitsheet.get(path, "master_check") == 1


def test_the_list_to_pick_from_is_that_of_the_companies(made: Made) -> None:
    sheet = openpyxl.load_workbook(made.path)["Dashboard"]
    (rule,) = sheet.data_validations.dataValidation
    area = str(rule.formula1)
    book = Book.open(made.path)
    assert [book.value(place) for place in book.find(area)] == ["Kimi", "ChatGPT"]
    assert made.plan.tab("Dashboard").kind is Kind.GRID
