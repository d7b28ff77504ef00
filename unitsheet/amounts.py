"""Numbers, months and units as people write them in tables; what could mean two things is refused."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal, NamedTuple, SupportsFloat

from engine.errors import CellError, ErrorKind
from engine.units import CURRENCIES, parse_unit
from workbook.model_tabs import FIRST_YEAR, LAST_YEAR, Month, date_of

Decimals = Literal["point", "comma", "either"]
"""What parts the whole from the rest: a point, a comma, or whichever makes the number readable."""

_BLANK = {"", "#n/a", "n/a", "na", "nan", "null", "none", "nat", "<na>"}
_HAN = {
    "千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "億": 1e8, "十亿": 1e9,
    "万亿": 1e12,
}  # fmt: skip
_SCALES = _HAN | {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9,
}  # fmt: skip
_SCALE = re.compile(rf"({'|'.join(sorted(_SCALES, key=len, reverse=True))})\s*(\S.*)", re.IGNORECASE)
_UNITS = {
    "元": "CNY", "人民币": "CNY", "rmb": "CNY", "美元": "USD", "人": "users", "词元": "tokens",
    "下载": "downloads",
}  # fmt: skip
_MINUS = ("-", "\u2212")
_MONTHS = ("%Y-%m", "%Y-%m-%d", "%B %Y", "%b %Y", "%Y %B", "%Y %b", "%b-%Y", "%B-%Y")
_NO_MONTH = "is no month; write it like 2024-06, 2024-06-30 or June 2024"
_COMPACT = re.compile(r"\d{5,6}")
_YEAR_MONTH = range(FIRST_YEAR * 100 + 1, LAST_YEAR * 100 + 13)


def _written(whole: str, part: str) -> re.Pattern[str]:
    """Digits in groups of three or in one run, the rest behind its sign, an exponent."""
    grouped = rf"\d{{1,3}}(?:(?P<group>[{whole}' ])\d{{3}})(?:(?P=group)\d{{3}})*"
    return re.compile(rf"(?:{grouped}|\d+)?(?:{re.escape(part)}\d*)?(?:[eE][-+]?\d+)?")


_PATTERNS = {"point": (_written(",", "."), "."), "comma": (_written(".", ","), ",")}


def is_blank(value: Any) -> bool:
    """Whether a cell of a table says nothing: empty, or a word for what is not there."""
    if isinstance(value, CellError):
        return value.kind is ErrorKind.NA
    return value is None or (isinstance(value, str) and value.strip().lower() in _BLANK)


def number(value: Any, decimals: Decimals = "point") -> float:
    """The number in a cell of a table; a `ValueError` says why there is none."""
    if isinstance(value, SupportsFloat) and not isinstance(value, bool):
        found = float(value)
        if not math.isfinite(found):
            raise ValueError(f"{value} is no number that a sheet can hold")
        return found
    if not isinstance(value, str):
        raise ValueError(f"{value} is no number")
    text = unicodedata.normalize("NFKC", value).strip()
    if text.startswith("(") and text.endswith(")"):  # how accountants write a negative
        return -_unsigned(text[1:-1].strip(), value, decimals)
    if text.startswith(_MINUS):
        return -_unsigned(text[1:].strip(), value, decimals)
    return _unsigned(text.removeprefix("+").strip(), value, decimals)


def _unsigned(text: str, shown: str, decimals: Decimals) -> float:
    for word in sorted(_HAN, key=len, reverse=True):
        if text.endswith(word):
            return scaled(_digits(text[: -len(word)].strip(), shown, decimals), _HAN[word])
    return _digits(text, shown, decimals)


def scaled(found: float, scale: float) -> float:
    """A number times a scale, as the decimal that both are: 1.1 times 10,000 is 11,000."""
    return float(Decimal(repr(found)) * Decimal(scale))


def _digits(text: str, shown: str, decimals: Decimals) -> float:
    asked = ("point", "comma") if decimals == "either" else (decimals,)
    found = {one for one in (_read(text, name) for name in asked) if one is not None}
    if len(found) > 1:
        first, second = sorted(found)
        raise ValueError(
            f"{shown!r} may be {first:,.15g} or {second:,.15g}; say --decimal point or --decimal comma"
        )
    if not found:
        raise ValueError(f"{shown!r} is no number")
    return found.pop()


def _read(text: str, decimals: str) -> float | None:
    pattern, part = _PATTERNS[decimals]
    if not pattern.fullmatch(text) or not any(sign.isdigit() for sign in text):
        return None
    whole, _, rest = text.partition(part)
    plain = re.sub(r"[,.' ]", "", whole) + ("." + rest if rest else "")
    try:
        found = float(plain)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def month(value: Any) -> Month:
    """The month that a cell or a header names; the `ValueError` of another goes on where the value ends."""
    if isinstance(value, dt.date):
        return Month(value.year, value.month)
    if isinstance(value, SupportsFloat) and not isinstance(value, bool) and float(value).is_integer():
        return _month_number(int(float(value)))
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if _COMPACT.fullmatch(text):
        return _month_number(int(text))
    found = _month_text(text)
    if found is None:
        raise ValueError(_NO_MONTH)
    return found


def _month_number(value: int) -> Month:
    """202406, or the serial number of a date."""
    if value in _YEAR_MONTH and 1 <= value % 100 <= 12:
        return Month(*divmod(value, 100))
    date = date_of(value)
    if date is None:
        raise ValueError(_NO_MONTH)
    return Month(date.year, date.month)


def _month_text(text: str) -> Month | None:
    text = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", text)
    text = re.sub(r"\s*([年月日])\s*", r"\1", text)
    text = re.sub(r"[年月]", "-", re.sub(r"[月日]$", "", text))
    text = re.sub(r"(?<=\d)[/.](?=\d)", "-", " ".join(text.replace(",", " ").split()))
    text = re.sub(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", text)
    for form in _MONTHS:
        try:
            found = dt.datetime.strptime(text, form)
        except ValueError:
            continue
        return Month(found.year, found.month) if FIRST_YEAR <= found.year <= LAST_YEAR else None
    return None


class Conversion(NamedTuple):
    """How a stated unit becomes that of a row: a factor, and two currencies where they differ."""

    factor: float
    from_currency: str = ""
    to_currency: str = ""


def conversion(stated: str, wanted: str) -> Conversion:
    """How figures in one unit become figures in another; a `ValueError` where they exactly cannot."""
    target = parse_unit(wanted)
    for scale, text in _readings(stated, wanted):
        try:
            unit = parse_unit(text)
        except ValueError:
            continue
        factor = unit.factor_to(target)
        if factor is not None:
            return Conversion(scale * factor)
        factor = unit.in_money().factor_to(target.in_money())
        if factor is not None and unit.currency and target.currency:
            return Conversion(scale * factor, unit.currency, target.currency)
    raise ValueError(f"{stated} does not become {wanted}")


def _readings(stated: str, wanted: str) -> Iterator[tuple[float, str]]:
    """A unit as it stands, with a scale in front of it taken off, and a scale alone."""
    text = unicodedata.normalize("NFKC", stated).strip()
    yield 1.0, _spelled(text)
    scaled = _SCALE.fullmatch(text)
    if scaled:
        yield _SCALES[scaled[1].lower()], _spelled(scaled[2])
    if text.lower() in _SCALES:
        yield _SCALES[text.lower()], wanted


def _spelled(text: str) -> str:
    """A unit in the words of the model: currencies in capitals, Chinese words in English."""
    plain = text.strip().lower()
    if plain in _UNITS:
        return _UNITS[plain]
    capitals = "/".join(part.upper() if part.upper() in CURRENCIES else part for part in plain.split("/"))
    return re.sub(r"\bkwh\b", "kWh", capitals)
