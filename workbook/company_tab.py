"""The tab of one company: from its drivers to its cash, month by month, and its headlines."""

# One line of the model a line of code.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import replace

from engine.company import Company, Figure, Scenario
from engine.drivers import BLOCKS, DRIVERS
from workbook.plan import Block, Kind, Line, Look, Name, Tab

_PER_USER_MONTH = "{c}/user/month"
_MONTHLY = "{c}/month"
_WHOLE = "#,##0"
_CENTS = "#,##0.00"
_MILLS = "#,##0.000"
_SHARE = "0.0%"
_TIMES = "0.00"
_ONE_DECIMAL = "0.0"

BLOCK_ZH = {
    "Acquisition": "获客",
    "Retention and audience": "留存与活跃",
    "Revenue": "收入",
    "Compute": "算力",
    "Cash": "现金",
}

# fmt: off
HEADLINES = (
    ("mau", "Monthly users at the start", "期初月活", "users", "{opening_mau}", _WHOLE),
    ("cac_paid", "CAC, paid users only", "付费获客成本", "{c}/user", "=IFERROR({f_cac_paid},{f_cac_paid.twin})", _CENTS),
    ("cac_loaded", "CAC, loaded", "全成本获客成本", "{c}/user", "=IFERROR({f_cac_loaded},{f_cac_loaded.twin})", _CENTS),
    ("ltv", "LTV, 24 months", "24 个月用户价值", "{c}/user", "=IFERROR({f_ltv},{f_ltv.twin})", _CENTS),
    ("ltv_cac", "LTV over CAC", "LTV/CAC", "ratio", "=IFERROR({f_ltv_cac},{f_ltv_cac.twin})", _TIMES),
    ("payback", "Payback, with churn", "回本周期（计流失）", "months", "=IFERROR({f_payback_churn},{f_payback_churn.twin})", _ONE_DECIMAL),
    ("payback_margin", "Payback if nobody left, memo", "回本周期（不计流失）", "months", "=IFERROR({f_payback},{f_payback.twin})", _ONE_DECIMAL),
    ("gpu_cost_per_mau", "GPU cost per monthly user", "每月活 GPU 成本", _PER_USER_MONTH, "=IFERROR({f_gpu},{f_gpu.twin})", _MILLS),
    ("net_burn", "Net burn, mean of three months", "净消耗（三个月平均）", _MONTHLY, "=IFERROR({f_burn},{f_burn.twin})", _WHOLE),
    ("runway", "Runway of free cash, by the model", "自由现金跑道", "months", "=IFERROR({f_runway},{f_runway.twin})", _ONE_DECIMAL),
)
# fmt: on


def tab_name(company: Company) -> str:
    """The sheet's name: the word of product or name that is the id, or the id itself."""
    for word in f"{company.product} {company.name}".replace(",", " ").split():
        if word.lower() == company.id:
            return word
    return company.id.capitalize()


def company_tab(company: Company) -> Tab:
    """The plan of a company's tab."""
    blocks = [
        Block("Headlines", "核心指标", tuple(_headlines())),
        Block("Timing", "时间", tuple(_timing())),
        *(
            Block(
                f"Assumptions: {block.lower()}",
                f"假设：{BLOCK_ZH[block]}",
                tuple(_assumptions(company, block)),
            )
            for block in BLOCKS
        ),
        Block("Acquisition", "获客", tuple(_acquisition())),
        Block("Retention and audience", "留存与活跃", tuple(_audience())),
        Block("Revenue", "收入", tuple(_revenue())),
        Block("Compute", "算力", tuple(_compute())),
        Block("Cash", "现金", tuple(_cash())),
        Block(
            "Unit economics by function",
            "单位经济（函数）",
            tuple(_functions()),
            total_header="plain Excel twin",
        ),
    ]
    names = ",".join(f'"{scenario.value}"' for scenario in Scenario)
    return Tab(
        tab_name(company), Kind.TIMELINE, company.title, company.product, company.note,
        tuple(_in_currency(block, company.currency) for block in blocks),
        banner=f'=CHOOSE({{Inputs:scenario_live}},{names})&" scenario, money in {company.currency}"',
    )  # fmt: skip


def company_names(company: Company) -> list[Name]:
    """The defined names of a company's headlines."""
    return [
        Name(f"{company.prefix}_{key}", tab_name(company), f"h_{key}", label) for key, label, *_ in HEADLINES
    ]


def _in_currency(block: Block, currency: str) -> Block:
    return replace(
        block, lines=tuple(replace(ln, unit=ln.unit.replace("{c}", currency)) for ln in block.lines)
    )


