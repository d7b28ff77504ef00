"""What any host may hand over, and what comes back: the one contract of all functions."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import pickle
import time
import warnings
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.arguments import Domain, Numeric, Series, Text, Word
from engine.boundary import CautionWarning
from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind, FunctionError
from engine.registry import function, library

CAC, CPA, LTV, BURN, PATH = (function(n) for n in ("CAC", "CPA", "LTV", "BURN", "RUNWAY_PATH"))
CONTRIBUTION, STAGE, COHORTS = (function(n) for n in ("CONTRIBUTION", "CAC_STAGE", "COHORT_ACTIVE"))
VALUE, NUM, DIV0, NA, REF = (
    CellError(kind) for kind in (ErrorKind.VALUE, ErrorKind.NUM, ErrorKind.DIV0, ErrorKind.NA, ErrorKind.REF)
)
MASKED = np.ma.MaskedArray([10.0, 20.0], mask=[False, True])

# BURN(x, 0) is x: what a single value counts as.
SINGLE_VALUES: list[tuple[Any, Any]] = [
    (12.5, 12.5), (3, 3.0), (True, 1.0), (False, 0.0), (np.float32(0.5), 0.5), (np.int8(-3), -3.0),
    (np.bool_(True), 1.0), (np.array(7), 7.0), (np.array([7]), [[7.0]]), (Decimal("1.5"), 1.5),
    (Fraction(1, 4), 0.25), ("12.5", 12.5), (" 1,234.5 ", 1234.5), ("30%", 0.3), ("-.5", -0.5),
    ("1e3", 1000.0),
    ("+7.", 7.0), (dt.date(2024, 9, 1), 45536.0), (dt.datetime(2024, 9, 1, 12), 45536.5),
    (dt.date(1900, 1, 1), 1.0), (dt.date(1900, 2, 28), 59.0), (dt.date(1900, 3, 1), 61.0),
    (np.datetime64("2024-09-01"), 45536.0), (pd.Timestamp("2024-09-01"), 45536.0),
    (dt.timedelta(hours=6), 0.25),
    ("", VALUE), ("abc", VALUE), ("1,23", VALUE), ("12 000", VALUE), ("nan", VALUE), ("inf", VALUE),
    ("0x1", VALUE),
    ("1" * 60_000 + "x", VALUE), ("1e400", NUM), (math.nan, NUM), (math.inf, NUM), (-math.inf, NUM),
    (1e308 * 10, NUM),
    (10**400, NUM), (Decimal("1e400"), NUM), (Decimal("nan"), NUM), (Decimal("sNaN"), NUM),
    (Fraction(10**400), NUM),
    (None, VALUE), (OMITTED, VALUE), (pd.NA, VALUE), (pd.NaT, VALUE), (1j, VALUE), (np.complex64(1), VALUE),
    (object(), VALUE), (b"1", VALUE), ({}, VALUE), ({1}, VALUE), (np.datetime64("NaT"), NUM),
    (np.datetime64("99999-01-01"), NUM), (dt.date(1850, 1, 1), NUM), ([], VALUE), ([[]], VALUE),
    (np.array([]), VALUE),
    ([[1, 2], [3]], VALUE), ([1, [2]], VALUE), ([[[1]]], VALUE), (np.zeros((1, 1, 1)), VALUE),
    (pd.DataFrame(), VALUE),
    (REF, REF), (NA, NA),
]  # fmt: skip

# CPA(spend, actions) in rows: a bad row has its error, the others their numbers.
ARRAYS: list[tuple[tuple[Any, ...], Any]] = [
    (([10, 20], 2), [[5.0, 10.0]]),
    (([[10], [20]], 2), [[5.0], [10.0]]),
    ((10, [2, 4]), [[5.0, 2.5]]),
    (([10, 20], [2, 4]), [[5.0, 5.0]]),
    (([[10], [20]], [2, 4]), [[5.0], [5.0]]),
    (([[10, 20], [30, 40]], [[1, 2], [3, 4]]), [[10.0, 10.0], [10.0, 10.0]]),
    (([10], [2, 4]), [[5.0, 2.5]]),
    (([10, 20], [[2]]), [[5.0, 10.0]]),
    (([10, -1, 30], [2, 2, 0]), [[5.0, NUM, DIV0]]),
    (([10, "x", None, REF, True], 1), [[10.0, VALUE, VALUE, REF, 1.0]]),
    (([10.0, math.nan, -math.inf], 1), [[10.0, NUM, NUM]]),
    ((np.array([10, math.inf]), 1), [[10.0, NUM]]),
    ((np.array([10, 20], dtype=object), 0), [[DIV0, DIV0]]),
    ((["x", NA, 3], [REF, REF, -1]), [[REF, NA, NUM]]),
    (([1, 2], REF), [[REF, REF]]),
    (([NA, 2], REF), [[NA, REF]]),
    (([1, 2], None), [[VALUE, VALUE]]),
    ((MASKED, 1), [[10.0, VALUE]]),
    ((pd.Series([1, None], dtype="Int64"), 1), [[1.0], [VALUE]]),
    ((np.array(["2024-09-01", "NaT"], dtype="datetime64[D]"), 1), [[45536.0, NUM]]),
    (([1, 2], [1, 2, 3]), VALUE),
    (([[1, 2]], [[1, 2], [3, 4]]), VALUE),
    (([[1, 2], [3]], REF), REF),
    (([1, 2], [1, 2, 3], 5), VALUE),
]  # fmt: skip


def flat_cells(result: Any) -> list[Any]:
    return [cell for row in result for cell in row] if isinstance(result, list) else [result]


@pytest.mark.parametrize(("given", "expected"), SINGLE_VALUES)
def test_single_value(given: Any, expected: Any) -> None:
    assert BURN.cells(given, 0) == expected


@pytest.mark.parametrize(("args", "expected"), ARRAYS)
def test_rows(args: tuple[Any, ...], expected: Any) -> None:
    assert CPA.cells(*args) == expected


WORDS: list[tuple[tuple[Any, ...], Any]] = [
    ((8, 3, "GROSS"), 8.0),
    ((8, 3, " Net "), 5.0),
    ((8, 3, None), 5.0),
    ((8, 3, OMITTED), 5.0),
    ((8, 3, [["gross"], ["NET"], ["x"], [REF], [None]]), [[8.0], [5.0], [VALUE], [REF], [VALUE]]),
    (([8, 9], 3, ["net", "gross"]), [[5.0, 9.0]]),
    ((8, 3, True), VALUE),
    ((8, 3, 7), VALUE),
    ((8, 3, ""), VALUE),
    ((8, 3, [pd.NA, np.array([1, 2])]), [[VALUE, VALUE]]),
    ((8, 3, 10**5000), VALUE),
    ((8, 3, REF), REF),
]


@pytest.mark.parametrize(("args", "expected"), WORDS)
def test_words(args: tuple[Any, ...], expected: Any) -> None:
    assert BURN.cells(*args) == expected


REPEATED: list[tuple[Any, Any]] = [
    (CONTRIBUTION.cells(1.05, 0.72, 0.05), 0.28),
    (CONTRIBUTION.cells(1.0, 0.75, "margin"), 0.25),
    (CONTRIBUTION.cells(2.0, "1e0", "0.5"), 0.5),
    (CONTRIBUTION([1.0, 2.0], 0.5, ["margin", "amount"]), [0.5, 1.5]),
    (STAGE(10, 0.5, 0.5), 40.0),
    (STAGE(10, rate=[0.5, 0.5]), 40.0),
    (STAGE(10, [0.5, 0.25]), [20.0, 40.0]),
    (STAGE(10, 0.5, OMITTED, OMITTED), 20.0),
]


@pytest.mark.parametrize(("result", "expected"), REPEATED)
def test_repeated_arguments(result: Any, expected: Any) -> None:
    assert result == pytest.approx(expected)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ((1, "abc"), "cost1 must be a number, not the text 'abc'"),
        ((1, 1, None), "cost2 is missing, and has no default"),
    ],
)
def test_a_repeated_argument_is_named_by_its_place(args: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(FunctionError) as caught:
        CONTRIBUTION(*args, method="amount")
    assert caught.value.sentence == sentence


BURNS: list[tuple[tuple[Any, ...], Any]] = [
    ((100, [30, 40, 50]), 2.6),
    ((100, [[30], [40], [50]]), 2.6),
    (([100, 30, 1000], [30, 40, 50]), [[2.6, 1.0, NA]]),
    ((20, 40), 0.5),
    ((100, [30, None, 50]), VALUE),
    ((100, [30, math.nan, 50]), NUM),
    ((100, [30, REF, NA]), REF),
    ((100, [[1, 2], [3, 4]]), VALUE),
    (([1, REF], [REF, 2]), [[REF, REF]]),
    ((100, None), VALUE),
]


@pytest.mark.parametrize(("args", "expected"), BURNS)
def test_whole_rows(args: tuple[Any, ...], expected: Any) -> None:
    result = PATH.cells(*args)
    assert result == (expected if not isinstance(expected, float) else pytest.approx(expected))


def test_a_spilling_function_keeps_the_form_of_its_argument() -> None:
    assert COHORTS.cells([[100], [200]], [1, 0.5]) == [[100.0], [250.0]]
    assert COHORTS.cells([100, "x"], [1, 0.5]) == [[VALUE, VALUE]]
    assert np.isnan(COHORTS([100, -1], [1, 0.5], errors="coerce")).all()
    with pytest.raises(FunctionError, match=r"COHORT_ACTIVE: new_users must not be negative \(#NUM!\)"):
        COHORTS([100, -1], [1, 0.5])


MISUSES: list[tuple[tuple[Any, ...], dict[str, Any], str, str]] = [
    ((1, 0), {}, "there are no new users to spread the spend over (#DIV/0!)", "new_total"),
    ((1,), {}, "new_total is missing, and has no default (#VALUE!)", "new_total"),
    ((1, -2), {}, "new_total must not be negative (#NUM!)", "new_total"),
    (([1, 1], [1, -2]), {}, "element 2: new_total must not be negative (#NUM!)", "new_total"),
    ((1, "x"), {}, "new_total must be a number, not the text 'x' (#VALUE!)", "new_total"),
    ((1, [1, None]), {}, "element 2: new_total is blank inside an array", "new_total"),
    ((1, {}), {}, "new_total must be a number, not a value of type dict (#VALUE!)", "new_total"),
    ((1, math.nan), {}, "new_total is not a finite number (#NUM!)", "new_total"),
    ((1, 10**400), {}, "new_total is too large to calculate with (#NUM!)", "new_total"),
    ((1, REF), {}, "an argument is an error (#REF!)", ""),
    ((1, [1, REF]), {}, "element 2: an argument is an error (#REF!)", ""),
    ((1, 2), {"user": 3}, "there is no argument 'user'; CAC takes media, new_total,", "user"),
    ((1, 2), {"media": 3}, "media is given twice; give it once (#VALUE!)", "media"),
    ((1, 2, 3, 4, 5, 6), {}, "there are 6 arguments; CAC takes 2 to 5: media, new_total,", ""),
    (([1, 2], [1, 2, 3]), {}, "arrays differ in size: media is 1 x 2, new_total is 1 x 3;", "new_total"),
    (([[1, 2], [3]], 1), {}, "media has rows of different length (#VALUE!)", "media"),
    (
        (1, 2),
        {"method": "all"},
        "method must be one of loaded, paid, blended, paid_loaded, not 'all'",
        "method",
    ),
    ((1e308, 1e-308), {}, "the result is too large or has no limit;", ""),
    ((1, 2), {"errors": "ignore"}, "errors must be", "errors"),
]


@pytest.mark.parametrize(("args", "named", "text", "argument"), MISUSES)
def test_the_exception_says_what_is_wrong(
    args: tuple[Any, ...], named: dict[str, Any], text: str, argument: str
) -> None:
    with pytest.raises(FunctionError) as caught:
        CAC(*args, **named)
    assert str(caught.value).startswith(f"CAC: {text}")
    assert caught.value.argument == argument
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.kind) == (str(caught.value), caught.value.kind)


def test_results_come_in_the_form_given() -> None:
    spend = [10.0, 20.0]
    assert CPA(spend, 2) == [5.0, 10.0]
    assert CPA([spend], 2) == [[5.0, 10.0]]
    assert CPA(tuple(spend), 2) == [5.0, 10.0]
    assert type(CPA(10, 2)) is float
    for array in (np.array(spend), np.array([spend]), np.array([spend]).T):
        result = CPA(array, 2)
        assert isinstance(result, np.ndarray)
        assert np.array_equal(result, array / 2)
    series = pd.Series(spend, index=["a", "b"])
    pd.testing.assert_series_equal(CPA(series, 2), series / 2)
    frame = pd.DataFrame({"x": [1, 2], "y": [3, 4]}, index=["a", "b"])
    pd.testing.assert_frame_equal(CPA(frame, 2), frame / 2)


def test_coerce_leaves_nan_in_bad_rows() -> None:
    assert CPA([10, 20], [0, 2], errors="coerce") == pytest.approx([math.nan, 10], nan_ok=True)
    assert math.isnan(CPA(10, 0, errors="coerce"))
    result = CPA(pd.Series([10, 20], index=["a", "b"]), 0, errors="coerce")
    assert list(result.index) == ["a", "b"]
    assert np.isnan(CPA(np.array([[1.0], [2.0]]), None, errors="coerce")).shape == (2, 1)
    with pytest.raises(FunctionError, match="arrays differ in size"):
        CPA([1, 2], [1, 2, 3], errors="coerce")


SERIES = pd.Series([1.0, 2.0], index=[1, 2])


@pytest.mark.parametrize(
    "other",
    [
        pd.Series([1.0, 2.0]),
        pd.Series([1.0, 2.0], index=[2, 1]),
        pd.DataFrame({"x": [1.0, 2.0]}),
    ],
)
@pytest.mark.parametrize("first", [(), ([5.0, 6.0],)])
def test_misaligned_pandas_is_refused(other: Any, first: tuple[Any, ...]) -> None:
    for one, two in ((SERIES, other), (other, SERIES)):
        with pytest.raises(FunctionError, match="has another index"):
            BURN(*first, one, two) if not first else LTV(*first, one, two)


def test_a_single_pandas_value_stretches_whatever_its_index() -> None:
    assert list(CPA(SERIES, pd.Series([2.0], index=["z"]))) == [0.5, 1.0]
    assert list(CPA(pd.Series([2.0], index=["z"]), SERIES).index) == [1, 2]


def test_names_and_aliases() -> None:
    assert CAC(media=10, NEW_TOTAL=2) == 5
    assert function("gpu_cost_per_mau")(bill=10, mau=5) == 2


def test_no_negative_zero() -> None:
    assert math.copysign(1, BURN.cells(-0.0, 0)) == 1
    assert math.copysign(1, CPA(np.array([-0.0, 1.0]), 1)[0]) == 1


def test_caution_warns_where_the_call_stands() -> None:
    with pytest.warns(CautionWarning, match="COHORT_ACTIVE: retention is shorter") as caught:
        COHORTS([1, 2, 3], [1])
    assert caught[0].filename == __file__


def fastest(work: Any, times: int) -> float:
    spans = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        spans.append(time.perf_counter() - begun)
    return min(spans)


def test_a_million_rows_and_a_single_call_are_quick() -> None:
    churn = np.linspace(0.01, 0.99, 1_000_000)
    assert fastest(lambda: LTV(30, 0.6, churn, 0, 24), 3) < 0.8
    churn[::2] = np.nan
    assert fastest(lambda: LTV(30, 0.6, churn, 0, 24, errors="coerce"), 3) < 0.8
    assert fastest(lambda: LTV.cells(30, 0.6, 0.1, 0, 24), 200) < 500e-6


def test_many_different_bad_texts_are_quick() -> None:
    assert fastest(lambda: CPA.cells([f"text {n}" for n in range(50_000)], 1), 1) < 3


number = st.one_of(
    st.floats(),
    st.floats(0, 1),
    st.integers(-3, 50),
    st.sampled_from([0, 1, -0.0, 1e-320, 1e308, -1e308, 10**400, 0.5, 1 + 1e-16]),
)
scalar = st.one_of(
    number,
    number,
    st.booleans(),
    st.text(max_size=5),
    st.sampled_from(["12.5", "30%", "1e400", "margin", "churn", "PAID", "sbg", "integral", "simple"]),
    st.sampled_from([None, OMITTED, REF, NA, pd.NA, pd.NaT, 1j, object(), b"x", np.datetime64("NaT"), {}]),
    st.dates(),
    st.datetimes(),
    st.timedeltas(),
    st.decimals(),
)  # fmt: skip
row = st.lists(scalar, max_size=4)
floats = st.lists(st.floats(), min_size=1, max_size=4)
anything = st.one_of(
    scalar,
    scalar,
    row,
    st.lists(st.one_of(scalar, row), max_size=3),
    st.lists(st.lists(number, min_size=2, max_size=2), min_size=1, max_size=2),
    floats.map(np.array),
    floats.map(pd.Series),
    floats.map(lambda values: pd.DataFrame({"x": values})),
    row.map(lambda values: np.array([*values, None], dtype=object)),
    st.lists(st.booleans(), max_size=3).map(np.array),
)
call = st.tuples(st.sampled_from(list(library().values())), st.lists(anything, max_size=7))


@settings(max_examples=1200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(call)
def test_fuzz(drawn: tuple[Any, list[Any]]) -> None:
    called, args = drawn
    cells = called.cells(*args)
    for cell in flat_cells(cells):
        assert isinstance(cell, CellError | bool) or (type(cell) is float and math.isfinite(cell))
        assert cell != 0 or isinstance(cell, bool | CellError) or math.copysign(1, cell) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", CautionWarning)
        for errors in ("raise", "coerce"):
            with contextlib.suppress(FunctionError):
                called(*args, errors=errors)


MODELS = st.sampled_from(["ltv", "cac.paid", "payback.churn", "ltv_cac", "forecast.runway", "no such"])
KINDS = st.sampled_from(["tri", "pert", "norm", "uniform", "logn", "fixed", "no such"])
INPUTS = st.tuples(st.sampled_from(["ltv", "cac", "arpu", "margin"]), KINDS, number, number, st.none())


def not_a_number(argument: Any) -> st.SearchStrategy[Any]:
    if isinstance(argument, Word):
        return st.sampled_from(argument.words)
    return MODELS if isinstance(argument, Text) else st.lists(INPUTS.map(list), min_size=1, max_size=3)


def within(domain: Domain) -> st.SearchStrategy[float]:
    """Numbers in a domain, of the size that people use."""
    low = domain.low if domain.low is not None else domain.above
    high = domain.high if domain.high is not None else domain.below
    return st.floats(-1e6 if low is None else low, 1e6 if high is None else high)


@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(library().values())), st.data())
def test_fuzz_within_the_domains(called: Any, data: st.DataObject) -> None:
    """Numbers that pass the checks, so that the arithmetic itself is tried."""
    args: list[Any] = []
    for argument in called.arguments.values():
        if not isinstance(argument, Numeric):
            args.append(data.draw(not_a_number(argument)))
        elif isinstance(argument, Series):
            args.append(data.draw(st.lists(within(argument.domain), min_size=1, max_size=6)))
        elif argument.domain.high == 1:
            args.append(data.draw(st.one_of(st.floats(0, 1), st.sampled_from([0, 1, 1e-300]))))
        else:
            ends = (argument.domain.low, argument.domain.above)
            low = max(-1e308, *(end for end in ends if end is not None), -1e308)
            args.append(data.draw(st.one_of(st.floats(low, 1e308), st.floats(max(low, -10), 100), st.none())))
    for cell in flat_cells(called.cells(*args)):
        assert isinstance(cell, CellError) or math.isfinite(cell)
