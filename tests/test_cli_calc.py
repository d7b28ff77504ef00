"""`unitsheet calc`: its answers, its errors and their exit codes."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pytest
from commandline import refused, us

from engine.registry import functions, library
from unitsheet.spelling import command_text, formula_text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("PAYBACK --cac 60 --arpu 30 --margin 0.6", "3.33333333333333 months"),
        ("payback 60 30 0.6", "3.33333333333333 months"),
        ("PAYBACK 60 30 --method simple", "2 months"),
        ("PAYBACK 60 30 --method=SIMPLE", "2 months"),
        ("LTV_CAC -20 25", "-0.8"),
        ("LTV_CAC --ltv -20 --cac 25", "-0.8"),
        ("RUNWAY_PATH 100 30,-40,500", "2.22 months"),
        ("RUNWAY_PATH 100 -30,40,500", "2.18 months"),
        ("CAC_STAGE 10 0.8 0.5", "25 money/user"),
        ("CAC_STAGE --cost-per-top 10 --rate 0.8 --rate 0.5", "25 money/user"),
        ("CAC_STAGE --cost_per_top 10 --rate 80% --rate 0.5", "25 money/user"),
        ("CONTRIBUTION 1.25 0.5 0.25 margin", "0.4"),
        ("GPU_COST_PER_MAU --bill 1000 --mau 50", "20 money/user/month"),
        ("COHORT_ACTIVE 100,200,300 1,0.5,0.3", "100, 250, 430 users"),
        ("CPA 100,200 4,5", "25, 40 money/action"),
        ("CPA 1e6 3", "333333.333333333 money/action"),
        ("DEFAULT_ALIVE 500 100 200 0.1", "TRUE"),
        ("DCF 10,12,14 0.12 0.03 TRUE", "150.810824448721 money"),
        ("XNPV 0 -100,150 2024-01-31,2024-03-01", "50 money"),
        ('MC ltv "arpu,fixed,30;margin,fixed,0.5;churn,fixed,0.1" --seed 1 --percentiles 0.5', "150"),
    ],
)
def test_calc(line: str, text: str) -> None:
    result = us("calc", *shlex.split(line))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == text
    assert result.stderr == ""


def test_a_table_is_printed_row_by_row() -> None:
    first, second = us("calc", *["TORNADO", "ltv_cac", "20,25", "10,25", "30,25"]).stdout.splitlines()
    assert first.startswith("0.4, 1.2, 1, ")
    assert second.startswith("0.8, 0.8, 2, -1.0001")


@pytest.mark.parametrize("name", library())
def test_the_example_that_help_shows_gives_what_help_says(name: str) -> None:
    function = library()[name]
    example = function.examples[0]
    line = command_text(function, example.args)
    result = us("calc", *shlex.split(line), "--format", "json")
    assert np.array(json.loads(result.stdout)["value"]) == pytest.approx(np.array(example.result), rel=1e-9)
    shown = " ".join(us("calc", name, "--help").stdout.split())
    assert f"unitsheet calc {line}" in shown
    assert formula_text(function, example.args) in shown
    for argument in function.arguments:
        assert f"--{argument.replace('_', '-')}" in shown


def test_no_argument_is_called_like_an_option_of_calc() -> None:
    taken = {"in_order", "form", "format", "help", "h", "debug"}
    for function in functions().values():
        names = {*function.arguments, *(getattr(one, "alias", "") for one in function.arguments.values())}
        assert not names & taken


def test_an_answer_that_does_not_exist_is_exit_1_and_wrong_arguments_exit_2() -> None:
    refused(us("calc", "PAYBACK", "60", "30", "-0.2"), "#N/A PAYBACK: the customer brings in nothing", code=1)
    refused(us("calc", "CPA", "1", "0"), "#DIV/0! CPA: ", code=1)
    refused(us("calc", "CPA", "x", "2"), "#VALUE! CPA: spend must be a number, not the text 'x'")
    refused(us("calc", "CPA", "1"), "#VALUE! CPA: actions is missing")
    refused(us("calc", "CPA", "1", "2", "3"), "#VALUE! CPA: there are 3 arguments")
    refused(us("calc", "CPA", "1", "--spend", "2"), "spend is given twice")
    refused(us("calc", "CPA", "1", "--actions", "2", "--actions", "3"), "actions is given twice")
    refused(us("calc", "PAYBACK", "60", "30", "--method", "quick"), "method must be one of margin")
    refused(us("calc", "CPA", "1,000", "2"), "write 1000")


def test_calc_as_json() -> None:
    good = json.loads(us("calc", "PAYBACK", "60", "30", "--margin", "0.6", "--format", "json").stdout)
    assert good == {
        "function": "PAYBACK",
        "arguments": {"cac": 60, "arpu": 30, "margin": 0.6},
        "unit": "months",
        "cautions": [],
        "value": 60 / (30 * 0.6),
    }
    result = us("calc", "PAYBACK", "60", "30", "-0.2", "--format", "json")
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert (error["kind"], error["argument"]) == ("#N/A", "arpu")
    assert error["sentence"] in result.stderr


def test_a_list_keeps_its_good_rows() -> None:
    result = us("calc", "CPA", "100,200", "0,5")
    assert result.exit_code == 1
    assert result.stdout.strip() == "#DIV/0!, 40 money/action"
    assert result.stderr.startswith("#DIV/0! CPA: element 1: ")
    listed = json.loads(us("calc", "CPA", "100,200", "0,5", "--format", "json").stdout)
    assert listed["value"] == [None, 40]
    assert [(error["element"], error["kind"]) for error in listed["errors"]] == [(1, "#DIV/0!")]


def test_a_caution_goes_to_stderr() -> None:
    result = us("calc", "COHORT_ACTIVE", "100,200", "1")
    assert result.exit_code == 0
    assert result.stdout.strip() == "100, 200 users"
    assert "shorter" in result.stderr
