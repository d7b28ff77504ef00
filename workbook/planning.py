"""The whole workbook as a plan: cover, inputs, facts, a tab for each company, checks, sources."""

# One line of the workbook a line of code.
# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from engine.company import Company, Figure, Scenario
from engine.drivers import BLOCKS, DRIVERS
from engine.errors import InputError
from engine.timeline import first_day
from workbook import templates
from workbook.companies import default_fx
from workbook.company_tab import BLOCK_ZH, company_names, company_tab, tab_name
from workbook.plan import Block, Column, Kind, Line, Look, Name, Plan, Tab

FEWEST_MONTHS, MOST_MONTHS = 12, 120
_EPOCH = dt.date(1899, 12, 30)


def plan(
    companies: Sequence[Company],
    *,
    months: int = 60,
    start: str = "2024-01",
    scenario: Scenario = Scenario.BASE,
) -> Plan:
    """Plan a workbook for these companies; an `InputError` says what cannot be planned."""
    if not companies:
        raise InputError("name at least one company for the workbook")
    if not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise InputError(f"a workbook has {FEWEST_MONTHS} to {MOST_MONTHS} months, not {months}")
    _refuse_twins(companies)
    began = float((first_day(start) - _EPOCH).days)
    company_tabs = tuple(company_tab(company) for company in companies)
    checks = _checks_tab(companies)
    tabs = (_inputs_tab(companies, months, began), _facts_tab(), *company_tabs, checks, _sources_tab())
    cover = _cover_tab((*tabs,), scenario)
    names = [
        Name("scenario", "Cover", "scenario", "1 base, 2 bear, 3 bull"),
        Name("fx_cny_per_usd", "Inputs", "fx", "CNY for one USD"),
        Name("master_check", "Checks", "master", "1 when every check holds"),
    ]
    for company in companies:
        names += company_names(company)
    return Plan((cover, *tabs), tuple(names), tuple(companies), months, start)


def _refuse_twins(companies: Sequence[Company]) -> None:
    """No two companies may share their defined names or their tab."""
    tabs: dict[str, Company] = {}
    for company in companies:
        other = tabs.setdefault(tab_name(company).lower(), company)
        if other is not company and other.prefix != company.prefix:
            raise InputError(f"{other.id} and {company.id} would share the tab {tab_name(company)}")
    prefixes = [company.prefix for company in companies]
    twice = next((company.id for company in companies if prefixes.count(company.prefix) > 1), None)
    if twice is not None:
        raise InputError(f"the company {twice} is given twice; a workbook holds each once")


# fmt: off
def _inputs_tab(companies: Sequence[Company], months: int, began: float) -> Tab:
    fx, fx_note = default_fx()
    settings = (
        Line("start", "First month of the timeline", "起始月份", "date", began, number_format="yyyy-mm-dd", look=Look.INPUT),
        Line("months", "Months on the timeline", "月份数", "months", float(months), number_format="0",
             note="The number of monthly columns; a change here does not add columns"),
        Line("scenario_live", "Scenario in use", "当前情景", "number", "={Cover:scenario}", look=Look.LINK, number_format="0",
             note="Set on the cover: 1 base, 2 bear, 3 bull"),
        Line("fx", "CNY for one USD", "美元兑人民币", "CNY/USD", fx, number_format="0.0000", note=f"illustrative · {fx_note}", look=Look.INPUT),
        Line("ltv_months", "Horizon of the headline LTV", "LTV 期限", "months", 24.0, number_format="0", note="Convention: 24 months, no discount", look=Look.INPUT),
        Line("days_month", "Days a month counts for activity", "活跃口径天数", "days", 30.0, number_format="0", note="Convention: DAU/MAU times 30 gives active days", look=Look.INPUT),
        Line("million", "Tokens a price is for", "计价词元数", "tokens", 1e6, number_format="#,##0", note="Convention: prices are per 1,000,000 tokens", look=Look.INPUT),
        Line("seconds_hour", "Seconds in an hour", "每小时秒数", "seconds", 3600.0, number_format="#,##0", note="Constant", look=Look.INPUT),
    )  # fmt: skip
    blocks = [Block("Settings for all companies", "全局设置", settings)]
    for company in companies:
        for block in BLOCKS:
            lines = tuple(
                _input(company, company.figures[key]) for key, driver in DRIVERS.items() if driver.block == block
            )
            blocks.append(Block(f"{tab_name(company)}: {block.lower()}", f"{tab_name(company)}：{BLOCK_ZH[block]}", lines))
    return Tab(
        "Inputs", Kind.INPUTS, "Inputs", "输入",
        "Every assumption: three scenarios, the live one, and where each figure comes from.", tuple(blocks),
    )  # fmt: skip


