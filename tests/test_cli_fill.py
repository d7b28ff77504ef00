"""`unitsheet fill`: what gets into a workbook, what does not and why, and what stays as it was."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from actuals_books import (
    CELLS,
    LONG,
    filled,
    make_model,
    parts,
    place,
    table,
    type_into,
    typed,
    until,
    until_cell,
)
from commandline import contents, refused, us
from conftest import ROOT

import unitsheet
from engine.lines import ACTUALS

JANUARY = "company,line,month,value,unit\nkimi,{},2024-01,{},{}\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model") / "model.xlsx")


@pytest.fixture
def model(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "model.xlsx"))


def in_one_line(text: str) -> str:
    """What a table says, however narrow it is."""
    return " ".join(text.split())


def exported(path: Path, line: str, company: str = "kimi") -> dict[str, float]:
    found = unitsheet.export(path, company=company, lines=[line])
    return {f"{month:%Y-%m}": value for month, value in zip(found["month"], found["value"], strict=True)}


# What gets in


def test_a_long_table(model: Path, tmp_path: Path) -> None:
    before = exported(model, "ad_spend_m")
    result = us("fill", model, "--actuals", table(tmp_path, LONG), "--in-place")
    assert result.exit_code == 0, result.output
    assert "ad_spend 2024-01 to 2024-02" in in_one_line(result.stdout)
    assert "kimi: none to 2024-02" in in_one_line(result.stdout)
    assert typed(model) == CELLS
    assert (until(model, "kimi"), until(model, "chatgpt")) == (2, 0)
    after = exported(model, "ad_spend_m")
    assert (after["2024-01"], after["2024-02"]) == (52e6, 53e6)
    assert after["2024-03"] == before["2024-03"]
    assert exported(model, "mau")["2024-02"] == pytest.approx(4.3e6, rel=1e-12)
    assert set(unitsheet.recalculate(model).errors) <= {"#N/A"}


def test_all_but_cells_and_values_stays(made: Path, model: Path, tmp_path: Path) -> None:
    us("fill", model, "--actuals", table(tmp_path, LONG), "--in-place")
    old, new = parts(made), parts(model)
    changed = {name for name in old | new if old.get(name) != new.get(name)}
    assert changed
    assert all(re.fullmatch(r"xl/(worksheets/sheet|charts/chart)\d+\.xml", name) for name in changed)

    def bare(xml: bytes) -> bytes:
        """A sheet without values of cells, and without what tells that a cell has one."""
        xml = re.sub(rb"<v>[^<]*</v>|<v ?/>|</c>", b"", xml)
        return re.sub(rb' t="(?:n|e|str)"|(?<=")\s*/(?=>)', b"", xml)

    assert all(bare(old[name]) == bare(new[name]) for name in changed if "worksheets" in name)
    cell = place(model, "kimi", "ad_spend", "2024-01")
    one, other = (
        openpyxl.load_workbook(path)[cell.sheet].cell(cell.row, cell.column) for path in (made, model)
    )
    assert (one.value, other.value) == (None, 52e6)
    assert (one.style_id, one.number_format) == (other.style_id, other.number_format)


def test_wide_tables_say_the_same(model: Path, tmp_path: Path) -> None:
    down = (
        "项目,公司,2024-01,February 2024\n"
        "广告投放,Kimi,52000000,5300万\n"
        '"Active users, counted",kimi,4100000,4300000\n'
    )
    across = "month,ad_spend (k CNY),MAU\n2024-01-31,52000,4100000\n2024年2月,53000,4300000\n"
    for name, text in (("down.csv", down), ("across.csv", across)):
        out = tmp_path / f"{name}.xlsx"
        us("fill", model, "--actuals", table(tmp_path, text, name), "--company", "kimi", "--out", out)
        assert typed(out) == CELLS, name
        assert until(out, "kimi") == 2


def test_a_pandas_table_and_the_result(model: Path) -> None:
    months = pd.to_datetime(["2024-01-31", "2024-02-29"])
    frame = pd.DataFrame(
        {"ad_spend": [52e6, 53e6], "mau": [4.1e6, 4.3e6]}, index=pd.Index(months, name="month")
    )
    assert unitsheet.fill(model, frame.rename_axis(None), company="kimi").cells == 4
    result = unitsheet.fill(model, frame, in_place=True, company="kimi")
    assert typed(model) == CELLS
    assert result.clean
    assert result.cells == 4
    assert [(str(one.before), str(one.after)) for one in result.until] == [("None", "2024-02")]


def test_the_forecast_with_the_same_actuals_is_the_tab(model: Path, tmp_path: Path) -> None:
    us("fill", model, "--actuals", table(tmp_path, LONG), "--in-place")
    actuals = pd.DataFrame(
        {"ad_spend": [52e6, 53e6], "mau": [4.1e6, 4.3e6]}, index=pd.to_datetime(["2024-01", "2024-02"])
    )
    expected = unitsheet.forecast("kimi", months=12, actuals=actuals)
    shown = unitsheet.export(model, company="kimi").pivot(index="month", columns="line", values="value")
    for line in expected.columns:
        assert shown[line].to_numpy() == pytest.approx(expected[line].to_numpy(), rel=1e-9, nan_ok=True), line


def test_the_page_names_every_line_and_its_example_fills(model: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "actuals.md").read_text(encoding="utf-8")
    assert all(re.search(rf"\b{name}\b", page) for name in ACTUALS)
    example = re.search(r"```csv\n(.*?)```", page, re.DOTALL)
    assert example is not None
    filled(model, "--actuals", table(tmp_path, example[1]), "--in-place", "--strict")
    assert typed(model)["kimi", "ad_spend", "2024-03"] == 54.5e6
    assert (len(typed(model)), until(model, "kimi")) == (4, 3)


# Units and rates


@pytest.mark.parametrize(
    ("unit", "value", "options", "number"),
    [
        ("k CNY", "52", (), 52e3),
        ("万元", "1.1", (), 11e3),
        ("", "52", ("--unit", "m CNY"), 52e6),
        ("", "52", ("--unit", "mau=users", "--unit", "ad_spend=bn CNY"), 52e9),
        ("CNY", "52", ("--unit", "k CNY"), 52.0),
        ("", "1,234.5", (), 1234.5),
    ],
)
def test_units(
    model: Path, tmp_path: Path, unit: str, value: str, options: tuple[str, ...], number: float
) -> None:
    path = table(tmp_path, JANUARY.format("ad_spend", f'"{value}"', unit))
    filled(model, "--actuals", path, "--in-place", *options)
    assert typed(model) == {("kimi", "ad_spend", "2024-01"): number}


def test_a_unit_for_all_leaves_what_cannot_be_in_it(model: Path, tmp_path: Path) -> None:
    wide = "month,ad_spend,mau,fx\n2024-01,52000,4100000,7.2\n"
    options = ("--company", "kimi", "--unit", "k CNY")
    filled(model, "--actuals", table(tmp_path, wide), "--in-place", *options)
    january = {("kimi", "ad_spend"): 52e6, ("kimi", "mau"): 4.1e6, ("", "fx"): 7.2}
    assert typed(model) == {(*key, "2024-01"): value for key, value in january.items()}


def test_a_currency_is_converted_only_when_asked_and_by_a_typed_rate(model: Path, tmp_path: Path) -> None:
    path = table(tmp_path, JANUARY.format("ad_spend", "2", "m USD"))
    refused_row = filled(model, "--actuals", path, code=1)["unmatched"]
    assert refused_row[0]["where"] == ["row 2"]
    assert "--convert" in refused_row[0]["why"]
    assert (
        "no exchange rate is typed"
        in filled(model, "--actuals", path, "--convert", code=1)["unmatched"][0]["why"]
    )
    path = table(tmp_path, JANUARY.format("ad_spend", "2", "m USD") + ",fx,2024-01,7.2,CNY/USD\n")
    done = filled(model, "--actuals", path, "--convert", "--in-place")
    assert done["converted"] == 1
    assert typed(model) == {("", "fx", "2024-01"): 7.2, ("kimi", "ad_spend", "2024-01"): 14.4e6}
    dollars = table(tmp_path, "company,line,month,value,unit\nchatgpt,api,2024-01,720,CNY\n")
    filled(model, "--actuals", dollars, "--convert", "--in-place")
    assert typed(model)["chatgpt", "api", "2024-01"] == 720 / 7.2


def test_a_unit_that_fits_nothing_is_wrong_use(model: Path, tmp_path: Path) -> None:
    path = table(tmp_path, LONG)
    refused(us("fill", model, "--actuals", path, "--unit", "UDS"), "no line is in UDS", "CNY", "users")
    refused(
        us("fill", model, "--actuals", path, "--unit", "add_spend=CNY"), "add_spend", "did you mean ad_spend?"
    )


# What does not get in


# Each row, what is named of it, why, and the nearest name.
REFUSED = [
    ("kimi,add_spend,2024-01,1,CNY", "add_spend", "no line that takes actuals", "ad_spend"),
    ("kimi,Gross margin,2024-01,1,CNY", "Gross margin", "worked out by the model", ""),
    ("kimi,,2024-01,1,CNY", "no line", "does not say what", ""),
    ("kimmi,api,2024-01,1,CNY", "kimmi", "it has kimi, chatgpt", "kimi"),
    (",api,2024-01,1,CNY", "no company", "--company", ""),
    ("kimi,api,2023-12,1,CNY", "2023-12", "2024-01 to 2024-12", ""),
    ("kimi,api,2024-13,1,CNY", "2024-13", "write it like 2024-06", ""),
    ("kimi,api,06/07/2024,1,CNY", "06/07/2024", "no month", ""),
    ("kimi,api,,1,CNY", "no month", "does not say which", ""),
    ("kimi,api,2024-01,1,users", "api", "users does not become CNY", ""),
    ("kimi,api,2024-01,1,EUR", "api", "rates are kept for CNY and USD only", ""),
    ("kimi,api,2024-01,12%,CNY", "api", "'12%' is no number", ""),
    ("kimi,api,2024-01,-,CNY", "api", "'-' is no number", ""),
    ("kimi,mau,2024-01,-5,users", "mau", "below zero", ""),
    ("kimi,api (k CNY),2024-01,5,CNY", "api", "two units", ""),
    (",fx,2024-01,0,CNY/USD", "fx", "above zero", ""),
    (",fx,2024-01,0.14,USD/CNY", "fx", "USD/CNY does not become CNY/USD", ""),
]


def test_what_does_not_match_is_named_and_the_rest_filled(model: Path, tmp_path: Path) -> None:
    text = LONG + "".join(f"{row}\n" for row, *_ in REFUSED)
    problems = filled(model, "--actuals", table(tmp_path, text), "--in-place", code=1)["unmatched"]
    assert typed(model) == CELLS
    assert len(problems) == len(REFUSED)
    for number, (row, what, why, nearest) in enumerate(REFUSED, start=6):
        problem = next(one for one in problems if one["where"] == [f"row {number}"])
        assert (problem["what"], problem["nearest"]) == (what, nearest), row
        assert why in problem["why"], row


def test_strict_fills_nothing_unless_all_matches(model: Path, tmp_path: Path) -> None:
    before = model.read_bytes()
    bad = table(tmp_path, LONG + "kimi,add_spend,2024-01,1,CNY\n")
    result = us("fill", model, "--actuals", bad, "--in-place", "--strict")
    assert result.exit_code == 1
    said = in_one_line(result.stdout)
    assert "row 6: add_spend: is no line that takes actuals; did you mean ad_spend?" in said
    assert "nothing, for not everything matched (--strict)" in said
    assert model.read_bytes() == before
    assert us("fill", model, "--actuals", table(tmp_path, LONG), "--in-place", "--strict").exit_code == 0


def test_two_figures_for_a_cell(model: Path, tmp_path: Path) -> None:
    same = table(tmp_path, LONG + "Kimi,Advertising spend,Jan 2024,52 000 000,CNY\n")
    filled(model, "--actuals", same)
    other = table(tmp_path, LONG + "Kimi,Advertising spend,Jan 2024,52000001,CNY\n")
    done = filled(model, "--actuals", other, "--in-place", code=1)
    assert [one["where"] for one in done["unmatched"]] == [["row 2", "row 6"]]
    assert typed(model) == {key: value for key, value in CELLS.items() if key[1:] != ("ad_spend", "2024-01")}


def test_blanks_are_skipped_and_other_companies_left_alone(model: Path, tmp_path: Path) -> None:
    more = "kimi,api,2024-01,,CNY\nkimi,dau,2024-01,#N/A,users\ndoubao,api,2024-01,5,CNY\n"
    done = filled(model, "--actuals", table(tmp_path, LONG + more), "--company", "kimi", "--in-place")
    assert (done["blank"], done["of_other_companies"]) == (2, 1)
    assert typed(model) == CELLS


def test_columns_that_mean_nothing(model: Path, tmp_path: Path) -> None:
    wide = "line,2024-01,2024-13,note\nad_spend,5,6,seven\n"
    done = filled(model, "--actuals", table(tmp_path, wide), "--company", "kimi", code=1)
    assert [(one["where"], one["what"]) for one in done["unmatched"]] == [(["column 3"], "2024-13")]
    extra = LONG.replace("unit\n", "unit,region\n", 1).replace("CNY\n", "CNY,north\n")
    assert filled(model, "--actuals", table(tmp_path, extra))["not_read"] == ["region"]
    refused(
        us("fill", model, "--actuals", table(tmp_path, "a,b\n1,2\n")), "columns a, b", "line, month and value"
    )
    twice = table(tmp_path, "line,month,value,amount\nmau,2024-01,1,2\n")
    refused(us("fill", model, "--actuals", twice), "two columns for the value")


# What was there before


def test_the_last_month_is_never_lowered_unless_asked(model: Path, tmp_path: Path) -> None:
    path = table(tmp_path, LONG)
    filled(model, "--actuals", path, "--in-place", "--until", "2024-06")
    assert until(model, "kimi") == 6
    assert filled(model, "--actuals", path, "--in-place")["until"] == []
    assert until(model, "kimi") == 6
    done = filled(model, "--actuals", path, "--in-place", "--until", "January 2024")
    assert done["until"] == [{"company": "kimi", "before": "2024-06", "after": "2024-01"}]
    assert until(model, "kimi") == 1
    refused(us("fill", model, "--actuals", path, "--until", "2025-01"), "2025-01", "2024-01 to 2024-12")
    refused(us("fill", model, "--actuals", path, "--until", "soon"), "'soon'", "write it like")


def test_what_is_overwritten_is_said(model: Path, tmp_path: Path) -> None:
    filled(model, "--actuals", table(tmp_path, LONG), "--in-place")
    again = table(tmp_path, LONG.replace("4100000", "4200000"))
    done = filled(model, "--actuals", again, "--in-place")
    cell = str(place(model, "kimi", "mau", "2024-01"))
    assert done["overwritten"] == [
        {"where": cell, "company": "kimi", "line": "mau", "month": "2024-01", "before": 4.1e6, "after": 4.2e6}
    ]
    assert f"{cell} (mau 2024-01): 4200000 to 4100000" in in_one_line(
        us("fill", model, "--actuals", table(tmp_path, LONG)).stdout
    )


def test_a_formula_is_not_overwritten(model: Path, tmp_path: Path) -> None:
    cell = place(model, "kimi", "mau", "2024-01")
    type_into(model, cell, "=2*1000000")
    done = filled(model, "--actuals", table(tmp_path, LONG), "--in-place", code=1)
    assert [one["where"] for one in done["unmatched"]] == [["row 4"]]
    assert f"{cell} holds a formula" in done["unmatched"][0]["why"]
    assert typed(model) == CELLS | {("kimi", "mau", "2024-01"): 2e6}


def test_a_last_month_that_a_person_works_out_is_left_alone(model: Path, tmp_path: Path) -> None:
    cell, of = until_cell(model, "kimi"), place(model, "kimi", "mau", "2024-01")
    type_into(model, cell, f"=COUNT({of.sheet}!{of.row}:{of.row})")
    done = filled(model, "--actuals", table(tmp_path, LONG), "--in-place", code=1)
    assert [one["where"] for one in done["unmatched"]] == [[str(cell)]]
    assert "left as it is; type 2 there" in done["unmatched"][0]["why"]
    assert (typed(model), until(model, "kimi")) == (CELLS, 2)
    for held in ("six", None):
        type_into(model, cell, held)
        filled(model, "--actuals", table(tmp_path, LONG), "--in-place", code=1 if held else 0)
        assert until(model, "kimi") == (held or 2)


# Nothing, or the file as it was


def test_without_a_place_to_write_nothing_is_written(model: Path, tmp_path: Path) -> None:
    path = table(tmp_path, LONG)
    before = contents(tmp_path)
    result = us("fill", model, "--actuals", path)
    assert result.exit_code == 0
    assert "give --in-place or --out to write" in in_one_line(result.stdout)
    refused(us("fill", model, "--actuals", path, "--out", model), "exists already")
    refused(us("fill", model, "--actuals", path, "--out", model, "--in-place"), "not both")
    refused(us("fill", model, "--in-place"), "--actuals", "--sql")
    refused(us("fill", model, "--sql", "SELECT 1"), "--from")
    refused(us("fill", model, "--actuals", tmp_path / "none.csv"), "is not there")
    refused(us("fill", path, "--actuals", path), "no workbook")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("fault", ["workbook.target.os.replace", "workbook.target.os.fsync"])
def test_a_full_disk_leaves_the_file_as_it_was(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    path = table(tmp_path, LONG)
    before = contents(tmp_path)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fault, full)
    refused(us("fill", model, "--actuals", path, "--in-place"), "disk is full")
    assert contents(tmp_path) == before


def test_a_workbook_of_another_kind(tmp_path: Path, book: Path) -> None:
    refused(us("fill", book, "--actuals", table(tmp_path, LONG)), "no sheet with a last month of actuals")
