"""What the sheet Compare shows of every company: metrics with the formula that reads them from its tab."""

# A metric a line of code.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass

from engine.units import MONEY_WORD


@dataclass(frozen=True, slots=True)
class Metric:
    """One row: its formula over a company's tab, when it is blank, and how it is shown.

    `blank` is the condition under which nothing is known. `scaled` figures are shown in
    thousands and millions; `words` is a formula that stands where the value is #N/A for
    a reason that can be told. `rank` is high where the highest is the first, or low.
    """

    key: str
    label: str
    label_zh: str
    unit: str
    value: str
    number_format: str = "#,##0.00"
    blank: str = ""
    words: str = ""
    scaled: bool = False
    rank: str = ""

    @property
    def in_money(self) -> bool:
        """Whether it is in the money of the tab, to be shown in the money chosen."""
        return self.unit.startswith(MONEY_WORD)


_BEYOND = '"> "&{Inputs:months}'
_NEVER = 'CHOOSE({Cover:language},"never","无法回本")'

GROUPS: tuple[tuple[str, str, tuple[Metric, ...]], ...] = (
    ("Audience", "用户", (
        Metric("mau", "Monthly users at the start", "期初月活", "users", "{h_mau}", "#,##0", scaled=True),
        Metric("dau", "Daily users at the start", "期初日活", "users", "{h_mau}*{stickiness}", "#,##0", scaled=True),
        Metric("stickiness", "DAU over MAU", "日活月活比", "ratio", "{stickiness}", "0.0%"),
        Metric("d1", "Next-day retention", "次日留存", "ratio", "{d1_retention}", "0.0%"),
    )),
    ("Acquisition", "获客", (
        Metric("ad_spend", "Advertising budget, first month", "首月广告预算", "money/month", "{ad_spend}", "#,##0", scaled=True),
        Metric("cpa", "Cost per install (CPA)", "单次安装成本", "money/user", "{cpa}"),
        Metric("cac_paid", "CAC, paid users only", "付费获客成本", "money/user", "{h_cac_paid}", blank="ISNA({h_cac_paid})"),
        Metric("cac_loaded", "CAC, loaded", "全成本获客成本", "money/user", "{h_cac_loaded}", blank="ISNA({h_cac_loaded})"),
    )),
    ("Revenue", "收入", (
        Metric("payer_rate", "Payers as a share of monthly users", "付费率", "ratio", "{payer_rate}", "0.0%"),
        Metric("price", "Subscription price", "订阅价格", "money/user/month", "{price}"),
        Metric("arpu", "Revenue of an average monthly user", "月活平均收入", "money/user/month", "{unit_arpu}"),
        Metric("token_in", "API price, input tokens", "API 输入价格", "money/1m_tokens", "{api_price_in}"),
        Metric("token_out", "API price, output tokens", "API 输出价格", "money/1m_tokens", "{api_price_out}"),
    )),
    ("Cost and contribution", "成本与贡献", (
        Metric("inference_margin", "Gross margin on inference, first month", "推理毛利率（首月）", "ratio", "1-{compute.first}/{revenue.first}", "0.0%", blank="{revenue.first}=0"),
        Metric("gpu_cost", "GPU cost per monthly user", "每月活 GPU 成本", "money/user/month", "{h_gpu_cost_per_mau}", "#,##0.000", rank="low"),
        Metric("contribution", "Contribution of an average monthly user", "月活平均贡献", "money/user/month", "{unit_contribution}", "#,##0.000"),
    )),
    ("Unit economics", "单位经济", (
        Metric("ltv", "LTV, 24 months", "24 个月用户价值", "money/user", "{h_ltv}"),
        Metric("ltv_cac", "LTV over CAC", "LTV/CAC", "ratio", "{h_ltv_cac}", "0.00", blank="ISNA({h_ltv_cac})", rank="high"),
        Metric("payback", "Payback, with churn", "回本周期（计流失）", "months", "{h_payback}", "0.0", blank="ISNA({h_cac_loaded})", words=_NEVER, rank="low"),
    )),
    ("Cash", "现金", (
        Metric("cost_year", "Gross burn of the first year", "首年总消耗", "money/year", "SUM({gross_burn.year1})", "#,##0", scaled=True),
        Metric("net_burn", "Net burn, mean of three months", "净消耗（三个月平均）", "money/month", "{h_net_burn}", "#,##0", scaled=True),
        Metric("free_cash", "Free cash at the start", "期初自由现金", "money", "{free_cash}", "#,##0", scaled=True),
        Metric("restricted_cash", "Restricted cash at the start; blank: none known", "期初受限现金（空白为未知）", "money", "{restricted_cash}", "#,##0", blank="{restricted_cash}=0", scaled=True),
        Metric("runway", "Runway of free cash", "自由现金跑道", "months", "{h_runway}", "0.0", words=_BEYOND, rank="high"),
        Metric("burn_multiple", "Burn multiple, first year; blank: no new ARR", "消耗倍数（首年，空白为无新增 ARR）", "ratio", "{h_burn_multiple}", "0.00", blank="ISNA({h_burn_multiple})"),
    )),
    ("Valuation", "估值", (
        Metric("valuation", "Valuation; blank: none known", "估值（空白为未知）", "money", "{valuation}", "#,##0", blank="{valuation}=0", scaled=True),
        Metric("valuation_mau", "Valuation per monthly user", "每月活估值", "money/user", "{h_valuation_per_mau}", "#,##0", blank="ISNA({h_valuation_per_mau})"),
    )),
)  # fmt: skip
METRICS = tuple(metric for _, _, metrics in GROUPS for metric in metrics)