def _input(company: Company, figure: Figure) -> Line:
    driver = figure.driver
    cited = [templates.facts()[fact_id] for fact_id in figure.fact_ids]
    source = figure.source or "; ".join(dict.fromkeys(fact.source_id for fact in cited))
    currency = figure.unit.currency or company.currency
    return Line(
        f"{company.prefix}_{driver.key}", driver.label, driver.label_zh, driver.unit.text(currency),
        look=Look.INPUT, number_format=driver.number_format, note=" · ".join(filter(None, (figure.note, source))),
        figure=figure,
    )  # fmt: skip


def _facts_tab() -> Tab:
    columns = (
        Column("fact_id", 9), Column("company", 44), Column("product", 36), Column("metric", 34),
        Column("value", 16, "#,##0.####"), Column("to", 16, "#,##0.####"), Column("unit", 20), Column("period", 26),
        Column("basis", 13), Column("disputed", 11), Column("source_id", 22), Column("note", 110),
    )  # fmt: skip
    records = tuple(
        (
            f.id, f.company, f.product, f.metric, f.value, f.value_high, f.unit, f.period,
            f.basis.value, "disputed" if f.disputed else None, f.source_id, f.note,
        )
        for f in templates.facts().values()
    )  # fmt: skip
    purpose = "Every sourced figure, in its own unit and currency. Inputs cite the fact_id."
    return Tab("Facts", Kind.TABLE, "Facts", "事实", purpose, columns=columns, records=records)


def _sources_tab() -> Tab:
    columns = (
        Column("source_id", 22), Column("title", 74), Column("author", 12), Column("publisher", 36),
        Column("date", 12), Column("note", 80),
    )  # fmt: skip
    records = tuple(
        (s.id, s.title, s.author or None, s.publisher, s.date or None, s.note) for s in templates.sources().values()
    )
    return Tab("Sources", Kind.TABLE, "Sources", "来源", "What the facts were read in.", columns=columns, records=records)


def _checks_tab(companies: Sequence[Company]) -> Tab:
    blocks = [
        Block(
            "All companies", "全部公司",
            (
                Line("fx_positive", "The exchange rate is above zero", "汇率为正", value="=IF({Inputs:fx}>0,1,0)", look=Look.CHECK),
                Line("scenario_known", "The scenario is 1, 2 or 3", "情景在 1 到 3 之间",
                     value="=IF(ISNUMBER(MATCH({Cover:scenario},{Cover:scenario_base}:{Cover:scenario_bull},0)),1,0)", look=Look.CHECK),
                Line("timeline", "The timeline has as many columns as the setting says", "月份列数一致",
                     value=f"=IF(MAX({{{tab_name(companies[0])}:month.row}})={{Inputs:months}},1,0)", look=Look.CHECK),
            ),
        )
    ]  # fmt: skip
    blocks += [
        Block(tab_name(company), company.product, tuple(_company_checks(company, tab_name(company))))
        for company in companies
    ]
    all_lines = [line.key for block in blocks for line in block.lines]
    first, last = all_lines[0], all_lines[-1]
    master = Line("master", "Master check: every check holds", "总校验", value=f"=MIN({{{first}}}:{{{last}}})", look=Look.CHECK)
    return Tab(
        "Checks", Kind.CHECKS, "Checks", "校验", "1 where a check holds, 0 where it does not.",
        (Block("Master check", "总校验", (master,)), *blocks),
    )  # fmt: skip


