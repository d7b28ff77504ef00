"""The figures of a company file on their way to the model: each checked in everything it says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.company import MODEL_CURRENCIES, Basis, Driver, Fact, Figure
from engine.drivers import DRIVERS
from engine.units import MONEY_WORD, RATIO, Unit, parse_unit
from workbook import templates
from workbook.company_text import CompanyText
from workbook.default_figures import default_figure, in_currency

FIGURE_KEYS: Mapping[str, str] = {
    "value": "The figure, where it is one number",
    "low": "The lower end, where it is a range; base is the middle, the ends are bear and bull",
    "high": "The upper end of that range",
    "bear": "The figure in the bear scenario, in the same unit",
    "bull": "The figure in the bull scenario, in the same unit",
    "unit": "The unit; a period of a quarter, half-year or year is brought to a month",
    "basis": f"How firm it is: {', '.join(Basis)}",
    "source": "Where it comes from; needed for every basis but illustrative, if there are no facts",
    "facts": "The facts of facts.csv behind it, as a list of ids",
    "fact": "One fact taken as it stands, by its id; it brings value, unit, basis, disputed and period",
    "disputed": "true where somebody contests it",
    "period": "The time it holds for, such as 2025-06",
    "note": "A sentence: what it is, and what bear and bull stand for",
}
_SAID_BY_A_FACT = ("value", "low", "high", "unit", "basis", "disputed", "facts", "source", "period")


def figures(text: CompanyText, table: Any, currency: str) -> dict[str, Figure]:
    """A figure for every driver: what the file gives, else the illustrative default."""
    if not isinstance(table, dict):
        text.report("figures", "expected a table of figures")
        table = {}
    for key in [each for each in table if each not in DRIVERS]:
        text.unknown(
            f"figures.{key}", key, DRIVERS, "`unitsheet company init` writes a file with all of them"
        )
    money = currency if currency in MODEL_CURRENCIES else MODEL_CURRENCIES[0]
    found: dict[str, Figure] = {}
    for key, driver in DRIVERS.items():
        if key not in table:
            found[key] = default_figure(driver, money)
        elif figure := _Entry(text, driver, money, table[key]).figure():
            found[key] = figure
    return found


@dataclass(slots=True)
class _Entry:
    """One figure of a company file."""

    text: CompanyText
    driver: Driver
    currency: str
    entry: Any

    def report(self, key: str, message: str) -> None:
        name = f"figures.{self.driver.key}"
        self.text.report(f"{name}.{key}" if key else name, message)

    def figure(self) -> Figure | None:
        """The figure; None where the model could not use it, whose reasons are reported."""
        if not isinstance(self.entry, dict):
            self.report(
                "", "expected a table such as { value = 1, unit = ..., basis = ... } or { fact = ... }"
            )
            return None
        for key in [each for each in self.entry if each not in FIGURE_KEYS]:
            self.text.unknown(f"figures.{self.driver.key}.{key}", key, FIGURE_KEYS)
        return self._from_fact() if "fact" in self.entry else self._from_value()

    def _from_fact(self) -> Figure | None:
        for key in _SAID_BY_A_FACT:
            if key in self.entry:
                self.report(key, "the fact says this already; leave it out, or leave out the fact")
        fact = self._fact(self.entry["fact"], "fact")
        unit, factor = self._unit(fact.unit, "fact") if fact else (None, math.nan)
        note = self._text("note")
        if fact is None or unit is None:
            return None
        ends = (fact.value, fact.value if fact.value_high is None else fact.value_high)
        bear, base, bull = self._scenarios(ends, ("fact", "fact"), unit, factor)
        return Figure(
            self.driver, unit, bear, base, bull, fact.basis, fact.disputed, (fact.id,), "", fact.period,
            note or fact.note, factor,
        )  # fmt: skip

    def _from_value(self) -> Figure | None:
        ends, keys = self._ends()
        unit, factor = self._unit(self._text("unit"), "unit")
        basis, ids, source = self._basis(), self._facts(), self._text("source")
        if basis not in (None, Basis.ILLUSTRATIVE) and not ids and not source:
            self.report(
                "", f"a figure that is {basis} needs its facts or a source; without one it is illustrative"
            )
        disputed = self.entry.get("disputed", False)
        if not isinstance(disputed, bool):
            self.report("disputed", f"expected true or false, found {disputed!r}")
        period, note = self._text("period"), self._text("note")
        bear, base, bull = self._scenarios(ends, keys, unit or self.driver.unit, factor)
        if unit is None or basis is None:
            return None
        return Figure(self.driver, unit, bear, base, bull, basis, disputed is True, ids, source, period, note)

    def _ends(self) -> tuple[tuple[float, float], tuple[str, str]]:
        """The two ends of what is stated, the same for a single value, and the keys that state them."""
        given = self.entry.keys()
        if "value" in given and given & {"low", "high"}:
            self.report("value", "say either value, or low and high, not both")
        elif len(given & {"low", "high"}) == 1:
            one, other = ("low", "high") if "low" in given else ("high", "low")
            self.report(one, f"a range needs {other} too; a single figure is called value")
        elif not given & {"value", "low", "high"}:
            self.report("", "expected value, or low and high, or fact")
        if "value" in given:
            value = self._number("value")
            return (value, value), ("", "")
        low, high = self._number("low"), self._number("high")
        if low > high:
            self.report("low", f"expected low to be at most high; found {low:g} and {high:g}")
        return (low, high), ("low", "high")

    def _scenarios(
        self, ends: tuple[float, float], keys: tuple[str, str], unit: Unit, factor: float
    ) -> tuple[float, float, float]:
        """Bear, base and bull: the good end is bull, the middle base, the bad end bear, unless stated."""
        low, high = (end * factor for end in ends)
        self._check_domain(low, unit, keys[0])
        if high != low:
            self._check_domain(high, unit, keys[1])
        found = {"bear": low, "bull": high} if self.driver.high_is_good else {"bear": high, "bull": low}
        for key in [each for each in found if each in self.entry]:
            found[key] = self._number(key) * factor
            self._check_domain(found[key], unit, key)
        return found["bear"], (low + high) / 2, found["bull"]

    def _check_domain(self, value: float, unit: Unit, key: str) -> None:
        """Report a number the model cannot take; nan stands for one that is reported already."""
        if math.isinf(value):
            self.report(key, f"expected a finite number, found {value:g}")
        elif np.any(self.driver.domain.outside(np.array([value]))):
            self.report(key, f"{value:g} {unit} is out of range: it {self.driver.domain}")

    def _unit(self, stated: str, key: str) -> tuple[Unit | None, float]:
        """The unit a figure is kept in, that of its driver in the figure's currency, and the factor to it.

        Without a unit the factor is nan, which no domain refuses.
        """
        wanted = self.driver.unit
        right = wanted.text(self.currency)
        percent = "; 5% is 0.05" if wanted == RATIO else ""
        if not stated:
            if not isinstance(self.entry.get(key), str | None):
                return None, math.nan
            self.report(key, f"expected the unit {right}; none is stated{percent}")
            return None, math.nan
        try:
            unit = parse_unit(stated)
        except ValueError:
            self.report(key, f"expected the unit {right}, found {stated!r}{percent}")
            return None, math.nan
        factor = unit.in_money().factor_to(wanted)
        if factor is None or (MONEY_WORD in wanted.top and unit.currency is None):
            said = f"found {stated}, which does not convert to it{percent}"
            self.report(key, f"expected the unit {right}, {said}")
            return None, math.nan
        if unit.currency not in (None, *MODEL_CURRENCIES):
            money = " or ".join(MODEL_CURRENCIES)
            self.report(key, f"expected money in {money}, found {stated}; convert it first")
        return in_currency(wanted, unit.currency or MONEY_WORD), factor

    def _fact(self, fact_id: Any, key: str) -> Fact | None:
        fact = templates.facts().get(fact_id) if isinstance(fact_id, str) else None
        if fact is None:
            self.report(key, f"expected the id of a fact in facts.csv, such as F000-10; found {fact_id!r}")
        return fact

    def _facts(self) -> tuple[str, ...]:
        listed = self.entry.get("facts", [])
        if not isinstance(listed, list):
            self.report("facts", f'expected a list such as ["F000-10"], found {listed!r}')
            return ()
        return tuple(fact.id for each in listed if (fact := self._fact(each, "facts")))

    def _number(self, key: str) -> float:
        """The number a key gives; nan where there is none, which is reported if the key is there."""
        value = self.entry.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            if key in self.entry:
                self.report(key, f"expected a number, found {value!r}")
            return math.nan
        return float(value)

    def _text(self, key: str) -> str:
        value = self.entry.get(key, "")
        if not isinstance(value, str):
            self.report(key, f"expected text in quotes, found {value!r}")
            return ""
        return value

    def _basis(self) -> Basis | None:
        stated = self._text("basis")
        try:
            return Basis(stated)
        except ValueError:
            found = f"found {stated!r}" if stated else "none is stated"
            self.report("basis", f"expected one of {', '.join(Basis)}; {found}")
            return None
