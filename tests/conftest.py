"""What several tests need: the corpus of real workbooks, programs of the machine, the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import unitsheet

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = "UNITSHEET_REQUIRE_HOSTS"
CORPUS = "UNITSHEET_CORPUS"


def absent(what: str) -> None:
    """Skip a test for what this machine lacks; fail it where everything must be there."""
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{what} is not here, and {REQUIRED}=1 asks for it")
    pytest.skip(f"{what} is not here")


@pytest.fixture
def require() -> Callable[..., str]:
    """A function that finds the first of some programs, or ends the test: `require("soffice")`."""

    def find(*programs: str) -> str:
        for program in programs:
            if found := shutil.which(program):
                return found
        absent(" or ".join(programs))
        raise AssertionError

    return find


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real workbooks, which are not ours to pass on; skips where it is absent."""
    folder = Path(os.environ.get(CORPUS, ROOT.parent / "shared" / "corpus"))
    if not folder.is_dir():
        pytest.skip(f"the corpus of real workbooks is not here; name its folder in {CORPUS}")
    return folder


@pytest.fixture(scope="session")
def python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """A function that runs a new Python with the unitsheet under test: `python("-c", "...")`."""
    home = str(Path(unitsheet.__file__).resolve().parents[1])

    def run(*args: str, cwd: Path | None = None, before: str = "") -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join(part for part in (before, home, os.environ.get("PYTHONPATH", "")) if part)
        return subprocess.run(
            [sys.executable, *args],
            capture_output=True,
            text=True,
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": path},
            check=False,
            timeout=300,
        )

    return run
