"""A million rows of every function in one call, beside the same rows one by one and beside its rivals.

Run `python -m benchmarks.functions [--rows N] [--only NAME ...] [--markdown]` from the root of a checkout; it
needs the extra `bench`. The inputs are the first example of each function: every number becomes an array of
numbers about a per cent around it, all the same where those would be faults; words, texts and whole series
stay. Row by row is the same public call on plain floats, of 20,000 of the rows in stretches of a thousand.
All take turns, and the least time of each counts. All must give the same numbers, or the run stops.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import subprocess
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
import numpy_financial as npf
import pyxirr
from rich import box
from rich.console import Console
from rich.table import Column, Table

from benchmarks.processes import python
from engine.arguments import Arg, Rest
from engine.boundary import CautionWarning
from engine.compounding import MONTHS_PER_YEAR
from engine.errors import FunctionError
from engine.registry import Function, function, library

Row = tuple[Any, ...]
Call = Callable[..., Any]

AIM = 50
_MILLION, _SHEET = 1_000_000, 100_000
_TURNS, _STRETCH, _STRETCHES = 5, 1_000, 20
_SPREAD, _SAME = 0.01, 1e-9
_CHANCE = np.random.default_rng(20_240_921)
_EPOCH = dt.date(1899, 12, 30)

# What the operating system counts for a child would include the memory of its parent at the fork.
_PEAK = """
import sys, warnings
from pathlib import Path
from benchmarks.functions import inputs
from engine.registry import function
warnings.simplefilter("ignore")
one = function(sys.argv[1])
row = inputs(one, int(sys.argv[2])).row
one(*(row if sys.argv[3] == "call" else one.examples[0].args))
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@dataclass(frozen=True, slots=True)
class Rival:
    """The same number from another library, which takes what ours does, made `ready` off the clock."""

    name: str
    call: Call
    at_once: bool = True
    ready: Callable[[Row], Row] = tuple


class Inputs(NamedTuple):
    """The arguments of a call over many rows, and the names of those that differ by row."""

    row: Row
    names: tuple[str, ...]

    def singles(self, count: int) -> list[Row]:
        """The first rows, each as a call of its own on plain floats."""
        columns = [x[:count].tolist() if isinstance(x, np.ndarray) else repeat(x, count) for x in self.row]
        return list(zip(*columns, strict=False))

    def columns(self, count: int) -> Row:
        """The first rows as a sheet hands them over: columns of cells, as lists of lists."""
        return tuple(x[:count, None].tolist() if isinstance(x, np.ndarray) else x for x in self.row)


class Contest(NamedTuple):
    """Two ways to the same numbers, in seconds per row."""

    name: str
    other: str
    ours: float
    theirs: float

    @property
    def times(self) -> float:
        """How many times as long the other way takes."""
        return self.theirs / self.ours


class Alone(NamedTuple):
    """One call of a function beside row by row, and the most bytes it needs on all rows."""

    varied: tuple[str, ...]
    series: bool
    memory: int
    arrays: Contest
    sheet: Contest


@dataclass(slots=True)
class Results:
    """All that one run has measured."""

    rows: int
    alone: list[Alone] = field(default_factory=list)
    many: list[Contest] = field(default_factory=list)
    single: list[Contest] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)


def _dated(row: Row) -> Row:
    """The serial numbers of the last argument as the dates that pyxirr takes."""
    return (*row[:-1], [_EPOCH + dt.timedelta(days=day) for day in row[-1]])


def _lease_pmt(pmt: Call, price: Any, annual_rate: Any, months: Any) -> Any:
    return pmt(annual_rate / MONTHS_PER_YEAR, months, -price)


def _lease_vs_buy(
    pv: Call, price: Any, residual: Any, own_opex: Any, lease: Any, months: Any, annual_rate: Any
) -> Any:
    """All payments in one present value, which is the least work for the rival."""
    monthly = (1 + annual_rate) ** (1 / MONTHS_PER_YEAR) - 1
    return -pv(monthly, months, lease - own_opex, residual) - price


