"""The end states of all companies in the three scenarios, written when the workbook is made, and whether they still hold."""

# One line of the workbook a line of code.
# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from engine.company import Company, Scenario
from engine.drivers import DRIVERS
from engine.forecast import headlines, monthly, values
from workbook.company_tab import tab_name
from workbook.cover_tab import SCENARIO_ZH
from workbook.default_figures import default_fx
from workbook.layout import FIRST_MONTH
from workbook.plan import Cell, Kind, Look, Tab

PATHS = {
    "free": ("free_close", "Free cash", "自由现金"),
    "restricted": ("escrow_close", "Restricted cash", "受限现金"),
}
STALE, STALE_ZH = "stale: recalculate with unitsheet new", "已过期：请用 unitsheet new 重新生成"
_FRESH, _FRESH_ZH = "as the model", "与模型一致"
_MONEY, _MONTHS, _RATIO, _DATE = "#,##0", "0.0", "0.00", "yyyy-mm"
_EPOCH = dt.date(1899, 12, 30)
# Ten digits tell a changed path from the same one, and keep the file small.
_DIGITS = 10
_NUMBER, _NAME, _CURRENCY, _AS_OF, _FLAG, _WORDS, _WORDS_ZH = range(1, 8)
# The months stand where every tab has them, so that a formula reads the header of its own column.
_FIRST = FIRST_MONTH
_TOLERANCE_ROW, _TOP = 5, 9


class _EndFigure(NamedTuple):
    key: str
    label: str
    label_zh: str
    number_format: str
    absent: str


_FIGURES = (
    _EndFigure("runway", "Runway of free cash, months", "自由现金跑道（月）", _MONTHS, "no end"),
    _EndFigure("zero_at", "Month it runs out", "用尽月份", _DATE, "no end"),
    _EndFigure("net_burn", "Net burn, mean of three months", "净消耗（三个月平均）", _MONEY, "none"),
    _EndFigure("ltv_cac", "LTV over CAC", "LTV/CAC", _RATIO, "none"),
    _EndFigure("cash_low", "Lowest free cash", "最低自由现金", _MONEY, "none"),
    _EndFigure("cash_end", "Free cash at the end", "期末自由现金", _MONEY, "none"),
    _EndFigure("stranded", "Escrow left then", "滞留共管资金", _MONEY, "no end"),
)


class _EndState(NamedTuple):
    figures: dict[str, Any]
    lines: dict[str, Any]


def _end_states(company: Company, months: int) -> _EndState:
    """Figures and paths of a company, a row a scenario."""
    fx, _ = default_fx()
    live = [values(company, scenario, fx) for scenario in Scenario]
    rows = {key: np.array([one[key] for one in live]) for key in DRIVERS}
    return _EndState(headlines(rows, months=months), monthly(rows, months=months))


# fmt: off
def scenarios_tab(companies: Sequence[Company], months: int, began: float, as_of: dt.date) -> Tab:
    """End figures side by side, then the paths of cash, one block for each scenario."""
    states = [_end_states(company, months) for company in companies]
    cells = [
        *_heading(as_of),
        *(cell for n, company in enumerate(companies) for cell in _company(company, n, states[n], began, as_of)),
        *_paths(companies, states, months),
    ]
    widths = ((_NUMBER, 5), (_NAME, 16), (_CURRENCY, 10), (_AS_OF, 12), (_FLAG, 9), (_WORDS, 34), (_WORDS_ZH, 38), (8, 1.5), (9, 1.5))
    wide = tuple((_FIRST + n, 15.0) for n in range(max(months, len(_FIGURES) * len(Scenario))))
    return Tab(
        "Scenarios", Kind.GRID, "Scenarios", "情景",
        "The end states of the three scenarios as they were when the workbook was made, for the fan of cash; money in the company's own currency.",
        cells=tuple(cells), widths=widths + wide, freeze="C9",
    )  # fmt: skip


def _heading(as_of: dt.date) -> Iterator[Cell]:
    row = _TOLERANCE_ROW
    yield Cell(3, 1, f"Worked out on {as_of:%Y-%m-%d} with the figures of Inputs of that day. The flag compares the paths of the scenario in use with its tab.", style="subtitle")
    yield Cell(row, _NAME, "Relative tolerance of the flag · 容差", style="label")
    yield Cell(row, _FLAG, 1e-6, "tolerance", look=Look.INPUT, number_format="0E+00")
    titles = ("", "Company", "Currency", "As of", "Same", "The live scenario", "当前情景")
    for row in (_TOP - 2, _TOP - 1):
        for column in range(1, _FIRST + len(_FIGURES) * len(Scenario)):
            yield Cell(row, column, None, style="number header" if column >= _FIRST else "header")
    for column, title in enumerate(titles, start=1):
        yield Cell(_TOP - 1, column, title or None, style="header")
    for n, one in enumerate(_FIGURES):
        for m, scenario in enumerate(Scenario):
            column = _FIRST + n * len(Scenario) + m
            if m == 0:
                yield Cell(_TOP - 2, column, f"{one.label} · {one.label_zh}", style="header")
            yield Cell(_TOP - 1, column, f"{scenario.value} · {SCENARIO_ZH[scenario]}", style="number header")


