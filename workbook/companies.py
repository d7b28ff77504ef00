"""Companies from their TOML files: every figure with its origin, every mistake with its line."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from engine.company import MODEL_CURRENCIES, Basis, Company, Driver, Fact, Figure
from engine.drivers import DRIVERS
from engine.errors import FileError, InputError
from engine.units import MONEY_WORD, Unit, parse_unit
from workbook import templates

_IN_MONEY = " or ".join(MODEL_CURRENCIES)
COMPANY_KEYS = {"id", "name", "product", "currency", "note"}
FIGURE_KEYS = {
    "value", "low", "high", "unit", "basis", "disputed", "fact", "facts", "source", "period", "note",
    "bear", "bull",
}  # fmt: skip
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Problem(NamedTuple):
    """One mistake in a company file: where it is, and what was expected."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class CompanyError(InputError):
    """A company file has mistakes; all of them are listed, a line each."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(slots=True)
class _Reader:
    """Reads one file and collects every mistake in it."""

    file: str
    text: str
    problems: list[Problem] = field(default_factory=list)

    def report(self, key: str, message: str) -> None:
        self.problems.append(Problem(self.file, self._line(key), key, message))

    def _line(self, key: str) -> int:
        """The line a key stands on; the table it belongs to where it has none of its own."""
        section, _, last = key.rpartition(".")
        current = ""
        nearest = 1
        for number, line in enumerate(self.text.splitlines(), start=1):
            header = re.match(r"\s*\[([\w.\-]+)\]", line)
            if header:
                current = header[1]
                if key.startswith(current):
                    nearest = number
                if current == key:
                    return number
            assigned = re.match(r"\s*([\w\-]+)\s*=", line)
            if assigned and f"{current}.{assigned[1]}".strip(".") in (key, section):
                if last in line:
                    return number
                nearest = number
        return nearest

    def table(self) -> dict[str, Any]:
        """The TOML as a dictionary; a syntax error is the only mistake that ends the reading."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            at = int(line[1]) if line else self.text.count("\n") + 1
            raise CompanyError([Problem(self.file, at, "TOML", str(error).partition(" (at")[0])]) from None

    def unknown(self, key: str, name: str, known: Mapping[str, Any] | set[str]) -> None:
        near = difflib.get_close_matches(name, known, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(known))}"
        self.report(key, f"unknown key; {hint}")


