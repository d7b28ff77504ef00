"""The sheet Glossary: every worksheet function and every other term of the workbook, in both languages."""

# A term a line of code.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.registry import Function, functions
from workbook.line_heights import height
from workbook.plan import Cell, Kind, Tab

NAME = "Glossary"
_SENTENCE = re.compile(r"(?<=[a-z0-9)%][.])\s+(?=[A-Z])")
_GROUPS_ZH = {
    "Acquisition": "获客", "Retention and audience": "留存与活跃", "Revenue": "收入", "Cost": "成本",
    "Unit economics": "单位经济", "Company cash": "公司现金", "Valuation": "估值", "Uncertainty": "不确定性",
    "Conventions": "约定",
}  # fmt: skip


class Term(NamedTuple):
    """A row of the glossary."""

    group: str
    metric: str
    metric_zh: str
    formula: str
    unit: str
    definition: str
    function: str = ""


# Terms of the tabs that are no function of ours.
TERMS = (
    Term("Acquisition", "New user", "新增用户", "installs * share that registers", "users", "Somebody who registers for the first time; an install alone is none"),
    Term("Acquisition", "Paid share", "付费获客占比", "paid installs / installs", "ratio", "Part of the new users whom advertising brought"),
    Term("Retention and audience", "Monthly active users (MAU)", "月活", "opening + new + came back - no longer active", "users", "Users active at least once in the month; here at the end of it"),
    Term("Retention and audience", "Daily active users (DAU)", "日活", "MAU * stickiness", "users", "Users active on a day, the mean of the month's days", "STICKINESS"),
    Term("Retention and audience", "Next-day retention (D1)", "次日留存", "active the next day / new", "ratio", "Part of those who came on a day that is active on the next; D7 and D30 likewise", "RETENTION"),
    Term("Retention and audience", "Cohort", "同期群", "", "users", "The new users of one month, followed through the later ones", "COHORT_ACTIVE"),
    Term("Retention and audience", "Churn", "流失率", "lost in the month / there at its start", "ratio", "Users lost a month; that of payers stands apart from it", "CHURN_CONVERT"),
    Term("Retention and audience", "Payer rate", "付费率", "payers / MAU", "ratio", "Part of the monthly users who pay for a plan"),
    Term("Revenue", "ARPU", "每月活收入", "consumer revenue / MAU", "money/user/month", "Average consumer revenue of a monthly user, whether paying or not", "ARPU_MAU"),
    Term("Revenue", "ARR", "年度经常性收入", "(subscriptions + API) * 12", "money", "The month's recurring revenue as if it lasted a year; no contracts, tips or advertising"),
    Term("Revenue", "Deferred revenue", "递延收入", "billed - earned so far", "money", "Yearly plans that are paid and not yet served"),
    Term("Revenue", "Private deployment", "私有化部署", "deals * price by stage", "money", "A model installed at a customer's: part is invoiced on signing, the rest on acceptance", "DEAL_MARGIN"),
    Term("Cost", "Gross margin on inference", "推理毛利率", "1 - GPU cost / revenue", "ratio", "What serving the models leaves of revenue; training, staff and advertising are not in it"),
    Term("Cost", "Peak factor", "峰值系数", "load at the peak / average load", "ratio", "How far the busiest time lies above the mean: it decides how many GPUs are paid for", "GPUS_NEEDED"),
    Term("Cost", "Utilisation", "利用率", "GPUs in use / GPUs paid for", "ratio", "Two readings: what a GPU may carry at the peak is an assumption, the mean over the month a result", "IDLE_COST"),
    Term("Cost", "Training spread", "训练分摊", "cost of runs / months in use", "money", "For the cost of a user only: cash and result bear a run when it is paid", "TRAIN_AMORT"),
    Term("Unit economics", "CAC, paid", "付费获客成本", "media / paid new users", "money/user", "What a user costs whom advertising brought", "CAC"),
    Term("Unit economics", "CAC, loaded", "全成本获客成本", "(media + other sales and marketing) / all new users", "money/user", "The headline: all sales and marketing over all new users", "CAC"),
    Term("Unit economics", "LTV, 24 months", "24 个月用户价值", "contribution * (1 - (1 - churn)^24) / churn", "money/user", "The headline: contribution of a new user over 24 months, without discount", "LTV"),
    Term("Company cash", "DSO", "应收账款周转天数", "receivables / revenue * days", "days", "Days until business customers pay their invoices", "TOB_CASH"),
    Term("Company cash", "DPO", "应付账款周转天数", "payables / bills * days", "days", "Days until media, agencies and delivery are paid"),
    Term("Company cash", "Free cash", "自由现金", "", "money", "Cash that may be spent on anything; below zero it is the gap to fund"),
    Term("Company cash", "Escrow (restricted cash)", "共管资金（受限现金）", "", "money", "Money of a round that may be spent with one cloud vendor only", "RUNWAY_ESCROW"),
    Term("Company cash", "Stranded cash", "滞留资金", "escrow in the month free cash ends", "money", "What is left in escrow when free cash has run out, and pays no salary"),
    Term("Company cash", "Naive runway", "名义跑道", "(free + restricted cash) / net burn", "months", "Runway as if all cash could be spent on anything; too long where there is escrow", "RUNWAY"),
    Term("Company cash", "Gross burn", "总消耗", "cash paid + GPUs bought", "money/month", "All that goes out in a month, before receipts", "BURN"),
    Term("Company cash", "Cash corkscrew", "现金滚动表", "opening + in - out = closing", "money", "A balance rolled from month to month; free and restricted cash have one each"),
    Term("Conventions", "Reported (R)", "公司披露（R）", "", "", "A figure the company or its officers gave"),
    Term("Conventions", "Third party (T)", "第三方（T）", "", "", "Estimated or measured by somebody else: trackers, analysts, media"),
    Term("Conventions", "Derived (D)", "推算（D）", "", "", "Worked out from figures that are reported or by third parties"),
    Term("Conventions", "Anecdotal (A)", "传闻（A）", "", "", "Told by a single person or unnamed one; amber"),
    Term("Conventions", "Illustrative (I)", "示例（I）", "", "", "No source: a figure of ours that shows how the model works; a result is I as soon as one figure behind it is"),
    Term("Conventions", "Disputed", "有争议", "", "", "Somebody with knowledge of it contradicts the figure; amber"),
    Term("Conventions", "Just under, just over", "不到、超过", "", "", "Kept as the round number and named a bound in the note"),
    Term("Conventions", "Several", "几", "2 to 9 of the unit", "", "Kept as a range, low several (小几) as 2 to 4; more than ten as 10"),
    Term("Conventions", "万, 亿", "万、亿", "10^4, 10^8", "", "Shown by number format alone where the language is Chinese; k, M and bn where it is English"),
)  # fmt: skip


