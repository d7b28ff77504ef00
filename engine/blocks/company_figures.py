"""What follows from the finished months: burn, when the cash is gone, and the figures of the first year."""

from __future__ import annotations

import numpy as np

from engine.arguments import Numbers
from engine.blocks.months import Values, over
from engine.blocks.revenue import MONTHS_YEAR
from engine.settings import SETTINGS

QUARTER = 3
YEAR = int(MONTHS_YEAR)
_GROWTH_MONTHS = SETTINGS["growth_months"].value


def mean(line: Numbers, first: int = 0) -> Numbers:
    """The mean of three months, those from `first` on."""
    average: Numbers = line[first : first + QUARTER].mean(axis=0)
    return average


def burn_figures(v: Values) -> Values:
    """The mean burn of the first three months, and how much of it the escrow may pay."""
    burn = mean(v["net_burn"])
    eligible = np.maximum(0, np.minimum(burn, mean(v["cloud_cost"]) * v["escrow_share"]))
    held = v["free_cash"] + v["restricted_cash"]
    return {
        "burn3": burn,
        "eligible3": eligible,
        "other3": np.maximum(0, burn) - eligible,
        "naive_runway": np.where(burn <= 0, np.nan, held / burn),
    }


def zero_figures(v: Values, months: int) -> Values:
    """The month in which free cash runs out, and the escrow left then; nan if it does not in these months."""
    gone = v["free_close"][:months].min(axis=0) < 0
    last = np.floor(v["funded"][:months].sum(axis=0))
    held = np.broadcast_to(v["escrow_close"], (len(v["escrow_close"]), gone.size))
    left = np.take_along_axis(held, np.minimum(last, months - 1).astype(np.intp)[None], axis=0)[0]
    return {"zero_at": np.where(gone, last + 1, np.nan), "stranded": np.where(gone, left, np.nan)}


def year_figures(v: Values) -> Values:
    """Growth, burn and margin of the first year; nan where there is nothing to measure by."""
    revenue, arr = v["revenue"], v["arr"]
    first, later = mean(v["net_burn"]), mean(v["net_burn"], YEAR - QUARTER)
    burns = np.minimum(first, later) > 0
    grown = over(revenue[YEAR - 1], revenue[0])
    burn = v["net_burn"][:YEAR].sum(axis=0)
    return {
        "burn_growth": np.where(burns, (later / first) ** (1 / _GROWTH_MONTHS) - 1, np.nan),
        "revenue_growth": grown - 1,
        "revenue_growth_m": grown ** (1 / (MONTHS_YEAR - 1)) - 1,
        "arr_year": arr[YEAR - 1] - arr[0],
        "burn_year": burn,
        "flow_margin": -over(burn, revenue[:YEAR].sum(axis=0)),
    }
