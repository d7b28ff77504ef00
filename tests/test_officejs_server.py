"""The server answers whom it should, within its limits, and tells nobody how it is made."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from host_officejs import TOKEN, Server, serving

from engine.boundary import sheet_result
from engine.registry import functions
from udfs.officejs import batch
from udfs.officejs.limits import Limits

GOOD = {"calls": [["CAC", [1000, 8]]]}
SMALL = Limits(body_bytes=20_000, calls=50, cells=500, batch_seconds=0.5, body_seconds=0.5, batches=3)


class Answer:
    """A response, which never has a traceback or a path in it."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()
        for trace in ("Traceback", 'File "', "site-packages", ".py", "unitsheet/", "udfs/"):
            assert trace not in self.text or "javascript" in self.headers["content-type"]

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(SMALL, origins=("https://finance.example",), companies={"companies": []}) as made:
        yield made


def ask(
    server: Server, path: str, body: Any = None, method: str | None = None, **headers: str | None
) -> Answer:
    parts = urlsplit(server.base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    sent = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"} | headers
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    kept = {key.replace("_", "-"): value for key, value in sent.items() if value is not None}
    connection.request(method or ("GET" if body is None else "POST"), path, data, kept)
    try:
        return Answer(connection.getresponse())
    finally:
        connection.close()


def test_a_batch(server: Server) -> None:
    answer = ask(server, "/batch", GOOD)
    assert (answer.status, answer.json) == (200, {"answers": [125.0]})


def test_an_answer_to_each_call(server: Server) -> None:
    calls = [
        ["CAC", [1000, 0]],
        ["CAC", [{"error": "#N/A"}, 8]],
        ["CAC", [[[1000], [16]], 8]],
        ["CAC", [[[None]], 8]],
        ["CAC", [1000, None]],
        ["CAC", [True, 8]],
        ["NOSUCH", [1]],
        ["cac", [1000, 8]],
        ["CAC", [1, 2, 3, 4, 5, 6, 7, 8]],
    ]
    answers = ask(server, "/batch", {"calls": calls}).json["answers"]
    assert answers[0] == {"error": "#DIV/0!", "sentence": "there are no new users to spread the spend over"}
    assert answers[1] == {"error": "#N/A"}
    assert answers[2] == [[125.0], [2.0]]
    assert answers[3]["sentence"] == "media is missing, and has no default"
    assert answers[4]["sentence"] == "new_total is missing, and has no default"
    assert answers[5] == 0.125
    assert answers[6] == {
        "error": "#NAME?",
        "sentence": "the server has no function NOSUCH; load the add-in again",
    }
    assert answers[7] == 125.0
    assert answers[8]["error"] == "#VALUE!"


def test_calls_of_one_form_keep_their_cautions(server: Server) -> None:
    """What is said of all of them at once cannot be shared out, so they are made one by one."""
    cautioned = [one for one in functions().values() if one.cautions]
    function, caution = next(
        (one, said)
        for one in cautioned
        for said in one.cautions
        if all(x is None or isinstance(x, float | int | str) for x in said.case)
    )
    calls = [[function.name, list(caution.case)]] * 40
    answers = ask(server, "/batch", {"calls": calls}).json["answers"]
    assert all(caution.sentence in answer["cautions"] for answer in answers)


BROKEN = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b"\xff\xfe",
    "NaN": b'{"calls":[["CAC",[NaN,8]]]}',
    "deep": b"[" * 5_000,
    "a list": b"[]",
    "no calls": b"{}",
    "calls are no list": b'{"calls":{}}',
    "a call without arguments": b'{"calls":[["CAC"]]}',
    "arguments are no list": b'{"calls":[["CAC",7]]}',
    "a name that is a number": b'{"calls":[[7,[1]]]}',
    "a call that is a text": b'{"calls":["CAC"]}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_no_batch(server: Server, body: bytes) -> None:
    answer = ask(server, "/batch", body)
    assert answer.status == 400
    assert answer.json["error"] in (
        "the request is no JSON",
        'a batch is {"calls": [[name, [argument, ...]], ...]}',
    )


ODD = {
    "an object": {"a": 1},
    "an error of no kind": {"error": ["x"]},
    "rows of different length": [[1, 2], [3]],
    "rows in rows": [[[1]], [[2]]],
    "no rows": [],
    "an empty row": [[]],
    "a flat list": [1, 2],
    "a number too large": 1e400,
    "a long integer": 10**400,
}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_odd_arguments_are_errors_of_the_cell(server: Server, value: Any) -> None:
    body = json.dumps({"calls": [["CAC", [value, 8]], ["RUNWAY_PATH", [100, value]]]})
    answer = ask(server, "/batch", body.replace("Infinity", "1e400").encode())
    assert answer.status == 200
    assert all("passing" not in one for one in answer.json["answers"] if isinstance(one, dict))


def test_a_body_too_large(server: Server) -> None:
    answer = ask(server, "/batch", b" " * 20_001)
    assert (answer.status, answer.json["error"]) == (
        413,
        "the request is larger than 20,000 bytes; send less at once",
    )


def test_a_body_too_large_that_does_not_say_so(server: Server) -> None:
    with socket.create_connection((urlsplit(server.base).hostname, urlsplit(server.base).port), 10) as peer:
        peer.sendall(_head(server, "transfer-encoding: chunked"))
        for _ in range(30):
            peer.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
        assert peer.recv(4_096).startswith(b"HTTP/1.1 413")


def test_too_many_calls(server: Server) -> None:
    answer = ask(server, "/batch", {"calls": [["CAC", [1, 1]]] * 51})
    assert (answer.status, answer.json["error"]) == (413, "there are 51 calls; send at most 50 at once")


def test_too_many_cells(server: Server) -> None:
    calls = [["CAC", [[[1]] * 500, 8]], ["CAC", [1000, 8]]]
    first, second = ask(server, "/batch", {"calls": calls}).json["answers"]
    assert first["sentence"] == "the areas given hold 501 cells; give at most 500, not whole columns"
    assert second == 125.0


GUARDED = ("/batch", "/companies", "/manifest.xml")


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("token", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer", "Bearer ü"])
def test_a_wrong_token(server: Server, path: str, token: str | None) -> None:
    body = GOOD if path == "/batch" else None
    answer = ask(server, path, body, authorization=token)
    assert answer.status == 401
    assert "load the manifest of this one in Excel" in answer.json["error"]
    assert TOKEN not in answer.text


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://127.0.0.1"])
def test_a_wrong_origin(server: Server, path: str, origin: str) -> None:
    answer = ask(server, path, GOOD if path == "/batch" else None, origin=origin)
    assert answer.status == 403
    assert "access-control-allow-origin" not in answer.headers


def test_a_known_origin(server: Server) -> None:
    for origin in (server.base, "https://finance.example"):
        assert ask(server, "/batch", GOOD, origin=origin).json == {"answers": [125.0]}
    answer = ask(server, "/batch", GOOD, origin="https://finance.example")
    assert answer.headers["access-control-allow-origin"] == "https://finance.example"
    preflight = ask(
        server,
        "/batch",
        method="OPTIONS",
        origin="https://finance.example",
        access_control_request_method="POST",
        access_control_request_headers="authorization,content-type",
    )
    assert preflight.status == 200


def test_a_name_that_leads_here_by_trickery(server: Server) -> None:
    """A page of a foreign name that resolves to this machine is of one origin with the server."""
    assert ask(server, "/batch", GOOD, host="evil.example").status == 400
    assert ask(server, "/taskpane.html", host="evil.example:80").status == 400


def test_what_anyone_may_have(server: Server) -> None:
    for path in ("/functions.json", "/functions-zh.json", "/functions.js", "/catalogue.json"):
        answer = ask(server, path, authorization=None)
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert TOKEN not in answer.text
    for path in ("/taskpane.html", "/taskpane.css", "/taskpane.js", "/functions.html", "/health"):
        answer = ask(server, path, authorization=None)
        assert answer.status == 200
        assert TOKEN not in answer.text


def test_every_answer_has_its_headers(server: Server) -> None:
    for path in ("/functions.js", "/taskpane.html", "/health", "/nothing-here"):
        headers = ask(server, path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/nothing-here", "/../server.py", "/%2e%2e/server.py", "/static/../../limits.py"]
)
def test_no_other_file_is_served(server: Server, path: str) -> None:
    assert ask(server, path).status == 404


def test_other_methods(server: Server) -> None:
    assert ask(server, "/batch").status == 404
    assert ask(server, "/companies", b"{}").status == 405


def test_a_slow_client_keeps_nobody_waiting(server: Server) -> None:
    with socket.create_connection((urlsplit(server.base).hostname, urlsplit(server.base).port), 10) as slow:
        slow.sendall(_head(server, "content-length: 100") + b'{"calls":')
        began = time.monotonic()
        assert ask(server, "/batch", GOOD).json == {"answers": [125.0]}
        assert time.monotonic() - began < 0.4
        assert slow.recv(4_096).startswith(b"HTTP/1.1 408")


def test_a_client_that_leaves(server: Server) -> None:
    with socket.create_connection((urlsplit(server.base).hostname, urlsplit(server.base).port), 10) as gone:
        gone.sendall(_head(server, "content-length: 100") + b'{"calls":')
    assert ask(server, "/batch", GOOD).json == {"answers": [125.0]}


def test_a_slow_batch(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*args: Any) -> Any:
        time.sleep(0.2)
        return sheet_result(*args)

    monkeypatch.setattr(batch, "sheet_result", slow)
    began = time.monotonic()
    answers = ask(server, "/batch", {"calls": [["CAC", [1000, 8]]] * 20}).json["answers"]
    assert time.monotonic() - began < 1.5
    assert answers[0] == 125.0
    assert answers[-1] == {
        "error": "#N/A",
        "sentence": "there was no answer within 0.5 seconds; recalculate to ask again",
        "passing": True,
    }


def test_more_batches_than_there_is_room_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*args: Any) -> Any:
        time.sleep(1)
        return sheet_result(*args)

    monkeypatch.setattr(batch, "sheet_result", slow)
    with ThreadPoolExecutor(8) as clients:
        found = list(clients.map(lambda _: ask(server, "/batch", GOOD), range(8)))
    assert {answer.status for answer in found} == {200, 503}
    refused = [answer for answer in found if answer.status == 503]
    assert refused[0].json["error"] == "the server is busy; it will be asked again"
    time.sleep(1.5)
    monkeypatch.undo()
    assert ask(server, "/batch", GOOD).json == {"answers": [125.0]}


def test_a_function_that_breaks(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(batch, "sheet_result", broken)
    answer = ask(server, "/batch", GOOD)
    assert answer.json["answers"] == [
        {"error": "#VALUE!", "sentence": "the function failed; the server's log says where", "passing": True}
    ]
    assert "secret detail" in caplog.text


def test_a_server_that_breaks(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("udfs.officejs.wire.calls", broken)
    answer = ask(server, "/batch", GOOD)
    assert (answer.status, answer.json) == (500, {"error": "the server failed; its log says where"})
    assert "secret detail" in caplog.text


def test_health_counts(server: Server) -> None:
    before = ask(server, "/health").json
    ask(server, "/batch", {"calls": [["CAC", [1, 1]]] * 7})
    after = ask(server, "/health").json
    assert (after["batches"] - before["batches"], after["calls"] - before["calls"]) == (1, 7)
    assert after["version"] == "0.1.0"
    assert after["functions"] > 50


def _head(server: Server, *lines: str) -> bytes:
    host = urlsplit(server.base).netloc
    head = ["POST /batch HTTP/1.1", f"host: {host}", f"authorization: Bearer {TOKEN}", *lines]
    return "\r\n".join([*head, "", ""]).encode()
