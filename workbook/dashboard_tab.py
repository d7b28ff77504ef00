"""The dashboard: a company to pick, its figures as tiles, ten charts."""

# One line of the workbook a line of code.
# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from engine.company import Company
from engine.sensitivity import PERCENTILES
from workbook.charts import NOTHING
from workbook.company_tab import tab_name
from workbook.plan import Cell, Chart, Kind, Look, Series, Tab
from workbook.selected_tab import OBSERVED, STEPS

_ENGLISH = "{Cover:language}=1"
# Narrow enough that the height decides how small a page is printed, whatever the font: then
# the first page ends where the second begins, between two rows of charts.
_WIDTH = 24.0
# A tile is three rows: name, figure, unit.
_PICK, _TILES, _CHARTS = 4, (8, 12), 16
# Blanks on both sides keep months apart where a program fits as many as it can.
_MONTH = '" "yyyy-mm" "'
_ROWS_OF_A_CHART = (14, 14, 15, 15, 15)
_LEFT, _MIDDLE, _RIGHT = "B", "E", "H"
BLUE, SKY, ORANGE, GREEN, RED, PURPLE, BLACK, GREY, YELLOW = (
    "0072B2", "A6D5F2", "E69F00", "009E73", "D55E00", "CC79A7", "000000", "8C8C8C", "F0E442",
)  # fmt: skip
_ENDLESS, _NEVER, _NONE, _NO_ARR = "w_no_end", "w_never", "w_none", "w_no_arr"
_TILE_LINES = (
    (("k_mau", "#,##0", _NONE), ("k_cac", "#,##0.00", _NONE), ("k_ltv", "#,##0.00", _NONE),
     ("k_ltv_cac", "0.00", _NONE), ("k_payback", "0.0", _NEVER), ("k_gpu", "#,##0.000", _NONE)),
    (("k_burn", "#,##0", _NONE), ("k_runway", "0.0", _ENDLESS), ("k_naive", "0.0", _ENDLESS),
     ("k_zero", "yyyy-mm", _ENDLESS), ("k_stranded", "#,##0", _NONE), ("k_multiple", "0.00", _NO_ARR)),
)  # fmt: skip
_STALE = (
    "The bear and bull lines of the first chart, the tornado and the draws are figures of the day named below. "
    "Where the scenario in use no longer gives the stored path this says stale: make the workbook again with unitsheet new.\n"
    "第一张图的情景线、龙卷风图与抽样为下方日期的存档；若显示已过期，请用 unitsheet new 重新生成。"
)
_SCALED = {"k_mau", "k_burn", "k_stranded"}


# fmt: off
def dashboard_tab(companies: Sequence[Company], months: int, as_of: dt.date) -> Tab:
    """What one company comes to, on two pages."""
    charts = tuple(_charts(months))
    heights = {1: 26.0, _PICK: 15.0, _PICK + 1: 26.0, _PICK + 2: 15.0} | {row + 1: 26.0 for row in _TILES}
    return Tab(
        "Dashboard", Kind.GRID, "Dashboard", "仪表盘", "One company at a time: its figures and ten charts.",
        cells=(*_heading(companies, as_of), *_tiles()), charts=charts, pages=2,
        widths=((1, 1.5), *((n, _WIDTH) for n in range(2, 8))), heights=tuple(heights.items()),
    )  # fmt: skip


def _words(english: str, chinese: str) -> str:
    return f'=IF({_ENGLISH},"{english}","{chinese}")'


