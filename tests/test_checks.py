"""Every check can fail and takes the master check with it; every flag can be raised and does not."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest
from checkbook import COMPANY, SAME, TAB, Cell, CheckBook

from workbook import layout as at
from workbook.plan import Look
from workbook.styles import AMBER, BAD, GOOD

ERROR, NA = "=1/0", "=NA()"


def own(key: str, where: str | int, content: Any) -> Cell:
    """A cell of the company's tab."""
    return Cell(TAB, key, where, content)


def given(key: str, content: Any, where: str = "base") -> Cell:
    """A figure of Inputs."""
    return Cell("Inputs", f"{COMPANY}_{key}", where, content)


def typed(name: str, month: int, content: float) -> tuple[Cell, Cell]:
    """A typed month of Actuals, in force."""
    return Cell("Actuals", f"{COMPANY}_until", "value", 12), Cell(
        "Actuals", f"{COMPANY}_{name}", month, content
    )


# The checks by key, each with cells that are wrong.
WRONG: list[tuple[str, str, tuple[Cell, ...]]] = [
    ("kimi_d_uses", "money leaves that nobody paid", (own("free_burn", 5, 1e9),)),
    ("kimi_d_uses", "cash that came from nowhere", (own("free_close", 12, 1e10),)),
    ("kimi_d_total", "a total typed over", (own("total_cash", 4, 1e9),)),
    ("kimi_d_free", "an opening that is not the last closing", (own("free_open", 5, 1e9),)),
    ("kimi_d_free", "a closing typed over", (own("free_close", 7, 1e9),)),
    ("kimi_d_escrow", "an opening that is not the last closing", (own("escrow_open", 5, 1e9),)),
    ("kimi_d_receivable", "an opening that is not the last closing", (own("receivable_open", 5, 1000.0),)),
    ("kimi_d_receivable", "a closing typed over", (own("receivable", 3, 1000.0),)),
    ("kimi_d_payable", "an opening that is not the last closing", (own("payable_open", 5, 1000.0),)),
    ("kimi_d_deferred", "an opening that is not the last closing", (own("deferred_open", 5, 1000.0),)),
    ("kimi_d_payer", "an opening that is not the last closing", (own("payers_open", 5, 1000.0),)),
    ("kimi_d_mau", "an opening that is not the last closing", (own("mau_open", 5, 1000.0),)),
    ("kimi_d_mau", "a closing typed over", (own("mau", 12, 1000.0),)),
    ("kimi_d_owned", "an opening that is not the last closing", (own("owned_open", 5, 1000.0),)),
    ("kimi_d_revenue", "a profit typed over", (own("gross_profit", 3, 1e9),)),
    ("kimi_d_revenue", "a stream that is not in the revenue", (own("revenue", 3, "={subscription}+1"),)),
    ("kimi_cohort_starts", "a cohort typed over", (own("cohort", 1, 5.0),)),
    (
        "kimi_d_retention",
        "retention that rises",
        (given("d1_retention", 0.02), given("d7_retention", 0.03), given("d30_retention", 0.05)),
    ),
    ("kimi_d_retention", "retention above 1", (own("retention_m", 3, 1.2),)),
    ("kimi_d_retention", "retention below 0", (own("retention_m", 12, -0.2),)),
    ("kimi_d_dau", "more daily than monthly users, typed", typed("dau", 2, 1e12)),
    ("kimi_d_paying", "a payer rate above 1", (given("payer_rate", 1.5),)),
    (
        "kimi_d_tokens",
        "fewer tokens served than billed, typed",
        (given("api_tokens_in", 1e12), *typed("tokens_in", 3, 1.0)),
    ),
    ("kimi_d_utilised", "utilisation above 1", (given("utilisation", 1.5),)),
    ("kimi_d_utilised", "too few GPUs", (own("cloud", 4, 1.0),)),
    ("kimi_d_draw", "an escrow overdrawn", (own("escrow_draw", 3, 1e12),)),
    ("kimi_d_draw", "an escrow that begins below zero", (given("restricted_cash", -1e9),)),
    ("kimi_functions_agree", "a function typed over", (own("f_ltv", "value", 5.0),)),
    ("kimi_functions_agree", "a twin that has an error", (own("f_ltv", "twin", ERROR),)),
    ("kimi_zero_month_agrees", "a month typed over", (own("zero_at", "value", 3.0),)),
    ("kimi_zero_month_agrees", "a runway typed over", (own("h_runway", "value", 2.0),)),
    ("kimi_no_errors", "an error in a month", (own("variable", 5, ERROR),)),
    ("kimi_no_errors", "#N/A in a line that may not have it", (own("variable", 5, NA),)),
    ("kimi_no_errors", "another error than #N/A in a line that may have that", (own("cpa_m", 3, ERROR),)),
    ("kimi_no_errors", "an error in a headline", (own("h_mau", "value", ERROR),)),
    ("scenario_known", "a scenario of 4", (Cell("Cover", "scenario", "value", 4),)),
    ("currency_known", "a currency of 3", (Cell("Cover", "currency", "value", 3),)),
    ("language_known", "a language of 0", (Cell("Cover", "language", "value", 0),)),
    ("timeline", "more months than there are columns", (Cell("Inputs", "months", "value", 48),)),
    ("fx_positive", "a negative rate", (Cell("Inputs", "fx", "value", -7),)),
    ("fx_positive", "a rate of 0 in one month", (Cell("Actuals", "fx", 3, 0),)),
    (
        "kimi_converted",
        "an assumption in dollars that is not converted",
        (own("valuation", "value", "={Inputs:kimi_valuation}"),),
    ),
    ("kimi_compared", "a figure of Compare typed over", (Cell("Compare", "net_burn_kimi", "cell", 5.0),)),
    (
        "kimi_compared",
        "dollars that are yuan",
        (Cell("Cover", "currency", "value", 2), Cell("Compare", "factor_kimi", "cell", 1.0)),
    ),
    ("kimi_facts_hold", "a fact that has changed", (Cell("Facts", "f000_07", "value", 2.1e8),)),
    ("kimi_facts_hold", "the end of its range has changed", (Cell("Facts", "f000_07", "to", 9e9),)),
    ("kimi_facts_hold", "a figure that has changed", (given("ad_spend", 2.1e8),)),
    ("kimi_facts_hold", "a fact that is not there", (given("ad_spend", "F999-99", "fact_ids"),)),
    ("kimi_no_typed_number", "the very number typed over a month", (own("mau", 6, SAME),)),
    ("kimi_no_typed_number", "the very number typed over the first month", (own("mau", 1, SAME),)),
    ("kimi_no_typed_number", "a month left empty", (own("mau_back", 6, None),)),
    ("kimi_no_typed_number", "the very number typed over a constant", (own("burn3", "value", SAME),)),
    ("kimi_no_typed_number", "the very number typed over a headline", (own("h_ltv", "value", SAME),)),
    ("kimi_no_typed_number", "the very number typed over a twin", (own("f_ltv", "twin", SAME),)),
    ("kimi_no_typed_live", "the very number typed over the live column", (given("cpa", SAME, "value"),)),
    ("kimi_d_users_share", "organic users typed over", (own("new_organic", 3, 5.0),)),
    ("kimi_d_fleet_share", "a fleet typed over", (own("fleet", 3, 5.0),)),
    ("kimi_d_burn_share", "burn typed over", (own("free_burn", 3, 5.0),)),
    ("kimi_d_side_share", "revenue from consumers typed over", (own("revenue_toc", 3, 5.0),)),
    ("errors_inputs", "an error in a scenario that is not in use", (given("cpa", ERROR, "bear"),)),
    ("errors_facts", "an error in a fact", (Cell("Facts", "f000_07", "value", ERROR),)),
    ("errors_actuals", "an error in an actual", (Cell("Actuals", "kimi_mau", 3, ERROR),)),
    ("errors_time", "an error in a month", (Cell("Time", "days", 3, ERROR),)),
    ("errors_cohorts", "an error in a cohort", (Cell("Cohorts", "cohort_2", 4, ERROR),)),
    ("errors_compare", "an error in a figure", (Cell("Compare", "net_burn_kimi", "cell", ERROR),)),
    ("errors_dashboard", "an error in a tile", (Cell("Dashboard", "k_burn", "cell", ERROR),)),
    ("errors_selected", "an error where #N/A may stand", (Cell("Selected", "free", 3, ERROR),)),
    ("errors_selected", "#N/A where it may not stand", (Cell("Selected", "rate", 3, NA),)),
    ("errors_scenarios", "an error in a flag", (Cell("Scenarios", "words_kimi", "cell", ERROR),)),
    ("errors_sensitivity", "an error in a draw", (Cell("Sensitivity", "lasting_kimi", "cell", ERROR),)),
    ("errors_tests", "an error in a sum", (Cell("Tests", "golden_close", "cell", ERROR),)),
    ("typed_time", "the very number typed over a month", (Cell("Time", "days", 3, SAME),)),
    ("typed_cohorts", "the very number typed over a month", (Cell("Cohorts", "new", 3, SAME),)),
    ("typed_selected", "the very number typed over a month", (Cell("Selected", "free", 3, SAME),)),
]

