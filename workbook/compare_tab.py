"""The sheet Compare: companies side by side, every figure with its basis and month, ranks, and charts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.company import Basis, Company
from engine.units import MONEY_WORD
from workbook.company_tab import tab_name
from workbook.compare_charts import RANKINGS, chart_rows, charts, places
from workbook.compare_metrics import GROUPS, METRICS, Metric
from workbook.origins import Origin, origin
from workbook.plan import Block, Cell, Kind, Line, Look, Plan, Tab

NAME = "Compare"
LABEL, LABEL_ZH, UNIT, FIRST = 1, 2, 3, 4
_TITLE, _PURPOSE, _SWITCH, _MONEY, _HEADER, _FACTOR = range(1, 7)
_WIDTHS = ((LABEL, 46), (LABEL_ZH, 30), (UNIT, 26))
_VALUE_WIDTH, _BASIS_WIDTH = 13, 10
# The three charts below stand beside two pairs of columns at least.
_FEWEST_COLUMNS = 12
_OWN = re.compile(r"\{(?!\w+:)")
_TEXTS = {
    "title": ("Companies side by side", "公司对比"),
    "purpose": (
        "R reported, T third party, D derived, A anecdotal, I illustrative, with the month of the figure. "
        "Amber: disputed or anecdotal, or worked out from it. A blank is not known; it is not zero.",
        "R 公司披露，T 第三方，D 推算，A 传闻，I 示例，后附数据月份。"
        "琥珀色：有争议或传闻，或由其推算。空白为未知，并非零。",
    ),
}  # fmt: skip


def compare_tab(companies: Sequence[Company], tabs: Sequence[Tab]) -> Tab:
    """The comparison of these companies, whose tabs and inputs are among `tabs`."""
    sheet = _Sheet(companies, _origins(companies, tabs))
    cells = [*sheet.head(), *sheet.metrics(), *sheet.ranks(), *sheet.orders()]
    below, drawn = charts(sheet.row + 2, companies, sheet.stretch)
    columns = range(FIRST, FIRST + max(2 * len(companies), _FEWEST_COLUMNS))
    widths = [(n, _BASIS_WIDTH if (n - FIRST) % 2 else _VALUE_WIDTH) for n in columns]
    return Tab(
        NAME, Kind.GRID, "Companies side by side", "对比",
        "Companies side by side: every figure with its basis and month, in the money of the cover.",
        cells=(*cells, *below), charts=drawn, widths=(*_WIDTHS, *widths), freeze="D6",
        breaks=(sheet.row + 1, sheet.row + 1 + 2 * chart_rows(len(companies))), scale=55,
    )  # fmt: skip


def _origins(companies: Sequence[Company], tabs: Sequence[Tab]) -> dict[tuple[str, str], Origin]:
    """The origin of every figure by company and metric, found as if the figures were lines of a sheet."""
    lines = tuple(
        Line(f"{company.prefix}_{metric.key}", metric.label, value=f"={_of(company, metric.value)}")
        for company in companies
        for metric in METRICS
    )
    here = Tab(NAME, Kind.GRID, "", "", "", blocks=(Block("", "", lines),))
    probe = Plan((*tabs, here), (), tuple(companies), 0, "")
    return {
        (company.id, metric.key): origin(probe, NAME, f"{company.prefix}_{metric.key}")
        for company in companies
        for metric in METRICS
    }


def _of(company: Company, formula: str) -> str:
    """A formula over a company's tab, as another sheet has it."""
    return _OWN.sub(f"{{{tab_name(company)}:", formula)


