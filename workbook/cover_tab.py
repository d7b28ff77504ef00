"""The cover: what the workbook is, its switches, its colours, and the sheets with links."""

# One line of the workbook a line of code.
# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from importlib.metadata import version

from engine.company import Scenario
from workbook.plan import Block, Kind, Line, Look, Tab

SCENARIO_ZH = {Scenario.BASE: "基准", Scenario.BEAR: "悲观", Scenario.BULL: "乐观"}


# fmt: off
def cover_tab(tabs: Sequence[Tab], scenario: Scenario, as_of: dt.date) -> Tab:
    """Switches, colours, and an index of the sheets."""
    about = (
        Line("made_by", "Made by", "制作", look=Look.TEXT, value=f"unitsheet {version('unitsheet')}"),
        Line("as_of", "As of", "截至", "", _serial(as_of), look=Look.FORMULA, number_format="yyyy-mm-dd", note="The day on which this workbook was made; sourced figures have their own dates"),
    )
    switches = (
        Line("scenario", "Scenario: 1 base, 2 bear, 3 bull", "情景：1 基准，2 悲观，3 乐观", "", float(scenario.number), look=Look.INPUT, number_format="0",
             note="Moves every company. Bear is not all worst: each assumption says on Inputs what its columns stand for"),
        Line("currency", "Money on Compare and Dashboard: 1 CNY, 2 USD", "货币：1 人民币，2 美元", "", 1.0, look=Look.INPUT, number_format="0",
             note="Company tabs stay in the company's own currency"),
        Line("language", "Language of Compare and Dashboard: 1 English, 2 Chinese", "语言：1 英文，2 中文", "", 1.0, look=Look.INPUT, number_format="0",
             note="Other sheets have both side by side; either column folds away by the mark above it"),
        Line("fx_used", "CNY for one USD", "美元兑人民币", "CNY/USD", "={Inputs:fx}", look=Look.LINK, number_format="0.0000", note="Typed on Inputs, by month on Actuals; nothing is inferred from articles"),
        Line("master_shown", "Master check: 1 when every check holds", "总校验", value="={Checks:master}", look=Look.CHECK, number_format="0"),
    )
    scenarios = tuple(
        Line(f"scenario_{s.value}", s.value.capitalize(), SCENARIO_ZH[s], "", float(s.number), number_format="0") for s in Scenario
    )
    legend = (
        Line("legend_input", "Typed figure", "手工输入", look=Look.INPUT, value="blue on yellow"),
        Line("legend_amber", "Typed figure, disputed or hearsay", "有争议或传闻", look=Look.INPUT, value="blue on amber", amber=True),
        Line("legend_formula", "Worked out", "公式", look=Look.FORMULA, value="black"),
        Line("legend_link", "From another sheet", "跨表引用", look=Look.LINK, value="green"),
        Line("legend_function", "By a unitsheet function, with a plain Excel twin beside it", "函数（旁附公式）", look=Look.FUNCTION, value="purple"),
        Line("legend_pasted", "Written when the workbook was made, not live", "生成时写入，不随模型变动", look=Look.PASTED, value="brown on grey"),
        Line("legend_illustrative", "On Compare: nothing but illustrations behind it", "对比页：仅为示例", look=Look.ILLUSTRATIVE, value="grey italics"),
        Line("legend_live", "Live scenario and headlines", "当前情景与核心指标", look=Look.HEADLINE, value="bold on blue"),
    )
    index = tuple(
        Line(f"tab_{n}", tab.name, tab.title_zh, look=Look.TEXT, value=tab.title, note=tab.purpose, link=tab.name) for n, tab in enumerate(tabs)
    )
    return Tab(
        "Cover", Kind.COVER, "Unit economics of LLM products", "大模型产品单位经济",
        "Monthly model with three scenarios; every sourced figure cites its fact, every other one says illustrative.",
        (
            Block("About", "关于", about),
            Block("Switches", "开关", switches),
            Block("Scenarios", "情景", scenarios),
            Block("Colours", "颜色", legend),
            Block("Sheets", "目录", index),
        ),
    )  # fmt: skip


def _serial(day: dt.date) -> float:
    return float((day - dt.date(1899, 12, 30)).days)
