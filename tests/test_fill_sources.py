"""Where actuals come from: CSV, Excel, Parquet, DuckDB, SQLite; and workbooks that others have saved."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from actuals_books import CELLS, LONG, duckdb, filled, make_model, table, typed, until
from commandline import contents, refused, us
from host_libreoffice import office_python

import unitsheet
from engine.errors import InputError
from udfs.calc.office import environment
from unitsheet.tables import query, read_table, without_password

ROWS = [
    (company, line, dt.date.fromisoformat(f"{month}-01"), value)
    for (company, line, month), value in CELLS.items()
]
# Where a comma parts the decimals, points part the thousands.
COMMAS = """company;line;month;value;unit
kimi;ad_spend;2024-01;52.000;k CNY
kimi;ad_spend;2024-02;53.000.000,0;CNY
kimi;mau;2024-01;4.100.000;users
kimi;mau;2024-02;430万;users
"""
QUERY = "SELECT company, line, month, value FROM ledger WHERE value > 0"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model") / "model.xlsx")


@pytest.fixture
def model(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "model.xlsx"))


# CSV


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (("\ufeff" + LONG).encode(), ()),
        (("\n" + LONG.replace("\n", "\r\n")).encode(), ()),
        (LONG.encode("utf-16"), ("--encoding", "utf-16")),
        (LONG.replace("unit", "单位", 1).encode("gb18030"), ("--encoding", "gb18030")),
        (LONG.replace('"52,000,000"', "52.000.000,00").replace(",", ";").replace(";00", ",00").encode(), ()),
        (COMMAS.encode(), ("--decimal", "comma")),
        (LONG.replace('"52,000,000"', "52 000 000").replace(",", "\t").encode(), ()),
    ],
    ids=["byte order mark", "blank line", "utf-16", "gb18030", "semicolons", "decimal comma", "tabs"],
)  # fmt: skip
def test_csv(model: Path, tmp_path: Path, content: bytes, options: tuple[str, ...]) -> None:
    path = tmp_path / "actuals.csv"
    path.write_bytes(content)
    filled(model, "--actuals", path, "--in-place", *options)
    assert typed(model) == pytest.approx(CELLS, rel=1e-15)


def test_a_number_that_may_be_two_is_refused(model: Path, tmp_path: Path) -> None:
    path = table(tmp_path, "company;line;month;value\nkimi;mau;2024-01;4.100\nkimi;dau;2024-01;4,5\n")
    (problem,) = filled(model, "--actuals", path, code=1)["unmatched"]
    assert problem["where"] == ["row 2"]
    assert "'4.100' may be 4.1 or 4,100; say --decimal point or --decimal comma" in problem["why"]


def test_csv_that_cannot_be_read(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "actuals.csv"
    for content, words in (
        (LONG.encode("gb18030"), ("no text in utf-8", "--encoding")),
        (b"", ("holds no table",)),
        (b"\n\n", ("holds no table",)),
        (b"line,month,value\nmau,2024-01,1,2,3\n", ("Expected 3 fields in line 2, saw 5",)),
    ):
        path.write_bytes(content)
        refused(us("fill", model, "--actuals", path), "actuals.csv", *words)
    refused(us("fill", model, "--actuals", table(tmp_path, LONG), "--encoding", "nonsense"), "nonsense")
    refused(us("fill", model, "--actuals", table(tmp_path, "x", "a.xls")), ".csv, .xlsx or .parquet")


def test_rows_are_counted_as_a_spreadsheet_shows_them(model: Path, tmp_path: Path) -> None:
    text = '\ncompany,line,month,value\n\n"kimi\n",mau,2024-01,1\nkimi,add_spend,2024-01,1\n'
    found = filled(model, "--actuals", table(tmp_path, text), code=1)["unmatched"]
    assert [one["where"] for one in found] == [["row 5"]]


# Excel


def test_excel(model: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Ledger")
    january, february = dt.date(2024, 1, 31), dt.date(2024, 2, 29)
    for row in (
        [], [], [None, "Line", january, february, "Company"],
        [None, "Advertising spend", 52e6, "53,000,000", "kimi"], [],
        [None, "mau", "410万", 4.3e6, "Kimi"],
        [None, "dau", "#N/A", "#REF!", "Kimi"],
    ):  # fmt: skip
        sheet.append(row)
    path = tmp_path / "ledger.xlsx"
    book.save(path)
    done = filled(model, "--actuals", path, "--sheet", "ledger", "--in-place", code=1)
    assert [(one["where"], one["why"]) for one in done["unmatched"]] == [
        (["row 7, 2024-02"], "#REF! is no number")
    ]
    assert done["blank"] == 1
    assert typed(model) == CELLS
    refused(us("fill", model, "--actuals", path, "--sheet", "Leger"), "did you mean Ledger?")
    refused(us("fill", model, "--actuals", path), "holds no table")
    sheet["C6"] = "=2*3"
    book.save(path)
    refused(us("fill", model, "--actuals", path, "--sheet", "Ledger"), "Ledger!C6", "never calculated")


# Parquet and databases


def test_parquet(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "actuals.parquet"
    with duckdb().connect() as connection:
        connection.execute("CREATE TABLE t (company TEXT, line TEXT, month DATE, value DECIMAL(18, 2))")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", ROWS)
        connection.execute("INSERT INTO t VALUES ('kimi', 'dau', '2024-01-31', NULL)")
        connection.sql("SELECT * FROM t").write_parquet(str(path))
    assert filled(model, "--actuals", path, "--in-place")["blank"] == 1
    assert typed(model) == CELLS
    path.write_bytes(b"no parquet at all")
    refused(us("fill", model, "--actuals", path), "actuals.parquet", "no Parquet file")


def test_duckdb(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb().connect(str(path)) as connection:
        connection.execute("CREATE TABLE ledger (company TEXT, line TEXT, month TIMESTAMP, value BIGINT)")
        connection.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?)", ROWS)
    before = path.read_bytes()
    filled(model, "--sql", QUERY, "--from", path, "--in-place")
    assert typed(model) == CELLS
    wide = "PIVOT (SELECT line, strftime(month, '%Y-%m') AS of, value FROM ledger) ON of USING first(value)"
    out = tmp_path / "wide.xlsx"
    filled(model, "--sql", wide, "--from", path, "--company", "kimi", "--out", out)
    assert (typed(out), until(out, "kimi")) == (CELLS, 2)
    refused(us("fill", model, "--sql", "SELECT * FROM ledgr", "--from", path), "warehouse.duckdb", "ledgr")
    refused(us("fill", model, "--sql", "DROP TABLE ledger", "--from", path), "read-only")
    assert path.read_bytes() == before


def test_sqlite(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data of 2024.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE ledger (company TEXT, line TEXT, month TEXT, value REAL)")
    rows = [(company, line, day.isoformat(), value) for company, line, day, value in ROWS]
    connection.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    monkeypatch.setitem(sys.modules, "duckdb", None)  # Python alone reads it
    before = path.read_bytes()
    filled(model, "--sql", QUERY, "--from", path, "--in-place")
    assert typed(model) == CELLS
    refused(us("fill", model, "--sql", "SELECT figure FROM ledger", "--from", path), "no such column: figure")
    refused(us("fill", model, "--sql", "DELETE FROM ledger", "--from", path), "readonly")
    assert path.read_bytes() == before


def test_without_duckdb_a_sentence_says_what_to_install(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"12345678DUCK and more")
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "duckdb", None)
    before = contents(tmp_path)
    for args in (("--sql", QUERY, "--from", path), ("--sql", QUERY, "--from", "postgres://me@db/x"),
                 ("--actuals", tmp_path / "a.parquet")):  # fmt: skip
        refused(us("fill", model, *args), 'pip install "unitsheet[sql]"')
    assert contents(tmp_path) == before


def test_no_database(model: Path, tmp_path: Path) -> None:
    path = table(tmp_path, LONG)
    refused(
        us("fill", model, "--sql", QUERY, "--from", path),
        "neither a DuckDB nor an SQLite file",
        "postgres://",
    )
    refused(
        us("fill", model, "--sql", QUERY, "--from", tmp_path / "none.duckdb"), "none.duckdb cannot be read"
    )


def test_postgres_that_cannot_be_reached(model: Path) -> None:
    duckdb()
    before = model.read_bytes()
    address = "postgres://me:secret@127.0.0.1:9/warehouse"
    result = us("fill", model, "--sql", QUERY, "--from", address, "--in-place")
    refused(result, "the query of postgres://me:***@127.0.0.1:9/warehouse failed")
    assert "secret" not in result.stderr
    assert model.read_bytes() == before
    assert (
        without_password("postgresql://a:b:c@h/d and postgres://x@h")
        == "postgresql://a:***@h/d and postgres://x@h"
    )


def test_the_tables_by_themselves(tmp_path: Path) -> None:
    found = read_table(table(tmp_path, LONG))
    assert found.headers == ("company", "line", "month", "value", "unit")
    assert found.rows[0] == (2, ("kimi", "ad_spend", "2024-01", "52,000,000", "CNY"))
    path = tmp_path / "a.sqlite"
    sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.close()
    assert query("SELECT 1 AS a, NULL AS b", str(path)).rows == ((1, (1, None)),)
    with pytest.raises(InputError, match="must be a SELECT"):
        query("PRAGMA foreign_keys = ON", str(path))


# A workbook that a person has worked on


def test_a_workbook_that_libreoffice_saved(model: Path, tmp_path: Path, require: Callable[..., str]) -> None:
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [require("soffice"), home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "theirs"),
         str(model)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    theirs = tmp_path / "theirs" / "model.xlsx"
    assert filled(theirs, "--actuals", table(tmp_path, LONG), "--in-place")["cells"] == 4
    assert (typed(theirs), until(theirs, "kimi")) == (CELLS, 2)


def test_rows_columns_and_names_that_a_person_has_changed(
    model: Path, tmp_path: Path, require: Callable[..., str]
) -> None:
    edited = tmp_path / "edited.xlsx"
    steps = [["rows", "Actuals", 11, 2], ["rows", "Actuals", 3, 1], ["columns", "Actuals", 5, 1],
             ["text", "Actuals", 12, 1, "a remark of my own"], ["rename", "Kimi", "Kimi (ours)"],
             ["rename", "Actuals", "实际 2024"],
             ["rows", "Kimi (ours)", 44, 1]]  # fmt: skip
    order = {
        "soffice": require("soffice"),
        "profile": str(tmp_path / "profile"),
        "steps": [{"do": "edit", "path": str(model), "changes": steps, "save": str(edited)}],
    }
    driver = Path(__file__).with_name("office_edits.py")
    done = subprocess.run(
        [office_python(), str(driver)], input=json.dumps(order), text=True, capture_output=True,
        env=environment(), timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert filled(edited, "--actuals", table(tmp_path, LONG), "--in-place")["cells"] == 4
    assert (typed(edited), until(edited, "kimi")) == (CELLS, 2)
    shown = unitsheet.export(edited, company="kimi", lines=["ad_spend_m"])
    assert list(shown["value"][:2]) == [52e6, 53e6]
