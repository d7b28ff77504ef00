"""Revenue: subscriptions, API, advertisements, commerce, tips and private deployments."""

from __future__ import annotations

import numpy as np

from engine.blocks.months import Months, Values, over
from engine.blocks.unit_figures import DAYS_MONTH, MILLION, THOUSAND
from engine.settings import SETTINGS

MONTHS_YEAR = SETTINGS["months_year"].value


def revenue(v: Values, m: Months) -> Values:
    """The lines of the block."""
    lines = _streams(v, m) | _api(v, m) | _deals(v, m)
    toc = lines["subscription"] + lines["ads"] + lines["commerce"] + lines["tips"]
    tob = lines["api"] + lines["deal_revenue"] + lines["other"]
    arr = (lines["subscription"] + lines["api"]) * MONTHS_YEAR
    return lines | {
        "revenue": toc + tob,
        "revenue_toc": toc,
        "revenue_tob": tob,
        "arpu": over(toc, v["mau"]),
        "arr": arr,
        "arr_new": arr - m.before(arr[0], arr),
    }


def _streams(v: Values, m: Months) -> Values:
    """What users bring, and revenue known only as a sum."""
    sold = v["payers"] * v["price"]
    shown = v["dau"] * (DAYS_MONTH * v["ad_impressions"] * v["ad_fill"] * v["ad_ecpm"] / THOUSAND)
    orders = v["commerce_click"] * v["commerce_buy"] * v["commerce_order"] * v["commerce_take"]
    return {
        "subscription": m.taken("subscription", sold * (1 - v["store_fee"])),
        "store_kept": sold * v["store_fee"],
        "ads": m.taken("ads", shown),
        "commerce": m.taken("commerce", v["mau"] * orders),
        "tips": m.taken("tips", v["mau"] * (v["tip_rate"] * v["tip_value"])),
        "other": m.taken("other", m.every(v["other_revenue"])),
    }


def _api(v: Values, m: Months) -> Values:
    """Tokens sold, at a price card that falls and may be cut once."""
    grown = m.grown(v["api_growth"])
    tokens_in, tokens_out = v["api_tokens_in"] * grown, v["api_tokens_out"] * grown
    cached = v["api_cached_share"]
    price_in = (1 - cached) * v["api_price_in"] + cached * v["api_price_cached"]
    kept = (1 - v["api_batch_share"] * v["api_batch_discount"]) * (1 - v["api_discount"]) / MILLION
    index = m.grown(-v["api_price_fall"]) * np.where(m.number < v["api_cut_month"], 1.0, 1 - v["api_cut"])
    card = tokens_in * price_in + tokens_out * v["api_price_out"]
    return {
        "api_in": tokens_in,
        "api_out": tokens_out,
        "price_index": index,
        "api": m.taken("api", card * index * kept),
    }


def _deals(v: Values, m: Months) -> Values:
    """Private deployments: a part invoiced when signed, the rest when accepted some months later."""
    signed = v["deals"] * m.grown(v["deal_growth"])
    begun = m.number - v["deal_lag"]
    accepted = np.where(begun > 0, m.at(signed, begun), 0.0)
    due = v["deal_upfront"] * signed + (1 - v["deal_upfront"]) * accepted
    return {
        "deals_signed": signed,
        "deals_accepted": accepted,
        "deal_revenue": m.taken("deal_revenue", v["deal_price"] * due),
    }
