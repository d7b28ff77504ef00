"""Fits find what made the data and agree with slow work by hand; funnels, churn and audiences."""

from __future__ import annotations

import itertools
import math
import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.boundary import CautionWarning
from engine.curves import REACH
from engine.errors import CellError, ErrorKind, FunctionError
from engine.registry import Function, function

RET_FIT, RETENTION, LIFETIME = (function(n) for n in ("RET_FIT", "RETENTION", "LIFETIME"))
SBG_FIT, SURVIVAL, DERL = (function(n) for n in ("SBG_FIT", "SBG_SURVIVAL", "SBG_DERL"))
CHURN_CONVERT, FUNNEL, CAC_STAGE = (function(n) for n in ("CHURN_CONVERT", "FUNNEL", "CAC_STAGE"))
STEADY_MAU, MAU_ROLL, USERS, CAC = (
    function(n) for n in ("STEADY_MAU", "MAU_ROLL", "USERS_FROM_SPEND", "CAC")
)

sixty = settings(max_examples=60, deadline=None)
share = st.floats(0.01, 0.99)
shape = st.floats(0.01, 100)
users = st.floats(1, 1e7)

HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
DAYS = [1, 2, 3, 5, 7, 14, 30, 60]
SEEN = [0.42, 0.31, 0.29, 0.22, 0.21, 0.14, 0.11, 0.06]
MODELS = ["power", "exponential", "weibull"]
EXACT = [
    ("power", 0.3, 0.35), ("power", 0.9, 1.7), ("power", 0.5, 0.0), ("exponential", 0.3, 0.02),
    ("exponential", 1.0, 0.001), ("exponential", 0.4, 0.0), ("weibull", 4.0, 0.3), ("weibull", 120.0, 1.4),
]  # fmt: skip


# Retention curves


@pytest.mark.parametrize("method", ["loglog", "nls"])
@pytest.mark.parametrize(("model", "first", "second"), EXACT)
def test_a_fit_finds_the_curve_that_made_the_points(
    model: str, first: float, second: float, method: str
) -> None:
    seen = RETENTION(DAYS, first, second, model)
    fit = RET_FIT(DAYS, seen, model, method)
    assert fit == pytest.approx([first, second, 1], rel=1e-9, abs=1e-12)
    assert RETENTION(DAYS, fit[0], fit[1], model) == pytest.approx(seen, rel=1e-12)


