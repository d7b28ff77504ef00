"""Months in rows and scenarios in columns, and the steps that every block takes along them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.arguments import Numbers

# Everything worked out so far, by key: drivers and constants as (scenarios,), lines as (months, scenarios).
# Scenarios are one wide where they do not differ.
Values = dict[str, Numbers]


@dataclass(frozen=True, slots=True)
class Months:
    """A timeline: its months from 1 as a column, and the typed actuals by line, nan where there is none."""

    number: Numbers
    actuals: Mapping[str, Numbers]

    def taken(self, line: str, forecast: Numbers) -> Numbers:
        """What the tab goes on with: the actual where one is typed, else the forecast."""
        actual = self.actuals.get(line)
        return forecast if actual is None else np.where(np.isnan(actual), forecast, actual)

    def every(self, values: Numbers) -> Numbers:
        """The same as a line, with a row for every month."""
        return np.broadcast_to(values, (len(self.number), values.shape[-1]))

    def grown(self, rate: Numbers) -> Numbers:
        """What 1 has become in each month by a rate of growth: 1 in the first."""
        steps = np.ones((len(self.number), rate.shape[-1]))
        steps[1:] += rate
        return np.cumprod(steps, axis=0, out=steps)

    def before(self, first: Numbers, line: Numbers) -> Numbers:
        """What each month opens with: `first`, then what the line had the month before."""
        width = np.broadcast_shapes(first.shape, line.shape[1:])
        opening = np.empty((len(line), *width))
        opening[0], opening[1:] = first, line[:-1]
        return opening

    def at(self, line: Numbers, month: Numbers) -> Numbers:
        """The line in other months: those of `month`, from 1 and no later than each row's own."""
        place = np.clip(month, 1, len(line)).astype(np.intp) - 1
        if place.shape[1] == 1:
            return line[place[:, 0]]
        return np.take_along_axis(np.broadcast_to(line, place.shape), place, axis=0)


def over(part: Numbers, whole: Numbers) -> Numbers:
    """One over the other, nan where there is nothing to divide by."""
    return np.where(whole == 0, np.nan, part / whole)
