"""What the monthly model works out: every line and constant with its labels, its unit, and whether it adds up.

The formulas of a company tab stand in `templates/company_tab.toml`, their twins as
arrays in `engine.blocks`; both go by these keys.
"""

# A table reads best with one line a line.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.units import (
    DAYS_PER_MONTH,
    DEALS,
    DOWNLOADS,
    GPUS,
    HOURS,
    MONEY,
    MONEY_PER_GPU,
    MONEY_PER_MONTH,
    MONEY_PER_MTOK,
    MONEY_PER_REQUEST,
    MONEY_PER_USER,
    MONEY_PER_USER_MONTH,
    MONTHS,
    NUMBER,
    PERIODS,
    RATIO,
    REQUESTS,
    TOKENS,
    TOKENS_PER_SECOND,
    USERS,
    Unit,
)


class Measure(NamedTuple):
    """What a figure of the model is, its unit, and whether its months add up to a total."""

    label: str
    unit: Unit
    label_zh: str = ""
    adds: bool = False


_Row = tuple[str, str, str, Unit, bool]
ADDS, STOCK = True, False

_LINES: tuple[_Row, ...] = (
    # Acquisition
    ("ad_budget", "Advertising budget", "广告预算", MONEY, ADDS),
    ("ad_spend_m", "Advertising spend", "广告投放", MONEY, ADDS),
    ("installs_paid", "Installs that advertising bought", "付费安装量", DOWNLOADS, ADDS),
    ("installs", "Installs", "安装量", DOWNLOADS, ADDS),
    ("new_total", "New users", "新增用户", USERS, ADDS),
    ("new_paid", "New users, paid", "付费新增", USERS, ADDS),
    ("new_organic", "New users, organic", "自然新增", USERS, ADDS),
    ("activated", "New users who come back the next day", "次日仍活跃的新增用户", USERS, ADDS),
    ("other_sm", "Agency, content and marketing staff", "代理与其他营销费用", MONEY, ADDS),
    ("cpa_m", "Cost per install", "单次安装成本", MONEY_PER_USER, STOCK),
    ("cac_paid_m", "CAC, paid users only", "付费获客成本", MONEY_PER_USER, STOCK),
    ("cac_loaded_m", "CAC, loaded", "全成本获客成本", MONEY_PER_USER, STOCK),
    ("cac_payer_m", "CAC of a new payer", "付费用户获客成本", MONEY_PER_USER, STOCK),
    # Retention and audience
    ("retention_m", "Share of a cohort active in its n-th month", "同期群第 n 月活跃占比", RATIO, STOCK),
    ("cohort", "Active users of cohorts since the start", "期内同期群活跃用户", USERS, STOCK),
    ("legacy", "Active users besides those cohorts", "其余活跃用户", USERS, STOCK),
    ("active", "Active users, counted", "活跃用户（实际优先）", USERS, STOCK),
    ("mau_open", "Monthly users, opening", "月活期初", USERS, STOCK),
    ("mau_new", "+ new", "+ 新增", USERS, ADDS),
    ("mau_back", "+ came back", "+ 回流", USERS, ADDS),
    ("mau_lost", "- no longer active", "- 流失", USERS, ADDS),
    ("mau", "Monthly users, closing", "月活期末", USERS, STOCK),
    ("dau", "Daily users, average", "日活（平均）", USERS, STOCK),
    ("paying", "Payers, counted", "付费用户（实际优先）", USERS, STOCK),
    ("payers_open", "Payers, opening", "付费用户期初", USERS, STOCK),
    ("payers_new", "+ new", "+ 新增付费", USERS, ADDS),
    ("payers_lost", "- stopped paying", "- 停止付费", USERS, ADDS),
    ("payers", "Payers, closing", "付费用户期末", USERS, STOCK),
    # Revenue
    ("subscription", "Subscriptions, after store fee", "订阅收入（扣商店分成）", MONEY, ADDS),
    ("store_kept", "Memo: kept by the stores", "备注：商店留存", MONEY, ADDS),
    ("api_in", "API input tokens", "API 输入词元", TOKENS, ADDS),
    ("api_out", "API output tokens", "API 输出词元", TOKENS, ADDS),
    ("price_index", "API price card over that of the first month", "API 价格指数", RATIO, STOCK),
    ("api", "API", "API 收入", MONEY, ADDS),
    ("ads", "Advertisements shown to users", "广告收入", MONEY, ADDS),
    ("commerce", "Commission on orders", "电商佣金", MONEY, ADDS),
    ("tips", "Tips", "打赏收入", MONEY, ADDS),
    ("deals_signed", "Private deployments signed", "签约私有化项目", DEALS, ADDS),
    ("deals_accepted", "Private deployments accepted", "验收私有化项目", DEALS, ADDS),
    ("deal_revenue", "Private deployments", "私有化收入", MONEY, ADDS),
    ("other", "Other", "其他收入", MONEY, ADDS),
    ("revenue", "Revenue", "收入合计", MONEY, ADDS),
    ("revenue_toc", "Of it, from consumers", "其中：面向消费者", MONEY, ADDS),
    ("revenue_tob", "Of it, from businesses", "其中：面向企业", MONEY, ADDS),
    ("arpu", "Consumer revenue per monthly user", "每月活消费者收入", MONEY_PER_USER_MONTH, STOCK),
    ("arr", "Annual recurring revenue: subscriptions and API", "年度经常性收入（订阅与 API）", MONEY, STOCK),
    ("arr_new", "Net new ARR", "净新增 ARR", MONEY, ADDS),
    # Usage and compute
    ("requests", "Requests", "请求数", REQUESTS, ADDS),
    ("tokens_in_m", "Input tokens served", "处理输入词元", TOKENS, ADDS),
    ("tokens_out_m", "Output tokens served", "处理输出词元", TOKENS, ADDS),
    ("tokens", "Tokens served", "处理词元", TOKENS, ADDS),
    ("tokens_second", "Tokens a second, average", "每秒词元（平均）", TOKENS_PER_SECOND, STOCK),
    ("tps_index", "Throughput of a GPU over that of the first month", "吞吐量指数", RATIO, STOCK),
    ("gpus_busy", "GPUs in use on average", "平均使用 GPU", GPUS, STOCK),
    ("gpus_needed", "GPUs needed at the peak", "峰值所需 GPU", GPUS, STOCK),
    ("owned_open", "GPUs owned, opening", "自有 GPU 期初", GPUS, STOCK),
    ("owned_bought", "+ bought", "+ 购入", GPUS, ADDS),
    ("owned", "GPUs owned, closing", "自有 GPU 期末", GPUS, STOCK),
    ("leased", "GPUs on lease", "租赁 GPU", GPUS, STOCK),
    ("cloud", "GPUs from the cloud", "云 GPU", GPUS, STOCK),
    ("fleet", "GPUs paid for", "GPU 总量", GPUS, STOCK),
    ("gpus_headroom", "Of it, headroom for the peak", "其中：峰值余量", GPUS, STOCK),
    ("gpus_idle", "Of it, beyond what the peak needs", "其中：闲置", GPUS, STOCK),
    ("util_m", "Utilisation, average", "平均利用率", RATIO, STOCK),
    ("idle_hours", "GPU-hours in which nothing is served", "空闲 GPU 小时", HOURS, ADDS),
    ("own_depreciation", "Owned GPUs: depreciation", "自有：折旧", MONEY, ADDS),
    ("own_power", "Owned GPUs: electricity", "自有：电费", MONEY, ADDS),
    ("own_upkeep", "Owned GPUs: upkeep", "自有：运维", MONEY, ADDS),
    ("lease_cost", "Leased GPUs", "租赁 GPU 费用", MONEY, ADDS),
    ("cloud_cost", "Cloud GPUs", "云 GPU 费用", MONEY, ADDS),
    ("compute", "GPU cost", "算力成本合计", MONEY, ADDS),
    ("gpu_api", "Of it, for the API", "其中：API", MONEY, ADDS),
    ("gpu_users", "Of it, for users", "其中：用户", MONEY, ADDS),
    ("idle_cost", "Of it, for hours in which nothing is served", "其中：空闲成本", MONEY, ADDS),
    ("cost_mtok_m", "Cost of 1m tokens", "百万词元成本", MONEY_PER_MTOK, STOCK),
    ("cost_request_m", "Cost of one request", "单次请求成本", MONEY_PER_REQUEST, STOCK),
    ("gpu_mau", "GPU cost per monthly user", "每月活 GPU 成本", MONEY_PER_USER_MONTH, STOCK),
    ("gpu_dau", "GPU cost per daily user", "每日活 GPU 成本", MONEY_PER_USER_MONTH, STOCK),
    # Other cost
    ("variable", "Bandwidth, moderation and support", "带宽、审核与客服", MONEY, ADDS),
    ("payment_fees", "Payment fees", "支付手续费", MONEY, ADDS),
    ("delivery", "Delivery of private deployments", "私有化交付成本", MONEY, ADDS),
    ("staff_research", "Staff: research and engineering", "人员：研发", MONEY, ADDS),
    ("staff_operations", "Staff: operations and support", "人员：运营与客服", MONEY, ADDS),
    ("staff_sales", "Staff: sales and delivery", "人员：销售与交付", MONEY, ADDS),
    ("staff_admin", "Staff: administration", "人员：行政", MONEY, ADDS),
    ("staff", "Staff", "人员合计", MONEY, ADDS),
    ("overhead", "Rent, administration, and staff known only as a sum", "租金、管理及未细分人员", MONEY, ADDS),
    ("training", "Training runs, when paid", "训练支出（付款当月）", MONEY, ADDS),
    ("training_cum", "Memo: training paid to date", "备注：累计训练支出", MONEY, STOCK),
    ("training_spread", "Memo: training spread over the model's life", "备注：训练分摊", MONEY, ADDS),
    ("training_mau", "Memo: of that, per monthly user", "备注：每月活训练分摊", MONEY_PER_USER_MONTH, STOCK),
    # Unit economics
    ("toc_contribution", "Contribution of consumers", "消费者贡献", MONEY, ADDS),
    ("tob_contribution", "Contribution of businesses", "企业贡献", MONEY, ADDS),
    ("contribution_mau", "Consumer contribution per monthly user", "每月活贡献", MONEY_PER_USER_MONTH, STOCK),
    ("contribution_payer", "Consumer contribution per payer", "每付费用户贡献", MONEY_PER_USER_MONTH, STOCK),
    ("value_to_date", "Value of a new user by its n-th month", "新用户 n 月累计贡献", MONEY_PER_USER, STOCK),
    # Profit and loss
    ("direct_cost", "Cost of revenue", "营业成本", MONEY, ADDS),
    ("gross_profit", "Gross profit", "毛利", MONEY, ADDS),
    ("gross_margin", "Gross margin", "毛利率", RATIO, STOCK),
    ("marketing", "Sales and marketing", "营销费用", MONEY, ADDS),
    ("contribution_m", "Contribution after marketing", "营销后贡献", MONEY, ADDS),
    ("opex", "Staff, overhead and training", "人员、管理与训练", MONEY, ADDS),
    ("ebitda", "EBITDA", "息税折旧摊销前利润", MONEY, ADDS),
    ("result", "Result before interest and tax", "息税前利润", MONEY, ADDS),
    # Working capital
    ("invoiced", "Invoiced to customers", "开票收入", MONEY, ADDS),
    ("collected", "Collected from them", "回款", MONEY, ADDS),
    ("receivable_open", "Receivables, opening", "应收期初", MONEY, STOCK),
    ("receivable", "Receivables, closing", "应收期末", MONEY, STOCK),
    ("supplied", "Invoiced by media, agencies and delivery", "供应商账单", MONEY, ADDS),
    ("paid", "Paid to them", "付款", MONEY, ADDS),
    ("payable_open", "Payables, opening", "应付期初", MONEY, STOCK),
    ("payable", "Payables, closing", "应付期末", MONEY, STOCK),
    ("deferred_due", "Yearly plans still to be served", "年付未履约余额", MONEY, STOCK),
    ("deferred_open", "Deferred revenue, opening", "递延收入期初", MONEY, STOCK),
    ("billed", "+ billed to subscribers", "+ 订阅收款", MONEY, ADDS),
    ("deferred", "Deferred revenue, closing", "递延收入期末", MONEY, STOCK),
    # Cash
    ("cash_in", "Cash received", "现金流入", MONEY, ADDS),
    ("cash_out", "Cash paid for running the company", "经营现金流出", MONEY, ADDS),
    ("operating_flow", "Operating cash flow", "经营现金流", MONEY, ADDS),
    ("capex", "GPUs bought", "购置 GPU", MONEY, ADDS),
    ("gross_burn", "Gross burn", "总消耗", MONEY, ADDS),
    ("net_burn", "Net burn", "净消耗", MONEY, ADDS),
    ("funding_m", "Money raised", "融资到账", MONEY, ADDS),
    ("escrow_open", "Restricted cash, opening", "受限现金期初", MONEY, STOCK),
    ("escrow_funded", "+ raised into escrow", "+ 融资存入", MONEY, ADDS),
    ("escrow_draw", "- drawn for the cloud bill", "- 支付云费用", MONEY, ADDS),
    ("escrow_close", "Restricted cash, closing", "受限现金期末", MONEY, STOCK),
    ("free_open", "Free cash, opening", "自由现金期初", MONEY, STOCK),
    ("free_funded", "+ raised", "+ 融资", MONEY, ADDS),
    ("free_burn", "- net burn that the escrow does not pay", "- 共管账户之外的净消耗", MONEY, ADDS),
    ("free_close", "Free cash, closing; below zero is the gap to fund", "自由现金期末（负数为资金缺口）", MONEY, STOCK),
    ("total_cash", "Cash, free and restricted", "现金合计", MONEY, STOCK),
    ("free_net", "Free cash used up in the month", "当月自由现金净减少", MONEY, ADDS),
    ("funded", "Share of the month that free cash funds", "自由现金可支撑当月占比", RATIO, ADDS),
)  # fmt: skip

