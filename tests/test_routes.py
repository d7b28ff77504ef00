"""Every example and declared error, the same by Python, the command line and a recalculated workbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

import unitsheet
from engine.registry import Function, library
from unitsheet.cli import main
from unitsheet.spelling import formula_text

EXAMPLES = [(function, example) for function in library().values() for example in function.examples]
FAULTS = [(function, fault) for function in library().values() for fault in function.faults]
EXAMPLE_IDS = [f"{function.name} {place}" for place, (function, _) in enumerate(EXAMPLES)]
FAULT_IDS = [f"{function.name} {fault.kind.value} {place}" for place, (function, fault) in enumerate(FAULTS)]
each_example = pytest.mark.parametrize(("function", "example"), EXAMPLES, ids=EXAMPLE_IDS)
each_fault = pytest.mark.parametrize(("function", "fault"), FAULTS, ids=FAULT_IDS)


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """Every formula of the examples and faults, recalculated in one workbook, cell by cell."""
    path = tmp_path_factory.mktemp("routes") / "routes.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    calls = [(formula_text(function, example.args), example.result) for function, example in EXAMPLES]
    calls += [(formula_text(function, fault.case), 0) for function, fault in FAULTS]
    for row, (text, result) in enumerate(calls, start=1):
        for column, formula in enumerate(_by_cell(text, result), start=1):
            sheet.cell(row, column, formula)
    book.save(path)
    unitsheet.recalculate(path, in_place=True)
    values = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    rows = values.iter_rows(values_only=True)
    return {text: [x for x in row if x is not None] for (text, _), row in zip(calls, rows, strict=True)}


def _by_cell(text: str, result: Any) -> list[str]:
    """A formula for each cell of a result."""
    if not isinstance(result, list):
        return [text]
    if not isinstance(result[0], list):
        return [f"=INDEX({text[1:]},{place})" for place in range(1, len(result) + 1)]
    width = len(result[0])
    return [f"=INDEX({text[1:]},{r + 1},{c + 1})" for r in range(len(result)) for c in range(width)]


def _flat(value: Any) -> list[Any]:
    rows = value if isinstance(value, list) else [value]
    return [cell for row in rows for cell in (row if isinstance(row, list) else [row])]


@each_example
def test_example_in_a_workbook(function: Function, example: Any, cells: dict[str, Any]) -> None:
    if function.built_in:
        return  # a spreadsheet's own function stands in its cells
    assert cells[formula_text(function, example.args)] == pytest.approx(_flat(example.result), rel=1e-9)


@each_example
def test_example_in_python(function: Function, example: Any) -> None:
    python = getattr(unitsheet, function.name.lower())
    assert _flat(python(*example.args)) == pytest.approx(_flat(example.result), rel=1e-9)


@each_example
def test_example_on_the_command_line(function: Function, example: Any) -> None:
    printed = CliRunner().invoke(
        main, ["calc", function.name, *_options(function, example.args), "--format", "json"]
    )
    assert printed.exit_code == 0, printed.output
    value = json.loads(printed.stdout)["value"]
    assert _flat(value) == pytest.approx(_flat(example.result), rel=1e-9)


@each_fault
def test_fault_in_a_workbook(function: Function, fault: Any, cells: dict[str, Any]) -> None:
    if not function.built_in:
        assert cells[formula_text(function, fault.case)] == [fault.kind.value]


@each_fault
def test_fault_in_python(function: Function, fault: Any) -> None:
    with pytest.raises(unitsheet.FunctionError) as raised:
        function(*fault.case)
    assert (raised.value.kind, raised.value.argument) == (fault.kind, fault.argument)
    assert raised.value.sentence.startswith(fault.sentence)


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
        rows = value if isinstance(value, list) and isinstance(value[0], list) else [value]
        lines = [",".join(str(v) for v in row) if isinstance(row, list) else str(row) for row in rows]
        text = ";".join(lines)
        options.append(f"--{name.replace('_', '-')}={text}")
    return options


def test_a_new_function_needs_one_file() -> None:
    folder = Path(unitsheet.__file__).parents[1] / "engine" / "functions"
    names = {path.stem.upper() for path in folder.glob("[a-z]*.py")}
    assert names == set(library())
