"""Numbers, months and units as people write them, and what is refused because it may mean two things."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.errors import CellError, ErrorKind
from unitsheet.amounts import Decimals, conversion, is_blank, month, number


@pytest.mark.parametrize(
    ("written", "decimals", "value"),
    [
        ("1234.5", "point", 1234.5),
        ("1,234,567.5", "point", 1234567.5),
        ("1 234 567", "point", 1234567),
        ("1'234", "point", 1234),
        ("1.234.567,5", "comma", 1234567.5),
        ("1234,5", "either", 1234.5),
        ("1,234.5", "either", 1234.5),
        ("1,234,567", "either", 1234567),
        ("１，２３４", "point", 1234),
        ("3.5万", "point", 35000),
        ("1.1 万", "point", 11000),
        ("0.07亿", "point", 7e6),
        ("2百万", "point", 2e6),
        ("3億", "point", 3e8),
        ("(1,000)", "point", -1000),
        ("-5", "point", -5),
        ("\u22125", "point", -5),
        ("+5", "point", 5),
        ("1.5E+07", "point", 1.5e7),
        (".5", "point", 0.5),
        (7, "point", 7),
        (Decimal("1.10"), "point", 1.1),
        (np.int64(3), "point", 3),
        (np.float32(0.5), "point", 0.5),
    ],
)
def test_numbers(written: Any, decimals: Decimals, value: float) -> None:
    assert number(written, decimals) == value


@pytest.mark.parametrize(
    ("written", "decimals"),
    [
        *((text, "point") for text in (
            "12,34", "1,23,456", "1234,567", "1.2.3", "12%", "$5", "700k", "-", "--5", "1 2", "e5", ".", "万",
            "1e999", "five", "1_000",
        )),
        ("1,234", "either"), ("1.234", "either"), ("1,200万", "either"),
        (True, "point"), (float("inf"), "point"), (dt.date(2024, 1, 1), "point"),
        (CellError(ErrorKind.REF), "point"),
    ],
)  # fmt: skip
def test_what_is_no_number_or_two(written: Any, decimals: Decimals) -> None:
    with pytest.raises(ValueError, match=r"is no number|may be .* or .*--decimal"):
        number(written, decimals)


def test_blanks() -> None:
    assert all(map(is_blank, (None, "", "  ", "#N/A", "n/a", "NaN", "null", CellError(ErrorKind.NA))))
    assert not any(map(is_blank, (0, 0.0, False, "0", "-", CellError(ErrorKind.REF))))


@pytest.mark.parametrize(
    "written",
    ["2024-06", "2024-6", "2024-06-30", "2024/6", "2024.06", "20240630", "202406", 202406, "June 2024",
     "jun 2024", "June, 2024", "Jun-2024", "2024 June", "2024年6月", "2024 年 6 月 30 日", "２０２４年６月",
     45473, 45473.0, "45473", "2024-06-30 00:00:00", "2024-06-30T23:59:59+08:00", dt.date(2024, 6, 1),
     dt.datetime(2024, 6, 30, 12),
     pd.Timestamp("2024-06-15")],
)  # fmt: skip
def test_months(written: Any) -> None:
    assert str(month(written)) == "2024-06"
    assert month(written).end == dt.date(2024, 6, 30)


@pytest.mark.parametrize(
    "written",
    [
        "06/07/2024",
        "Jun-24",
        "2024Q2",
        "2024",
        2024,
        "2024-13",
        "2024-00",
        "2024061",
        "Total",
        "",
        0.5,
        True,
        "1066-06",
    ],
)
def test_what_is_no_month(written: Any) -> None:
    with pytest.raises(ValueError, match="write it like 2024-06"):
        month(written)


@pytest.mark.parametrize(
    ("stated", "wanted", "factor"),
    [
        ("CNY", "CNY", 1), ("rmb", "CNY", 1), ("k CNY", "CNY", 1e3), ("kCNY", "CNY", 1e3),
        ("m CNY", "CNY", 1e6), ("万元", "CNY", 1e4), ("百万元", "CNY", 1e6), ("亿", "tokens", 1e8),
        ("bn tokens", "tokens", 1e9), ("1m_tokens", "tokens", 1e6), ("user", "users", 1),
        ("k users", "users", 1e3), ("million", "CNY", 1e6), ("CNY/USD", "CNY/USD", 1),
        ("downloads", "downloads", 1), ("usd", "USD", 1),
    ],
)  # fmt: skip
def test_units(stated: str, wanted: str, factor: float) -> None:
    assert conversion(stated, wanted) == (factor, "", "")


def test_another_currency() -> None:
    assert conversion("m USD", "CNY") == (1e6, "USD", "CNY")
    assert conversion("EUR", "CNY") == (1, "EUR", "CNY")


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [("users", "CNY"), ("CNY/month", "CNY"), ("CNY/year", "CNY"), ("USD/CNY", "CNY/USD"), ("UDS", "CNY"),
     ("%", "CNY"), ("months", "CNY"), ("tokens/user", "tokens"), ("/", "CNY")],
)  # fmt: skip
def test_units_that_do_not_become_one_another(stated: str, wanted: str) -> None:
    with pytest.raises(ValueError, match="does not become"):
        conversion(stated, wanted)
