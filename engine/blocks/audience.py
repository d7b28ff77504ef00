"""Retention and audience: cohorts, monthly and daily users, payers."""

from __future__ import annotations

import numpy as np

from engine.arguments import Numbers
from engine.blocks.months import Months, Values, over
from engine.blocks.unit_figures import DAYS_MONTH


def audience(v: Values, m: Months) -> Values:
    """The lines of the block, and `cac_payer_m` of the one before."""
    new = v["new_total"]
    retention = _retention(v, m)
    cohort = _cohorts(new, retention)
    lines = {"retention_m": retention, "cohort": cohort} | _roll(v, m, cohort)
    mau, mau_open = lines["active"], lines["mau_open"]
    back = mau_open * v["resurrected"]
    lines |= {
        "mau_new": new,
        "mau_back": back,
        "mau_lost": mau_open + new + back - mau,
        "mau": mau,
        "dau": m.taken("dau", mau * v["stickiness"]),
    }
    return lines | _payers(v, m, mau)


def _retention(v: Values, m: Months) -> Numbers:
    """The share of a cohort active in its n-th month: daily retention over DAU/MAU, all of it at first."""
    days = np.log(DAYS_MONTH * np.maximum(m.number - 1, 1))
    share = np.minimum(1, v["ret_a"] * np.exp(days * -v["ret_b"]) / v["stickiness"])
    share[0] = 1.0
    return share


def _cohorts(new: Numbers, retention: Numbers) -> Numbers:
    """What is left of every cohort, month by month; a lag at a time, all scenarios at once."""
    active = new * retention[:1]
    for lag in range(1, len(new)):
        active[lag:] += new[:-lag] * retention[lag]
    return active


def _roll(v: Values, m: Months, cohort: Numbers) -> Values:
    """Monthly users along the months: who was there before the cohorts, and all who are counted."""
    stay = 1 - v["churn"]
    width = np.broadcast_shapes(v["opening_mau"].shape, stay.shape, v["resurrected"].shape, cohort[0].shape)
    actual = m.actuals.get("active")
    opening, legacy, active = (np.empty((len(cohort), *width)) for _ in range(3))
    before, of_cohorts = v["opening_mau"], np.zeros(1)
    for month, of_now in enumerate(cohort):
        opening[month] = before
        legacy[month] = (before - of_cohorts) * stay + before * v["resurrected"]
        counted = of_now + legacy[month]
        active[month] = (
            counted if actual is None else np.where(np.isnan(actual[month]), counted, actual[month])
        )
        before, of_cohorts = active[month], of_now
    return {"mau_open": opening, "legacy": legacy, "active": active}


def _payers(v: Values, m: Months, mau: Numbers) -> Values:
    paying = m.taken("paying", mau * v["payer_rate"])
    opening = m.before(v["opening_mau"] * v["payer_rate"], paying)
    lost = np.maximum(opening * v["payer_churn"], opening - paying)
    won = paying - opening + lost
    return {
        "paying": paying,
        "payers_open": opening,
        "payers_new": won,
        "payers_lost": lost,
        "payers": paying,
        "cac_payer_m": over(v["ad_spend_m"] + v["other_sm"], won),
    }
