"""The headline figures of a forecast: what a user costs and is worth, and how long the cash lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.arguments import Numbers
from engine.boundary import evaluate
from engine.errors import InputError
from engine.functions.burn import burn
from engine.functions.cac import cac
from engine.functions.contribution import contribution
from engine.functions.ltv import ltv
from engine.functions.ltv_cac import ltv_cac
from engine.functions.payback import payback
from engine.functions.runway import runway
from engine.functions.runway_escrow import runway_escrow
from engine.functions.sub_arpu import sub_arpu
from engine.monthly import BURN_MONTHS, Lines, Measure, months_checked, opening_burn, run, unit_costs
from engine.registry import Function
from engine.scenarios import in_form, scenarios, unknown
from engine.units import (
    MONEY,
    MONEY_PER_MONTH,
    MONEY_PER_USER,
    MONEY_PER_USER_MONTH,
    MONTHS,
    RATIO,
    USERS,
)

LTV_MONTHS = 24
METRICS: Mapping[str, Measure] = {
    "mau": Measure("Monthly users at the start", USERS),
    "cac_paid": Measure("CAC, paid users only", MONEY_PER_USER),
    "cac_loaded": Measure("CAC, loaded", MONEY_PER_USER),
    "ltv": Measure("LTV, 24 months", MONEY_PER_USER),
    "ltv_simple": Measure("LTV without end (1/churn), memo", MONEY_PER_USER),
    "ltv_cac": Measure("LTV over CAC", RATIO),
    "payback": Measure("Payback, with churn", MONTHS),
    "payback_margin": Measure("Payback if nobody left, memo", MONTHS),
    "contribution": Measure("Contribution per monthly user", MONEY_PER_USER_MONTH),
    "gpu_cost_per_mau": Measure("GPU cost per monthly user", MONEY_PER_USER_MONTH),
    "net_burn": Measure("Net burn, mean of three months", MONEY_PER_MONTH),
    "runway": Measure("Runway of free cash, by the model", MONTHS),
    "runway_static": Measure("Runway of free cash at that burn", MONTHS),
    "runway_escrow": Measure("Runway with escrow at that burn", MONTHS),
    "cash_low": Measure("Lowest free cash at a month's end", MONEY),
    "cash_end": Measure("Free cash at the end of the last month", MONEY),
}
# All other figures follow from the first months.
_ALONG_THE_MONTHS = {"runway", "cash_low", "cash_end"}


def headlines(
    drivers: Mapping[str, Any], *, months: int = 60, ltv_months: float = LTV_MONTHS
) -> dict[str, Any]:
    """Every figure of `METRICS`: a float, or an array with a value for each scenario.

    Drivers are as for `monthly`. nan is where a tab has #N/A or another error: cost
    that is never paid back, cash that lasts beyond the months, nobody won. CAC and
    burn are those of the first month and the first three; `ltv_months` is the
    horizon of the LTV.
    """
    return _figures(list(METRICS), drivers, months, ltv_months)


def metric(name: str, drivers: Mapping[str, Any], months: int = 60, ltv_months: float = LTV_MONTHS) -> Any:
    """One figure of `METRICS`, as `headlines` gives it, without working out the others."""
    if name not in METRICS:
        raise unknown("figure of the forecast", name, METRICS)
    return _figures([name], drivers, months, ltv_months)[name]


def _figures(names: list[str], drivers: Mapping[str, Any], months: int, ltv_months: float) -> dict[str, Any]:
    if not ltv_months >= 0:
        raise InputError(f"the horizon of the LTV must not be negative, and is {ltv_months}")
    months = months_checked(months)
    rows, form = scenarios(drivers)
    along = not _ALONG_THE_MONTHS.isdisjoint(names)
    figures = _Figures(rows, months if along else BURN_MONTHS, ltv_months)
    return {name: in_form(getattr(figures, name), form) for name in names}


def _result(function: Function, *args: Any) -> Numbers:
    """What a worksheet function gives for rows of arguments, nan where it gives an error."""
    outcome = evaluate(function, args, {})
    return np.where(outcome.ledger.good, outcome.values, np.nan)


@dataclass(frozen=True)
class _Figures:
    """The figures of `METRICS` for rows of scenarios, each worked out when it is first read."""

    drivers: Mapping[str, Numbers]
    months: int
    ltv_months: float

    @cached_property
    def lines(self) -> Lines:
        return run(self.drivers, self.months)

    @cached_property
    def burns(self) -> Lines:
        return opening_burn(self.drivers, self.lines)

    def _first(self, *keys: str) -> tuple[Numbers, ...]:
        return tuple(self.lines[key][0] for key in keys)

    @property
    def mau(self) -> Numbers:
        return self.drivers["opening_mau"]

    @cached_property
    def cac_paid(self) -> Numbers:
        return _result(cac, *self._first("ad_spend_m", "new_total", "new_paid", "other_sm"), "paid")

    @cached_property
    def cac_loaded(self) -> Numbers:
        return _result(cac, *self._first("ad_spend_m", "new_total", "new_paid", "other_sm"))

    @cached_property
    def gpu_cost_per_mau(self) -> Numbers:
        return unit_costs(self.drivers)["gpu_per_mau"]

    @cached_property
    def contribution(self) -> Numbers:
        d = self.drivers
        arpu = _result(sub_arpu, d["price"], d["payer_rate"], d["store_fee"])
        return _result(contribution, arpu, self.gpu_cost_per_mau, d["other_variable"])

    @cached_property
    def ltv(self) -> Numbers:
        return _result(ltv, self.contribution, 1, self.drivers["churn"], 0, self.ltv_months)

    @cached_property
    def ltv_simple(self) -> Numbers:
        return _result(ltv, self.contribution, 1, self.drivers["churn"], None, None, "simple")

    @cached_property
    def ltv_cac(self) -> Numbers:
        return _result(ltv_cac, self.ltv, self.cac_loaded)

    @cached_property
    def payback(self) -> Numbers:
        churn = self.drivers["churn"]
        return _result(payback, self.cac_loaded, self.contribution, 1, churn, None, "churn")

    @cached_property
    def payback_margin(self) -> Numbers:
        return _result(payback, self.cac_loaded, self.contribution, 1)

    @cached_property
    def net_burn(self) -> Numbers:
        paid, received = (self.lines[key][:BURN_MONTHS].mean(axis=0) for key in ("cash_out", "cash_in"))
        return _result(burn, paid, received)

    @cached_property
    def runway_static(self) -> Numbers:
        return _result(runway, self.drivers["free_cash"], self.net_burn)

    @cached_property
    def runway_escrow(self) -> Numbers:
        d, burns = self.drivers, self.burns
        return _result(
            runway_escrow, d["free_cash"], d["restricted_cash"], burns["eligible3"], burns["other3"]
        )

    @cached_property
    def runway(self) -> Numbers:
        """What RUNWAY_PATH gives for each scenario, worked out for all at once."""
        short = self.lines["free_close"] < 0
        month = short.argmax(axis=0)
        held, needed = (
            np.take_along_axis(self.lines[key], month[None], axis=0)[0] for key in ("free_open", "free_burn")
        )
        with np.errstate(all="ignore"):
            return np.where(short.any(axis=0), month + held / needed, np.nan)

    @cached_property
    def cash_low(self) -> Numbers:
        low: Numbers = self.lines["free_close"].min(axis=0)
        return low

    @cached_property
    def cash_end(self) -> Numbers:
        end: Numbers = self.lines["free_close"][-1]
        return end