def _heading(companies: Sequence[Company], as_of: dt.date) -> Iterator[Cell]:
    last = len(companies) - 1
    names = f"{{Selected:name_0}}:{{Selected:name_{last}}}"
    yield Cell(1, 1, f'=IF({_ENGLISH},"Dashboard: ","仪表盘：")&{{company}}', style="title")
    yield Cell(2, 1, _words("Pick the company in the yellow cell. Scenario, currency and language are switched on the Cover.", "在黄色单元格选择公司；情景、货币与语言在封面切换。"), style="subtitle")
    cover, state = "{Cover:scenario}", f'=IF({{Selected:same}}=1,{_words("as the model", "与模型一致")[1:]},{_words("stale", "已过期")[1:]})'
    parts = (
        (("Company: pick from the list", "公司：从列表选择"), Cell(0, 2, tab_name(companies[0]), "company", style="pick", choices=f"={names}"), None),
        (("Its number in the list", "序号"), Cell(0, 3, f"=MATCH({{company}},{names},0)", "number", style="tile", number_format="0"), None),
        (("Scenario", "情景"), Cell(0, 4, "={Selected:scenario_words}", style="tile", link=cover), ("change it on the Cover", "在封面切换")),
        (("Currency shown", "显示货币"), Cell(0, 5, "={Selected:shown}", style="tile", link="{Cover:currency}"), ("change it on the Cover", "在封面切换")),
        (("Master check: 1 all hold", "总校验：1 为全部通过"), Cell(0, 6, "={Checks:master}", look=Look.CHECK, style="tile", number_format="0", link="{Checks:master}"), ("see Checks", "见 Checks 页")),
        (("Stored scenarios and draws", "情景与抽样存档"), Cell(0, 7, state, style="tile", comment=_STALE), (f"of {as_of:%Y-%m-%d}", f"{as_of:%Y-%m-%d}")),
    )  # fmt: skip
    for label, cell, note in parts:
        yield Cell(_PICK, cell.column, _words(*label), style="tile label")
        yield replace(cell, row=_PICK + 1)
        yield Cell(_PICK + 2, cell.column, _words(*note) if note else None, style="tile note")


def _tiles() -> Iterator[Cell]:
    for row, lines in zip(_TILES, _TILE_LINES, strict=True):
        for column, (key, number_format, absent) in enumerate(lines, start=2):
            yield Cell(row, column, f"=IF({_ENGLISH},{{Selected:{key}.label}},{{Selected:{key}.label_zh}})", style="tile label")
            yield Cell(
                row + 1, column, f"=IFERROR({{Selected:{key}}},{{Selected:{absent}}})", key,
                style="tile", number_format=number_format, scaled=key in _SCALED,
            )  # fmt: skip
            yield Cell(row + 2, column, f"={{Selected:{key}.total}}", style="tile note")


# The charts

def _by_month(key: str, colour: str, mark: str = "", *, dashed: bool = False, second_axis: bool = False, x: str = "month_end") -> Series:
    return Series(f"{{Selected:{key}.total}}", f"{{Selected:{key}.row}}", f"{{Selected:{x}.row}}", colour, mark, dashed, second_axis)


def _column(first: str, last: str, form: str = "") -> str:
    dot = f".{form}" if form else ""
    return f"{{Selected:{first}{dot}}}:{{Selected:{last}{dot}}}"


def _w(key: str) -> str:
    return f"{{Selected:w_{key}}}"


def _charts(months: int) -> Iterator[Chart]:
    """Two charts side by side, five times."""
    skip = next(step for step, most in ((3, 18), (6, 36), (12, 600)) if months <= most)
    charts = list(_ten(skip, months))
    top = _CHARTS
    for place, rows in enumerate(_ROWS_OF_A_CHART):
        left, right = charts[2 * place : 2 * place + 2]
        yield replace(left, anchor=f"{_LEFT}{top}", until=f"{_MIDDLE}{top + rows - 1}")
        yield replace(right, anchor=f"{_MIDDLE}{top}", until=f"{_RIGHT}{top + rows - 1}")
        top += rows


