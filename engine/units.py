"""Units: what a number counts, how it prints, and how one unit becomes another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

MONEY_WORD = "money"
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD", "KRW", "SGD", "INR")

# A period inside a unit, in months; a scale of tokens, in tokens.
_PERIODS = {"month": 1.0, "quarter": 3.0, "half-year": 6.0, "year": 12.0}
_SCALES = {"token": 1.0, "1k_token": 1e3, "1m_token": 1e6}
_FACTORS = (_PERIODS, _SCALES)
_PLURALS = {
    "user", "action", "download", "month", "day", "year", "hour", "request", "visit", "subscriber",
    "deal", "gpu", "head", "token", "1k_token", "1m_token", "second",
    "impression", "order", "draw", "date", "period",
}  # fmt: skip
# Money for one of these is shown with cents; a count of these with a decimal.
_SMALL = {"user", "1m_token", "subscriber", "order", "kWh", "1k_impression", "hour"}
_DECIMAL = {"month", "day", "impression", "year"}
# So many of these a day or a month are few.
_RATES = {"request", "deal"}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts: the product of `top` over the product of `bottom`.

    `Unit(("money",), ("user", "month"))` prints as `money/user/month`, or as
    `CNY/user/month` once a currency is named; a unit without parts is a ratio.
    """

    top: tuple[str, ...] = ()
    bottom: tuple[str, ...] = ()

    def __truediv__(self, other: Unit) -> Unit:
        top, bottom = _cancelled(self.top + other.bottom, self.bottom + other.top)
        return Unit(top, bottom)

    def __str__(self) -> str:
        return self.text()

    def text(self, currency: str = MONEY_WORD) -> str:
        """The unit in print, with money shown as `currency`."""
        if not self.top and not self.bottom:
            return "ratio"
        names = [currency if part == MONEY_WORD else _plural(part) for part in self.top]
        top = "·".join(names) or "1"
        return "/".join((top, *self.bottom))

    @property
    def number_format(self) -> str:
        """The number format a cell of this unit is shown in."""
        if not self.top and not self.bottom:
            return "0.0%"
        if MONEY_WORD in self.top:
            if "request" in self.bottom:
                return "0.000000"
            return "#,##0" if _SMALL.isdisjoint(self.bottom) else "#,##0.00"
        if self.top[:1] == ("kW",):
            return "0.00"
        if not _DECIMAL.isdisjoint(self.top[:1]) or (self.bottom and not _RATES.isdisjoint(self.top[:1])):
            return "0.0"
        return "#,##0"

    @property
    def currency(self) -> str | None:
        """The currency the unit names, if it names one."""
        return next((part for part in self.top if part in CURRENCIES), None)

    def in_money(self) -> Unit:
        """The same unit with its currency replaced by plain money."""
        return Unit(tuple(MONEY_WORD if part in CURRENCIES else part for part in self.top), self.bottom)

    def factor_to(self, target: Unit) -> float | None:
        """What to multiply by to get a figure in `target`, or None where no exact factor exists."""
        top = _scaled(*_cancelled(self.top, target.top))
        bottom = _scaled(*_cancelled(self.bottom, target.bottom))
        return None if top is None or bottom is None else top / bottom