def _headlines() -> list[Line]:
    return [
        Line(f"h_{key}", label, zh, unit, value, look=Look.HEADLINE, number_format=number_format)
        for key, label, zh, unit, value, number_format in HEADLINES
    ]


# fmt: off
def _timing() -> list[Line]:
    return [
        Line("month", "Month of the model", "模型月份", "number", months="=N({month.prev})+1", number_format="0"),
        Line("month_end", "Month end", "月末", "date", months="=EOMONTH({Inputs:start},{month}-1)", number_format="yyyy-mm-dd"),
        Line("days", "Days in the month", "当月天数", "days", months="=DAY({month_end})", number_format="0"),
    ]


# fmt: on
def _assumptions(company: Company, block: str) -> list[Line]:
    return [
        _assumption(company, company.figures[key]) for key, driver in DRIVERS.items() if driver.block == block
    ]


def _assumption(company: Company, figure: Figure) -> Line:
    driver = figure.driver
    formula = f"={{Inputs:{company.prefix}_{driver.key}}}"
    if figure.unit.currency not in (None, company.currency):
        formula += "*{Inputs:fx}" if figure.unit.currency == "USD" else "/{Inputs:fx}"
    cited = ", ".join(figure.fact_ids)
    note = " · ".join(part for part in (figure.basis.value, cited) if part)
    return Line(
        driver.key, driver.label, driver.label_zh, driver.unit.text(company.currency), formula,
        look=Look.LINK, number_format=driver.number_format, note=note,
    )  # fmt: skip


# fmt: off
def _acquisition() -> list[Line]:
    return [
        Line("cost_registered", "Cost of one paid registered user", "单个付费注册用户成本", "{c}/user", "={cpa}/{register_rate}", number_format=_CENTS),
        Line("ad_spend_m", "Advertising spend", "广告投放", "{c}", months="={ad_spend}*(1+{ad_growth})^({month}-1)", total="sum", number_format=_WHOLE),
        Line("new_paid", "New users, paid", "付费新增", "users", months="={ad_spend_m}/{cost_registered}", total="sum", number_format=_WHOLE),
        Line("new_total", "New users", "新增用户", "users", months="={new_paid}/{paid_share}", total="sum", number_format=_WHOLE),
        Line("new_organic", "New users, organic", "自然新增", "users", months="={new_total}-{new_paid}", total="sum", number_format=_WHOLE),
        Line("other_sm", "Other sales and marketing", "其他营销费用", "{c}", months="={ad_spend_m}*{other_sm_ratio}", total="sum", number_format=_WHOLE),
    ]


def _audience() -> list[Line]:
    return [
        Line("retention_m", "Share of a cohort active in its n-th month", "同期群第 n 月活跃占比", "ratio",
             months="=IF({month}=1,1,MIN(1,{d1_retention}*({Inputs:days_month}*({month}-1))^-{retention_decay}/{stickiness}))",
             number_format=_SHARE, note="daily retention over DAU/MAU"),
        Line("retention_back", "The same, read backwards", "同上（倒序）", "ratio", months="=INDEX({retention_m.row},{Inputs:months}-{month}+1)", number_format=_SHARE),
        Line("cohort", "Active users of cohorts since the start", "期内同期群活跃用户", "users",
             months="=SUMPRODUCT({new_total.todate},INDEX({retention_back.row},{Inputs:months}-{month}+1):{retention_back.last})", number_format=_WHOLE),
        Line("legacy", "Active users of the opening audience", "期初用户留存", "users", months="={opening_mau}*(1-{churn})^{month}", number_format=_WHOLE),
        Line("mau_open", "Monthly users, opening", "月活期初", "users", months="=IF({month}=1,{opening_mau},{mau.prev})", number_format=_WHOLE),
        Line("mau_new", "+ new", "+ 新增", "users", months="={new_total}", total="sum", number_format=_WHOLE),
        Line("mau_lost", "- no longer active", "- 流失", "users", months="={mau_open}+{mau_new}-({legacy}+{cohort})", total="sum", number_format=_WHOLE),
        Line("mau", "Monthly users, closing", "月活期末", "users", months="={mau_open}+{mau_new}-{mau_lost}", number_format=_WHOLE),
        Line("dau", "Daily users, average", "日活（平均）", "users", months="={mau}*{stickiness}", number_format=_WHOLE),
        Line("payers", "Payers", "付费用户", "users", months="={mau}*{payer_rate}", number_format=_WHOLE),
    ]


