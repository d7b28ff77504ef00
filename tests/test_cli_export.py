"""`unitsheet export`: what a workbook shows as a tidy table, what it cannot, and the way back by `fill`."""

from __future__ import annotations

import json
import shutil
from io import StringIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from actuals_books import duckdb, filled, make_model, table, until
from commandline import contents, refused, us

import unitsheet
from engine.lines import ACTUALS, LINES
from workbook.book import Book, Place
from workbook.results import company_sheets, exported, model_blocks

COLUMNS = ["company", "scenario", "line", "unit", "month", "value"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model") / "model.xlsx")


@pytest.fixture
def model(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "model.xlsx"))


def csv(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text))


def place(path: Path, line: str, company: str = "kimi", column: int = 2) -> Place:
    """A cell of a line, by default that of its label."""
    sheet = company_sheets(Book.open(path))[company]
    return Place(sheet.tab.sheet, sheet.rows[line].row.row, column)


def write(path: Path, cell: Place, value: object) -> None:
    """A person's own entry; openpyxl forgets the values of formulas, so all is worked out again."""
    book = openpyxl.load_workbook(path)
    book[cell.sheet].cell(cell.row, cell.column).value = value  # type: ignore[assignment]
    book.save(path)
    unitsheet.recalculate(path, in_place=True)


# What is exported


def test_every_monthly_line_is_what_the_engine_forecasts(made: Path) -> None:
    result = us("export", made)
    assert (result.exit_code, result.stderr) == (0, "")
    found = csv(result.stdout)
    assert list(found.columns) == COLUMNS
    assert set(found["company"]) == {"kimi", "chatgpt"}
    assert set(found["scenario"]) == {"base"}
    assert set(found["line"]) == {key for key, line in exported().items() if line.monthly} >= set(LINES)
    assert not found["month"].isna().any()
    for company in ("kimi", "chatgpt"):
        expected = unitsheet.forecast(company, months=12)
        rows = found[found["company"] == company]
        shown = rows.pivot(index="month", columns="line", values="value")
        assert list(shown.index) == [f"{day:%Y-%m-%d}" for day in expected.index]
        for line in LINES:
            told = pytest.approx(expected[line].to_numpy(), rel=1e-9, abs=1e-6, nan_ok=True)
            assert shown[line].to_numpy() == told, line
        units = rows.drop_duplicates("line").set_index("line")["unit"]
        assert {line: units[line] for line in LINES} == expected.attrs["units"]


def test_lines_and_companies(made: Path) -> None:
    refused(us("export", made, "--lines", "mau,Free cahs"), "line of the model 'Free cahs'", "free_cash")
    comma = us("export", made, "--company", "kimi", "--lines", "Daily users, average")
    assert set(csv(comma.stdout)["line"]) == {"dau"}
    found = csv(
        us("export", made, "--company", "Kimi", "--lines", "MAU,free_close", "--lines", "毛利率").stdout
    )
    assert list(found["line"].unique()) == ["mau", "gross_margin", "free_close"]
    assert set(found["company"]) == {"kimi"}
    found = csv(us("export", made, "--lines", "actuals").stdout)
    assert set(found["line"]) == set(ACTUALS.values())
    refused(us("export", made, "--lines", "maus"), "did you mean mau?")
    refused(us("export", made, "--lines", "+ new"), "several lines", "mau_new, payers_new")
    refused(us("export", made, "--company", "doubao"), "company in the workbook 'doubao'")


def test_headlines_have_no_month(made: Path) -> None:
    found = json.loads(us("export", made, "--headlines", "--lines", "mau", "--to", "json").stdout)
    assert list(found[0]) == COLUMNS
    alone = {(row["company"], row["line"]): row for row in found if row["month"] is None}
    assert {line for _, line in alone} == {key for key, line in exported().items() if not line.monthly}
    for headline in ("cac_paid", "net_burn", "gpu_cost_per_mau"):
        assert alone["kimi", f"h_{headline}"]["value"] == unitsheet.get(made, f"kimi_{headline}")
    assert alone["chatgpt", "burn3"]["unit"] == "USD/month"
    # Never paid back is not known, and no number.
    assert alone["kimi", "h_payback"]["value"] is None
    frame = unitsheet.export(made, lines=["mau"], headlines=True)
    assert list(frame.columns) == COLUMNS
    assert len(frame) == len(found)
    assert frame["value"].isna().sum() == sum(row["value"] is None for row in found)