def _company(company: Company, n: int, state: _EndState, began: float, as_of: dt.date) -> Iterator[Cell]:
    row, key = _TOP + n, company.prefix
    yield Cell(row, _NUMBER, n + 1.0, look=Look.PASTED, number_format="0")
    yield Cell(row, _NAME, tab_name(company), style="label")
    yield Cell(row, _CURRENCY, company.currency, style="unit")
    yield Cell(row, _AS_OF, float((as_of - _EPOCH).days), look=Look.PASTED, number_format="yyyy-mm-dd")
    yield Cell(row, _FLAG, _same(company), f"same_{key}", look=Look.CHECK, number_format="0")
    yield Cell(row, _WORDS, f'=IF({{same_{key}}}=1,"{_FRESH}","{STALE}")', f"words_{key}", style="label")
    yield Cell(row, _WORDS_ZH, f'=IF({{same_{key}}}=1,"{_FRESH_ZH}","{STALE_ZH}")', f"words_zh_{key}", style="zh")
    for m, one in enumerate(_FIGURES):
        for s, _ in enumerate(Scenario):
            found = float(state.figures[one.key][s])
            if one.key == "zero_at" and np.isfinite(found):
                found = _month_end(began, found)
            shown = _short(found) if np.isfinite(found) else one.absent
            yield Cell(row, _FIRST + m * len(Scenario) + s, shown, look=Look.PASTED, number_format=one.number_format)


def _same(company: Company) -> str:
    """1 where both paths on the company's tab are those that are written here, in the scenario in use."""
    terms = []
    for path, (line, _, _) in PATHS.items():
        live = f"{{{tab_name(company)}:{line}.row}}"
        stored = (
            f"{{{_corner(path, s, company, 'first')}}}:{{{_corner(path, s, company, 'last')}}}" for s in Scenario
        )
        apart = ",".join(f"SUMXMY2({live},{one})" for one in stored)
        near = f"{{tolerance}}*{{tolerance}}*(1+SUMSQ({live}))"
        terms.append(f"CHOOSE({{Cover:scenario}},{apart})<={near}")
    return f"=IFERROR(IF(AND({','.join(terms)}),1,0),0)"


def _paths(companies: Sequence[Company], states: Sequence[_EndState], months: int) -> Iterator[Cell]:
    """A block for each path and scenario: a row a company, the months where the company tabs have them."""
    row = _TOP + len(companies)
    for path, (line, label, label_zh) in PATHS.items():
        for s, scenario in enumerate(Scenario):
            row += 1
            yield Cell(row, 1, f"{label}, {scenario.value} · {label_zh}（{SCENARIO_ZH[scenario]}）", style="block")
            for column in range(2, _FIRST):
                yield Cell(row, column, None, style="block")
            for column in range(_FIRST, _FIRST + months):
                yield Cell(row, column, "={Time:month_end}", style="month")
            for n, company in enumerate(companies):
                row += 1
                yield from _path(row, path, scenario, company, n, states[n].lines[line][s])
            row += 1


def _path(row: int, path: str, scenario: Scenario, company: Company, n: int, amounts: Any) -> Iterator[Cell]:
    yield Cell(row, _NUMBER, n + 1.0, look=Look.PASTED, number_format="0")
    yield Cell(row, _NAME, tab_name(company), style="label")
    yield Cell(row, _CURRENCY, company.currency, style="unit")
    ends = {0: _corner(path, scenario, company, "first"), len(amounts) - 1: _corner(path, scenario, company, "last")}
    for month, amount in enumerate(amounts):
        yield Cell(
            row, _FIRST + month, _short(float(amount)), ends.get(month, ""), look=Look.PASTED, number_format=_MONEY
        )


def _corner(path: str, scenario: Scenario, company: Company, end: str) -> str:
    return f"{path}_{scenario.value}_{company.prefix}_{end}"


def stored_paths(path: str, scenario: Scenario, companies: Sequence[Company]) -> str:
    """The formula of the plan for the paths of all companies in a scenario: a row each, in their order."""
    top = _corner(path, scenario, companies[0], "first")
    end = _corner(path, scenario, companies[-1], "last")
    return f"{{Scenarios:{top}}}:{{Scenarios:{end}}}"


def _short(amount: float) -> float:
    return float(f"{amount:.{_DIGITS}g}")


def _month_end(began: float, number: float) -> float:
    """The last day of a month of the model, as a sheet counts days."""
    first = _EPOCH + dt.timedelta(days=began)
    months = first.year * 12 + first.month - 1 + int(number)
    return float((dt.date(months // 12, months % 12 + 1, 1) - _EPOCH).days - 1)