def _revenue() -> list[Line]:
    return [
        Line("subscription", "Subscriptions, after store fee", "订阅收入（扣商店分成）", "{c}", months="={payers}*{price}*(1-{store_fee})", total="sum", number_format=_WHOLE),
        Line("api_in", "API input tokens", "API 输入词元", "tokens", months="={api_tokens_in}*(1+{api_growth})^({month}-1)", total="sum", number_format=_WHOLE),
        Line("api_out", "API output tokens", "API 输出词元", "tokens", months="={api_tokens_out}*(1+{api_growth})^({month}-1)", total="sum", number_format=_WHOLE),
        Line("api", "API", "API 收入", "{c}", months="=({api_in}*{api_price_in}+{api_out}*{api_price_out})/{Inputs:million}", total="sum", number_format=_WHOLE),
        Line("other", "Other", "其他收入", "{c}", months="={other_revenue}", total="sum", number_format=_WHOLE),
        Line("revenue", "Revenue", "收入合计", "{c}", months="={subscription}+{api}+{other}", total="sum", number_format=_WHOLE),
    ]


def _compute() -> list[Line]:
    return [
        Line("active_days", "Active days a month", "月活跃天数", "days/month", "={stickiness}*{Inputs:days_month}", number_format=_TIMES),
        Line("cost_in", "Cost of 1m input tokens", "百万输入词元成本", "{c}/1m_token", "={gpu_hour}/({tps_in}*{utilisation}*{Inputs:seconds_hour})*{Inputs:million}", number_format=_CENTS),
        Line("cost_out", "Cost of 1m output tokens", "百万输出词元成本", "{c}/1m_token", "={gpu_hour}/({tps_out}*{utilisation}*{Inputs:seconds_hour})*{Inputs:million}", number_format=_CENTS),
        Line("cost_request", "Cost of one request", "单次请求成本", "{c}/request", "=({tokens_in}*{cost_in}+{tokens_out}*{cost_out})/{Inputs:million}", number_format="0.000000"),
        Line("gpu_per_mau", "GPU cost per monthly user", "每月活 GPU 成本", _PER_USER_MONTH, "={requests_day}*{active_days}*{cost_request}*{idle_factor}", number_format=_MILLS),
        Line("tokens", "Tokens served", "处理词元", "tokens", months="={mau}*{requests_day}*({tokens_in}+{tokens_out})*{active_days}+{api_in}+{api_out}", total="sum", number_format=_WHOLE),
        Line("gpu_users", "GPU cost of users", "用户算力成本", "{c}", months="={mau}*{gpu_per_mau}", total="sum", number_format=_WHOLE),
        Line("gpu_api", "GPU cost of the API", "API 算力成本", "{c}", months="=({api_in}*{cost_in}+{api_out}*{cost_out})/{Inputs:million}*{idle_factor}", total="sum", number_format=_WHOLE),
        Line("compute", "GPU cost", "算力成本合计", "{c}", months="={gpu_users}+{gpu_api}", total="sum", number_format=_WHOLE),
        Line("variable", "Bandwidth, moderation and support", "带宽、审核与客服", "{c}", months="={mau}*{other_variable}", total="sum", number_format=_WHOLE),
    ]