@sixty
@given(st.sampled_from(MODELS), share, share, st.sampled_from(["loglog", "nls"]))
def test_two_points_fix_a_curve(model: str, early: float, late: float, method: str) -> None:
    assume(late < 0.999 * early)
    # An exponential curve that is so steep would start above 1.
    assume(model != "exponential" or early**9 <= 0.99 * late**2)
    first, second, explained = RET_FIT([2, 9], [early, late], model, method)
    assert explained == pytest.approx(1, abs=1e-9)
    assert RETENTION([2, 9], first, second, model) == pytest.approx([early, late], rel=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_loglog_is_a_trendline(model: str) -> None:
    x = [float(day) if model == "exponential" else math.log(day) for day in DAYS]
    y = [math.log(-math.log(r)) if model == "weibull" else math.log(r) for r in SEEN]
    n, xs, ys = len(x), math.fsum(x), math.fsum(y)
    xy, xx, yy = (math.fsum(a * b for a, b in zip(p, q, strict=True)) for p, q in ((x, y), (x, x), (y, y)))
    slope = (n * xy - xs * ys) / (n * xx - xs * xs)
    level = (ys - slope * xs) / n
    explained = (n * xy - xs * ys) ** 2 / ((n * xx - xs * xs) * (n * yy - ys * ys))
    wanted = (math.exp(-level / slope), slope) if model == "weibull" else (math.exp(level), -slope)
    assert RET_FIT(DAYS, SEEN, model) == pytest.approx([*wanted, explained], rel=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_nls_is_the_least_square_of_retention(model: str) -> None:
    def squares(first: float, second: float) -> float:
        curve = RETENTION(DAYS, first, second, model)
        return math.fsum((a - b) ** 2 for a, b in zip(curve, SEEN, strict=True))

    first, second, explained = RET_FIT(DAYS, SEEN, model, "nls")
    least, step = squares(first, second), 1e-4
    for more, over in ((step, 0.0), (0.0, step), (step, step), (step, -step)):
        up = squares(first * (1 + more), second * (1 + over))
        down = squares(first * (1 - more), second * (1 - over))
        assert least < min(up, down)
        # The valley floor lies in the middle of two points of equal height.
        assert abs(up - down) <= 1e-3 * (up + down - 2 * least)
    spread = math.fsum((r - math.fsum(SEEN) / len(SEEN)) ** 2 for r in SEEN)
    assert explained == pytest.approx(1 - least / spread, rel=1e-9)
    assert least < squares(*RET_FIT(DAYS, SEEN, model)[:2])


@pytest.mark.parametrize("method", ["loglog", "nls"])
@pytest.mark.parametrize("model", ["power", "exponential"])
def test_flat_retention_is_explained(model: str, method: str) -> None:
    assert RET_FIT(DAYS, [0.07] * 8, model, method) == pytest.approx([0.07, 0.0, 1.0], rel=1e-12)


@pytest.mark.parametrize("method", ["loglog", "nls"])
@pytest.mark.parametrize(
    ("model", "days", "seen"),
    [("power", [1000, 1001], [0.9, 1e-300]), ("power", [1e300, 1.0000000000000002e300], [0.2, 0.1])],
)
def test_a_curve_out_of_all_bounds_is_none(
    model: str, days: list[float], seen: list[float], method: str
) -> None:
    with pytest.raises(FunctionError, match="try another model"):
        RET_FIT(days, seen, model, method)


# Renewals of subscribers


def chances(alpha: float, beta: float, periods: int) -> tuple[list[float], float]:
    """P(T = t) by its recursion, and what is left."""
    lost = [alpha / (alpha + beta)]
    for t in range(2, periods + 1):
        lost.append(lost[-1] * (beta + t - 2) / (alpha + beta + t - 1))
    return lost, 1 - math.fsum(lost)


def likelihood(survivors: list[float], alpha: float, beta: float) -> float:
    lost, left = chances(alpha, beta, len(survivors) - 1)
    drops = [(a - b) * math.log(p) for (a, b), p in zip(itertools.pairwise(survivors), lost, strict=True)]
    return math.fsum([*drops, survivors[-1] * math.log(left)])


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "places"),
    [(HIGH_END, 0.668, 3.806, 3), (REGULAR, 0.704, 1.182, 3), (REGULAR[:5], 0.7637, 1.2958, 4)],
)
def test_published_fits(survivors: list[float], alpha: float, beta: float, places: int) -> None:
    fit = SBG_FIT(survivors)
    assert [round(x, places) for x in fit[:2]] == [alpha, beta]
    assert fit[2] == pytest.approx(likelihood(survivors, *fit[:2]), rel=1e-12)


@sixty
@given(st.lists(st.integers(0, 5000), min_size=3, max_size=10))
def test_a_renewal_fit_is_the_likeliest(counts: list[int]) -> None:
    survivors = sorted((float(n) for n in counts), reverse=True)
    fit = SBG_FIT(survivors, errors="coerce")
    assume(isinstance(fit, list) and max(fit[:2]) < 1e3)
    most = likelihood(survivors, *fit[:2])
    for more, over in itertools.product((0.97, 1, 1.03), repeat=2):
        assert likelihood(survivors, fit[0] * more, fit[1] * over) <= most + 1e-9 * abs(most)
    churn = (survivors[0] - survivors[-1]) / math.fsum(survivors[:-1])
    steady = (survivors[0] - survivors[-1]) * math.log(churn)
    assert most > steady + math.fsum(survivors[1:]) * math.log1p(-churn)


@sixty
@given(st.floats(0.05, 50), st.floats(0.05, 50), st.integers(3, 24))
def test_a_renewal_fit_finds_the_parameters_that_made_the_counts(
    alpha: float, beta: float, periods: int
) -> None:
    survivors = SURVIVAL(list(range(periods + 1)), alpha, beta)
    assert SBG_FIT(survivors)[:2] == pytest.approx([alpha, beta], rel=1e-6)


@pytest.mark.parametrize("survivors", [[5, 4, 4, 3], [1000, 900, 700], [9, 5, 5, 5, 0]])
def test_churn_that_does_not_fall_has_no_renewal_fit(survivors: list[float]) -> None:
    with pytest.raises(FunctionError, match="use one constant churn"):
        SBG_FIT(survivors)


@sixty
@given(st.integers(0, 40), st.floats(1e-3, 1e6), st.floats(1e-3, 1e6))
def test_survival_is_the_product_of_renewals(t: int, alpha: float, beta: float) -> None:
    left = math.prod((beta + k) / (alpha + beta + k) for k in range(t))
    assert SURVIVAL(t, alpha, beta) == pytest.approx(left, rel=1e-12)
    assert RETENTION(t, alpha, beta, "sbg") == pytest.approx(left, rel=1e-12)


