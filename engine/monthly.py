"""The monthly model of a company, from its drivers to its cash: what a company tab works out, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.actuals import lines_typed
from engine.arguments import Numbers
from engine.blocks.acquisition import acquisition
from engine.blocks.audience import audience
from engine.blocks.cash import cash, working_capital
from engine.blocks.company_figures import YEAR, burn_figures, year_figures, zero_figures
from engine.blocks.compute import compute
from engine.blocks.months import Months, Values
from engine.blocks.results import other_cost, profit_and_loss, unit_economics
from engine.blocks.revenue import revenue
from engine.blocks.unit_figures import unit_figures
from engine.errors import InputError
from engine.lines import CONSTANTS, LINES
from engine.scenarios import in_form, scenarios

FEWEST_MONTHS, MOST_MONTHS = 3, 600
# In the order of the tab: a block reads what those before it have worked out.
_BLOCKS = (
    acquisition,
    audience,
    revenue,
    compute,
    other_cost,
    unit_economics,
    profit_and_loss,
    working_capital,
    cash,
)


def monthly(
    drivers: Mapping[str, Any], *, months: int = 60, actuals: Mapping[str, Any] | None = None
) -> dict[str, Numbers]:
    """Every monthly line of the model, by the keys of `LINES`.

    A driver is one number or a row of n scenarios, in its unit and in one currency.
    Each line comes as a read-only array in the unit that `LINES` states: of shape
    (months,), or (n, months) where a driver is a row; nan where a tab has #N/A, such
    as the cost per user of a month without users.

    `actuals` has, by the names of `ACTUALS`, a row of as many months each, nan where
    there is none; what is typed replaces the forecast of that month in all scenarios,
    and all that follows goes on from it.

    An `InputError` names a driver that is missing, unknown or outside its domain, an
    unknown actual, a row of the wrong length and the month that is no number.
    """
    months = months_checked(months)
    rows, form = scenarios(drivers)
    shape = (months, *form) if form else (months, 1)
    lines = run(rows, months, lines_typed(actuals, months))
    return {key: np.broadcast_to(lines[key], shape).T.reshape(*form, months) for key in LINES}


def constants(
    drivers: Mapping[str, Any], *, months: int = 60, actuals: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The figures that are the same in all months, by the keys of `CONSTANTS`.

    Arguments and errors are those of `monthly`. Each figure, in the unit that
    `CONSTANTS` states, is a float, or an array of n where a driver is a row; nan where
    a tab has #N/A. Figures of the first year look at twelve months even where `months`
    are fewer.
    """
    months = months_checked(months)
    rows, form = scenarios(drivers)
    found = run(rows, max(months, YEAR), lines_typed(actuals, months))
    with np.errstate(all="ignore"):
        found |= burn_figures(found) | zero_figures(found, months) | year_figures(found)
    return {key: in_form(found[key], form) for key in CONSTANTS}


def months_checked(months: int) -> int:
    """The number of months, if a forecast can have so many."""
    if not FEWEST_MONTHS <= months <= MOST_MONTHS or int(months) != months:
        raise InputError(f"a forecast has {FEWEST_MONTHS} to {MOST_MONTHS} months, not {months}")
    return int(months)


def run(drivers: Mapping[str, Numbers], months: int, actuals: Mapping[str, Numbers]) -> Values:
    """Drivers, unit figures and every line: a month a row, a scenario a column, one where they are alike.

    `actuals` has rows by line, nan where there is none; past its last month all is
    forecast.
    """
    typed = {key: np.full((months, 1), np.nan) for key in actuals}
    for key, row in actuals.items():
        typed[key][: len(row), 0] = row
    timeline = Months(np.arange(1.0, months + 1)[:, None], typed)
    found: Values = dict(drivers)
    with np.errstate(all="ignore"):
        found |= unit_figures(found)
        for block in _BLOCKS:
            found |= block(found, timeline)
    return found
