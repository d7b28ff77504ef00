"""The headline figures of a forecast: what a user costs and is worth, and how long the cash lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.actuals import lines_typed
from engine.arguments import Numbers
from engine.blocks.company_figures import QUARTER, YEAR, burn_figures, mean, year_figures, zero_figures
from engine.blocks.months import Values
from engine.blocks.unit_figures import unit_figures
from engine.boundary import evaluate
from engine.errors import InputError
from engine.functions.be_payer_rate import be_payer_rate
from engine.functions.breakeven import breakeven
from engine.functions.burn import burn
from engine.functions.burn_multiple import burn_multiple
from engine.functions.cac import cac
from engine.functions.coverage import coverage
from engine.functions.default_alive import default_alive
from engine.functions.ltv import ltv
from engine.functions.ltv_cac import ltv_cac
from engine.functions.magic_number import magic_number
from engine.functions.payback import payback
from engine.functions.raise_needed import raise_needed
from engine.functions.rule40 import rule40
from engine.functions.runway import runway
from engine.functions.runway_escrow import runway_escrow
from engine.functions.valper_user import valper_user
from engine.metrics import ALONG_THE_MONTHS, METRICS, OF_THE_YEAR
from engine.monthly import months_checked, run
from engine.registry import Function
from engine.scenarios import in_form, scenarios, unknown
from engine.settings import SETTINGS

LTV_MONTHS = SETTINGS["ltv_months"].value
_RUNWAY_WANTED = SETTINGS["runway_wanted"].value
_RAISE_BUFFER = SETTINGS["raise_buffer"].value
# So many scenarios at a time: their months stay in the cache, and memory within bounds.
_BLOCK = 1_000


def headlines(
    drivers: Mapping[str, Any],
    *,
    months: int = 60,
    ltv_months: float = LTV_MONTHS,
    actuals: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Every figure of `METRICS`: a float, or an array of n where a driver is a row of n scenarios.

    Drivers, actuals and errors are as for `monthly`, units those of `METRICS`. nan is
    where a tab has #N/A or another error: cost that is never paid back, cash that
    lasts beyond the months, nobody won. CAC is that of the first month, burn that of
    the first three; burn multiple, rule of 40 and default alive look at the first
    year, of which months beyond `months` are forecast as well. `ltv_months` is the
    horizon of the LTV and of the break-evens, without discount.
    """
    return _figures(list(METRICS), drivers, months, ltv_months, actuals)


def metric(
    name: str,
    drivers: Mapping[str, Any],
    months: int = 60,
    ltv_months: float = LTV_MONTHS,
    actuals: Mapping[str, Any] | None = None,
) -> Any:
    """One figure of `METRICS`, as `headlines` gives it, without working out the others."""
    if name not in METRICS:
        raise unknown("figure of the forecast", name, METRICS)
    return _figures([name], drivers, months, ltv_months, actuals)[name]


def _figures(
    names: list[str],
    drivers: Mapping[str, Any],
    months: int,
    ltv_months: float,
    actuals: Mapping[str, Any] | None,
) -> dict[str, Any]:
    if not ltv_months >= 0:
        raise InputError(f"the horizon of the LTV must not be negative, and is {ltv_months}")
    months = months_checked(months)
    typed = lines_typed(actuals, months)
    rows, form = scenarios(drivers)
    found: dict[str, list[Numbers]] = {name: [] for name in names}
    for part, size in _parts(rows, form):
        figures = _Figures(part, typed, months, _needed(names, months), ltv_months)
        for name in names:
            found[name].append(np.broadcast_to(getattr(figures, name), size))
    return {name: in_form(np.concatenate(found[name]), form) for name in names}


def _parts(rows: Mapping[str, Numbers], form: tuple[int, ...]) -> Iterator[tuple[dict[str, Numbers], int]]:
    """The scenarios in blocks, and the size of each."""
    size = form[0] if form else 1
    for start in range(0, max(size, 1), _BLOCK):
        stop = min(start + _BLOCK, size)
        yield {key: row[start:stop] if row.size > 1 else row for key, row in rows.items()}, stop - start


def _needed(names: list[str], months: int) -> int:
    """How many months must be worked out for these figures."""
    if not ALONG_THE_MONTHS.isdisjoint(names):
        return max(months, YEAR)
    return QUARTER if OF_THE_YEAR.isdisjoint(names) else YEAR


def _result(function: Function, *args: Any) -> Numbers:
    """What a worksheet function gives for rows of arguments, nan where it gives an error."""
    outcome = evaluate(function, args, {})
    return np.where(outcome.ledger.good, outcome.values, np.nan)


def _above_zero(row: Numbers) -> Numbers:
    """The row where it is above 0, else nan."""
    return np.where(row > 0, row, np.nan)


