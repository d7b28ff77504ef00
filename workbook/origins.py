"""How firm the figures of a sheet are: the basis of each, its period, and what of it is in doubt."""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.company import Basis, Figure, weakest
from workbook.plan import Plan

LETTERS = {
    Basis.REPORTED: "R", Basis.THIRD_PARTY: "T", Basis.DERIVED: "D", Basis.ANECDOTAL: "A",
    Basis.ILLUSTRATIVE: "I",
}  # fmt: skip
# A figure of another currency is still that figure.
_AS_IT_IS = re.compile(r"=?\{(?:([A-Za-z][\w\-]*):)?([a-z]\w*)\}(?:[*/]\{Inputs:fx\})?")
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-\d{2})?")


class Origin(NamedTuple):
    """Where a figure comes from: basis, as-of, and the figures in doubt behind it, in words."""

    basis: Basis
    as_of: str
    doubts: tuple[str, ...]

    @property
    def text(self) -> str:
        """Letter and as-of, as `R 2024-08`."""
        return f"{LETTERS[self.basis]} {self.as_of}".rstrip()


def origin(plan: Plan, tab: str, key: str) -> Origin:
    """The origin of a line: that of the one figure it shows, or the weakest of all behind it."""
    shown = _shown(plan, tab, key)
    figures = [shown] if shown else list(plan.figures(tab, key))
    basis = shown.basis if shown else weakest(figure.basis for figure in figures)
    as_of = _as_of(shown.period) if shown else ""
    return Origin(basis, as_of, tuple(doubt for figure in figures if (doubt := _doubt(figure))))


def _shown(plan: Plan, tab: str, key: str) -> Figure | None:
    """The figure that a line shows as it is, through links."""
    line = plan.line(tab, key)
    while line.figure is None and (linked := _AS_IT_IS.fullmatch(str(line.value))):
        tab = linked[1] or tab
        line = plan.line(tab, linked[2])
    return line.figure


def _doubt(figure: Figure) -> str:
    words = "disputed" if figure.disputed else figure.basis.value
    if not figure.disputed and figure.basis is not Basis.ANECDOTAL:
        return ""
    cited = f" ({', '.join(figure.fact_ids)})" if figure.fact_ids else ""
    return f"{figure.driver.label}: {words}{cited}"


def _as_of(period: str) -> str:
    """A period in few letters: a whole year as that, anything else by the month it ends in."""
    months = _DAY.findall(period)
    if not months:
        return ""
    if len(months) > 1 and [m for _, m in months] == ["01", "12"] and months[0][0] == months[-1][0]:
        return str(months[0][0])
    return "-".join(months[-1])
