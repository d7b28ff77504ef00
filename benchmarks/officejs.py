"""Ten thousand cells of =CAC in the Office.js add-in, beside a request of its own for every cell, in one run.

Run `python -m benchmarks.officejs [--cells N] [--repeats N] [--out FILE]` from the root of a checkout. It
needs the extra `serve` and Node. The server is `unitsheet serve` in a process of its own, by https on the
loopback; both ways run in one Node process with the stand-in for Excel, and take turns. One by one has six
requests under way at a time, as a browser would; the values differ in every round, so that nothing is
answered from memory. The median of the rounds counts. Both ways must show the same, or the run stops.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FEWER, FASTER = 50, 20


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, help="write the table to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="unitsheet-") as home, _serving(Path(home)) as (page, trusted):
        text = _table(_measured(page, trusted, options.cells, options.repeats), options.cells)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


@contextmanager
def _serving(home: Path) -> Iterator[tuple[str, Path]]:
    """A server of its own; gives the page of the add-in and the certificate."""
    environment = os.environ | {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    environment["PYTHONPATH"] = str(HERE.parent)
    command = [sys.executable, "-m", "unitsheet", "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert server.stdout is not None
    try:
        next(line for line in server.stdout if "Ctrl-C" in line)
        manifest = (home / "unitsheet" / "manifest.xml").read_text(encoding="utf-8")
        found = re.search(r'<SourceLocation DefaultValue="([^"]+)"', manifest)
        assert found is not None
        yield found[1], home / "unitsheet" / "localhost.crt"
    finally:
        server.terminate()
        server.wait(10)


def _measured(page: str, trusted: Path, cells: int, repeats: int) -> dict[str, list[dict[str, Any]]]:
    node = shutil.which("node")
    if node is None:
        sys.exit("this needs Node")
    done = subprocess.run(
        [node, str(HERE / "officejs.mjs"), page, str(cells), str(repeats)],
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(trusted)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    rounds: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    for ours, theirs in zip(rounds["batched"], rounds["oneByOne"], strict=True):
        if ours["last"] != theirs["last"]:
            sys.exit(f"the cells differ: {ours['last']} and {theirs['last']}")
    return rounds


def _table(rounds: dict[str, list[dict[str, Any]]], cells: int) -> str:
    seconds = {way: statistics.median(one["seconds"] for one in found) for way, found in rounds.items()}
    requests = {way: found[0]["requests"] for way, found in rounds.items()}
    fewer, faster = requests["oneByOne"] / requests["batched"], seconds["oneByOne"] / seconds["batched"]
    packages = ", ".join(f"{name} {version(name)}" for name in ("starlette", "uvicorn"))
    node = subprocess.check_output(["node", "--version"], text=True).strip()
    machine = f"{platform.system()} {platform.machine()}"
    rows = [
        f"| {name} | {requests[way]:,} | {seconds[way]:.2f} | {seconds[way] / cells * 1e3:.3f} |"
        for name, way in (("unitsheet, batched", "batched"), ("a request for every cell", "oneByOne"))
    ]
    return "\n".join(
        [
            f"# The Office.js add-in: {cells:,} cells of =CAC",
            "",
            f"Python {platform.python_version()}, {packages}, Node {node}, {machine}.",
            f"The median of {len(rounds['batched'])} rounds.",
            "",
            "| way | requests | s | ms a cell |",
            "|---|---|---|---|",
            *rows,
            "",
            f"{fewer:,.0f} times fewer round trips (aim {FEWER}), {faster:.0f} times faster (aim {FASTER}).",
            "",
            "Server, add-in and the stand-in for Excel share one machine. One by one has six requests at a",
            "time under way. Made by `python -m benchmarks.officejs --out benchmarks/results/officejs.md`.",
            "",
        ]
    )


if __name__ == "__main__":
    main()
