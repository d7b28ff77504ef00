"""The main.py for xlwings Lite in Pyodide, the Python that Lite runs, as far as that can be without NumPy.

Shown: that it imports there and declares every function, that all modules packed in
it load in that Python, and what a cell says while NumPy is missing. Not shown:
arithmetic with Pyodide's own NumPy and SciPy, which come from the net.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import absent
from host_lite import LITE, session

import engine
from engine.registry import functions
from udfs.lite import main_py

JS = LITE.with_name("js")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None:
        absent("node")
        raise AssertionError
    if not (JS / "node_modules" / "pyodide").is_dir():
        absent("Pyodide (npm ci --prefix tests/js)")
    folder = tmp_path_factory.mktemp("pyodide")
    (folder / "main.py").write_text(main_py("0.1.0"), encoding="utf-8")
    shutil.copy(LITE / "stand_in.py", folder / "xlwings.py")
    shutil.copy(LITE / "check.py", folder)
    command = [node, str(JS / "pyodide_lite.mjs"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_it_is_pyodide(found: dict[str, Any]) -> None:
    assert found["platform"] == "emscripten"
    assert tuple(map(int, found["python"].split(".")[:2])) >= (3, 12)


def test_excel_is_told_the_same_as_in_any_python(found: dict[str, Any]) -> None:
    with session(packages=False) as lite:
        assert found["told"] == lite.told


def test_all_that_is_packed_loads(found: dict[str, Any]) -> None:
    known = {name: list(function.arguments) for name, function in functions().items()}
    assert found["functions"] == known
    room = Path(engine.__file__).parent
    modules = {path.relative_to(room.parent).with_suffix("").as_posix() for path in room.rglob("*.py")}
    names = {name.removesuffix("/__init__").replace("/", ".") for name in modules}
    assert names - set(found["modules"]) == set()


def test_a_cell_says_that_numpy_is_missing(found: dict[str, Any]) -> None:
    ((cell,),) = found["without_numpy"]
    assert cell == {
        "type": "Error",
        "errorType": "#VALUE!",
        "message": "ModuleNotFoundError: No module named 'numpy'",
    }
