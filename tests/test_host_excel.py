"""Excel through COM answers as Python does, by xlwings' own server and converters."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from host_excel import answers, difference, run, served, shown
from hostcases import Case, cases, same

from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind
from engine.registry import functions
from udfs.excel.cells import ERROR_BASE, ERROR_NUMBERS, given, returned
from udfs.excel.parameters import parameters
from udfs.excel.vba import CATEGORY, functions_module

_MISSING = -2_147_352_572


@pytest.fixture(scope="module")
def found() -> list[tuple[Case, Any]]:
    return list(zip(cases(), run(cases()), strict=True))


def test_every_case(found: list[tuple[Case, Any]]) -> None:
    wrong = [
        f"{case.name}: {value} instead of {case.expected}"
        for case, value in found
        if same(value, case.expected) == bool(difference(case))
    ]
    assert len(found) > 2500
    assert not wrong, "\n".join(wrong)


def test_no_result_is_a_text(found: list[tuple[Case, Any]]) -> None:
    """So that no text of a result can be mistaken for the text of an error."""
    for case, value in found:
        rows = value if isinstance(value, list) else [[value]]
        assert all(isinstance(cell, float | bool | CellError) for row in rows for cell in row), case.name


def test_errors_go_there_and_back() -> None:
    assert set(ERROR_NUMBERS) == set(ErrorKind)
    for kind, number in ERROR_NUMBERS.items():
        assert given([[ERROR_BASE + number]]) == CellError(kind)
        assert shown(returned(CellError(kind))) == CellError(kind)
    text = functions_module("1")
    cases_in_vba = re.findall(r'Case "(#[^"]+)"\r\n +CellOf = CVErr\((\d+)\)', text)
    assert {kind: int(number) for kind, number in cases_in_vba} == {
        str(k): n for k, n in ERROR_NUMBERS.items()
    }


def test_cells_of_every_kind() -> None:
    # #FIELD! and whatever Excel may think of next is an error too, and no large negative number.
    assert given([[ERROR_BASE + 2049]]) == CellError(ErrorKind.VALUE)
    assert given([["#N/A"]]) == CellError(ErrorKind.NA)
    assert given([[7]]) == 7.0
    assert isinstance(given([[7]]), float)
    assert given([[True]]) is True
    assert given(None) is OMITTED
    assert given([[None]]) is None
    assert given([[1.0, None]]) == [[1.0, None]]
    assert given([[1.0], [2.0]]) == [[1.0], [2.0]]
    assert returned([[1.0, CellError(ErrorKind.DIV0)], [True, 0.0]]) == [[1.0, "#DIV/0!"], [True, 0.0]]


def test_a_call_that_is_not_complete() -> None:
    calls = [
        ("CAC", (1000.0, 8.0)),
        ("CAC", (1000.0, _MISSING)),  # =CAC(1000,)
        ("CAC", (_MISSING, 8.0)),
        ("CAC", (1000.0, 8.0, 4.0, _MISSING, "paid")),  # =CAC(1000,8,4,,"paid")
        ("CONTRIBUTION", (30.0, 5.0, 4.0, "margin")),
        ("CONTRIBUTION", (30.0, 5.0, _MISSING, "margin")),
        ("FUNNEL", (1000.0, (0.5, 0.2))),  # {0.5,0.2}: of one row, an array constant has one dimension
        ("MC", ("ltv_cac", ((("ltv"), "fixed", 3.0), ("cac", "fixed", 1.0)), _MISSING, 7.0)),
        ("CAC", (1000.0, 8.0, 1.0, 1.0, "loaded", 1.0)),
    ]
    expected = [
        125.0, "#VALUE!", "#VALUE!", 250.0,
        functions()["CONTRIBUTION"].cells(30.0, 5.0, 4.0, "margin"),
        functions()["CONTRIBUTION"].cells(30.0, 5.0, "margin"),
        functions()["FUNNEL"].cells(1000.0, 0.5, 0.2),
        [[3.0, 3.0, 3.0]], "#VALUE!",
    ]  # fmt: skip
    for call, one, other in zip(calls, answers(calls), expected, strict=True):
        assert same(shown(one), shown(other)), call


RANGES = """
import fake_com, json
fake_com.install()
from fake_com import Range, Time, call
print(json.dumps([
    call("CAC", Range(1000.0), Range(8.0)),
    call("CAC", Range(-2146826246), 2.0),
    call("CPA", Range(((10.0,), (None,), (20.0,))), 2.0),
    call("CPA", Range(((10.0, -2146826281),)), 2.0),
    call("CPA", Range(None), 2.0),
    call("CPA", Range(Time(2024, 9, 1)), 1.0),
    call("CPA", Range(Time(1899, 12, 31)), 1.0),
    call("CPA", Range(Time(1899, 12, 30, 12)), 1.0),
    call("CPA", "", 1.0),
]))
"""


def test_ranges_as_the_import_of_xlwings_hands_them_over() -> None:
    found = json.loads(served(code=RANGES))
    assert found == [
        125.0, "#N/A", [[5.0], ["#VALUE!"], [10.0]], [5.0, "#DIV/0!"], "#VALUE!",
        # Dates are serial numbers: that of 1 January 1900 is 1, a time of day is a part of 1.
        45_536.0, 1.0, 0.5,
        "#VALUE!",
    ]  # fmt: skip


WRAPPER = """
import fake_com, io, json
fake_com.install()
import unitsheet.excel, xlwings.udfs
text = io.StringIO()
book = type("Book", (), {"Name": "a.xlsm"})
module = unitsheet.excel
xlwings.udfs.generate_vba_wrapper("unitsheet.excel", module, text, book)
known = {name: one.__xlfunc__ for name, one in vars(module).items() if hasattr(one, "__xlfunc__")}
print(json.dumps([text.getvalue(), known]))
"""


def test_xlwings_can_write_its_own_module_too() -> None:
    text, known = json.loads(served(code=WRAPPER))
    assert list(known) == list(functions())
    assert re.findall(r"^Function (\w+)\(", text, re.MULTILINE) == sorted(functions())
    assert "Function CONTRIBUTION(arpu, cost1, ParamArray more_cost())" in text
    assert "Function CAC(media, new_total, Optional new_paid, Optional other_sm, Optional method)" in text
    assert max(map(len, text.splitlines())) <= 1024
    for name, said in known.items():
        function = functions()[name]
        assert said["category"] == CATEGORY
        assert said["ret"]["doc"] == function.summary
        assert [one["name"] for one in said["args"]] == [one.name for one in parameters(function)]
        assert all(one["options"] == {"ndim": 2, "err_to_str": True} for one in said["args"])
        assert all(0 < len(one["doc"]) <= 255 for one in said["args"])


LOG = """
import fake_com, pathlib, sys
fake_com.install()
from fake_com import call
import unitsheet.excel_places
for _ in range(3):
    call("CAC", 1000.0, 0.0)
