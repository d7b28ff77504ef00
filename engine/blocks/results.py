"""Other cost, contributions of users and businesses, and the profit and loss account."""

from __future__ import annotations

import numpy as np

from engine.arguments import Numbers
from engine.blocks.compute import TOLERANCE
from engine.blocks.months import Months, Values, over
from engine.blocks.revenue import MONTHS_YEAR

_TEAMS = ("research", "operations", "sales", "admin")


def other_cost(v: Values, m: Months) -> Values:
    """The lines of the block."""
    teams = {f"staff_{team}": _staff(v, m, team) for team in _TEAMS}
    research, operations, sales, admin = teams.values()
    training = _runs(v, m)
    paid = np.cumsum(training, axis=0)
    spread = _spread(v, m, training, paid)
    return teams | {
        "variable": v["mau"] * v["other_variable"],
        "payment_fees": (v["commerce"] + v["tips"]) * v["payment_fee"],
        "delivery": v["deal_revenue"] * v["deal_cost"],
        "staff": research + operations + sales + admin,
        "overhead": m.every(v["staff_cost"]),
        "training": training,
        "training_cum": paid,
        "training_spread": spread,
        "training_mau": over(spread, v["mau"]),
    }


def _staff(v: Values, m: Months, team: str) -> Numbers:
    cost = v[f"heads_{team}"] * v[f"pay_{team}"] / MONTHS_YEAR * v["pay_loading"]
    return np.where(m.number < v[f"start_{team}"], 0.0, cost)


def _runs(v: Values, m: Months) -> Numbers:
    """Training runs in the months they begin, the first in month 1; each costs what all its months do."""
    begun = np.floor((m.number - 1) / v["training_every"] + TOLERANCE)
    earlier = np.floor((m.number - 1 - 1) / v["training_every"] + TOLERANCE)
    return (begun - earlier) * v["training_cost"] * v["training_every"]


def _spread(v: Values, m: Months, training: Numbers, paid: Numbers) -> Numbers:
    """Each run in equal parts over the months its model is in use, the last of them perhaps in part."""
    ended = m.number - v["life_whole"]
    older = np.where(ended > 0, m.at(paid, ended), 0.0)
    last = np.where(ended > 0, m.at(training, ended), 0.0)
    return (paid - older + (v["training_life"] - v["life_whole"]) * last) / v["training_life"]


def unit_economics(v: Values, m: Months) -> Values:
    """The lines of the block."""
    toc = v["revenue_toc"] - v["gpu_users"] - v["variable"] - v["payment_fees"]
    staying = m.grown(-v["churn"]) * (1 - v["churn"])
    return {
        "toc_contribution": toc,
        "tob_contribution": v["revenue_tob"] - v["gpu_api"] - v["delivery"],
        "contribution_mau": over(toc, v["mau"]),
        "contribution_payer": over(toc, v["payers"]),
        "value_to_date": v["unit_contribution"] * ((1 - staying) / v["churn"]),
    }


def profit_and_loss(v: Values, m: Months) -> Values:
    """The lines of the block."""
    direct = v["compute"] + v["variable"] + v["payment_fees"] + v["delivery"]
    gross = v["revenue"] - direct
    marketing = v["ad_spend_m"] + v["other_sm"]
    contribution = gross - marketing
    opex = v["staff"] + v["overhead"] + v["training"]
    ebitda = contribution - opex + v["own_depreciation"]
    return {
        "direct_cost": direct,
        "gross_profit": gross,
        "gross_margin": over(gross, v["revenue"]),
        "marketing": marketing,
        "contribution_m": contribution,
        "opex": opex,
        "ebitda": ebitda,
        "result": ebitda - v["own_depreciation"],
    }
