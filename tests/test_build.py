"""The workbook that is built: its headlines, its form, and what it must not contain."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

import unitsheet
from engine.company import Basis
from engine.errors import CellError, ErrorKind, InputError
from workbook import layout as at
from workbook.book import Book
from workbook.companies import companies, company
from workbook.company_tab import headlines
from workbook.plan import Kind, Plan
from workbook.planning import plan

FORBIDDEN = re.compile(
    r"\b(OFFSET|INDIRECT|XLOOKUP|LET|LAMBDA|FILTER|SORT|UNIQUE|SEQUENCE|TODAY|NOW|RAND|RANDBETWEEN)\("
)
_MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def kimi(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    path = tmp_path_factory.mktemp("kimi") / "kimi.xlsx"
    return unitsheet.new(path, [company("kimi")]).plan, path


@pytest.fixture(scope="module")
def read(kimi: tuple[Plan, Path]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(kimi[1])


def _value(path: Path, reference: str) -> Any:
    book = Book.open(path)
    return book.value(book.find(reference)[0])


def _formulas(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                yield cell.coordinate, str(cell.value)


# headlines


def test_headlines_have_names_and_a_basis(kimi: tuple[Plan, Path]) -> None:
    made, path = kimi
    for key in headlines():
        assert _value(path, f"kimi_{key}") is not None
    assert made.headline_basis("kimi", "mau") is Basis.THIRD_PARTY
    assert made.headline_basis("kimi", "ltv") is Basis.ILLUSTRATIVE
    assert plan([company("chatgpt")]).headline_basis("chatgpt", "mau") is Basis.DERIVED
    named = plan([company("ai-education")]).names
    assert "ai_education_runway" in {name.name for name in named}


def test_headline_figures_of_kimi(kimi: tuple[Plan, Path]) -> None:
    """Worked out by hand from its assumptions."""
    _, path = kimi
    x = {key: figure.base for key, figure in company("kimi").figures.items()}
    cac = x["cpa"] / x["register_rate"]
    assert _value(path, "kimi_cac_paid") == pytest.approx(cac)
    loaded = cac * x["paid_share"] * (1 + x["other_sm_ratio"])
    assert _value(path, "kimi_cac_loaded") == pytest.approx(loaded)
    seconds = x["tokens_in"] / x["tps_in"] + x["tokens_out"] / x["tps_out"]
    request = seconds / 3600 * x["gpu_hour"] / x["utilisation"]
    gpu = x["requests_day"] * x["stickiness"] * 30 * request * x["peak_factor"]
    assert _value(path, "kimi_gpu_cost_per_mau") == pytest.approx(gpu)
    shop = x["commerce_click"] * x["commerce_buy"] * x["commerce_order"] * x["commerce_take"]
    tips = x["tip_rate"] * x["tip_value"]
    ads = x["stickiness"] * 30 * x["ad_impressions"] * x["ad_fill"] * x["ad_ecpm"] / 1000
    arpu = x["price"] * (1 - x["store_fee"]) * x["payer_rate"] + ads + shop + tips
    contribution = arpu - gpu - x["other_variable"] - (shop + tips) * x["payment_fee"]
    ltv = contribution * (1 - (1 - x["churn"]) ** 24) / x["churn"]
    assert _value(path, "kimi_ltv") == pytest.approx(ltv)
    assert _value(path, "kimi_ltv_cac") == pytest.approx(ltv / loaded)
    assert _value(path, "kimi_payback") == CellError(ErrorKind.NA)


# form


def test_one_formula_a_row(kimi: tuple[Plan, Path], read: openpyxl.Workbook) -> None:
    made, _ = kimi
    first, rows = get_column_letter(at.FIRST_MONTH), 0
    for tab in made.tabs:
        if tab.kind is not Kind.TIMELINE or tab.name == "Actuals":
            continue
        sheet = read[tab.name]
        for row in range(at.HEADER_ROW, sheet.max_row + 1):
            formula = sheet[f"{first}{row}"].value
            if formula is None:
                assert not any(c.value for c in sheet[row][at.FIRST_MONTH :]), f"{tab.name} row {row}"
                continue
            rows += 1
            here = Translator(formula, f"{first}{row}")
            for column in range(at.FIRST_MONTH + 1, at.FIRST_MONTH + made.months):
                cell = f"{get_column_letter(column)}{row}"
                assert sheet[cell].value == here.translate_formula(cell), f"{tab.name}!{cell}"
    assert rows > 150


def test_no_typed_number_in_a_formula(kimi: tuple[Plan, Path], read: openpyxl.Workbook) -> None:
    """But 0 and 1, on every sheet; what is behind a column, a row or a name is no number."""
    made, _ = kimi
    counted = 0
    for tab in made.tabs:
        for where, formula in _formulas(read[tab.name]):
            tokens = Tokenizer(formula).items
            typed = {t.value for t in tokens if t.type == Token.OPERAND and t.subtype == Token.NUMBER}
            assert typed <= {"0", "1"}, f"{tab.name}!{where} {formula}"
            counted += 1
    assert counted > 10_000


def test_no_function_that_moves_or_that_old_programs_lack(
    kimi: tuple[Plan, Path], read: openpyxl.Workbook
) -> None:
    for tab in kimi[0].tabs:
        for where, formula in _formulas(read[tab.name]):
            assert not FORBIDDEN.search(formula), f"{tab.name}!{where} {formula}"


def test_no_merged_no_hidden_and_ready_to_print(kimi: tuple[Plan, Path], read: openpyxl.Workbook) -> None:
    made, _ = kimi
    for tab in made.tabs:
        sheet = read[tab.name]
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert not any(d.hidden for d in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()))
        assert sheet.page_setup.orientation == "landscape"
        if tab.kind is Kind.TIMELINE:
            assert sheet.freeze_panes == "J6"
            assert sheet.print_title_rows
    assert not read.calculation.fullCalcOnLoad


def test_every_line_has_both_languages_and_a_unit(kimi: tuple[Plan, Path]) -> None:
    for tab in kimi[0].tabs:
        for line in tab.lines:
            assert line.label, (tab.name, line.key)
            if tab.kind in (Kind.INPUTS, Kind.CHECKS) or tab.name in ("Kimi", "Time", "Actuals"):
                assert line.label_zh, (tab.name, line.key)
                assert line.unit, (tab.name, line.key)


def test_every_row_of_inputs_has_a_source_or_says_illustrative() -> None:
    made = plan(list(companies().values()))
    rows = list(made.tab("Inputs").lines)
    for line in rows:
        sourced = line.figure is not None and (line.figure.fact_ids or line.figure.source)
        illustrative = "illustrative" in (line.figure.basis.value if line.figure else line.note)
        assert sourced or illustrative or (line.figure is None and line.note), line.key
    assert len(rows) > 1500


def test_looks_of_inputs_and_lines(kimi: tuple[Plan, Path], read: openpyxl.Workbook) -> None:
    inputs, rows = read["Inputs"], at.Layout(kimi[0])
    typed = inputs.cell(rows.row("Inputs", "kimi_cpa"), at.BASE)
    assert (typed.font.color.rgb, typed.fill.start_color.rgb) == ("000000FF", "00FFF2CC")
    row = rows.row("Inputs", "kimi_ad_spend")
    assert inputs.cell(row, at.BASE).fill.start_color.rgb == "00FFE699"
    assert inputs.cell(row, at.DISPUTED).value == "disputed"
    assert inputs.cell(row, at.FACT_IDS).value == "F000-07"
    assert inputs.cell(row, at.FACTOR).value == 1
    assert str(inputs.cell(row, at.FACT_EQUALS).value).startswith("=IF($L")
    assert inputs.data_validations.dataValidation
    line = read["Kimi"].cell(rows.row("Kimi", "mau"), at.FIRST_MONTH)
    assert (line.font.color.rgb, line.number_format) == ("00000000", "#,##0")
    marked = {row[0].row for row in read["Kimi"].iter_rows(max_col=1) if row[0].value == at.MAY_BE_NA}
    assert marked == {rows.row("Kimi", line.key) for line in kimi[0].tab("Kimi").lines if line.na}


def test_illustrative_shows_on_the_sheet(kimi: tuple[Plan, Path], read: openpyxl.Workbook) -> None:
    inputs, rows = read["Inputs"], at.Layout(kimi[0])
    for key, figure in company("kimi").figures.items():
        assert inputs.cell(rows.row("Inputs", f"kimi_{key}"), at.BASIS).value == figure.basis.value


def test_all_companies_in_one_small_file_that_holds_nothing_foreign(tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    result = unitsheet.new(path, list(companies()))
    assert result.clean, (result.recalculation.errors.keys(), result.recalculation.findings)
    assert _value(path, "master_check") == 1
    assert path.stat().st_size < _MOST_BYTES
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        assert not [name for name in names if re.search(r"externalLink|vbaProject|activeX|connections", name)]
        relations = [package.read(name) for name in names if name.endswith(".rels")]
    assert b'TargetMode="External"' not in b"".join(one for one in relations if b"hyperlink" not in one)


# what cannot be planned


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
