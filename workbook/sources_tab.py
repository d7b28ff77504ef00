"""The sheet Sources: what the facts were read in, how many of which kind, and how they are to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.company import Basis, Source
from workbook import templates
from workbook.line_heights import height
from workbook.plan import Cell, Kind, Tab

_COLUMNS = (
    ("Source", 21), ("Title 标题", 36), ("Author 作者", 11), ("Publisher 媒体", 25), ("Date 日期", 12),
    ("Facts 事实数", 25), ("Disputed 有争议", 24), ("Reading 解读", 84),
)  # fmt: skip
_HEADER_ROW = 5


def sources_tab() -> Tab:
    """One row a source."""
    cells = [
        Cell(_HEADER_ROW, column, header, style="header") for column, (header, _) in enumerate(_COLUMNS, 1)
    ]
    heights: list[tuple[int, float]] = []
    for row, source in enumerate(templates.sources().values(), start=_HEADER_ROW + 1):
        texts = list(_texts(source))
        cells += [
            Cell(row, column, text or None, style="text in lines") for column, text in enumerate(texts, 1)
        ]
        heights.append((row, height(texts, [width for _, width in _COLUMNS])))
    return Tab(
        "Sources", Kind.GRID, "Sources", "来源", "What the facts were read in, and how they are to be read.",
        cells=tuple(cells), widths=tuple((n, width) for n, (_, width) in enumerate(_COLUMNS, 1)),
        heights=tuple(heights), freeze="B6",
    )  # fmt: skip


def _texts(source: Source) -> Iterator[str]:
    facts = [fact for fact in templates.facts().values() if fact.source_id == source.id]
    count = Counter(fact.basis for fact in facts)
    kinds = ", ".join(f"{count[basis]} {basis}" for basis in Basis if count[basis])
    yield from (source.id, source.title, source.author, source.publisher, source.date)
    yield f"{len(facts)}: {kinds}" if facts else ""
    yield ", ".join(fact.id for fact in facts if fact.disputed)
    yield source.note
