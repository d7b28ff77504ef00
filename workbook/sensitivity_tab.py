"""How far each company's figures move: tornado, two-way grid, and draws, written when the workbook is made."""

# One line of the workbook a line of code.
# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

from engine.company import Company
from engine.metrics import METRICS
from engine.sensitivity import CASH_MONTH, DRAWS, PERCENTILES, SEED, STEPS, Sensitivity, Swing, sensitivity
from workbook.company_tab import tab_name
from workbook.default_figures import default_fx
from workbook.plan import Cell, Kind, Look, Tab

RANKS = 10
_FIRST_ROW = 13
_GAP = 3
_DIGITS = 10
_UNITS = {"runway": ("months", "个月"), "ltv_cac": ("times", "倍"), "net_burn": ("a month", "每月")}
_WIDTHS = ((1, 5), (2, 15), (3, 46), (4, 26), *((n, 14.5) for n in range(5, 15)), (15, 34), (16, 24))
_FORMATS = {"runway": "0.0", "ltv_cac": "0.00", "net_burn": "#,##0"}
_HOW = (
    "Every figure starts from the base scenario, in the company's own currency; a runway that does not end within the months counts as the months.",
    "Tornado: one assumption at a time at its bear and bull figure, the others at base; of the runway, or of LTV over CAC where the base has no end of its cash. Sorted by swing.",
    f"Draws: {DRAWS:,} draws, seed {SEED}; every assumption with a bear/bull spread is drawn on its own from a triangle between its ends with the base as its mode, without correlation.",
    f"Two-way grid: LTV over CAC with the cost per install and the churn at {', '.join(f'{step:.0%}' for step in STEPS)} of base.",
    "口径：均从基准情景出发，金额为公司记账货币。龙卷风图逐一变动单个假设；抽样采用三角分布（悲观—基准—乐观），固定种子；双向表变动单次安装成本与流失率。",
)


# fmt: off
def sensitivity_tab(companies: Sequence[Company], months: int, as_of: dt.date) -> Tab:
    """Percentiles of all companies, then their tornados, then their grids."""
    fx, _ = default_fx()
    found = [sensitivity(company, fx, months) for company in companies]
    draws = _FIRST_ROW
    swings = draws + 2 * (len(companies) + _GAP)
    grids = swings + len(companies) * RANKS + _GAP
    cells = [
        Cell(3, 1, f"Worked out on {as_of:%Y-%m-%d} with the figures of Inputs of that day; a change of Inputs does not change this sheet.", style="subtitle"),
        *(Cell(4 + n, 1, text, style="subtitle") for n, text in enumerate(_HOW)),
        *_draws(draws, companies, found, months),
        *_tornados(swings, companies, found),
        *_grids(grids, companies, found),
    ]
    return Tab(
        "Sensitivity", Kind.GRID, "Sensitivity", "敏感性",
        "Which assumptions matter, how CAC and churn work together, and how wide the outcome spreads.",
        cells=tuple(cells), widths=_WIDTHS,
    )  # fmt: skip


def _titled(row: int, title: str, headers: Sequence[str], numbers: range) -> Iterator[Cell]:
    yield Cell(row - 2, 1, title, style="block")
    for column in range(2, len(headers) + 1):
        yield Cell(row - 2, column, None, style="block")
    for column, header in enumerate(headers, start=1):
        yield Cell(row - 1, column, header, style="number header" if column in numbers else "header")


def _pasted(row: int, column: int, value: float, number_format: str, key: str = "") -> Cell:
    known = float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    return Cell(row, column, known, key, look=Look.PASTED, number_format=number_format)


def _named(row: int, company: Company, n: int) -> Iterator[Cell]:
    yield Cell(row, 1, n + 1.0, look=Look.PASTED, number_format="0")
    yield Cell(row, 2, tab_name(company), style="label")


# Draws

def _draws(top: int, companies: Sequence[Company], found: Sequence[Sensitivity], months: int) -> Iterator[Cell]:
    """Two tables, one below the other: runway, with the share that has no end, and cash."""
    month = min(CASH_MONTH, months)
    tables = (
        ("runway", f"Draws: runway in months, and the share whose cash outlasts {months} months · 抽样：跑道（月）与超出预测期的占比", "Outlasting", "0.0"),
        ("cash", f"Draws: free cash at the end of month {month} · 抽样：第 {month} 月末自由现金", "", "#,##0"),
    )
    for name, title, share, number_format in tables:
        headers = ["", "Company", "Money in", share, *(f"P{percentile}" for percentile in PERCENTILES)]
        yield from _titled(top, title, headers, range(4, len(headers) + 1))
        for n, (company, one) in enumerate(zip(companies, found, strict=True)):
            yield from _named(top + n, company, n)
            yield Cell(top + n, 3, company.currency, style="unit")
            if share:
                yield _pasted(top + n, 4, one.spread.lasting, "0%", f"lasting_{company.prefix}")
            for m, percentile in enumerate(PERCENTILES):
                key = f"{name}_p{percentile}_{company.prefix}"
                yield _pasted(top + n, 5 + m, getattr(one.spread, name)[m], number_format, key)
        top += len(companies) + _GAP


