"""The front of the package: what `import unitsheet` gives, what it costs, and whom it refuses."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import unitsheet
from engine.registry import functions

Run = Callable[..., subprocess.CompletedProcess[str]]
HEAVY = {"numpy", "pandas", "scipy", "openpyxl", "formualizer", "rich", "xlwings", "numpy_financial"}


def test_every_public_name_is_there() -> None:
    for name in unitsheet.__all__:
        assert getattr(unitsheet, name) is not None, name
    assert unitsheet.__all__ == sorted(unitsheet.__all__)


def test_every_worksheet_function_is_there_in_lower_case_and_in_capitals() -> None:
    for name, function in functions().items():
        assert getattr(unitsheet, name) is function
        assert getattr(unitsheet, name.lower()) is function
        assert name.lower() in dir(unitsheet)


def test_no_worksheet_function_hides_another_public_name() -> None:
    modules = {path.stem for path in Path(unitsheet.__file__ or "").parent.iterdir()}
    taken = {name.lower() for name in unitsheet.__all__} | modules
    assert not taken & {name.lower() for name in functions()}


def test_a_call_through_the_front() -> None:
    assert unitsheet.cac(15_000_000, 1_000_000, other_sm=6_000_000) == 21
    assert unitsheet.PAYBACK(60, 30, 0.6) == pytest.approx(10 / 3)
    with pytest.raises(unitsheet.FunctionError) as caught:
        unitsheet.payback(60, 30, -0.2)
    assert caught.value.kind is unitsheet.ErrorKind.NA
    assert math.isnan(unitsheet.cac([1, 1], [1, 0], errors="coerce")[1])


@pytest.mark.parametrize("name", ["Cac", "nothing", "_private", "NOTHING"])
def test_what_is_not_there_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
        getattr(unitsheet, name)


def test_the_names_that_make_and_recalculate_workbooks(tmp_path: Path) -> None:
    assert "kimi" in unitsheet.companies()
    assert unitsheet.company("kimi").currency == "CNY"
    made = unitsheet.new(tmp_path / "kimi.xlsx", "kimi", months=12)
    assert made.recalculation.clean
    mau = unitsheet.get(made.path, "kimi_mau")
    assert isinstance(mau, float)
    assert mau > 0
    both = unitsheet.get(made.path, "kimi_mau", "master_check")
    assert both == (mau, 1.0)
    again = unitsheet.recalculate(made.path)
    assert again.written is None
    assert again.formulas == again.evaluated > 500


def test_importing_loads_nothing_heavy(python: Run) -> None:
    code = "import sys; before = set(sys.modules); import unitsheet; print(*set(sys.modules) - before)"
    done = python("-c", code)
    assert set(done.stdout.split()) <= {"unitsheet", "unitsheet.neighbours"}, done.stderr


def test_help_loads_nothing_heavy(python: Run) -> None:
    code = "import sys; sys.argv = ['unitsheet', '--help']; from unitsheet.cli import main\n"
    code += "try: main()\nexcept SystemExit: print(*sys.modules)"
    done = python("-c", code)
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert "click" in loaded, done.stderr
    assert not loaded & (HEAVY | {"engine", "workbook", "udfs"})


@pytest.mark.parametrize("room", ["engine", "workbook", "udfs"])
@pytest.mark.parametrize("form", ["package", "module"])
def test_a_foreign_package_is_refused_in_one_sentence(
    tmp_path: Path, python: Run, room: str, form: str
) -> None:
    foreign(tmp_path, room, form)
    done = python("-m", "unitsheet", "companies", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"the package {room!r} in {tmp_path} is not its own" in done.stderr
    assert "start from another folder" in done.stderr


def test_in_python_a_foreign_package_is_an_import_error(tmp_path: Path, python: Run) -> None:
    foreign(tmp_path, "engine", "package")
    done = python("-c", "import unitsheet", cwd=tmp_path)
    assert done.returncode == 1
    assert "ForeignPackageError: unitsheet cannot run" in done.stderr
    assert "RuntimeError" not in done.stderr


def foreign(folder: Path, room: str, form: str) -> None:
    file = folder / room / "__init__.py" if form == "package" else folder / f"{room}.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text("raise RuntimeError('a foreign package must not even be run')")


def test_a_foreign_package_that_is_loaded_already_is_refused(tmp_path: Path, python: Run) -> None:
    (tmp_path / "engine.py").write_text("")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import engine; sys.path.pop(0)\n"
    code += "try: import unitsheet\nexcept ImportError as error: print(error)"
    done = python("-c", code)
    assert str(tmp_path) in done.stdout, done.stderr


def test_a_folder_that_is_no_package_disturbs_nobody(tmp_path: Path, python: Run) -> None:
    (tmp_path / "engine").mkdir()
    done = python("-c", "import unitsheet; print(unitsheet.cpa(100, 4))", before=str(tmp_path))
    assert done.stdout.strip() == "25.0", done.stderr


def test_the_check_takes_well_under_a_millisecond() -> None:
    import time

    from unitsheet.neighbours import refuse_foreign

    refuse_foreign()
    begun = time.perf_counter()
    for _ in range(100):
        refuse_foreign()
    assert time.perf_counter() - begun < 0.1, sys.version
