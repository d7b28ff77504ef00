"""The sheet Tests: the sums of the sources as live formulas over Facts, each with what must come of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.units import RATIO, parse_unit
from workbook import templates
from workbook.foundation import fact_key
from workbook.plan import Cell, Kind, Look, Tab

NAME = "Tests"
SAME, CLOSE, WITHIN, NONE = "OK", "CLOSE", "OK", "NONE"
HIGH, LOW, BROKEN = "HIGH", "LOW", "INCONSISTENT"
_MISSING = "missing"

_HEADERS = (
    ("", "", 2.5), ("Id", "编号", 7), ("Sum", "算式", 48), ("", "中文", 34), ("Facts", "事实", 40),
    ("Formula", "公式", 46), ("By formula", "公式结果", 15), ("Unit", "单位", 16),
    ("By function", "函数结果", 15), ("The same", "一致", 9), ("Stated", "来源所述", 15),
    ("May be off by", "四舍五入误差", 13), ("At least", "下限", 12), ("At most", "上限", 12),
    ("Gap", "偏差", 10), ("Verdict", "结论", 16), ("Must be", "应为", 16), ("Agrees", "相符", 9),
    ("Reading", "解读", 92),
)  # fmt: skip
(_, ID, WHAT, WHAT_ZH, FACTS, TEXT, EXACT, UNIT, FUNCTION, EQUAL, STATED, ROUNDED, LEAST, MOST, GAP,
 VERDICT, EXPECTED, AGREES, NOTE) = range(1, len(_HEADERS) + 1)  # fmt: skip
_NUMBERS = (EXACT, FUNCTION, EQUAL, STATED, ROUNDED, LEAST, MOST, GAP, AGREES)
_HEADER_ROW, _TOP = 5, 7
_FIRST = 11
_OF_FACT = re.compile(r"\{(F\d+-\d+)(?:\.(to))?\}")
_IN_BRACES = re.compile(r"\{(?:\w+:)?([^}]+)\}")


@dataclass(frozen=True, slots=True)
class GoldenSum:
    """One sum of the sources: its formulas, what the source states, and the verdict it must get.

    HIGH and LOW speak of the stated figure, or of the sum where `speaks_of` says so.
    """

    id: str
    what: str
    what_zh: str
    facts: tuple[str, ...]
    sum: str
    unit: str
    verdict: str
    function: str = ""
    stated: str = ""
    rounded: float | None = None
    at_least: str = ""
    at_most: str = ""
    note: str = ""
    speaks_of: str = "stated"

    @property
    def key(self) -> str:
        """What the keys of its cells end with."""
        return self.id.lower()


@dataclass(frozen=True, slots=True)
class GoldenNumber:
    """A number of the sums that is no fact of a source."""

    id: str
    what: str
    what_zh: str
    value: float
    unit: str
    source: str = ""


@cache
def golden_sums() -> tuple[GoldenSum, ...]:
    """Every sum of `templates/golden.toml`."""
    rows = _entries("sum")
    for row in rows:
        row["facts"] = tuple(row["facts"])
    return tuple(GoldenSum(**row) for row in rows)


@cache
def golden_numbers() -> tuple[GoldenNumber, ...]:
    """The numbers besides."""
    return tuple(GoldenNumber(**row) for row in _entries("number"))


def _entries(name: str) -> list[dict[str, Any]]:
    text = (templates.folder() / "golden.toml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = tomllib.loads(text)[name]
    return entries


def golden_tab() -> Tab:
    """The sheet of sums, its verdicts, and the numbers that are no facts."""
    sums = golden_sums()
    below = _FIRST + len(sums) + 1
    cells = [*_summary(), *_headers()]
    for row, one in enumerate(sums, start=_FIRST):
        cells += _sum(row, one)
    cells += _numbers(below)
    return Tab(
        NAME, Kind.GRID, "Sums of the sources", "来源算式",
        "The sums that the sources make, over the figures of Facts. HIGH, LOW (as the reading says of which "
        "figure) and INCONSISTENT are known gaps: they stay gaps; one mended in silence no longer agrees.",
        cells=tuple(cells), widths=tuple((n, width) for n, (*_, width) in enumerate(_HEADERS, start=1)),
        heights=((_HEADER_ROW, 28.0),), freeze="D6",
    )  # fmt: skip


def _summary() -> Iterator[Cell]:
    """What the sheet comes to, and how near is close."""
    sums = golden_sums()
    first, last = sums[0].key, sums[-1].key
    with_function = [one.key for one in sums if one.function]
    same = f"{{same_{with_function[0]}}}:{{same_{with_function[-1]}}}"
    rows: tuple[tuple[str, str, str, str | float, Look, str], ...] = (
        ("golden_all", "Every verdict is what it must be: 1, else 0", "全部结论相符",
         f"=MIN({{agrees_{first}}}:{{agrees_{last}}})", Look.CHECK, "0"),
        ("golden_functions", "Every function gives what the formula gives: 1, else 0", "函数与公式全部一致",
         f'=IF(COUNT({same})=0,"{_MISSING}",MIN({same}))', Look.CHECK, "0"),
        ("golden_close", "CLOSE: off by no more than", "CLOSE 的最大偏差", 0.01, Look.INPUT, "0%"),
    )  # fmt: skip
    yield from _block(_TOP - 1, "Result", "结果")
    for row, (key, label, zh, value, look, number_format) in enumerate(rows, start=_TOP):
        yield Cell(row, WHAT, label, style="label")
        yield Cell(row, WHAT_ZH, zh, style="zh")
        yield Cell(row, EXACT, value, key=key, look=look, number_format=number_format)


def _headers() -> Iterator[Cell]:
    for column, (en, zh, _) in enumerate(_HEADERS, start=1):
        style = "number header in lines" if column in _NUMBERS else "header in lines"
        yield Cell(_HEADER_ROW, column, f"{en}\n{zh}".strip() or None, style=style)


def _sum(row: int, one: GoldenSum) -> Iterator[Cell]:
    key, shown = one.key, _number_format(one.unit)
    yield Cell(row, ID, one.id, style="label")
    yield Cell(row, WHAT, one.what, style="label")
    yield Cell(row, WHAT_ZH, one.what_zh, style="zh")
    yield Cell(row, FACTS, ", ".join(one.facts) or None, style="unit")
    yield Cell(row, TEXT, _IN_BRACES.sub(r"\1", one.sum.removeprefix("=")), style="unit")
    yield Cell(row, EXACT, _placed(one.sum), f"exact_{key}", Look.FORMULA, shown)
    yield Cell(row, UNIT, one.unit, style="unit")
    if one.function:
        exact, function = f"{{exact_{key}}}", f"{{function_{key}}}"
        called = _placed(one.function).removeprefix("=")
        # Where a program does not know the function, the rest of the sheet still stands.
        unknown = f"IFERROR(ERROR.TYPE({called}),0)={{Inputs:error_name}}"
        found = f'=IF({unknown},"{_MISSING}",{called})'
        yield Cell(row, FUNCTION, found, f"function_{key}", Look.FUNCTION, shown)
        near = f"IF(ABS({function}-{exact})<={{Inputs:tolerance}}*ABS({exact}),1,0)"
        same = f'=IF({function}="{_MISSING}","{_MISSING}",{near})'
        yield Cell(row, EQUAL, same, f"same_{key}", Look.CHECK, "0")
    for column, name, value in (
        (STATED, "stated", one.stated), (LEAST, "least", one.at_least), (MOST, "most", one.at_most),
    ):  # fmt: skip
        if value:
            yield Cell(row, column, _placed(value), f"{name}_{key}", Look.LINK, shown)
    if one.rounded is not None:
        yield Cell(row, ROUNDED, one.rounded, f"rounded_{key}", Look.INPUT, _typed_format(one.rounded))
    if one.stated:
        gap = f"={{stated_{key}}}/{{exact_{key}}}-1"
        yield Cell(row, GAP, gap, f"gap_{key}", Look.FORMULA, "+0.00%;-0.00%;0.00%")
    yield Cell(row, VERDICT, _verdict(one), f"verdict_{key}", style="verdict")
    yield Cell(row, EXPECTED, one.verdict, f"expected_{key}", style="label")
    agrees = f"=IF({{verdict_{key}}}={{expected_{key}}},1,0)"
    yield Cell(row, AGREES, agrees, f"agrees_{key}", Look.CHECK, "0")
    yield Cell(row, NOTE, one.note or None, style="note")


def _verdict(one: GoldenSum) -> str:
    """The formula of a verdict: a bound comes before a stated figure, which bounds say more than."""
    key = one.key
    exact, stated, gap = f"{{exact_{key}}}", f"{{stated_{key}}}", f"{{gap_{key}}}"
    bounds = [f"{exact}>={{least_{key}}}"] if one.at_least else []
    bounds += [f"{exact}<={{most_{key}}}"] if one.at_most else []
    if bounds:
        return f'=IF(AND({",".join(bounds)}),"{WITHIN}","{BROKEN}")'
    if not one.stated:
        return NONE
    near = f'IF(ABS({stated}-{exact})<={{rounded_{key}}},"{SAME}","{CLOSE}")'
    above, below = (HIGH, LOW) if one.speaks_of == "stated" else (LOW, HIGH)
    return f'=IF(ABS({gap})<={{golden_close}},{near},IF({gap}>0,"{above}","{below}"))'


def _numbers(row: int) -> Iterator[Cell]:
    """The typed numbers of the sums, each with what it is."""
    yield from _block(row, "Numbers that are no facts", "非来源数字")
    for line, number in enumerate(golden_numbers(), start=row + 1):
        yield Cell(line, WHAT, number.what, style="label")
        yield Cell(line, WHAT_ZH, number.what_zh, style="zh")
        yield Cell(line, FACTS, number.source or None, style="unit")
        yield Cell(line, TEXT, number.id, style="unit")
        yield Cell(line, EXACT, number.value, number.id, Look.INPUT, _typed_format(number.value))
        yield Cell(line, UNIT, number.unit, style="unit")


def _block(row: int, title: str, title_zh: str) -> Iterator[Cell]:
    for column in range(ID, NOTE + 1):
        yield Cell(row, column, {ID: title, WHAT_ZH: title_zh}.get(column), style="block")


def _placed(formula: str) -> str:
    """A formula of the file as one of the plan: facts by their rows of the sheet Facts."""
    return _OF_FACT.sub(lambda m: f"{{Facts:{fact_key(m[1])}.{m[2] or 'value'}}}", formula)


def _number_format(unit: str) -> str:
    if parse_unit(unit) == RATIO or unit == "CNY/USD" or unit.endswith("1k_tokens"):
        return "0.0000"
    if unit == "months":
        return "0.0"
    small = parse_unit(unit).bottom and not unit.endswith(("/year", "/user/day"))
    return "#,##0.00" if small else "#,##0"


def _typed_format(value: float) -> str:
    return "#,##0" if value == int(value) else "0.0###"
