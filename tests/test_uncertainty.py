"""Models by name, drawn many times and moved one input at a time."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import engine.uncertain
import unitsheet
from engine.arguments import Arg, Rest, Word
from engine.boundary import CautionWarning
from engine.drivers import DRIVERS
from engine.errors import CellError, ErrorKind, FunctionError, InputError
from engine.models import model, names
from engine.registry import Example, Function, functions

MC, TORNADO = unitsheet.mc, unitsheet.tornado
LTV_CAC = [["cac", "tri", 10, 12, 30], ["ltv", "logn", 4, 20, None]]


def modelled() -> list[tuple[Function, Example]]:
    """Every example of a function that is a model."""
    known = set(names())
    return [(f, e) for f in functions().values() if f.name.lower() in known for e in f.examples]


@pytest.mark.parametrize(("called", "example"), modelled(), ids=lambda x: getattr(x, "name", ""))
def test_every_function_of_single_numbers_is_a_model(called: Function, example: Example) -> None:
    rows: list[list[Any]] = []
    words: list[str] = []
    places = list(called.arguments.items())
    for place, value in enumerate(example.args):
        name, argument = places[min(place, len(places) - 1)]
        if called.repeated and place >= list(called.arguments).index(called.repeated):
            name, argument = called.repeated, called.arguments[called.repeated]
        if isinstance(value, str):
            words.append(value)
        elif value is not None:
            assert isinstance(argument, Arg | Rest)
            number = place - list(called.arguments).index(name) + 1
            rows.append([f"{name}{number}" if isinstance(argument, Rest) else name, "fixed", value])
    found = MC(".".join([called.name.lower(), *words]), rows, 100, 1, [0.5])
    assert found == pytest.approx([float(example.result)], rel=1e-9)


def test_functions_of_whole_rows_are_no_models() -> None:
    assert {"ltv", "cac", "default_alive", "forecast.runway"} <= set(names())
    assert not {"mc", "funnel", "cohort_active", "runway_path", "npv"} & set(names())
    with pytest.raises(InputError, match="RUNWAY_PATH takes or gives whole rows"):
        model("runway_path")


def test_a_model_knows_its_inputs_and_words() -> None:
    assert model("Payback.Churn").inputs == ("cac", "arpu", "margin", "churn", "disc")
    assert model("cac_stage").inputs[:3] == ("cost_per_top", "rate1", "rate2")
    assert model("cac_stage").needed == {"cost_per_top", "rate1"}
    assert model("forecast.runway").needed == DRIVERS.keys()
    words = [
        word
        for f in functions().values()
        for a in f.arguments.values()
        if isinstance(a, Word)
        for word in a.words
    ]
    assert not [word for word in words if "." in word]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("ltvcac", "there is no 'ltvcac'; did you mean ltv_cac?"),
        ("payback.chrun", "PAYBACK has no 'chrun'; it knows margin, simple, churn, discounted"),
        ("cpa.x", "CPA has no 'x'; it takes no words"),
        ("forecast.x", "the forecast gives no 'x'; it gives mau, cac_paid"),
        ("forecast.strand", "the forecast gives no 'strand'; did you mean stranded?"),
        ("", "there is no ''"),
    ],
)
def test_unknown_model(name: str, sentence: str) -> None:
    with pytest.raises(FunctionError) as caught:
        MC(name or " ", LTV_CAC, 100, 1)
    assert caught.value.kind is ErrorKind.VALUE
    assert caught.value.argument == "model"
    assert sentence.replace("''", "' '") in caught.value.sentence or sentence in caught.value.sentence


def test_the_same_seed_gives_the_same() -> None:
    assert MC("ltv_cac", LTV_CAC, 1000, 7) == MC("ltv_cac", LTV_CAC, 1000, 7)
    assert MC("ltv_cac", LTV_CAC, 1000, 7) != MC("ltv_cac", LTV_CAC, 1000, 8)
    assert len(MC("ltv_cac", LTV_CAC, seed=1)) == 3


def test_draws_come_in_blocks_that_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = MC("ltv_cac", LTV_CAC, 5000, 7)
    monkeypatch.setattr(engine.uncertain, "_BLOCK", 777)
    assert MC("ltv_cac", LTV_CAC, 5000, 7) == whole


def test_percentiles_of_a_known_distribution() -> None:
    shares = [0.05, 0.25, 0.5, 0.95]
    found = MC("burn", [["cash_out", "uniform", 100, 200], ["cash_in", "fixed", 40]], 200_000, 3, shares)
    assert found == pytest.approx([60 + 100 * share for share in shares], abs=0.5)
    found = MC(
        "burn", [["cash_out", "norm", 100, 10], ["cash_in", "norm", 40, 10]], 200_000, 3, [0.5, 0.8413447]
    )
    assert found == pytest.approx([60, 60 + 200**0.5], abs=0.2)


def test_draws_without_a_result_are_counted() -> None:
    table = [["cac", "uniform", -1, 3], ["ltv", "fixed", 6]]
    with pytest.warns(CautionWarning, match="some draws gave no result"):
        found = MC("ltv_cac", table, 50_000, 1, [0.0, 1.0])
    assert found[0] == pytest.approx(2, rel=1e-3)
    assert found[2] == pytest.approx(0.25, abs=0.01)
    with pytest.raises(FunctionError) as caught:
        MC("ltv_cac", [["cac", "fixed", -1], ["ltv", "fixed", 6]], 100, 1)
    assert caught.value.kind is ErrorKind.NA
    assert caught.value.sentence == "no draw gave a result: cac must not be negative"


MISTAKES = [
    ([["cac", "tri", 10, 12, 30]], "ltv_cac needs a row for ltv"),
    ([["cac", "tri", 10, 12, 30], ["cac", "fixed", 3]], "row 2: cac stands there twice"),
    ([["cost", "fixed", 3]], "row 1: ltv_cac has no input 'cost'"),
    ([["ltw", "fixed", 3]], "row 1: ltv_cac has no input 'ltw'; did you mean ltv?"),
    ([["cac", "triangle", 3]], "row 1: the kind must be one of fixed, tri, pert, logn, norm, uniform"),
    ([["cac", "fixed"]], "row 1: fixed takes one number"),
    ([["cac", "fixed", 1, 2]], "row 1: fixed takes one number"),
    ([["cac", "fixed", "x"]], "row 1: a parameter must be a number, not the text 'x'"),
    ([[3, "fixed", 1]], "row 1: there must be the name of an input"),
    ([["cac", None, 1]], "row 1: there must be a kind, not blank"),
    ([["cac", "fixed", 1, None, None, 5]], "row 1: there is more than a name, a kind and three parameters"),
    ([["cac", "tri", 30, 12, 10]], "row 1: "),
    ([["cac", "tri", 10, 12, None]], "row 1: "),
    ([["cac", "logn", -1, 12, None]], "row 1: "),
    ("cac", "inputs must be a table, not 'cac'"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "sentence"), MISTAKES)
def test_mistakes_in_the_table_are_named_by_row(table: Any, sentence: str) -> None:
    with pytest.raises(FunctionError) as caught:
        MC("ltv_cac", table, 100, 1)
    assert (caught.value.kind, caught.value.argument) == (ErrorKind.VALUE, "inputs")
    assert sentence in caught.value.sentence


def test_blank_rows_and_columns_of_a_range_are_left_out() -> None:
    padded = [[None] * 6, *([*row, None] for row in LTV_CAC), ["", "", "", None, None, None]]
    assert MC("ltv_cac", padded, 1000, 7) == MC("ltv_cac", LTV_CAC, 1000, 7)
    with pytest.raises(FunctionError, match="an argument is an error"):
        MC("ltv_cac", [*LTV_CAC, ["x", CellError(ErrorKind.REF), 1, 2, 3]], 1000, 7)


def test_the_forecast_of_a_company_is_a_model() -> None:
    known = unitsheet.forecast_inputs("kimi")
    runway = unitsheet.forecast("kimi").attrs["headlines"]["runway"]
    assert MC("forecast.runway", known, 100, 1, [0.5]) == pytest.approx([runway], rel=1e-9)
    drawn = unitsheet.forecast_inputs("kimi", cpa=("tri", 8, 10, 14), churn=("uniform", 0.25, 0.35))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        low, middle, high = MC("forecast.ltv_cac", drawn, 2000, 1)
    assert low < middle < high
    base = [row[2] for row in known]
    less = [
        x if driver.domain.outside(np.array(x * 0.9)) else x * 0.9
        for driver, x in zip(DRIVERS.values(), base, strict=True)
    ]
    # A first month of 1 cannot be 0.99, so it has no elasticity.
    table = TORNADO("forecast.ltv_cac", base, less, base, errors="coerce")
    assert len(table) == len(DRIVERS)
    # Drivers of cash do not move a figure of one user.
    still = [row for row in table if row[0] == row[1]]
    assert list(DRIVERS).index("free_cash") + 1 in [row[2] for row in still]
    assert DRIVERS[list(DRIVERS)[int(table[0][2]) - 1]].block in (
        "Usage and compute",
        "Revenue",
        "Acquisition",
        "Retention and audience",
    )


def test_a_driver_outside_its_domain_gives_no_result() -> None:
    table = unitsheet.forecast_inputs("kimi", churn=("uniform", -1, -0.5))
    with pytest.raises(FunctionError, match="churn must be above 0 and at most 1"):
        MC("forecast.ltv", table, 100, 1)


def test_elasticities_of_a_product_are_one() -> None:
    table = np.array(TORNADO("ltv.simple", [30, 0.6, 0.1], [29, 0.5, 0.09], [31, 0.7, 0.11]))
    assert sorted(table[:, 2]) == [1, 2, 3]
    by_place = table[np.argsort(table[:, 2])]
    assert by_place[:, 3] == pytest.approx([1, 1, -1], rel=1e-3)
    swings = abs(table[:, 1] - table[:, 0])
    assert (np.diff(swings) <= 0).all()


def test_an_error_stays_in_its_cell_and_comes_last() -> None:
    table = TORNADO.cells("ltv_cac", [20, 25], [10, 0], [30, 50])
    assert table[0] == [pytest.approx(0.4), pytest.approx(1.2), 1, pytest.approx(1)]
    assert table[1][0] == CellError(ErrorKind.DIV0)
    assert table[1][1:3] == [0.4, 2]
    assert TORNADO.cells("burn", [5, 5], [4, 4], [6, 6])[0][3] == CellError(ErrorKind.DIV0)
    assert TORNADO.cells("ltv_cac", [20, 0], [10, 1], [30, 2])[0][3] == CellError(ErrorKind.DIV0)
