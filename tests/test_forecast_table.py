"""The forecast as people call it: its table, its units, its input rows, and what it refuses."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import unitsheet
from engine.company import Company, Scenario
from engine.drivers import DRIVERS
from engine.errors import InputError
from engine.forecast import (
    ACTUALS,
    CONSTANTS,
    LINES,
    METRICS,
    constants,
    forecast,
    headlines,
    inputs,
    metric,
    monthly,
    values,
)
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
    assert about["labels"] == {key: line.label for key, line in LINES.items()}
    assert about["headlines"].keys() == about["headline_units"].keys() == METRICS.keys()
    assert about["constants"].keys() == about["constant_units"].keys() == CONSTANTS.keys()
    assert about["constants"] == pytest.approx(constants(KIMI, months=14), nan_ok=True)
    assert about["headlines"] == pytest.approx(headlines(KIMI, months=14), nan_ok=True)
    assert about["headlines"]["cac_paid"] == pytest.approx(10 / 0.8)
    assert np.isnan(about["headlines"]["payback"])
    assert about["headline_units"]["net_burn"] == "CNY/month"
    units = (about[key] for key in ("units", "headline_units", "constant_units"))
    for text in (unit for some in units for unit in some.values()):
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
    worth = KIMI | {"price": 100.0}
    endless = headlines(worth, ltv_months=1e6)
    assert endless["ltv"] == pytest.approx(endless["ltv_simple"])
    assert endless["cac_ceiling"] == pytest.approx(endless["ltv"])
    assert metric("ltv", worth, ltv_months=1) == pytest.approx(endless["contribution"])


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


KNOWN = pd.DataFrame(
    {"mau": [5e6, 6e6, None], "cloud_cost": [None, 7_000_000, Decimal("8e6")]},
    index=pd.to_datetime(["2024-03-31", "2024-01-15", "2024-02-01"]),
)


def test_actuals_with_dates_go_by_their_months() -> None:
    table = unitsheet.forecast("kimi", months=14, start="2023-12", actuals=KNOWN)
    plain = unitsheet.forecast("kimi", months=14, start="2023-12")
    for column, months in (("active", {1: 6e6, 3: 5e6}), ("cloud_cost", {1: 7e6, 2: 8e6})):
        known = table[column].iloc[list(months)]
        assert known.tolist() == list(months.values())
    assert table["mau"].tolist() == pytest.approx(table["active"].tolist())
    assert table.iloc[0].equals(plain.iloc[0])
    assert table.attrs["headlines"]["cash_end"] == table["free_close"].iloc[-1]
    assert table.attrs["headlines"]["net_burn"] != plain.attrs["headlines"]["net_burn"]
    assert table.attrs["constants"]["burn3"] == pytest.approx(table["net_burn"].iloc[:3].mean())
    by_period = KNOWN.set_axis(pd.PeriodIndex(KNOWN.index, freq="M"))
    pd.testing.assert_frame_equal(
        table, unitsheet.forecast("kimi", months=14, start="2023-12", actuals=by_period)
    )


def test_actuals_without_dates_have_every_month() -> None:
    rows = {"mau": [np.nan, 6e6, np.nan, 5e6] + [None] * 10, "cloud_cost": [np.nan] * 14}
    wanted = unitsheet.forecast("kimi", months=14, start="2023-12", actuals=KNOWN[["mau"]])
    for given in (rows, pd.DataFrame(rows), pd.DataFrame(rows).astype("Float64")):
        table = unitsheet.forecast("kimi", months=14, start="2023-12", actuals=given)
        pd.testing.assert_frame_equal(table, wanted)
    back = unitsheet.forecast("kimi", months=14, start="2023-12")
    again = back[list(ACTUALS.values())].set_axis(list(ACTUALS), axis=1)
    pd.testing.assert_frame_equal(
        back, unitsheet.forecast("kimi", months=14, start="2023-12", actuals=again), check_exact=False
    )


def _in(currency: str) -> Company:
    kimi = company("kimi")
    figure = replace(kimi.figures["staff_cost"], unit=parse_unit(f"{currency}/month"))
    return replace(kimi, figures={**kimi.figures, "staff_cost": figure})


def _with(**actuals: Any) -> Any:
    return monthly(KIMI, months=12, actuals=actuals)


def _dated(*days: str | None) -> Any:
    known = pd.DataFrame({"mau": [1e6] * len(days)}, index=pd.DatetimeIndex(days))
    return unitsheet.forecast("kimi", months=12, actuals=known)


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
    "missing driver": (lambda: monthly({"cpa": 10}), "missing: age, ad_spend, ad_growth, .* and 89 more"),
    "unknown metric": (lambda: metric("runwy", KIMI), "did you mean runway"),
    "a text": (lambda: monthly(KIMI | {"cpa": "ten"}), "cpa must be a number or a row of numbers, not 'ten'"),
    "no number": (lambda: monthly(KIMI | {"cpa": float("nan")}), "cpa must be above 0, not nan"),
    "outside": (lambda: headlines(KIMI | {"churn": 1.5}), "churn must be above 0 and at most 1, not 1.5"),
    "one outside": (lambda: monthly(KIMI | {"churn": [0.3, 1.5]}), r"not 1.5 \(scenario 2\)"),
    "a table": (lambda: monthly(KIMI | {"cpa": [[10.0]]}), "cpa must be a number or a row"),
    "rows that differ": (lambda: monthly(KIMI | {"cpa": [1, 2], "price": [1, 2, 3]}), "2 and 3 scenarios"),
    "unknown actual": (lambda: _with(maus=[1.0] * 12), "no actual 'maus'; did you mean mau"),
    "too short a row": (lambda: _with(mau=[1.0] * 3), "mau has 3 months, the forecast 12; .* dates"),
    "one number": (lambda: _with(mau=3.0), "mau must be a row of numbers, one a month, not 3.0"),
    "a text for a row": (lambda: _with(mau="12 months of"), "mau must be a row of numbers"),
    "a table for a row": (lambda: _with(mau=np.ones((12, 2))), "mau must be a row of numbers"),
    "a text for a month": (lambda: _with(dau=[None] * 11 + ["3m"]), "dau of month 12 must be .*, not '3m'"),
    "a truth": (lambda: _with(dau=[True] * 12), "dau of month 1 must be a number, not True"),
    "no end": (lambda: _with(dau=[np.inf] * 12), "dau of month 1 must be a number, not inf"),
    "beyond all bounds": (lambda: _with(dau=[10**400] * 12), "dau of month 1 must be a number, not 1000"),
    "before the start": (lambda: _dated("2023-12-31"), "2023-12 lie outside the 12 months from 2024-01"),
    "after the end": (lambda: _dated("2025-01-01"), "2025-01 lie outside the 12 months from 2024-01"),
    "a month twice": (lambda: _dated("2024-02-01", "2024-02-29"), "2024-02 stand there twice"),
    "no date": (lambda: _dated(None), "row 1 of the actuals has no date"),
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
