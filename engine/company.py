"""A company as the model sees it: its drivers, and a figure with its origin for each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.arguments import ANY, Domain
from engine.errors import InputError
from engine.units import Unit

# What figures may be stated in; a tab converts one into the other by its typed rate.
MODEL_CURRENCIES = ("CNY", "USD")


class Basis(StrEnum):
    """Where a figure comes from, the firmest first."""

    REPORTED = "reported"
    THIRD_PARTY = "third party"
    DERIVED = "derived"
    ANECDOTAL = "anecdotal"
    ILLUSTRATIVE = "illustrative"


class Scenario(StrEnum):
    """The three columns of assumptions, in the order of the scenario switch."""

    BASE = "base"
    BEAR = "bear"
    BULL = "bull"

    @classmethod
    def named(cls, name: str) -> Scenario:
        """The scenario of this name, in any case; an `InputError` names the nearest."""
        if name.lower() in list(cls):
            return cls(name.lower())
        near = difflib.get_close_matches(name.lower(), list(cls), 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(cls)}"
        raise InputError(f"there is no scenario {name!r}; {hint}")

    @property
    def number(self) -> int:
        """The position the switch in the workbook takes: 1, 2 or 3."""
        return list(Scenario).index(self) + 1


def weakest(bases: Iterable[Basis]) -> Basis:
    """The basis of a result worked out from figures of these bases.

    A result is at best derived, and no firmer than the weakest figure behind it.
    """
    firmness = list(Basis)
    return max((Basis.DERIVED, *bases), key=firmness.index)


@dataclass(frozen=True, slots=True)
class Fact:
    """One sourced figure: a row of facts.csv."""

    id: str
    company: str
    product: str
    metric: str
    value: float
    value_high: float | None
    unit: str
    period: str
    basis: Basis
    disputed: bool
    source_id: str
    note: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from: a row of sources.csv."""

    id: str
    title: str
    author: str
    publisher: str
    date: str
    note: str


@dataclass(frozen=True, slots=True)
class Driver:
    """One assumption of the model: what it is, its unit, its domain, and which end is good."""

    key: str
    block: str
    label: str
    label_zh: str
    unit: Unit
    domain: Domain = ANY
    high_is_good: bool = True
    multiple: bool = False

    @property
    def number_format(self) -> str:
        """How a cell shows it: by its unit, but a ratio that may pass 1 as a multiple, not per cent."""
        return "0.00" if self.multiple else self.unit.number_format


@dataclass(frozen=True, slots=True)
class Figure:
    """What a company has for a driver, in the unit stated, with its origin.

    `factor` is there where the base is one fact as it stands: the middle of the fact,
    times this, is the base in the unit of the driver.
    """

    driver: Driver
    unit: Unit
    bear: float
    base: float
    bull: float
    basis: Basis
    disputed: bool = False
    fact_ids: tuple[str, ...] = ()
    source: str = ""
    period: str = ""
    note: str = ""
    factor: float | None = None

    def value(self, scenario: Scenario) -> float:
        """The figure of one scenario."""
        return {Scenario.BEAR: self.bear, Scenario.BASE: self.base, Scenario.BULL: self.bull}[scenario]


@dataclass(frozen=True, slots=True)
class Company:
    """A company tab: who it is, its currency, and a figure for every driver."""

    id: str
    name: str
    product: str
    currency: str
    figures: Mapping[str, Figure]
    note: str = ""

    @property
    def prefix(self) -> str:
        """What its defined names begin with."""
        return self.id.replace("-", "_")

    @property
    def title(self) -> str:
        """Name and product in one line."""
        return f"{self.name}: {self.product}" if self.product else self.name
