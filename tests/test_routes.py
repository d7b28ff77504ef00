"""Every example and declared error, the same by Python, the command line and a recalculated workbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

import unitsheet
from engine.registry import Function, functions
from unitsheet.cli import main
from unitsheet.spelling import formula_text

EXAMPLES = [(function, example) for function in functions().values() for example in function.examples]
FAULTS = [(function, fault) for function in functions().values() for fault in function.faults]
EXAMPLE_IDS = [f"{function.name} {place}" for place, (function, _) in enumerate(EXAMPLES)]
FAULT_IDS = [f"{function.name} {fault.kind.value} {place}" for place, (function, fault) in enumerate(FAULTS)]
each_example = pytest.mark.parametrize(("function", "example"), EXAMPLES, ids=EXAMPLE_IDS)
each_fault = pytest.mark.parametrize(("function", "fault"), FAULTS, ids=FAULT_IDS)


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every formula of the examples and faults, recalculated in one workbook; a spilling one as its sum."""
    path = tmp_path_factory.mktemp("routes") / "routes.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    texts = [formula_text(function, example.args) for function, example in EXAMPLES]
    texts += [formula_text(function, fault.case) for function, fault in FAULTS]
    for row, text in enumerate(texts, start=1):
        sheet.cell(row, 1, f"=SUM({text[1:]})" if text.startswith("=COHORT_ACTIVE") else text)
    book.save(path)
    unitsheet.recalculate(path, in_place=True)
    values = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    return {text: row[0] for text, row in zip(texts, values.iter_rows(values_only=True), strict=True)}


def _total(value: Any) -> float:
    return float(sum(value)) if isinstance(value, list) else float(value)


@each_example
def test_example_in_a_workbook(function: Function, example: Any, cells: dict[str, Any]) -> None:
    assert cells[formula_text(function, example.args)] == pytest.approx(_total(example.result), rel=1e-9)


@each_example
def test_example_in_python(function: Function, example: Any) -> None:
    python = getattr(unitsheet, function.name.lower())
    assert python(*example.args) == pytest.approx(example.result, rel=1e-9)


@each_example
def test_example_on_the_command_line(function: Function, example: Any) -> None:
    printed = CliRunner().invoke(
        main, ["calc", function.name, *_options(function, example.args), "--format", "json"]
    )
    assert printed.exit_code == 0, printed.output
    value = json.loads(printed.stdout)["value"]
    assert value == pytest.approx(example.result, rel=1e-9)


@each_fault
def test_fault_in_a_workbook(function: Function, fault: Any, cells: dict[str, Any]) -> None:
    assert cells[formula_text(function, fault.case)] == fault.kind.value


@each_fault
def test_fault_in_python(function: Function, fault: Any) -> None:
    with pytest.raises(unitsheet.FunctionError) as raised:
        function(*fault.case)
    assert (raised.value.kind, raised.value.sentence, raised.value.argument) == (
        fault.kind, fault.sentence, fault.argument,
    )  # fmt: skip


def _options(function: Function, args: tuple[Any, ...]) -> list[str]:
    """The arguments as a person types them, each after its name."""
    from engine.arguments import Rest

    names = list(function.arguments)
    rest = next((n for n, a in function.arguments.items() if isinstance(a, Rest)), None)
    options: list[str] = []
    for place, value in enumerate(args):
        name = names[min(place, len(names) - 1)]
        if rest is not None and place >= names.index(rest):
            name = names[-1] if isinstance(value, str) else rest
        if value is None:
            continue
        text = ",".join(str(v) for v in value) if isinstance(value, list) else str(value)
        options.append(f"--{name.replace('_', '-')}={text}")
    return options


def test_a_new_function_needs_one_file() -> None:
    folder = Path(unitsheet.__file__).parents[1] / "engine" / "functions"
    names = {path.stem.upper() for path in folder.glob("[a-z]*.py")}
    assert names == set(functions())
