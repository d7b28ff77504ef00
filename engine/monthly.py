"""The monthly model of a company, from its drivers to its cash: what a company tab works out, as arrays."""

# One line of the model a line of code.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from engine.arguments import Numbers
from engine.errors import InputError
from engine.functions.cost_per_mtok import MILLION, cost_per_mtok
from engine.functions.cost_per_request import cost_per_request
from engine.functions.gpu_cost_per_mau import gpu_cost_per_mau
from engine.scenarios import in_form, scenarios
from engine.units import (
    DAYS_PER_MONTH,
    MONEY,
    MONEY_PER_MONTH,
    MONEY_PER_MTOK,
    MONEY_PER_REQUEST,
    MONEY_PER_USER,
    MONEY_PER_USER_MONTH,
    RATIO,
    TOKENS,
    USERS,
    Unit,
)

FEWEST_MONTHS, MOST_MONTHS = 3, 600
# Conventions: DAU/MAU times 30 gives the active days of a month; burn is a mean of three months.
DAYS_MONTH = 30
BURN_MONTHS = 3
Lines = dict[str, Numbers]


class Measure(NamedTuple):
    """What a figure of the model is, and its unit."""

    label: str
    unit: Unit


LINES: Mapping[str, Measure] = {
    "ad_spend_m": Measure("Advertising spend", MONEY),
    "new_paid": Measure("New users, paid", USERS),
    "new_total": Measure("New users", USERS),
    "new_organic": Measure("New users, organic", USERS),
    "other_sm": Measure("Other sales and marketing", MONEY),
    "retention_m": Measure("Share of a cohort active in its n-th month", RATIO),
    "cohort": Measure("Active users of cohorts since the start", USERS),
    "legacy": Measure("Active users of the opening audience", USERS),
    "mau_open": Measure("Monthly users, opening", USERS),
    "mau_new": Measure("+ new", USERS),
    "mau_lost": Measure("- no longer active", USERS),
    "mau": Measure("Monthly users, closing", USERS),
    "dau": Measure("Daily users, average", USERS),
    "payers": Measure("Payers", USERS),
    "subscription": Measure("Subscriptions, after store fee", MONEY),
    "api_in": Measure("API input tokens", TOKENS),
    "api_out": Measure("API output tokens", TOKENS),
    "api": Measure("API", MONEY),
    "other": Measure("Other", MONEY),
    "revenue": Measure("Revenue", MONEY),
    "tokens": Measure("Tokens served", TOKENS),
    "gpu_users": Measure("GPU cost of users", MONEY),
    "gpu_api": Measure("GPU cost of the API", MONEY),
    "compute": Measure("GPU cost", MONEY),
    "variable": Measure("Bandwidth, moderation and support", MONEY),
    "cash_in": Measure("Cash received", MONEY),
    "staff": Measure("Staff, rent and administration", MONEY),
    "training": Measure("Training runs", MONEY),
    "cash_out": Measure("Cash paid", MONEY),
    "net_burn": Measure("Net burn", MONEY),
    "escrow_open": Measure("Restricted cash, opening", MONEY),
    "escrow_draw": Measure("- drawn for GPU cost", MONEY),
    "escrow_close": Measure("Restricted cash, closing", MONEY),
    "free_open": Measure("Free cash, opening", MONEY),
    "free_burn": Measure("- net burn that the escrow does not pay", MONEY),
    "free_close": Measure("Free cash, closing; below zero is the gap to fund", MONEY),
    "funded": Measure("Share of the month that free cash funds", RATIO),
}
CONSTANTS: Mapping[str, Measure] = {
    "cost_registered": Measure("Cost of one paid registered user", MONEY_PER_USER),
    "active_days": Measure("Active days a month", DAYS_PER_MONTH),
    "cost_in": Measure("Cost of 1m input tokens", MONEY_PER_MTOK),
    "cost_out": Measure("Cost of 1m output tokens", MONEY_PER_MTOK),
    "cost_request": Measure("Cost of one request", MONEY_PER_REQUEST),
    "gpu_per_mau": Measure("GPU cost per monthly user", MONEY_PER_USER_MONTH),
    "burn3": Measure("Net burn, mean of three months", MONEY_PER_MONTH),
    "eligible3": Measure("Of it, GPU cost the escrow may pay", MONEY_PER_MONTH),
    "other3": Measure("Net burn besides that", MONEY_PER_MONTH),
}


