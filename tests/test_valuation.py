"""Valuation: published cases, identities, and pyxirr and numpy-financial beside ours."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from typing import Any

import numpy as np
import numpy_financial as npf
import pandas as pd
import pytest
import pyxirr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.boundary import CautionWarning
from engine.errors import ErrorKind, FunctionError
from engine.registry import function

NPV, XNPV, IRR, XIRR, MIRR, DCF = (function(n) for n in ("NPV", "XNPV", "IRR", "XIRR", "MIRR", "DCF"))

pytestmark = pytest.mark.filterwarnings("ignore::engine.boundary.CautionWarning")
fifty = settings(max_examples=50, deadline=None)

Dated = tuple[list[float], list[dt.date]]

rate = st.floats(-0.9, 5)
amount = st.one_of(st.floats(-1e6, -1e-3), st.floats(1e-3, 1e6), st.just(0.0))
amounts = st.lists(amount, min_size=2, max_size=24)
paid = st.lists(st.floats(1e3, 1e6), min_size=1, max_size=6)


def dated(text: str) -> Dated:
    """Amounts and dates from `2010-04-01 5290.5; ...`."""
    pairs = [item.split() for item in text.split(";")]
    return [float(value) for _, value in pairs], [dt.date.fromisoformat(day) for day, _ in pairs]


@st.composite
def dated_amounts(draw: st.DrawFn) -> Dated:
    values = draw(amounts)
    gaps = draw(st.lists(st.integers(0, 700), min_size=len(values), max_size=len(values)))
    return values, [dt.date(2000, 1, 1) + dt.timedelta(days=int(day)) for day in np.cumsum(gaps)]


# Expected figures as pyxirr's tests have them, and the issues they come from.
RATES: list[tuple[list[float], float]] = [
    ([-100, 39, 59, 55, 20], 0.28094842116),
    ([-100, 100, 0, -7], -0.08329966618),
    ([0, 0, -5, 10.5, 1, -8, 1, 0, 0, 0], 0.08859833852),
    ([-10, 2, 2, 2, 2], -0.08364541746615),
    ([*[87.17] * 5, -86.43], -0.49367042606),
    ([*[-87.17] * 180, 5809.3], -0.01352676905),
    ([-172545.848122807, *[787.735232517999] * 480], 0.0038401048),
    # numpy-financial issues 28 and 44
    ([-50, -100, 600, 300, -100], 1.8544178284461061),
    ([-1678.87, 771.96, 1814.05, 3520.30, 3552.95, 3584.99, -1], 0.9688775470209261),
    ([-1678.87, 771.96, 1814.05, 3520.30, 3552.95, 3584.99, 4789.91, -1], 1.0042698487205577),
]
XRATES: dict[str, tuple[str, float]] = {
    # Excel gives 2.98E-09 for these three: westclintech.com, Stack Overflow 64513073, pyxirr issue 31.
    "westclintech": (
        "2010-04-01 5290.5; 2010-04-01 5290.5; 2010-04-01 5290.5; 2010-04-01 5290.5; 2010-11-08 6273.2; "
        "2011-02-01 5417.2; 2011-03-15 5492.05; 2011-05-12 5486.15; 2011-08-31 -20004",
        -0.592046674219327,
    ),
    "stack overflow": (
        "2019-09-13 -55102253.4; 2020-09-30 45757426.8",
        (45757426.8 / 55102253.4) ** (365 / 383) - 1,
    ),
    "issue 31": (
        "2020-01-09 -1200; 2020-02-12 -1050; 2020-03-02 -400; 2020-03-13 -800; 2020-05-11 1500; "
        "2020-05-11 1100; 2020-05-11 2000; 2020-05-11 450; 2020-11-03 -2000; 2020-12-29 2850; "
        "2021-03-26 -1500; 2021-07-21 2025; 2022-06-16 -2000; 2022-07-06 2635",
        3.6894338683170713,
    ),
    # Two rates fit, -99.55% and this one, which is Excel's.
    "issue 68": (
        "2025-04-01 73981359.41; 2025-04-04 -8712535.775; 2025-04-08 -10181571.573; "
        "2025-04-09 -3116294.024; 2025-04-10 -17773207.2215; 2025-04-11 211461.22; "
        "2025-04-17 -3698621.9284; 2025-04-21 -9805107.728; 2025-04-22 140310.59; "
        "2025-04-28 -12141.8472; 2025-05-12 -557704; 2025-05-16 545359.6631; 2025-05-19 -1115.5838; "
        "2025-05-23 14309.6; 2025-05-28 12977.4745; 2025-06-06 13088; 2025-06-09 -25457056.128; "
        "2025-06-11 -37752602.304; 2025-06-18 37099.52; 2025-06-24 47908320",
        -0.9310500637742263,
    ),
    # pyxirr 0.10.8 finds nothing here; Excel does.
    "issue 75": (
        "2018-06-30 -84e6; 2019-03-31 800e3; 2019-06-30 760e3; 2019-09-30 680e3; 2019-12-31 800e3; "
        "2020-03-31 280e3; 2020-06-30 740e3; 2020-09-30 520e3; 2022-03-31 -2.1e6; 2023-03-31 -13e6; "
        "2024-09-30 -3e6; 2024-09-30 -4.1e6; 2024-12-31 -250e3; 2024-12-31 -1.8e6; 2025-03-31 -8.4e6; "
        "2025-12-31 1.8e6; 2026-03-31 43e3; 2026-03-31 -6600",
        -0.91278138223,
    ),
    "issue 61": ("2024-11-21 -100; 2024-11-28 -100; 2024-12-03 100", -0.9999999999999832),
    "issue 14": ("2021-06-09 -134.09; 2021-08-11 40.86", -0.9989769231734277),
    "issue 23": ("2020-03-05 -18480; 2020-03-16 13120", -0.9999884228170087),
}


@pytest.mark.parametrize(("values", "expected"), RATES)
def test_published_irr(values: list[float], expected: float) -> None:
    assert IRR(values) == pytest.approx(expected, rel=1e-8)
    assert IRR([-1e-9 * value for value in values]) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(("text", "expected"), XRATES.values(), ids=XRATES)
def test_published_xirr(text: str, expected: float) -> None:
    assert XIRR(*dated(text)) == pytest.approx(expected, rel=1e-9)


@fifty
@given(amounts)
def test_npv_at_irr_is_nothing(values: list[float]) -> None:
    found = IRR(values, errors="coerce")
    assume(found > -0.999)
    gross = NPV(found, [abs(value) for value in values], "begin")
    assert abs(NPV(found, values, "begin")) <= 1e-9 * gross


@fifty
@given(dated_amounts())
def test_xnpv_at_xirr_is_nothing(flows: Dated) -> None:
    values, dates = flows
    found = XIRR(values, dates, errors="coerce")
    assume(found > -0.999)
    gross = XNPV(found, [abs(value) for value in values], dates)
    assert abs(XNPV(found, values, dates)) <= 1e-9 * gross


@fifty
@given(st.lists(st.integers(-9, 30), min_size=1, max_size=5, unique=True), st.integers(0, 9))
def test_no_rate_is_missed(tenths: list[int], leading: int) -> None:
    rates = [n / 10 for n in tenths]
    values = [0.0] * leading + np.poly([1 / (1 + r) for r in rates])[::-1].tolist()
    assert IRR(values, rates) == pytest.approx(rates, abs=1e-6)


@fifty
@given(amounts)
def test_a_change_of_sign_has_a_rate(values: list[float]) -> None:
    grown = np.geomspace(0.05, 20, 41)
    turns = np.flatnonzero(np.diff(np.sign(NPV(grown - 1, values))))
    low, high = grown[turns], grown[turns + 1]
    found = IRR(values, np.sqrt(low * high) - 1, errors="coerce") + 1 if turns.size else low
    assert ((low * 0.999 <= found) & (found <= high * 1.001)).all()


def test_the_nearest_rate_is_measured_by_growth() -> None:
    flows = [-50, -100, 600, 300, -100]
    low, high = IRR(flows, -0.5), IRR(flows)
    assert (low, high) == pytest.approx((-0.7688954706807807, 1.8544178284561828), rel=1e-9)
    middle = math.sqrt((1 + low) * (1 + high)) - 1
    assert IRR(flows, [middle - 1e-9, middle + 1e-9]) == [low, high]
    with pytest.warns(CautionWarning, match="nearest the guess"):
        IRR(flows)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([-1, 2.2, -1.21], 0.1), ([-1, 3.3, -3.63, 1.331], 0.1), ([-100, 50, 50], 0.0), ([-100, 1e30], 1e28)],
)
def test_touching_and_extreme_rates(values: list[float], expected: float) -> None:
    assert IRR(values) == pytest.approx(expected, rel=1e-7, abs=0)


@pytest.mark.parametrize("values", [[1, -1, 1], [100, 60], [0, 0], [-5], [-1, 0.1, 0, -0.02, -3]])
def test_without_a_rate_there_is_an_error_and_no_caution(values: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for guess in (0.1, 0.0):
            with pytest.raises(FunctionError) as caught:
                IRR(values, guess)
            assert caught.value.kind == ErrorKind.NUM


@fifty
@given(paid, paid, rate, rate)
def test_periodic_figures_are_those_of_pyxirr(
    out: list[float], back: list[float], one: float, other: float
) -> None:
    values = [-value for value in out] + back
    worth = pyxirr.npv(one, values, start_from_zero=False)
    assert NPV(one, values) == pytest.approx(worth, rel=1e-9, abs=1e-6)
    assert MIRR(values, one, other) == pytest.approx(pyxirr.mirr(values, one, other), rel=1e-9, abs=1e-12)
    theirs = pyxirr.irr(values)
    assume(theirs is not None and -0.99 < theirs < 100)
    assert IRR(values) == pytest.approx(theirs, rel=1e-6, abs=1e-8)


@fifty
@given(paid, paid, rate, st.integers(1, 400))
def test_dated_figures_are_those_of_pyxirr(out: list[float], back: list[float], at: float, gap: int) -> None:
    values = [-value for value in out] + back
    dates = [dt.date(2019, 6, 1) + dt.timedelta(days=gap * n + n % 3) for n in range(len(values))]
    assert XNPV(at, values, dates) == pytest.approx(pyxirr.xnpv(at, dates, values), rel=1e-9, abs=1e-6)
    theirs = pyxirr.xirr(dates, values)
    assume(theirs is not None and -0.99 < theirs < 100)
    assert XIRR(values, dates) == pytest.approx(theirs, rel=1e-6, abs=1e-8)


@fifty
@given(amounts, rate, rate)
def test_mirr_is_that_of_numpy_financial(values: list[float], finance: float, reinvest: float) -> None:
    assume(min(values) < 0 < max(values))
    expected = npf.mirr(values, finance, reinvest)
    assert MIRR(values, finance, reinvest) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_traps_of_numpy_financial() -> None:
    flows = [-100, 60, 60]
    assert NPV(0.1, flows, "begin") == pytest.approx(npf.npv(0.1, flows))
    assert NPV(0.1, flows) == pytest.approx(npf.npv(0.1, flows) / 1.1)
    assert npf.irr([-50, -100, 600, 300, -100]) == pytest.approx(-0.769, abs=1e-3)
    assert math.isnan(npf.irr([100, 60]))
    assert math.isnan(npf.mirr([100, 60], 0.1, 0.1))
    assert NPV([[0.1], [0.2]], flows) == [[NPV(0.1, flows)], [NPV(0.2, flows)]]


@fifty
@given(st.floats(0.01, 1e6), rate, st.integers(1, 240))
def test_npv_of_a_level_row_is_that_of_an_annuity(level: float, at: float, periods: int) -> None:
    row = [level] * periods
    annuity = -math.expm1(-periods * math.log1p(at)) / at if at else periods
    assert NPV(at, row) == pytest.approx(level * annuity, rel=1e-9)
    assert NPV(at, row, "begin") == pytest.approx(NPV(at, row) * (1 + at), rel=1e-12)


def test_dates_of_any_kind_are_whole_days() -> None:
    values = [-10000, 2750, 4250, 3250, 2750]
    dates = [dt.date(2008, 1, 1) + dt.timedelta(days=days) for days in (0, 60, 303, 411, 456)]
    serials: Any = [39448.75, 39508.25, 39751, 39859.5, 39904]
    assert XNPV(0, values, dates) == 3000
    assert XNPV([0.09, -0.5], values, dates) == [XNPV(0.09, values, serials), XNPV(-0.5, values, serials)]
    assert XIRR(values, pd.to_datetime(pd.Series(dates))) == XIRR(values, serials)
    assert XIRR(values, dates) == pytest.approx(0.37336253351883136, rel=1e-12)


@fifty
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=12), st.floats(-0.1, 0.1), st.floats(0.001, 0.5))
def test_dcf_is_the_sum_year_by_year(fcf: list[float], g: float, spread: float) -> None:
    wacc = g + spread
    value = sum(flow / (1 + wacc) ** year for year, flow in enumerate(fcf, 1))
    value += fcf[-1] * (1 + g) / (wacc - g) / (1 + wacc) ** len(fcf)
    assert DCF(fcf, wacc, g) == pytest.approx(value, rel=1e-9)
    assert DCF(fcf, wacc, g, True) == pytest.approx(value * math.sqrt(1 + wacc), rel=1e-9)
    assert DCF(fcf, [wacc, 0.4], -1) == pytest.approx([NPV(wacc, fcf), NPV(0.4, fcf)], rel=1e-9)
