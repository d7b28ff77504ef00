"""How far a company's figures move with its assumptions: one at a time, by pairs, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arguments import Numbers
from engine.company import Company, Driver, Scenario
from engine.distributions import quantile
from engine.drivers import DRIVERS
from engine.forecast import headlines, metric, monthly, values

# A tornado is of the first of these that the base has.
MEASURED = ("runway", "ltv_cac", "net_burn")
# Of CAC and of churn at base.
STEPS = (0.5, 0.75, 1.0, 1.25, 1.5)
PERCENTILES = (10, 20, 30, 40, 50, 60, 70, 80, 90)
DRAWS, SEED = 2_000, 20_240_921
CASH_MONTH = 24
# So many draws at a time: all lines of all months of them are in memory at once.
_BLOCK = 500

Drivers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Swing:
    """A driver at its bear and bull ends, and what the measured figure is there, all others at base."""

    driver: Driver
    bear: float
    bull: float
    at_bear: float
    at_bull: float

    @property
    def size(self) -> float:
        """How far the figure moves."""
        return abs(self.at_bull - self.at_bear)


@dataclass(frozen=True, slots=True)
class Tornado:
    """What moves a figure most, the largest swing first."""

    measured: str
    base: float
    swings: tuple[Swing, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """LTV over CAC for each CAC (a row) and churn (a column); nan where nobody is won."""

    cac: tuple[float, ...]
    churn: tuple[float, ...]
    ltv_cac: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles over many draws, and the share of draws whose cash outlasts the months.

    A runway beyond the months counts as the months.
    """

    runway: tuple[float, ...]
    cash: tuple[float, ...]
    lasting: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The three together, from the base scenario in the company's currency."""

    tornado: Tornado
    grid: Grid
    spread: Spread


def sensitivity(company: Company, fx: float, months: int) -> Sensitivity:
    """How far a company's figures move; `fx` is CNY for one USD."""
    base, bear, bull = (values(company, scenario, fx) for scenario in Scenario)
    moving = [key for key in DRIVERS if not base[key] == bear[key] == bull[key]]
    return Sensitivity(
        _tornado(base, bear, bull, moving, months), _grid(base), _spread(base, bear, bull, moving, months)
    )


def _tornado(base: Drivers, bear: Drivers, bull: Drivers, moving: list[str], months: int) -> Tornado:
    figures = headlines(base, months=months)
    measured = next((name for name in MEASURED if np.isfinite(figures[name])), MEASURED[-1])
    if not moving:
        return Tornado(measured, figures[measured], ())
    ends = np.array([side[key] for side in (bear, bull) for key in moving])
    rows = {key: np.full(ends.size, value) for key, value in base.items()}
    for place, key in enumerate(moving * 2):
        rows[key][place] = ends[place]
    found = _known(measured, metric(measured, rows, months), months)
    count = len(moving)
    swings = (
        Swing(DRIVERS[key], bear[key], bull[key], float(found[n]), float(found[count + n]))
        for n, key in enumerate(moving)
    )
    # What moves by less than the last digits of a computation does not move.
    least = 1e-9 * (1 + abs(figures[measured]))
    return Tornado(
        measured,
        figures[measured],
        tuple(sorted((one for one in swings if one.size > least), key=lambda one: one.size, reverse=True)),
    )


def _known(name: str, found: Numbers, months: int) -> Numbers:
    """A runway that does not end within the months is as long as they are."""
    return np.where(np.isnan(found), months, found) if name == "runway" else found


def _grid(base: Drivers) -> Grid:
    steps = np.array(STEPS)
    churn = np.minimum(1.0, base["churn"] * steps)
    rows: dict[str, Any] = dict(base)
    rows["cpa"], rows["churn"] = np.repeat(base["cpa"] * steps, churn.size), np.tile(churn, steps.size)
    worth = metric("ltv_cac", rows).reshape(steps.size, churn.size)
    cac = metric("cac_loaded", rows).reshape(steps.size, churn.size)[:, 0]
    return Grid(_floats(cac), _floats(churn), tuple(_floats(row) for row in worth))


def _spread(base: Drivers, bear: Drivers, bull: Drivers, moving: list[str], months: int) -> Spread:
    """Every driver with a spread drawn on its own, from a triangle between its ends with the base on top."""
    uniform = np.random.default_rng(SEED).random((DRAWS, len(moving)))
    ends: list[Numbers] = []
    cash: list[Numbers] = []
    for start in range(0, DRAWS, _BLOCK):
        part = uniform[start : start + _BLOCK]
        rows: dict[str, Any] = dict(base)
        rows["churn"] = np.full(len(part), base["churn"])  # rows even where nothing has a spread
        for column, key in enumerate(moving):
            rows[key] = _drawn(part[:, column], base[key], bear[key], bull[key])
        lines = monthly(rows, months=months)
        free = lines["free_close"]
        ends.append(np.where(free.min(axis=1) < 0, lines["funded"].sum(axis=1), np.nan))
        cash.append(free[:, min(CASH_MONTH, months) - 1].copy())
    runway = np.concatenate(ends)
    shares = np.array(PERCENTILES) / 100
    return Spread(
        _floats(np.quantile(_known("runway", runway, months), shares)),
        _floats(np.quantile(np.concatenate(cash), shares)),
        float(np.isnan(runway).mean()),
    )


def _drawn(p: Numbers, base: float, *ends: float) -> Numbers:
    low, mode, high = map(np.asarray, (min(base, *ends), base, max(base, *ends)))
    return quantile("tri", p, low, mode, high)


def _floats(row: Numbers) -> tuple[float, ...]:
    return tuple(map(float, row))
