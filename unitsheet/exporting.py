"""What the public API takes out of workbooks: the lines of company tabs as a tidy table, and as files."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from engine.errors import InputError
from engine.lines import ACTUALS
from engine.scenarios import unknown
from unitsheet.tables import FileName, duckdb_needed
from workbook.book import Book, Place
from workbook.engines.protocol import Finding
from workbook.model_tabs import folded
from workbook.results import CompanySheet, Result, company_sheets, exported, results, scenario_in_use
from workbook.target import refuse_to_replace, replace_whole

if TYPE_CHECKING:
    import pandas as pd

ALL_ACTUALS = "actuals"
"""Instead of a line: every line that `fill` takes."""

COLUMNS = Result._fields
# Text that a spreadsheet would take for a formula when it opens a CSV.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Export:
    """The figures of a workbook, what could not be exported, and rows that are no lines of the model."""

    rows: tuple[Result, ...]
    findings: tuple[Finding, ...]
    unknown: tuple[Place, ...]

    @property
    def clean(self) -> bool:
        """Whether every line that was asked for is there with its figures."""
        return not self.findings

    def frame(self) -> pd.DataFrame:
        """The figures as a pandas table; a value that is not known is nan, a month that there is none NaT."""
        import pandas as pd

        table = pd.DataFrame(list(self.rows), columns=list(COLUMNS))
        table["month"] = [pd.Timestamp(row.month.end) if row.month else pd.NaT for row in self.rows]
        return table.astype({"month": "datetime64[s]", "value": "float64"})


def export(
    path: FileName,
    *,
    company: str | None = None,
    lines: Iterable[str] | None = None,
    headlines: bool = False,
) -> pd.DataFrame:
    """The lines of every company tab as stored: company, scenario, line, unit, month, value.

    A row a month of a line, the month by its last day; with `headlines` also a row for
    each figure that holds for all months. `lines` are keys, names of actuals or labels;
    "actuals" is every line that `fill` takes. A value that the tab does not know is nan.
    A line that is not found is a `UserWarning`, a formula that was never calculated an
    `InputError`.
    """
    import warnings

    found = read_export(path, company=company, lines=lines, headlines=headlines)
    for finding in found.findings:
        warnings.warn(f"{finding.where}: {finding.message}", stacklevel=2)
    return found.frame()


def read_export(
    path: FileName,
    *,
    company: str | None = None,
    lines: Iterable[str] | None = None,
    headlines: bool = False,
) -> Export:
    """What `export` gives as records, with what could not be exported."""
    book = Book.open(path)
    sheets = company_sheets(book)
    chosen = [_sheet(company, sheets)] if company else list(sheets.values())
    monthly = {key for key, line in exported().items() if line.monthly}
    keys = monthly if lines is None else set(_keys(lines))
    if headlines:
        keys = keys | (exported().keys() - monthly)
    scenario = scenario_in_use(book)
    findings = [finding for sheet in chosen for finding in sheet.lacking(keys)]
    rows = tuple(row for sheet in chosen for row in results(book, sheet, keys, scenario, findings))
    return Export(rows, tuple(findings), tuple(place for sheet in chosen for place in sheet.unknown))


def _sheet(name: str, sheets: Mapping[str, CompanySheet]) -> CompanySheet:
    spelled = {folded(one): sheet for id, sheet in sheets.items() for one in (sheet.tab.sheet, id)}
    if folded(name) not in spelled:
        raise unknown("company in the workbook", name, sheets)
    return spelled[folded(name)]


def _keys(lines: Iterable[str]) -> Iterable[str]:
    """The keys of lines by key, name of the actual, or label; several in a text stand between commas."""
    labels = [(folded(label), key) for key, one in exported().items() for label in (one.label, one.label_zh)]
    keys: dict[str, list[str]] = {}
    for label, key in labels:
        keys.setdefault(label, []).append(key)
    keys |= {folded(name): [key] for name, key in ACTUALS.items()}
    keys |= {folded(key): [key] for key in exported()}
    keys[ALL_ACTUALS] = list(ACTUALS.values())
    for text in lines:
        # A label may have a comma in it.
        for line in [text] if folded(text) in keys else filter(None, map(str.strip, text.split(","))):
            if folded(line) not in keys:
                raise unknown("line of the model", line, exported())
            found = keys[folded(line)]
            if len(found) > 1 and folded(line) != ALL_ACTUALS:
                raise InputError(
                    f"several lines are called {line!r}; say which by its key: {', '.join(found)}"
                )
            yield from found


def write_export(found: Export, form: str, target: FileName, *, force: bool = False) -> None:
    """Write figures to a file, which appears whole or not at all."""
    if not force:
        refuse_to_replace(target)
    if form == "parquet":
        content = _parquet(found)
    else:
        text = io.StringIO()
        write_text(found, form, text)
        content = text.getvalue().encode()

    def write(stream: BinaryIO) -> None:
        stream.write(content)

    replace_whole(target, write)


def write_text(found: Export, form: str, stream: TextIO) -> None:
    """Write figures as CSV or as a JSON array with a record a line."""
    if form == "csv":
        _write_csv(found, stream)
        return
    stream.write("[")
    for number, row in enumerate(found.rows):
        stream.write((",\n" if number else "\n") + json.dumps(_record(row), ensure_ascii=False))
    stream.write("\n]\n")


def _record(row: Result) -> dict[str, Any]:
    return row._asdict() | {"month": row.month.end.isoformat() if row.month else None}


def _write_csv(found: Export, stream: TextIO) -> None:
    import csv

    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in found.rows:
        texts = [f"'{text}" if text.startswith(_FORMULA) else text for text in row[:4]]
        value = "" if row.value is None else repr(row.value)
        writer.writerow([*texts, row.month.end.isoformat() if row.month else "", value])


def _parquet(found: Export) -> bytes:
    duckdb = duckdb_needed()
    # Older DuckDBs know texts of pandas only as objects.
    table = found.frame().astype(dict.fromkeys(COLUMNS[:4], object))
    with tempfile.TemporaryDirectory(prefix="unitsheet-") as folder, duckdb.connect() as connection:
        path = Path(folder) / "export.parquet"
        connection.register("figures", table)
        connection.sql(
            "SELECT company, scenario, line, unit, CAST(month AS DATE) AS month, "
            "CASE WHEN isnan(value) THEN NULL ELSE value END AS value FROM figures"
        ).write_parquet(str(path))
        return path.read_bytes()
