"""Calc with our extension answers as Python does, keeps formulas in files, tells what functions are."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from host_libreoffice import Sheet, as_handed_over, cell, difference, drive, run
from hostcases import Case, cases, same

from engine.arguments import Rest
from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind
from engine.hosting import Host
from engine.registry import functions
from udfs.calc.extension import worker_command
from udfs.calc.parameters import parameters
from udfs.calc.texts import Language, help_text, summary

_CHINESE = """
<item oor:path="/org.openoffice.Setup/Office/InstalledLocales"><node oor:name="zh-CN" oor:op="replace">
<prop oor:name="Origin" oor:op="fuse"><value>test</value></prop></node></item>
<item oor:path="/org.openoffice.Office.Linguistic/General">
<prop oor:name="UILocale" oor:op="fuse"><value>zh-CN</value></prop></item>
"""
FORMULAS = {
    "=CAC(1000;8)": 125.0,
    "=cac(1000;8)*2+1": 251.0,
    "=CAC(CAC(1000;8);5)": 25.0,
    "=CAC(1000;0)": CellError(ErrorKind.DIV0),
    '=IFERROR(CAC(1000;0);"caught")': "caught",
    '=ISNA(PAYBACK(200;30;0.6;0.1;;"churn"))': 1.0,
    "=ISERR(CAC(1000;0))": 1.0,
    "=IFNA(CAC(NA();8);7)": 7.0,
    "=ERROR.TYPE(A4)": 2.0,
    "=IF(CAC(1000;8)>100;1;2)": 1.0,
    '=IF(DEFAULT_ALIVE(500;100;200;0.1);"alive";"dead")': "alive",
    "=SUM(FUNNEL(1000;0.5;0.1))": 1550.0,
    "=INDEX(FUNNEL(1000;0.5;0.1);1;3)": 50.0,
    "=ROUND(LTV(30;0.6;0.1);0)": 180.0,
    '=CAC(15000000;1000000;850000;;"paid")': 15000000 / 850000,
    "=CAC({1000|2000};{8|8})": 125.0,
    # Required arguments are missing: Calc's own errors, Err:504 and Err:502.
    "=CAC(1000)": CellError(ErrorKind.VALUE),
    "=CAC(;8)": CellError(ErrorKind.VALUE),
}


@cache
def shown(inline: bool) -> list[Any]:
    return run(cases(), inline=inline)


@pytest.mark.parametrize("inline", [False, True], ids=["in cells", "in the formula"])
def test_every_case(inline: bool) -> None:
    wrong = [
        f"{case.name}: {value} instead of {case.expected}"
        for case, value in zip(cases(), shown(inline), strict=True)
        if difference(case) is None and not same(value, case.expected)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("inline", [False, True], ids=["in cells", "in the formula"])
def test_what_differs_is_what_python_shows_for_what_calc_hands_over(inline: bool) -> None:
    explained = [
        (case, value) for case, value in zip(cases(), shown(inline), strict=True) if difference(case)
    ]
    stale = [case.name for case, value in explained if same(value, case.expected)]
    wrong = [
        f"{case.name}: {value} instead of {as_handed_over(case)}"
        for case, value in explained
        if not same(value, as_handed_over(case))
    ]
    assert not stale
    assert not wrong, "\n".join(wrong)
    assert len(explained) < len(cases()) / 6


def test_formulas_as_people_write_them() -> None:
    typed = [[row, 0, text] for row, text in enumerate(FORMULAS)]
    (areas,) = drive([_step(formulas=typed, read=[[row, 0, 1, 1] for row in range(len(typed))])])
    wrong = {
        text: value
        for (text, expected), area in zip(FORMULAS.items(), areas, strict=True)
        if not same(value := cell(area[0][0]), expected)
    }
    assert not wrong


def test_a_blank_in_an_area_of_one_cell_is_a_blank() -> None:
    """How a person says that a cell may be blank."""
    given = [[0, 0, "=RAISE_NEEDED(5000;18;20000;Z1:Z1)"], [1, 0, "=RAISE_NEEDED(5000;18;20000)"]]
    (areas,) = drive([_step(formulas=given, read=[[0, 0, 1, 1], [1, 0, 1, 1]])])
    assert areas[0] == areas[1]


def test_whole_columns_end_where_the_cells_end() -> None:
    rows: list[list[Any]] = [[100.0, 8.0], [200.0, 8.0]]
    arrays = [[0, 3, 2, 1, "=CAC(A:A;B:B)"]]
    (areas,) = drive([_step(rows=rows, arrays=arrays, read=[[0, 3, 2, 1]])])
    assert areas[0] == [[12.5], [25.0]]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The first example of every function, and an error, in files that Calc wrote and opened again."""
    folder = tmp_path_factory.mktemp("calc")
    files = [folder / "saved.xlsx", folder / "saved.ods"]
    sheet = Sheet()
    for case in _first_examples():
        sheet.add(case)
    sheet.formulas.append([0, 8, "=CAC(1000;0)"])
    sheet.read.append([0, 8, 1, 1])
    areas, *opened = drive([sheet.step(files), *({"do": "open", "path": str(path)} for path in files)])
    return {"areas": areas, "read": sheet.read, "files": files, "opened": opened}


