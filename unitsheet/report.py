"""A recalculation as a short table for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from unitsheet.terminal import output
from workbook.engines.protocol import Finding
from workbook.recalculate import Recalculation

if TYPE_CHECKING:
    from workbook.freezing import Freezing
    from workbook.respelling import Respelling

FIRST = 5


def print_report(result: Recalculation, spelling: Respelling | Freezing | None = None) -> None:
    """Print what a recalculation did as a short table, and what became of the calls of our functions."""
    grid = _grid()
    grid.add_row("engine", result.engine)
    grid.add_row(
        "formulas", f"{result.formulas:,}, of which {result.evaluated:,} evaluated in {result.seconds:.2f} s"
    )
    errors = [f"{kind} {places(cells)}" for kind, cells in result.errors.items()]
    grid.add_row("errors", "\n".join(errors) or "none")
    findings = [*result.findings, *(spelling.findings if spelling else ())]
    if spelling:
        grid.add_row("functions", spelling.in_words)
    grid.add_row("findings", "\n".join(_alike(findings)) or "none")
    grid.add_row("written", result.written or "nothing (give --in-place or --out to write)")
    _print(result.file, grid)


def print_respelling(result: Respelling) -> None:
    """Print what a respelling did as a short table."""
    grid = _grid()
    grid.add_row("functions", result.in_words)
    grid.add_row("findings", "\n".join(_alike(result.findings)) or "none")
    grid.add_row("written", result.written)
    _print(result.file, grid)


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _print(file: str, grid: Table) -> None:
    console = output()
    console.print(file, style="bold")
    console.print(grid)


def places(cells: Sequence[str], first: int = FIRST) -> str:
    """How many cells, and the first of them."""
    more = f" and {len(cells) - first:,} more" if len(cells) > first else ""
    return f"{len(cells):,}: {', '.join(cells[:first])}{more}"


def by_sheet(cells: Iterable[str]) -> str:
    """Cells with the name of each sheet said once."""
    sheets: dict[str, list[str]] = {}
    for cell in cells:
        sheet, _, place = cell.rpartition("!")
        sheets.setdefault(sheet, []).append(place)
    return "; ".join(f"{sheet}!{' '.join(found)}" for sheet, found in sheets.items())


def _alike(findings: Iterable[Finding]) -> Iterator[str]:
    """One line for all findings of a kind that say the same."""
    groups: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        groups.setdefault((finding.kind, finding.message), []).append(finding.where)
    for (kind, message), cells in groups.items():
        yield f"{kind} {places(cells)}: {message}"
