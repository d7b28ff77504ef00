"""The main.py for xlwings Lite: it holds all it needs, answers as Python does, and says what no cell can."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from host_lite import Lite, difference, run, session
from hostcases import Case, cases, same

from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind
from engine.hosting import Host
from engine.registry import Function, functions
from udfs.lite import is_ours, main_py, requirements_txt
from udfs.lite_cells import answer
from udfs.officejs.metadata import functions_json


@pytest.fixture(scope="module")
def lite() -> Iterator[Lite]:
    with session() as begun:
        yield begun


def function(name: str) -> Function:
    return functions()[name]


# every case


@pytest.mark.parametrize("blank", [None, ""])
def test_every_case(blank: Any) -> None:
    wrong, stale = [], []
    for case, found in zip(cases(), run(cases(), blank), strict=True):
        if same(found, case.expected):
            stale += [case.name] if difference(case) else []
        elif not difference(case):
            wrong.append(f"{case.name}: {found} instead of {case.expected}")
    assert len(cases()) > 2500
    assert not wrong, "\n".join(wrong)
    assert not stale


def test_a_blank_cell_that_arrives_as_zero_is_zero() -> None:
    """Excel on the desktop hands it over so, and Lite has no way to ask; nothing else differs."""
    found = run(cases(), 0)
    wrong = [
        case.name
        for case, value in zip(cases(), found, strict=True)
        if not same(value, case.expected) and not has_blank(case)
    ]
    assert not wrong
    with_zeros = [
        (value, case.function.cells(*map(without_blanks, case.args)))
        for case, value in zip(cases(), found, strict=True)
    ]
    assert all(same(value, expected) for value, expected in with_zeros)


def has_blank(case: Case) -> bool:
    return any(value is None for value in case.args) or any(
        cell is None for value in case.args if isinstance(value, list) for row in value for cell in row
    )


def without_blanks(value: Any) -> Any:
    if isinstance(value, list):
        return [[0.0 if cell is None else cell for cell in row] for row in value]
    return 0.0 if value is None else value


# what Excel is told


def test_it_needs_nothing_but_numpy_and_scipy(lite: Lite) -> None:
    assert lite.there == []
    assert lite.calculate([(function("CAC"), (1000.0, 8.0))]).cells == [125.0]


def test_every_function_is_declared(lite: Lite) -> None:
    assert lite.told.keys() == {Host.LITE.typed(name) for name in functions()}
    for described in functions_json()["functions"]:
        told = lite.told[Host.LITE.typed(described["id"])]
        assert told["description"] == described["description"] == function(described["id"]).summary
        assert list(told["arguments"]) == [one["name"] for one in described["parameters"]]
        for one in described["parameters"]:
            found = told["arguments"][one["name"]]
            assert found["doc"] == one["description"]
            assert found.get("repeating", False) == one.get("repeating", False)
            assert (found["ndim"], found["err_to_str"]) == (2, True)
            assert "optional" in found or not one.get("optional")


def test_the_real_decorators_take_it(tmp_path: Path, python: Callable[..., Any]) -> None:
    (tmp_path / "main.py").write_text(main_py("1.2.3"), encoding="utf-8")
    done = python("-c", "import main; print(main.cac(1000, 8), main.cac(1000, 0))", cwd=tmp_path)
    assert done.stdout.splitlines() == [
        "UE.CAC: there are no new users to spread the spend over (#DIV/0!)",
        "125.0 #DIV/0!",
    ], done.stderr


# what cannot be seen in a cell


def test_sentences_are_printed_once() -> None:
    calls = [(function("CAC"), (100.0, 0.0))] * 3 + [(function("CAC"), (100.0, -1.0))]
    with session() as lite:
        found = lite.calculate(calls)
        again = lite.calculate(calls)
    assert [cell.kind for cell in found.cells] == [ErrorKind.DIV0] * 3 + [ErrorKind.NUM]
    assert found.printed == [
        "UE.CAC: there are no new users to spread the spend over (#DIV/0!)",
        "UE.CAC: new_total must not be negative (#NUM!)",
    ]
    assert again.printed == []


def test_cautions_are_printed_too(lite: Lite) -> None:
    careful = next(one for one in functions().values() if one.cautions)
    caution = careful.cautions[0]
    args = tuple([value] if isinstance(value, list) else OMITTED if value is None else value
                 for value in caution.case)  # fmt: skip
    found = lite.calculate([(careful, args)])
    assert f"{Host.LITE.typed(careful.name)}: {caution.sentence}" in found.printed


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_an_error_passed_in_leaves_as_a_true_error(lite: Lite, kind: ErrorKind) -> None:
    """Lite knows seven; another would stand in the cell as a text."""
    (found,) = lite.calculate([(function("CAC"), (CellError(kind), 8.0))]).cells
    known = kind not in (ErrorKind.SPILL, ErrorKind.CALC, ErrorKind.GETTING_DATA)
    assert found == CellError(kind if known else ErrorKind.VALUE)


def test_without_numpy_the_cell_says_so() -> None:
    with session(packages=False) as lite:
        found = lite.calculate([(function("CAC"), (1000.0, 8.0))])
    assert len(lite.told) == len(functions())
    assert found.cells == [CellError(ErrorKind.VALUE)]
    assert found.messages == ["ModuleNotFoundError: No module named 'numpy'"]


def test_an_engine_of_before_does_not_stay() -> None:
    """A session in which another main.py ran has its modules still."""
    before = 'import sys, types\nfor name in ("engine", "engine.boundary", "udfs"):\n'
    before += "    sys.modules[name] = types.ModuleType(name)\n"
    with session(before + main_py("0.1.0")) as lite:
        assert lite.calculate([(function("CAC"), (1000.0, 8.0))]).cells == [125.0]


# the two files


def test_it_is_the_same_every_time() -> None:
    assert main_py("0.1.0") == main_py("0.1.0")


def test_it_is_small_enough_for_a_workbook() -> None:
    """Office takes settings of 2 MB, and somebody found 1 MB to be what Excel takes."""
    assert len(json.dumps(main_py("0.1.0"))) < 250_000


def test_python_reads_its_lines() -> None:
    text = main_py("0.1.0")
    compile(text, "main.py", "exec")
    assert text.count("@func(") == len(functions())
    packed = text[text.index('_PACKED = """') :]
    assert max(map(len, packed.splitlines())) <= 110


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "xlwings==0.37.8\nnumpy\nscipy\n"),
        ("xlwings==0.37.8\nnumpy\nscipy\n", "xlwings==0.37.8\nnumpy\nscipy\n"),
        ("xlwings==0.33.20\npandas\n\n", "xlwings==0.33.20\npandas\nnumpy\nscipy\n"),
        ("# mine\nSciPy", "# mine\nSciPy\nxlwings==0.37.8\nnumpy\n"),
    ],
)
def test_requirements_of_others_stay(before: str, after: str) -> None:
    assert requirements_txt(before) == after


def test_which_files_came_from_here() -> None:
    assert is_ours("main.py", main_py("9.9"))
    assert not is_ours("main.py", "from xlwings import func\n")
    assert is_ours("requirements.txt", "xlwings==0.36.0\nnumpy\nscipy\n")
    assert not is_ours("requirements.txt", requirements_txt("pandas"))
    assert not is_ours("requirements.txt", "")


def test_the_adapter_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer("CAC", [[1000]], [[8]], None, None, None) == 125.0
    assert answer("CAC", [[1000], [2000]], [[8]]) == [[125.0], [250.0]]
    assert answer("CAC", [["#N/A"]], [[8]]) == "#N/A"
    assert math.isclose(answer("FUNNEL", [[1000]], [[0.5]], [[0.1]])[0][2], 50.0)
    assert capsys.readouterr().out == ""
