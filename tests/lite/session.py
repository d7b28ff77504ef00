"""A session of the stand-in for xlwings Lite: imports main.py, answers calls, one JSON a line.

    python -I -S session.py FOLDER...

The folders are all that modules are looked for in, besides Python's own. The first
line out says what Excel is told, and which modules were there to be imported.
A line in is {"calls": [[name, [argument, ...]], ...]} with arguments as Excel
hands them over; a line out the cells, what was printed, and the seconds it took.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from importlib import import_module
from importlib.util import find_spec

FOREIGN = ("engine", "udfs", "workbook", "unitsheet", "pandas", "openpyxl", "formualizer")

sys.path[:0] = sys.argv[1:]
there = [name for name in FOREIGN if find_spec(name)]

begun = time.perf_counter()
main, lite = import_module("main"), import_module("xlwings")
declared = lite.declared(main)
seconds = time.perf_counter() - begun
print(json.dumps({"told": lite.told(main), "there": there, "seconds": seconds}), flush=True)

for line in sys.stdin:
    printed = io.StringIO()
    begun = time.perf_counter()
    with contextlib.redirect_stdout(printed):
        cells = [lite.call(declared[name], given) for name, given in json.loads(line)["calls"]]
    seconds = time.perf_counter() - begun
    answer = {"cells": cells, "printed": printed.getvalue().splitlines(), "seconds": seconds}
    print(json.dumps(answer, allow_nan=False), flush=True)
