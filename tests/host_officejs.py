"""The Office.js add-in as a host: its real server and functions.js, with a stand-in for Excel in Node."""

from __future__ import annotations

import datetime as dt
import json
import os
import select
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from conftest import absent
from hostcases import Case

from engine.coerce import OMITTED, serial
from engine.errors import CellError, ErrorKind
from udfs.officejs.limits import Limits
from udfs.officejs.server import AddIn, application

JS = Path(__file__).resolve().parent / "js"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
TOKEN = "a-token-for-tests-only"
Rows = list[list[Any]]


def difference(_: Case) -> str | None:
    """Why a case may differ from Python in this host: none does."""
    return None


def run(cases: Sequence[Case], blank: Any = 0) -> list[Any]:
    """What the cells show; `blank` is what Excel hands over for a blank cell: 0, "" or None."""
    with serving() as server, node_host(server.page, blank) as host:
        calls = [(case.function.name, case.args) for case in cases]
        return host.calculate(calls).cells


def node_program() -> str:
    """Node, or the end of the test."""
    found = shutil.which("node")
    if not found:
        absent("node")
    return str(found)


def chromium() -> str:
    """Chromium, or the end of the test."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if not found:
        absent("chromium")
    return str(found)


def node(script: str, *args: str, given: Any = None, seconds: float = 300) -> Any:
    """What a script of tests/js prints, as JSON; the end of the test without the packages it needs."""
    if not (JS / "node_modules" / "playwright-core").is_dir():
        absent("what tests/js needs (npm ci --prefix tests/js)")
    done = subprocess.run(
        [node_program(), str(JS / script), *args],
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# the server


@dataclass(slots=True)
class Server:
    """A server on this machine, on a thread of its own."""

    base: str
    uvicorn: uvicorn.Server
    thread: threading.Thread

    @property
    def page(self) -> str:
        """The task pane's address as the manifest states it."""
        return f"{self.base}/taskpane.html?token={TOKEN}"

    def stop(self) -> None:
        """End it as a kill would: connections are cut."""
        self.uvicorn.force_exit = True
        self.uvicorn.should_exit = True
        self.thread.join(10)


@contextmanager
def serving(limits: Limits | None = None, port: int = 0, **more: Any) -> Iterator[Server]:
    """The application by plain http on the loopback, which is all a test needs."""
    server = start(limits, port, **more)
    try:
        yield server
    finally:
        server.stop()


def start(limits: Limits | None = None, port: int = 0, **more: Any) -> Server:
    """Start a server; the caller stops it."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    base = f"http://127.0.0.1:{bound.getsockname()[1]}"
    app = application(AddIn(base, TOKEN, "0.1.0", limits=limits or Limits(), **more))
    config = uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False)
    made = uvicorn.Server(config)
    thread = threading.Thread(target=made.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not made.started and time.monotonic() < until:
        time.sleep(0.01)
    return Server(base, made, thread)


# Excel


@dataclass(slots=True)
class Calculated:
    """The cells of a round of calls, how long it took, and what functions.js counted so far."""

    cells: list[Any]
    seconds: float
    counts: dict[str, int]
    messages: list[dict[str, Any]]
    said: list[str] = field(default_factory=list)


@dataclass(slots=True)
class NodeHost:
    """The stand-in for Excel, running functions.js."""

    process: subprocess.Popen[str]

    def calculate(self, calls: Iterable[tuple[str, Sequence[Any]]], wait: float = 120) -> Calculated:
        """Let cells call functions, all in one tick."""
        self.send(calls)
        return self.answer(wait)

    def send(self, calls: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """Begin a round whose answer is fetched later."""
        asked = [[name, [on_sheet(value) for value in args]] for name, args in calls]
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"calls": asked}) + "\n")
        self.process.stdin.flush()

    def answer(self, wait: float = 120) -> Calculated:
        """What the cells of the round show."""
        found = self.line(wait)
        cells = [shown(rows) for rows in found["cells"]]
        said = [
            rows[0][0].get("message", "") if isinstance(rows[0][0], dict) else "" for rows in found["cells"]
        ]
        return Calculated(cells, found["seconds"], found["counts"], found["messages"], said)

    def line(self, wait: float) -> Any:
        """The next line; an assertion where none comes in time."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], wait)
        assert ready, "Node does not answer"
        line = self.process.stdout.readline()
        assert line, "Node has ended"
        return json.loads(line)


@contextmanager
def node_host(page: str, blank: Any = 0, **environment: str) -> Iterator[NodeHost]:
    """Excel's stand-in with the add-in of this page."""
    process = subprocess.Popen(
        [node_program(), str(JS / "node_host.mjs"), page, json.dumps(blank)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | environment,
    )
    host = NodeHost(process)
    try:
        assert host.line(60)["ready"] > 50
        yield host
    finally:
        process.kill()
        process.wait(10)


def on_sheet(value: Any) -> Rows | None:
    """An argument as it stands on the sheet: rows of cells, or None where nothing is given."""
    if value is OMITTED:
        return None
    rows = value if isinstance(value, list) else [value]
    rows = rows if isinstance(rows[0], list) else [rows]
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(cell: Any) -> Any:
    if isinstance(cell, CellError):
        return {"error": cell.kind.value}
    return serial(cell) if isinstance(cell, dt.date) else cell


def shown(rows: Rows) -> Any:
    """The cells of an answer, an area of one cell as that cell."""
    cells = [[_seen(cell) for cell in row] for row in rows]
    return cells[0][0] if len(cells) == 1 and len(cells[0]) == 1 else cells


def _seen(cell: Any) -> Any:
    if isinstance(cell, dict):
        return CellError(ErrorKind(cell["error"]), cell.get("message", ""))
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell
