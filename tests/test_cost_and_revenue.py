"""Costs and revenues hold their identities, and agree with slow sums done month by month."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import numpy_financial
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import CellError, ErrorKind, FunctionError
from engine.registry import function

TOB_CASH, PRICE_BLEND, MARKUP, TRAIN_AMORT = (
    function(n) for n in ("TOB_CASH", "PRICE_BLEND", "MARKUP", "TRAIN_AMORT")
)
GPUS_NEEDED, IDLE_COST, GPU_HOUR_OWN = (function(n) for n in ("GPUS_NEEDED", "IDLE_COST", "GPU_HOUR_OWN"))
LEASE_PMT, LEASE_VS_BUY = function("LEASE_PMT"), function("LEASE_VS_BUY")

sixty = settings(max_examples=60, deadline=None)

money = st.floats(0.01, 1e6)
share = st.floats(0.01, 0.99)
count = st.integers(1, 120)
annual = st.one_of(st.just(0.0), st.floats(-0.5, 1), st.sampled_from([1e-15, -1e-12, 1e-9, 1e-6]))
whens = st.sampled_from(["end", "begin"])
conventions = st.sampled_from(["nominal", "effective"])
revenues = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12)
lags = st.floats(0, 400)


@sixty
@given(revenues, lags, st.integers(1, 90))
def test_cash_is_all_of_the_revenue_in_the_end(revenue: list[float], dso: float, days: int) -> None:
    row = [*revenue, *[0.0] * (math.ceil(dso / days) + 1)]
    assert math.fsum(TOB_CASH(row, dso, days)) == pytest.approx(math.fsum(revenue), rel=1e-9, abs=1e-5)


@sixty
@given(revenues)
def test_cash_on_the_spot_is_the_revenue(revenue: list[float]) -> None:
    assert TOB_CASH(revenue, 0) == revenue


@sixty
@given(revenues, revenues, lags, st.floats(-10, 10))
def test_cash_is_linear(one: list[float], two: list[float], dso: float, times: float) -> None:
    size = min(len(one), len(two))
    a, b = np.array(one[:size]), np.array(two[:size])
    apart = TOB_CASH(a, dso) + times * TOB_CASH(b, dso)
    assert TOB_CASH(a + times * b, dso) == pytest.approx(apart, rel=1e-9, abs=1e-5)


@sixty
@given(revenues, lags, st.floats(0, 29.9))
def test_cash_is_the_sum_of_the_lagged_shares(revenue: list[float], dso: float, days: float) -> None:
    days = 30 - days
    exact = Fraction(dso) / Fraction(days)
    late, part = int(exact), float(exact % 1)
    slow = [0.0] * (len(revenue) + late + 2)
    for month, billed in enumerate(revenue):
        slow[month + late] += billed * (1 - part)
        slow[month + late + 1] += billed * part
    most = max(map(abs, revenue))
    assert TOB_CASH(revenue, dso, days) == pytest.approx(slow[: len(revenue)], rel=1e-9, abs=1e-10 * most)


def test_a_lag_of_minutes_keeps_its_digits() -> None:
    found = TOB_CASH([1e12, 1.0], 1.2e-3, 90)
    part = 1.2e-3 / 90
    assert found[1] == pytest.approx(1 - part + 1e12 * part, rel=1e-12)


@pytest.mark.parametrize(
    ("dso", "days", "late"), [(90, 30, 3), (0.3, 0.1, 3), (2.1, 0.7, 3), (1e300, 1e-300, 9)]
)
def test_a_whole_lag_leaves_no_crumbs(dso: float, days: float, late: int) -> None:
    row = [7.0, 11.0, 13.0, 17.0, 19.0, 23.0]
    assert TOB_CASH(row, dso, days) == ([0.0] * late + row)[:6]
    assert TOB_CASH([[x] for x in row], dso, days) == [[x] for x in ([0.0] * late + row)[:6]]


@sixty
@given(st.floats(-0.9, 1e3))
def test_markup_and_back(x: float) -> None:
    margin = MARKUP(x)
    assert margin == MARKUP(x, "markup", "margin")
    assert MARKUP(margin, "margin", "markup") == pytest.approx(x, rel=1e-9, abs=1e-12)
    assert 1 + x == pytest.approx(1 / (1 - margin), rel=1e-9)


@sixty
@given(money, money, st.floats(0, 1e3), st.floats(0, 1), money)
def test_a_blend_lies_between_its_prices(
    price_in: float, price_out: float, ratio: float, hit: float, cached: float
) -> None:
    prices = (price_in, price_out, cached)
    blend = PRICE_BLEND(price_in, price_out, ratio, hit, cached)
    assert min(prices) * (1 - 1e-12) <= blend <= max(prices) * (1 + 1e-12)
    assert PRICE_BLEND(price_in, price_out, ratio, hit) == pytest.approx(
        PRICE_BLEND(price_in, price_out, ratio), rel=1e-12
    )


@sixty
@given(st.integers(1, 10**6), st.floats(1, 10), st.integers(1, 10**4), share, st.floats(0, 1), money)
def test_the_gpus_needed_are_enough_and_none_too_many(
    avg: int, peak: float, tps: int, util: float, spare: float, gpu_hour: float
) -> None:
    fleet = GPUS_NEEDED(avg, peak, tps, util, spare)
    exact = Fraction(avg) * Fraction(peak) / (tps * Fraction(util)) * (1 + Fraction(spare))
    enough, nearly = (math.ceil(exact * (1 - Fraction(part, 10**13))) for part in (5, 20))
    assume(enough == nearly)
    assert fleet == enough
    assert IDLE_COST(fleet, avg / tps, gpu_hour) >= 0


# Every figure counts, those that may be left out too: by hand.
BY_HAND = [
    ("SUB_ARPU", (30, 0.05, 0.3, 0.06, 0.02), 30 / 1.06 * 0.98 * 0.7 * 0.05),
    ("SUBSCRIBERS_IMPLIED", (15e6, 19.99, 0.15), 15e6 / (19.99 * 0.85)),
    ("API_REVENUE", (2e6, 1e6, 1, 4, 0.5), 2 * 1 + 1 * 4),
    ("API_REVENUE", (2e6, 1e6, 1, 4, 0.5, 0.1), 1 * 1 + 1 * 0.1 + 1 * 4),
    ("API_REVENUE", (2e6, 1e6, 1, 4, 0, None, 0.4), 6 * (1 - 0.4 * 0.5)),
    ("API_REVENUE", (2e6, 1e6, 1, 4, 0, None, 0.4, 0.3, 0.2), 6 * (1 - 0.4 * 0.3) * 0.8),
    ("API_REVENUE", (2e6, 1e6, 1, 4, 0, None, 0, 0, 0, 1000), 6000),
    ("PRICE_BLEND", (1, 2, 3, 0.5), 1.25),
    ("COST_PER_REQUEST", (1500, 500, 1, 4, 0.5), 3500e-6),
    ("COST_PER_MTOK", (14, 2400, 0.5, 8), 8 * 14 / 4.32),
    ("GPU_HOUR_OWN", (87_600, 0.1, 10, 0.5, 1.2, 0.5, 0.1, 0.5), (0.9 + 0.3 + 1) / 0.5),
    ("ADS_ARPDAU", (4, 30), 0.12),
    ("ARPU_MAU", (0.1, 0.2), 0.6),
    ("ARPU_MAU", (0.1, 0.2, 31), 0.62),
    ("COMMERCE_REV", (1000, 0.5, 0.1, 20, 0.05), 50),
    ("TIPS", (1000, 0.1, 20), 2000),
    ("DEAL_MARGIN", (100, 2, 5, 3), 70),
    ("DEAL_MARGIN", (100, 2, 5, 3, 7, 11), 52),
    ("HEADCOUNT", (12, 10), 13),
    ("HEADCOUNT", (12, 10, 1.5, 2), 30),
    ("IDLE_COST", (10, 4, 2), 8760),
    ("IDLE_COST", (10, 4, 2, 100), 1200),
    ("GPUS_NEEDED", (79.9, 1, 1), 100),
    ("AD_SPEND_IMPLIED", (900, 10, 90, 0.4), 40),
    ("MAU_ROLL", (100, 10, 0.3), 80),
    ("MAU_ROLL", (100, 10, 0.3, 5), 85),
    ("ORGANIC_SHARE", (10, 10), 0),
    ("STICKINESS", (30, 30), 1),
    ("CHURN_CONVERT", (0.5, 2, "linear"), 1),
    ("BE_PRICE", (1, 6, 0.5, 0.2), 8.75),
    ("RAISE_NEEDED", (10, 10, 20), 100),
]


@pytest.mark.parametrize(("name", "args", "result"), BY_HAND, ids=str)
def test_every_figure_counts(name: str, args: tuple[Any, ...], result: float) -> None:
    assert function(name)(*args) == pytest.approx(result, rel=1e-12)


REFUSED = [
    ("SUB_ARPU", (30, 0.05, 1.1), "#NUM!"), ("SUB_ARPU", (30, 0.05, 0, 0, 1.1), "#NUM!"),
    ("SUBSCRIBERS_IMPLIED", (1, 0), "#DIV/0!"), ("SUBSCRIBERS_IMPLIED", (1, 1, 1), "#NUM!"),
    ("API_REVENUE", (1, 1, 1, 1, 1.1), "#NUM!"), ("API_REVENUE", (1, 1, 1, 1, 0, 1, 1.1), "#NUM!"),
    ("API_REVENUE", (1, 1, 1, 1, 0, 1, 0, 0, 0, 0), "#DIV/0!"), ("PRICE_BLEND", (1, 2, -1), "#NUM!"),
    ("ADS_ARPDAU", (4, 30, 1.1), "#NUM!"), ("ARPU_MAU", (0.1, 1.1), "#NUM!"),
    ("COMMERCE_REV", (1, 0.1, 1.1, 1, 0.1), "#NUM!"), ("TIPS", (1, 1.1, 1), "#NUM!"),
    ("TOB_CASH", ([1, 2], -1), "#NUM!"), ("TOB_CASH", ([1, 2], 1, 0), "#DIV/0!"),
    ("DEAL_MARGIN", (1, -1, 1, 1), "#NUM!"), ("DEAL_MARGIN", (1, 1, 1, -1), "#NUM!"),
    ("TOKENS_PER_USER", (1, 1, 1, -1), "#NUM!"), ("COST_PER_MTOK", (1, 1, 1.1), "#NUM!"),
    ("COST_PER_MTOK", (1, 0, 0.5), "#DIV/0!"), ("COST_PER_MTOK", (1, 1, 0), "#DIV/0!"),
    ("COST_PER_REQUEST", (1, 1, 1, 1, 1.1), "#NUM!"), ("GPU_COST_PER_MAU", (1, 0), "#DIV/0!"),
    ("GPU_COST_PER_MAU", (1, 1, 1, 0.9), "#NUM!"), ("GPUS_NEEDED", (1, 0.9, 1), "#NUM!"),
    ("GPUS_NEEDED", (1, 1, 1, 0), "#NUM!"), ("GPUS_NEEDED", (1, 1, 0), "#DIV/0!"),
    ("IDLE_COST", (1, 2, 1), "#NUM!"), ("GPU_HOUR_OWN", (1, 0, 0, 1, 1, 1, 0, 1), "#NUM!"),
    ("GPU_HOUR_OWN", (1, 0, 1, 1, 1, 1, 0, 0), "#NUM!"),
    ("GPU_HOUR_OWN", (1, 0, 1, 1, 1, 1, 0, 1.1), "#NUM!"),
    ("GPU_HOUR_OWN", (1, 0, 1, 1, 0.9, 1, 0, 1), "#NUM!"), ("LEASE_PMT", (1, 0.1, 0), "#NUM!"),
    ("LEASE_PMT", (1, -1, 1), "#NUM!"), ("LEASE_VS_BUY", (1, 1, 1, 1, 0, 0.1), "#NUM!"),
    ("TRAIN_AMORT", (1, 0, 1), "#NUM!"), ("TRAIN_AMORT", (1, 1, 0.9), "#NUM!"),
    ("HEADCOUNT", (-1, 1), "#NUM!"), ("MARKUP", (-1,), "#DIV/0!"), ("MARKUP", (0.3, "margin"), "#VALUE!"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "kind"), REFUSED, ids=str)
def test_what_the_definition_refuses(name: str, args: tuple[Any, ...], kind: str) -> None:
    cells = function(name).cells(*args)
    first = cells[0][0] if isinstance(cells, list) else cells
    assert first == CellError(ErrorKind(kind))


def test_what_is_more_than_rounding_counts() -> None:
    assert GPUS_NEEDED(800.0008, 1, 1) == 1001
    for avg_used in (10.001, 10 * (1 + 1e-9)):
        with pytest.raises(FunctionError, match="more than fleet"):
            IDLE_COST(10, avg_used, 14)


def test_rounding_buys_no_gpu() -> None:
    naive = 20_000 * 2 / (500 * 0.7) * (1 + 0.05)
    assert math.ceil(naive) == 121
    assert GPUS_NEEDED([20_000, 20_001, 0, 1e-9, 1e-300], 2, 500, 0.7, 0.05) == [120, 121, 0, 1, 1]
    assert IDLE_COST(1, 1 + 1e-15, 14) == 0


@sixty
@given(money, share, st.floats(0.5, 10), st.floats(0, 2), money, share)
def test_an_own_hour_costs_the_more_the_less_it_is_used(
    capex: float, residual: float, years: float, kw: float, kwh: float, util: float
) -> None:
    used, whole = (GPU_HOUR_OWN(capex, residual, years, kw, 1.3, kwh, 0.05, u) for u in (util, 1))
    assert used == pytest.approx(whole / util, rel=1e-12)


@sixty
@given(money, st.one_of(count, st.floats(0.1, 120)), st.sampled_from(["straight", "syd", "expense"]))
def test_a_training_run_is_written_off_over_its_life(cost: float, life: float, method: str) -> None:
    assume(method != "syd" or life == int(life))
    months = np.arange(1, math.ceil(life) + 1)
    parts = TRAIN_AMORT(cost, life, months, method)
    assert math.fsum(parts) == pytest.approx(cost, rel=1e-12)
    assert (np.diff(parts) <= cost * 1e-12).all()
    assert TRAIN_AMORT(cost, life, months + 0.9, method) == pytest.approx(parts, rel=1e-12)
    assert TRAIN_AMORT(cost, life, months[-1] + 1, method) == 0


def monthly(rate: float, convention: str) -> float:
    return rate / 12 if convention == "nominal" else math.expm1(math.log1p(rate) / 12)


@sixty
@given(money, annual, count, money, whens, conventions)
def test_lease_payments_are_worth_the_price_less_the_residual(
    price: float, rate: float, months: int, residual: float, when: str, convention: str
) -> None:
    payment = LEASE_PMT(price, rate, months, residual, when, convention)
    growth = 1 + monthly(rate, convention)
    owed, size = price, price + residual
    for _ in range(months):
        owed = (owed - payment) * growth if when == "begin" else owed * growth - payment
        size = (size + abs(payment)) * growth
    assert owed == pytest.approx(residual, rel=1e-9, abs=1e-10 * size)


@sixty
@given(money, st.one_of(st.just(0.0), st.floats(0.001, 1)), count, money, whens, conventions)
def test_interest_and_principal_are_the_payment(
    price: float, rate: float, months: int, residual: float, when: str, convention: str
) -> None:
    payment = LEASE_PMT(price, rate, months, residual, when, convention)
    terms: Any = (monthly(rate, convention), np.arange(1, months + 1), months, -price, residual, when)
    with np.errstate(invalid="ignore"):
        interest, principal = numpy_financial.ipmt(*terms), numpy_financial.ppmt(*terms)
    assert interest + principal == pytest.approx(payment, rel=1e-9, abs=1e-9 * (price + residual))


def test_interest_and_principal_of_a_first_month() -> None:
    terms = (0.08 / 12, 1, 36, -1_000_000)
    interest, principal = float(numpy_financial.ipmt(*terms)), float(numpy_financial.ppmt(*terms))
    assert (f"{interest:,.2f}", f"{principal:,.2f}") == ("6,666.67", "24,669.70")
    assert interest + principal == pytest.approx(LEASE_PMT(1_000_000, 0.08, 36), rel=1e-12)


@pytest.mark.parametrize("when", ["end", "begin"])
@pytest.mark.parametrize("convention", ["nominal", "effective"])
def test_a_rate_of_zero_among_others(when: str, convention: str) -> None:
    rates = np.array([-0.1, 0.0, 1e-300, 1e-18, 1e-9, 0.08])
    together = LEASE_PMT(36e4, rates, 36, 0, when, convention)
    assert together == pytest.approx([LEASE_PMT(36e4, r, 36, 0, when, convention) for r in rates], rel=1e-15)
    assert together[1:4] == pytest.approx(1e4, rel=1e-15)
    assert together[4] == pytest.approx(1e4 * (1 + 1e-9 / 12 * (18.5 if when == "end" else 17.5)), rel=1e-14)


def test_a_rate_that_loses_all_is_refused() -> None:
    with pytest.raises(FunctionError, match=r"annual_rate must be above -1 \(#NUM!\)"):
        LEASE_PMT(100, -1, 12)


@sixty
@given(money, money, money, money, count, annual, whens)
def test_lease_or_buy_month_by_month(
    price: float, residual: float, own: float, lease: float, months: int, rate: float, when: str
) -> None:
    buying, leasing = price, 0.0
    for month in range(months) if when == "begin" else range(1, months + 1):
        worth = (1 + rate) ** (-month / 12)
        buying += own * worth
        leasing += lease * worth
    sold = residual * (1 + rate) ** (-months / 12)
    saved = LEASE_VS_BUY(price, residual, own, lease, months, rate, when)
    assert saved == pytest.approx(leasing - buying + sold, rel=1e-9, abs=1e-12 * (leasing + buying + sold))


@sixty
@given(money, money, count, annual, whens)
def test_a_lease_at_the_payment_of_a_loan_is_worth_a_purchase(
    price: float, residual: float, months: int, rate: float, when: str
) -> None:
    lease = LEASE_PMT(price, rate, months, residual, when, "effective")
    assume(lease >= 0)
    today = price + residual * (1 + rate) ** (-months / 12)
    assert LEASE_VS_BUY(price, residual, 0, lease, months, rate, when) == pytest.approx(0, abs=1e-9 * today)