def renewals(n: int, alpha: float, beta: float, disc: float, horizon: int) -> float:
    """Renewal by renewal."""
    worth, chance = [], 1.0
    for k in range(horizon):
        chance *= (beta + n - 1 + k) / (alpha + beta + n - 1 + k)
        worth.append(chance * math.exp(-k * math.log1p(disc)))
    return math.fsum(worth)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 60), shape, shape, st.floats(0, 2), st.sampled_from([0, 1, 12, 255, 256, 257, 300, 20_000])
)
def test_residual_lifetime_renewal_by_renewal(
    n: int, alpha: float, beta: float, disc: float, horizon: int
) -> None:
    slow = renewals(n, alpha, beta, disc, horizon)
    assert DERL(n, alpha, beta, disc, horizon) == pytest.approx(slow, rel=1e-11)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), shape, shape, st.floats(0.002, 2))
def test_residual_lifetime_without_end(n: int, alpha: float, beta: float, disc: float) -> None:
    slow = renewals(n, alpha, beta, disc, 20_000)
    assert DERL(n, alpha, beta, disc) == pytest.approx(slow, rel=1e-11)


# Gauss's hypergeometric function, to 30 digits with mpmath: beta / (alpha + beta) * 2F1(1, beta + 1;
# alpha + beta + 1; 1 / (1 + disc)), in places where scipy's is nan or loses digits.
@pytest.mark.parametrize(
    ("alpha", "beta", "disc", "value"),
    [
        (0.001, 0.001, 1e-12, 486375210829.4486), (0.5, 10000, 0.01, 100.49743994233711),
        (0.668, 3.8, 0.01, 18.993142247637067), (1, 10000, 0.001, 916.4707337403268),
        (1.000000001, 1, 1e-06, 12.815538105736945), (1.5, 20, 0.25, 3.75665825190552),
        (2, 300, 0.1, 10.269012053005495), (3.7, 300, 0.001, 95.8962967207636),
        (100, 300, 0.1, 2.3703955911836103), (1e6, 10000, 0.0001, 0.009999999999990001),
    ],
)  # fmt: skip
def test_residual_lifetime_is_hypergeometric(alpha: float, beta: float, disc: float, value: float) -> None:
    assert DERL(1, alpha, beta, disc) == pytest.approx(value, rel=1e-12)


@sixty
@given(st.integers(1, 60), st.floats(1.01, 100), shape)
def test_residual_lifetime_without_discount(n: int, alpha: float, beta: float) -> None:
    closed = (beta + n - 1) / (alpha - 1)
    assert DERL(n, alpha, beta, 0) == pytest.approx(closed, rel=1e-12)
    assert 1 + DERL(1, alpha, beta, 0) == pytest.approx(LIFETIME(alpha, beta, model="sbg"), rel=1e-9)


def test_residual_lifetimes_of_many_rows() -> None:
    alphas = np.tile([0.5, 1.0, 2.0, 30.0], 5_000)
    many = DERL(1, alphas, 3, 0.01)
    assert many[:4] == pytest.approx([DERL(1, alpha, 3, 0.01) for alpha in alphas[:4]], rel=1e-13)
    assert (many.reshape(-1, 4) == many[:4]).all()


# Reading beyond what was observed


@pytest.mark.parametrize(("call", "start"), [(RETENTION, (0.3, 0.35, None)), (SURVIVAL, (0.7, 3.0))])
def test_far_extrapolation_is_flagged_and_changes_nothing(call: Function, start: tuple[float, ...]) -> None:
    plain = call(REACH * 10 + 1, *start)
    with pytest.warns(CautionWarning, match="more than three times"):
        assert call(REACH * 10 + 1, *start, 10) == plain
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call(REACH * 10, *start, 10)


@pytest.mark.parametrize(("horizon", "far"), [(90, False), (91, True), (None, True)])
def test_a_long_horizon_is_flagged(horizon: float | None, far: bool) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        LIFETIME(0.3, 1.5, horizon, observed=30)
        LIFETIME(0.03, None, None, None, "churn", 30)
    assert [w.category for w in caught] == [CautionWarning] * far


# Funnels, churn, audiences


@sixty
@given(users, st.lists(share, min_size=1, max_size=8))
def test_a_funnel_is_a_running_product(start: float, rates: list[float]) -> None:
    stages = FUNNEL(start, rates)
    assert stages == pytest.approx([start * math.prod(rates[:k]) for k in range(len(rates) + 1)], rel=1e-12)
    assert stages == FUNNEL(start, *rates)
    assert CAC_STAGE(start, *rates) * stages[-1] == pytest.approx(start * start, rel=1e-9)