# The flags by key, each with cells that raise it and are no error.
RAISED: list[tuple[str, str, tuple[Cell, ...]]] = [
    ("kimi_margin", "a high price", (given("price", 1000.0), given("payer_rate", 0.9))),
    ("kimi_cac_above_cpa", "few users by advertising", (given("paid_share", 0.05),)),
    (
        "kimi_d7_below_d1",
        "days mixed up",
        (given("d1_retention", 0.3), given("d7_retention", 0.31), given("d30_retention", 0.1)),
    ),
    (
        "kimi_d30_below_d7",
        "days mixed up",
        (given("d1_retention", 0.4), given("d7_retention", 0.1), given("d30_retention", 0.12)),
    ),
    ("kimi_gpu_not_low", "a GPU for nothing", (given("gpu_hour", 0.01),)),
    ("kimi_gpu_not_high", "a GPU for thousands an hour", (given("gpu_hour", 5000.0),)),
    ("kimi_runway_short", "cash without end", (given("free_cash", 1e13),)),
    ("kimi_stored_hold", "an assumption that has changed since", (given("churn", 0.31),)),
    ("kimi_units_match", "another unit of LTV", (own("h_ltv", "unit", "USD/user"),)),
    ("kimi_none_unlost", "users that nobody won, typed", typed("mau", 3, 1e9)),
    (
        "kimi_functions_here",
        "a function that the program does not know",
        (own("f_cpa", "value", "=NOBODY_KNOWS(1)"),),
    ),
    (
        "golden_verdicts",
        "a verdict that is expected otherwise",
        (Cell("Tests", "expected_g01", "cell", "NONE"),),
    ),
    ("golden_functions", "a function typed over", (Cell("Tests", "function_g01", "cell", 5.0),)),
]


