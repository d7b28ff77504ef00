"""The pages in docs/functions: as the registry has them, whole, and true where they can be run."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import re
import shlex
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from markdown_it.token import Token

import unitsheet
from engine.arguments import Arg
from engine.registry import Caution, Example, Function, function, library
from engine.units import RATIO
from unitsheet.cli import main
from unitsheet.markdown import slug
from unitsheet.reference import INDEX, file_name, page, pages
from unitsheet.spelling import formula_text, python_text

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python docs/make_functions.py"
PAGES = pages(library())
FUNCTIONS = list(library().values())
each_function = pytest.mark.parametrize("called", FUNCTIONS, ids=lambda one: one.name)
each_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_functions", ROOT / "docs" / "make_functions.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tokens(text: str) -> list[Token]:
    """The page as Markdown is read, inline parts after the block that holds them."""
    parsed = MarkdownIt("commonmark").enable("table").parse(text)
    return [part for token in parsed for part in (token, *(token.children or ()))]


def texts(text: str) -> list[str]:
    """What a reader sees: every paragraph, heading, list entry and table cell as plain text."""
    parsed = MarkdownIt("commonmark").enable("table").parse(text)
    return ["".join(part.content for part in token.children or ()) for token in parsed if token.children]


def headings(text: str) -> list[str]:
    parsed = MarkdownIt("commonmark").parse(text)
    return [inline.content for opening, inline in pairwise(parsed) if opening.type == "heading_open"]


def fenced(text: str, language: str) -> list[str]:
    return [token.content for token in tokens(text) if token.type == "fence" and token.info == language]


def plain(text: str) -> str:
    """A declared text as a reader sees it, its backticks gone."""
    return " ".join(text.replace("`", "").split())


# Drift


def test_the_pages_are_as_the_registry_has_them(maker: ModuleType) -> None:
    found = list(maker.drift(maker.FOLDER))
    assert not found, f"run `{COMMAND}`: {', '.join(found)}"


def test_the_check_names_every_page_and_a_run_repairs_them(
    maker: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "functions"
    monkeypatch.setattr(maker, "FOLDER", folder)
    assert maker.main([]) == 0
    capsys.readouterr()
    assert maker.main(["--check"]) == 0
    assert capsys.readouterr().out == ""
    (folder / "ltv.md").unlink()
    (folder / INDEX).write_text("# Functions\n", encoding="utf-8")
    (folder / "gone.md").write_text("# GONE\n", encoding="utf-8")
    assert maker.main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "README.md differs",
        "ltv.md is missing",
        "gone.md is left over",
    ]
    assert maker.main([]) == 0
    assert {path.name for path in folder.iterdir()} == set(PAGES)
    assert maker.main(["--check"]) == 0
    assert maker.main(["--chek"]) == 2


# What the pages hold


@each_function
def test_a_page_says_all_that_is_declared(called: Function) -> None:
    text = PAGES[file_name(called)]
    seen = "\n".join(texts(text))
    assert headings(text)[0] == called.name
    assert fenced(text, "text") == [f"{called.signature}\n"]
    declared = [called.summary, called.source.partition("; ")[0], *called.convention.split("\n\n")]
    declared += [argument.help for argument in called.arguments.values()]
    declared += [sentence for _, _, sentence in called.errors]
    declared += [caution.sentence for caution in called.cautions]
    declared += [example.steps for example in called.examples]
    for wanted in declared:
        assert plain(wanted) in seen
    assert called.source
    assert called.examples


def test_the_index_has_every_function_and_every_word() -> None:
    text = PAGES[INDEX]
    assert set(PAGES) == {INDEX, *(f"{name.lower()}.md" for name in library())}
    assert text.startswith("<!--")
    assert f"{len(library())} functions" in text
    for called in FUNCTIONS:
        assert f"| [{called.name}]({file_name(called)}) | " in text
    assert "| [PAYBACK](payback.md) | `method` |" in text


@each_page
def test_tables_are_well_formed(name: str) -> None:
    blocks = re.findall(r"^\|.*\|$(?:\n\|.*\|$)+", PAGES[name], flags=re.MULTILINE)
    assert blocks
    assert len(blocks) == sum(token.type == "table_open" for token in tokens(PAGES[name]))
    for block in blocks:
        widths = [len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()]
        assert len(set(widths)) == 1, block
        assert re.fullmatch(r"\|(?: --- \|)+", block.splitlines()[1].replace("|---", "| --- ")), block


@each_page
def test_links_lead_somewhere(name: str) -> None:
    folder = ROOT / "docs" / "functions"
    for token in tokens(PAGES[name]):
        if token.type != "link_open":
            continue
        target, _, anchor = str(token.attrs["href"]).partition("#")
        known = target in PAGES or not target
        assert known or (folder / target).is_file(), target
        assert not anchor or anchor in map(slug, headings(PAGES[target or name])), anchor


@each_page
def test_no_page_names_a_place_of_a_machine(name: str) -> None:
    assert str(ROOT) not in PAGES[name]
    assert str(Path.home()) not in PAGES[name] or Path.home() == Path("/")
    assert not re.search(r"(?<![\w.)])/(?:home|root|tmp|usr|Users|mnt|var)/|[A-Z]:\\\w", PAGES[name])


# What can be run


@each_function
def test_every_call_on_a_page_is_one_the_registry_tests_run(called: Function) -> None:
    spell = python_text if called.built_in else formula_text
    examples = [spell(called, example.args) for example in called.examples]
    known = {*examples, *(spell(called, fault.case) for fault in called.faults)}
    start = f"unitsheet.{called.name.lower()}(" if called.built_in else f"={called.name}("
    spans = [token.content for token in tokens(PAGES[file_name(called)]) if token.type == "code_inline"]
    shown = [text for text in spans if text.startswith(start)]
    assert set(shown) == known
    assert shown[: len(examples)] == examples


@each_function
def test_the_python_of_a_page_gives_what_it_says(called: Function) -> None:
    (block,) = fenced(PAGES[file_name(called)], "python")
    call = block.split("\n")[2]
    result = eval(call, {"unitsheet": unitsheet})
    assert flat(result) == pytest.approx(flat(called.examples[0].result), rel=1e-9)


@each_function
def test_the_command_of_a_page_gives_what_it_says(called: Function) -> None:
    (block,) = fenced(PAGES[file_name(called)], "sh")
    program, *line = shlex.split(block)
    assert program == "unitsheet"
    done = CliRunner().invoke(main, [*line, "--format", "json"])
    assert done.exit_code == 0, done.output
    assert flat(json.loads(done.stdout)["value"]) == pytest.approx(flat(called.examples[0].result), rel=1e-9)


def flat(value: Any) -> list[Any]:
    rows = value if isinstance(value, list) else [value]
    return [cell for row in rows for cell in (row if isinstance(row, list) else [row])]


def test_calls_in_python() -> None:
    payback, stage = function("PAYBACK"), function("CAC_STAGE")
    assert python_text(payback, (60, 30, 0.6)) == "unitsheet.payback(60, 30, margin=0.6)"
    assert python_text(payback, (60, 30, None, None, None, "margin")) == "unitsheet.payback(60, 30)"
    assert python_text(stage, (15_000_000, 0.8, 0.3)) == "unitsheet.cac_stage(15_000_000, 0.8, 0.3)"
    mc = python_text(function("MC"), ("ltv", [["churn", "fixed", 0.1]], 500, 7))
    assert mc == 'unitsheet.mc("ltv", [["churn", "fixed", 0.1]], n=500, seed=7)'
    assert python_text(stage, (608e9, [[1, 0.5], ["a", None]])) == (
        'unitsheet.cac_stage(608_000_000_000, [[1, 0.5], ["a", None]])'
    )


def test_what_markdown_would_take_for_its_own_is_shown_as_it_is() -> None:
    odd = ["1. a *b* _c_ |d| <e>", "# f [g](h) $i$ ~j~ k\\", "- l_m `n|o` 2 * 3 * 4"]
    first = function("CPA")
    made = dataclasses.replace(
        first,
        arguments={"spend": Arg(odd[0], RATIO), "actions": Arg(odd[1], RATIO)},
        source=odd[2],
        formula="a | b * c",
        examples=(Example((1, 2), 0.5, "0.5", odd[2]),),
        cautions=(Caution("spend", odd[1], (1, 2), lambda spend: spend > 0),),
        related=(),
    )
    seen = texts(page(made, library()))
    for text in (*odd, "a | b * c"):
        assert plain(text) in seen
