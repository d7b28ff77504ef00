"""What follows from the drivers alone and holds in every month: unit costs, the retention curve, lags."""

from __future__ import annotations

import numpy as np

from engine.arguments import Numbers
from engine.blocks.months import Values
from engine.functions.lease_pmt import lease_pmt
from engine.settings import SETTINGS

DAYS_MONTH = SETTINGS["days_month"].value
SECONDS_HOUR = SETTINGS["seconds_hour"].value
THOUSAND = SETTINGS["thousand"].value
MILLION = SETTINGS["million"].value
_DAYS = np.array([SETTINGS[key].value for key in ("day_1", "day_7", "day_30")])


def unit_figures(v: Values) -> Values:
    """The constants that need no month: a value a scenario each."""
    figures = {
        "cost_registered": v["cpa"] / v["register_rate"],
        "active_days": v["stickiness"] * DAYS_MONTH,
        "deal_lag": np.ceil(v["deal_months"]),
        "life_whole": np.floor(v["training_life"]),
        "lease_payment": lease_pmt.body(
            v["gpu_price"], v["lease_rate"], v["lease_months"], np.zeros(1), when="end", convention="nominal"
        ),
    }
    figures |= _retention_curve(v)
    figures |= _serving_cost(v, figures["active_days"])
    figures |= _contribution(v, figures["gpu_per_mau"])
    figures |= _delay(v["dso"], "dso") | _delay(v["dpo"], "dpo")
    return figures


def _retention_curve(v: Values) -> Values:
    """The power curve through the three observed days: least squares of the logarithms."""
    x = np.log(_DAYS)
    away = x - x.mean()
    y = [np.log(v[key]) for key in ("d1_retention", "d7_retention", "d30_retention")]
    level = sum(y) / len(y)
    rise = [one - level for one in y]
    slope = sum(a * r for a, r in zip(away, rise, strict=True)) / (away @ away)
    explained = slope**2 * (away @ away) / sum(r**2 for r in rise)
    flat = np.maximum.reduce(np.broadcast_arrays(*y)) == np.minimum.reduce(np.broadcast_arrays(*y))
    return {
        "ret_a": np.exp(level - slope * x.mean()),
        "ret_b": -slope,
        "ret_r2": np.where(flat, 1.0, explained),
    }


def _serving_cost(v: Values, active_days: Numbers) -> Values:
    """What tokens, a request and a user cost where every GPU is from the cloud and in steady use."""
    hour = v["utilisation"] * SECONDS_HOUR
    cost_in = v["gpu_hour"] / (v["tps_in"] * hour) * MILLION
    cost_out = v["gpu_hour"] / (v["tps_out"] * hour) * MILLION
    cost_request = (v["tokens_in"] * cost_in + v["tokens_out"] * cost_out) / MILLION
    return {
        "cost_in": cost_in,
        "cost_out": cost_out,
        "cost_request": cost_request,
        "gpu_per_mau": v["requests_day"] * active_days * cost_request * v["peak_factor"],
    }


def _contribution(v: Values, gpu_per_mau: Numbers) -> Values:
    """What an average monthly user brings and costs in a month."""
    shown = v["stickiness"] * DAYS_MONTH * v["ad_impressions"] * v["ad_fill"] * v["ad_ecpm"] / THOUSAND
    orders = v["commerce_click"] * v["commerce_buy"] * v["commerce_order"] * v["commerce_take"]
    tips = v["tip_rate"] * v["tip_value"]
    arpu = v["price"] * (1 - v["store_fee"]) * v["payer_rate"] + shown + orders + tips
    fees = (orders + tips) * v["payment_fee"]
    return {
        "unit_arpu": arpu,
        "unit_fees": fees,
        "unit_contribution": arpu - gpu_per_mau - v["other_variable"] - fees,
    }


def _delay(days: Numbers, name: str) -> Values:
    """Days until payment as whole months and the part of a month besides."""
    whole = np.floor(days / DAYS_MONTH)
    return {f"{name}_whole": whole, f"{name}_part": days / DAYS_MONTH - whole}
