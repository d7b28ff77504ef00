"""The months that a model covers."""

from __future__ import annotations

import datetime as dt
import re

from engine.errors import InputError

_START = re.compile(r"(\d{4})-(\d{2})")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def first_day(start: str) -> dt.date:
    """The first day of a month such as 2024-01; an `InputError` says what it must look like."""
    match = _START.fullmatch(start)
    if match is None or not 1 <= int(match[2]) <= 12 or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        raise InputError(f"the start is a month such as 2024-01, not {start!r}")
    return dt.date(int(match[1]), int(match[2]), 1)