def _cash() -> list[Line]:
    return [
        Line("cash_in", "Cash received", "现金流入", "{c}", months="={revenue}", total="sum", number_format=_WHOLE),
        Line("staff", "Staff, rent and administration", "人员、租金与管理", "{c}", months="={staff_cost}", total="sum", number_format=_WHOLE),
        Line("training", "Training runs", "训练支出", "{c}", months="={training_cost}", total="sum", number_format=_WHOLE),
        Line("cash_out", "Cash paid", "现金流出", "{c}", months="={ad_spend_m}+{other_sm}+{compute}+{variable}+{staff}+{training}", total="sum", number_format=_WHOLE),
        Line("net_burn", "Net burn", "净消耗", "{c}", months="={cash_out}-{cash_in}", total="sum", number_format=_WHOLE),
        Line("escrow_open", "Restricted cash, opening", "受限现金期初", "{c}", months="=IF({month}=1,{restricted_cash},{escrow_close.prev})", number_format=_WHOLE),
        Line("escrow_draw", "- drawn for GPU cost", "- 支付算力", "{c}", months="=MIN({compute}*{escrow_share},{escrow_open})", total="sum", number_format=_WHOLE),
        Line("escrow_close", "Restricted cash, closing", "受限现金期末", "{c}", months="={escrow_open}-{escrow_draw}", number_format=_WHOLE),
        Line("free_open", "Free cash, opening", "自由现金期初", "{c}", months="=IF({month}=1,{free_cash},{free_close.prev})", number_format=_WHOLE),
        Line("free_burn", "- net burn that the escrow does not pay", "- 共管账户之外的净消耗", "{c}", months="={net_burn}-{escrow_draw}", total="sum", number_format=_WHOLE),
        Line("free_close", "Free cash, closing; below zero is the gap to fund", "自由现金期末（负数为资金缺口）", "{c}", months="={free_open}-{free_burn}", number_format=_WHOLE),
        Line("funded", "Share of the month that free cash funds", "自由现金可支撑当月占比", "ratio",
             months="=IF(AND({month}>1,{funded.prev}<1),0,IF({free_close}>=0,1,{free_open}/{free_burn}))", total="sum", number_format=_TIMES),
        Line("burn3", "Net burn, mean of three months", "净消耗三个月平均", _MONTHLY, "=AVERAGE({net_burn.first3})", number_format=_WHOLE),
        Line("eligible3", "Of it, GPU cost the escrow may pay", "共管可付算力三个月平均", _MONTHLY, "=MAX(0,MIN({burn3},AVERAGE({compute.first3})*{escrow_share}))", number_format=_WHOLE),
        Line("other3", "Net burn besides that", "其余净消耗", _MONTHLY, "=MAX(0,{burn3})-{eligible3}", number_format=_WHOLE),
    ]


