"""The conventions and thresholds of the model: the one place for each, read by the arrays and by the Inputs tab."""

# A table reads best with one setting a line.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Setting(NamedTuple):
    """A figure that holds for all companies: its value, labels, unit in print, number format, and why."""

    value: float
    label: str
    label_zh: str
    unit: str
    number_format: str
    note: str


# Days 1, 7 and 30 stay neighbours in this order: the retention curve is fitted through them as one range.
SETTINGS: Mapping[str, Setting] = {
    "days_month": Setting(30.0, "Days a month counts for activity and payment", "每月口径天数", "days", "0", "Convention: DAU/MAU times 30 gives the active days; DSO and DPO of 30 days are one month"),
    "hours_month": Setting(730.0, "Hours in a month", "每月小时数", "hours", "0", "Convention: 8,760 hours a year over 12"),
    "seconds_hour": Setting(3600.0, "Seconds in an hour", "每小时秒数", "seconds", "#,##0", "Constant"),
    "months_year": Setting(12.0, "Months in a year", "每年月数", "months", "0", "Constant"),
    "quarters_year": Setting(4.0, "Quarters in a year", "每年季度数", "number", "0", "Constant"),
    "thousand": Setting(1000.0, "Advertisements a price is for", "千次展示", "impressions", "#,##0", "Convention: prices are per 1,000 advertisements shown"),
    "million": Setting(1e6, "Tokens a price is for", "计价词元数", "tokens", "#,##0", "Convention: prices are per 1,000,000 tokens"),
    "day_1": Setting(1.0, "Day of the first retention figure", "留存观测日：次日", "days", "0", "Convention: retention is measured the next day, after 7 days and after 30"),
    "day_7": Setting(7.0, "Day of the second retention figure", "留存观测日：第 7 日", "days", "0", "As above"),
    "day_30": Setting(30.0, "Day of the third retention figure", "留存观测日：第 30 日", "days", "0", "As above"),
    "annual_left": Setting(5.5, "Months still to be served of a yearly plan, on average", "年付订阅平均未履约月数", "months", "0.0", "Convention: plans begin evenly over the year and are paid in advance, so the mean of 0 to 11 months"),
    "ltv_months": Setting(24.0, "Horizon of the LTV", "LTV 期限", "months", "0", "Convention: 24 months, no discount"),
    "growth_months": Setting(9.0, "Months from the first quarter to the fourth", "首季至第四季月数", "months", "0", "For the growth of burn in the first year: from the mean of months 1 to 3 to that of months 10 to 12"),
    "runway_wanted": Setting(18.0, "Runway that a raise is to give", "融资目标跑道", "months", "0", "Convention: 18 months"),
    "raise_buffer": Setting(0.2, "Buffer on top of that raise", "融资缓冲", "ratio", "0%", "Convention: a fifth more than the plan needs"),
    "tolerance": Setting(1e-9, "Least relative difference that counts", "容差", "ratio", "0E+00", "Below it two figures are the same: computers round in the sixteenth digit"),
    "gpu_low": Setting(0.1, "GPU cost per monthly user: unlikely below", "每月活 GPU 成本合理下限", "CNY/user/month", "0.00", "For a flag, not an error; the sources put it near 1 CNY (F000-44)"),
    "gpu_high": Setting(20.0, "GPU cost per monthly user: unlikely above", "每月活 GPU 成本合理上限", "CNY/user/month", "0.00", "For a flag, not an error; the sources put it near 1 CNY (F000-44)"),
    "margin_high": Setting(0.9, "Contribution margin: unlikely above", "贡献率合理上限", "ratio", "0%", "For a flag, not an error"),
    "runway_long": Setting(60.0, "Runway: unlikely above", "跑道合理上限", "months", "0", "For a flag, not an error"),
    "wan": Setting(1e4, "万: users and smaller money on Chinese charts", "万", "number", "#,##0", "Constant"),
    "yi": Setting(1e8, "亿: larger money on Chinese charts", "亿", "number", "#,##0", "Constant"),
}  # fmt: skip
