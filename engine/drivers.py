"""The assumptions of the model, one line each: key, block, labels, unit, domain, whether high is good."""

# A table reads best with one driver a line.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping

from engine.arguments import FRACTION, NOT_NEGATIVE, POSITIVE, Domain
from engine.company import Driver
from engine.units import (
    MONEY,
    MONEY_PER_GPU_HOUR,
    MONEY_PER_MONTH,
    MONEY_PER_MTOK,
    MONEY_PER_USER,
    MONEY_PER_USER_MONTH,
    RATIO,
    REQUESTS_PER_DAY,
    TOKENS_PER_MONTH,
    TOKENS_PER_REQUEST,
    TOKENS_PER_SECOND,
    USERS,
)

_GROWTH = Domain(above=-1, high=1)
_SHARE = Domain(above=0, high=1)

DRIVERS: Mapping[str, Driver] = {
    d.key: d
    for d in (
        Driver("ad_spend", "Acquisition", "Advertising spend, first month", "首月广告投放", MONEY_PER_MONTH, NOT_NEGATIVE),
        Driver("ad_growth", "Acquisition", "Growth of advertising spend a month", "广告投放月增长率", RATIO, _GROWTH),
        Driver("cpa", "Acquisition", "Cost per install (CPA)", "单次安装成本", MONEY_PER_USER, POSITIVE, False),
        Driver("register_rate", "Acquisition", "Share of installs that register", "安装注册率", RATIO, _SHARE),
        Driver("paid_share", "Acquisition", "Share of new users won by advertising", "付费获客占比", RATIO, _SHARE, False),
        Driver("other_sm_ratio", "Acquisition", "Other sales and marketing over ad spend", "其他营销费用与投放之比", RATIO, NOT_NEGATIVE, False, True),
        Driver("opex_multiple", "Acquisition", "Operating expense over ad spend, agency rule", "运营费用与投放之比（代理商经验）", RATIO, NOT_NEGATIVE, False, True),
        Driver("opening_mau", "Retention and audience", "Monthly users at the start", "期初月活", USERS, NOT_NEGATIVE),
        Driver("d1_retention", "Retention and audience", "Next-day retention", "次日留存", RATIO, FRACTION),
        Driver("retention_decay", "Retention and audience", "Decay of the retention curve", "留存曲线衰减指数", RATIO, NOT_NEGATIVE, False, True),
        Driver("churn", "Retention and audience", "Users lost a month", "月流失率", RATIO, _SHARE, False),
        Driver("stickiness", "Retention and audience", "DAU over MAU", "日活月活比", RATIO, _SHARE),
        Driver("price", "Revenue", "Subscription price", "订阅价格", MONEY_PER_USER_MONTH, NOT_NEGATIVE),
        Driver("payer_rate", "Revenue", "Payers as a share of monthly users", "付费率", RATIO, FRACTION),
        Driver("store_fee", "Revenue", "Share the app store keeps", "应用商店分成", RATIO, FRACTION, False),
        Driver("api_tokens_in", "Revenue", "API input tokens, first month", "首月 API 输入词元", TOKENS_PER_MONTH, NOT_NEGATIVE),
        Driver("api_tokens_out", "Revenue", "API output tokens, first month", "首月 API 输出词元", TOKENS_PER_MONTH, NOT_NEGATIVE),
        Driver("api_growth", "Revenue", "Growth of API tokens a month", "API 词元月增长率", RATIO, _GROWTH),
        Driver("api_price_in", "Revenue", "API price, input tokens", "API 输入价格", MONEY_PER_MTOK, NOT_NEGATIVE),
        Driver("api_price_out", "Revenue", "API price, output tokens", "API 输出价格", MONEY_PER_MTOK, NOT_NEGATIVE),
        Driver("other_revenue", "Revenue", "Other revenue: contracts, advertising, API known as a sum", "其他收入", MONEY_PER_MONTH, NOT_NEGATIVE),
        Driver("requests_day", "Compute", "Requests on an active day", "活跃日请求数", REQUESTS_PER_DAY, NOT_NEGATIVE, False),
        Driver("tokens_in", "Compute", "Input tokens of a request", "单次请求输入词元", TOKENS_PER_REQUEST, NOT_NEGATIVE, False),
        Driver("tokens_out", "Compute", "Output tokens of a request", "单次请求输出词元", TOKENS_PER_REQUEST, NOT_NEGATIVE, False),
        Driver("gpu_hour", "Compute", "Price of one GPU for an hour", "GPU 小时价格", MONEY_PER_GPU_HOUR, NOT_NEGATIVE, False),
        Driver("tps_in", "Compute", "Input tokens a second and GPU", "单卡每秒输入词元", TOKENS_PER_SECOND, POSITIVE),
        Driver("tps_out", "Compute", "Output tokens a second and GPU", "单卡每秒输出词元", TOKENS_PER_SECOND, POSITIVE),
        Driver("utilisation", "Compute", "Share of time a GPU is busy", "GPU 利用率", RATIO, _SHARE),
        Driver("idle_factor", "Compute", "Capacity provisioned over capacity used", "预留容量倍数", RATIO, Domain(low=1), False, True),
        Driver("other_variable", "Compute", "Bandwidth, moderation and support a user", "带宽、审核与客服（每用户）", MONEY_PER_USER_MONTH, NOT_NEGATIVE, False),
        Driver("staff_cost", "Cash", "Staff, rent and administration", "人员、租金与管理费用", MONEY_PER_MONTH, NOT_NEGATIVE, False),
        Driver("training_cost", "Cash", "Training runs, paid in the month", "训练支出（当月现金）", MONEY_PER_MONTH, NOT_NEGATIVE, False),
        Driver("free_cash", "Cash", "Cash that may be spent on anything", "可自由支配现金", MONEY, NOT_NEGATIVE),
        Driver("restricted_cash", "Cash", "Cash in escrow for one cloud vendor", "云厂商共管账户现金", MONEY, NOT_NEGATIVE),
        Driver("escrow_share", "Cash", "Share of the compute bill the escrow may pay", "共管资金可支付的算力占比", RATIO, FRACTION),
    )
}  # fmt: skip
BLOCKS = tuple(dict.fromkeys(driver.block for driver in DRIVERS.values()))
