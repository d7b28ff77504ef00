"""References and the names of sheets, as formulas spell them."""

from __future__ import annotations

import pytest

from workbook.references import LAST_COLUMN, LAST_ROW, cell_name, parse_area, parse_cell, quote_sheet


def test_references() -> None:
    assert cell_name(1_048_576, 16_384) == "XFD1048576"
    assert parse_cell("$b$3") == (3, 2)
    assert parse_area("C4:$A$2") == (2, 1, 4, 3)
    assert parse_area("B2") == (2, 2, 2, 2)
    assert parse_area("A:$C") == (1, 1, LAST_ROW, 3)
    assert parse_area("$2:5") == (2, 1, 5, LAST_COLUMN)


@pytest.mark.parametrize("text", ["", ":", "A", "1", "A1:B2:C3", "Sheet1!A1", "ZZZ1", "A1:"])
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        parse_cell(text)


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("Model", "Model"),
        ("Größe_1.a", "Größe_1.a"),
        ("My sheet", "'My sheet'"),
        ("It's", "'It''s'"),
        ("Q1", "'Q1'"),
        ("2026", "'2026'"),
        ("R1C1", "'R1C1'"),
        ("rc", "'rc'"),
        ("true", "'true'"),
        ("a-b", "'a-b'"),
    ],
)
def test_sheet_names_in_formulas(name: str, quoted: str) -> None:
    assert quote_sheet(name) == quoted
