"""A recalculated workbook answers as Python does."""

from __future__ import annotations

import host_headless
from hostpage import compared


def test_every_case() -> None:
    column = compared(host_headless)
    assert not column.wrong, "\n".join(column.wrong)
    assert column.as_the_page_says("headless")
