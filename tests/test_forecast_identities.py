"""The monthly model in itself: balances close, parts add up, many scenarios are as one by one."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from richcompany import around, known_months, rich

import engine.headlines
from engine.arguments import Numbers
from engine.drivers import DRIVERS
from engine.forecast import ACTUALS, CONSTANTS, LINES, METRICS, constants, headlines, metric, monthly, values
from engine.functions.cohort_active import cohort_active
from engine.functions.lease_pmt import lease_pmt
from engine.functions.ret_fit import ret_fit
from engine.functions.runway_path import runway_path
from engine.functions.train_amort import train_amort
from workbook.companies import company, default_fx

SCENARIOS, MONTHS = 40, 60
RICH_KIMI = values(rich("kimi"), "base", default_fx()[0])
KIMI = values(company("kimi"), "base", default_fx()[0])
UNTIL = 14
ACTUAL = known_months(RICH_KIMI, MONTHS, UNTIL)


@pytest.fixture(scope="module")
def varied() -> dict[str, Any]:
    """The rich company, every driver at random, with little cash to much and cheap plans to dear ones."""
    wide = {"free_cash": np.linspace(0, 3e9, SCENARIOS), "price": np.linspace(300, 0, SCENARIOS)}
    return around(RICH_KIMI, SCENARIOS) | wide


@pytest.fixture(scope="module", params=[None, ACTUAL], ids=["forecast", "with actuals"])
def lines(varied: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Numbers]:
    return monthly(varied, actuals=request.param)


def one(drivers: dict[str, Any], row: int) -> dict[str, float]:
    return {key: float(np.broadcast_to(value, SCENARIOS)[row]) for key, value in drivers.items()}


def equal(ours: Any, wanted: Any) -> None:
    np.testing.assert_allclose(ours, wanted, rtol=1e-9, atol=1e-11 * float(np.nanmax(np.abs(wanted))))


# balances

CLOSING = {
    "mau": ("mau_open", ("mau_new", "mau_back"), ("mau_lost",)),
    "payers": ("payers_open", ("payers_new",), ("payers_lost",)),
    "owned": ("owned_open", ("owned_bought",), ()),
    "receivable": ("receivable_open", ("invoiced",), ("collected",)),
    "payable": ("payable_open", ("supplied",), ("paid",)),
    "deferred": ("deferred_open", ("billed",), ("subscription",)),
    "escrow_close": ("escrow_open", ("escrow_funded",), ("escrow_draw",)),
    "free_close": ("free_open", ("free_funded",), ("free_burn",)),
}


@pytest.mark.parametrize("closing", CLOSING)
def test_balances_close(lines: dict[str, Numbers], closing: str) -> None:
    opening, more, less = CLOSING[closing]
    assert np.abs(lines[closing]).max() > 0
    moved = sum(lines[key] for key in more) - sum(lines[key] for key in less)
    equal(lines[opening] + moved, lines[closing])
    equal(lines[opening][:, 1:], lines[closing][:, :-1])


def test_balances_open_with_what_is_known(lines: dict[str, Numbers], varied: dict[str, Any]) -> None:
    first = {key: line[:, 0] for key, line in lines.items()}
    equal(first["mau_open"], varied["opening_mau"])
    equal(first["payers_open"], varied["opening_mau"] * varied["payer_rate"])
    equal(first["owned_open"], varied["gpus_owned"])
    equal(first["receivable_open"], first["invoiced"] * varied["dso"] / 30)
    equal(first["payable_open"], first["supplied"] * varied["dpo"] / 30)
    equal(first["escrow_open"], varied["restricted_cash"])
    equal(first["free_open"], varied["free_cash"])


def test_all_cash_is_what_was_there_and_raised_less_net_burn(
    lines: dict[str, Numbers], varied: dict[str, Any]
) -> None:
    start = (varied["free_cash"] + varied["restricted_cash"])[:, None]
    flow = np.cumsum(lines["funding_m"] - lines["net_burn"], axis=1)
    assert lines["funding_m"].sum(axis=1) == pytest.approx(varied["funding"])
    equal(start + flow, lines["total_cash"])
    equal(lines["free_close"] + lines["escrow_close"], lines["total_cash"])
    equal(lines["operating_flow"] - lines["capex"], -lines["net_burn"])


def test_the_escrow_pays_the_cloud_only(lines: dict[str, Numbers], varied: dict[str, Any]) -> None:
    assert (lines["escrow_close"] >= 0).all()
    assert 0 < (lines["escrow_draw"] == 0).sum() < lines["escrow_draw"].size
    assert (lines["escrow_draw"] <= lines["cloud_cost"] * varied["escrow_share"][:, None]).all()


# parts and wholes

SUMS = {
    "revenue": ("subscription", "api", "ads", "commerce", "tips", "deal_revenue", "other"),
    "new_total": ("new_paid", "new_organic"),
    "tokens": ("tokens_in_m", "tokens_out_m"),
    "fleet": ("owned", "leased", "cloud"),
    "compute": ("own_depreciation", "own_power", "own_upkeep", "lease_cost", "cloud_cost"),
    "staff": ("staff_research", "staff_operations", "staff_sales", "staff_admin"),
    "opex": ("staff", "overhead", "training"),
    "gross_profit": ("toc_contribution", "tob_contribution"),
    "ebitda": ("result", "own_depreciation"),
}


@pytest.mark.parametrize("whole", SUMS)
def test_parts_add_up(lines: dict[str, Numbers], whole: str) -> None:
    assert all(np.abs(lines[part]).max() > 0 for part in SUMS[whole])
    equal(sum(lines[part] for part in SUMS[whole]), lines[whole])


def test_shares_stay_within_their_wholes(varied: dict[str, Any]) -> None:
    lines = monthly(varied)
    for part, whole in (("dau", "mau"), ("payers", "mau"), ("gpus_busy", "gpus_needed")):
        assert (lines[part] <= lines[whole]).all()
        assert (lines[part] >= 0).all()
    assert (lines["gpus_idle"] >= -1e-9).all()
    assert (lines["util_m"] <= varied["utilisation"][:, None] / varied["peak_factor"][:, None] + 1e-9).all()
    assert (lines["price_index"][:, 1:] <= lines["price_index"][:, :-1]).all()


def test_result_and_cash_differ_by_what_is_not_yet_paid(lines: dict[str, Numbers]) -> None:
    """Less what customers owe, plus what suppliers and subscribers lend; GPUs are paid for when bought."""
    owed = lines["receivable"] - lines["receivable_open"]
    lent = lines["payable"] - lines["payable_open"] + lines["deferred"] - lines["deferred_open"]
    equal(lines["result"] + lines["own_depreciation"] - owed + lent, lines["operating_flow"])


# hand-worked


def month_by_month(**given: float) -> dict[str, Numbers]:
    return monthly(KIMI | given, months=24)


def test_invoices_of_75_days() -> None:
    lines = month_by_month(dso=75, deals=10, deal_growth=0.1, deal_upfront=1, deal_price=100, other_revenue=0)
    invoiced = 1000 * 1.1 ** np.arange(24)
    equal(lines["invoiced"], invoiced)
    equal(lines["collected"][3:], invoiced[1:-2] / 2 + invoiced[:-3] / 2)
    # All before the first month was like it.
    equal(lines["collected"][:3], [1000, 1000, 1000])
    assert lines["receivable_open"][0] == pytest.approx(2500)


def test_deals_accepted_when_the_months_are_over() -> None:
    lines = month_by_month(deals=2, deal_growth=0, deal_months=4.2, deal_price=100, deal_upfront=0.3)
    equal(lines["deals_accepted"], [0] * 5 + [2] * 19)
    equal(lines["deal_revenue"], [60] * 5 + [200] * 19)


def test_training_runs_every_two_and_a_half_months() -> None:
    lines = month_by_month(training_cost=10, training_every=2.5, training_life=5)
    begun = [1, 4, 6, 9, 11, 14, 16, 19, 21, 24]
    equal(lines["training"], [25.0 if month in begun else 0.0 for month in range(1, 25)])
    # In month 6 those of months 4 and 6 are in use, and that of month 1 no more.
    assert lines["training_spread"][5] == pytest.approx(2 * 25 / 5)
    run = [train_amort(25, 5, age) for age in range(1, 25)]
    spread = [sum(run[month - start] for start in begun if start <= month) for month in range(1, 25)]
    equal(lines["training_spread"], spread)


def test_yearly_plans_are_paid_ahead() -> None:
    lines = month_by_month(annual_share=0.4)
    sold = lines["subscription"]
    equal(lines["deferred"], sold * 0.4 * 5.5)
    equal(lines["billed"][1:], sold[1:] + 2.2 * (sold[1:] - sold[:-1]))
    assert lines["billed"][0] == sold[0]


def test_users_before_the_cohorts_leave_and_some_come_back() -> None:
    lines = month_by_month(ad_spend=0, opening_mau=1000, churn=0.2, resurrected=0.05)
    equal(lines["mau"], 1000 * 0.85 ** np.arange(1, 25))
    equal(lines["mau_lost"], 1000 * 0.85 ** np.arange(24) * 0.2)


def test_the_escrow_is_empty_when_the_cloud_has_been_paid() -> None:
    actual = {"cloud_cost": [100.0] * 12}
    drivers = KIMI | {"restricted_cash": 250, "escrow_share": 0.6, "funding": 0}
    lines = monthly(drivers, months=12, actuals=actual)
    equal(lines["escrow_draw"], [60, 60, 60, 60, 10, *[0] * 7])
    equal(lines["escrow_close"], [190, 130, 70, 10, *[0] * 8])


def test_cash_that_runs_out_in_a_month() -> None:
    burn = monthly(KIMI)["free_burn"]
    drivers = KIMI | {"free_cash": float(burn[:4].sum() + 0.25 * burn[4])}
    found = headlines(drivers)
    assert burn[:5].min() > 0
    assert (found["runway"], found["zero_at"]) == pytest.approx((4.25, 5))
    assert found["stranded"] == pytest.approx(monthly(KIMI)["escrow_close"][4])
    assert np.isnan(headlines(drivers, months=4)["zero_at"])
    funded = drivers | {"funding": 1e12, "funding_month": 2.5, "funding_restricted": 0.0}
    assert np.isnan(headlines(funded)["runway"])


# as the functions have it


def test_lines_are_what_the_functions_give(varied: dict[str, Any]) -> None:
    lines, figures, fixed = monthly(varied), headlines(varied), constants(varied)
    assert 0 < np.isnan(figures["runway"]).sum() < SCENARIOS
    for row in range(SCENARIOS):
        drivers = one(varied, row)
        equal(cohort_active(lines["new_total"][row], lines["retention_m"][row]), lines["cohort"][row])
        along = runway_path(drivers["free_cash"], lines["free_net"][row], errors="coerce")
        assert along == pytest.approx(figures["runway"][row], rel=1e-12, nan_ok=True)
        seen = [drivers[key] for key in ("d1_retention", "d7_retention", "d30_retention")]
        fitted = [fixed[key][row] for key in ("ret_a", "ret_b", "ret_r2")]
        assert list(ret_fit([1, 7, 30], seen)) == pytest.approx(fitted, rel=1e-9)
        paid = lease_pmt(drivers["gpu_price"], drivers["lease_rate"], drivers["lease_months"])
        assert paid == pytest.approx(fixed["lease_payment"][row])


# many scenarios at once


@pytest.mark.parametrize("actuals", [None, ACTUAL], ids=["forecast", "with actuals"])
def test_many_scenarios_are_as_one_by_one(varied: dict[str, Any], actuals: Any) -> None:
    lines, fixed = monthly(varied, actuals=actuals), constants(varied, actuals=actuals)
    figures = headlines(varied, actuals=actuals) | fixed
    assert {line.shape for line in lines.values()} == {(SCENARIOS, MONTHS)}
    assert {np.shape(figure) for figure in figures.values()} == {(SCENARIOS,)}
    for row in range(0, SCENARIOS, 3):
        drivers = one(varied, row)
        alone = monthly(drivers, actuals=actuals)
        for key in LINES:
            np.testing.assert_allclose(alone[key], lines[key][row], rtol=1e-9, atol=1e-12, err_msg=key)
        single = headlines(drivers, actuals=actuals) | constants(drivers, actuals=actuals)
        for key, value in figures.items():
            assert single[key] == pytest.approx(value[row], rel=1e-9, nan_ok=True), key


def test_blocks_of_scenarios_change_nothing(varied: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = headlines(varied)
    monkeypatch.setattr(engine.headlines, "_BLOCK", 13)
    for key, value in headlines(varied).items():
        np.testing.assert_allclose(value, whole[key], rtol=1e-12, err_msg=key)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_alone_is_the_headline(varied: dict[str, Any], name: str) -> None:
    everything = headlines(varied, months=36)[name]
    assert not np.isnan(everything).all()
    np.testing.assert_allclose(metric(name, varied, 36), everything, rtol=1e-12)


def test_unvaried_drivers_need_no_room() -> None:
    lines = monthly(RICH_KIMI | {"staff_cost": np.linspace(0, 1e7, SCENARIOS)})
    assert {line.shape for line in lines.values()} == {(SCENARIOS, MONTHS)}
    assert lines["mau"].strides[0] == 0
    assert np.unique(lines["free_close"], axis=0).shape == (SCENARIOS, MONTHS)


@pytest.mark.parametrize("key", DRIVERS)
def test_every_driver_moves_something(key: str) -> None:
    before = RICH_KIMI[key]
    after = before * 2 if DRIVERS[key].domain.outside(np.array(before / 2)) else before / 2
    moved = _moved(RICH_KIMI | {key: after})
    # The tab shows the age beside the months, and has a function of its own for the agency's rule.
    assert bool(moved) == (key not in ("age", "opex_multiple"))


def _moved(drivers: dict[str, float]) -> list[str]:
    before, after = monthly(RICH_KIMI), monthly(drivers)
    fixed = (
        constants(RICH_KIMI) | headlines(RICH_KIMI),
        constants(drivers) | headlines(drivers),
    )
    lines = [key for key in LINES if not np.array_equal(before[key], after[key], equal_nan=True)]
    return lines + [
        key for key in fixed[0] if not np.array_equal(fixed[0][key], fixed[1][key], equal_nan=True)
    ]


# fewer months, and months that have happened


@pytest.mark.parametrize("months", [3, 7, 12, 30])
def test_fewer_months_are_the_first_of_more(varied: dict[str, Any], months: int) -> None:
    few, many = monthly(varied, months=months), monthly(varied)
    for key in LINES:
        np.testing.assert_allclose(few[key], many[key][:, :months], rtol=1e-12, err_msg=key)
    along = {"zero_at", "stranded"}
    short, long = constants(varied, months=months), constants(varied)
    for key in CONSTANTS.keys() - along:
        np.testing.assert_allclose(short[key], long[key], rtol=1e-12, err_msg=key)
    assert (np.nan_to_num(short["zero_at"]) <= months).all()


@pytest.mark.parametrize("name", ACTUALS)
def test_an_actual_replaces_its_month_and_nothing_before(name: str) -> None:
    before = monthly(RICH_KIMI)
    key = ACTUALS[name]
    typed = float(before[key][5] * 1.5 + 1)
    after = monthly(RICH_KIMI, actuals={name: [None] * 5 + [typed] + [None] * 54})
    assert after[key][5] == typed
    for line in LINES:
        np.testing.assert_array_equal(after[line][:5], before[line][:5], err_msg=line)
    changed = [line for line in LINES if not np.array_equal(after[line], before[line], equal_nan=True)]
    assert {key, "free_close"} <= set(changed)


def test_actuals_equal_to_the_forecast_change_nothing(varied: dict[str, Any]) -> None:
    drivers = one(varied, 5)
    lines = monthly(drivers)
    again = monthly(drivers, actuals={name: lines[key] for name, key in ACTUALS.items()})
    for key in LINES:
        equal(again[key], lines[key])


def test_a_year_of_months_that_have_happened_moves_the_runway() -> None:
    found = [
        headlines(RICH_KIMI, actuals={"cloud_cost": [cost] * 6 + [np.nan] * 54}) for cost in (1e7, 1e8, 5e8)
    ]
    for low, high in pairwise(found):
        assert low["cash_end"] > high["cash_end"]
        assert low["net_burn"] < high["net_burn"]
    assert found[0]["ltv"] == found[1]["ltv"]