@dataclass(slots=True)
class _Sheet:
    """Lays the cells of the table out from top to bottom."""

    companies: Sequence[Company]
    origins: dict[tuple[str, str], Origin]
    row: int = _FACTOR

    def head(self) -> Iterator[Cell]:
        """Title, switches, the names of the companies, and what turns their money into that shown."""
        for row, key, style in ((_TITLE, "title", "title"), (_PURPOSE, "purpose", "subtitle")):
            yield Cell(row, LABEL, _by_language(*_TEXTS[key]), style=style)
        yield from _labels(_SWITCH, "Show illustrative figures: 1 yes, 0 no", "显示示例数据：1 是，0 否")
        yield Cell(_SWITCH, UNIT, 1.0, "illustrative", Look.INPUT, "0", choices='"1,0"')
        yield from _labels(_MONEY, "Money, by the switch of the cover", "货币（由封面切换）")
        yield Cell(_MONEY, UNIT, '=CHOOSE({Cover:currency},"CNY","USD")', "money", Look.LINK)
        for column, text in ((LABEL, "Metric"), (LABEL_ZH, "指标"), (UNIT, "Unit 单位")):
            yield Cell(_HEADER, column, text, style="header")
        yield from _labels(_FACTOR, "Money shown for one of the tab's own", "折算系数")
        yield Cell(_FACTOR, UNIT, "={money}", style="unit")
        for company, column in self._columns():
            yield Cell(_HEADER, column, tab_name(company), f"name_{company.prefix}", style="number header")
            yield Cell(_HEADER, column + 1, None, style="header")
            factor = "1,1/{Inputs:fx}" if company.currency == "CNY" else "{Inputs:fx},1"
            yield Cell(
                _FACTOR, column, f"=CHOOSE({{Cover:currency}},{factor})", f"factor_{company.prefix}",
                Look.FORMULA, "0.0000",
            )  # fmt: skip
            yield Cell(_FACTOR, column + 1, f"of {company.currency}", style="basis")

    def metrics(self) -> Iterator[Cell]:
        """The metrics in their groups."""
        for title, title_zh, metrics in GROUPS:
            yield from self._block(title, title_zh)
            for metric in metrics:
                self.row += 1
                yield from _labels(self.row, metric.label, metric.label_zh)
                yield Cell(self.row, UNIT, _unit(metric), f"unit_{metric.key}", style="unit")
                for company, column in self._columns():
                    yield from self._figure(company, metric, column)

    def _block(self, title: str, title_zh: str) -> Iterator[Cell]:
        self.row += 2
        yield Cell(self.row, LABEL, title, style="block")
        yield Cell(self.row, LABEL_ZH, title_zh, style="block")
        for column in range(UNIT, FIRST + 2 * len(self.companies)):
            yield Cell(self.row, column, None, style="block")

    def _figure(self, company: Company, metric: Metric, column: int) -> Iterator[Cell]:
        found = self.origins[company.id, metric.key]
        illustrative = found.basis is Basis.ILLUSTRATIVE
        yield Cell(
            self.row, column, _value(company, metric, illustrative=illustrative),
            f"{metric.key}_{company.prefix}",
            Look.ILLUSTRATIVE if illustrative else Look.LINK, metric.number_format, amber=bool(found.doubts),
            comment="\n".join(found.doubts), scaled=metric.scaled,
        )  # fmt: skip
        key, text = f"{{{metric.key}_{company.prefix}}}", found.text
        may_be_blank = illustrative or metric.blank
        yield Cell(
            self.row, column + 1, f'=IF({key}="","","{text}")' if may_be_blank else text, style="basis"
        )

    def ranks(self) -> Iterator[Cell]:
        """The place of each company in the metrics that have a best end, blanks and words left out."""
        yield from self._block("Rank among the figures shown: 1 is best", "名次（1 为最佳，空白不计）")
        for metric in METRICS:
            if not metric.rank:
                continue
            self.row += 1
            yield from _labels(self.row, metric.label, metric.label_zh)
            words = "highest first" if metric.rank == "high" else "lowest first"
            yield Cell(self.row, UNIT, words, style="unit")
            for company, column in self._columns():
                value, row = f"{{{metric.key}_{company.prefix}}}", self.stretch(metric.key)
                order = 0 if metric.rank == "high" else 1
                yield Cell(
                    self.row, column, f'=IF(ISNUMBER({value}),RANK({value},{row},{order}),"")',
                    f"rank_{metric.key}_{company.prefix}", Look.FORMULA, "0",
                )  # fmt: skip

    def orders(self) -> Iterator[Cell]:
        """The place of each company in the list of each chart."""
        yield from self._block("Place in the lists of the charts", "图表次序")
        for ranking in RANKINGS:
            self.row += 1
            yield from _labels(self.row, *ranking.title)
            found = places(ranking, self.companies, self._sourced(), self.stretch)
            for (company, column), formula in zip(self._columns(), found, strict=True):
                key = f"place_{ranking.key}_{company.prefix}"
                yield Cell(self.row, column, formula, key, Look.FORMULA, "0")

    def _sourced(self) -> list[str]:
        """The companies whose audience is known, all of them where none is."""
        every = [company.id for company in self.companies]
        firm = [one for one in every if self.origins[one, "mau"].basis is not Basis.ILLUSTRATIVE]
        return firm or every

    def stretch(self, key: str) -> str:
        """A row of the table from the first company to the last."""
        return f"{{{key}_{self.companies[0].prefix}}}:{{{key}_{self.companies[-1].prefix}}}"

    def _columns(self) -> Iterator[tuple[Company, int]]:
        return zip(self.companies, range(FIRST, FIRST + 2 * len(self.companies), 2), strict=True)


def _labels(row: int, label: str, label_zh: str) -> Iterator[Cell]:
    yield Cell(row, LABEL, label, style="label")
    yield Cell(row, LABEL_ZH, label_zh, style="zh")


def _by_language(english: str, chinese: str) -> str:
    return f'=CHOOSE({{Cover:language}},"{english}","{chinese}")'


def _unit(metric: Metric) -> str:
    """A unit in print; money is named by the switch."""
    rest = metric.unit.removeprefix(MONEY_WORD)
    if not metric.in_money:
        return metric.unit
    return f'={{money}}&"{rest}"' if rest else "={money}"


def _value(company: Company, metric: Metric, *, illustrative: bool) -> str:
    """The figure in the money chosen; blank where nothing is known, or where illustrations are not wanted."""
    shown = _of(company, metric.value)
    if metric.in_money:
        shown = (
            f"({shown})*{{factor_{company.prefix}}}"
            if "-" in shown
            else f"{shown}*{{factor_{company.prefix}}}"
        )
    if metric.words:
        shown = f"IF(ISNA({shown}),{metric.words},{shown})"
    blank = ["{illustrative}=0"] if illustrative else []
    blank += [_of(company, metric.blank)] if metric.blank else []
    if not blank:
        return f"={shown}"
    unknown = blank[0] if len(blank) == 1 else f"OR({','.join(blank)})"
    return f'=IF({unknown},"",{shown})'
