"""Every switch of the workbook in every position: no error that is no answer, and the master check holds.

Our recalculation takes the whole matrix. Calc, with our functions installed and without,
takes a part of it, and shows the same in every cell of every sheet.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from host_libreoffice import cell as shown_by_office
from host_libreoffice import drive

import unitsheet
from engine.errors import CellError, ErrorKind
from workbook import layout as at
from workbook.book import Book, Place
from workbook.companies import companies, company
from workbook.layout import Layout
from workbook.plan import Kind, Line, Look, Plan, Tab

PAIR = ("kimi", "chatgpt")  # one in CNY, one in USD
NA = CellError(ErrorKind.NA)
SWITCHES = ("scenario", "currency", "language")
_LONG = 24


class Made(NamedTuple):
    """A workbook with its plan."""

    path: Path
    plan: Plan


def made(path: Path, ids: Sequence[str], **options: Any) -> Made:
    """A new workbook of these companies."""
    return Made(path, unitsheet.new(path, [company(name) for name in ids], **options).plan)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(tmp_path_factory.mktemp("pair") / "pair.xlsx", PAIR, months=_LONG)


def switched(book: Made, folder: Path, position: Sequence[int]) -> Path:
    """The workbook recalculated with its switches in a position."""
    layout = Layout(book.plan)
    changed = openpyxl.load_workbook(book.path)
    for name, number in zip(SWITCHES, position, strict=True):
        changed["Cover"].cell(layout.row("Cover", name), at.VALUE, number)
    path = folder / f"{'-'.join(map(str, position))}.xlsx"
    changed.save(path)
    unitsheet.recalculate(path, in_place=True)
    return path


def not_right(path: Path, plan: Plan) -> list[str]:
    """The checks that fail, and the errors that are no answers, whatever the sheet of checks says of them."""
    found, layout = Book.open(path), Layout(plan)
    wrong = [
        f"{line.key} {line.label}"
        for line in plan.tab("Checks").lines
        if line.look is Look.CHECK
        and found.value(Place("Checks", layout.row("Checks", line.key), at.VALUE)) != 1
    ]
    for tab in plan.tabs:
        may_be = {place.row for place in layout.places(tab) if place.line and place.line.na}
        for row, column in found.sheets[tab.name].formulas:
            value = found.value(Place(tab.name, row, column))
            answer = value == NA and (tab.kind is Kind.GRID or row in may_be)
            if isinstance(value, CellError) and not answer:
                wrong.append(f"{Place(tab.name, row, column)} {value}")
    return wrong


@pytest.mark.parametrize("position", list(product((1, 2, 3), (1, 2), (1, 2))), ids=str)
def test_switches(pair: Made, tmp_path: Path, position: tuple[int, int, int]) -> None:
    assert not_right(switched(pair, tmp_path, position), pair.plan) == []


@pytest.mark.parametrize(
    ("months", "start"),
    [(12, "2024-01"), (12, "2023-12"), (12, "2000-02"), (120, "1999-11"), (120, "2024-02")],
)
def test_timelines(tmp_path: Path, months: int, start: str) -> None:
    book = made(tmp_path / "t.xlsx", ["kimi"], months=months, start=start)
    assert not_right(book.path, book.plan) == []
    sheet = openpyxl.load_workbook(book.path, data_only=True)["Kimi"]
    shown = [cell.value for cell in sheet[at.HEADER_ROW][at.FIRST_MONTH - 1 :]]
    assert len(shown) == months
    assert str(shown[0]).startswith(start)


@pytest.mark.parametrize("scenario", ["base", "bear", "bull"])
@pytest.mark.parametrize("count", [1, 16])
def test_companies(tmp_path: Path, count: int, scenario: str) -> None:
    ids = list(companies())[-count:]
    assert len(ids) == count
    book = made(tmp_path / "c.xlsx", ids, months=12, scenario=scenario)
    assert not_right(book.path, book.plan) == []


# in Calc


def office_rows(book: Made, positions: Sequence[Sequence[int]]) -> list[dict[str, list[list[Any]]]]:
    """What Calc shows on every sheet in each position of the switches."""
    layout = Layout(book.plan)
    rows = [layout.row("Cover", name) - 1 for name in SWITCHES]
    settings = [
        [["Cover", row, at.VALUE - 1, number] for row, number in zip(rows, position, strict=True)]
        for position in positions
    ]
    (turns,) = drive([{"do": "switch", "path": str(book.path), "settings": settings}])
    found: list[dict[str, list[list[Any]]]] = turns
    return found


def differences(path: Path, plan: Plan, shown: dict[str, list[list[Any]]]) -> Iterator[str]:
    """The formula cells in which Calc shows something else than our recalculation."""
    ours, layout = Book.open(path), Layout(plan)
    for tab in plan.tabs:
        rounding = {
            place.row for place in layout.places(tab) if place.line and measures_rounding(tab, place.line)
        }
        for row, column in ours.sheets[tab.name].formulas:
            mine = ours.value(Place(tab.name, row, column))
            theirs = shown_by_office(shown[tab.name][row - 1][column - 1])
            if not (row in rounding and isinstance(theirs, float)) and not agree(mine, theirs):
                yield f"{Place(tab.name, row, column)}: {mine!r} here, {theirs!r} there"


def measures_rounding(tab: Tab, line: Line) -> bool:
    """Whether a line holds what is left over where nothing should be; a check says if that is little."""
    if tab.kind is Kind.CHECKS:
        return line.gauge is not None and line.gauge.measured.endswith(".value}")
    return line.look is Look.CHECK and line.monthly and bool(line.total)


def agree(mine: Any, theirs: Any) -> bool:
    """Whether two programs show the same in a cell: numbers to nine digits, everything else exactly."""
    if isinstance(mine, int | float) and isinstance(theirs, int | float):
        return bool(theirs == pytest.approx(mine, rel=1e-9, abs=1e-6))
    return (mine or "") == (theirs or "")


def test_calc_shows_the_same(tmp_path: Path, pair: Made) -> None:
    positions = [(1, 1, 1), (2, 2, 2), (3, 1, 2), (3, 2, 1)]
    spelled = made(tmp_path / "calc.xlsx", PAIR, months=_LONG, functions="libreoffice")
    turns = office_rows(spelled, positions)
    for position, shown in zip(positions, turns, strict=True):
        ours = switched(pair, tmp_path, position)
        assert list(differences(ours, pair.plan, shown)) == [], position
        assert master(shown, pair.plan) == 1


@pytest.mark.parametrize(
    ("ids", "options"),
    [
        (["kimi"], {"months": 12, "start": "2000-02"}),
        (["doubao"], {"months": 120, "start": "2023-12"}),
        (list(companies()), {"months": 12}),
    ],
    ids=["12 months", "120 months", "16 companies"],
)
def test_calc_shows_the_same_in_other_workbooks(
    tmp_path: Path, ids: list[str], options: dict[str, Any]
) -> None:
    book = made(tmp_path / "excel.xlsx", ids, **options)
    spelled = made(tmp_path / "calc.xlsx", ids, **options, functions="libreoffice")
    (shown,) = office_rows(spelled, [(1, 1, 1)])
    assert list(differences(book.path, book.plan, shown)) == []
    assert master(shown, book.plan) == 1


def test_differences_are_found(tmp_path: Path, pair: Made) -> None:
    """The comparison above can fail: the same file under another switch."""
    (shown,) = office_rows(
        made(tmp_path / "calc.xlsx", PAIR, months=_LONG, functions="libreoffice"), [(1, 2, 1)]
    )
    found = list(differences(pair.path, pair.plan, shown))
    assert any(line.startswith("Compare!") for line in found)
    assert not any(line.startswith("Kimi!") for line in found)


def master(shown: dict[str, list[list[Any]]], plan: Plan) -> Any:
    """The master check as Calc shows it."""
    return shown["Checks"][Layout(plan).row("Checks", "master") - 1][at.VALUE - 1]


def test_calc_without_our_functions(tmp_path: Path, require: Callable[..., str]) -> None:
    """The twins stand in: all cells but those of functions are the same, checks hold, a flag is raised."""
    book = made(tmp_path / "excel.xlsx", list(companies()), months=12)
    openpyxl.load_workbook(book.path).save(tmp_path / "bare.xlsx")  # without any stored value
    subprocess.run(
        [require("soffice"), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(tmp_path / "office"), str(tmp_path / "bare.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    ours, theirs = Book.open(book.path), Book.open(tmp_path / "office" / "bare.xlsx")
    places = list(without_functions(ours, book.plan))
    assert [str(place) for place in places if not agree(ours.value(place), theirs.value(place))] == []
    assert len(places) > 30_000
    layout = Layout(book.plan)
    for line in book.plan.tab("Checks").lines:
        status = theirs.value(Place("Checks", layout.row("Checks", line.key), at.VALUE))
        if line.look is Look.CHECK:
            assert status == 1, line.key
        if line.key.endswith("_functions_here"):
            assert status == 0, line.key


def without_functions(book: Book, plan: Plan) -> Iterator[Place]:
    """The formula cells that do not hang on our functions."""
    layout = Layout(plan)
    for tab in plan.tabs:
        if tab.name in ("Checks", "Tests"):
            continue
        lines = {place.row: place.line for place in layout.places(tab) if place.line}
        for row, column in book.sheets[tab.name].formulas:
            line = lines.get(row)
            if not (line and (measures_rounding(tab, line) or (line.agrees and column != at.TOTAL))):
                yield Place(tab.name, row, column)
