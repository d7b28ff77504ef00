"""The sheet Glossary has every worksheet function, in both languages where the Chinese is given."""

from __future__ import annotations

from pathlib import Path

import unitsheet
from engine.registry import functions
from udfs.chinese import summary
from workbook.companies import company
from workbook.glossary_tab import glossary_tab
from workbook.plan import Tab
from workbook.planning import plan


def _rows(tab: Tab) -> dict[str, dict[int, str]]:
    """Each row with a metric, by the metric."""
    rows: dict[int, dict[int, str]] = {}
    for cell in tab.cells:
        if cell.value is not None and cell.style.endswith("in lines"):
            rows.setdefault(cell.row, {})[cell.column] = str(cell.value)
    return {row[1]: row for row in rows.values()}


def test_every_function_has_its_row_in_both_languages(tmp_path: Path) -> None:
    made = unitsheet.new(tmp_path / "kimi.xlsx", "kimi")
    rows = _rows(made.plan.tab("Glossary"))
    for name, function in functions().items():
        row = rows[function.summary.rstrip(".")]
        assert row[2] == summary(name).rstrip("。")
        assert row[3] == function.formula
        assert row[4] == str(function.returns)
        assert row[5]
        assert row[6] == name


def test_terms_that_are_no_function() -> None:
    rows = _rows(glossary_tab({}))
    terms = (
        "Monthly active users (MAU)", "Daily active users (DAU)", "ARPU", "ARR", "DSO", "DPO",
        "Stranded cash", "Naive runway", "Escrow (restricted cash)", "Reported (R)", "Illustrative (I)",
        "万, 亿",
    )  # fmt: skip
    for term in terms:
        assert rows[term][2], term
        assert rows[term][5], term
    named = {row[6] for row in rows.values() if 6 in row}
    assert named == set(functions())


def test_without_chinese_the_functions_stand_in_english() -> None:
    rows = _rows(plan([company("kimi")]).tab("Glossary"))
    assert all(2 not in rows[function.summary.rstrip(".")] for function in functions().values())


def test_no_text_begins_like_a_formula() -> None:
    texts = [text for row in _rows(glossary_tab({})).values() for text in row.values()]
    assert not [text for text in texts if text.startswith(("=", "+", "@"))]
