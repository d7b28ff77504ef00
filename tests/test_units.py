"""Units: print, read, format and convert."""

from __future__ import annotations

import pytest

from engine.units import MONEY, MONTHS, RATIO, USERS, Unit, parse_unit

PRINTED = [
    ("CNY/user/month", Unit(("CNY",), ("user", "month"))),
    ("users", Unit(("user",))),
    ("ratio", RATIO),
    ("USD/half-year", Unit(("USD",), ("half-year",))),
    ("1/month", Unit((), ("month",))),
    ("tokens/user/month", Unit(("token",), ("user", "month"))),
    ("CNY/1k_token", Unit(("CNY",), ("1k_token",))),
    ("users·months", Unit(("user", "month"))),
]


@pytest.mark.parametrize(("text", "unit"), PRINTED)
def test_text_round_trip(text: str, unit: Unit) -> None:
    assert parse_unit(text) == unit
    assert str(unit) == text


def test_spaces_and_plurals_below_the_line() -> None:
    assert parse_unit(" CNY / users / months ") == parse_unit("CNY/user/month")


@pytest.mark.parametrize("text", ["", " ", "CNY/", "/month", "CNY//month"])
def test_no_unit(text: str) -> None:
    with pytest.raises(ValueError, match="is no unit: write it like"):
        parse_unit(text)


FACTORS = [
    ("CNY/month", "CNY/year", 12.0),
    ("CNY/year", "CNY/month", 1 / 12),
    ("CNY/half-year", "CNY/quarter", 0.5),
    ("CNY/user/month", "CNY/user/year", 12.0),
    ("CNY/month/user", "CNY/user/month", 1.0),
    ("CNY/1k_token", "CNY/1m_token", 1000.0),
    ("tokens/user/month", "tokens/user/quarter", 3.0),
    ("years", "months", 12.0),
    ("tokens", "1m_tokens", 1e-6),
    ("CNY", "USD", None),
    ("CNY/month", "CNY", None),
    ("CNY/month", "CNY/user", None),
    ("CNY/day", "CNY/month", None),
    ("users", "months", None),
    ("ratio", "ratio", 1.0),
]


@pytest.mark.parametrize(("have", "want", "factor"), FACTORS)
def test_factor(have: str, want: str, factor: float | None) -> None:
    found = parse_unit(have).factor_to(parse_unit(want))
    assert found == (factor if factor is None else pytest.approx(factor, rel=1e-15))


FORMATS = [
    ("ratio", "0.0%"), ("CNY", "#,##0"), ("users", "#,##0"), ("months", "0.0"), ("days", "0.0"),
    ("money/user", "#,##0.00"), ("money/month", "#,##0"), ("money/1m_token", "#,##0.00"),
    ("1/month", "#,##0"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number_format"), FORMATS)
def test_number_format(text: str, number_format: str) -> None:
    assert parse_unit(text).number_format == number_format


def test_money_and_currency() -> None:
    price = parse_unit("CNY/user/month")
    assert price.currency == "CNY"
    assert price.in_money() == MONEY / USERS / MONTHS
    assert price.in_money().text("USD") == "USD/user/month"
    assert (USERS.currency, MONEY.currency) == (None, None)


def test_what_stands_above_and_below_cancels() -> None:
    assert MONEY / MONEY == RATIO
    assert MONEY / (MONEY / USERS) == USERS
