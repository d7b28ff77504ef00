"""The workbook that is built: its arithmetic, its form, and its checks, which can fail."""

# ruff: noqa: E501 - cases stand a line each

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

import unitsheet
from engine.company import Basis, Scenario
from engine.errors import CellError, ErrorKind, InputError
from workbook import layout as at
from workbook.book import Book
from workbook.build import build
from workbook.companies import companies, company
from workbook.company_tab import HEADLINES
from workbook.plan import Kind, Plan
from workbook.planning import plan

MAY_BE_NA = {
    "h_payback",
    "h_payback_margin",
    "h_runway",
    "f_payback",
    "f_payback_churn",
    "f_runway_static",
    "f_runway",
    "f_escrow",
}


@pytest.fixture(scope="module")
def kimi(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    path = tmp_path_factory.mktemp("kimi") / "kimi.xlsx"
    return unitsheet.new(path, [company("kimi")]).plan, path


def _value(path: Path, reference: str) -> Any:
    book = Book.open(path)
    return book.value(book.find(reference)[0])


@pytest.mark.parametrize("scenario", list(Scenario))
def test_all_companies_all_scenarios(tmp_path: Path, scenario: Scenario) -> None:
    path = tmp_path / "all.xlsx"
    made = build(path, list(companies().values()), scenario=scenario)
    result = unitsheet.recalculate(path, in_place=True)
    assert result.clean, (result.errors.keys(), result.findings)
    assert _value(path, "master_check") == 1
    rows = at.Layout(made)
    for where in result.errors.get("#N/A", ()):
        sheet, _, cell = where.rpartition("!")
        row = int(re.sub(r"\D", "", cell))
        allowed = {rows.row(sheet.strip("'"), key) for key in MAY_BE_NA}
        assert row in allowed, where
    assert path.stat().st_size < 3_000_000


@pytest.mark.parametrize(("months", "start"), [(12, "2025-11"), (120, "2000-02")])
def test_other_timelines(tmp_path: Path, months: int, start: str) -> None:
    path = tmp_path / "t.xlsx"
    unitsheet.new(path, [company("kimi"), company("anthropic")], months=months, start=start)
    assert _value(path, "master_check") == 1
    sheet = openpyxl.load_workbook(path, data_only=True)["Kimi"]
    shown = [cell.value for cell in sheet[at.HEADER_ROW][at.FIRST_MONTH - 1 :]]
    assert len(shown) == months
    assert str(shown[0]).startswith(start)


def test_headlines_have_names_and_a_basis(kimi: tuple[Plan, Path]) -> None:
    made, path = kimi
    for key, *_ in HEADLINES:
        assert _value(path, f"kimi_{key}") is not None
    assert made.headline_basis("kimi", "mau") is Basis.THIRD_PARTY
    assert made.headline_basis("kimi", "ltv") is Basis.ILLUSTRATIVE
    assert plan([company("chatgpt")]).headline_basis("chatgpt", "mau") is Basis.DERIVED
    named = plan([company("ai-education")]).names
    assert "ai_education_runway" in {name.name for name in named}


def test_headline_figures_of_kimi(kimi: tuple[Plan, Path]) -> None:
    """Worked out by hand from the drivers: CPA 10, 80% register, 85% paid, 40% on top."""
    _, path = kimi
    assert _value(path, "kimi_cac_paid") == pytest.approx(10 / 0.8)
    assert _value(path, "kimi_cac_loaded") == pytest.approx(10 / 0.8 * 0.85 * 1.4)
    request = (1500 * 14 / (3000 * 0.4 * 3600) + 500 * 14 / (500 * 0.4 * 3600)) * 1e6 / 1e6
    assert _value(path, "kimi_gpu_cost_per_mau") == pytest.approx(5 * 4.5 * request * 1.5)
    contribution = 30 * 0.7 * 0.01 - 5 * 4.5 * request * 1.5 - 0.05
    assert _value(path, "kimi_ltv") == pytest.approx(contribution * (1 - 0.7**24) / 0.3)
    assert _value(path, "kimi_payback") == CellError(ErrorKind.NA)


def test_one_formula_a_row_and_no_typed_number(kimi: tuple[Plan, Path]) -> None:
    sheet = openpyxl.load_workbook(kimi[1])["Kimi"]
    first = get_column_letter(at.FIRST_MONTH)
    months = 0
    for row in range(at.FIRST_ROW, sheet.max_row + 1):
        formula = sheet[f"{first}{row}"].value
        if formula is None:
            continue
        months += 1
        for column in range(at.FIRST_MONTH + 1, at.FIRST_MONTH + 60):
            here = f"{get_column_letter(column)}{row}"
            assert sheet[here].value == Translator(formula, f"{first}{row}").translate_formula(here)
        typed = re.findall(r"(?<![A-Z$\d.])\d+(?:\.\d+)?(?![\d.])", re.sub(r"\$?[A-Z]+\$?\d+", "", formula))
        assert set(typed) <= {"0", "1"}, formula
    assert months > 40


def test_form(kimi: tuple[Plan, Path]) -> None:
    made, path = kimi
    book = openpyxl.load_workbook(path)
    for tab in made.tabs:
        sheet = book[tab.name]
        assert not sheet.merged_cells.ranges
        assert not any(d.hidden for d in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()))
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows
        if tab.kind is Kind.TIMELINE:
            assert sheet.freeze_panes == "J6"
    inputs, rows = book["Inputs"], at.Layout(made)
    typed = inputs.cell(rows.row("Inputs", "kimi_cpa"), at.BASE)
    assert (typed.font.color.rgb, typed.fill.start_color.rgb) == ("000000FF", "00FFF2CC")
    disputed = inputs.cell(rows.row("Inputs", "kimi_ad_spend"), at.BASE)
    assert disputed.fill.start_color.rgb == "00FFE699"
    row = rows.row("Inputs", "kimi_ad_spend")
    assert inputs.cell(row, at.DISPUTED).value == "disputed"
    assert inputs.cell(row, at.FACT_IDS).value == "F000-07"
    assert inputs.data_validations.dataValidation
    line = book["Kimi"].cell(rows.row("Kimi", "mau"), at.FIRST_MONTH)
    assert (line.font.color.rgb, line.number_format) == ("00000000", "#,##0")
    assert not book.calculation.fullCalcOnLoad
    every_line = [line for tab in made.tabs if tab.kind is Kind.TIMELINE for line in tab.lines]
    assert all(line.unit for line in every_line)
    assert all(line.label_zh for line in every_line)


