"""How a function declares what it takes: numbers, words, whole series, repeated numbers, a text, a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.units import RATIO, Unit

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


class _Required:
    """The default of an argument that has none."""

    def __repr__(self) -> str:
        return "required"


REQUIRED = _Required()


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """The numbers an argument may be: `low` to `high`, each end in or out."""

    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None

    def outside(self, x: Numbers) -> Mask | bool:
        """Where `x` lies outside the domain."""
        bad: Mask | bool = False
        if self.low is not None:
            bad = x < self.low
        if self.above is not None:
            bad = bad | (x <= self.above)
        if self.high is not None:
            bad = bad | (x > self.high)
        if self.below is not None:
            bad = bad | (x >= self.below)
        return bad

    def holds(self, x: Numbers) -> bool:
        """Whether all of an array lies inside, by its least and its greatest alone."""
        if not isinstance(x, np.ndarray) or np.isnan(x.min()):
            return False
        if (self.low is not None or self.above is not None) and self.outside(x.min()):
            return False
        return (self.high is None and self.below is None) or not self.outside(x.max())

    def __bool__(self) -> bool:
        return any(end is not None for end in (self.low, self.high, self.above, self.below))

    def __str__(self) -> str:
        if (self.low, self.above, self.high, self.below) == (0, None, None, None):
            return "must not be negative"
        ends = (
            ("at least", self.low),
            ("above", self.above),
            ("at most", self.high),
            ("below", self.below),
        )
        return "must be " + " and ".join(f"{word} {end:,.10g}" for word, end in ends if end is not None)

    def wanted(self, argument: str) -> str:
        """The sentence for an argument that lies outside."""
        return f"{argument} {self}"


ANY = Domain()
NOT_NEGATIVE = Domain(low=0)
FRACTION = Domain(low=0, high=1)
POSITIVE = Domain(above=0)


@dataclass(frozen=True, slots=True)
class Arg:
    """One number, or an array of them that is worked through element by element.

    `default` is the value of a blank argument; None means blank is allowed and
    reaches the function as nan; without a default the argument is required.
    """

    help: str
    unit: Unit = RATIO
    domain: Domain = ANY
    default: float | _Required | None = REQUIRED
    alias: str = ""

    @property
    def optional(self) -> bool:
        """Whether a person may leave the argument out."""
        return self.default is not REQUIRED


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words, upper or lower case; the first is the default unless one is required.

    `units` names the words under which the result has another unit than usual.
    """

    help: str
    words: tuple[str, ...]
    units: tuple[tuple[str, Unit], ...] = ()
    required: bool = False

    @property
    def optional(self) -> bool:
        """Whether a person may leave the argument out."""
        return not self.required

    @property
    def default(self) -> str:
        """The word a blank stands for."""
        return self.words[0]

    def wanted(self, argument: str) -> str:
        """The sentence for an argument that is none of the words."""
        return f"{argument} must be one of {', '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class Series:
    """A whole row or column of numbers that the function takes as one thing."""

    help: str
    unit: Unit = RATIO
    domain: Domain = ANY
    default: tuple[float, ...] | _Required = REQUIRED

    @property
    def optional(self) -> bool:
        """Whether a person may leave the argument out."""
        return self.default is not REQUIRED


@dataclass(frozen=True, slots=True)
class Text:
    """One text, such as the name of a model."""

    help: str

    @property
    def optional(self) -> bool:
        """Whether a person may leave the argument out: never."""
        return False


@dataclass(frozen=True, slots=True)
class Table:
    """Several columns of cells, numbers and texts, that the function takes as they are."""

    help: str

    @property
    def optional(self) -> bool:
        """Whether a person may leave the argument out: never."""
        return False


@dataclass(frozen=True, slots=True)
class Rest:
    """A number given once or more: `rate1, rate2, ...`.

    An area given for it works row by row, or counts as its numbers one after
    another where the function is `chained`.
    """

    help: str
    unit: Unit = RATIO
    domain: Domain = ANY
    chained: bool = False

    @property
    def optional(self) -> bool:
        """Whether a person may leave the argument out: never the first."""
        return False


Argument = Arg | Word | Series | Rest | Text | Table
Numeric = Arg | Series | Rest
# What is taken whole, so that one bad cell spoils every row of the result.
WHOLE = (Series, Text, Table)
