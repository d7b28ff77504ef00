"""Our functions in a recalculated workbook: what they are given, answer, caution and log."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula
from recalculations import DIV0, NA, NUM, VALUE, Cells, Result

from engine.coerce import OMITTED
from engine.hosting import CellFunction
from udfs.headless import cell_functions
from workbook.engines.embedded import EmbeddedEngine
from workbook.recalculate import recalculate


class Recorder:
    """A function of a sheet that notes what it is given and answers what it is told to."""

    def __init__(self, answer: Any = 1.0) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.answer = answer

    def __call__(self, *args: Any) -> tuple[Any, tuple[str, ...]]:
        self.calls.append(args)
        return self.answer, ()

    @property
    def engine(self) -> EmbeddedEngine:
        return EmbeddedEngine([CellFunction("CAC", self, 0, None)])


def recalculated(tmp_path: Path, engine: EmbeddedEngine, cells: Cells) -> Result:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.title = "S"
    for reference, value in cells.items():
        workbook.active[reference] = value
    path = tmp_path / "ours.xlsx"
    workbook.save(path)
    return Result(path, recalculate(path, engine, in_place=True))


GIVEN = [
    ("1,2", (1.0, 2.0)),
    ("1,,2", (1.0, OMITTED, 2.0)),
    ("0,1", (0.0, 1.0)),
    ("1,", (1.0, OMITTED)),
    ("B1,1/0", (None, DIV0)),
    ('"x",TRUE', ("x", True)),
    ("A1:A3", ([[1.0], [NA], ["t"]],)),
    ("{1,2;3,4}", ([[1.0, 2.0], [3.0, 4.0]],)),
]


@pytest.mark.parametrize(("arguments", "given"), GIVEN)
def test_what_a_function_of_ours_is_given(tmp_path: Path, arguments: str, given: tuple[Any, ...]) -> None:
    recorder = Recorder()
    cells = {"A1": 1, "A2": "=NA()", "A3": "t", "C9": f"=UE.CAC({arguments})"}
    assert recalculated(tmp_path, recorder.engine, cells)["C9"] == 1.0
    assert recorder.calls == [given]


ANSWERS: list[tuple[Any, Any]] = [
    (2.5, 2.5),
    ("text", "text"),
    (True, True),
    (None, 0.0),
    (DIV0, DIV0),
    (NA, NA),
    (float("nan"), NUM),
    (float("-inf"), NUM),
]


@pytest.mark.parametrize(("answer", "shown"), ANSWERS)
def test_what_a_function_of_ours_answers(tmp_path: Path, answer: Any, shown: Any) -> None:
    assert recalculated(tmp_path, Recorder(answer).engine, {"A1": "=CAC(1)"})["A1"] == shown


def test_an_answer_that_is_no_number_is_an_error_for_its_dependents(tmp_path: Path) -> None:
    cells = {"A1": "=CAC(1)", "A2": "=IFERROR(A1,7)", "A3": "=A1>0"}
    result = recalculated(tmp_path, Recorder(float("inf")).engine, cells)
    assert (result["A1"], result["A2"], result["A3"]) == (NUM, 7.0, NUM)


def test_a_function_of_ours_fills_an_array(tmp_path: Path) -> None:
    path = tmp_path / "array.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "S"
    sheet["A1"] = ArrayFormula("A1:A3", "=CAC(1)")
    workbook.save(path)
    result = Result(path, recalculate(path, Recorder([[1.0], [DIV0], ["x"]]).engine, in_place=True))
    assert [result[f"A{r}"] for r in (1, 2, 3)] == [1.0, DIV0, "x"]


def test_cautions_name_a_cell(tmp_path: Path) -> None:
    function = CellFunction("CAC", lambda *_: (1.0, ("mind the gap",)), 0, None)
    engine = EmbeddedEngine([function])
    result = recalculated(tmp_path, engine, {"B2": "=CAC(1)"})
    assert result.findings == {"S!B2": ("caution", "CAC: mind the gap")}
    result = recalculated(tmp_path, engine, {"B2": "=CAC(1)", "B3": "=CAC(2)"})
    assert result.findings["S!B2"][1] == "CAC: mind the gap (in one or more of the 2 cells that call it)"


def test_a_failure_in_a_function_is_logged_and_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("out of cheese")

    monkeypatch.setattr("udfs.headless.sheet_result", broken)
    with caplog.at_level(logging.ERROR, "udfs.headless"):
        result = recalculated(tmp_path, EmbeddedEngine(cell_functions()), {"A1": "=CAC(1,2)", "A2": "=1+1"})
    assert (result["A1"], result["A2"]) == (VALUE, 2.0)
    assert result.done.errors == {"#VALUE!": ("S!A1",)}
    assert "CAC failed" in caplog.text
    assert "RuntimeError: out of cheese" in caplog.text


def test_two_threads_at_once(tmp_path: Path) -> None:
    cells = {f"A{r}": f"=CAC({r}*100,{r})+SUMPRODUCT(LEN(C1:C9))" for r in range(1, 200)}
    results: dict[int, float] = {}

    def run(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        results[number] = recalculated(folder, EmbeddedEngine(cell_functions()), cells)["A199"]

    threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {0: 100.0, 1: 100.0}