@sixty
@given(st.floats(1e-18, 0.5), st.floats(0.05, 20))
def test_churn_there_and_back(rate: float, periods: float) -> None:
    assert CHURN_CONVERT(CHURN_CONVERT(rate, periods), 1 / periods) == pytest.approx(rate, rel=1e-9)


@sixty
@given(share, st.integers(1, 60))
def test_churn_is_lost_period_by_period(rate: float, periods: int) -> None:
    left = math.prod([1 - rate] * periods)
    assert CHURN_CONVERT(rate, periods) == pytest.approx(1 - left, rel=1e-12)
    assert CHURN_CONVERT([0, 1, 1e-300], periods) == pytest.approx([0, 1, periods * 1e-300], rel=1e-12)


@sixty
@given(users, st.floats(1e-6, 1))
def test_a_steady_audience_stays(new_users: float, churn: float) -> None:
    steady = STEADY_MAU(new_users, churn)
    assert MAU_ROLL(steady, new_users, churn) == pytest.approx(steady, rel=1e-12)


REFUSED = [
    ("CPA", (1, 0), "#DIV/0!"), ("CPA", (-1, 1), "#NUM!"), ("CAC", (1, 0), "#DIV/0!"),
    ("CAC", (1, 10, 11), "#NUM!"), ("CAC", (1, 10, None, 0, "paid"), "#VALUE!"),
    ("ORGANIC_SHARE", (0, 0), "#DIV/0!"), ("ORGANIC_SHARE", (1, 2), "#NUM!"),
    ("CAC_STAGE", (1, 0.5, 0), "#DIV/0!"), ("CAC_STAGE", (1, 1.1), "#NUM!"), ("FUNNEL", (1, 1.1), "#NUM!"),
    ("AD_SPEND_IMPLIED", (1, 1, 0), "#DIV/0!"), ("AD_SPEND_IMPLIED", (-1, 1, 1), "#NUM!"),
    ("USERS_FROM_SPEND", (1, 0), "#DIV/0!"), ("USERS_FROM_SPEND", (1, 1, 1), "#NUM!"),
    ("OPEX_FROM_AD", (1, -1), "#NUM!"), ("OPEX_FROM_AD", (1, 1, "both"), "#VALUE!"),
    ("RET_FIT", ([1], [0.5]), "#N/A"), ("RET_FIT", ([1, 2], [0.5, 1.1]), "#NUM!"),
    ("RET_FIT", ([0, 2], [0.5, 0.4]), "#NUM!"), ("RET_FIT", ([1, 2], [0.5]), "#VALUE!"),
    ("RETENTION", (-1, 0.3, 0.5), "#NUM!"), ("RETENTION", (1, 0.3, 0.5, "line"), "#VALUE!"),
    ("SBG_FIT", ([2, 1],), "#N/A"), ("SBG_FIT", ([2, 1, 3],), "#NUM!"),
    ("SBG_SURVIVAL", (1, 0, 1), "#NUM!"), ("SBG_SURVIVAL", (-1, 1, 1), "#NUM!"),
    ("SBG_DERL", (1, 1, 1, 0), "#NUM!"), ("LIFETIME", (0.3, 0.5, 0.9), "#NUM!"),
    ("LIFETIME", (0.3, 0.5), "#NUM!"), ("CHURN_CONVERT", (1.1, 1), "#NUM!"),
    ("CHURN_CONVERT", (0.1, 0), "#NUM!"), ("STICKINESS", (1, 0), "#DIV/0!"), ("STICKINESS", (2, 1), "#NUM!"),
    ("COHORT_ACTIVE", ([1], [1.1]), "#NUM!"), ("COHORT_ACTIVE", ([-1], [1]), "#NUM!"),
    ("MAU_ROLL", (1, 1, 1.1), "#NUM!"), ("STEADY_MAU", (1, 0), "#DIV/0!"), ("STEADY_MAU", (1, 1.1), "#NUM!"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "kind"), REFUSED, ids=str)
def test_what_the_definition_refuses(name: str, args: tuple[object, ...], kind: str) -> None:
    cells = function(name).cells(*args)
    first = cells[0][0] if isinstance(cells, list) else cells
    assert first == CellError(ErrorKind(kind))


@sixty
@given(users, users, st.floats(0, 0.99))
def test_users_from_spend_undo_cac(spend: float, won: float, organic: float) -> None:
    paid = won * (1 - organic)
    cost = CAC(spend, won, paid, method="paid")
    assert USERS(spend, cost, organic) == pytest.approx(won, rel=1e-12)
