"""The forecast as people call it: its table, its units, its input rows, and what it refuses."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import unitsheet
from engine.company import Company, Scenario
from engine.drivers import DRIVERS
from engine.errors import InputError
from engine.forecast import LINES, METRICS, constants, forecast, headlines, inputs, metric, monthly, values
from engine.units import parse_unit
from workbook.companies import company, default_fx

FX = default_fx()[0]
KIMI = values(company("kimi"), "base", FX)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return unitsheet.forecast("kimi", months=14, start="2023-12")


def test_a_row_a_month_and_a_column_a_line(table: pd.DataFrame) -> None:
    assert list(table.columns) == list(LINES)
    assert table.index.name == "month_end"
    assert [f"{day:%Y-%m-%d}" for day in table.index[:3]] == ["2023-12-31", "2024-01-31", "2024-02-29"]
    assert len(table) == 14
    for key, line in monthly(KIMI, months=14).items():
        np.testing.assert_array_equal(table[key], line)
    own = table.copy()
    own.iloc[0, 0] = 1.0


def test_what_the_table_says_of_itself(table: pd.DataFrame) -> None:
    about = table.attrs
    assert (about["company"], about["scenario"], about["currency"]) == ("kimi", "base", "CNY")
    assert about["units"].keys() == set(table.columns)
    assert (about["units"]["net_burn"], about["units"]["mau"]) == ("CNY", "users")
    assert about["headlines"].keys() == about["headline_units"].keys() == METRICS.keys()
    assert about["headlines"]["cac_paid"] == pytest.approx(10 / 0.8)
    assert np.isnan(about["headlines"]["payback"])
    assert about["headline_units"]["net_burn"] == "CNY/month"
    for text in (*about["units"].values(), *about["headline_units"].values()):
        assert parse_unit(text).text() == text
    assert unitsheet.forecast("anthropic").attrs["units"]["revenue"] == "USD"


def test_the_other_currency_is_converted() -> None:
    kimi = company("kimi")
    assert kimi.figures["restricted_cash"].unit.currency == "USD"
    assert KIMI["restricted_cash"] == 600e6 * FX
    assert values(kimi, "base", 8.0)["free_cash"] == 200e6 * 8
    assert values(kimi, "base", 8.0)["ad_spend"] == KIMI["ad_spend"]
    in_usd = replace(kimi, currency="USD")
    turned = values(in_usd, "base", 8.0)
    assert (turned["restricted_cash"], turned["ad_spend"]) == (600e6, KIMI["ad_spend"] / 8)


def test_scenarios_by_name() -> None:
    bear = unitsheet.forecast("kimi", "Bear", months=3)
    pd.testing.assert_frame_equal(bear, unitsheet.forecast(company("kimi"), Scenario.BEAR, months=3))
    assert bear.attrs["scenario"] == "bear"
    assert (bear["mau"] != unitsheet.forecast("kimi", months=3)["mau"]).all()


def test_horizon_of_the_ltv() -> None:
    endless = headlines(KIMI, ltv_months=1e6)
    assert endless["ltv"] == pytest.approx(endless["ltv_simple"])
    assert metric("ltv", KIMI, ltv_months=1) == pytest.approx(endless["contribution"])


def test_single_numbers_give_floats() -> None:
    assert {type(value) for value in (*headlines(KIMI).values(), *constants(KIMI).values())} == {float}
    assert {line.shape for line in monthly(KIMI, months=7).values()} == {(7,)}
    rows = monthly(KIMI | {"cpa": [10.0]}, months=7)
    assert {line.shape for line in rows.values()} == {(1, 7)}
    assert metric("runway", KIMI | {"cpa": pd.Series([10.0, 11.0])}).shape == (2,)
    assert metric("ltv_cac", KIMI | {"cpa": []}).shape == (0,)


def test_lines_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        monthly(KIMI)["mau"][0] = 1.0


def test_input_rows() -> None:
    rows = unitsheet.forecast_inputs("kimi", cpa=("tri", 8, 10, 14), churn=["uniform", 0.2, 0.4], price=12)
    by_key = {row[0]: row[1:] for row in rows}
    assert list(by_key) == list(DRIVERS)
    assert by_key["cpa"] == ["tri", 8.0, 10.0, 14.0]
    assert by_key["churn"] == ["uniform", 0.2, 0.4, None]
    assert by_key["price"] == ["fixed", 12.0, None, None]
    assert by_key["restricted_cash"] == ["fixed", 600e6 * FX, None, None]
    fixed = {key: row[1] for key, row in by_key.items() if row[0] == "fixed"}
    assert fixed == {key: KIMI[key] for key in fixed} | {"price": 12.0}


def _in(currency: str) -> Company:
    kimi = company("kimi")
    figure = replace(kimi.figures["staff_cost"], unit=parse_unit(f"{currency}/month"))
    return replace(kimi, figures={**kimi.figures, "staff_cost": figure})


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "unknown company": (lambda: unitsheet.forecast("kimmi"), "did you mean kimi"),
    "unknown scenario": (lambda: unitsheet.forecast("kimi", "bare"), "'bare'; did you mean (bear|base)"),
    "too few months": (lambda: unitsheet.forecast("kimi", months=2), "3 to 600 months, not 2"),
    "too many months": (lambda: metric("ltv", KIMI, 601), "3 to 600 months, not 601"),
    "too few for numbers": (lambda: monthly(KIMI, months=2), "3 to 600 months, not 2"),
    "half a month": (lambda: monthly(KIMI, months=12.5), "not 12.5"),  # type: ignore[arg-type]
    "no month": (lambda: unitsheet.forecast("kimi", start="2024-13"), "such as 2024-01, not '2024-13'"),
    "rate of 0": (lambda: unitsheet.forecast("kimi", fx=0), "above 0, not 0"),
    "rate that is none": (lambda: unitsheet.forecast("kimi", fx=float("nan")), "above 0, not nan"),
    "another currency": (lambda: forecast(_in("EUR"), fx=7.1), "staff_cost is stated in EUR"),
    "unknown driver": (lambda: monthly(KIMI | {"chrun": 0.3}), "no driver 'chrun'; did you mean churn"),
    "missing driver": (lambda: monthly({"cpa": 10}), "every driver; missing: ad_spend, ad_growth"),
    "unknown metric": (lambda: metric("runwy", KIMI), "did you mean runway"),
    "a text": (lambda: monthly(KIMI | {"cpa": "ten"}), "cpa must be a number or a row of numbers, not 'ten'"),
    "no number": (lambda: monthly(KIMI | {"cpa": float("nan")}), "cpa must be above 0, not nan"),
    "outside": (lambda: headlines(KIMI | {"churn": 1.5}), "churn must be above 0 and at most 1, not 1.5"),
    "one outside": (lambda: monthly(KIMI | {"churn": [0.3, 1.5]}), r"not 1.5 \(scenario 2\)"),
    "a table": (lambda: monthly(KIMI | {"cpa": [[10.0]]}), "cpa must be a number or a row"),
    "rows that differ": (lambda: monthly(KIMI | {"cpa": [1, 2], "price": [1, 2, 3]}), "2 and 3 scenarios"),
    "horizon below 0": (lambda: headlines(KIMI, ltv_months=-1), "must not be negative"),
    "unknown varied": (lambda: unitsheet.forecast_inputs("kimi", cpi=3), "did you mean cpa"),
    "no distribution": (lambda: inputs(company("kimi"), "base", FX, cpa="tri"), "cpa must be a number or"),
    "too much": (lambda: inputs(company("kimi"), "base", FX, cpa=("tri", 1, 2, 3, 4)), "not .*4"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    call, sentence = REFUSED[case]
    with pytest.raises(InputError, match=sentence):
        call()


def test_pandas_is_loaded_for_the_table_only(
    python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    code = "import sys, engine.forecast, unitsheet.forecasts; print('pandas' in sys.modules)"
    assert python("-c", code).stdout.strip() == "False"