def _company_checks(company: Company, tab: str) -> Iterator[Line]:
    def ref(text: str) -> str:
        return re.sub(r"\{(?!Inputs:)", f"{{{tab}:", text)

    rows = (
        ("cash_closes", "Free and restricted cash: opening less burn is closing", "现金滚动闭合",
         "=IF(ABS({free_cash}+{restricted_cash}-SUM({net_burn.row})-{free_close.last}-{escrow_close.last})<=1E-9*(1+ABS({free_cash})+SUM({cash_out.row})),1,0)"),
        ("uses", "Revenue streams add up to cash received", "收入分项合计一致",
         "=IF(ABS(SUM({subscription.row})+SUM({api.row})+SUM({other.row})-SUM({cash_in.row}))<=1E-9*(1+SUM({cash_in.row})),1,0)"),
        ("mau_closes", "Monthly users: opening, new and lost give closing", "月活滚动闭合",
         "=IF(ABS({opening_mau}+SUM({mau_new.row})-SUM({mau_lost.row})-{mau.last})<=1E-9*(1+{opening_mau}+SUM({mau_new.row})),1,0)"),
        ("cohort_starts", "Cohort users of month 1 are its new users", "首月同期群等于新增",
         "=IF(ABS({cohort.first}-{new_total.first})<=1E-9*(1+{new_total.first}),1,0)"),
        ("retention_falls", "Retention lies between 0 and 1 and does not rise", "留存在 0 到 1 之间且不上升",
         "=IF(AND(MAX({retention_m.row})<=1,MIN({retention_m.row})>=0,SUMPRODUCT(--({retention_m.tail}>{retention_m.head}))=0),1,0)"),
        ("lost_positive", "No month loses a negative number of users", "流失不为负", "=IF(MIN({mau_lost.row})>=-0.5,1,0)"),
        ("dau_below", "Daily users are at most monthly users", "日活不超过月活", "=IF(SUMPRODUCT(--({dau.row}>{mau.row}))=0,1,0)"),
        ("payers_below", "Payers are at most monthly users", "付费用户不超过月活", "=IF(SUMPRODUCT(--({payers.row}>{mau.row}))=0,1,0)"),
        ("draw_eligible", "The escrow pays no more than eligible GPU cost, and never runs below zero", "共管支付不超过可付算力且余额不为负",
         "=IF(AND(SUMPRODUCT(--({escrow_draw.row}>{compute.row}*{escrow_share}))=0,MIN({escrow_close.row})>=0),1,0)"),
        ("utilised", "Utilisation is at most 1", "利用率不超过 1", "=IF({utilisation}<=1,1,0)"),
        ("functions_agree", "Every function equals its plain Excel twin", "函数与公式一致", "=IF(MIN({f_cpa.agrees}:{f_escrow.agrees})=1,1,0)"),
        ("no_errors", "No error cell but #N/A among payback and runway", "除回本与跑道的 #N/A 外无错误",
         "=IF(SUMPRODUCT(--ISERROR({all}))=SUMPRODUCT(--ISNA({h_payback}:{h_payback_margin}))+SUMPRODUCT(--ISNA({h_runway}))+SUMPRODUCT(--ISNA({f_payback}:{f_payback_churn.twin}))+SUMPRODUCT(--ISNA({f_runway_static}:{f_escrow.twin})),1,0)"),
    )  # fmt: skip
    for key, label, zh, formula in rows:
        yield Line(f"{company.prefix}_{key}", label, zh, value=ref(formula), look=Look.CHECK)


def _cover_tab(tabs: Sequence[Tab], scenario: Scenario) -> Tab:
    listed = tuple(
        Line(f"scenario_{s.value}", f"{s.number} = {s.value}", {"base": "基准", "bear": "悲观", "bull": "乐观"}[s.value], "",
             float(s.number), number_format="0")
        for s in Scenario
    )  # fmt: skip
    control = (
        Line("scenario", "Scenario: type 1, 2 or 3", "情景", "", float(scenario.number), look=Look.INPUT, number_format="0"),
        *listed,
        Line("fx_used", "CNY for one USD", "美元兑人民币", "CNY/USD", "={Inputs:fx}", look=Look.LINK, number_format="0.0000"),
        Line("master_shown", "Master check: 1 when every check holds", "总校验", value="={Checks:master}", look=Look.CHECK),
    )  # fmt: skip
    legend = (
        Line("legend_input", "Typed figure", "手工输入", look=Look.INPUT, value="blue on yellow"),
        Line("legend_formula", "Worked out", "公式", look=Look.FORMULA, value="black"),
        Line("legend_link", "From another sheet", "跨表引用", look=Look.LINK, value="green"),
        Line("legend_function", "By a unitsheet function, with a plain Excel twin beside it", "函数（旁附公式）", look=Look.FUNCTION, value="purple"),
    )  # fmt: skip
    index = tuple(
        Line(f"tab_{n}", tab.name, tab.title_zh, look=Look.TEXT, value=tab.title, note=tab.purpose)
        for n, tab in enumerate(tabs)
    )
    return Tab(
        "Cover", Kind.COVER, "Unit economics of LLM products", "大模型产品单位经济",
        "Monthly model with three scenarios; every sourced figure cites its fact, every other one says illustrative.",
        (
            Block("Control", "控制", control),
            Block("Colours", "颜色", legend),
            Block("Sheets", "目录", index),
        ),
    )  # fmt: skip
