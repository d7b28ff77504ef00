"""Working capital and cash: receivables, payables, deferred revenue; free and restricted cash."""

from __future__ import annotations

import numpy as np

from engine.arguments import Numbers
from engine.blocks.months import Months, Values
from engine.blocks.unit_figures import DAYS_MONTH
from engine.settings import SETTINGS

ANNUAL_LEFT = SETTINGS["annual_left"].value


def working_capital(v: Values, m: Months) -> Values:
    """The lines of the block."""
    invoiced = v["api"] + v["ads"] + v["deal_revenue"] + v["other"]
    supplied = v["ad_spend_m"] + v["other_sm"] + v["delivery"]
    collected, owed_open, owed = _later(v, m, invoiced, "dso")
    paid, owing_open, owing = _later(v, m, supplied, "dpo")
    due = v["subscription"] * (v["annual_share"] * ANNUAL_LEFT)
    due_open = m.before(due[0], due)
    return {
        "invoiced": invoiced,
        "collected": collected,
        "receivable_open": owed_open,
        "receivable": owed,
        "supplied": supplied,
        "paid": paid,
        "payable_open": owing_open,
        "payable": owing,
        "deferred_due": due,
        "deferred_open": due_open,
        "billed": v["subscription"] + due - due_open,
        "deferred": due,
    }


def _later(v: Values, m: Months, bills: Numbers, name: str) -> tuple[Numbers, Numbers, Numbers]:
    """Bills as they are paid, with opening and closing balances; before the first month all was like it."""
    due, part = m.number - v[f"{name}_whole"], v[f"{name}_part"]
    paid = (1 - part) * m.at(bills, due) + part * m.at(bills, due - 1)
    start = bills[0] * v[name] / DAYS_MONTH
    closing = start + np.cumsum(bills - paid, axis=0)
    return paid, m.before(start, closing), closing


def cash(v: Values, m: Months) -> Values:
    """The lines of the block."""
    received = v["billed"] + v["commerce"] + v["tips"] + v["collected"]
    serving = v["compute"] - v["own_depreciation"] + v["variable"] + v["payment_fees"]
    spent = v["paid"] + serving + v["staff"] + v["overhead"] + v["training"]
    capex = v["owned_bought"] * v["gpu_price"]
    funding = np.where(m.number == np.ceil(v["funding_month"]), v["funding"], 0.0)
    lines = {
        "cash_in": received,
        "cash_out": spent,
        "operating_flow": received - spent,
        "capex": capex,
        "gross_burn": spent + capex,
        "net_burn": spent + capex - received,
        "funding_m": funding,
        "escrow_funded": funding * v["funding_restricted"],
    }
    lines |= _escrow(v, m, lines)
    return lines | _free(v, m, lines)


def _escrow(v: Values, m: Months, lines: Values) -> Values:
    """What an escrow pays of each month's cloud bill, and what it then holds."""
    held, payable, funded = v["restricted_cash"], v["cloud_cost"] * v["escrow_share"], lines["escrow_funded"]
    draw = np.empty(np.broadcast_shapes(held.shape, payable.shape, funded.shape))
    closing = np.empty_like(draw)
    for month in range(len(draw)):
        draw[month] = np.minimum(payable[month], held)
        held = held + funded[month] - draw[month]
        closing[month] = held
    return {
        "escrow_open": m.before(v["restricted_cash"], closing),
        "escrow_draw": draw,
        "escrow_close": closing,
    }


def _free(v: Values, m: Months, lines: Values) -> Values:
    """Cash that may be spent on anything; below zero is the gap to fund."""
    burn = lines["net_burn"] - lines["escrow_draw"]
    raised = lines["funding_m"] - lines["escrow_funded"]
    closing = v["free_cash"] + np.cumsum(raised - burn, axis=0)
    opening = m.before(v["free_cash"], closing)
    return {
        "free_open": opening,
        "free_funded": raised,
        "free_burn": burn,
        "free_close": closing,
        "total_cash": closing + lines["escrow_close"],
        "free_net": burn - raised,
        "funded": _funded(opening, burn - raised, closing),
    }


def _funded(opening: Numbers, burn: Numbers, closing: Numbers) -> Numbers:
    """The share of each month that is paid for: all, a part of the first that is not, then nothing."""
    short = closing < 0
    funded = np.where(short, opening / burn, 1.0)
    funded[1:][np.logical_or.accumulate(short, axis=0)[:-1]] = 0.0
    return funded
