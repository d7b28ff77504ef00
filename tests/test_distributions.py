"""Distributions of an uncertain figure: scipy's beside ours, both tails, edges."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engine.distributions import KINDS, TAKES, WANTED, bad, quantile, takes_three
from engine.errors import CellError, ErrorKind
from engine.registry import function

DIST = function("DIST")
Z90 = 1.2815515655446004

fifty = settings(max_examples=50, deadline=None)
chance = st.floats(1e-12, 1 - 1e-12)
figure = st.floats(-1e6, 1e6)
gap = st.floats(1e-3, 1e6)


@st.composite
def parameters(draw: st.DrawFn, kind: str) -> list[float]:
    """Parameters of a kind that are in order."""
    if kind == "logn":
        low = draw(st.floats(1e-3, 1e6))
        return [low, low * draw(st.floats(1, 1e3))]
    first = draw(figure)
    if kind == "norm":
        return [first, draw(gap)]
    ends = [first + draw(gap) for _ in TAKES[kind][1:]]
    return [first, *sorted(ends)]


def theirs(kind: str, params: list[float]) -> Any:
    """The distribution as scipy has it."""
    first, second = params[:2]
    if kind == "norm":
        return stats.norm(first, second)
    if kind == "logn":
        sigma = math.log(second / first) / (2 * Z90)
        return stats.lognorm(max(sigma, 1e-12), scale=math.sqrt(first) * math.sqrt(second))
    width = params[-1] - first
    if kind == "uniform":
        return stats.uniform(first, width)
    share = (second - first) / width
    if kind == "tri":
        return stats.triang(share, first, width)
    return stats.beta(1 + 4 * share, 1 + 4 * (1 - share), first, width)


@pytest.mark.parametrize("kind", KINDS)
@fifty
@given(st.data())
def test_percentiles_are_those_of_scipy(kind: str, data: st.DataObject) -> None:
    params = data.draw(parameters(kind))
    p = data.draw(st.lists(chance, min_size=1, max_size=8))
    expected = theirs(kind, params).ppf(p)
    size = max(abs(x) for x in params)
    assert DIST(p, kind, *params) == pytest.approx(expected, rel=1e-8, abs=1e-9 * size)


@pytest.mark.parametrize("kind", KINDS)
@fifty
@given(st.data())
def test_percentiles_rise_and_stay_within_the_ends(kind: str, data: st.DataObject) -> None:
    params = data.draw(parameters(kind))
    p = np.sort(data.draw(st.lists(chance, min_size=2, max_size=20)))
    values = DIST(p, kind, *params)
    slack = 1e-14 * max(abs(x) for x in (*params, *values))
    assert (np.diff(values) >= -slack).all()
    if kind not in ("norm", "logn"):
        assert params[0] <= values[0]
        assert values[-1] <= params[-1]


@fifty
@given(figure, gap, gap, chance)
def test_a_mirror_image_has_the_same_tail_at_the_other_end(
    mode: float, below: float, above: float, p: float
) -> None:
    low, high = mode - below, mode + above
    for kind in ("tri", "pert"):
        there = DIST(1 - p, kind, -high, -mode, -low)
        assert DIST(1 - (1 - p), kind, low, mode, high) == pytest.approx(-there, abs=1e-12 * (high - low))


MEDIANS: list[tuple[tuple[Any, ...], float]] = [
    (("logn", 4, 20), math.sqrt(80)),
    (("norm", -3, 7), -3.0),
    (("uniform", -1, 4), 1.5),
    (("tri", 0, 5, 10), 5.0),
    (("tri", 0, 0, 10), 10 - math.sqrt(50)),
    (("tri", 10, 12, 30), 30 - math.sqrt(180)),
    (("pert", 0, 5, 10), 5.0),
    (("pert", 0, 0, 10), 10 * (1 - 0.5**0.2)),
]


@pytest.mark.parametrize(("args", "median"), MEDIANS)
def test_median(args: tuple[Any, ...], median: float) -> None:
    assert DIST(0.5, *args) == pytest.approx(median, rel=1e-14)


def test_a_lognormal_goes_through_its_percentiles() -> None:
    assert DIST([0.1, 0.9], "logn", 4, 20) == pytest.approx([4, 20], rel=1e-14)
    assert DIST(0.9, "norm", 0, 1) == pytest.approx(Z90, rel=1e-15)


@pytest.mark.parametrize("q", [1e-300, 1e-40, 1e-17, 2.0**-40, 2.0**-20])
def test_both_tails_keep_their_digits(q: float) -> None:
    root, fifth = q / (1 + math.sqrt(1 - q)), -math.expm1(math.log1p(-q) / 5)
    lower = [DIST(q, "uniform", 0, 1), DIST(q, "tri", 0, 1, 1), DIST(q, "tri", 0, 0, 1)]
    assert lower == pytest.approx([q, math.sqrt(q), root], rel=1e-13, abs=0)
    assert DIST(q, "pert", 0, 0, 1) == pytest.approx(fifth, rel=1e-12, abs=0)
    if 1 - q == 1:
        return
    upper = [DIST(1 - q, "uniform", -1, 0), DIST(1 - q, "tri", -1, -1, 0), DIST(1 - q, "tri", -1, 0, 0)]
    assert upper == pytest.approx([-q, -math.sqrt(q), -root], rel=1e-13, abs=0)
    assert DIST(1 - q, "pert", -1, 0, 0) == pytest.approx(-fifth, rel=1e-12, abs=0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("p", [1e-9, 0.1, 0.5, 0.9, 1 - 1e-9])
def test_no_width_gives_the_one_value(kind: str, p: float) -> None:
    params = [0.3, 0.0] if kind == "norm" else [0.3] * len(TAKES[kind])
    assert DIST(p, kind, *params) == 0.3


def test_rows_of_probabilities_kinds_and_parameters() -> None:
    kinds = ["tri", "pert", "uniform", "norm", "logn", "tri"]
    rows = DIST.cells(0.25, kinds, [1, 1, 1, 1, 1, 3], [2, 2, 2, 2, 2, 2], 9)
    two = CellError(ErrorKind.VALUE)
    assert rows == [
        [*(DIST(0.25, kind, 1, 2, 9) for kind in kinds[:2]), two, two, two, CellError(ErrorKind.NUM)]
    ]
    p = np.linspace(0.01, 0.99, 99)
    for kind in KINDS:
        params = [1.0, 2.0, 9.0][: len(TAKES[kind])]
        whole = DIST(p, kind, *params)
        assert whole.tolist() == [DIST(x, kind, *params) for x in p]
        assert whole.tolist() == DIST(0 * p + p, kind, *[x + 0 * p for x in params]).tolist()


OUT_OF_ORDER: dict[str, list[list[float]]] = {
    "tri": [[2, 1, 3], [1, 4, 3]],
    "pert": [[2, 1, 3], [1, 4, 3]],
    "logn": [[0, 1], [-1, 1], [2, 1]],
    "norm": [[0, -1]],
    "uniform": [[2, 1]],
}


@pytest.mark.parametrize("kind", KINDS)
def test_bad_parameters(kind: str) -> None:
    nothing = np.array(np.nan)
    good = [1.0, 2.0, 3.0][: len(TAKES[kind])]
    for params in [good, *OUT_OF_ORDER[kind]]:
        three = [np.array(x) for x in params] + [nothing] * (3 - len(params))
        assert bool(bad(kind, *three)) == (params != good)
        cell = DIST.cells(0.5, kind, *params)
        assert (cell == CellError(ErrorKind.NUM)) == (params != good)
    assert takes_three(kind) == (len(good) == 3)
    assert WANTED[kind]


def test_a_million_draws_are_those_of_the_function() -> None:
    p = np.random.default_rng(20240921).random(1_000_000)
    draws = quantile("tri", p, *(np.array(x) for x in (10.0, 12.0, 30.0)))
    assert draws.mean() == pytest.approx(52 / 3, abs=0.02)
    assert draws[:5].tolist() == DIST(p[:5], "tri", 10, 12, 30).tolist()