_CONSTANTS: tuple[_Row, ...] = (
    ("cost_registered", "Cost of one paid registered user", "单个付费注册用户成本", MONEY_PER_USER, STOCK),
    ("ret_a", "Retention curve: level at day 1", "留存曲线：首日水平", RATIO, STOCK),
    ("ret_b", "Retention curve: decay", "留存曲线：衰减指数", NUMBER, STOCK),
    ("ret_r2", "Retention curve: share of variance explained (R2)", "留存曲线：拟合优度", RATIO, STOCK),
    ("active_days", "Active days a month", "月活跃天数", DAYS_PER_MONTH, STOCK),
    ("deal_lag", "Whole months from signing to acceptance", "签约至验收整月数", MONTHS, STOCK),
    ("cost_in", "Cost of 1m input tokens, cloud GPUs in steady use", "百万输入词元成本（云）", MONEY_PER_MTOK, STOCK),
    ("cost_out", "Cost of 1m output tokens, cloud GPUs in steady use", "百万输出词元成本（云）", MONEY_PER_MTOK, STOCK),
    ("cost_request", "Cost of one request, cloud GPUs in steady use", "单次请求成本（云）", MONEY_PER_REQUEST, STOCK),
    ("gpu_per_mau", "GPU cost per monthly user, all from the cloud", "每月活 GPU 成本（全云）", MONEY_PER_USER_MONTH, STOCK),
    ("lease_payment", "Monthly payment for one leased GPU", "单卡月租金", MONEY_PER_GPU, STOCK),
    ("life_whole", "Whole months a trained model is in use", "模型使用整月数", MONTHS, STOCK),
    ("unit_arpu", "Revenue of an average monthly user", "月活平均收入", MONEY_PER_USER_MONTH, STOCK),
    ("unit_fees", "Payment fees of an average monthly user", "月活平均支付手续费", MONEY_PER_USER_MONTH, STOCK),
    ("unit_contribution", "Contribution of an average monthly user", "月活平均贡献", MONEY_PER_USER_MONTH, STOCK),
    ("dso_whole", "Whole months until customers pay", "回款整月数", PERIODS, STOCK),
    ("dso_part", "Part of a month besides", "回款不足月部分", RATIO, STOCK),
    ("dpo_whole", "Whole months until we pay", "付款整月数", PERIODS, STOCK),
    ("dpo_part", "Part of a month besides", "付款不足月部分", RATIO, STOCK),
    ("burn3", "Net burn, mean of three months", "净消耗三个月平均", MONEY_PER_MONTH, STOCK),
    ("eligible3", "Of it, cloud bill the escrow may pay", "共管可付云费用三个月平均", MONEY_PER_MONTH, STOCK),
    ("other3", "Net burn besides that", "其余净消耗", MONEY_PER_MONTH, STOCK),
    ("zero_at", "Month of the model in which free cash runs out", "自由现金用尽的模型月份", PERIODS, STOCK),
    ("stranded", "Escrow left when free cash runs out", "自由现金用尽时滞留的共管资金", MONEY, STOCK),
    ("naive_runway", "Naive runway: all cash over net burn", "名义跑道（含受限现金）", MONTHS, STOCK),
    ("burn_growth", "Growth of net burn a month, first year", "净消耗月增长率（首年）", RATIO, STOCK),
    ("revenue_growth", "Growth of revenue, month 12 over month 1", "收入增长（第 12 月比第 1 月）", RATIO, STOCK),
    ("revenue_growth_m", "The same a month", "收入月增长率", RATIO, STOCK),
    ("arr_year", "Net new ARR of the first year", "首年净新增 ARR", MONEY, STOCK),
    ("burn_year", "Net burn of the first year", "首年净消耗", MONEY, STOCK),
    ("flow_margin", "Free cash flow of the first year over revenue", "首年自由现金流率", RATIO, STOCK),
)  # fmt: skip

LINES: Mapping[str, Measure] = {key: Measure(en, unit, zh, adds) for key, en, zh, unit, adds in _LINES}
CONSTANTS: Mapping[str, Measure] = {key: Measure(en, unit, zh) for key, en, zh, unit, _ in _CONSTANTS}
# The name under which a typed month replaces the forecast, and the line it replaces.
ACTUALS: Mapping[str, str] = {
    "ad_spend": "ad_spend_m",
    "installs": "installs",
    "new_users": "new_total",
    "mau": "active",
    "dau": "dau",
    "payers": "paying",
    "subscription": "subscription",
    "api": "api",
    "ads": "ads",
    "commerce": "commerce",
    "tips": "tips",
    "deal_revenue": "deal_revenue",
    "other_revenue": "other",
    "tokens_in": "tokens_in_m",
    "tokens_out": "tokens_out_m",
    "cloud_cost": "cloud_cost",
}