def monthly(drivers: Mapping[str, Any], *, months: int = 60) -> Lines:
    """Every monthly line of the model.

    A driver is one number or a row of n scenarios, in its unit and in one currency.
    Each line of `LINES` comes as a read-only array: a value a month, or n rows of
    them. A driver that is missing, unknown or outside its domain is an `InputError`.
    """
    months = months_checked(months)
    rows, form = scenarios(drivers)
    shape = (months, *form) if form else (months, 1)
    lines = run(rows, months)
    return {key: np.broadcast_to(lines[key], shape).T.reshape(*form, months) for key in LINES}


def constants(drivers: Mapping[str, Any]) -> dict[str, Any]:
    """The figures that are the same in all months, by the keys of `CONSTANTS`: numbers, or n each."""
    rows, form = scenarios(drivers)
    with np.errstate(all="ignore"):
        found = unit_costs(rows) | opening_burn(rows, run(rows, BURN_MONTHS))
    return {key: in_form(found[key], form) for key in CONSTANTS}


def months_checked(months: int) -> int:
    """The number of months, if a forecast can have so many."""
    if not FEWEST_MONTHS <= months <= MOST_MONTHS or int(months) != months:
        raise InputError(f"a forecast has {FEWEST_MONTHS} to {MOST_MONTHS} months, not {months}")
    return int(months)


def run(d: Mapping[str, Numbers], months: int) -> Lines:
    """Every line with a month a row and a scenario a column; one column where scenarios do not differ."""
    month = np.arange(1.0, months + 1)[:, None]
    with np.errstate(all="ignore"):
        found = unit_costs(d)
        found |= _acquisition(d, found, month)
        found |= _audience(d, found, month)
        found |= _revenue(d, found, month)
        found |= _compute(d, found)
        found |= _cash(d, found)
    return found


def unit_costs(d: Mapping[str, Numbers]) -> Lines:
    """What one user, request or million tokens costs in every month."""
    active_days = d["stickiness"] * DAYS_MONTH
    cost_in = cost_per_mtok.body(d["gpu_hour"], d["tps_in"], d["utilisation"], 1.0)
    cost_out = cost_per_mtok.body(d["gpu_hour"], d["tps_out"], d["utilisation"], 1.0)
    cost_request = cost_per_request.body(d["tokens_in"], d["tokens_out"], cost_in, cost_out, 0.0, cost_in)
    return {
        "cost_registered": d["cpa"] / d["register_rate"],
        "active_days": active_days,
        "cost_in": cost_in,
        "cost_out": cost_out,
        "cost_request": cost_request,
        "gpu_per_mau": gpu_cost_per_mau.body(d["requests_day"], active_days, cost_request, d["idle_factor"]),
    }


# fmt: off
def _acquisition(d: Mapping[str, Numbers], found: Lines, month: Numbers) -> Lines:
    ad_spend = d["ad_spend"] * (1 + d["ad_growth"]) ** (month - 1)
    new_paid = ad_spend / found["cost_registered"]
    new_total = new_paid / d["paid_share"]
    return {
        "ad_spend_m": ad_spend,
        "new_paid": new_paid,
        "new_total": new_total,
        "new_organic": new_total - new_paid,
        "other_sm": ad_spend * d["other_sm_ratio"],
    }


def _audience(d: Mapping[str, Numbers], found: Lines, month: Numbers) -> Lines:
    new = found["new_total"]
    retention = _retention(d, month)
    cohort = _active(new, retention)
    legacy = d["opening_mau"] * (1 - d["churn"]) ** month
    mau = legacy + cohort
    mau_open = _opening(d["opening_mau"], mau)
    return {
        "retention_m": retention,
        "cohort": cohort,
        "legacy": legacy,
        "mau_open": mau_open,
        "mau_new": new,
        "mau_lost": mau_open + new - mau,
        "mau": mau,
        "dau": mau * d["stickiness"],
        "payers": mau * d["payer_rate"],
    }


