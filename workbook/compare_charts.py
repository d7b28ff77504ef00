"""The charts below the comparison, each beside its list; a company without a figure is not in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from engine.company import Company
from workbook.plan import Cell, Chart, Look, Series

NAME, FIRST, PLACE = 1, 2, 5
_CHART_COLUMN = "F"
_CHART_ROWS, _WIDTH, _HEIGHT = 21, 17.0, 10.0
_COLOUR = "0072B2"
# Companies at nearly the same point keep their names apart.
_LABELS_AT = ("r", "t", "b", "l")
_MONEY = "{money}"


@dataclass(frozen=True, slots=True)
class Ranking:
    """A chart: the metrics it draws, its words in both languages, and the order of its list.

    The first metric sorts a list that is `sorted`, its highest or lowest first; any
    other keeps the order of the table. An axis is named for its metric and unit.
    """

    key: str
    title: tuple[str, str]
    axes: tuple[tuple[str, str, str], ...]
    metrics: tuple[str, ...]
    formats: tuple[str, ...]
    order: str = ""


RANKINGS = (
    Ranking(
        "bubble",
        ("LTV and CAC; area: monthly users, where sourced", "用户价值与获客成本（面积为有来源的月活）"),
        (("CAC, loaded", "全成本获客成本", f'" ("&{_MONEY}&"/user)"'),
         ("LTV, 24 months", "24 个月用户价值", f'" ("&{_MONEY}&"/user)"'),
         ("Monthly users", "月活", '""')),
        ("cac_loaded", "ltv", "mau"), ("#,##0.00", "#,##0.00", "#,##0"),
    ),
    Ranking(
        "runway", ("Runway of free cash, where it ends within the timeline", "自由现金跑道（期内用尽者）"),
        (("Runway", "跑道", '" (months)"'),), ("runway",), ("0.0",), "high",
    ),
    Ranking(
        "gpu_cost", ("GPU cost per monthly user", "每月活 GPU 成本"),
        (("GPU cost", "GPU 成本", f'" ("&{_MONEY}&"/user/month)"'),), ("gpu_cost",), ("#,##0.000",), "low",
    ),
)  # fmt: skip


def places(
    ranking: Ranking, companies: Sequence[Company], sourced: Collection[str], stretch: Callable[[str], str]
) -> Iterator[str]:
    """The formula of each company's place in the list of a chart: 1, 2, 3 where there is a figure.

    A list in the order of the table has the companies of which something is known, by
    their ids: those that show nothing but illustrations all stand at one point.
    """
    before, head = "0", companies[0].prefix
    for company in companies:
        if not ranking.order:
            known = ",".join(f"ISNUMBER({{{metric}_{company.prefix}}})" for metric in ranking.metrics)
            yield f"={before}+IF(AND({known}),1,0)" if company.id in sourced else f"={before}"
            before = f"{{place_{ranking.key}_{company.prefix}}}"
            continue
        value = f"{{{ranking.key}_{company.prefix}}}"
        rank = f"RANK({value},{stretch(ranking.key)},{0 if ranking.order == 'high' else 1})"
        # Of companies with the same figure the one further left comes first.
        equal = f"SUMPRODUCT(--({{{ranking.key}_{head}}}:{value}={value}))-1"
        yield f'=IF(ISNUMBER({value}),{rank}+{equal},"")'


def charts(
    row: int, companies: Sequence[Company], stretch: Callable[[str], str]
) -> tuple[tuple[Cell, ...], tuple[Chart, ...]]:
    """The lists and the charts beside them, from a row on."""
    height = chart_rows(len(companies))
    cells: list[Cell] = []
    drawn: list[Chart] = []
    for number, ranking in enumerate(RANKINGS):
        top = row + number * height
        cells += _list(top, ranking, len(companies), stretch)
        drawn.append((_bar if ranking.order else _bubble)(top, ranking, len(companies)))
    return tuple(cells), tuple(drawn)


def chart_rows(count: int) -> int:
    """The rows that a chart of so many companies takes, with its list and a blank one."""
    return max(count + 3, _CHART_ROWS)


def _list(row: int, ranking: Ranking, count: int, stretch: Callable[[str], str]) -> Iterator[Cell]:
    key = ranking.key
    yield Cell(row, NAME, _by_language(*ranking.title), f"title_{key}", style="block")
    for column in range(FIRST, PLACE + 1):
        yield Cell(row, column, None, style="block")
    yield Cell(row + 1, NAME, "Company 公司", style="header")
    for column in range(FIRST, PLACE):
        yield Cell(row + 1, column, None, style="number header")
    for number, (english, chinese, unit) in enumerate(ranking.axes, start=1):
        words = f"{_by_language(english, chinese)}&{unit}"
        yield Cell(row + 1, NAME + number, words, f"axis_{key}_{number}", style="number header")
    yield Cell(row + 1, PLACE, "Place", style="number header")
    within = stretch(f"place_{key}")
    for place in range(1, count + 1):
        here, at = row + 1 + place, f"{{at_{key}_{place}}}"
        yield Cell(here, PLACE, float(place), f"at_{key}_{place}", Look.FORMULA, "0")

        def listed(metric: str, at: str = at) -> str:
            return f'=IF({at}>MAX({within}),"",INDEX({stretch(metric)},MATCH({at},{within},0)))'

        yield Cell(here, NAME, listed("name"), f"list_{key}_{place}", style="label")
        for number, (metric, number_format) in enumerate(
            zip(ranking.metrics, ranking.formats, strict=True), start=1
        ):
            yield Cell(
                here, NAME + number, listed(metric), f"list_{key}_{place}_{number}", Look.FORMULA,
                number_format, scaled=metric == "mau",
            )  # fmt: skip


def _bubble(row: int, ranking: Ranking, count: int) -> Chart:
    key = ranking.key
    series = tuple(
        Series(
            f"={{list_{key}_{n}}}",
            f"={{list_{key}_{n}_2}}",
            f"={{list_{key}_{n}_1}}",
            sizes=f"={{list_{key}_{n}_3}}",
            label_at=_LABELS_AT[n % len(_LABELS_AT)],
        )
        for n in range(1, count + 1)
    )
    return Chart(
        key, "bubble", f"={{title_{key}}}", f"{_CHART_COLUMN}{row}", series,
        x_title=f"={{axis_{key}_1}}", y_title=f"={{axis_{key}_2}}", x_format="#,##0.0", y_format="#,##0.0",
        width=_WIDTH, height=_HEIGHT, legend="", labels="series",
    )  # fmt: skip


def _bar(row: int, ranking: Ranking, count: int) -> Chart:
    key, number_format = ranking.key, ranking.formats[0]
    values = f"={{list_{key}_1_1}}:{{list_{key}_{count}_1}}"
    series = Series(f"={{title_{key}}}", values, f"={{list_{key}_1}}:{{list_{key}_{count}}}", _COLOUR)
    return Chart(
        key, "bar", f"={{title_{key}}}", f"{_CHART_COLUMN}{row}", (series,), y_title=f"={{axis_{key}_1}}",
        y_format=number_format, width=_WIDTH, height=_HEIGHT, legend="", skip=1, downward=True,
    )  # fmt: skip


def _by_language(english: str, chinese: str) -> str:
    return f'=CHOOSE({{Cover:language}},"{english}","{chinese}")'