_METRIC, _METRIC_ZH, _FORMULA, _UNIT, _DEFINITION, _FUNCTION = range(1, 7)
_COLUMNS = (
    (_METRIC, "Metric", 42), (_METRIC_ZH, "中文", 34), (_FORMULA, "Formula 公式", 52), (_UNIT, "Unit 单位", 19),
    (_DEFINITION, "Definition 定义", 64), (_FUNCTION, "Function 函数", 22),
)  # fmt: skip
_HEADER_ROW = 5


def glossary_tab(chinese: Mapping[str, str]) -> Tab:
    """All terms in their groups; `chinese` says what each function gives, in Chinese, where that is known."""
    terms = (*_functions(chinese), *TERMS)
    cells = [Cell(_HEADER_ROW, column, header, style="header") for column, header, _ in _COLUMNS]
    heights: list[tuple[int, float]] = []
    row = _HEADER_ROW
    for group, group_zh in _GROUPS_ZH.items():
        row += 2
        cells += [Cell(row, column, None, style="block") for column, *_ in _COLUMNS[2:]]
        cells += [Cell(row, _METRIC, group, style="block"), Cell(row, _METRIC_ZH, group_zh, style="block")]
        for term in (term for term in terms if term.group == group):
            row += 1
            cells += _cells(row, term)
            heights.append((row, height(term[1:], [width for *_, width in _COLUMNS])))
    return Tab(
        NAME, Kind.GRID, "Glossary", "术语",
        "Metrics, terms and conventions, each with its formula, its unit, and the worksheet function where there is one.",
        cells=tuple(cells), widths=tuple((column, width) for column, _, width in _COLUMNS), heights=tuple(heights),
        freeze="B6",
    )  # fmt: skip


def _cells(row: int, term: Term) -> Iterator[Cell]:
    for (column, _, _), text in zip(_COLUMNS, term[1:], strict=True):
        style = "zh in lines" if column == _METRIC_ZH else "text in lines"
        yield Cell(row, column, text or None, style=style)


def _functions(chinese: Mapping[str, str]) -> Iterator[Term]:
    for name, one in functions().items():
        yield Term(
            one.group, one.summary.rstrip("."), chinese.get(name, "").rstrip("。"), one.formula,
            str(one.returns), _first_sentence(one), name,
        )  # fmt: skip


def _first_sentence(one: Function) -> str:
    """The default in a sentence: the first of the function's convention."""
    words = " ".join((one.convention or one.summary).split())
    return _SENTENCE.split(words, maxsplit=1)[0].rstrip(".")
