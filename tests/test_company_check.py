"""`unitsheet company check`: every mistake of a file at once, what it holds, and what comes with the product."""

# A long line is shown whole.
# ruff: noqa: E501

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from commandline import us

from engine.company import Scenario
from engine.drivers import DRIVERS
from engine.units import parse_unit
from unitsheet.company_starter import HEADS
from workbook import templates
from workbook.build import build
from workbook.companies import companies, company, given, id_mistake, load_company


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


BAD = r"""[company]
id = "my"
name = "My
[figures]
ad_spend = { value = 2,000,000, unit = "CNY/month", basis = "illustrative" }
cpa = { value = 5, unit = "CNY/month", basis = "illustrative" }
churn = { value = 30%, unit = "ratio", basis = "illustrative" }
paid_shar = { value = 0.3, unit = "ratio", basis = "illustrative" }
price = { value = 3, unit = CNY/user/month, basis = "illustrative" }
opening_mau = { value = -3, unit = "users" }
d1_retention = { low = 0.5, high = 0.3, bear = 1.5, bull = 2, unit = "ratio", basis = "illustrative" }
cpa = { value = 5, unit = "CNY/user", basis = "illustrative" }
payer_rate = { value = 5, unit = "%", basis = "illustrative" }
gpu_hour = { value = inf, bear = "x", unit = "CNY/gpu/hour", basis = "illustrative" }
stickiness = { value = 3, unit = "ratio", basis = "reported" }
dso = { value = 3， unit = "days", basis = "illustrative" }
tps_in = { low = 3, unit = "tokens/second", basis = "illustrative" }
tokens_in = { value = 3, high = 4, basis = "illustrative" }
"""
FOUND = [
    (1, "company.currency", "it is missing"),
    (3, "TOML", "a quote is not closed"),
    (5, "TOML", "without commas: 2000000"),
    (6, "figures.cpa.unit", "expected the unit CNY/user, found CNY/month"),
    (7, "TOML", "5% is 0.05"),
    (8, "figures.paid_shar", "did you mean paid_share?"),
    (9, "TOML", "text stands in double quotes"),
    (10, "figures.opening_mau.basis", "expected one of reported"),
    (10, "figures.opening_mau", "-3 users is out of range: it must not be negative"),
    (11, "figures.d1_retention.low", "expected low to be at most high"),
    (11, "figures.d1_retention.bear", "1.5 ratio is out of range: it must be above 0 and at most 1"),
    (11, "figures.d1_retention.bull", "2 ratio is out of range"),
    (12, "TOML", "figures.cpa is given twice"),
    (13, "figures.payer_rate.unit", "expected the unit ratio, found %, which does not convert to it; 5% is 0.05"),
    (14, "figures.gpu_hour", "expected a finite number"),
    (14, "figures.gpu_hour.bear", "expected a number, found 'x'"),
    (15, "figures.stickiness", "needs its facts or a source"),
    (15, "figures.stickiness", "3 ratio is out of range"),
    (16, "TOML", "signs of an English keyboard"),
    (17, "figures.tps_in.low", "a range needs high too"),
    (18, "figures.tokens_in.value", "either value, or low and high"),
    (18, "figures.tokens_in.unit", "expected the unit tokens/request; none is stated"),
]  # fmt: skip


def test_every_mistake_of_every_kind_is_listed_at_once() -> None:
    Path("bad.toml").write_text(BAD, "utf-8")
    done = us("company", "check", "bad.toml", "--format", "json")
    assert (done.exit_code, done.stderr) == (1, "")
    problems = json.loads(done.stdout)["problems"]
    said = [(problem["line"], problem["key"], problem["message"]) for problem in problems]
    for (line, key, words), (found_line, found_key, message) in zip(FOUND, said, strict=True):
        assert (line, key) == (found_line, found_key)
        assert words in message
    lines = us("company", "check", "bad.toml").stdout.splitlines()
    assert lines[:-1] == [f"bad.toml:{line}: {key}: {message}" for line, key, message in said]
    assert lines[-1] == f"bad.toml: {len(said)} mistakes"


SYNTAX = {
    "[company\nid = 1": (1, "Expected ']'"),
    '[company]\nid = "my"\nfacts = [\nname = 2\n[figures]': (4, "left open above this line"),
    "[figures]\n[company]\n[figures]\nx = 1": (3, "Cannot declare"),
}


@pytest.mark.parametrize("text", SYNTAX)
def test_where_one_line_does_not_explain_it_the_reading_ends(text: str) -> None:
    Path("bad.toml").write_text(text)
    problems = json.loads(us("company", "check", "bad.toml", "--format", "json").stdout)["problems"]
    assert [(problem["line"], problem["key"]) for problem in problems] == [(SYNTAX[text][0], "TOML")]
    assert SYNTAX[text][1] in problems[0]["message"]


