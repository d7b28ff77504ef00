"""What the company tabs of a workbook show, as records: the stored value of each line in each month."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from engine.company import Scenario
from engine.errors import CellError, ErrorKind, InputError
from workbook.book import Book, Place
from workbook.companies import company
from workbook.company_tab import company_tab
from workbook.engines.protocol import Finding
from workbook.model_tabs import ModelTab, Month, Row, Section, folded, model_tabs, never_calculated
from workbook.plan import Block, Line

_SCENARIO = "scenario"
_DATE = "date"
# A headline that is the end of no other one's name.
_NAMED = "cac_paid"


class Result(NamedTuple):
    """One figure of a company tab; the month is None where it holds for all months."""

    company: str
    scenario: str
    line: str
    unit: str
    month: Month | None
    value: float | None


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """A line of the model and the row on which a sheet has it."""

    line: Line
    row: Row


@dataclass(frozen=True, slots=True)
class CompanySheet:
    """The tab of a company with its rows by the keys of their lines, and what it says of those it lacks."""

    id: str
    tab: ModelTab
    rows: Mapping[str, MatchedRow]
    missing: Mapping[str, Finding]
    unknown: tuple[Place, ...]

    def lacking(self, keys: Collection[str]) -> list[Finding]:
        """What is to be said of these lines, where they are not found."""
        return list(dict.fromkeys(finding for key, finding in self.missing.items() if key in keys))


@cache
def model_blocks() -> tuple[Block, ...]:
    """The blocks of a company tab as this version writes them."""
    return company_tab(company("blank")).blocks


@cache
def exported() -> Mapping[str, Line]:
    """Every line that can be exported, by its key; a date is no figure."""
    lines = (line for block in model_blocks() for line in block.lines)
    return {line.key: line for line in lines if line.unit != _DATE}


def company_sheets(book: Book) -> dict[str, CompanySheet]:
    """The company tabs of a workbook by the id of the company; an `InputError` where there is none."""
    titles = {folded(block.title) for block in model_blocks()}
    ids = _ids(book)
    found: dict[str, CompanySheet] = {}
    for name, tab in model_tabs(book).items():
        if sum(folded(section.title) in titles for section in tab.sections) * 2 > len(titles):
            id = ids.get(name.lower(), name.lower())
            found[id if id not in found else name.lower()] = _company_sheet(id, tab)
    if not found:
        raise InputError(f"{book.package.path} has no tab of a company; make one with `unitsheet new`")
    return found


def _ids(book: Book) -> dict[str, str]:
    """The ids of companies by their sheets, from the names of their headlines."""
    end = f"_{_NAMED}"
    return {
        name.text.rpartition("!")[0].strip("'").replace("''", "'").lower(): name.name.removesuffix(end)
        .lower()
        .replace("_", "-")
        for name in book.package.defined_names
        if name.name.endswith(end) and name.sheet is None
    }


def _company_sheet(id: str, tab: ModelTab) -> CompanySheet:
    rows: dict[str, MatchedRow] = {}
    missing: dict[str, Finding] = {}
    unknown: list[Place] = []
    for block in model_blocks():
        section = next((one for one in tab.sections if _same(one, block)), None)
        if section is None:
            message = f"the block {block.title!r} is not found, and none of its lines is exported"
            missing |= dict.fromkeys(
                (line.key for line in block.lines), Finding("block missing", tab.sheet, message)
            )
            continue
        found, lacking, strange = _matched(block, section)
        rows |= {one.line.key: one for one in found}
        missing |= {line.key: _lacking(tab, section, line, strange) for line in lacking}
        unknown += [tab.value(row.row) for row in strange]
    return CompanySheet(id, tab, rows, missing, tuple(unknown))


def _same(section: Section, block: Block) -> bool:
    return folded(section.title) == folded(block.title)


def _matched(block: Block, section: Section) -> tuple[list[MatchedRow], list[Line], list[Row]]:
    """Lines with their rows, lines without one, rows without one; labels that repeat go by their order."""
    lines: dict[str, list[Line]] = {}
    rows: dict[str, list[Row]] = {}
    for line in block.lines:
        lines.setdefault(folded(line.label), []).append(line)
    for row in section.rows:
        rows.setdefault(folded(row.label), []).append(row)
    found: list[MatchedRow] = []
    lacking: list[Line] = []
    for label, mine in lines.items():
        theirs = rows.get(label, [])
        if len(theirs) == len(mine):
            del rows[label]
            found += [MatchedRow(line, row) for line, row in zip(mine, theirs, strict=True)]
        else:
            lacking += mine
    return found, lacking, [row for strange in rows.values() for row in strange]


def _lacking(tab: ModelTab, section: Section, line: Line, strange: Sequence[Row]) -> Finding:
    others = ", ".join(f"{row.label or row.label_zh!r} in row {row.row}" for row in strange)
    hint = f"; rows that are no line of the model: {others}" if others else ""
    message = f"the line {line.label!r} ({line.key}) is not found in the block {section.title!r}{hint}"
    return Finding("line missing", tab.sheet, message)


def scenario_in_use(book: Book) -> str:
    """The name of the scenario that the stored values are of."""
    places = book.find(_SCENARIO)
    value = book.value(places[0])
    live = next((one.value for one in Scenario if one.number == value), None)
    if live is None:
        raise InputError(f"{places[0]}, the scenario in use, is {value}; type 1, 2 or 3 and recalculate")
    return live


def results(
    book: Book, sheet: CompanySheet, keys: Collection[str], scenario: str, findings: list[Finding]
) -> Iterator[Result]:
    """The figures of these lines of a company tab, line by line; what is no figure goes to `findings`."""
    months = sorted(sheet.tab.months)
    for key, matched in sheet.rows.items():
        if key not in keys:
            continue
        row, unit = matched.row.row, matched.row.unit
        if matched.line.monthly:
            for month in months:
                value = _figure(book, sheet.tab.month(row, month), findings)
                yield Result(sheet.id, scenario, key, unit, month, value)
        else:
            value = _figure(book, sheet.tab.value(row), findings)
            yield Result(sheet.id, scenario, key, unit, None, value)


def _figure(book: Book, place: Place, findings: list[Finding]) -> float | None:
    """The number in a cell; None where it is blank or #N/A, and where it is anything else, a finding."""
    value = book.value(place)
    if value is None and book.formula(place) is not None:
        raise never_calculated(book, place)
    if value is None or (isinstance(value, CellError) and value.kind is ErrorKind.NA):
        return None
    if isinstance(value, bool | int | float):
        return float(value)
    findings.append(Finding("no figure", str(place), f"shows {value}, and is exported as empty"))
    return None
