"""The forecast is the twin of the company tabs: the same figures, line by line and month by month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import unitsheet
from engine.arguments import Numbers
from engine.company import Company, Scenario
from engine.drivers import DRIVERS
from engine.errors import CellError, ErrorKind
from engine.forecast import CONSTANTS, LINES, METRICS, constants, headlines, metric, monthly, values
from engine.functions.cohort_active import cohort_active
from engine.functions.runway_path import runway_path
from workbook import layout as at
from workbook.book import Book, Place
from workbook.companies import companies, company, default_fx
from workbook.company_tab import HEADLINES, tab_name
from workbook.planning import plan

FX = default_fx()[0]
IDS = sorted(companies())
# What nan stands for: no answer, or nobody to spread a cost over.
NONE = (CellError(ErrorKind.NA), CellError(ErrorKind.DIV0))
# The line of a tab that shows a figure which is no headline there.
SHOWN = {key: f"h_{key}" for key, *_ in HEADLINES} | {
    "runway_static": "f_runway_static",
    "runway_escrow": "f_escrow",
    "contribution": "f_contribution",
    "ltv_simple": "f_ltv_simple",
}


@dataclass
class Tabs:
    """A workbook that was just made, by company and line."""

    rows: at.Layout
    book: Book

    def _cell(self, about: Company, key: str, column: int) -> Any:
        tab = tab_name(about)
        return self.book.value(Place(tab, self.rows.row(tab, key), column))

    def value(self, about: Company, key: str) -> Any:
        return self._cell(about, key, at.VALUE)

    def months(self, about: Company, key: str) -> Numbers:
        last = at.FIRST_MONTH + self.rows.plan.months
        return np.array(
            [self._cell(about, key, column) for column in range(at.FIRST_MONTH, last)], dtype=float
        )


def made(folder: Path, *about: Company, **options: Any) -> Tabs:
    path = folder / "book.xlsx"
    return Tabs(at.Layout(unitsheet.new(path, about, **options).plan), Book.open(path))


@pytest.fixture(scope="module", params=list(Scenario))
def tabs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Tabs]:
    folder = tmp_path_factory.mktemp("twin")
    return request.param, made(folder, *companies().values(), scenario=request.param)


def differences(tabs: Tabs, about: Company, scenario: Scenario, months: int = 60) -> dict[str, Any]:
    """Every line, constant and headline of a tab that is not what the forecast gives."""
    drivers = values(about, scenario, FX)
    lines = monthly(drivers, months=months)
    found: dict[str, Any] = {
        key: (theirs, line)
        for key, line in lines.items()
        if not near(theirs := tabs.months(about, key), line, abs(line).max())
    }
    low = tabs.months(about, "free_close")
    single = {key: tabs.value(about, key) for key in (*DRIVERS, *CONSTANTS)}
    single |= {f"headline {key}": tabs.value(about, line) for key, line in SHOWN.items()}
    single |= {"headline cash_low": low.min(), "headline cash_end": low[-1]}
    ours = drivers | constants(drivers)
    ours |= {f"headline {key}": value for key, value in headlines(drivers, months=months).items()}
    assert single.keys() == ours.keys()
    found |= {key: (single[key], ours[key]) for key in ours if not same(single[key], ours[key])}
    return found


def near(theirs: Numbers, ours: Numbers, scale: float) -> bool:
    return theirs.shape == ours.shape and bool(np.allclose(theirs, ours, rtol=1e-9, atol=1e-9 * scale))


def same(theirs: Any, ours: float) -> bool:
    if isinstance(theirs, CellError):
        return theirs in NONE and bool(np.isnan(ours))
    return bool(theirs == pytest.approx(ours, rel=1e-9, abs=0))


@pytest.mark.parametrize("name", IDS)
def test_every_tab_is_the_forecast(tabs: tuple[Scenario, Tabs], name: str) -> None:
    scenario, workbook = tabs
    assert not differences(workbook, company(name), scenario)


@pytest.mark.parametrize("months", [12, 120])
def test_other_timelines(tmp_path: Path, months: int) -> None:
    workbook = made(tmp_path, company("kimi"), months=months, start="2025-11")
    assert not differences(workbook, company("kimi"), Scenario.BASE, months)


EXTREME = {
    "nobody is won": {"ad_spend": 0.0},
    "no opening audience": {"opening_mau": 0.0},
    "all leave": {"churn": 1.0},
    "none returns": {"d1_retention": 0.0},
    "no decay": {"retention_decay": 0.0, "d1_retention": 1.0},
    "only paid users": {"paid_share": 1.0},
    "shrinking": {"ad_growth": -0.5, "api_growth": -0.9},
    "API sold": {"api_tokens_in": 1e12, "api_tokens_out": 3e11, "api_growth": 0.1},
    "cash comes in": {"other_revenue": 1e10},
    "comes in later": {"price": 900.0, "payer_rate": 0.1, "ad_growth": 0.2},
    "no cash": {"free_cash": 0.0},
    "escrow pays all compute": {"restricted_cash": 1e12, "escrow_share": 1.0},
    "escrow never": {"escrow_share": 0.0},
    "nothing left for a month, then cash comes in": {
        "ad_spend": 0.0, "opening_mau": 0.0, "gpu_hour": 0.0, "training_cost": 0.0, "restricted_cash": 0.0,
        "free_cash": 1.0, "staff_cost": 2 * FX, "api_tokens_out": 1e6, "api_price_out": FX, "api_growth": 1.0,
    },
}  # fmt: skip


@pytest.mark.parametrize("case", EXTREME)
def test_extreme_drivers(tmp_path: Path, case: str) -> None:
    kimi = company("kimi")
    figures = {key: replace(kimi.figures[key], base=value) for key, value in EXTREME[case].items()}
    own = replace(kimi, figures={**kimi.figures, **figures})
    workbook = made(tmp_path, own)
    assert not differences(workbook, own, Scenario.BASE)


def test_measures_are_those_of_the_tab(tmp_path: Path) -> None:
    about = company("kimi")
    tab = plan([about]).tab("Kimi")
    rows = {line.key: (line.label, line.unit) for line in tab.lines}
    known = {key: LINES[key] for key in LINES} | {key: CONSTANTS[key] for key in CONSTANTS}
    known |= {line: METRICS[key] for key, line in SHOWN.items() if line.startswith("h_")}
    assert {key: (m.label, m.unit.text("CNY")) for key, m in known.items()} == {
        key: rows[key] for key in known
    }
    units = {line: METRICS[key].unit.text("CNY") for key, line in SHOWN.items()}
    assert units == {line: rows[line][1] for line in units}
    every = {line.key for line in tab.lines if line.months}
    assert every - LINES.keys() == {"month", "month_end", "days", "retention_back"}


# many scenarios at once


@pytest.fixture(scope="module")
def varied() -> dict[str, Any]:
    """Kimi with every driver at random between half and all of itself, where its domain allows."""
    random = np.random.default_rng(20240921)
    drivers: dict[str, Any] = dict(values(company("kimi"), "base", FX))
    for key, value in drivers.items():
        if key != "idle_factor":
            drivers[key] = value * random.uniform(0.5, 1, 40)
    drivers["other_revenue"] = random.uniform(0, 2e8, 40)
    drivers["price"] = random.uniform(0, 300, 40)
    return drivers


def one(drivers: dict[str, Any], row: int) -> dict[str, float]:
    return {key: float(np.broadcast_to(value, 40)[row]) for key, value in drivers.items()}


def test_many_scenarios_are_as_one_by_one(varied: dict[str, Any]) -> None:
    lines, figures, fixed = monthly(varied, months=24), headlines(varied, months=24), constants(varied)
    assert {line.shape for line in lines.values()} == {(40, 24)}
    assert {np.shape(figure) for figure in (*figures.values(), *fixed.values())} == {(40,)}
    assert 0 < np.isnan(figures["runway"]).sum() < 40
    for row in range(40):
        alone = monthly(one(varied, row), months=24)
        assert all(np.allclose(alone[key], lines[key][row], rtol=1e-12) for key in LINES)
        single = headlines(one(varied, row), months=24) | constants(one(varied, row))
        for key, value in (figures | fixed).items():
            assert single[key] == pytest.approx(value[row], rel=1e-12, nan_ok=True), key


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_alone_is_the_headline(varied: dict[str, Any], name: str) -> None:
    everything = headlines(varied, months=36)[name]
    np.testing.assert_allclose(metric(name, varied, 36), everything, rtol=1e-12)


def test_unvaried_drivers_need_no_room(varied: dict[str, Any]) -> None:
    lines = monthly(one(varied, 0) | {"staff_cost": varied["staff_cost"]})
    assert {line.shape for line in lines.values()} == {(40, 60)}
    assert np.unique(lines["mau"], axis=0).shape == (1, 60)
    assert np.unique(lines["free_close"], axis=0).shape == (40, 60)


def test_users_and_cash_close(varied: dict[str, Any]) -> None:
    lines = {key: line.copy() for key, line in monthly(varied).items()}
    start = varied["free_cash"] + varied["restricted_cash"]
    left = lines["free_close"][:, -1] + lines["escrow_close"][:, -1]
    np.testing.assert_allclose(start - lines["net_burn"].sum(axis=1), left, rtol=1e-9, atol=1)
    users = varied["opening_mau"] + (lines["mau_new"] - lines["mau_lost"]).sum(axis=1)
    np.testing.assert_allclose(users, lines["mau"][:, -1], rtol=1e-9)
    np.testing.assert_allclose(lines["mau_open"][:, 1:], lines["mau"][:, :-1])
    assert (lines["mau_lost"] > -1e-6).all()
    assert (lines["escrow_close"] >= 0).all()
    assert (lines["escrow_draw"] <= lines["compute"] * varied["escrow_share"][:, None]).all()


def test_lines_are_what_the_functions_give(varied: dict[str, Any]) -> None:
    lines, figures = monthly(varied), headlines(varied)
    for row in range(40):
        active = cohort_active(lines["new_total"][row], lines["retention_m"][row])
        np.testing.assert_allclose(active, lines["cohort"][row], rtol=1e-12)
        along = runway_path(varied["free_cash"][row], lines["free_burn"][row], errors="coerce")
        assert along == pytest.approx(figures["runway"][row], rel=1e-12, nan_ok=True)
        assert along == pytest.approx(
            lines["funded"][row].sum() if lines["free_close"][row].min() < 0 else np.nan,
            rel=1e-12,
            nan_ok=True,
        )
