"""The command line: its help, the functions and companies it lists, how it spells figures."""

from __future__ import annotations

import json

import pytest
from commandline import us

import unitsheet
from engine.registry import functions, library
from unitsheet.cli import COMMANDS
from unitsheet.figures import compact, exact
from unitsheet.spelling import formula_text, spell


def test_functions_lists_all_and_explains_each() -> None:
    listing = us("functions").stdout
    for function in library().values():
        assert function.summary.split()[0] in listing
        page = " ".join(us("functions", function.name.lower()).stdout.split())
        for _, _, sentence in function.errors:
            assert " ".join(sentence.split()) in page
        for example in function.examples:
            assert formula_text(function, example.args) in page
    assert {one["name"] for one in json.loads(us("functions", "--format", "json").stdout)} == set(library())
    payback = json.loads(us("functions", "PAYBACK", "--format", "json").stdout)
    assert payback["unit"] == "months"
    assert payback["arguments"][2]["optional"] is True
    assert payback["examples"][0]["formula"] == '=PAYBACK(60,30,0.6,0.1,,"churn")'


def test_formula_text() -> None:
    function = functions()["PAYBACK"]
    assert formula_text(function, (60, 30, None, None, None, "simple")) == '=PAYBACK(60,30,,,,"simple")'
    assert formula_text(function, (60, 30, 0.6, None, None)) == "=PAYBACK(60,30,0.6)"
    assert spell([1, 0.5]) == "{1,0.5}"
    assert spell([[1, 2], [3, 4]]) == "{1,2;3,4}"
    assert spell('say "x"') == '"say ""x"""'
    assert spell(1e-7) == "1E-07"
    assert spell(608e9) == "608000000000"


def test_companies() -> None:
    listing = us("companies").stdout
    known = json.loads(us("companies", "--format", "json").stdout)
    assert len(known) == len(unitsheet.companies())
    assert all(one["id"] in listing and sum(one["bases"].values()) for one in known)
    page = us("companies", "kimi").stdout
    kimi = json.loads(us("companies", "kimi", "--format", "json").stdout)
    assert {figure["key"] for figure in kimi["figures"]} == set(unitsheet.company("kimi").figures)
    assert all(figure["key"] in page for figure in kimi["figures"])
    assert any(figure["disputed"] and "F000-07" in figure["facts"] for figure in kimi["figures"])


# Help and figures


def test_help_and_version() -> None:
    shown = us("--help").stdout
    assert all(command in shown for command in COMMANDS)
    for command in COMMANDS:
        assert us(command, "--help").exit_code == 0
    assert us("--version").stdout.startswith("unitsheet ")
    assert us().exit_code == 2


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0.00"),
        (0.072, "0.072"),
        (0.0999, "0.10"),
        (-1.1, "-1.10"),
        (21.3, "21.30"),
        (99.99, "100"),
        (999.7, "1,000"),
        (9_999.4, "9,999"),
        (9_999.6, "10.0k"),
        (850_000.0, "850k"),
        (999_499.0, "999k"),
        (999_600.0, "1.0m"),
        (4e6, "4.0m"),
        (-75.04e6, "-75.0m"),
        (1.2e9, "1.2bn"),
        (3.5e12, "3.5tn"),
    ],
)
def test_compact(number: float, text: str) -> None:
    assert compact(number) == text


def test_exact() -> None:
    assert [exact(x) for x in (0.1 + 0.2, 15e6, -0.0, 1 / 3)] == ["0.3", "15000000", "0", "0.333333333333333"]
