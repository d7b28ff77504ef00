"""Company cash and efficiency: against a forecast month by month, and published figures."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import CellError, ErrorKind
from engine.registry import function

DEFAULT_ALIVE, RAISE_NEEDED, RUNWAY = (function(n) for n in ("DEFAULT_ALIVE", "RAISE_NEEDED", "RUNWAY"))
BURN_MULTIPLE, MAGIC_NUMBER, RULE40 = (function(n) for n in ("BURN_MULTIPLE", "MAGIC_NUMBER", "RULE40"))

sixty = settings(max_examples=60, deadline=None)
money = st.floats(0.01, 1e6)
NO_ANSWER = CellError(ErrorKind.NA)

pytestmark = pytest.mark.filterwarnings("ignore::engine.boundary.CautionWarning")


def forecast(cash: float, revenue: float, expenses: float, growth: float) -> tuple[int, float] | None:
    """Month by month in exact fractions: the month that is covered and the lowest cash; None for never."""
    left, income, step = Fraction(cash), Fraction(revenue), 1 + Fraction(growth)
    enough = Fraction(expenses) * (1 - Fraction(1, 10**12))
    month, lowest = 0, left
    while income < enough:
        if income * step <= income:
            return None
        month, income = month + 1, income * step
        if income < enough:
            left += income - Fraction(expenses)
            lowest = min(lowest, left)
    return month, float(lowest)


@settings(max_examples=200, deadline=None)
@given(
    st.floats(0, 1e4),
    st.one_of(st.just(0.0), st.floats(0.1, 300)),
    st.floats(0, 300),
    st.one_of(st.sampled_from([0.0, 0.1, 1.0]), st.floats(-1, 0), st.floats(0.01, 3)),
)
def test_default_alive_month_by_month(cash: float, revenue: float, expenses: float, growth: float) -> None:
    args = (cash, revenue, expenses, growth)
    slow = forecast(*args)
    if slow is None:
        assert DEFAULT_ALIVE.cells(*args) is False
        assert DEFAULT_ALIVE.cells(*args, "months") == DEFAULT_ALIVE.cells(*args, "low") == NO_ANSWER
        return
    month, lowest = slow
    assert DEFAULT_ALIVE(*args, "months") == month
    assert DEFAULT_ALIVE(*args, "low") == pytest.approx(lowest, rel=1e-9, abs=1e-9 * (cash - lowest))
    assume(abs(lowest) > 1e-9 * cash or lowest == cash)
    assert DEFAULT_ALIVE(*args) is (lowest >= 0)


@pytest.mark.parametrize("growth", [1.0, 0.5, 0.3, 0.1, 0.07, 0.05, 0.01])
@pytest.mark.parametrize("revenue", [100.0, 77.7, 0.1])
def test_expenses_met_exactly_are_met_in_that_month(growth: float, revenue: float) -> None:
    months = np.arange(1, 60)
    expenses = revenue * (1 + growth) ** months
    assert DEFAULT_ALIVE(1, revenue, expenses, growth, "months") == pytest.approx(months, rel=0, abs=0)


def test_default_alive_at_its_limits() -> None:
    assert DEFAULT_ALIVE(0, 100, 200, 1) is True
    assert DEFAULT_ALIVE(0, 100, 201, 1) is False
    assert DEFAULT_ALIVE(500, 200, 200, 0, "months") == 0
    assert DEFAULT_ALIVE(500, 200, 200, 0, "low") == 500
    assert DEFAULT_ALIVE(500, 0, 0, -1) is True
    # So far apart that the growth over all months is beyond any float.
    assert DEFAULT_ALIVE(1e20, 1e-300, 1e10, 0.1) is True
    assert DEFAULT_ALIVE(1e20, 1e-300, 1e10, 0.1, "low") == pytest.approx(1e20, rel=1e-6)


@pytest.mark.parametrize(
    ("cash", "revenue", "expenses", "growth"),
    [(653.25, 134, 536, 0.5), (200, 100, 400, 1), (4411.172790527344, 273, 1365, 0.25)],
)
def test_cash_that_is_just_enough_is_enough(
    cash: float, revenue: float, expenses: float, growth: float
) -> None:
    assert DEFAULT_ALIVE(cash, revenue, expenses, growth, "low") == 0
    assert DEFAULT_ALIVE(cash, revenue, expenses, growth) is True
    assert DEFAULT_ALIVE(cash * (1 - 1e-9), revenue, expenses, growth) is False


def test_default_alive_answers_row_by_row() -> None:
    answers = ["alive", "months", "low", "alive", "low"]
    growth = [0.1, 0.1, 0.1, 0, 0]
    found = DEFAULT_ALIVE.cells(500, 100, 200, growth, answers)[0]
    assert found == [True, 8, pytest.approx(143.58881), False, NO_ANSWER]
    assert [type(cell) for cell in found] == [bool, float, float, bool, CellError]


@sixty
@given(money, st.floats(0, 60), st.floats(-1e5, 1e7), st.floats(0, 1), st.floats(0, 0.5))
def test_what_is_raised_funds_the_months_and_the_buffer(
    burn: float, months: float, cash: float, buffer: float, fee: float
) -> None:
    raised = RAISE_NEEDED(burn, months, cash, buffer, fee)
    funded = cash + raised * (1 - fee)
    wanted = burn * months * (1 + buffer)
    if raised == 0:
        assert cash >= wanted
    else:
        assert funded == pytest.approx(wanted, rel=1e-9, abs=1e-9 * abs(cash))
        assume(funded > 1e-3 * abs(cash))
        assert RUNWAY(funded, burn) == pytest.approx(months * (1 + buffer), rel=1e-9)


def test_nothing_is_raised_without_a_burn() -> None:
    assert RAISE_NEEDED([-5, 0, 5], 18, 100) == [0, 0, pytest.approx(8)]


REFUSED = [
    ("RUNWAY", (-1, 1), "#NUM!"), ("RUNWAY", (1, 0), "#N/A"), ("RUNWAY_ESCROW", (1, -1, 1, 1), "#NUM!"),
    ("RUNWAY_ESCROW", (1, 1, 0, 0), "#N/A"), ("BURN_MULTIPLE", (1, 0), "#DIV/0!"),
    ("BURN_MULTIPLE", (1, -1), "#NUM!"), ("MAGIC_NUMBER", (1, 1, 0), "#DIV/0!"),
    ("RAISE_NEEDED", (1, 1, 1, 0.2, 1), "#NUM!"), ("BURN", ("much", 1), "#VALUE!"),
    ("RULE40", (1, "much"), "#VALUE!"), ("DEFAULT_ALIVE", (-1, 1, 1, 0), "#NUM!"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "kind"), REFUSED, ids=str)
def test_what_the_definition_refuses(name: str, args: tuple[object, ...], kind: str) -> None:
    assert function(name).cells(*args) == CellError(ErrorKind(kind))


def test_published_figures() -> None:
    assert BURN_MULTIPLE(3e6, 1e6) == 3, "Sacks's talk"
    assert function("PAYBACK")(6000, 500, 0.8) == pytest.approx(15), "MetricKit's glossary"
    assert MAGIC_NUMBER(60, 50, 40) == 1
    assert RULE40(0.6, -0.35) == pytest.approx(0.25)


def test_a_burn_multiple_without_burn_is_nothing_or_less() -> None:
    cells = BURN_MULTIPLE.cells([-3, 0, 0, -3, 3], [1, 1, -1, -1, -1])
    assert cells == [[-3, 0, 0, CellError(ErrorKind.NUM), CellError(ErrorKind.NUM)]]
