"""Whole processes measured by the operating system: wall seconds, CPU seconds, peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
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


def _accounted(command: Sequence[str], cwd: str | None) -> Run:
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return Run(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def python(code: str, *args: str) -> list[str]:
    """A command that runs code in this interpreter."""
    return [sys.executable, "-c", code, *args]
