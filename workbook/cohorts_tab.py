"""The sheet Cohorts: what becomes of the new users of each month, for the company chosen on the dashboard."""

# One line of the workbook a line of code.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.company import Company
from workbook.company_tab import tab_name
from workbook.plan import Block, Kind, Line, Look, Tab

NAME = "Cohorts"
MOST_COHORTS = 24


# fmt: off
def cohorts_tab(companies: Sequence[Company], months: int) -> Tab:
    """Retention by month, a row for each of the first cohorts, and what a new user brings by month."""
    count = min(MOST_COHORTS, months)
    return Tab(
        NAME, Kind.TIMELINE, "Cohorts", "同期群",
        "What becomes of the new users of each month. The company is picked on the Dashboard; nothing is typed here.",
        (
            Block("Company", "公司", tuple(_company())),
            Block("New users and how many of them stay", "新增用户与留存", tuple(_retention(companies))),
            Block(f"Active users by cohort: the first {count}", f"各期同期群活跃用户（前 {count} 期）", tuple(_triangle(count))),
            Block("The cohorts together", "同期群合计", tuple(_together(companies, count))),
            Block("Value of a new user, and when it has paid back", "新用户价值与回本", tuple(_value())),
        ),
        banner='={company}&CHOOSE({Cover:scenario},", base scenario",", bear scenario",", bull scenario")',
    )


def _company() -> Iterator[Line]:
    yield Line("company", "Company, as picked on the Dashboard", "公司（在仪表盘选择）", "name", "={Selected:company}", look=Look.LINK)
    yield Line("number", "Its place in the list", "列表序号", "number", "={Selected:number}", look=Look.LINK, number_format="0")


def _of(companies: Sequence[Company], key: str) -> str:
    """A line of the company chosen."""
    return f"=CHOOSE({{number}},{','.join(f'{{{tab_name(company)}:{key}}}' for company in companies)})"


def _retention(companies: Sequence[Company]) -> Iterator[Line]:
    yield Line("month", "Month of the model, or of a cohort's life", "模型月份（或同期群月龄）", "number", months="={Time:month}", look=Look.LINK, number_format="0")
    yield Line("new", "New users", "新增用户", "users", months=_of(companies, "new_total"), look=Look.LINK, number_format="#,##0", total="sum")
    yield Line("retention", "Share of a cohort active in its n-th month", "同期群第 n 月活跃占比", "ratio", months=_of(companies, "retention_m"), look=Look.LINK, number_format="0.0%")


def _triangle(count: int) -> Iterator[Line]:
    """A row a cohort: its month in the constant column, blank before it begins."""
    for n in range(1, count + 1):
        key = f"cohort_{n}"
        active = f"{{{key}.total}}*INDEX({{retention.todate}},{{month}}-{{{key}.value}}+1)"
        yield Line(
            key, f"New users of month {n}", f"第 {n} 月新增", "users", float(n), f'=IF({{month}}<{{{key}.value}},"",{active})',
            f"=INDEX({{new.row}},{{{key}.value}})", number_format="#,##0",
        )


def _together(companies: Sequence[Company], count: int) -> Iterator[Line]:
    first, last = "cohort_1", f"cohort_{count}"
    yield Line("together", "Active users of these cohorts", "上述同期群活跃用户", "users", months=f"=SUM({{{first}}}:{{{last}}})", number_format="#,##0")
    yield Line("cohort", "Active users of all cohorts, on the company's sheet", "公司页的同期群活跃用户", "users", months=_of(companies, "cohort"), look=Look.LINK, number_format="#,##0")
    yield Line(
        "difference", "Difference, 0 once there are later cohorts", "两者差额（之后为 0）", "users",
        "=MAX({difference.row})", f"=IF({{month}}>{{{last}.value}},0,ABS({{together}}-{{cohort}}))",
        "={Inputs:tolerance}*(1+MAX({cohort.row}))", look=Look.CHECK, number_format="0.00E+00",
    )


def _value() -> Iterator[Line]:
    yield Line("money", "Money, by the switch of the cover", "货币（由封面切换）", "name", "={Selected:shown}", look=Look.LINK)
    yield Line("cac", "CAC, loaded, first month", "全成本获客成本（首月）", "money/user", '=IF(ISNA({Selected:k_cac}),"",{Selected:k_cac})', look=Look.LINK, number_format="#,##0.00")
    yield Line("value", "Contribution to date of a new user (LTV by month)", "新用户累计贡献", "money/user", months="={Selected:v_value}", look=Look.LINK, number_format="#,##0.00")
    yield Line("left", "CAC not yet paid back; below 0: what is gained", "未回本金额（负数为盈余）", "money/user", months="=IF(ISNUMBER({cac}),{cac}-{value},\"\")", number_format="#,##0.00")
    yield Line("paid_back", "1 from the month in which the CAC is paid back", "回本后为 1", "flag", months="=IF(N({left})>0,0,IF(ISNUMBER({left}),1,0))", number_format="0")
    yield Line(
        "payback_month", "Month of a user's life in which that is", "回本月份", "months",
        '=IF(MAX({paid_back.row})=0,CHOOSE({Cover:language},"never","无法回本"),MATCH(1,{paid_back.row},0))', number_format="0",
    )
