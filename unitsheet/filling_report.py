"""A filling as a short table for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from unitsheet.figures import shown
from unitsheet.filling import Filling
from unitsheet.report import places
from unitsheet.terminal import output
from workbook.model_tabs import Month

FIRST = 10


def print_filling(result: Filling, *, strict: bool) -> None:
    """Print what was filled, what was not, and why."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, lines in _rows(result, strict):
        grid.add_row(name, "\n".join(lines))
    console = output()
    console.print(result.file, style="bold")
    console.print(grid)


def _rows(result: Filling, strict: bool) -> Iterator[tuple[str, Sequence[str]]]:
    yield "actuals", [f"{result.source}: {result.cells:,} matched"]
    for company, lines in _by_company(result).items():
        yield company or "all", lines
    months = [f"{one.company}: {one.before or 'none'} to {one.after or 'none'}" for one in result.until] or [
        "as it was"
    ]
    yield "last month", months
    if result.overwritten:
        yield (
            "overwritten",
            _first(
                [
                    f"{one.where} ({one.line} {one.month}): {shown(one.before)} to {shown(one.after)}"
                    for one in result.overwritten
                ]
            ),
        )
    problems = [f"{_rows_of(problem.where)}: {problem}" for problem in result.unmatched]
    yield "not matched", problems or ["none"]
    if result.not_read:
        yield "not read", [f"columns {', '.join(result.not_read)}"]
    if result.blank or result.of_others:
        others = f", {result.of_others:,} of other companies" if result.of_others else ""
        yield "skipped", [f"{result.blank:,} blank{others}"]
    if result.converted:
        yield "converted", [f"{result.converted:,} by the exchange rate of their month"]
    done = result.recalculation
    if done:
        yield "formulas", [f"{done.formulas:,}, recalculated in {done.seconds:.2f} s"]
        errors = [f"{kind} {places(cells)}" for kind, cells in done.errors.items()]
        yield "errors", errors or ["none"]
        yield "findings", [f"{one.where}: {one.message}" for one in done.findings] or ["none"]
    yield "written", [result.written or _why_not(result, strict)]


def _why_not(result: Filling, strict: bool) -> str:
    if not result.cells:
        return "nothing, for nothing matched"
    if strict and result.unmatched:
        return "nothing, for not everything matched (--strict)"
    return "nothing (give --in-place or --out to write)"


def _by_company(result: Filling) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in result.filled:
        found.setdefault(one.company, []).append(f"{one.line} {_stretches(one.months)}")
    return found


def _stretches(months: Sequence[Month]) -> str:
    """Months as a person reads them: those that follow one another as first to last."""
    first = months[0]
    stretches: list[list[Month]] = []
    for month in months:
        if stretches and month.number(first) == stretches[-1][-1].number(first) + 1:
            stretches[-1].append(month)
        else:
            stretches.append([month])
    return ", ".join(f"{one[0]} to {one[-1]}" if len(one) > 1 else str(one[0]) for one in stretches)


def _rows_of(where: Sequence[str]) -> str:
    """The rows of a problem, the word said once."""
    more = f" and {len(where) - FIRST:,} more" if len(where) > FIRST else ""
    if len(where) > 1 and all(one.startswith("row ") and "," not in one for one in where):
        return f"rows {', '.join(one.removeprefix('row ') for one in where[:FIRST])}{more}"
    return f"{'; '.join(where[:FIRST])}{more}"


def _first(lines: Sequence[str]) -> list[str]:
    rest = len(lines) - FIRST
    return [*lines[:FIRST], *([f"and {rest:,} more (--json lists all)"] if rest > 0 else [])]