def _cancelled(top: tuple[str, ...], bottom: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Both without the parts they share."""
    left = list(bottom)
    kept: list[str] = []
    for part in top:
        if part in left:
            left.remove(part)
        else:
            kept.append(part)
    return tuple(kept), tuple(left)


def _scaled(mine: tuple[str, ...], theirs: tuple[str, ...]) -> float | None:
    """How many of `theirs` there are in one of `mine`, for at most one part of each scale."""
    factor = 1.0
    for scale in _FACTORS:
        one = [part for part in mine if part in scale]
        other = [part for part in theirs if part in scale]
        if len(one) != len(other) or len(one) > 1:
            return None
        if one:
            factor *= scale[one[0]] / scale[other[0]]
    known = {part for scale in _FACTORS for part in scale}
    return factor if known.issuperset(mine + theirs) else None


def _plural(part: str) -> str:
    return f"{part}s" if part in _PLURALS else part


def _singular(part: str) -> str:
    return part[:-1] if part.endswith("s") and part[:-1] in _PLURALS else part


@lru_cache(maxsize=256)
def parse_unit(text: str) -> Unit:
    """Read `CNY/user/month`, `users`, `ratio`, `USD/half-year`; a `ValueError` says what is wrong."""
    parts = [part.strip() for part in text.strip().split("/")]
    if not all(parts):
        raise ValueError(f"{text!r} is no unit: write it like CNY/user/month, users, months or ratio")
    if parts == ["ratio"]:
        return RATIO
    top, *bottom = parts
    tops = () if top == "1" else tuple(_singular(part.strip()) for part in top.split("·"))
    return Unit(tops, tuple(_singular(part) for part in bottom))


RATIO = Unit()
MONEY = Unit((MONEY_WORD,))
USERS = Unit(("user",))
ACTIONS = Unit(("action",))
DOWNLOADS = Unit(("download",))
MONTHS = Unit(("month",))
DAYS = Unit(("day",))
TOKENS = Unit(("token",))
GPUS = Unit(("gpu",))
PERIODS = Unit(("period",))
DATES = Unit(("date",))
YEARS = Unit(("year",))
DRAWS = Unit(("draw",))
# The unit of whatever model is named in the call.
MODEL_UNIT = Unit(("the model's unit",))
# Whatever the figures given are counted in.
AS_GIVEN = Unit(("as given",))
# A number that counts nothing.
NUMBER = Unit(("number",))
# TRUE or FALSE, in a cell and in Python.
LOGICAL = Unit(("TRUE or FALSE",))
# What says nothing behind a result.
UNSPOKEN = (RATIO, MODEL_UNIT, AS_GIVEN, LOGICAL)
DAYS_PER_MONTH = DAYS / MONTHS
REQUESTS_PER_DAY = Unit(("request",), ("day",))
TOKENS_PER_REQUEST = Unit(("token",), ("request",))
TOKENS_PER_MONTH = Unit(("token",), ("month",))
TOKENS_PER_SECOND = Unit(("token",), ("second",))
TOKENS_PER_USER_MONTH = Unit(("token",), ("user", "month"))
MONEY_PER_USER = MONEY / USERS
MONEY_PER_ACTION = MONEY / ACTIONS
MONEY_PER_MONTH = MONEY / MONTHS
MONEY_PER_DAY = MONEY / DAYS
MONEY_PER_USER_MONTH = Unit((MONEY_WORD,), ("user", "month"))
MONEY_PER_MTOK = Unit((MONEY_WORD,), ("1m_token",))
MONEY_PER_REQUEST = Unit((MONEY_WORD,), ("request",))
MONEY_PER_GPU_HOUR = Unit((MONEY_WORD,), ("gpu", "hour"))
HEADS = Unit(("head",))
HOURS_PER_MONTH = Unit(("hour",), ("month",))
KILOWATTS_PER_GPU = Unit(("kW",), ("gpu",))
SUBSCRIBERS = Unit(("subscriber",))
IMPRESSIONS_PER_USER_DAY = Unit(("impression",), ("user", "day"))
MONEY_PER_USER_DAY = Unit((MONEY_WORD,), ("user", "day"))
MONEY_PER_SUBSCRIBER = MONEY / SUBSCRIBERS
MONEY_PER_1K_IMPRESSIONS = Unit((MONEY_WORD,), ("1k_impression",))
MONEY_PER_ORDER = Unit((MONEY_WORD,), ("order",))
MONEY_PER_GPU = MONEY / GPUS
MONEY_PER_KWH = Unit((MONEY_WORD,), ("kWh",))
MONEY_PER_HEAD_MONTH = Unit((MONEY_WORD,), ("head", "month"))
MONEY_PER_HEAD_YEAR = Unit((MONEY_WORD,), ("head", "year"))
MONEY_PER_QUARTER = Unit((MONEY_WORD,), ("quarter",))
DOWNLOADS_PER_MONTH = DOWNLOADS / MONTHS
DEALS = Unit(("deal",))
DEALS_PER_MONTH = DEALS / MONTHS
MONEY_PER_DEAL = MONEY / DEALS
GPUS_PER_MONTH = GPUS / MONTHS
REQUESTS = Unit(("request",))
HOURS = Unit(("hour",))