def test_illustrative_shows_on_the_sheet(kimi: tuple[Plan, Path]) -> None:
    made, path = kimi
    inputs = openpyxl.load_workbook(path)["Inputs"]
    rows = at.Layout(made)
    for key, figure in company("kimi").figures.items():
        assert inputs.cell(rows.row("Inputs", f"kimi_{key}"), at.BASIS).value == figure.basis.value


WRONG: dict[str, tuple[str, str, int, Any]] = {
    "scenario of 4": ("Cover", "scenario", at.VALUE, 4),
    "negative rate": ("Inputs", "fx", at.VALUE, -7),
    "utilisation above 1": ("Inputs", "kimi_utilisation", at.BASE, 1.5),
    "retention above 1": ("Kimi", "retention_m", at.FIRST_MONTH + 3, 1.2),
    "users typed over": ("Kimi", "cohort", at.FIRST_MONTH, 5.0),
    "closing users typed over": ("Kimi", "mau", at.FIRST_MONTH + 59, 5.0),
    "more DAU than MAU": ("Kimi", "dau", at.FIRST_MONTH, 1e12),
    "more payers than MAU": ("Kimi", "payers", at.FIRST_MONTH, 1e12),
    "escrow overdrawn": ("Kimi", "escrow_draw", at.FIRST_MONTH, 1e12),
    "cash typed over": ("Kimi", "free_close", at.FIRST_MONTH + 59, 5.0),
    "revenue typed over": ("Kimi", "revenue", at.FIRST_MONTH, 5.0),
    "a function typed over": ("Kimi", "f_ltv", at.VALUE, 5.0),
    "an error in a month": ("Kimi", "variable", at.FIRST_MONTH + 5, "=1/0"),
    "a month too few": ("Inputs", "months", at.VALUE, 48),
    "negative losses": ("Kimi", "mau_lost", at.FIRST_MONTH, -5e6),
}


@pytest.mark.parametrize("case", WRONG)
def test_checks_can_fail(kimi: tuple[Plan, Path], tmp_path: Path, case: str) -> None:
    tab, key, column, wrong = WRONG[case]
    made, source = kimi
    book = openpyxl.load_workbook(source)
    book[tab].cell(at.Layout(made).row(tab, key), column, wrong)
    path = tmp_path / "wrong.xlsx"
    book.save(path)
    unitsheet.recalculate(path, in_place=True)
    assert _value(path, "master_check") != 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"months": 11}, "12 to 120 months"),
        ({"months": 121}, "12 to 120 months"),
        ({"start": "2024-13"}, "such as 2024-01"),
        ({"start": "January"}, "such as 2024-01"),
    ],
)
def test_timelines_that_cannot_be(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        plan([company("kimi")], **options)


def test_companies_that_cannot_share_a_workbook() -> None:
    with pytest.raises(InputError, match="given twice"):
        plan([company("kimi"), company("kimi")])
    with pytest.raises(InputError, match="at least one"):
        plan([])


def test_libreoffice_gets_the_same_numbers(
    kimi: tuple[Plan, Path], tmp_path: Path, require: Callable[..., str]
) -> None:
    """Every cell that does not depend on our functions, recalculated by LibreOffice from scratch."""
    office = require("soffice")
    made, source = kimi
    book = openpyxl.load_workbook(source)
    book.save(tmp_path / "bare.xlsx")  # openpyxl drops every cached value, so nothing can be left over
    profile = tmp_path / "profile"
    subprocess.run(
        [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx", "--outdir",
         str(tmp_path / "office"), str(tmp_path / "bare.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    theirs = openpyxl.load_workbook(tmp_path / "office" / "bare.xlsx", data_only=True)["Kimi"]
    ours = openpyxl.load_workbook(source, data_only=True)["Kimi"]
    compared = 0
    functions = {at.Layout(made).row("Kimi", line.key) for line in made.tab("Kimi").lines if line.agrees}
    for row in ours.iter_rows(min_row=at.FIRST_ROW):
        for cell in row:
            if not isinstance(cell.value, int | float):
                continue
            if cell.row in functions and cell.column != at.TOTAL:
                continue
            same = pytest.approx(cell.value, rel=1e-9, abs=1e-6)
            assert theirs[cell.coordinate].value == same, cell.coordinate
            compared += 1
    assert compared > 2000