def _ten(skip: int, months: int) -> Iterator[Chart]:
    monthly: dict[str, Any] = {"x_format": _MONTH, "skip": skip, "anchor": ""}
    yield Chart(
        key="cash", kind="column", title=_w("cash"), y_title=_w("money"), y_format="#,##0.##", stacked=True,
        series=(
            _by_month("free", BLUE), _by_month("restricted", SKY), _by_month("free_base", BLACK, "line"),
            _by_month("free_bear", RED, "line", dashed=True), _by_month("free_bull", GREEN, "line", dashed=True),
        ), **monthly,
    )  # fmt: skip
    yield Chart(
        key="burn", kind="column", title=_w("burn"), y_title=_w("money"), y_format="#,##0.##", stacked=True,
        series=(
            _by_month("b_ads", BLUE), _by_month("b_compute", ORANGE), _by_month("b_people", GREEN), _by_month("b_training", PURPLE),
            _by_month("b_other", GREY), _by_month("b_received", SKY), _by_month("b_net", BLACK, "line"),
        ), **monthly,
    )  # fmt: skip
    yield Chart(
        key="new", kind="column", title=_w("new"), y_title=_w("users"), second_title=_w("cac"), y_format="#,##0.##", second_format="#,##0.##", stacked=True, from_zero=True,
        series=(
            _by_month("g_paid", BLUE), _by_month("g_organic", SKY), _by_month("g_cac", RED, "line", second_axis=True),
            _by_month("g_cac_paid", BLACK, "line", dashed=True, second_axis=True),
        ), **monthly,
    )  # fmt: skip
    first, last = (f"r_{OBSERVED[n]}" for n in (0, -1))
    yield Chart(
        key="retention", kind="scatter", title=_w("retention"), anchor="", x_title=_w("day"), y_title=_w("active"), x_format="0", y_format="0.#%", x_most=60.0, from_zero=True,
        series=(
            _by_month("r_fit", BLUE, "line", x="r_day"),
            Series(f"{{Selected:{first}.total}}", _column(first, last), f"{{Inputs:{OBSERVED[0]}}}:{{Inputs:{OBSERVED[-1]}}}", RED),
        ),
    )  # fmt: skip
    yield Chart(
        key="value", kind="scatter", title=_w("value"), anchor="", x_title=_w("age"), y_title=_w("per_user"), x_format="0", y_format="#,##0.##", x_most=float(months),
        series=(_by_month("v_value", BLUE, "line", x="month"), _by_month("v_cac", RED, "line", dashed=True, x="month")),
    )  # fmt: skip
    colours = (BLUE, RED, RED, RED, GREEN)
    bars = ((f"{part}_{STEPS[0]}", f"{part}_{STEPS[-1]}") for part in "wxy")
    yield Chart(
        key="bridge", kind="column", title=_w("bridge"), anchor="", y_title=_w("per_month"), y_format="#,##0.00", stacked=True, legend="",
        series=tuple(
            Series(f"bar {n}", _column(*bar), _column(f"z_{STEPS[0]}", f"z_{STEPS[-1]}"), NOTHING if n == 0 else BLUE, colours=colours if n else ())
            for n, bar in enumerate(bars)
        ),
    )  # fmt: skip
    yield Chart(
        key="fleet", kind="area", title=_w("fleet"), y_title=_w("gpus"), y_format="#,##0", stacked=True,
        series=(_by_month("f_busy", BLUE), _by_month("f_headroom", SKY), _by_month("f_idle", ORANGE)), **monthly,
    )  # fmt: skip
    yield Chart(
        key="sides", kind="column", title=_w("sides"), y_title=_w("money"), y_format="#,##0.##", stacked=True,
        series=(_by_month("c_toc", ORANGE), _by_month("c_tob", BLUE), _by_month("c_both", BLACK, "line")), **monthly,
    )  # fmt: skip
    names = _column("t_name_1", "t_name_10")
    yield Chart(
        key="tornado", kind="bar", title=_w("tornado"), anchor="", y_title=_w("change"), y_format="#,##0.##", overlaid=True, downward=True,
        series=(
            Series(_w("bear"), _column("t_bear_1", "t_bear_10"), names, RED),
            Series(_w("bull"), _column("t_bear_1", "t_bear_10", "total"), names, BLUE),
        ),
    )  # fmt: skip
    ends = (f"p_{PERCENTILES[0]}", f"p_{PERCENTILES[-1]}")
    yield Chart(
        key="draws", kind="column", title=_w("draws"), anchor="", x_title=_w("lasting"), y_title=_w("months"), y_format="0.#", legend="", labels="value", from_zero=True,
        series=(Series(_w("months"), _column(*ends), _column(*ends, "total"), BLUE),),
    )  # fmt: skip
