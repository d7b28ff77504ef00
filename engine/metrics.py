"""The headline figures of a forecast: what each is, its labels, its unit, and how many months it looks at."""

# A table reads best with one figure a line.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping

from engine.lines import CONSTANTS, Measure
from engine.units import (
    MONEY,
    MONEY_PER_MONTH,
    MONEY_PER_USER,
    MONEY_PER_USER_MONTH,
    MONTHS,
    RATIO,
    USERS,
    Unit,
)

# 1 or 0.
FLAG = Unit(("flag",))

METRICS: Mapping[str, Measure] = {
    "mau": Measure("Monthly users at the start", USERS, "期初月活"),
    "cac_paid": Measure("CAC, paid users only", MONEY_PER_USER, "付费获客成本"),
    "cac_loaded": Measure("CAC, loaded", MONEY_PER_USER, "全成本获客成本"),
    "cac_ceiling": Measure("CAC ceiling: the highest that 24 months repay", MONEY_PER_USER, "获客成本上限"),
    "ltv": Measure("LTV, 24 months", MONEY_PER_USER, "24 个月用户价值"),
    "ltv_simple": Measure("LTV without end (1/churn), memo", MONEY_PER_USER, "用户价值（1/流失率）"),
    "ltv_cac": Measure("LTV over CAC", RATIO, "LTV/CAC"),
    "payback": Measure("Payback, with churn", MONTHS, "回本周期（计流失）"),
    "payback_margin": Measure("Payback if nobody left, memo", MONTHS, "回本周期（不计流失）"),
    "contribution": Measure("Contribution per monthly user", MONEY_PER_USER_MONTH, "每月活贡献"),
    "gpu_cost_per_mau": Measure("GPU cost per monthly user", MONEY_PER_USER_MONTH, "每月活 GPU 成本"),
    "break_even_arpu": Measure("Break-even ARPU: contribution over 24 months pays the CAC", MONEY_PER_USER_MONTH, "盈亏平衡 ARPU"),
    "break_even_payer_rate": Measure("Break-even payer rate: subscriptions pay what a user costs", RATIO, "盈亏平衡付费率"),
    "coverage": Measure("Loss on consumers that business contribution covers, first month", RATIO, "企业端对消费端亏损的覆盖"),
    "net_burn": Measure("Net burn, mean of three months", MONEY_PER_MONTH, "净消耗（三个月平均）"),
    "runway": Measure("Runway of free cash, by the model", MONTHS, "自由现金跑道"),
    "runway_static": Measure("Runway of free cash at that burn", MONTHS, "静态跑道"),
    "runway_growth": Measure("Runway of free cash at that burn and its growth", MONTHS, "增长消耗跑道"),
    "runway_escrow": Measure("Runway with escrow at that burn", MONTHS, "含共管资金跑道"),
    "naive_runway": CONSTANTS["naive_runway"],
    "zero_at": CONSTANTS["zero_at"],
    "stranded": CONSTANTS["stranded"],
    "cash_low": Measure("Lowest free cash at a month's end", MONEY, "最低自由现金"),
    "cash_end": Measure("Free cash at the end of the last month", MONEY, "期末自由现金"),
    "burn_multiple": Measure("Burn multiple, first year", RATIO, "消耗倍数（首年）"),
    "rule40": Measure("Rule of 40: revenue growth and free cash flow margin", RATIO, "40 法则"),
    "magic_number": Measure("Magic number, second quarter over the first", RATIO, "魔法数字"),
    "default_alive": Measure("Default alive: 1 if growing receipts cover the burn before the cash is gone", FLAG, "默认存活"),
    "alive_month": Measure("Month in which growing cash receipts cover the burn", MONTHS, "收支平衡月份"),
    "alive_low": Measure("Lowest free cash on that way", MONEY, "途中最低自由现金"),
    "valuation_per_mau": Measure("Valuation per monthly user", MONEY_PER_USER, "每月活估值"),
    "raise_needed": Measure("Raise needed for the runway wanted", MONEY, "所需融资额"),
}  # fmt: skip
# These look along all months, those at the first year; the others at the first three months.
ALONG_THE_MONTHS = frozenset({"runway", "zero_at", "stranded", "cash_low", "cash_end"})
OF_THE_YEAR = frozenset(
    {"runway_growth", "burn_multiple", "rule40", "magic_number", "default_alive", "alive_month", "alive_low"}
)
