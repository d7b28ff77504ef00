"""Companies with something in every line: all revenue, all kinds of GPUs, lags of no whole months."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from engine.company import Company
from engine.drivers import DRIVERS
from engine.lines import ACTUALS
from engine.monthly import monthly
from workbook.companies import company

# In the currency the company states each in, which for most is its own.
RICH = {
    "ad_growth": 0.02, "channel_ceiling": 3_500_000, "resurrected": 0.03, "payer_churn": 0.15,
    "api_tokens_in": 4e12, "api_tokens_out": 9e11, "api_growth": 0.04, "api_price_in": 12.0,
    "api_price_cached": 3.0, "api_price_out": 30.0, "api_cached_share": 0.3, "api_batch_share": 0.2,
    "api_batch_discount": 0.5, "api_discount": 0.05, "api_price_fall": 0.03, "api_cut": 0.4,
    "api_cut_month": 9, "ad_impressions": 3, "ad_fill": 0.6, "ad_ecpm": 18.0,
    "commerce_click": 0.04, "commerce_buy": 0.03, "commerce_order": 90.0, "commerce_take": 0.05,
    "tip_rate": 0.002, "tip_value": 15.0, "payment_fee": 0.02,
    "deals": 4, "deal_growth": 0.02, "deal_price": 2_500_000.0, "deal_upfront": 0.3, "deal_months": 4.5,
    "other_revenue": 3_000_000.0, "gpus_owned": 4_700, "gpus_bought": 12, "gpus_leased": 150,
    "gpu_price": 250_000.0, "lease_rate": 0.07, "start_sales": 4, "start_admin": 7.5, "heads_sales": 45,
    "training_cost": 8_000_000.0, "training_every": 2.5, "training_life": 9,
    "dso": 75, "dpo": 40, "annual_share": 0.35,
    "free_cash": 500_000_000.0, "restricted_cash": 250_000_000.0, "escrow_share": 0.7,
    "funding": 2_000_000_000.0, "funding_month": 4.5, "funding_restricted": 0.4,
    "valuation": 20_000_000_000.0,
}  # fmt: skip


def with_figures(about: Company, figures: dict[str, float]) -> Company:
    """The company with these figures in all scenarios, each in the unit it states that driver in."""
    own = {
        key: replace(about.figures[key], base=value, bear=value, bull=value) for key, value in figures.items()
    }
    return replace(about, figures={**about.figures, **own})


def rich(name: str) -> Company:
    """A shipped company with the rich figures."""
    return with_figures(company(name), RICH)


def around(drivers: dict[str, float], scenarios: int, seed: int = 20240921) -> dict[str, Any]:
    """Every driver at random between half and all of itself, or above it where less is outside its domain."""
    random = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for key, value in drivers.items():
        share = random.uniform(0.5, 1, scenarios)
        row = value * share
        found[key] = np.where(DRIVERS[key].domain.outside(row), value * (2 - share), row)
    return found


def known_months(drivers: dict[str, float], months: int, until: int, seed: int = 7) -> dict[str, list[float]]:
    """Actuals for some of the months up to `until`, around the forecast, and none for the others."""
    random = np.random.default_rng(seed)
    lines = monthly(drivers, months=months)
    rows = {name: lines[key] * random.uniform(0.7, 1.3, months) for name, key in ACTUALS.items()}
    for row in rows.values():
        row[random.uniform(size=months) < 0.3] = np.nan
        row[until:] = np.nan
    return {name: row.tolist() for name, row in rows.items()}
