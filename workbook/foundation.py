"""The sheets that hold figures: inputs, facts, typed actuals, the time axis, and the sources."""

# One line of the workbook a line of code.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Sequence

from engine.company import Company, Figure
from engine.drivers import BLOCKS, DRIVERS
from engine.lines import ACTUALS, LINES
from engine.settings import SETTINGS
from workbook import templates
from workbook.companies import default_fx
from workbook.company_tab import tab_name
from workbook.plan import Block, Column, Kind, Line, Look, Tab

BLOCK_ZH = {
    "Acquisition": "获客", "Retention and audience": "留存与活跃", "Revenue": "收入", "Usage and compute": "用量与算力",
    "Other cost": "其他成本", "Working capital": "营运资金", "Cash": "现金", "Company metrics": "公司指标",
}  # fmt: skip


# fmt: off
def inputs_tab(companies: Sequence[Company], months: int, began: float) -> Tab:
    """Every assumption: three scenarios, the live one, and where each figure comes from."""
    fx, fx_note = default_fx()
    settings = (
        Line("start", "First month of the timeline", "起始月份", "date", began, number_format="yyyy-mm-dd", look=Look.INPUT,
             note="Set when the workbook is made; every date follows from it"),
        Line("months", "Months on the timeline", "月份数", "months", float(months), number_format="0",
             note="The number of monthly columns; a change here does not add columns"),
        Line("scenario_live", "Scenario in use", "当前情景", "number", "={Cover:scenario}", look=Look.LINK, number_format="0",
             note="Set on the cover: 1 base, 2 bear, 3 bull"),
        Line("fx", "CNY for one USD", "美元兑人民币", "CNY/USD", fx, number_format="0.0000", note=f"illustrative · {fx_note}", look=Look.INPUT),
        Line("error_name", "Number of #NAME? among errors", "#NAME? 的错误编号", "number", 5.0, number_format="0", look=Look.INPUT,
             note="Constant: what ERROR.TYPE gives where a program does not know a function"),
        *(
            Line(key, one.label, one.label_zh, one.unit, one.value, number_format=one.number_format, note=one.note, look=Look.INPUT)
            for key, one in SETTINGS.items()
        ),
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


def actuals_tab(companies: Sequence[Company], months: int) -> Tab:
    """What has happened: typed months that replace the forecast, blank until somebody fills them."""
    blank = (None,) * months
    rates = (Line("fx", "CNY for one USD, by month; blank: the rate of Inputs", "美元兑人民币（按月）", "CNY/USD", typed=blank, look=Look.INPUT, number_format="0.0000", note="fx"),)
    blocks = [Block("Exchange rate", "汇率", rates)]
    blocks += [Block(tab_name(company), company.product, tuple(_actuals(company, blank))) for company in companies]
    return Tab(
        "Actuals", Kind.TIMELINE, "Actuals", "实际数",
        "A typed month replaces the forecast of its line, up to the last month of actuals; a blank cell leaves the forecast.",
        tuple(blocks),
    )  # fmt: skip


def _actuals(company: Company, blank: tuple[None, ...]) -> list[Line]:
    until = Line(f"{company.prefix}_until", "Last month of actuals; 0 for none", "实际数截至月份（0 为无）", "months", 0.0, look=Look.INPUT, number_format="0", note="until")
    return [
        until,
        *(
            Line(f"{company.prefix}_{name}", LINES[key].label, LINES[key].label_zh, LINES[key].unit.text(company.currency),
                 typed=blank, look=Look.INPUT, number_format=LINES[key].unit.number_format, note=name)
            for name, key in ACTUALS.items()
        ),
    ]  # fmt: skip


def time_tab() -> Tab:
    """The one time axis of the workbook."""
    lines = (
        Line("month", "Month of the model", "模型月份", "number", months="=N({month.prev})+1", number_format="0"),
        Line("month_end", "Month end", "月末", "date", months="=EOMONTH({Inputs:start},{month}-1)", number_format="yyyy-mm-dd"),
        Line("days", "Days in the month", "当月天数", "days", months="=DAY({month_end})", number_format="0"),
        Line("year", "Year", "年份", "number", months="=YEAR({month_end})", number_format="0"),
        Line("quarter", "Quarter", "季度", "number", months="=INT((MONTH({month_end})-1)*{Inputs:quarters_year}/{Inputs:months_year})+1", number_format="0"),
        Line("fx_m", "CNY for one USD: typed month, else the rate of Inputs", "美元兑人民币（按月）", "CNY/USD", months="=IF(ISNUMBER({Actuals:fx}),{Actuals:fx},{Inputs:fx})", number_format="0.0000"),
    )  # fmt: skip
    return Tab("Time", Kind.TIMELINE, "Time", "时间轴", "The months of every sheet, and the exchange rate by month.", (Block("Time", "时间", lines),))


def facts_tab() -> Tab:
    """Every sourced figure as a table; its records go by their ids in small letters."""
    columns = (
        Column("fact_id", 9, key="id"), Column("company", 44), Column("product", 36), Column("metric", 34),
        Column("value", 16, "#,##0.####", key="value"), Column("to", 16, "#,##0.####", key="to"), Column("unit", 20), Column("period", 26),
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
    return Tab("Facts", Kind.TABLE, "Facts", "事实", purpose, columns=columns, records=records, keys=tuple(map(fact_key, templates.facts())))


def fact_key(fact_id: str) -> str:
    """What a reference calls a fact: f000_10 for F000-10."""
    return fact_id.lower().replace("-", "_")
