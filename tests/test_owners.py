"""A package that has put files into the folders of ours is named, and no other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

import unitsheet
from unitsheet.owners import refuse_strangers, strangers

HOME = Path(unitsheet.__file__).resolve().parent.parent
CODE = "from unitsheet.owners import refuse_strangers; refuse_strangers()"


def test_here_there_are_none() -> None:
    assert strangers() == []
    refuse_strangers()


@pytest.mark.parametrize(("there", "found"), [(HOME, True), (Path("elsewhere"), False)])
def test_a_stranger(
    tmp_path: Path, python: Callable[..., CompletedProcess[str]], there: Path, found: bool
) -> None:
    info = tmp_path / "intruder-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: intruder\nVersion: 1.0\n")
    (info / "top_level.txt").write_text("engine\n")
    place = os.path.relpath(tmp_path / there / "engine" / "motor.py", tmp_path)
    (info / "RECORD").write_text(f"{place},,\nintruder-1.0.dist-info/METADATA,,\n")
    result = python("-c", CODE, before=str(tmp_path), cwd=tmp_path)
    if not found:
        assert result.returncode == 0, result.stderr
        return
    said = result.stderr.splitlines()[-1]
    assert "ForeignPackageError: unitsheet cannot run: the package 'intruder' has put files into" in said
    assert "pip uninstall intruder" in said