def _functions() -> list[Line]:
    """Each by one of our functions, with a twin in plain Excel that works without them."""
    rows = (
        ("f_cpa", "CPA", "单次安装成本", "{c}/user", "=CPA({ad_spend_m.first},{new_paid.first}/{register_rate})", "={ad_spend_m.first}*{register_rate}/{new_paid.first}", _CENTS),
        ("f_stage", "Cost of a paid registered user, through the funnel", "漏斗注册成本", "{c}/user", "=CAC_STAGE({cpa},{register_rate})", "={cpa}/{register_rate}", _CENTS),
        ("f_cac_paid", "CAC, paid", "付费获客成本", "{c}/user", '=CAC({ad_spend_m.first},{new_total.first},{new_paid.first},{other_sm.first},"paid")', "={ad_spend_m.first}/{new_paid.first}", _CENTS),
        ("f_cac_loaded", "CAC, loaded", "全成本获客成本", "{c}/user", "=CAC({ad_spend_m.first},{new_total.first},{new_paid.first},{other_sm.first})", "=({ad_spend_m.first}+{other_sm.first})/{new_total.first}", _CENTS),
        ("f_organic", "Organic share", "自然获客占比", "ratio", "=ORGANIC_SHARE({new_total.first},{new_paid.first})", "=1-{new_paid.first}/{new_total.first}", _SHARE),
        ("f_opex", "Outlay by the agency rule", "代理商经验支出", "{c}", "=OPEX_FROM_AD({ad_spend_m.first},{opex_multiple})", "={ad_spend_m.first}*(1+{opex_multiple})", _WHOLE),
        ("f_retention", "Retention after a month", "30 日留存", "ratio", "=RETENTION({Inputs:days_month},{d1_retention},{retention_decay})", "=MIN(1,{d1_retention}*{Inputs:days_month}^-{retention_decay})", _SHARE),
        ("f_stickiness", "DAU over MAU", "日活月活比", "ratio", "=STICKINESS({dau.first},{mau.first})", "={dau.first}/{mau.first}", _SHARE),
        ("f_cohort", "Cohort users in the last month", "末月同期群活跃", "users", "=INDEX(COHORT_ACTIVE({new_total.row},{retention_m.row}),{Inputs:months})", "={cohort.last}", _WHOLE),
        ("f_roll", "MAU after a month of churn", "流失后月活", "users", "=MAU_ROLL({mau_open.first},{mau_new.first},{churn})", "={mau_open.first}*(1-{churn})+{mau_new.first}", _WHOLE),
        ("f_arpu", "Subscription revenue per monthly user", "每月活订阅收入", _PER_USER_MONTH, "=SUB_ARPU({price},{payer_rate},{store_fee})", "={price}*(1-{store_fee})*{payer_rate}", _CENTS),
        ("f_api", "API revenue, first month", "首月 API 收入", "{c}", "=API_REVENUE({api_in.first},{api_out.first},{api_price_in},{api_price_out})", "={api.first}", _WHOLE),
        ("f_tokens", "Tokens per monthly user", "每月活词元", "tokens/user/month", "=TOKENS_PER_USER({requests_day},{tokens_in},{tokens_out},{active_days})", "={requests_day}*({tokens_in}+{tokens_out})*{active_days}", _WHOLE),
        ("f_cost_in", "Cost of 1m input tokens", "百万输入词元成本", "{c}/1m_token", "=COST_PER_MTOK({gpu_hour},{tps_in},{utilisation})", "={cost_in}", _CENTS),
        ("f_cost_out", "Cost of 1m output tokens", "百万输出词元成本", "{c}/1m_token", "=COST_PER_MTOK({gpu_hour},{tps_out},{utilisation})", "={cost_out}", _CENTS),
        ("f_request", "Cost of one request", "单次请求成本", "{c}/request", "=COST_PER_REQUEST({tokens_in},{tokens_out},{f_cost_in},{f_cost_out})", "={cost_request}", "0.000000"),
        ("f_gpu", "GPU cost per monthly user", "每月活 GPU 成本", _PER_USER_MONTH, "=GPU_COST_PER_MAU({requests_day},{active_days},{f_request},{idle_factor})", "={gpu_per_mau}", _MILLS),
        ("f_contribution", "Contribution per monthly user", "每月活贡献", _PER_USER_MONTH, "=CONTRIBUTION({f_arpu},{f_gpu},{other_variable})", "={price}*(1-{store_fee})*{payer_rate}-{gpu_per_mau}-{other_variable}", _CENTS),
        ("f_ltv", "LTV, 24 months", "24 个月用户价值", "{c}/user", "=LTV({f_contribution},1,{churn},0,{Inputs:ltv_months})", "={f_contribution.twin}*(1-(1-{churn})^{Inputs:ltv_months})/{churn}", _CENTS),
        ("f_ltv_simple", "LTV without end (1/churn), memo", "用户价值（1/流失率）", "{c}/user", '=LTV({f_contribution},1,{churn},,,"simple")', "={f_contribution.twin}/{churn}", _CENTS),
        ("f_ltv_cac", "LTV over CAC", "LTV/CAC", "ratio", "=LTV_CAC({f_ltv},{f_cac_loaded})", "={f_ltv.twin}/{f_cac_loaded.twin}", _TIMES),
        ("f_payback", "Payback on contribution; #N/A: never", "回本周期（#N/A 为无法回本）", "months", "=PAYBACK({f_cac_loaded},{f_contribution},1)", "=IF({f_contribution.twin}<=0,NA(),{f_cac_loaded.twin}/{f_contribution.twin})", _ONE_DECIMAL),
        ("f_payback_churn", "Payback with churn; #N/A: never", "回本周期（计流失）", "months", '=PAYBACK({f_cac_loaded},{f_contribution},1,{churn},,"churn")', "=IF({f_contribution.twin}<={f_cac_loaded.twin}*{churn},NA(),LN(1-{f_cac_loaded.twin}*{churn}/{f_contribution.twin})/LN(1-{churn}))", _ONE_DECIMAL),
        ("f_burn", "Net burn, mean of three months", "净消耗三个月平均", _MONTHLY, "=BURN(AVERAGE({cash_out.first3}),AVERAGE({cash_in.first3}))", "={burn3}", _WHOLE),
        ("f_runway_static", "Runway at that burn; #N/A: no end", "静态跑道", "months", "=RUNWAY({free_cash},{f_burn})", "=IF({burn3}<=0,NA(),{free_cash}/{burn3})", _ONE_DECIMAL),
        ("f_runway", "Runway along the months; #N/A: beyond them", "按月跑道", "months", "=RUNWAY_PATH({free_cash},{free_burn.row})", "=IF(MIN({free_close.row})>=0,NA(),{funded.total})", _ONE_DECIMAL),
        ("f_escrow", "Runway with escrow at that burn; #N/A: no end", "含共管资金跑道", "months", "=RUNWAY_ESCROW({free_cash},{restricted_cash},{eligible3},{other3})",
         "=IF({eligible3}+{other3}<=0,NA(),IF({free_cash}*{eligible3}<{restricted_cash}*{other3},{free_cash}/{other3},({free_cash}+{restricted_cash})/({eligible3}+{other3})))", _ONE_DECIMAL),
    )
    return [
        Line(key, label, zh, unit, value, total=twin, agrees=True, look=Look.FUNCTION, number_format=number_format)
        for key, label, zh, unit, value, twin, number_format in rows
    ]
