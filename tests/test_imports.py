"""Imports point one way: engine <- workbook <- unitsheet, and engine <- udfs <- unitsheet."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

ALLOWED = {
    "engine": set(),
    "workbook": {"engine"},
    "udfs": {"engine"},
    "unitsheet": {"engine", "workbook", "udfs"},
}


def modules(room: str) -> list[Path]:
    found = sorted((ROOT / room).rglob("*.py"))
    assert found, f"{room} has no modules"
    return found


def imported(module: Path) -> Iterator[str]:
    """Whatever a module imports, anywhere in it; relative imports stay inside the room."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
            yield ast.unparse(node.args[0]).strip("f'\"")


def rooms_used(room: str) -> dict[str, set[str]]:
    return {
        str(module.relative_to(ROOT)): {name.partition(".")[0] for name in imported(module)}
        & ALLOWED.keys() - {room}
        for module in modules(room)
    }


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    wrong = {
        module: rooms - ALLOWED[room] for module, rooms in rooms_used(room).items() if rooms - ALLOWED[room]
    }
    assert not wrong


def test_xlwings_is_imported_in_one_module_at_most() -> None:
    users = [
        str(module.relative_to(ROOT))
        for room in ALLOWED
        for module in modules(room)
        if any(name.partition(".")[0] == "xlwings" for name in imported(module))
    ]
    assert len(users) <= 1
    assert all(user.startswith("udfs/") for user in users)


def test_the_engine_knows_no_file_format() -> None:
    formats = {"openpyxl", "formualizer", "zipfile", "xml", "xlwings", "click", "rich"}
    wrong = {
        module.name: tops & formats
        for module in modules("engine")
        if (tops := {name.partition(".")[0] for name in imported(module)}) & formats
    }
    assert not wrong


@pytest.mark.parametrize("room", ALLOWED)
def test_modules_stay_short(room: str) -> None:
    long = {
        str(module.relative_to(ROOT)): count
        for module in modules(room)
        if (count := len(module.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long
