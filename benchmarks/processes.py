"""Whole processes measured by the operating system: wall seconds, CPU seconds, peak memory."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process."""

    wall: float
    cpu: float
    megabytes: float


def measured(command: Sequence[str], *, repeats: int = 3, cwd: str | None = None) -> Run:
    """The median of several runs after one to warm up; with no repeats, that one run."""
    runs = [_accounted(command, cwd) for _ in range(repeats + 1)]
    runs = runs[1:] or runs
    return Run(*(statistics.median(getattr(r, f) for r in runs) for f in ("wall", "cpu", "megabytes")))


# A process inherits the peak memory of the one that starts it, so a bare interpreter does.
_LAUNCHER = """
import json, os, subprocess, sys, time
begun = time.perf_counter()
nothing = subprocess.DEVNULL
process = subprocess.Popen(sys.argv[1:], stdout=nothing, stderr=nothing)
_, status, usage = os.wait4(process.pid, 0)
wall = time.perf_counter() - begun
cpu = usage.ru_utime + usage.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), wall, cpu, usage.ru_maxrss / 1024]))
"""


def _accounted(command: Sequence[str], cwd: str | None) -> Run:
    launched = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command],
        capture_output=True, text=True, cwd=cwd, check=True,
    )  # fmt: skip
    code, wall, cpu, megabytes = json.loads(launched.stdout)
    if code not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with {code}")
    return Run(wall, cpu, megabytes)


def python(code: str, *args: str) -> list[str]:
    """A command that runs code in this interpreter."""
    return [sys.executable, "-c", code, *args]