def test_figures_in_tables_and_misplaced_ones_have_their_lines() -> None:
    Path("bad.toml").write_text(
        '[company]\nid = "my"\nname = "My"\ncurrency = "USD"\ncpa = 3\n[figures.cpa]\nvalue = 3\nunit = "CNY"\n'
        'basis = "illustrative"\n[figures.price]\nvalue = -1\nunit = "USD/user/month"\nbasis = "illustrative"\n[zzz]\n'
    )
    assert us("company", "check", "bad.toml").stdout.splitlines()[:-1] == [
        "bad.toml:5: company.cpa: unknown key; it belongs under [figures]",
        "bad.toml:8: figures.cpa.unit: expected the unit USD/user, found CNY, which does not convert to it",
        "bad.toml:10: figures.price: -1 USD/user/month is out of range: it must not be negative",
        "bad.toml:14: zzz: unknown key; at the top of a file there are [company] and [figures]",
    ]


def test_a_sound_file_is_summed_up() -> None:
    path = templates.company_files()["kimi"]
    found = json.loads(us("company", "check", path, "--format", "json").stdout)
    kimi = load_company(path)
    assert found["given"] == len(tomllib.loads(path.read_text("utf-8"))["figures"]) == len(given(kimi))
    assert found["given"] + found["defaults"] == len(DRIVERS)
    assert sum(found["bases"].values()) == found["given"]
    assert found["bases"]["third party"] == 2
    page = us("company", "check", path)
    assert page.exit_code == 0
    assert re.search(rf"^all +{found['given']} +{found['defaults']}$", page.stdout, re.MULTILINE)
    assert "2 third party" in page.stdout


ALERTS = {
    "d7_retention 0.4 is above d1_retention 0.3, but a cohort does not grow (base; in bear and bull too)": 'd7_retention = { value = 0.4, unit = "ratio", basis = "illustrative" }',
    "d30_retention 0.16 is above d7_retention 0.15": 'd30_retention = { value = 0.16, unit = "ratio", basis = "illustrative" }',
    "CNY of GPU a month, outside 0.1 to 20": 'gpu_hour = { value = 900, unit = "USD/gpu/hour", basis = "illustrative" }',
    "is left as contribution, above 90%": 'price = { value = 900, unit = "CNY/user/month", basis = "illustrative" }',
    "free cash lasts": 'free_cash = { value = 1_000_000_000_000, unit = "CNY", basis = "illustrative" }',
}  # fmt: skip


@pytest.mark.parametrize("sentence", ALERTS)
def test_what_is_unlikely_is_an_alert_and_no_mistake(sentence: str) -> None:
    head = '[company]\nid = "my"\nname = "My"\ncurrency = "CNY"\n[figures]\n'
    Path("my.toml").write_text(head, "utf-8")
    assert "alert" not in us("company", "check", "my.toml").stdout
    Path("my.toml").write_text(f"\N{BYTE ORDER MARK}{head}{ALERTS[sentence]}\r\n", "utf-8")
    done = us("company", "check", "my.toml")
    assert done.exit_code == 0
    assert any(line.startswith("alert: ") and sentence in line for line in done.stdout.splitlines()), (
        done.stdout
    )


def test_a_file_that_cannot_be_read_does_not_stop_the_others() -> None:
    Path("bad.toml").write_text("[company]\n")
    done = us("company", "check", "none.toml", "bad.toml", "--format", "json")
    assert done.exit_code == 2
    assert "none.toml: cannot be read" in done.stderr
    first, second = json.loads(done.stdout)
    assert "cannot be read" in first["error"]
    assert len(second["problems"]) == 3


def test_no_company_may_take_the_name_of_another_sheet(tmp_path: Path) -> None:
    sheets = build(tmp_path / "all.xlsx", [company("kimi")], months=12).tabs
    names = [tab.name for tab in sheets if tab.name != "Kimi"]
    assert len(names) >= 5
    assert all("name of another sheet" in id_mistake(name.lower()) for name in names)
    assert id_mistake("my-product") == id_mistake("a" * 31) == ""


# What comes with the product


def test_where_a_scenario_differs_the_note_says_what_it_stands_for() -> None:
    for one in companies().values():
        for key, figure in one.figures.items():
            for scenario in (Scenario.BEAR, Scenario.BULL):
                said = scenario.value in figure.note.lower()
                assert said or figure.value(scenario) == figure.base, (one.id, key, scenario)


def test_a_figure_that_is_a_fact_says_by_what_factor() -> None:
    factors = set()
    for path in templates.company_files().values():
        entries = tomllib.loads(path.read_text("utf-8")).get("figures", {})
        for key, figure in load_company(path).figures.items():
            if "fact" not in entries.get(key, {}):
                assert figure.factor is None
                continue
            fact = templates.facts()[figure.fact_ids[0]]
            middle = (fact.value + (fact.value if fact.value_high is None else fact.value_high)) / 2
            assert figure.factor == parse_unit(fact.unit).in_money().factor_to(figure.driver.unit)
            assert figure.base == pytest.approx(middle * (figure.factor or 0), rel=1e-14)
            factors.add(figure.factor)
    assert {1.0, 1000.0, 1 / 12} < factors


def test_staff_known_as_a_sum_leaves_no_heads() -> None:
    sums = [company for company in companies().values() if "staff_cost" in given(company)]
    assert len(sums) == 5
    assert all(company.figures[key].base == 0 for company in sums for key in HEADS)
