"""Figures of a table matched with the cells of a workbook that take actuals."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from engine.company import MODEL_CURRENCIES
from engine.errors import InputError
from engine.lines import LINES
from engine.units import parse_unit
from unitsheet.actuals import Figure, Problem
from unitsheet.amounts import Decimals, conversion, is_blank, month, number, scaled
from workbook.actuals_tab import FX, ActualRow, ActualsTab
from workbook.model_tabs import Month, folded

ALL = ""
"""In a key, the company of the exchange rate, which is the same for all; in units, every line."""

# Closing stocks are worked out from a counted figure, and round.
_SAME = 1e-12
_BRACKETED = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]+)[)\]]")


class Key(NamedTuple):
    """A cell that takes an actual: whose, of which line, in which month."""

    company: str
    name: str
    month: Month


class _NoMatchError(Exception):
    def __init__(self, where: str, what: object, why: str, nearest: str = "") -> None:
        self.problem = Problem((where,), str(what), why, nearest)


class Matching:
    """What becomes of the figures of a table: a number for each cell, and what is wrong with the others."""

    def __init__(
        self,
        tab: ActualsTab,
        *,
        company: str | None = None,
        units: Mapping[str, str] | None = None,
        convert: bool = False,
        rates: Mapping[Month, float] | None = None,
        decimals: Decimals = "point",
    ) -> None:
        self.tab = tab
        self.convert = convert
        self.decimals: Decimals = decimals
        self.rates = dict(rates or {})
        self.numbers: dict[Key, float] = {}
        self.blank = self.of_others = self.converted = 0
        self._places: dict[Key, list[str]] = {}
        self._problems: list[Problem] = []
        self._conflicts: dict[Key, Problem] = {}
        self._companies = _companies(tab)
        self._lines = {id: _spelled(one.rows.values()) for id, one in tab.companies.items()}
        self._rates = _spelled([tab.fx] if tab.fx else [])
        self.company = self._named_company(company) if company else ""
        self._units = self._checked_units(units or {})

    def take(self, figures: Iterable[Figure]) -> None:
        """Match figures; exchange rates come first, since others may need them."""
        waiting = []
        for figure in figures:
            if is_blank(figure.value):
                self.blank += bool(figure.line)
            elif self._is_rate(figure.line):
                self._take(figure)
            else:
                waiting.append(figure)
        self._settle()
        self.rates |= {key.month: value for key, value in self.numbers.items() if key.name == FX}
        for figure in waiting:
            self._take(figure)
        self._settle()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be matched, one record for all that is alike."""
        alike: dict[tuple[str, str, str], dict[str, None]] = {}
        for problem in (*self._problems, *self._conflicts.values()):
            alike.setdefault(problem[1:], {}).update(dict.fromkeys(problem.where))
        return tuple(Problem(tuple(where), *rest) for rest, where in alike.items())

    def refuse(self, key: Key, why: str) -> None:
        """Take a cell back that cannot be filled."""
        del self.numbers[key]
        self._problems.append(Problem(tuple(self._places[key]), f"{key.name} {key.month}", why))

    def _take(self, figure: Figure) -> None:
        try:
            found = self._matched(figure)
        except _NoMatchError as error:
            self._problems.append(error.problem)
            return
        if found is None:
            self.of_others += 1
            return
        key, value = found
        self._enter(key, value, figure.where)

    def _matched(self, figure: Figure) -> tuple[Key, float] | None:
        id = ALL if self._is_rate(figure.line) else self._company(figure)
        if id is None:
            return None
        row, bracket = self._row(figure, id)
        if is_blank(figure.month):
            raise _NoMatchError(figure.where_month, "no month", "the row does not say which")
        try:
            when = _month(figure.month)
        except ValueError as error:
            raise _NoMatchError(figure.where_month, figure.month, str(error)) from None
        if when not in self.tab.tab.months:
            why = f"lies outside the months of the workbook, {self.tab.first} to {self.tab.last}"
            raise _NoMatchError(figure.where_month, when, why)
        try:
            value = self._value(figure, row, bracket, when)
        except ValueError as error:
            raise _NoMatchError(figure.where, row.name, str(error)) from None
        return Key(id, row.name, when), value

    def _company(self, figure: Figure) -> str | None:
        """The company of a figure; None where only another one's is asked for."""
        if figure.company is not None:
            id = self._companies.get(folded(figure.company))
            if id is not None:
                return id if id == (self.company or id) else None
            if self.company:
                return None
            near = difflib.get_close_matches(folded(figure.company), self._companies, 1, 0.5)
            why = f"the workbook has no such company; it has {', '.join(self.tab.companies)}"
            nearest = self._companies[near[0]] if near else ""
            raise _NoMatchError(figure.where_line, figure.company, why, nearest)
        if self.company:
            return self.company
        if len(self.tab.companies) == 1:
            return next(iter(self.tab.companies))
        why = (
            f"the workbook has {', '.join(self.tab.companies)}; say which with a column company or --company"
        )
        raise _NoMatchError(figure.where_line, "no company", why)

    def _named_company(self, name: str) -> str:
        id = self._companies.get(folded(name))
        if id is None:
            near = difflib.get_close_matches(folded(name), self._companies, 1, 0.5)
            known = ", ".join(self.tab.companies)
            hint = f"did you mean {self._companies[near[0]]}?" if near else f"it has {known}"
            raise InputError(f"the workbook has no company {name!r}; {hint}")
        return id

    def _is_rate(self, line: str) -> bool:
        return _bare(line, self._rates) is not None

    def _row(self, figure: Figure, id: str) -> tuple[ActualRow, str]:
        """The row that a line means, and the unit in brackets behind its name."""
        rows = self._rates if id == ALL else self._lines[id]
        found = _bare(figure.line, rows)
        if found is not None:
            return found
        if not figure.line:
            raise _NoMatchError(figure.where_line, "no line", "the row does not say what its figures are")
        if folded(figure.line) in _model_lines():
            why = "is worked out by the model and takes no actuals"
            raise _NoMatchError(figure.where_line, figure.line, why)
        near = difflib.get_close_matches(folded(figure.line), [*rows, *_model_lines()], 1, 0.5)
        why = "is no line that takes actuals"
        if near and near[0] not in rows:
            why += f"; nor is {near[0]}, which the model works out"
        nearest = rows[near[0]].name if near and near[0] in rows else ""
        raise _NoMatchError(figure.where_line, figure.line, why, nearest)

    def _value(self, figure: Figure, row: ActualRow, bracket: str, when: Month) -> float:
        wanted = row.line.unit
        if figure.unit and bracket and folded(figure.unit) != folded(bracket):
            raise ValueError(f"two units are stated, {figure.unit} and {bracket}")
        value = number(figure.value, self.decimals)
        stated = figure.unit or bracket or self._unit(row)
        if stated:
            value = self._converted(value, stated, wanted, when)
        if row.name == FX and value <= 0:
            raise ValueError(f"an exchange rate is above zero, and {figure.value} is not")
        if value < 0 and parse_unit(wanted).currency is None:
            raise ValueError(f"{figure.value} is below zero, which no number of {wanted} is")
        return value

    def _converted(self, value: float, stated: str, wanted: str, when: Month) -> float:
        factor, given, needed = conversion(stated, wanted)
        value = scaled(value, factor)
        if not given:
            return value
        if given not in MODEL_CURRENCIES or needed not in MODEL_CURRENCIES:
            raise ValueError(f"{stated} does not become {wanted}; rates are kept for {_BOTH} only")
        if not self.convert:
            raise ValueError(f"is in {stated}, the row in {wanted}; --convert takes the rate of each month")
        if when not in self.rates:
            raise ValueError(f"no exchange rate is typed for {when}; fill fx for it as well")
        self.converted += 1
        return value * self.rates[when] if given == "USD" else value / self.rates[when]

    def _unit(self, row: ActualRow) -> str:
        """The unit asked for on the command line."""
        stated = self._units.get(row.name, "")
        general = self._units.get(ALL, "")
        if stated or row.name == FX or not general:
            return stated
        return general if _fits(general, row) else ""

    def _checked_units(self, units: Mapping[str, str]) -> dict[str, str]:
        rows = [row for one in self.tab.companies.values() for row in one.rows.values()]
        every = self._rates | {spelling: row for one in self._lines.values() for spelling, row in one.items()}
        checked = {}
        for line, unit in units.items():
            name = ALL if line == ALL else getattr(every.get(folded(line)), "name", None)
            if name is None:
                near = difflib.get_close_matches(folded(line), every, 1, 0.5)
                hint = f"; did you mean {every[near[0]].name}?" if near else ""
                raise InputError(
                    f"the unit {unit} is for {line!r}, which is no line that takes actuals{hint}"
                )
            if name == ALL and not any(_fits(unit, row) for row in rows):
                known = ", ".join(dict.fromkeys(row.line.unit for row in rows))
                raise InputError(f"no line is in {unit}; lines that take actuals are in {known}")
            checked[name] = unit
        return checked

    def _enter(self, key: Key, value: float, where: str) -> None:
        places = self._places.setdefault(key, [])
        places.append(where)
        known = self.numbers.setdefault(key, value)
        if abs(known - value) > _SAME * max(abs(known), abs(value)) or key in self._conflicts:
            what = f"{key.company} {key.name} {key.month}".strip()
            why = "is given twice with different figures; none of them is filled"
            self._conflicts[key] = Problem(tuple(places), what, why)

    def _settle(self) -> None:
        """Leave out the cells that two figures claim."""
        for key in self._conflicts:
            self.numbers.pop(key, None)


