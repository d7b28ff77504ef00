"""Tables of figures as they come: CSV, Excel and Parquet files, queries of databases, pandas."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import FileError, InputError
from unitsheet.amounts import Decimals

if TYPE_CHECKING:
    import pandas as pd

FileName = str | os.PathLike[str]
_SEPARATORS = ",;\t|"
_TEXT = (".csv", ".tsv", ".txt")
_EXCEL = (".xlsx", ".xlsm")
_SQLITE = b"SQLite format 3\0"
_DUCKDB = b"DUCK"
_POSTGRES = ("postgres://", "postgresql://")
_PASSWORD = re.compile(r"(postgres(?:ql)?://[^:@/\s]*):[^@\s]*@")


@dataclass(frozen=True, slots=True)
class Table:
    """Headers and rows with their numbers as the source counts them; None is a blank cell.

    `decimals` is how numbers in text are written.
    """

    source: str
    headers: tuple[Any, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    decimals: Decimals = "point"


def read_table(
    path: FileName, *, sheet: str | None = None, encoding: str = "utf-8-sig", decimals: Decimals | None = None
) -> Table:
    """Read a CSV, Excel or Parquet file; the kind is told by the end of its name."""
    kind = Path(path).suffix.lower()
    if not Path(path).is_file():
        raise FileError(f"{path} is not there: check the name and the folder.")
    if kind in _TEXT:
        return _csv(path, encoding, decimals)
    if kind in _EXCEL:
        return _excel(path, sheet, decimals or "point")
    if kind == ".parquet":
        return _parquet(path)
    raise FileError(f"{path} is of no kind that is read: give a .csv, .xlsx or .parquet file.")


def from_frame(frame: pd.DataFrame, source: str = "the table") -> Table:
    """A pandas table with the names of its columns; an index of dates or with a name is a column too."""
    import pandas as pd

    if frame.index.name is None and isinstance(frame.index, pd.DatetimeIndex | pd.PeriodIndex):
        frame = frame.rename_axis("month")
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    values = frame.astype(object).itertuples(index=False, name=None)
    return Table(source, tuple(frame.columns), _numbered(values, 1))


def _numbered(rows: Iterable[Sequence[Any]], first: int) -> tuple[tuple[int, tuple[Any, ...]], ...]:
    import pandas as pd

    return tuple(
        (number, tuple(None if pd.isna(value) else value for value in row))
        for number, row in enumerate(rows, start=first)
    )


def _headed(path: FileName, rows: Sequence[Sequence[Any]], decimals: Decimals) -> Table:
    """The table below the first row that is not blank."""
    head = next((at for at, row in enumerate(rows) if any(value not in ("", None) for value in row)), None)
    if head is None:
        raise InputError(f"{path} holds no table")
    return Table(os.fspath(path), tuple(rows[head]), _numbered(rows[head + 1 :], head + 2), decimals)


def _csv(path: FileName, encoding: str, decimals: Decimals | None) -> Table:
    import pandas as pd

    try:
        with Path(path).open(encoding=encoding, newline="") as lines:
            above, first = next(((at, line) for at, line in enumerate(lines) if line.strip()), (0, ""))
        separator = max(_SEPARATORS, key=first.count)
        # Where a semicolon parts the columns, a comma may part the whole from the rest.
        decimals = decimals or ("either" if separator == ";" else "point")
        frame = pd.read_csv(
            path, sep=separator, encoding=encoding, header=None, dtype=str, keep_default_na=False,
            skip_blank_lines=False, skiprows=above,
        )  # fmt: skip
    except (UnicodeError, LookupError):
        raise FileError(
            f"{path} is no text in {encoding}: save it as CSV UTF-8, or say --encoding gb18030 or another."
        ) from None
    except pd.errors.EmptyDataError:
        raise InputError(f"{path} holds no table") from None
    except pd.errors.ParserError as error:
        raise FileError(f"{path} is no table: {str(error).rpartition('error:')[2].strip()}.") from None
    return _headed(path, [[]] * above + frame.fillna("").to_numpy().tolist(), decimals)


def _excel(path: FileName, sheet: str | None, decimals: Decimals) -> Table:
    import pandas as pd

    from workbook.book import Book, Place
    from workbook.references import quote_sheet

    book = Book.open(path)
    name = book.find(f"{quote_sheet(sheet)}!A1" if sheet else "A1")[0].sheet
    for (row, column), cell in book.sheets[name].formulas.items():
        if cell.value is None:
            raise InputError(
                f"{Place(name, row, column)} of {path} holds a formula that was never calculated; "
                "open and save it in a spreadsheet program, or run `unitsheet recalc` on it"
            )
    frame = pd.read_excel(
        path, sheet_name=name, header=None, dtype=object, na_filter=False, engine="openpyxl"
    )
    cells: list[list[Any]] = frame.to_numpy().tolist()
    for at, cell_row in enumerate(cells, start=1):
        for across, value in enumerate(cell_row, start=1):
            if isinstance(value, float) and value != value:  # what pandas makes of any error
                cell_row[across - 1] = book.value(Place(name, at, across))
    return _headed(path, cells, decimals)


def duckdb_needed() -> Any:
    """DuckDB, or the sentence that says how to get it."""
    try:
        import duckdb
    except ImportError:
        raise InputError(
            'Parquet files and databases are read by DuckDB, which is not here: pip install "unitsheet[sql]"'
        ) from None
    return duckdb


def _parquet(path: FileName) -> Table:
    duckdb = duckdb_needed()
    try:
        with duckdb.connect() as connection:
            found = connection.execute("SELECT * FROM read_parquet(?)", [os.fspath(path)])
            return _fetched(os.fspath(path), found)
    except duckdb.Error as error:
        raise FileError(f"{path} is no Parquet file that can be read: {_line(error)}.") from None


def query(sql: str, source: str) -> Table:
    """What a query finds in a DuckDB or SQLite file or a Postgres database, which is only read."""
    if source.lower().startswith(_POSTGRES):
        return _postgres(sql, source)
    kind = _database(source)
    return _sqlite(sql, source) if kind == "sqlite" else _duckdb(sql, source)


def _database(source: str) -> str:
    try:
        with Path(source).open("rb") as stream:
            begin = stream.read(16)
    except OSError as error:
        raise FileError(f"{source} cannot be read: {error.strerror or error}.") from None
    if begin == _SQLITE:
        return "sqlite"
    if begin[8:12] == _DUCKDB:
        return "duckdb"
    raise FileError(
        f"{source} is neither a DuckDB nor an SQLite file; --from takes those, or postgres://user@host/database."
    )


def _sqlite(sql: str, source: str) -> Table:
    # SQLite is part of Python, where DuckDB would have to download what reads its files.
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(f"{Path(source).resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return _fetched(source, connection.execute(sql))
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise InputError(f"the query of {source} failed: {_line(error)}") from None


def _duckdb(sql: str, source: str) -> Table:
    duckdb = duckdb_needed()
    try:
        with duckdb.connect(source, read_only=True) as connection:
            return _fetched(source, connection.execute(sql))
    except duckdb.Error as error:
        raise InputError(f"the query of {source} failed: {_line(error)}") from None


def _postgres(sql: str, source: str) -> Table:
    duckdb = duckdb_needed()
    shown = without_password(source)
    try:
        with duckdb.connect() as connection:
            quoted = source.replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS source (TYPE postgres, READ_ONLY)")
            connection.execute("USE source")
            return _fetched(shown, connection.execute(sql))
    except duckdb.Error as error:
        message = _line(error)
        if "extension" in message.lower():
            message = "DuckDB downloads what reads Postgres on first use, and could not: " + message
        raise InputError(f"the query of {shown} failed: {without_password(message)}") from None


def without_password(text: str) -> str:
    """A text in which no address of a database tells its password."""
    return _PASSWORD.sub(r"\1:***@", text)


def _fetched(source: str, cursor: Any) -> Table:
    if not cursor.description:
        raise InputError(f"the query of {source} gives no rows; it must be a SELECT")
    return Table(source, tuple(column[0] for column in cursor.description), _numbered(cursor.fetchall(), 1))


def _line(error: Exception) -> str:
    """The first line of what a database says."""
    return str(error).strip().partition("\n")[0].rstrip(".")