call("CAC", 1000.0, "x")
import udfs.com
udfs.com.sheet_result = lambda *_: 1 / 0
assert call("CPA", 1.0, 2.0) == "#VALUE!"
import importlib, unitsheet.excel
importlib.reload(unitsheet.excel)
udfs.com.log.info("once")
sys.stdout.write(unitsheet.excel_places.log_file().read_text())
"""


def test_what_went_wrong_is_in_the_log() -> None:
    said = served(code=LOG).decode().splitlines()
    of_cac = [line for line in said if "CAC" in line]
    assert len(of_cac) == 2
    assert "no new users" in of_cac[0]
    assert "must be a number, not the text 'x' (#VALUE!)" in of_cac[1]
    assert sum("CPA failed" in line for line in said) == 1
    assert any("ZeroDivisionError" in line for line in said)
    assert sum(line.endswith("once") for line in said) == 1


STRANGER = """
import fake_com, importlib.metadata
fake_com.install()
import unitsheet.owners
unitsheet.owners.strangers = lambda: [("the package 'engine' has put files into x", "run y")]
try:
    import unitsheet.excel
except ImportError as error:
    print(error, end="")
"""


def test_a_package_in_the_place_of_ours_stops_excel() -> None:
    said = served(code=STRANGER).decode()
    assert said == "unitsheet cannot run: the package 'engine' has put files into x; run y."