_PMT = (
    Rival("numpy_financial.pmt", partial(_lease_pmt, npf.pmt)),
    Rival("pyxirr.pmt", partial(_lease_pmt, pyxirr.pmt)),
)
_PV = (
    Rival("numpy_financial.pv", partial(_lease_vs_buy, npf.pv)),
    Rival("pyxirr.pv", partial(_lease_vs_buy, pyxirr.pv)),
)
_NPV = (
    Rival("pyxirr.npv", partial(pyxirr.npv, start_from_zero=False)),
    # Its first value stands at time 0, that of ours and of Excel's at time 1.
    Rival("numpy_financial.npv", lambda rate, values: npf.npv(rate, values) / (1 + rate), at_once=False),
)
_XNPV = (Rival("pyxirr.xnpv", lambda rate, values, dates: pyxirr.xnpv(rate, dates, values), ready=_dated),)
_MIRR = (
    Rival("pyxirr.mirr", pyxirr.mirr, at_once=False),
    Rival("numpy_financial.mirr", npf.mirr, at_once=False),
)
_IRR = (Rival("pyxirr.irr", pyxirr.irr), Rival("numpy_financial.irr", npf.irr))
_XIRR = (Rival("pyxirr.xirr", lambda values, dates: pyxirr.xirr(dates, values), ready=_dated),)

MANY = {"LEASE_PMT": _PMT, "LEASE_VS_BUY": _PV, "NPV": _NPV, "XNPV": _XNPV, "MIRR": _MIRR}
SINGLE = {"LEASE_PMT": _PMT, "NPV": _NPV, "XNPV": _XNPV, "IRR": _IRR, "XIRR": _XIRR, "MIRR": _MIRR}


