"""The worksheet functions in Chinese: what a wizard, an add-in's description or a task pane shows of them.

What the texts beside this module lack is given in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from engine.registry import function as declared
from engine.units import MONEY_WORD, RATIO, Unit

FILE = Path(__file__).with_name("chinese.toml")


@cache
def _texts() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _text(table: str, key: str) -> str | None:
    found = _texts().get(table, {}).get(key)
    return found if isinstance(found, str) else None


def summary(name: str) -> str:
    """What the function gives, in one sentence."""
    return _text(name, "summary") or declared(name).summary


def argument(function: str, argument: str) -> str:
    """What an argument of the function is; one that may be repeated goes by its bare name."""
    return _text(function, argument) or declared(function).arguments[argument].help


def group(name: str) -> str:
    """A group of functions."""
    return _text("groups", name) or name


def word(word: str, function: str = "") -> str:
    """What a word stands for that an argument takes; in `function`, where it means something else there."""
    others = _texts().get("words", {}).get(function, {})
    return (others.get(word) if isinstance(others, Mapping) else None) or _text("words", word) or word


def unit(unit: Unit, currency: str = MONEY_WORD) -> str:
    """A unit in print, with money shown as `currency`: 元/用户/月 for CNY, 金额/用户/月 for any."""
    if unit == RATIO:
        return _text("units", "ratio") or str(RATIO)
    top = [_part(currency if part == MONEY_WORD else part, counted=True) for part in unit.top]
    return "/".join(("·".join(top) or "1", *(_part(part) for part in unit.bottom)))


def _part(part: str, *, counted: bool = False) -> str:
    """A part of a unit; months that are counted are 个月, those that something is counted by are 月."""
    others = _texts().get("units", {}).get("counted", {}) if counted else {}
    return others.get(part) or _text("units", part) or part