def drawn(name: str, companies: Sequence[Company]) -> str:
    """The formula of the plan for a column of the draws: `lasting`, `runway_p10`, `cash_p90`."""
    return _column(name, companies[0].prefix, companies[-1].prefix)


def _column(name: str, first: str, last: str) -> str:
    return f"{{Sensitivity:{name}_{first}}}:{{Sensitivity:{name}_{last}}}"


# Tornados

_SWING = (
    ("company", "", "0"), ("name", "Company", ""), ("driver", "Assumption", ""), ("driver_zh", "假设", ""), ("unit", "Unit", ""),
    ("bear", "At bear", ""), ("bull", "At bull", ""), ("base", "Result at base", ""), ("at_bear", "Result at bear", ""),
    ("at_bull", "Result at bull", ""), ("swing", "Swing", ""), ("money", "Is money", "0"), ("of_unit", "In", ""), ("of_unit_zh", "单位", ""),
    ("measured", "Of", ""), ("measured_zh", "指标", ""),
)  # fmt: skip


def _tornados(top: int, companies: Sequence[Company], found: Sequence[Sensitivity]) -> Iterator[Cell]:
    title = f"Tornado: the {RANKS} assumptions that move most · 龙卷风：影响最大的 {RANKS} 项假设"
    yield from _titled(top, title, [header for _, header, _ in _SWING], range(6, 13))
    for n, (company, one) in enumerate(zip(companies, found, strict=True)):
        for rank in range(RANKS):
            row = top + n * RANKS + rank
            swing = one.tornado.swings[rank] if rank < len(one.tornado.swings) else None
            last = n == len(companies) - 1 and rank == RANKS - 1
            end = "top" if n == rank == 0 else "end" if last else ""
            yield from _swing(row, company, n, one, swing, end)


def _swing(row: int, company: Company, n: int, one: Sensitivity, swing: Swing | None, end: str) -> Iterator[Cell]:
    tornado = one.tornado
    measure = METRICS[tornado.measured]
    unit = swing.driver.unit.text(company.currency) if swing else None
    shape = swing.driver.number_format if swing else ""
    result = _FORMATS[tornado.measured]
    values: tuple[tuple[str | float | None, str], ...] = (
        (n + 1.0, "0"), (tab_name(company), ""),
        (swing.driver.label if swing else None, ""), (swing.driver.label_zh if swing else None, ""), (unit, ""),
        (swing.bear if swing else None, shape), (swing.bull if swing else None, shape),
        (tornado.base, result), (swing.at_bear if swing else None, result), (swing.at_bull if swing else None, result),
        (swing.size if swing else None, result), (1.0 if tornado.measured == "net_burn" else 0.0, "0"),
        *((word, "") for word in _UNITS[tornado.measured]), (measure.label, ""), (measure.label_zh, ""),
    )  # fmt: skip
    for column, ((key, _, _), (value, number_format)) in enumerate(zip(_SWING, values, strict=True), start=1):
        named = f"{key}_{end}" if end else ""
        if isinstance(value, float):
            yield _pasted(row, column, value, number_format, named)
        else:
            yield Cell(row, column, value, named, style="unit" if key == "unit" else "label")


def swings(column: str) -> str:
    """The formula of the plan for a column of the tornados, all companies, ranked within each."""
    return _column(column, "top", "end")


# Grids

def _grids(top: int, companies: Sequence[Company], found: Sequence[Sensitivity]) -> Iterator[Cell]:
    headers = ["", "Company", "Loaded CAC, down · 全成本获客成本（纵）", "Churn a month, across · 月流失率（横）", *("" for _ in STEPS)]
    yield from _titled(top, "LTV over CAC by CAC and churn · LTV/CAC：获客成本 × 流失率", headers, range(0))
    height = len(STEPS) + 2
    for n, (company, one) in enumerate(zip(companies, found, strict=True)):
        row, grid = top + n * height, one.grid
        yield from _named(row, company, n)
        yield Cell(row, 3, f"CAC in {company.currency}", style="unit")
        for m, churn in enumerate(grid.churn):
            yield _pasted(row, 5 + m, churn, "0.0%")
        for k, cac in enumerate(grid.cac):
            yield _pasted(row + 1 + k, 4, cac, "#,##0.00")
            for m, worth in enumerate(grid.ltv_cac[k]):
                yield _pasted(row + 1 + k, 5 + m, worth, "0.00")
