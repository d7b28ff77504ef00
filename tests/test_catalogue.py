"""The catalogue's worked examples come out in Python and in a recalculated workbook."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from excelcall import call

import unitsheet
from engine.registry import GROUPS, function, library

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "catalogue.toml").read_text(encoding="utf-8")
)["case"]
IN_CELLS = [case for case in CASES if not case.get("python_only")]

pytestmark = pytest.mark.filterwarnings("ignore::engine.boundary.CautionWarning")


def formula_of(case: dict[str, Any]) -> str:
    return str(case["formula"])


def by_cell(case: dict[str, Any]) -> list[str]:
    """The formula, or one for each cell of its area that is compared."""
    area = case.get("weights", case["result"])
    if not isinstance(area, list):
        return [case["formula"]]
    rows = area if isinstance(area[0], list) else [area]
    inner = case["formula"][1:]
    return [f"=INDEX({inner},{r},{c})" for r, row in enumerate(rows, 1) for c in range(1, len(row) + 1)]


def flat(value: Any, columns: int | None = None) -> list[Any]:
    """The cells of a value row by row, of its first columns only where their number is given."""
    rows = value if isinstance(value, list) else [value]
    rows = rows if isinstance(rows[0], list) else [rows]
    return [cell for row in rows for cell in row[:columns]]


def decimals(printed: float, case: dict[str, Any]) -> int:
    """How many decimals a figure is printed with: six figures in all, two decimals from 1,000 on."""
    size = abs(printed)
    usual = 2 if size >= 1000 else 5 - math.floor(math.log10(size or 1))
    return int(case.get("places", usual))


def check(case: dict[str, Any], cells: list[Any]) -> None:
    """The cells of a result are the exact figures, and those printed."""
    if "weights" in case:
        weighted = [weight * cell for weight, cell in zip(case["weights"], cells, strict=True)]
        cells = [sum(weighted, case.get("plus", 0))]
    exact = flat(case["exact"])
    assert [isinstance(cell, bool) for cell in cells] == [isinstance(cell, bool) for cell in exact]
    assert cells == pytest.approx(exact, rel=1e-9)
    for cell, printed in zip(cells, flat(case["result"]), strict=True):
        assert abs(cell - printed) <= 0.500001 * 10.0 ** -decimals(printed, case)


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """Every formula recalculated in one workbook, a line to each."""
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    for case in IN_CELLS:
        book.active.append(by_cell(case))
    book.save(path)
    unitsheet.recalculate(path, in_place=True)
    lines = openpyxl.load_workbook(path, data_only=True).worksheets[0].iter_rows(values_only=True)
    return {
        case["formula"]: list(line[: len(by_cell(case))]) for case, line in zip(IN_CELLS, lines, strict=True)
    }


@pytest.mark.parametrize("case", CASES, ids=formula_of)
def test_in_python(case: dict[str, Any]) -> None:
    name, args = call(case["formula"])
    check(case, flat(function(name)(*args), case.get("columns")))


@pytest.mark.parametrize("case", IN_CELLS, ids=formula_of)
def test_in_a_workbook(case: dict[str, Any], computed: dict[str, list[Any]]) -> None:
    check(case, computed[case["formula"]])


def test_every_function_has_a_case() -> None:
    assert {case["function"] for case in CASES} == set(library())


def test_a_case_is_a_call_of_its_function() -> None:
    assert [call(case["formula"])[0] for case in CASES] == [case["function"] for case in CASES]


def test_groups_are_as_large_as_in_the_catalogue() -> None:
    found = Counter(declared.group for declared in library().values())
    assert [found[group] for group in GROUPS] == [8, 11, 10, 12, 10, 9, 7, 3]


@pytest.mark.parametrize(
    ("formula", "name", "args"),
    [
        ("=CPA(1500000,2.5)", "CPA", [1500000, 2.5]),
        ("=cpa( 1E6 , 25% )", "CPA", [1000000, 0.25]),
        ('=PAYBACK(60,,-0.5,"churn")', "PAYBACK", [60, None, -0.5, "churn"]),
        ("=F(,)", "F", [None, None]),
        ("=F()", "F", []),
        ('=F(TRUE,"say ""no"", {1}")', "F", [True, 'say "no", {1}']),
        ("=F({1,-2},{1;2})", "F", [[1, -2], [[1], [2]]]),
        ('=F({"a",1;"b",""})', "F", [[["a", 1], ["b", ""]]]),
    ],
)
def test_call(formula: str, name: str, args: list[Any]) -> None:
    assert call(formula) == (name, args)


@pytest.mark.parametrize(
    "formula", ["=1", "=F(1)+1", "=-F(1)", "=F(G(1))", "=F(1)+G(1)", "=F(A1)", "=F(1+1)", "=F({1}+{2})"]
)
def test_no_call(formula: str) -> None:
    with pytest.raises(ValueError, match=r"is not one call|is no constant"):
        call(formula)