# What a company's own checks do not look at.
BESIDE = ("Cohorts", "Dashboard", "Selected", "Sensitivity", "Sources", "Glossary", "Tests")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> CheckBook:
    return CheckBook(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> CheckBook:
    return CheckBook(tmp_path_factory.mktemp("small"), BESIDE)


@pytest.fixture
def book(request: pytest.FixtureRequest, whole: CheckBook, small: CheckBook) -> CheckBook:
    """The smaller workbook for the cases of a company."""
    return small if request.node.callspec.params["key"].startswith("kimi_") else whole


def test_everything_holds_at_first(whole: CheckBook, small: CheckBook) -> None:
    assert set(whole.statuses(()).values()) == set(small.statuses(()).values()) == {1.0}


@pytest.mark.parametrize(("key", "why", "cells"), WRONG, ids=[f"{key}: {why}" for key, why, _ in WRONG])
def test_a_check_fails(book: CheckBook, key: str, why: str, cells: tuple[Cell, ...]) -> None:
    found = book.statuses(cells)
    above = "kimi_all" if key.startswith("kimi_") else "shared_all"
    assert (found[key], found[above], found["master"]) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("key", "why", "cells"), RAISED, ids=[f"{key}: {why}" for key, why, _ in RAISED])
def test_a_flag_is_raised_and_fails_nothing(
    book: CheckBook, key: str, why: str, cells: tuple[Cell, ...]
) -> None:
    found = book.statuses(cells)
    above = "kimi_flags" if key.startswith("kimi_") else "shared_flags"
    assert (found[key], found[above], found["master"]) == (0.0, 0.0, 1.0)