@dataclass(frozen=True)
class _Figures:
    """The figures of `METRICS` for rows of scenarios, each worked out when it is first read."""

    drivers: Mapping[str, Numbers]
    actuals: Mapping[str, Numbers]
    months: int
    worked: int
    ltv_months: float

    @cached_property
    def lines(self) -> Values:
        return run(self.drivers, self.worked, self.actuals)

    @cached_property
    def unit(self) -> Values:
        with np.errstate(all="ignore"):
            return unit_figures(dict(self.drivers))

    @cached_property
    def burns(self) -> Values:
        with np.errstate(all="ignore"):
            return burn_figures(self.lines)

    @cached_property
    def year(self) -> Values:
        with np.errstate(all="ignore"):
            return year_figures(self.lines)

    @cached_property
    def zero(self) -> Values:
        return zero_figures(self.lines, self.months)

    def _first(self, *keys: str) -> tuple[Numbers, ...]:
        return tuple(self.lines[key][0] for key in keys)

    # What a user costs and is worth

    @property
    def mau(self) -> Numbers:
        return self.drivers["opening_mau"]

    @cached_property
    def cac_paid(self) -> Numbers:
        return _result(cac, *self._first("ad_spend_m", "new_total", "new_paid", "other_sm"), "paid")

    @cached_property
    def cac_loaded(self) -> Numbers:
        return _result(cac, *self._first("ad_spend_m", "new_total", "new_paid", "other_sm"))

    @property
    def gpu_cost_per_mau(self) -> Numbers:
        return self.unit["gpu_per_mau"]

    @property
    def contribution(self) -> Numbers:
        return self.unit["unit_contribution"]

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

    @property
    def _user_cost(self) -> Numbers:
        return self.gpu_cost_per_mau + self.drivers["other_variable"]

    @cached_property
    def break_even_arpu(self) -> Numbers:
        churn = self.drivers["churn"]
        needed = _result(breakeven, "arpu", None, 1, churn, self.cac_loaded, 1, self.ltv_months)
        return self._user_cost + self.unit["unit_fees"] + needed

    @cached_property
    def cac_ceiling(self) -> Numbers:
        churn = self.drivers["churn"]
        worth = _above_zero(self.contribution)
        return _result(breakeven, "cac", worth, 1, churn, None, 1, self.ltv_months)

    @cached_property
    def break_even_payer_rate(self) -> Numbers:
        d = self.drivers
        return _result(be_payer_rate, self._user_cost, self._user_cost, d["price"], d["store_fee"])

    @cached_property
    def coverage(self) -> Numbers:
        return _result(coverage, *self._first("tob_contribution", "toc_contribution"))

    # Burn and how long the cash lasts

    @cached_property
    def net_burn(self) -> Numbers:
        return _result(burn, mean(self.lines["gross_burn"]), mean(self.lines["cash_in"]))

    @cached_property
    def runway_static(self) -> Numbers:
        return _result(runway, self.drivers["free_cash"], self.net_burn)

    @cached_property
    def runway_growth(self) -> Numbers:
        return _result(runway, self.drivers["free_cash"], self.net_burn, self.year["burn_growth"])

    @cached_property
    def runway_escrow(self) -> Numbers:
        d, burns = self.drivers, self.burns
        return _result(
            runway_escrow, d["free_cash"], d["restricted_cash"], burns["eligible3"], burns["other3"]
        )

    @cached_property
    def runway(self) -> Numbers:
        """What RUNWAY_PATH gives for each scenario, worked out for all at once."""
        months: Numbers = self.lines["funded"][: self.months].sum(axis=0)
        return np.where(self.cash_low < 0, months, np.nan)

    @property
    def naive_runway(self) -> Numbers:
        return self.burns["naive_runway"]

    @property
    def zero_at(self) -> Numbers:
        return self.zero["zero_at"]

    @property
    def stranded(self) -> Numbers:
        return self.zero["stranded"]

    @cached_property
    def cash_low(self) -> Numbers:
        low: Numbers = self.lines["free_close"][: self.months].min(axis=0)
        return low

    @property
    def cash_end(self) -> Numbers:
        end: Numbers = self.lines["free_close"][self.months - 1]
        return end

    # The company

    @cached_property
    def burn_multiple(self) -> Numbers:
        return _result(burn_multiple, self.year["burn_year"], _above_zero(self.year["arr_year"]))

    @cached_property
    def rule40(self) -> Numbers:
        return _result(rule40, self.year["revenue_growth"], self.year["flow_margin"])

    @cached_property
    def magic_number(self) -> Numbers:
        sold = self.lines["subscription"] + self.lines["api"]
        spent = self.lines["marketing"][:QUARTER].sum(axis=0)
        before, after = sold[:QUARTER].sum(axis=0), sold[QUARTER : 2 * QUARTER].sum(axis=0)
        return _result(magic_number, after, before, spent)

    def _alive(self, answer: str) -> Numbers:
        spent, received = mean(self.lines["gross_burn"]), mean(self.lines["cash_in"])
        growth = self.year["revenue_growth_m"]
        return _result(default_alive, self.drivers["free_cash"], received, spent, growth, answer)

    @cached_property
    def default_alive(self) -> Numbers:
        return np.where(np.isnan(self.alive_low), 0.0, self._alive("alive"))

    @cached_property
    def alive_month(self) -> Numbers:
        return self._alive("months")

    @cached_property
    def alive_low(self) -> Numbers:
        return self._alive("low")

    @cached_property
    def valuation_per_mau(self) -> Numbers:
        return _result(valper_user, _above_zero(self.drivers["valuation"]), self.mau)

    @cached_property
    def raise_needed(self) -> Numbers:
        d, burns = self.drivers, self.burns
        return _result(raise_needed, burns["burn3"], _RUNWAY_WANTED, d["free_cash"], _RAISE_BUFFER)
