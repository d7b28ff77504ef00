"""`unitsheet company`: files begun by a person or a script, and files checked whole."""

# A long line is shown whole.
# ruff: noqa: E501

from __future__ import annotations

import importlib.util
import json
import os
import re
import select
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result
from commandline import contents, refused, us

from engine.company import Basis, Scenario
from engine.drivers import DRIVERS
from unitsheet.cli import main
from unitsheet.company_starter import ASKED, HEADS
from workbook.companies import given, load_company
from workbook.default_figures import default_figure

ROOT = Path(__file__).resolve().parent.parent
Typed = Callable[..., Result]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A function that runs a command for a person who types lines."""
    monkeypatch.setattr("unitsheet.commands.company._on_a_terminal", lambda: True)

    def run(*args: str, lines: list[str]) -> Result:
        return CliRunner().invoke(main, list(args), input="".join(f"{line}\n" for line in lines))

    return run


# init


@pytest.mark.parametrize("currency", ["CNY", "USD"])
def test_every_line_that_is_uncommented_is_the_default(currency: str) -> None:
    assert us("company", "init", "my-product", "-y", "--currency", currency).exit_code == 0
    path = Path("my-product.toml")
    assert given(load_company(path)) == []
    path.write_text(re.sub(r"(?m)^#(?=\w)", "", path.read_text("utf-8")), "utf-8")
    assert tomllib.loads(path.read_text("utf-8"))["figures"].keys() == DRIVERS.keys()
    for key, figure in load_company(path).figures.items():
        default = default_figure(DRIVERS[key], currency)
        assert figure.unit == default.unit
        for scenario in Scenario:
            assert figure.value(scenario) == pytest.approx(default.value(scenario), rel=1e-14), key


def test_every_driver_has_its_meaning_and_its_block() -> None:
    us("company", "init", "my-product", "-y")
    lines = Path("my-product.toml").read_text("utf-8").splitlines()
    for driver in DRIVERS.values():
        row = next(number for number, line in enumerate(lines) if line.startswith(f"#{driver.key} = "))
        assert all(word in lines[row - 1] for word in (driver.label, driver.label_zh, str(driver.domain)))
        block = next(line for line in reversed(lines[:row]) if line.startswith("# ----"))
        assert driver.block in block
    assert max(map(len, lines)) <= 130


def test_options_give_what_a_script_knows() -> None:
    done = us(
        "company", "init", "my-product", "--name", 'My "Co"', "--product", "智能助手", "--currency", "usd",
        "--set", "ad_spend=2,000,000", "--set", "churn=12%", "--set", "dso=45", "--source", "accounts, June 2025",
    )  # fmt: skip
    assert (done.exit_code, done.stderr) == (0, "")
    assert "3 of 98 figures given" in done.stdout
    company = load_company("my-product.toml")
    assert (company.name, company.product, company.currency) == ('My "Co"', "智能助手", "USD")
    assert given(company) == ["ad_spend", "churn", "dso"]
    spend = company.figures["ad_spend"]
    assert (spend.base, str(spend.unit), spend.basis) == (2e6, "USD/month", Basis.REPORTED)
    assert spend.source == "accounts, June 2025"
    assert company.figures["churn"].base == 0.12


def test_without_a_terminal_it_writes_what_it_knows_and_says_so() -> None:
    done = us("company", "init", "my-product")
    assert done.exit_code == 0
    assert "no terminal" in done.stderr
    company = load_company("my-product.toml")
    assert (company.id, company.name, given(company)) == ("my-product", "my-product", [])
    assert "no terminal" not in us("company", "init", "other", "--yes").stderr


def test_a_person_is_asked_until_the_answer_can_be(typed: Typed) -> None:
    done = typed(
        "company", "init", "my-product", "--set", "free_cash=40000000", "--product", "Chat",
        lines=["我的公司", "EUR", "USD", "0x10", "-5", "2_000_000", "0", "1,5", "4", *[""] * 3, "110%", "30 %", "5%", "8",
               *[""] * 3, "300000", "", ""],
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    for sentence in (
        "ad_spend must be a number such as 2000000 or 0.05, not '0x10'",
        "ad_spend must not be negative, not -5",
        "cpa must be above 0, not 0",
        "cpa must be a number such as 2000000 or 0.05, not '1,5'",
        "churn must be above 0 and at most 1, not 110%",
        "price is no ratio, so 5% says nothing",
        "USD/user/month [20]",
    ):
        assert sentence in done.stderr, sentence
    company = load_company("my-product.toml")
    assert company.name == "我的公司"
    own = {key: company.figures[key].base for key in given(company)}
    assert own == {
        "ad_spend": 2e6, "cpa": 4, "churn": 0.3, "price": 8, "free_cash": 4e7, "staff_cost": 3e5, **dict.fromkeys(HEADS, 0),
    }  # fmt: skip
    assert all(company.figures[key].basis is Basis.ILLUSTRATIVE for key in own)


def test_each_question_has_unit_and_default_and_enter_gives_nothing(typed: Typed) -> None:
    done = typed("company", "init", "my-product", lines=[""] * (3 + len(ASKED)))
    assert done.exit_code == 0
    for key in ASKED:
        default = default_figure(DRIVERS[key], "CNY")
        assert re.search(rf", {re.escape(str(default.unit))} \[.*{default.base:,.15g}\]: ", done.stderr), key
    assert given(load_company("my-product.toml")) == []


def test_stopping_writes_nothing(typed: Typed) -> None:
    done = typed("company", "init", "my-product", lines=["Mine", "", "USD", "5"])
    assert done.exit_code == 130
    assert not Path("my-product.toml").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is of POSIX")
def test_on_a_real_terminal() -> None:
    master, slave = os.openpty()
    command = [sys.executable, "-m", "unitsheet", "company", "init", "my-product"]
    asked = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=os.environ | {"TERM": "dumb"}
    )
    os.close(slave)
    shown = b""
    answers = iter([b"Mine\n", b"Chat\n", b"USD\n", b"-1\n", b"500000\n"])
    while select.select([master], [], [], 60)[0]:
        try:
            read = os.read(master, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
        shown += read
        if shown.endswith(b": "):
            os.write(master, next(answers, b"\n"))
    assert asked.wait(60) == 0, shown.decode()
    os.close(master)
    assert b"must not be negative" in shown
    company = load_company("my-product.toml")
    assert (company.name, company.product, given(company)) == ("Mine", "Chat", ["ad_spend"])


def test_staff_as_a_sum_counts_once() -> None:
    assert "heads are 0" in us("company", "init", "a", "-y", "--set", "staff_cost=1").stdout
    assert all(load_company("a.toml").figures[key].base == 0 for key in HEADS)
    us("company", "init", "b", "-y", "--set", "staff_cost=1", "--set", "heads_sales=3")
    assert given(load_company("b.toml")) == ["heads_sales", "staff_cost"]
    Path("a.toml").write_text(re.sub("(?m)^heads_.*\n", "", Path("a.toml").read_text("utf-8")), "utf-8")
    assert "alert: staff_cost is given, heads are left" in us("company", "check", "a.toml").stdout


REFUSED = {
    "did you mean ad_spend?": ["my-product", "--set", "ad_spnd=1"],
    "cpa must be above 0, not 0": ["my-product", "--set", "cpa=0"],
    "such as ad_spend=2000000": ["my-product", "--set", "cpa"],
    "must be a number such as": ["my-product", "--set", "cpa="],
    "small letters, digits and single dashes": ["My Product"],
    "at most 31 characters": ["a" * 32],
    "name of another sheet": ["inputs"],
    "does not end in .toml": ["my-product", "--out", "mine.txt"],
    "is not there": ["my-product", "--out", "none/mine.toml"],
    "plain text on one line": ["my-product", "--name", "a\nb"],
    "not one of": ["my-product", "--currency", "EUR"],
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_cannot_be_is_refused(sentence: str, tmp_path: Path) -> None:
    refused(us("company", "init", *REFUSED[sentence]), sentence)
    assert contents(tmp_path) == {}


def test_every_wrong_figure_is_named_at_once() -> None:
    done = us("company", "init", "my-product", "--set", "cpa=0", "--set", "chrn=1", "--set", "price=x")
    assert done.exit_code == 2
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["cpa", "there", "price"]


def test_a_file_is_replaced_only_by_force(typed: Typed) -> None:
    path = Path("my-product.toml")
    path.write_text("mine")
    refused(typed("company", "init", "my-product", lines=[]), "my-product.toml exists already", "--force")
    assert path.read_text() == "mine"
    assert us("company", "init", "my-product", "--force", "-y").exit_code == 0
    assert given(load_company(path)) == []


def test_a_new_company_gets_its_tab() -> None:
    us("company", "init", "my-product", "-y", "--set", "opening_mau=123456", "--out", "mine.toml")
    made = us("new", "out.xlsx", "--company", "./mine.toml", "--months", "12")
    assert made.exit_code == 0, made.stderr
    assert us("get", "out.xlsx", "my_product_mau").stdout == "123456\n"
    refused(us("new", "more.xlsx", "--company", "mine"), "say mine.toml")


# docs/companies.md


def test_the_page_has_every_driver_and_its_example_is_sound() -> None:
    page = _script().PAGE.read_text("utf-8")
    assert page == _script().with_tables(page), (
        "docs/companies.md is old: run `python docs/make_companies.py`"
    )
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example
    Path("my-product.toml").write_text(example[1], "utf-8")
    done = json.loads(us("company", "check", "my-product.toml", "--format", "json").stdout)
    assert (done["problems"], done["given"], done["alerts"]) == ([], 6, [])


def test_the_commands_of_the_page() -> None:
    commands = re.findall(r"^unitsheet ((?:.*\\\n)*.*)$", _script().PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(commands) == 4
    for number, command in enumerate(commands):
        args = [first or rest for first, rest in re.findall(r'"([^"]*)"|(\S+)', command.replace("\\\n", " "))]
        done = us(*args, *(["--force"] if number == 3 else []))
        assert done.exit_code == 0, (args, done.stderr)


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_companies", ROOT / "docs" / "make_companies.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script
