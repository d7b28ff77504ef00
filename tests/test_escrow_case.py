"""Kimi's money of 2024: 600m of an 800m USD tranche only for one cloud vendor, and what it does to runway."""

from __future__ import annotations

import pytest

import unitsheet
from workbook import layout as at
from workbook.book import Book, Place

FX = 7.1
FREE, RESTRICTED = 200e6 * FX, 600e6 * FX


@pytest.fixture(scope="module")
def kimi(tmp_path_factory: pytest.TempPathFactory) -> tuple[at.Layout, Book]:
    path = tmp_path_factory.mktemp("escrow") / "kimi.xlsx"
    made = unitsheet.new(path, "kimi")
    return at.Layout(made.plan), Book.open(path)


def _months(kimi: tuple[at.Layout, Book], key: str) -> list[float]:
    rows, book = kimi
    columns = range(at.FIRST_MONTH, at.FIRST_MONTH + 60)
    values = [book.value(Place("Kimi", rows.row("Kimi", key), column)) for column in columns]
    return [float(value) for value in values if isinstance(value, float)]


def _headline(kimi: tuple[at.Layout, Book], key: str) -> float:
    value = kimi[1].value(kimi[1].find(f"kimi_{key}")[0])
    assert isinstance(value, float)
    return value


def test_free_cash_ends_long_before_the_naive_runway(kimi: tuple[at.Layout, Book]) -> None:
    """Month by month from the bills: what the escrow pays, what is left for free cash."""
    free, escrow, months, share = FREE, RESTRICTED, 0.0, 0.6
    for burn, bill in zip(_months(kimi, "net_burn"), _months(kimi, "cloud_cost"), strict=True):
        draw = min(bill * share, escrow)
        escrow -= draw
        if burn - draw > free:
            months += free / (burn - draw)
            break
        free -= burn - draw
        months += 1
    assert _headline(kimi, "runway") == pytest.approx(months, rel=1e-9)
    assert _headline(kimi, "stranded") == pytest.approx(escrow, rel=1e-9)
    assert months < 24 < _headline(kimi, "naive_runway")


def test_the_naive_runway_counts_the_escrow_as_if_it_were_free(kimi: tuple[at.Layout, Book]) -> None:
    burn = sum(_months(kimi, "net_burn")[:3]) / 3
    assert _headline(kimi, "naive_runway") == pytest.approx((FREE + RESTRICTED) / burn, rel=1e-9)
    assert _headline(kimi, "stranded") > RESTRICTED * 0.9
