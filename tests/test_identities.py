"""What must hold whatever the numbers: identities, and slow sums done by hand."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import CellError, ErrorKind
from engine.registry import function

LTV, PAYBACK, LIFETIME, RETENTION = (function(n) for n in ("LTV", "PAYBACK", "LIFETIME", "RETENTION"))
RUNWAY, RUNWAY_PATH, ESCROW = (function(n) for n in ("RUNWAY", "RUNWAY_PATH", "RUNWAY_ESCROW"))
COHORT_ACTIVE = function("COHORT_ACTIVE")

sixty = settings(max_examples=60, deadline=None)

money = st.floats(0.01, 1e6)
share = st.floats(0.01, 0.99)
rate = st.floats(-0.5, 0.5)


def some(low: float, high: float) -> st.SearchStrategy[float]:
    """Nothing at all, or so much that its products keep their digits."""
    return st.just(0.0) | st.floats(low, high)


users = st.lists(st.floats(0, 1e6), min_size=1, max_size=12)
shares = st.lists(st.floats(0, 1), min_size=12, max_size=12)


@sixty
@given(money, share, share)
def test_ltv_without_end_is_the_short_formula(arpu: float, margin: float, churn: float) -> None:
    assert LTV(arpu, margin, churn) == pytest.approx(arpu * margin / churn, rel=1e-12)
    assert LTV(arpu, margin, churn, method="simple") == pytest.approx(arpu * margin / churn, rel=1e-12)


@sixty
@given(money, share, st.floats(0, 1), rate, st.integers(0, 400), rate)
def test_ltv_is_the_sum_month_by_month(
    arpu: float, margin: float, churn: float, disc: float, horizon: int, expansion: float
) -> None:
    discount = (1 + disc) ** (1 / 12)
    value, left = 0.0, arpu * margin
    for _ in range(horizon):
        value += left
        left *= (1 - churn) * (1 + expansion) / discount
    assert LTV(arpu, margin, churn, disc, horizon, expansion=expansion) == pytest.approx(value, rel=1e-9)


@sixty
@given(money, money, share, share)
def test_payback_is_when_contributions_reach_cac(
    cac: float, arpu: float, margin: float, churn: float
) -> None:
    assume(cac < 0.999 * arpu * margin / churn)
    months = PAYBACK(cac, arpu, margin, churn, method="churn")
    assert LTV(arpu, margin, churn, 0, months) == pytest.approx(cac, rel=1e-9)


@sixty
@given(money, money, share, st.floats(0, 0.5), st.floats(0, 1))
def test_discounted_payback_is_when_discounted_contributions_reach_cac(
    cac: float, arpu: float, margin: float, churn: float, disc: float
) -> None:
    assume(churn == 0 or cac * (1 - (1 - churn) / (1 + disc) ** (1 / 12)) < 0.99 * arpu * margin)
    assume(cac < 100 * arpu * margin)
    months = PAYBACK(cac, arpu, margin, churn, disc, "discounted", errors="coerce")
    assume(not math.isnan(months))
    assert LTV(arpu, margin, churn, disc, months) == pytest.approx(cac, rel=1e-9)


@sixty
@given(money, st.floats(0.1, 100))
def test_runway_along_a_level_path_is_runway(burn: float, months: float) -> None:
    path = [burn] * (math.ceil(months) + 1)
    assert RUNWAY_PATH(burn * months, path) == pytest.approx(RUNWAY(burn * months, burn), rel=1e-9)


@sixty
@given(st.integers(0, 500), st.lists(st.integers(-50, 100), min_size=1, max_size=24))
def test_runway_along_a_path_is_spent_month_by_month(cash: int, path: list[int]) -> None:
    left, lasts = cash, None
    for month, burn in enumerate(path):
        if burn > left:
            lasts = month + left / burn
            break
        left -= burn
    found = RUNWAY_PATH.cells(cash, path)
    assert found == (CellError(ErrorKind.NA) if lasts is None else pytest.approx(lasts, rel=1e-12))


@sixty
@given(st.integers(1, 5000), st.integers(1, 20), st.integers(1, 99))
def test_a_cost_as_high_as_the_lifetime_value_is_never_paid_back(dimes: int, part: int, lost: int) -> None:
    arpu, margin, churn = dimes / 10, part / 20, lost / 100
    value = float(Fraction(dimes, 10) * Fraction(part, 20) / Fraction(lost, 100))
    for cac in (value, LTV(arpu, margin, churn)):
        assert PAYBACK.cells(cac, arpu, margin, churn, None, "churn") == CellError(ErrorKind.NA)
    assert PAYBACK(value * 0.999999, arpu, margin, churn, None, "churn") > 1


@sixty
@given(money, st.sampled_from([0.01, 0.03, 0.05, 0.07, 0.3, 0.7]))
def test_cash_that_a_shrinking_burn_just_uses_up_never_ends(burn: float, shrinks: float) -> None:
    assert RUNWAY.cells(burn / shrinks, burn, -shrinks) == CellError(ErrorKind.NA)
    assert RUNWAY(burn / shrinks * 0.999999, burn, -shrinks) > 1


@sixty
@given(money, some(1e-6, 100), some(1e-15, 0.2) | some(-0.2, -1e-15))
def test_growing_burn_uses_up_the_cash(burn: float, months: float, growth: float) -> None:
    lasts = RUNWAY(burn * months, burn, growth, errors="coerce")
    assume(not math.isnan(lasts) and lasts < 1000)
    total = burn * (lasts if growth == 0 else math.expm1(lasts * math.log1p(growth)) / growth)
    assert total == pytest.approx(burn * months, rel=1e-9, abs=0)


@sixty
@given(money, money, money, st.sampled_from(["pay_first", "pro_rata", "none"]))
def test_escrow_with_nothing_restricted_is_runway(
    free: float, cloud: float, other: float, method: str
) -> None:
    assert ESCROW(free, 0, cloud, other, method) == pytest.approx(RUNWAY(free, cloud + other), rel=1e-12)


def test_escrow_where_one_side_is_empty() -> None:
    assert ESCROW(100, 0, 0, 10, ["pay_first", "pro_rata", "none"]) == [10, 10, 10]
    assert ESCROW(0, 0, 50, 0, ["pay_first", "pro_rata", "none"]) == [0, 0, 0]
    assert ESCROW(100, 600, 0, 10, ["pay_first", "pro_rata", "none"]) == [10, 10, 10]


def paid_month_by_month(free: float, escrow: float, eligible: float, other: float) -> float:
    """Escrow pays what it may, free cash the rest, in steps of a thousandth of a month."""
    step, months = 1e-3, 0.0
    while free > 0:
        from_escrow = min(escrow, eligible * step)
        escrow -= from_escrow
        free -= other * step + eligible * step - from_escrow
        months += step
    return months


amounts = st.integers(1, 200)


@settings(max_examples=15, deadline=None)
@given(amounts, amounts, st.integers(10, 50), st.integers(10, 50))
def test_escrow_against_a_simulation(free: int, escrow: int, eligible: int, other: int) -> None:
    slow = paid_month_by_month(free, escrow, eligible, other)
    assert ESCROW(free, escrow, eligible, other) == pytest.approx(slow, abs=3e-3)


@sixty
@given(users, shares)
def test_cohorts_are_a_double_sum(new: list[float], kept: list[float]) -> None:
    slow = [sum(new[c] * kept[t - c] for c in range(t + 1)) for t in range(len(new))]
    assert COHORT_ACTIVE(new, kept) == pytest.approx(slow, rel=1e-9, abs=1e-6)


@sixty
@given(users, users, shares, st.floats(0, 10))
def test_cohorts_are_linear(one: list[float], two: list[float], kept: list[float], times: float) -> None:
    size = min(len(one), len(two))
    a, b = np.array(one[:size]), np.array(two[:size])
    together = COHORT_ACTIVE(a + times * b, kept)
    apart = COHORT_ACTIVE(a, kept) + times * COHORT_ACTIVE(b, kept)
    assert together == pytest.approx(apart, rel=1e-9, abs=1e-6)


@sixty
@given(users, shares)
def test_cohorts_a_month_later_are_the_same_a_month_later(new: list[float], kept: list[float]) -> None:
    later = COHORT_ACTIVE([0.0, *new], [*kept, 0.0])
    assert later == pytest.approx([0.0, *COHORT_ACTIVE(new, kept)], rel=1e-9, abs=1e-6)


CURVES = [
    ("power", 0.3, 0.5), ("power", 0.9, 1.0), ("power", 5.0, 0.7), ("power", 0.4, 0.0), ("power", 0.1, -0.3),
    ("exponential", 0.3, 0.01), ("exponential", 1.0, 0.0), ("weibull", 30.0, 0.5), ("weibull", 1.0, 0.01),
    ("weibull", 500.0, 3.9), ("weibull", 2000.0, 6.0), ("sbg", 0.668, 3.806), ("sbg", 1.0, 1.0),
    ("sbg", 50.0, 900.0),
]  # fmt: skip


@pytest.mark.parametrize("horizon", [1, 2, 30, 1024, 1026, 1500.7, 2e4, 2e5])
@pytest.mark.parametrize(("model", "p1", "p2"), CURVES)
def test_lifetime_is_the_sum_of_retentions(model: str, p1: float, p2: float, horizon: float) -> None:
    days = np.arange(1, int(horizon), dtype=float)
    slow = 1 + (math.fsum(RETENTION(days, p1, p2, model)) if days.size else 0)
    assert LIFETIME(p1, p2, horizon, model) == pytest.approx(slow, rel=1e-12)


@pytest.mark.parametrize("end", [1.0, 2.5, 30.0, 5000.0])
@pytest.mark.parametrize(("model", "p1", "p2"), CURVES)
def test_lifetime_is_the_area_under_retention(model: str, p1: float, p2: float, end: float) -> None:
    from scipy.integrate import quad

    def density(u: float) -> float:
        return float(RETENTION(math.exp(u), p1, p2, model)) * math.exp(u)

    bend = math.log(p1) / p2 if model == "power" and p2 else 0.0
    edges = sorted({0.0, math.log(end), *(b for b in (bend, 3.0, 6.0) if 0 < b < math.log(end))})
    area = sum(quad(density, a, b, epsabs=0, epsrel=1e-10)[0] for a, b in itertools.pairwise(edges))
    assert LIFETIME(p1, p2, end, model, "integral") == pytest.approx(1 + area, rel=1e-9)


@sixty
@given(st.floats(0, 1), st.floats(1.001, 20))
def test_power_lifetime_without_end_is_zeta(p1: float, p2: float) -> None:
    from scipy.special import zeta

    assert LIFETIME(p1, p2) == pytest.approx(1 + p1 * zeta(p2), rel=1e-9)


@sixty
@given(st.floats(1.001, 50), st.floats(0.01, 1000))
def test_sbg_lifetime_without_end_is_closed(alpha: float, beta: float) -> None:
    closed = (alpha + beta - 1) / (alpha - 1)
    assert LIFETIME(alpha, beta, model="sbg") == pytest.approx(closed, rel=1e-9)


@sixty
@given(st.floats(0.1, 100), st.floats(0.5, 10))
def test_weibull_lifetime_without_end(scale: float, shape: float) -> None:
    whole = LIFETIME(scale, shape, model="weibull", method="integral")
    first = LIFETIME(scale, shape, 1e6, "weibull", "integral")
    assert whole == pytest.approx(first, rel=1e-12)
    exact = 1 + scale * math.gamma(1 + 1 / shape)
    assert -1e-9 <= exact - whole <= 1 + 1e-9


@pytest.mark.parametrize("model", ["power", "weibull", "sbg"])
@pytest.mark.parametrize("method", ["sum", "integral"])
def test_long_horizons_in_many_rows_do_not_hang(model: str, method: str) -> None:
    rows = 3000
    result: Any = LIFETIME(np.full(rows, 2.0), np.linspace(0.001, 3, rows), 1e6, model, method)
    assert np.isfinite(result).all()