def test_every_check_and_flag_has_a_case(whole: CheckBook) -> None:
    assert {key for key, *_ in WRONG} == {line.key for line in whole.of(Look.CHECK)}
    assert {key for key, *_ in RAISED} == {line.key for line in whole.of(Look.FLAG)}
    assert {int(line.label.split()[0]) for line in whole.of(Look.CHECK)} == set(range(1, 21))


RIGHT: list[tuple[str, tuple[Cell, ...]]] = [
    ("#N/A where it is an answer", (own("cpa_m", 3, NA),)),
    ("an own figure, its fact id cleared", (given("ad_spend", 2.1e8), given("ad_spend", None, "fact_ids"))),
    ("dollars", (Cell("Cover", "currency", "value", 2),)),
    ("Chinese", (Cell("Cover", "language", "value", 2),)),
    ("another rate", (Cell("Inputs", "fx", "value", 6.5),)),
    ("a typed actual", typed("mau", 3, 4.2e6)),
    ("all users pay", (given("payer_rate", 1.0),)),
    ("nothing is spent on advertising", (given("ad_spend", 0.0), given("ad_spend", None, "fact_ids"))),
]


@pytest.mark.parametrize(("why", "cells"), RIGHT, ids=[why for why, _ in RIGHT])
def test_what_is_right_fails_nothing(
    whole: CheckBook, small: CheckBook, why: str, cells: tuple[Cell, ...]
) -> None:
    book = whole if cells[0].tab == "Cover" else small
    found = book.statuses(cells)
    assert [key for key, status in found.items() if status != 1 and book.lines[key].look is Look.CHECK] == []


def test_the_first_that_fails_is_named_on_top(small: CheckBook) -> None:
    small.statuses((own("total_cash", 12, 1e9), given("restricted_cash", -1e9)))
    found = [small.wrong_value("Checks", "kimi_all", c) for c in (at.ADVICE, at.ADVICE_ZH)]
    assert found == ["2 Free and restricted cash make the total", "2 自由加受限等于现金合计"]
    assert small.wrong_value("Checks", "kimi_all", at.MEASURED) >= 3


def test_the_months_that_are_off_can_be_seen(small: CheckBook) -> None:
    small.statuses((own("total_cash", 4, 1e9),))
    limit = small.wrong_value(TAB, "d_total", at.TOTAL)
    months = [small.wrong_value(TAB, "d_total", at.FIRST_MONTH + n) for n in range(12)]
    assert [n for n, left_over in enumerate(months, start=1) if left_over > limit] == [4]


def test_colours(whole: CheckBook) -> None:
    """Red for a check that fails, amber for a flag that is raised, never red."""
    colours: dict[str, set[tuple[str, str]]] = {}
    rules = openpyxl.load_workbook(whole.path)["Checks"].conditional_formatting
    for area in rules:
        for cells in str(area.sqref).split():
            colours.setdefault(cells, set()).update(
                (rule.formula[0], rule.dxf.fill.end_color.rgb[2:]) for rule in area.rules
            )
    for look, expected in ((Look.CHECK, {("1", GOOD), ("0", BAD)}), (Look.FLAG, {("0", AMBER)})):
        for line in whole.of(look):
            assert colours[f"E{whole.layout.row('Checks', line.key)}"] == expected, line.key


def test_every_check_says_where_it_looks_and_what_to_do(whole: CheckBook) -> None:
    sheet = openpyxl.load_workbook(whole.path)["Checks"]
    for line in (*whole.of(Look.CHECK), *whole.of(Look.FLAG)):
        assert line.gauge is not None
        assert all((line.label, line.label_zh, line.unit, line.gauge.advice, line.gauge.advice_zh)), line.key
        cell = sheet.cell(whole.layout.row("Checks", line.key), at.LABEL)
        assert cell.hyperlink is not None
        target, _, where = str(cell.hyperlink.location).rpartition("!")
        assert target.strip("'") in {tab.name for tab in whole.plan.tabs}, line.key
        assert where