def test_files(model: Path, tmp_path: Path) -> None:
    printed = us("export", model).stdout
    us("export", model, "--out", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == printed
    refused(us("export", model, "--out", tmp_path / "a.csv"), "exists already", "--force")
    us("export", model, "--out", tmp_path / "a.csv", "--force", "--to", "json", "--lines", "mau")
    assert json.loads((tmp_path / "a.csv").read_text(encoding="utf-8"))[0]["month"] == "2024-01-31"
    before = contents(tmp_path)
    refused(us("export", model, "--out", tmp_path / "none" / "b.csv"), "create it first")
    refused(us("export", model, "--to", "parquet"), "--out")
    assert contents(tmp_path) == before


def test_parquet(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    assert us("export", made, "--headlines", "--out", path).exit_code == 0
    with duckdb().connect() as connection:
        rows = connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        types = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    assert [column[:2] for column in types[4:]] == [("month", "DATE"), ("value", "DOUBLE")]
    records = json.loads(us("export", made, "--headlines", "--to", "json").stdout)
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        *texts, month, value = row
        assert texts == [record[key] for key in COLUMNS[:4]]
        assert (month and month.isoformat(), value) == (record["month"], record["value"])


# What a person has changed


def test_a_renamed_label_is_reported_and_not_guessed(model: Path) -> None:
    label = place(model, "mau_new")
    write(model, label, "+ fresh")
    result = us("export", model, "--company", "kimi")
    assert result.exit_code == 1
    lines = set(csv(result.stdout)["line"])
    # One of two rows called "+ new" is gone, so neither can be told.
    assert {"mau_new", "payers_new"}.isdisjoint(lines)
    assert "mau_lost" in lines
    for key in ("mau_new", "payers_new"):
        assert (
            f"Kimi: the line '+ new' ({key}) is not found in the block '3 Retention and audience'"
            in result.stderr
        )
    assert f"'+ fresh' in row {label.row}" in result.stderr
    assert us("export", model, "--company", "kimi", "--lines", "mau").exit_code == 0
    with pytest.warns(UserWarning, match=r"\+ new"):
        unitsheet.export(model, company="kimi")


def test_rows_of_ones_own_and_notes_are_no_matter(model: Path, made: Path) -> None:
    book = openpyxl.load_workbook(model)
    free = book["Kimi"].max_row + 1
    del book.defined_names["chatgpt_cac_paid"]
    book.save(model)
    write(model, Place("Kimi", free, 2), "My own figure")
    write(model, place(model, "mau", column=8), "see mail of 3 May")
    result = us("export", model)
    assert result.exit_code == 0
    assert result.stdout == us("export", made).stdout
    assert f"no lines of the model: Kimi!E{free}" in result.stderr


def test_what_is_no_figure_is_empty_and_said(model: Path) -> None:
    cells = company_sheets(Book.open(model))["kimi"]
    row, (january, february, *_) = cells.rows["tips"].row.row, cells.tab.months.values()
    write(model, Place("Kimi", row, january), "tbc")
    write(model, Place("Kimi", row, february), None)
    result = us("export", model, "--company", "kimi", "--lines", "tips")
    assert result.exit_code == 1
    assert csv(result.stdout)["value"][:2].isna().all()
    assert "tips,CNY,2024-01-31,\n" in result.stdout
    assert "shows tbc, and is exported as empty" in result.stderr


def test_a_formula_that_was_never_calculated(model: Path) -> None:
    book = openpyxl.load_workbook(model)
    book.save(model)
    refused(us("export", model), "never calculated", "unitsheet recalc")
    refused(us("fill", model, "--actuals", table(model.parent, "line,month,value\n")), "never calculated")


def test_workbooks_without_company_tabs(book: Path) -> None:
    refused(us("export", book), "no tab of a company", "unitsheet new")


def test_a_scenario_that_is_none(model: Path) -> None:
    (cell,) = Book.open(model).find("scenario")
    write(model, cell, 2)
    assert set(csv(us("export", model, "--lines", "mau").stdout)["scenario"]) == {"bear"}
    write(model, cell, 7)
    refused(us("export", model), str(cell), "1, 2 or 3")


def test_a_unit_that_a_spreadsheet_would_run_is_quoted(model: Path) -> None:
    write(model, place(model, "mau", column=6), "@SUM(1)")
    assert "kimi,base,mau,'@SUM(1),2024-01-31" in us("export", model, "--lines", "mau").stdout


def test_blocks_have_titles_of_their_own() -> None:
    titles = [block.title for block in model_blocks()]
    assert len(set(titles)) == len(titles)


# The way back


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_was_exported_fills_another_workbook(made: Path, tmp_path: Path, form: str) -> None:
    """A bear case filled into a base case as actuals is a bear case, in every line that follows from them."""
    if form == "parquet":
        duckdb()
    bear = tmp_path / "bear.xlsx"
    unitsheet.new(bear, ["kimi", "chatgpt"], months=12, scenario="bear")
    path = tmp_path / f"actuals.{form}"
    us("export", bear, "--lines", "actuals", "--out", path)
    base = tmp_path / "base.xlsx"
    done = filled(made, "--actuals", path, "--strict", "--out", base)
    assert done["cells"] == 2 * 12 * len(ACTUALS)
    assert until(base, "kimi") == until(base, "chatgpt") == 12
    actual, wanted = (unitsheet.export(one, lines=["actuals"]) for one in (base, bear))
    assert actual["value"].to_numpy() == pytest.approx(wanted["value"].to_numpy(), rel=1e-12, abs=0)
    assert list(actual["scenario"].unique()) == ["base"]


def test_its_own_lines_change_nothing(made: Path, tmp_path: Path) -> None:
    before = unitsheet.export(made, headlines=True)
    path = tmp_path / "all.csv"
    us("export", made, "--out", path)
    again = tmp_path / "again.xlsx"
    # Lines that the model works out take no actuals; the others are all there.
    done = filled(made, "--actuals", path, "--out", again, code=1)
    assert all("takes no actuals" in one["why"] or "no line" in one["why"] for one in done["unmatched"])
    after = unitsheet.export(again, headlines=True)
    same = before["line"] != "actual"
    assert after[same]["value"].to_numpy() == pytest.approx(
        before[same]["value"].to_numpy(), rel=1e-12, abs=1e-6, nan_ok=True
    )