_BOTH = " and ".join(MODEL_CURRENCIES)


def _companies(tab: ActualsTab) -> dict[str, str]:
    """The ids of companies by all they are called; what two share is nobody's."""
    products = [folded(one.title_zh) for one in tab.companies.values()]
    named = {folded(one.title_zh): id for id, one in tab.companies.items()}
    alone = {name: id for name, id in named.items() if name and products.count(name) == 1}
    return alone | {folded(id): id for id in tab.companies}


def _fits(unit: str, row: ActualRow) -> bool:
    try:
        conversion(unit, row.line.unit)
    except ValueError:
        return False
    return True


def _spelled(rows: Iterable[ActualRow]) -> dict[str, ActualRow]:
    """Rows by all they are called; a name goes before a label, and what two labels share is nobody's."""
    listed: Sequence[ActualRow] = list(rows)
    labels: dict[str, ActualRow | None] = {}
    for row in listed:
        for spelling in dict.fromkeys(folded(one) for one in row.spellings):
            labels[spelling] = None if spelling in labels else row
    return {spelling: row for spelling, row in labels.items() if row} | {
        folded(row.name): row for row in listed
    }


def _bare(line: str, rows: Mapping[str, ActualRow]) -> tuple[ActualRow, str] | None:
    """The row a line names, with or without a unit in brackets behind it."""
    plain = folded(line)
    if plain in rows:
        return rows[plain], ""
    match = _BRACKETED.fullmatch(plain)
    return (rows[match[1]], match[2]) if match and match[1] in rows else None


@lru_cache(maxsize=1)
def _model_lines() -> frozenset[str]:
    return frozenset(folded(text) for key, one in LINES.items() for text in (key, one.label, one.label_zh))


@lru_cache(maxsize=4096)
def _month_of_text(text: str) -> Month:
    return month(text)


def _month(value: Any) -> Month:
    if isinstance(value, Month):
        return value
    return _month_of_text(value) if isinstance(value, str) else month(value)