def _first_examples() -> list[Case]:
    return [case for case in cases() if case.shape == "example 1"]


def test_files_keep_the_formulas_and_values(saved: dict[str, Any]) -> None:
    for cells in saved["opened"]:
        for case, area, (row, *_) in zip(_first_examples(), saved["areas"], saved["read"], strict=False):
            formula, value = cells[f"A{row + 1}"]
            assert Host.LIBREOFFICE.in_file(case.function.name) in formula
            assert same(cell(value), cell(area[0][0]))
        assert cell(cells["I1"][1]) == CellError(ErrorKind.DIV0)


def test_an_xlsx_of_calc_holds_the_name_for_files_and_true_error_cells(saved: dict[str, Any]) -> None:
    path = saved["files"][0]
    formulas = openpyxl.load_workbook(path).worksheets[0]
    values = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    assert formulas["I1"].value == f"={Host.LIBREOFFICE.in_file('CAC')}(1000,0)"
    assert values["I1"].data_type == "e"
    assert values["I1"].value == "#DIV/0!"
    for case, (row, *_) in zip(_first_examples(), saved["read"], strict=False):
        expected = case.expected[0][0] if isinstance(case.expected, list) else case.expected
        value: Any = values.cell(row + 1, 1).value
        assert same(float(value), float(expected))


def test_a_workbook_in_file_spelling_opens_with_numbers(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = 1000, 8
    name = Host.LIBREOFFICE.in_file
    sheet["C1"] = f"={name('CAC')}(A1,B1)"
    sheet["D1"] = f'=IFERROR({name("CAC")}(A1,0),"CAC(x) failed")'
    sheet["E1"] = f"=SUM({name('FUNNEL')}(A1,0.5,0.1))"
    sheet["F1"] = f'={name("PAYBACK")}(60,30,0.6,0.1,,"churn")'
    book.save(path)
    (cells,) = drive([{"do": "open", "path": str(path)}])
    assert cells["C1"][1] == 125
    assert cells["D1"][1] == "CAC(x) failed"
    assert cells["E1"][1] == 1550
    expected = functions()["PAYBACK"].cells(60, 30, 0.6, 0.1, OMITTED, "churn")
    assert cells["F1"][1] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("language", "settings"), [("en", ""), ("zh", _CHINESE)])
def test_the_function_wizard_tells_what_there_is(language: Language, settings: str) -> None:
    calls = [[row, 0, f"={name}()"] for row, name in enumerate(functions())]
    _, described = drive(
        [_step(formulas=calls), {"do": "describe", "names": list(functions())}], settings=settings
    )
    for function, found in zip(functions().values(), described, strict=True):
        assert found["name"] == function.name
        assert found["summary"] == summary(function, language)
        assert found["arguments"] == [
            [
                parameter.shown,
                help_text(function, parameter.shown, language),
                # To Calc a repeated argument is optional.
                function.arguments[parameter.shown].optional
                or isinstance(function.arguments[parameter.shown], Rest),
            ]
            for parameter in parameters(function)
        ]
        assert (language == "zh") == any("一" <= letter <= "鿿" for letter in found["summary"])


def test_a_worker_that_ends_is_started_again(tmp_path: Path) -> None:
    dies = "import udfs.calc.worker as w; send = w.send; n = iter(range(9)); "
    dies += "w.send = lambda out, x: (send(out, x), next(n) == 2 and __import__('os')._exit(0)); w.main()"
    worker = worker_command()
    worker[-1] = worker[-1].replace("from udfs.calc.worker import main; main()", dies)
    profile = tmp_path / "profile"
    rows = [[row, 0, f"=CAC({row};8)"] for row in range(8)]
    (areas,) = drive(
        [_step(formulas=rows, read=[[row, 0, 1, 1] for row in range(8)])], worker=worker, profile=profile
    )
    assert areas == [[[row / 8]] for row in range(8)]
    assert "ended" in (profile / "user" / "unitsheet.log").read_text()


def test_without_a_worker_the_log_says_what_to_do(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    worker = [str(Path(sys.executable).with_name("no-python")), "-c", ""]
    (areas,) = drive(
        [_step(formulas=[[0, 0, "=CAC(1;2)"]], read=[[0, 0, 1, 1]])], worker=worker, profile=profile
    )
    assert cell(areas[0][0][0]) == CellError(ErrorKind.NAME)
    said = (profile / "user" / "unitsheet.log").read_text()
    assert "no-python does not answer" in said
    assert "unitsheet install libreoffice" in said


def _step(**given: Any) -> dict[str, Any]:
    return {"do": "sheet", "rows": [], "formulas": [], "arrays": [], "read": [], "save": []} | given
