"""The illustrative figures of `templates/defaults.toml`, which stand where a company's file says nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from engine.company import Basis, Driver, Figure
from engine.units import MONEY_WORD, Unit
from workbook import templates


@cache
def _defaults() -> Mapping[str, Any]:
    return tomllib.loads((templates.folder() / "defaults.toml").read_text(encoding="utf-8"))


def default_fx() -> tuple[float, str]:
    """The illustrative rate of CNY for one USD, and its note."""
    fx = _defaults()["fx_cny_per_usd"]
    return float(fx["value"]), str(fx["note"])


@cache
def default_figure(driver: Driver, currency: str) -> Figure:
    """The illustrative figure that stands where no source says anything."""
    entry = _defaults()["figures"][driver.key]
    base = float(entry[currency] if currency in entry else entry["value"])
    bear = float(entry.get("bear", base * entry.get("bear_factor", 1.0)))
    bull = float(entry.get("bull", base * entry.get("bull_factor", 1.0)))
    unit = in_currency(driver.unit, currency)
    ids = (entry["fact"],) if "fact" in entry else ()
    return Figure(driver, unit, bear, base, bull, Basis.ILLUSTRATIVE, False, ids, "", "", str(entry["note"]))


def in_currency(unit: Unit, currency: str) -> Unit:
    """A unit with its money in a currency."""
    return Unit(tuple(currency if part == MONEY_WORD else part for part in unit.top), unit.bottom)