def load_company(path: str | os.PathLike[str]) -> Company:
    """Read a company file; a `CompanyError` lists all its mistakes at once."""
    file = os.fspath(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise FileError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FileError(f"{file}: is no UTF-8 text; save it as UTF-8") from None
    reader = _Reader(file, text)
    table = reader.table()
    about = _about(reader, table)
    figures = _figures(reader, table.get("figures", {}), about["currency"])
    for key in table.keys() - {"company", "figures"}:
        reader.unknown(key, key, {"company", "figures"})
    if reader.problems:
        raise CompanyError(sorted(reader.problems, key=lambda problem: problem.line))
    return Company(about["id"], about["name"], about["product"], about["currency"], figures, about["note"])


def _about(reader: _Reader, table: Mapping[str, Any]) -> dict[str, str]:
    about = table.get("company")
    if not isinstance(about, dict):
        reader.report("company", "the table [company] is missing; it needs id, name and currency")
        about = {}
    for key in about.keys() - COMPANY_KEYS:
        reader.unknown(f"company.{key}", key, COMPANY_KEYS)
    for key in COMPANY_KEYS & about.keys():
        if not isinstance(about[key], str):
            reader.report(f"company.{key}", f"expected text in quotes, found {about[key]!r}")
    found = {key: str(about.get(key, "")) for key in COMPANY_KEYS}
    if about and not _ID.fullmatch(found["id"]):
        reader.report(
            "company.id", f"expected small letters, digits and single dashes, found {found['id']!r}"
        )
    if about and not found["name"]:
        reader.report("company.name", "expected the company's name")
    if about and found["currency"] not in MODEL_CURRENCIES:
        reader.report(
            "company.currency", f"expected {' or '.join(MODEL_CURRENCIES)}, found {found['currency']!r}"
        )
    return found


def _figures(reader: _Reader, table: Any, currency: str) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    if not isinstance(table, dict):
        reader.report("figures", "expected a table of figures")
        table = {}
    for key in table.keys() - DRIVERS.keys():
        reader.unknown(f"figures.{key}", key, set(DRIVERS))
    for key, driver in DRIVERS.items():
        entry = table.get(key)
        if entry is None:
            figures[key] = _default(driver, currency if currency in MODEL_CURRENCIES else MODEL_CURRENCIES[0])
            continue
        figure = _Entry(reader, driver, entry).figure()
        if figure is not None:
            figures[key] = figure
    return figures


@dataclass(slots=True)
class _Entry:
    """One figure of a company file on its way to a `Figure`."""

    reader: _Reader
    driver: Driver
    entry: Any

    def report(self, key: str, message: str) -> None:
        name = f"figures.{self.driver.key}"
        self.reader.report(f"{name}.{key}" if key else name, message)

    def figure(self) -> Figure | None:
        before = len(self.reader.problems)
        if not isinstance(self.entry, dict):
            self.report(
                "", "expected a table such as { value = 1, unit = ..., basis = ... } or { fact = ... }"
            )
            return None
        for key in self.entry.keys() - FIGURE_KEYS:
            self.reader.unknown(f"figures.{self.driver.key}.{key}", key, FIGURE_KEYS)
        made = self._from_fact() if "fact" in self.entry else self._from_value()
        if made is None or len(self.reader.problems) > before:
            return None
        self._check_domain(made)
        return made

    def _fact(self, fact_id: Any, key: str) -> Fact | None:
        fact = templates.facts().get(fact_id) if isinstance(fact_id, str) else None
        if fact is None:
            self.report(key, f"expected the id of a fact in facts.csv, such as F000-10; found {fact_id!r}")
        return fact

    def _from_fact(self) -> Figure | None:
        repeated = self.entry.keys() & {
            "value",
            "low",
            "high",
            "unit",
            "basis",
            "disputed",
            "period",
            "facts",
            "source",
        }
        for key in sorted(repeated):
            self.report(key, "the fact says this already; leave it out, or leave out the fact")
        fact = self._fact(self.entry["fact"], "fact")
        if fact is None:
            return None
        unit, factor = self._unit(fact.unit, "fact")
        if unit is None:
            return None
        high = fact.value if fact.value_high is None else fact.value_high
        low, high = fact.value * factor, high * factor
        note = self._text("note") or fact.note
        return self._spread(
            low, high, unit, fact.basis, fact.disputed, (fact.id,), "", fact.period, note, factor
        )

    def _from_value(self) -> Figure | None:
        low = self._number("low") if "low" in self.entry else self._number("value")
        high = self._number("high") if "high" in self.entry else low
        if "value" not in self.entry and "low" not in self.entry:
            self.report("", "expected value, or low and high, or fact")
        unit, factor = self._unit(self._text("unit") or "nothing", "unit")
        basis = self._basis()
        facts = self.entry.get("facts", [])
        ids = (
            tuple(f.id for f in (self._fact(i, "facts") for i in facts) if f)
            if isinstance(facts, list)
            else ()
        )
        if basis not in (None, Basis.ILLUSTRATIVE) and not ids and not self._text("source"):
            self.report(
                "", f"a figure that is {basis} needs its facts or a source; without one it is illustrative"
            )
        if low is None or high is None or unit is None or basis is None:
            return None
        if low > high:
            self.report("low", f"expected low to be at most high; found {low:g} and {high:g}")
        disputed = self.entry.get("disputed", False)
        if not isinstance(disputed, bool):
            self.report("disputed", f"expected true or false, found {disputed!r}")
        return self._spread(
            low * factor, high * factor, unit, basis, disputed is True, ids, self._text("source"),
            self._text("period"), self._text("note"), factor,
        )  # fmt: skip

    def _spread(
        self, low: float, high: float, unit: Unit, basis: Basis, disputed: bool, ids: tuple[str, ...],
        source: str, period: str, note: str, factor: float = 1.0,
    ) -> Figure:  # fmt: skip
        """Lay a range over the scenarios: the good end is bull, the middle base, the bad end bear."""
        bear, bull = (low, high) if self.driver.high_is_good else (high, low)
        stated = {key: self._number(key) for key in ("bear", "bull") if key in self.entry}
        bear = bear if stated.get("bear") is None else float(stated["bear"] or 0) * factor
        bull = bull if stated.get("bull") is None else float(stated["bull"] or 0) * factor
        base = (low + high) / 2
        return Figure(self.driver, unit, bear, base, bull, basis, disputed, ids, source, period, note)

    def _unit(self, text: str, key: str) -> tuple[Unit | None, float]:
        """The unit a figure is kept in, that of its driver in the figure's currency, and the factor to it."""
        wanted = self.driver.unit
        try:
            unit = parse_unit(text)
        except ValueError as error:
            self.report(key, str(error))
            return None, 1.0
        factor = unit.in_money().factor_to(wanted)
        if factor is None or (MONEY_WORD in wanted.top and unit.currency is None):
            example = wanted.text("CNY")
            self.report(key, f"expected the unit {example}, found {text}, which does not convert to it")
            return None, 1.0
        if unit.currency not in (None, *MODEL_CURRENCIES):
            self.report(
                key, f"expected money in {' or '.join(MODEL_CURRENCIES)}, found {text}; convert it first"
            )
        money = unit.currency or MONEY_WORD
        return Unit(
            tuple(money if part == MONEY_WORD else part for part in wanted.top), wanted.bottom
        ), factor

    def _number(self, key: str) -> float | None:
        value = self.entry.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            if key in self.entry:
                self.report(key, f"expected a number, found {value!r}")
            return None
        return float(value)

    def _text(self, key: str) -> str:
        value = self.entry.get(key, "")
        if not isinstance(value, str):
            self.report(key, f"expected text in quotes, found {value!r}")
            return ""
        return value

    def _basis(self) -> Basis | None:
        text = self._text("basis")
        try:
            return Basis(text)
        except ValueError:
            self.report("basis", f"expected one of {', '.join(Basis)}, found {text!r}")
            return None

    def _check_domain(self, figure: Figure) -> None:
        import numpy as np

        for name in ("bear", "base", "bull"):
            value = getattr(figure, name)
            if not np.isfinite(value) or np.any(self.driver.domain.outside(np.array([value]))):
                key = name if name in self.entry else ""
                self.report(key, f"{value:g} {figure.unit} is out of range: it {self.driver.domain}")
                return


@cache
def _defaults() -> Mapping[str, Any]:
    return tomllib.loads((templates.folder() / "defaults.toml").read_text(encoding="utf-8"))


def default_fx() -> tuple[float, str]:
    """The illustrative rate of CNY for one USD, and its note."""
    fx = _defaults()["fx_cny_per_usd"]
    return float(fx["value"]), str(fx["note"])


@cache
def _default(driver: Driver, currency: str) -> Figure:
    """The illustrative figure that stands where no source says anything."""
    entry = _defaults()["figures"][driver.key]
    base = float(entry[currency] if currency in entry else entry["value"])
    bear = float(entry.get("bear", base * entry.get("bear_factor", 1.0)))
    bull = float(entry.get("bull", base * entry.get("bull_factor", 1.0)))
    unit = Unit(
        tuple(currency if part == MONEY_WORD else part for part in driver.unit.top), driver.unit.bottom
    )
    ids = (entry["fact"],) if "fact" in entry else ()
    return Figure(driver, unit, bear, base, bull, Basis.ILLUSTRATIVE, False, ids, "", "", str(entry["note"]))


def companies() -> dict[str, Company]:
    """Every company that comes with the product, by id."""
    return {name: load_company(path) for name, path in templates.company_files().items()}


def company(name: str) -> Company:
    """A company by id, or from a TOML file named by its path; an `InputError` names the nearest id."""
    if name.endswith(".toml"):
        return load_company(name)
    files = templates.company_files()
    path = files.get(name.lower())
    if path is None:
        near = difflib.get_close_matches(name.lower(), files, 1, 0.4)
        hint = f"; did you mean {near[0]}?" if near else "; `unitsheet companies` lists them all"
        raise InputError(f"there is no company {name!r}{hint}")
    return load_company(path)