def _revenue(d: Mapping[str, Numbers], found: Lines, month: Numbers) -> Lines:
    subscription = found["payers"] * d["price"] * (1 - d["store_fee"])
    grown = (1 + d["api_growth"]) ** (month - 1)
    api_in = d["api_tokens_in"] * grown
    api_out = d["api_tokens_out"] * grown
    api = (api_in * d["api_price_in"] + api_out * d["api_price_out"]) / MILLION
    return {
        "subscription": subscription,
        "api_in": api_in,
        "api_out": api_out,
        "api": api,
        "other": d["other_revenue"],
        "revenue": subscription + api + d["other_revenue"],
    }


def _compute(d: Mapping[str, Numbers], found: Lines) -> Lines:
    mau, api_in, api_out = found["mau"], found["api_in"], found["api_out"]
    gpu_users = mau * found["gpu_per_mau"]
    gpu_api = (api_in * found["cost_in"] + api_out * found["cost_out"]) / MILLION * d["idle_factor"]
    return {
        "tokens": mau * d["requests_day"] * (d["tokens_in"] + d["tokens_out"]) * found["active_days"] + api_in + api_out,
        "gpu_users": gpu_users,
        "gpu_api": gpu_api,
        "compute": gpu_users + gpu_api,
        "variable": mau * d["other_variable"],
    }


def _cash(d: Mapping[str, Numbers], found: Lines) -> Lines:
    spent = found["ad_spend_m"] + found["other_sm"] + found["compute"] + found["variable"]
    cash_out = spent + d["staff_cost"] + d["training_cost"]
    net_burn = cash_out - found["revenue"]
    draw, escrow_close = _drawn(d["restricted_cash"], found["compute"] * d["escrow_share"])
    free_burn = net_burn - draw
    free_close = d["free_cash"] - np.cumsum(free_burn, axis=0)
    free_open = _opening(d["free_cash"], free_close)
    return {
        "cash_in": found["revenue"],
        "staff": d["staff_cost"],
        "training": d["training_cost"],
        "cash_out": cash_out,
        "net_burn": net_burn,
        "escrow_open": _opening(d["restricted_cash"], escrow_close),
        "escrow_draw": draw,
        "escrow_close": escrow_close,
        "free_open": free_open,
        "free_burn": free_burn,
        "free_close": free_close,
        "funded": _funded(free_open, free_burn, free_close),
    }


# fmt: on
def opening_burn(d: Mapping[str, Numbers], lines: Lines) -> Lines:
    """The mean burn of the first three months, and how much of it the escrow may pay."""
    burn = lines["net_burn"][:BURN_MONTHS].mean(axis=0)
    payable = lines["compute"][:BURN_MONTHS].mean(axis=0) * d["escrow_share"]
    eligible = np.maximum(0, np.minimum(burn, payable))
    return {"burn3": burn, "eligible3": eligible, "other3": np.maximum(0, burn) - eligible}


def _retention(d: Mapping[str, Numbers], month: Numbers) -> Numbers:
    """The share of a cohort active in its n-th month: daily retention over DAU/MAU, all of it at first."""
    days = DAYS_MONTH * np.maximum(month - 1, 1)
    share = np.minimum(1, d["d1_retention"] * days ** -d["retention_decay"] / d["stickiness"])
    return np.where(month == 1, 1.0, share)


def _active(new: Numbers, retention: Numbers) -> Numbers:
    """What is left of every cohort, month by month; a lag at a time, all scenarios at once."""
    active = new * retention[:1]
    for lag in range(1, len(new)):
        active[lag:] += new[:-lag] * retention[lag]
    return active


def _opening(first: Numbers, closing: Numbers) -> Numbers:
    """Opening balances: the first one, then what the month before closed with."""
    return np.concatenate((np.broadcast_to(first, closing[:1].shape), closing[:-1]))


def _drawn(held: Numbers, payable: Numbers) -> tuple[Numbers, Numbers]:
    """What an escrow pays of each month's bill, and what it then holds."""
    draw = np.empty(np.broadcast_shapes(held.shape, payable.shape))
    closing = np.empty_like(draw)
    for month, due in enumerate(payable):
        draw[month] = np.minimum(due, held)
        held = held - draw[month]
        closing[month] = held
    return draw, closing


def _funded(opening: Numbers, burn: Numbers, closing: Numbers) -> Numbers:
    """The share of each month that is paid for: all, a part of the first that is not, then nothing."""
    funded = np.where(closing >= 0, 1.0, opening / burn)
    for month in range(1, len(funded)):
        funded[month] = np.where(funded[month - 1] < 1, 0.0, funded[month])
    return funded
