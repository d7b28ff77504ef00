"""What a user is worth and when it is paid back, against slow sums and the functions they invert."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.boundary import CautionWarning
from engine.errors import CellError, ErrorKind
from engine.registry import function

BREAKEVEN, LTV, LTV_CAC = (function(n) for n in ("BREAKEVEN", "LTV", "LTV_CAC"))
LTV_CURVE, LIFETIME, RETENTION = (function(n) for n in ("LTV_CURVE", "LIFETIME", "RETENTION"))
PAYBACK, PAYBACK_COHORT = function("PAYBACK"), function("PAYBACK_COHORT")
BE_PRICE, BE_PAYER_RATE = function("BE_PRICE"), function("BE_PAYER_RATE")

sixty = settings(max_examples=60, deadline=None)
money = st.floats(0.01, 1e6)
share = st.floats(0.01, 0.99)
horizons = st.one_of(st.none(), st.floats(2, 600))
FIGURES = ("arpu", "margin", "churn", "cac")
# The parameters of curves that people fit, a power law that is capped or rises, a steep Weibull.
CURVES = [
    ("power", 0.3, 0.5), ("power", 2, 0.7), ("power", 0.5, -0.1), ("exponential", 0.3, 0.02),
    ("exponential", 1, 0), ("weibull", 20, 0.6), ("weibull", 3000, 40), ("sbg", 0.7, 1.3), ("sbg", 90, 4000),
]  # fmt: skip


@sixty
@given(money, share, share, money, st.floats(0.1, 10), horizons)
def test_breakeven_inverts_ltv_over_cac(
    arpu: float, margin: float, churn: float, cac: float, target: float, horizon: float | None
) -> None:
    target = LTV_CAC(LTV(arpu, margin, churn, 0, horizon), cac)
    wanted = dict(zip(FIGURES, (arpu, margin, churn, cac), strict=True))
    for solve_for in FIGURES:
        others = (None if name == solve_for else wanted[name] for name in FIGURES)
        found = BREAKEVEN(solve_for, *others, target, horizon)
        assert found == pytest.approx(wanted[solve_for], rel=1e-9)
        reached = wanted | {solve_for: found}
        ltv = LTV(reached["arpu"], reached["margin"], reached["churn"], 0, horizon)
        assert LTV_CAC(ltv, reached["cac"]) == pytest.approx(target, rel=1e-12)


@pytest.mark.parametrize("horizon", [1.5, 2, 12, 24, 365, 1e6])
def test_breakeven_finds_the_churn_to_twelve_decimals(horizon: float) -> None:
    churn = np.concatenate([[0.0], np.geomspace(1e-6, 1, 200)])
    cac = LTV(30, 0.6, churn, 0, horizon) / 3
    assert BREAKEVEN("churn", 30, 0.6, None, cac, 3, horizon) == pytest.approx(churn, rel=0, abs=1e-12)


def test_breakeven_does_not_look_at_what_it_solves_for() -> None:
    assert BREAKEVEN("churn", 30, 0.6, 7, 60, 3) == BREAKEVEN("churn", 30, 0.6, None, 60, 3)
    assert BREAKEVEN("cac", 30, 0.6, 0.1, -5) == pytest.approx(180)
    row = BREAKEVEN.cells(["arpu", "margin", "churn", "cac"], 30, 0.6, 0.1, 60, 3)
    assert row == [pytest.approx([30, 0.6, 0.1, 60])]


@pytest.mark.parametrize(
    "args",
    [
        ("margin", 30, None, 0.1, 301),
        ("margin", -30, None, 0.1, 60),
        ("churn", 30, 0.6, None, 17),
        ("churn", 0, 0.6, None, 60),
        ("churn", 30, 0.6, None, 17, 1, 24),
        ("churn", 30, 0.6, None, 433, 1, 24),
        ("churn", 30, 0.6, None, 18, 1, 1),
        ("cac", -30, 0.6, 0.1),
        ("arpu", None, -0.6, 0.1, 60),
    ],
)
def test_breakeven_has_no_answer_outside_the_domain(args: tuple[object, ...]) -> None:
    assert BREAKEVEN.cells(*args) == CellError(ErrorKind.NA)


@pytest.mark.parametrize(
    "args", [("margin", 30, None, 0.1, 300 * (1 + 1e-9)), ("churn", 30, 0.6, None, 18 * (1 - 1e-9))]
)
def test_breakeven_a_little_outside_the_domain_is_outside(args: tuple[object, ...]) -> None:
    assert BREAKEVEN.cells(*args) == CellError(ErrorKind.NA)
    short = BE_PAYER_RATE.cells(1, 21 * (1 + 1e-9), 30, 0.3)
    assert (short, BE_PAYER_RATE(1, 21, 30, 0.3)) == (CellError(ErrorKind.NA), 1)


@pytest.mark.parametrize("churn", [1e-6, 1e-9, 1e-13, 1e-200])
def test_very_little_churn_still_counts(churn: float) -> None:
    months = 1e-3 / churn
    lasting = -math.expm1(months * math.log1p(-churn)) / churn
    assert LTV(30, 0.6, churn, 0, months) == pytest.approx(18 * lasting, rel=1e-12)
    assert PAYBACK(18 * lasting, 30, 0.6, churn, None, "churn") == pytest.approx(months, rel=1e-9)


def test_a_value_that_hardly_falls_is_large_but_no_error() -> None:
    left = 1 - Fraction(9, 10) * (1 + Fraction(11111111, 10**8))
    value = LTV(30, 0.6, 0.1, 0, None, None, 0.11111111)
    assert value == pytest.approx(float(18 / left), rel=1e-6)
    assert LTV.cells(30, 0.6, 0.1, 0, None, None, 1 / 0.9 - 1) == CellError(ErrorKind.NUM)


@pytest.mark.parametrize("method", ["cohort", None])
def test_no_months_have_no_value(method: str | None) -> None:
    assert LTV(30, 0.6, [0, 0.1, 1], 0, 0, method) == [0, 0, 0]
    assert LTV(30, 0.6, 1, 0, [1, 24], method) == [18, 18]


REFUSED = [
    ("CONTRIBUTION", (0, 1, "margin"), "#DIV/0!"), ("LTV", (30, 0.6, 1.01), "#NUM!"),
    ("LTV", (30, 0.6, -0.01), "#NUM!"), ("LTV_CURVE", (0.1, 1, 0.3, 0.5, 0.9), "#NUM!"),
    ("LTV_CAC", (20, -1), "#NUM!"), ("PAYBACK", (-1, 30, 0.6), "#NUM!"), ("PAYBACK", (0, 0, 0.6), "#N/A"),
    ("PAYBACK_COHORT", (1, []), "#VALUE!"), ("BE_PRICE", (1, 6, 0), "#DIV/0!"),
    ("BE_PRICE", (1, 6, 0.1, 1), "#NUM!"), ("BE_PAYER_RATE", (1, 30, 29), "#N/A"),
    ("COVERAGE", (1, 0), "#N/A"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "kind"), REFUSED, ids=str)
def test_what_the_definition_refuses(name: str, args: tuple[object, ...], kind: str) -> None:
    assert function(name).cells(*args) == CellError(ErrorKind(kind))


def test_margins_are_fractions() -> None:
    for cells in (LTV.cells(30, 60, 0.1), LTV_CURVE.cells(0.1, 60, 0.3, 0.5), PAYBACK.cells(60, 30, 60)):
        assert cells == CellError(ErrorKind.NUM)
    assert BREAKEVEN.cells("cac", 30, 60, 0.1) == CellError(ErrorKind.NUM)


def test_breakeven_at_the_ends_of_the_domain() -> None:
    assert BREAKEVEN("margin", 30, None, 0.1, 300) == 1
    assert BREAKEVEN("churn", 30, 0.6, None, 18) == 1
    assert BREAKEVEN("churn", 30, 0.6, None, 18 * 24, 1, 24) == 0


def month_by_month(cac: float, contribution: list[float], disc: float) -> float | None:
    paid = 0.0
    for month, amount in enumerate(contribution):
        worth = amount * math.exp(-month / 12 * math.log1p(disc))
        if paid + worth >= cac:
            return month + (cac - paid) / worth
        paid += worth
    return None


@sixty
@given(st.floats(0.01, 500), st.lists(st.floats(-20, 60), min_size=1, max_size=40), st.floats(-0.5, 2))
def test_cohort_payback_month_by_month(cac: float, contribution: list[float], disc: float) -> None:
    slow = month_by_month(cac, contribution, disc)
    near = month_by_month(cac * (1 - 1e-9), contribution, disc)
    assume((slow is None) == (near is None))
    if slow is None or near is None:
        assert PAYBACK_COHORT.cells(cac, contribution, disc) == CellError(ErrorKind.NA)
        return
    assume(math.isclose(slow, near, rel_tol=1e-6))
    assert PAYBACK_COHORT(cac, contribution, disc) == pytest.approx(slow, rel=1e-9, abs=1e-9)


@sixty
@given(money, share, st.floats(0.01, 0.2), st.floats(0, 0.5), st.integers(1, 40))
def test_cohort_payback_of_a_geometric_row_is_payback(
    arpu: float, margin: float, churn: float, disc: float, months: int
) -> None:
    cac = LTV(arpu, margin, churn, disc, months)
    row = [arpu * margin * (1 - churn) ** t for t in range(months + 1)]
    assert PAYBACK_COHORT(cac, row, disc) == pytest.approx(months, rel=1e-9)
    assert PAYBACK(cac, arpu, margin, churn, disc, "discounted") == pytest.approx(months, rel=1e-9)


def test_cohort_payback_row_by_row_of_costs_and_rates() -> None:
    row, costs, rates = [18, 16, 14, 13, 12], [60, 0, 70, 74], [0, 0.1, 0.2, 0]
    singly = [PAYBACK_COHORT.cells(cac, row, disc) for cac, disc in zip(costs, rates, strict=True)]
    assert PAYBACK_COHORT.cells(costs, row, rates) == [singly]
    assert PAYBACK_COHORT.cells(costs, row)[0][1:] == [0, 4.75, CellError(ErrorKind.NA)]
    assert PAYBACK_COHORT.cells(60, row, rates)[0][2] == PAYBACK_COHORT(60, row, 0.2)
    assert PAYBACK_COHORT([0, 0], [0, -5]) == [0, 0]


def test_a_cost_that_is_met_but_for_rounding_is_met() -> None:
    assert sum([0.1] * 8) < 0.8
    assert PAYBACK_COHORT(0.8, [0.1] * 8) == pytest.approx(8, rel=1e-12)


@pytest.mark.parametrize(("model", "param1", "param2"), CURVES)
@pytest.mark.parametrize("horizon", [1, 30.7, 365, 4097, 30_000])
@pytest.mark.parametrize("disc", [-0.1, 1e-9, 0.12, 3, 1e200])
def test_curve_day_by_day(model: str, param1: float, param2: float, horizon: float, disc: float) -> None:
    t = np.arange(int(horizon), dtype=float)
    slow = math.fsum(RETENTION(t, param1, param2, model) * np.exp(-t / 365 * math.log1p(disc)))
    found = LTV_CURVE(0.2, 0.5, param1, param2, horizon, model, disc)
    assert found == pytest.approx(0.1 * slow, rel=1e-12)


@pytest.mark.parametrize(("model", "param1", "param2"), CURVES)
@pytest.mark.parametrize("horizon", [1, 365, 1e6])
def test_undiscounted_curve_is_lifetime(model: str, param1: float, param2: float, horizon: float) -> None:
    days = LIFETIME(param1, param2, horizon, model)
    assert LTV_CURVE(0.07, 0.9, param1, param2, horizon, model) == 0.07 * 0.9 * days
    mixed = LTV_CURVE(0.07, 0.9, param1, param2, horizon, model, [0, 0.5])
    assert mixed[0] == 0.07 * 0.9 * days
    assert mixed[1] == LTV_CURVE(0.07, 0.9, param1, param2, horizon, model, 0.5)


def test_a_curve_has_a_year_if_nothing_else_is_said() -> None:
    assert LTV_CURVE(0.1, 1, 0.3, 0.5) == LTV_CURVE(0.1, 1, 0.3, 0.5, 365, "power", 0)


def test_curve_row_by_row() -> None:
    decay, horizon, disc = np.linspace(0.2, 0.9, 700), np.linspace(1, 3000, 700), np.linspace(0.01, 3, 700)
    found = LTV_CURVE(1, 1, 0.3, decay, horizon, "power", disc)
    singly = [LTV_CURVE(1, 1, 0.3, *row) for row in zip(decay, horizon, ["power"] * 700, disc, strict=True)]
    assert found == pytest.approx(singly, rel=1e-12)


def test_curve_of_the_public_sheet() -> None:
    """Thirty days observed, then a fitted power curve to day 180: 11.5499364 days, 1.15499 at 0.100 a day."""
    param1, param2, observed = 0.6755619207, 0.614436236, 5.105
    fitted = LIFETIME(param1, param2, 181) - LIFETIME(param1, param2, 31)
    assert observed + fitted == pytest.approx(11.5499364, abs=5e-8)
    worth = LTV_CURVE(0.1, 1, param1, param2, 181) - LTV_CURVE(0.1, 1, param1, param2, 31)
    assert 0.1 * observed + worth == pytest.approx(1.15499, abs=5e-6)


def test_curve_read_too_far_is_a_caution() -> None:
    with pytest.warns(CautionWarning, match="three times the last observed day"):
        LTV_CURVE(0.1, 1, 0.3, 0.5, 91, observed=30)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LTV_CURVE(0.1, 1, 0.3, 0.5, 90, observed=30)


@sixty
@given(money, st.floats(0, 1e6), st.floats(1e-4, 1), st.floats(0, 0.9))
def test_price_and_payer_rate_invert_each_other(free: float, payer: float, rate: float, fee: float) -> None:
    price = BE_PRICE(free, payer, rate, fee)
    carried = free * (1 - rate) / rate
    # Where the price is nearly all the payer's own cost, or nearly all pay, the rate hangs on last digits.
    assume(rate == 1 or (carried > 1e-4 * payer and rate < 0.999))
    found = BE_PAYER_RATE(free, payer, price, fee)
    assert found == pytest.approx(rate, rel=1e-9)
    assert BE_PRICE(free, payer, found, fee) == pytest.approx(price, rel=1e-9)
