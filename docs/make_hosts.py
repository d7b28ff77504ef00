"""Write docs/hosts.md: how every host answers every case of every function. Runs the real programs.

`python docs/make_hosts.py` from the root of a checkout with the test requirements and the
programs of the hosts; `--only HOST` runs one host and keeps the columns of the others.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from hostcases import cases  # noqa: E402
from hostpage import HOSTS, PAGE, Column, compared, page_column  # noqa: E402

from udfs.lambdas import without_lambda  # noqa: E402

INTRODUCTION = """# One function, the same answer in every spreadsheet

Every function is called in every host with the same cells, and must show what Python gives: the same
number to 1e-12 relative, or the same kind of error. The calls are all worked examples, every declared
error, and for each argument an error cell, a blank, text, a truth, a date, zero, a negative number, one
cell, a row, a column, a block, and left out. A number says how many calls agree; "none" that the host
does not have the function. `python docs/make_hosts.py` runs them again, and the tests hold this table.

| function | {headers} |
|---|{rules}|
{rows}

## How each host was run

- **recalculated**: `unitsheet recalc` on a workbook that holds every call.
- **Excel, COM**: xlwings' own call path, converters and all, over a stand-in for the Windows part. What
  only a Windows PC proves is listed in [excel.md](excel.md).
- **Office.js**: our functions.js in Node against the running server, with a stand-in for Excel's host.
- **xlwings Lite**: the generated main.py in plain Python with a stand-in for the add-in
  (see [lite.md](lite.md)).
- **LAMBDA**: the workbook names in IronCalc, an engine that has LAMBDA, LET and ISOMITTED.
- **LibreOffice**: formulas typed into a real headless LibreOffice with the extension.

## What differs, and why

{differences}

## What has no LAMBDA, and why

{absent}
"""


def main() -> None:
    """Run the hosts and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=HOSTS, help="run this host alone")
    only = parser.parse_args().only
    columns: dict[str, Column] = {}
    for host in HOSTS:
        if only and host != only:
            columns[host] = Column(dict(page_column(host)))
            continue
        columns[host] = compared(import_module(f"host_{host}"))
        for line in columns[host].wrong:
            print(f"{host}: {line}", file=sys.stderr)
    kept = _kept_reasons() if only else {}
    PAGE.write_text(_page(columns, kept), encoding="utf-8")
    sys.exit(any(column.wrong for column in columns.values()))


def _page(columns: dict[str, Column], kept: dict[str, list[str]]) -> str:
    functions = list(dict.fromkeys(case.function.name for case in cases()))
    rows = [
        " | ".join(
            (f"| [{name}](functions/{name.lower()}.md)", *(columns[host].cells[name] for host in HOSTS))
        )
        for name in functions
    ]
    differences = [line for host in HOSTS for line in kept.get(host) or _reasons(host, columns[host])]
    return INTRODUCTION.format(
        headers=" | ".join(HOSTS.values()),
        rules="|".join("---:" for _ in HOSTS),
        rows="\n".join(f"{row} |" for row in rows),
        differences="\n".join(differences) or "Nothing.",
        absent="\n".join(f"- {name}: {reason}." for name, reason in without_lambda().items()),
    )


def _reasons(host: str, column: Column) -> list[str]:
    return [f"- {HOSTS[host]}, {count} calls: {reason}." for reason, count in column.reasons.items()]


def _kept_reasons() -> dict[str, list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return {host: [line for line in lines if line.startswith(f"- {HOSTS[host]}, ")] for host in HOSTS}


if __name__ == "__main__":
    main()