def main() -> None:
    """Measure and print the tables."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=_MILLION, help="at least 20,000")
    options.add_argument("--only", nargs="+", metavar="NAME")
    options.add_argument("--markdown", action="store_true")
    chosen = options.parse_args()
    warnings.simplefilter("ignore", CautionWarning)
    known = [function(name) for name in chosen.only] if chosen.only else library().values()
    results = Results(max(chosen.rows, _STRETCH * _STRETCHES))
    for one in known:
        sys.stderr.write(f"{one.name}\n")
        _measure(one, results)
    _print(results, markdown=chosen.markdown)


def _measure(one: Function, results: Results) -> None:
    why = _left_out(one)
    if why:
        results.left_out.setdefault(why, []).append(one.name)
    else:
        given = inputs(one, results.rows)
        results.alone.append(_alone(one, given))
        results.many += _beside_many(one, given)
    results.single += _beside_single(one)


def _left_out(one: Function) -> str:
    """Why a million rows of the function are not one call, or an empty text."""
    if one.spills:
        return "a call gives an area of its own"
    return "" if inputs(one, 1).names else "a call takes one whole series and no number beside it"


def inputs(one: Function, rows: int) -> Inputs:
    """The first example with an array for each number, all the same where others are faults."""
    names, values = zip(*_named(one), strict=True)
    row = [_around(value, rows, one.arguments[name]) for name, value in zip(names, values, strict=True)]
    varied = [name for name, x in zip(names, row, strict=True) if isinstance(x, np.ndarray)]
    while fault := _fault(one, row):
        varied.remove(fault)
        row[names.index(fault)] = np.full(rows, float(values[names.index(fault)]))
    return Inputs(tuple(row), tuple(varied))


def _fault(one: Function, row: list[Any]) -> str:
    """The argument at fault in the first rows, or an empty text."""
    try:
        one(*(x[:_STRETCH] if isinstance(x, np.ndarray) else x for x in row))
    except FunctionError as error:
        return error.argument
    return ""


def _named(one: Function) -> Iterator[tuple[str, Any]]:
    """The values of the first example, each with the name of its argument."""
    names, args = list(one.arguments), list(one.examples[0].args)
    if one.repeated:
        place = names.index(one.repeated)
        count = sum(isinstance(value, int | float) for value in args[place:])
        names[place : place + 1] = [one.repeated] * count
    return zip(names, args, strict=False)


def _around(value: Any, rows: int, argument: Any) -> Any:
    """Numbers close to a number, and itself where they would be outside of the domain; other values stay."""
    one_by_one = isinstance(argument, Arg) or (isinstance(argument, Rest) and not argument.chained)
    if not one_by_one or not isinstance(value, int | float):
        return value
    spread = value + _SPREAD * (value or 1.0) * _CHANCE.uniform(-1, 1, rows)
    return np.where(argument.domain.outside(spread), float(value), spread)


def _alone(one: Function, given: Inputs) -> Alone:
    sample, sheet = given.singles(_STRETCH * _STRETCHES), given.columns(_SHEET)
    tracemalloc.start()
    whole = one(*given.row)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    _must_agree(one.name, "row by row", whole[:_STRETCH], [one(*row) for row in sample[:_STRETCH]])
    cells = [cell for (cell,) in one.cells(*sheet)]
    _must_agree(one.name, "columns", whole[:_SHEET], cells)
    at_once = _least([partial(one, *given.row)], _TURNS)[0]
    from_sheet = _least([partial(one.cells, *sheet)], 3)[0]
    by_row = _least_by_row([(one, sample)])[0]
    arrays = Contest(one.name, "", at_once / len(whole), by_row)
    columns = Contest(one.name, "", from_sheet / len(cells), by_row)
    return Alone(given.names, any(isinstance(x, list) for x in given.row), memory, arrays, columns)


def _beside_many(one: Function, given: Inputs) -> Iterator[Contest]:
    """One call on many rows beside each rival, which goes row by row where it cannot do that."""
    ours = partial(one, *given.row)
    for rival in MANY.get(one.name, ()):
        whole = ours()
        if rival.at_once:
            theirs = partial(rival.call, *rival.ready(given.row))
            _must_agree(one.name, rival.name, whole, theirs())
            taken = (seconds / len(whole) for seconds in _least([ours, theirs], 2 * _TURNS))
            yield Contest(one.name, rival.name, *taken)
        else:
            sample = list(map(rival.ready, given.singles(_STRETCH * _STRETCHES)))
            _must_agree(one.name, rival.name, whole[:_STRETCH], [rival.call(*r) for r in sample[:_STRETCH]])
            at_once = _least([ours], _TURNS)[0] / len(whole)
            by_row = _least_by_row([(rival.call, sample)])[0]
            yield Contest(one.name, f"{rival.name}, row by row", at_once, by_row)


def _beside_single(one: Function) -> Iterator[Contest]:
    """One call at a time beside each rival."""
    for rival in SINGLE.get(one.name, ()):
        sample = _calls(one)
        contenders: list[tuple[Call, list[Row]]] = [(one, sample), (rival.call, [*map(rival.ready, sample)])]
        ours, theirs = ([call(*row) for row in rows[:_STRETCH]] for call, rows in contenders)
        _must_agree(one.name, rival.name, ours, theirs)
        yield Contest(one.name, rival.name, *_least_by_row(contenders))


def _calls(one: Function) -> list[Row]:
    """The first example again and again: its cash flows, or else its numbers, a per cent around."""
    count = _STRETCH * _STRETCHES
    if "values" not in one.arguments:
        return inputs(one, count).singles(count)
    row = dict(_named(one))
    near = np.array(row["values"]) * (1 + _SPREAD * _CHANCE.uniform(-1, 1, (count, len(row["values"]))))
    return [tuple((row | {"values": values}).values()) for values in near.tolist()]


def _must_agree(name: str, other: str, ours: Any, theirs: Any) -> None:
    if not np.allclose(ours, theirs, rtol=_SAME, atol=0):
        raise RuntimeError(f"{name} and {other} do not give the same numbers")


def _least(calls: Sequence[Call], turns: int) -> list[float]:
    """The least seconds of each call, all of them taking turns."""
    least = [np.inf] * len(calls)
    for _ in range(turns):
        for place, call in enumerate(calls):
            begun = time.perf_counter()
            call()
            least[place] = min(least[place], time.perf_counter() - begun)
    return least


def _least_by_row(contenders: Sequence[tuple[Call, list[Row]]]) -> list[float]:
    """The seconds per row of each contender in its best stretch of rows, all of them taking turns."""
    least = [np.inf] * len(contenders)
    for start in range(0, _STRETCH * _STRETCHES, _STRETCH):
        calls = [partial(_through, call, rows[start : start + _STRETCH]) for call, rows in contenders]
        least = list(map(min, least, _least(calls, 1)))
    return [seconds / _STRETCH for seconds in least]


def _through(call: Call, rows: list[Row]) -> None:
    for row in rows:
        call(*row)


def _tables(results: Results) -> Iterator[tuple[Any, ...]]:
    """Title, heads and rows of each table."""
    heads: Row = "function", "arrays", "row by row", "one call", "times", "sheet columns", "times"
    rows: list[Row] = [
        (a.arrays.name, str(len(a.varied)), _micro(a.arrays.theirs), _micro(a.arrays.ours),
         _times(a.arrays.times), _micro(a.sheet.ours), _times(a.sheet.times))
        for a in results.alone
    ]  # fmt: skip
    yield "One call beside row by row, µs a row", heads, *rows
    heads = "function", "rival", "ours", "rival's", "rival's over ours"
    for title, contests in (("on all rows", results.many), ("at a time", results.single)):
        rows = [(c.name, c.other, _micro(c.ours), _micro(c.theirs), _times(c.times)) for c in contests]
        yield f"One call {title} beside rivals, µs a row", heads, *rows


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:.3g}"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def _sentences(results: Results) -> Iterator[str]:
    """What the tables do not say by themselves."""
    below = [f"{a.arrays.name} ({_times(a.arrays.times)})" for a in results.alone if a.arrays.times < AIM]
    yield f"Less than {AIM} times as fast as row by row: {', '.join(below) or 'none'}."
    few = sum(a.sheet.times < AIM for a in results.alone)
    yield f"The same from columns of a sheet, 100,000 rows of lists: {few} of {len(results.alone)}."
    behind = [f"{c.name} to {c.other} ({_times(c.times)})" for c in results.many if c.times < 1]
    yield f"Slower than a rival on all rows: {', '.join(behind) or 'none'}."
    few = sum(c.times < 1 for c in results.single)
    yield f"Slower than a rival one call at a time: {few} of {len(results.single)}."
    series = [f"{a.arrays.name} ({', '.join(a.varied)})" for a in results.alone if a.series]
    yield f"One whole series beside arrays of the other numbers: {', '.join(series) or 'none'}."
    for why, names in results.left_out.items():
        yield f"Left out, since {why}: {', '.join(names)}."
    if results.alone:
        yield _memory(max(results.alone, key=lambda a: a.memory).arrays.name, results.rows)


def _memory(name: str, rows: int) -> str:
    """Peak memory of a process that calls the function, and of one that only holds the inputs."""
    commands = (python(_PEAK, name, str(rows), end) for end in ("inputs", "call"))
    before, after = (int(subprocess.check_output(command)) / 1024 for command in commands)
    return f"Peak memory of the heaviest function, {name}: {after:,.0f} MB, {before:,.0f} MB before the call."


def _about() -> str:
    known = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "numpy-financial", "pyxirr"))
    return f"Python {platform.python_version()}, {known}, {platform.system()} {platform.machine()}."


def _print(results: Results, *, markdown: bool) -> None:
    console = Console(width=110, highlight=False, markup=False, soft_wrap=markdown)
    console.print(f"# The functions: {results.rows:,} rows\n\n{_about()}")
    for title, heads, *rows in _tables(results):
        console.print(f"\n{title}.\n")
        if markdown:
            console.print(
                *(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)), sep="\n"
            )
        else:
            left = ("function", "rival")
            columns = (Column(head, justify="left" if head in left else "right") for head in heads)
            table = Table(*columns, box=box.SIMPLE_HEAD)
            for row in rows:
                table.add_row(*row)
            console.print(table)
    console.print("", *(f"- {sentence}" for sentence in _sentences(results)), sep="\n")


if __name__ == "__main__":
    main()
