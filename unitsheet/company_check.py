"""What a company file holds: how much of it is the company's own, its mistakes, and what looks unlikely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.company import Basis, Company, Scenario
from engine.drivers import BLOCKS, DRIVERS
from engine.errors import FileError
from engine.forecast import constants, values
from engine.settings import SETTINGS
from unitsheet.company_starter import HEADS
from unitsheet.figures import compact
from workbook.companies import CompanyError, Problem, default_fx, given, load_company


@dataclass(frozen=True)
class Check:
    """What was found in one company file; without a company it has problems, or cannot be read."""

    file: str
    company: Company | None = None
    problems: tuple[Problem, ...] = ()
    failure: str = ""

    @cached_property
    def own(self) -> list[str]:
        """The drivers that the file has a figure for."""
        return given(self.company) if self.company else []

    @cached_property
    def bases(self) -> dict[Basis, int]:
        """How many of the file's own figures have each basis."""
        counted = Counter(self.company.figures[key].basis for key in self.own) if self.company else Counter()
        return {basis: counted[basis] for basis in Basis}

    @cached_property
    def blocks(self) -> dict[str, tuple[int, int]]:
        """For each block of drivers how many the file gives, and how many are left to their defaults."""
        drivers = [driver.block for driver in DRIVERS.values()]
        own = [DRIVERS[key].block for key in self.own]
        return {block: (own.count(block), drivers.count(block) - own.count(block)) for block in BLOCKS}

    @cached_property
    def alerts(self) -> list[str]:
        """What looks unlikely but may be so; no mistake."""
        return list(alerts(self.company)) if self.company else []

    def as_json(self) -> dict[str, Any]:
        """The check as JSON."""
        if self.failure:
            return {"file": self.file, "error": self.failure}
        problems = [{"line": p.line, "key": p.key, "message": p.message} for p in self.problems]
        if self.company is None:
            return {"file": self.file, "problems": problems}
        return {
            "file": self.file,
            "problems": problems,
            "id": self.company.id,
            "given": len(self.own),
            "defaults": len(DRIVERS) - len(self.own),
            "bases": {basis.value: count for basis, count in self.bases.items()},
            "alerts": self.alerts,
        }


def check(file: str) -> Check:
    """Read a company file and say what is in it, with every mistake."""
    try:
        return Check(file, load_company(file))
    except CompanyError as error:
        return Check(file, problems=error.problems)
    except FileError as error:
        return Check(file, failure=str(error))


def alerts(company: Company) -> Iterator[str]:
    """What looks unlikely in a company: one sentence of each kind, and the scenarios it is so in."""
    fx = default_fx()[0]
    if _staff_may_count_twice(company):
        yield "staff_cost is given, heads are left to their defaults: set these to 0 if it holds all staff"
    said: dict[str, str] = {}
    where: dict[str, list[str]] = {}
    for scenario in Scenario:
        for kind, sentence in _alerts(values(company, scenario, fx), company.currency, fx):
            said.setdefault(kind, sentence)
            where.setdefault(kind, []).append(scenario.value)
    for kind, sentence in said.items():
        first, *others = where[kind]
        also = f"; in {' and '.join(others)} too" if others else ""
        yield f"{sentence} ({first}{also})"


def _alerts(d: Mapping[str, float], currency: str, fx: float) -> Iterator[tuple[str, str]]:
    for later, earlier in (("d7_retention", "d1_retention"), ("d30_retention", "d7_retention")):
        if d[later] > d[earlier]:
            yield (
                later,
                f"{later} {d[later]:g} is above {earlier} {d[earlier]:g}, but a cohort does not grow",
            )
    low, high, margin, long = (
        SETTINGS[key].value for key in ("gpu_low", "gpu_high", "margin_high", "runway_long")
    )
    unit = constants(d)
    gpu = unit["gpu_per_mau"] * (fx if currency == "USD" else 1)
    if not low <= gpu <= high:
        yield "gpu", f"a monthly user costs {compact(gpu)} CNY of GPU a month, outside {low:g} to {high:g}"
    if unit["unit_arpu"] > 0 and unit["unit_contribution"] / unit["unit_arpu"] > margin:
        share = unit["unit_contribution"] / unit["unit_arpu"]
        yield "margin", f"of a user's revenue {share:.0%} is left as contribution, above {margin:.0%}"
    if unit["burn3"] > 0 and d["free_cash"] / unit["burn3"] > long:
        months = d["free_cash"] / unit["burn3"]
        yield "runway", f"free cash lasts {months:,.0f} months at the burn of the first three, above {long:g}"


def _staff_may_count_twice(company: Company) -> bool:
    own = given(company)
    heads = any(company.figures[key].base for key in HEADS)
    return "staff_cost" in own and heads and not any(key in own for key in HEADS)
