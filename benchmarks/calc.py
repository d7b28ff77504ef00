"""20,000 cells =CAC(A1,B1) in LibreOffice Calc: the extension beside one whose every cell starts a request.

Run `python -m benchmarks.calc [--cells N] [--out FILE]` from the root of a checkout; it needs LibreOffice
and a Python with uno. Each line is one office, which works all cells out again several times; the median
counts. The rivals have the same component, types and texts, and reach the same Python function: by HTTP
on this machine over one connection, by HTTP with a connection for each cell, and by a process for each
cell. The first line answers without asking anybody: it is what Calc and its Python bridge take.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from udfs.calc.extension import members, worker_command
from udfs.calc.office import environment
from udfs.calc.worker import answer

_DRIVER = Path(__file__).resolve().parent.parent / "tests" / "office_driver.py"
_LINK = "pythonpath/unitsheet_calc_link.py"
_FORMULA = "=CAC(A1;B1)"
_FEW, _REPEATS = 20, 5

_NOBODY = """
class Link:
    def __init__(self, worker, log):
        pass

    def ask(self, name, args):
        return ((args[0][0][0] / args[1][0][0],),)
"""

_HTTP = """
import http.client
import json

class Link:
    def __init__(self, worker, log):
        self.connection = http.client.HTTPConnection(*worker[:2])
        self.keep = worker[2] == "keep"

    def ask(self, name, args):
        self.connection.request("POST", "/", json.dumps([name, args]).encode())
        rows = json.loads(self.connection.getresponse().read())
        if not self.keep:
            self.connection.close()
        return tuple(tuple(row) for row in rows)
"""

_PROCESS = """
import json
import os
import subprocess

class Link:
    def __init__(self, worker, log):
        self.worker = worker
        self.env = environment()

    def ask(self, name, args):
        asked = json.dumps([name, args])
        done = subprocess.run(self.worker, input=asked, capture_output=True, text=True, env=self.env)
        return tuple(tuple(row) for row in json.loads(done.stdout))
"""

_ONE_CALL = "import json, sys; from udfs.calc.worker import answer; "
_ONE_CALL += "name, args = json.load(sys.stdin); print(json.dumps(answer(name, args)))"


class _Server(BaseHTTPRequestHandler):
    """Answers each request by the same function that the worker calls."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """One call."""
        name, args = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(answer(name, tuple(_tuples(value) for value in args))).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


def _tuples(value: Any) -> Any:
    return tuple(tuple(row) for row in value) if isinstance(value, list) else value


@contextmanager
def _serving() -> Iterator[list[str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield ["127.0.0.1", str(server.server_address[1])]
    server.shutdown()
    server.server_close()


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--cells", type=int, default=20_000)
    options.add_argument("--out", type=Path)
    chosen = options.parse_args()
    text = _report(chosen.cells)
    sys.stdout.write(text)
    if chosen.out:
        chosen.out.write_text(text, encoding="utf-8")


def _report(cells: int) -> str:
    one_call = worker_command()
    one_call[-1] = one_call[-1].replace("from udfs.calc.worker import main; main()", _ONE_CALL)
    with _serving() as address:
        runs = {
            "Calc and its Python alone": (_seconds(cells, _NOBODY, ["none"]), cells),
            "unitsheet: a worker and a pipe": (_seconds(cells, None, None), cells),
            "HTTP, a request per cell": (_seconds(cells, _HTTP, [*address, "keep"], 1), cells),
            "HTTP, a connection per cell": (_seconds(cells, _HTTP, [*address, "close"], 1), cells),
            "a process per cell": (_seconds(_FEW, _PROCESS, one_call, 1), _FEW),
        }
    per_cell = {name: seconds / count for name, (seconds, count) in runs.items()}
    ours = per_cell["unitsheet: a worker and a pipe"]
    lines = [
        f"# {cells:,} cells {_FORMULA.replace(';', ',')} in LibreOffice Calc", "",
        f"{_version()}, Python {platform.python_version()}, {platform.system()} {platform.machine()}.", "",
        "| what | cells | s | µs per cell | times ours |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, (seconds, count) in runs.items():
        cost = per_cell[name]
        lines.append(f"| {name} | {count:,} | {seconds:.2f} | {cost * 1e6:,.0f} | {cost / ours:.1f} |")
    return "\n".join(lines) + "\n"


def _seconds(cells: int, link: str | None, worker: list[str] | None, repeats: int = _REPEATS) -> float:
    """What all cells take in an office with the extension, whose link may be another."""
    files = members("0.0.0", worker)
    if link is not None:
        files[_LINK] = link
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / "bundle" / "unitsheet" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        # The first few start what is to be started.
        steps = [_step(_FEW, 1), _step(cells, repeats)] if cells > _FEW else [_step(cells, repeats)]
        order = {
            "soffice": _soffice(),
            "profile": f"{folder}/profile",
            "bundle": f"{folder}/bundle",
            "steps": steps,
        }
        done = subprocess.run(
            [_uno_python(), str(_DRIVER)],
            input=json.dumps(order),
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
            check=True,
        )
    timed = json.loads(done.stdout)[-1]
    expected = [(1000.0 + row) / (1.0 + row % 7) for row in range(cells)]
    if timed["shown"] != expected:
        raise RuntimeError(f"Calc shows {timed['shown'][:3]} and so on, which is wrong")
    return float(statistics.median(timed["seconds"]))


def _step(cells: int, repeats: int) -> dict[str, Any]:
    return {"do": "time", "formula": _FORMULA, "count": cells, "repeats": repeats}


def _soffice() -> str:
    found = shutil.which("soffice")
    if found is None:
        raise SystemExit("LibreOffice is not here: install it first")
    return found


def _uno_python() -> str:
    for python in ("/usr/bin/python3", str(Path(_soffice()).resolve().with_name("python"))):
        if Path(python).exists():
            return python
    raise SystemExit("there is no Python with uno here: install python3-uno")


def _version() -> str:
    said = subprocess.run([_soffice(), "--version"], capture_output=True, text=True, check=True)
    return " ".join(said.stdout.split()[:2])


if __name__ == "__main__":
    main()
