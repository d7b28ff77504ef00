"""Usage and compute: tokens served, the GPUs this takes, and what they cost."""

from __future__ import annotations

import numpy as np

from engine.arguments import Numbers
from engine.blocks.months import Months, Values, over
from engine.blocks.revenue import MONTHS_YEAR
from engine.blocks.unit_figures import MILLION, SECONDS_HOUR
from engine.settings import SETTINGS

HOURS_MONTH = SETTINGS["hours_month"].value
TOLERANCE = SETTINGS["tolerance"].value


def compute(v: Values, m: Months) -> Values:
    """The lines of the block."""
    lines = _usage(v, m)
    load = lines["tokens_in_m"] / v["tps_in"] + lines["tokens_out_m"] / v["tps_out"]
    lines |= _fleet(v, m, load)
    lines |= _bill(v, m, lines)
    lines |= _shares(v, lines, load)
    return lines | {
        "cost_mtok_m": over(lines["compute"], lines["tokens"]) * MILLION,
        "cost_request_m": over(lines["gpu_users"], lines["requests"]),
        "gpu_mau": over(lines["gpu_users"], v["mau"]),
        "gpu_dau": over(lines["gpu_users"], v["dau"]),
    }


def _usage(v: Values, m: Months) -> Values:
    requests = v["mau"] * (v["requests_day"] * v["active_days"])
    tokens_in = m.taken("tokens_in_m", requests * v["tokens_in"] + v["api_in"])
    tokens_out = m.taken("tokens_out_m", requests * v["tokens_out"] + v["api_out"])
    tokens = tokens_in + tokens_out
    return {
        "requests": requests,
        "tokens_in_m": tokens_in,
        "tokens_out_m": tokens_out,
        "tokens": tokens,
        "tokens_second": tokens / (HOURS_MONTH * SECONDS_HOUR),
    }


def _fleet(v: Values, m: Months, load: Numbers) -> Values:
    """GPUs at work, needed at the peak, and paid for: owned, leased and the rest from the cloud."""
    index = m.grown(v["tps_growth"])
    busy = load / index / (HOURS_MONTH * SECONDS_HOUR)
    # A whole number of GPUs must not become one more by rounding.
    needed = np.ceil(busy * v["peak_factor"] / v["utilisation"] * (1 - TOLERANCE))
    opening = v["gpus_owned"] + v["gpus_bought"] * (m.number - 1)
    owned = opening + v["gpus_bought"]
    cloud = np.maximum(0, needed - owned - v["gpus_leased"])
    fleet = owned + v["gpus_leased"] + cloud
    return {
        "tps_index": index,
        "gpus_busy": busy,
        "gpus_needed": needed,
        "owned_open": opening,
        "owned_bought": m.every(v["gpus_bought"]),
        "owned": owned,
        "leased": m.every(v["gpus_leased"]),
        "cloud": cloud,
        "fleet": fleet,
        "gpus_headroom": needed - busy,
        "gpus_idle": fleet - needed,
        "util_m": np.where(fleet == 0, 0.0, busy / fleet),
        "idle_hours": (fleet - busy) * HOURS_MONTH,
    }


def _bill(v: Values, m: Months, lines: Values) -> Values:
    """What the GPUs cost; those owned are written off in equal parts and paid for when bought."""
    owned = lines["owned"]
    written_off = owned * (v["gpu_price"] / (v["gpu_life"] * MONTHS_YEAR))
    power = owned * (v["gpu_power"] * v["pue"] * v["power_price"] * HOURS_MONTH)
    upkeep = owned * (v["gpu_price"] * v["own_opex"] / MONTHS_YEAR)
    lease = lines["leased"] * v["lease_payment"]
    cloud = m.taken("cloud_cost", lines["cloud"] * (v["gpu_hour"] * HOURS_MONTH))
    return {
        "own_depreciation": written_off,
        "own_power": power,
        "own_upkeep": upkeep,
        "lease_cost": lease,
        "cloud_cost": cloud,
        "compute": written_off + power + upkeep + lease + cloud,
    }


def _shares(v: Values, lines: Values, load: Numbers) -> Values:
    """The bill between API and users by the GPU time each takes, and the part for idle hours."""
    bill = lines["compute"]
    of_api = (v["api_in"] / v["tps_in"] + v["api_out"] / v["tps_out"]) / load
    api = np.where(lines["tokens"] == 0, 0.0, bill * np.minimum(1, of_api))
    return {"gpu_api": api, "gpu_users": bill - api, "idle_cost": bill * (1 - lines["util_m"])}
