"""The add-in answers as Python does, in few requests, through blanks, errors and a server that goes away."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from host_officejs import NodeHost, Server, difference, node_host, node_program, run, serving, start
from hostcases import Case, cases, same

from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind
from udfs.officejs.limits import Limits
from udfs.officejs.together import FEWEST

NA, REF = CellError(ErrorKind.NA), CellError(ErrorKind.REF)
BLANKS = {"as 0": 0, "as an empty text": "", "as null": None}


@pytest.fixture(autouse=True, scope="module")
def _node() -> None:
    node_program()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture
def excel(server: Server) -> Iterator[NodeHost]:
    with node_host(server.page) as host:
        yield host


@pytest.fixture(scope="module", params=BLANKS, ids=[f"blanks {name}" for name in BLANKS])
def found(request: pytest.FixtureRequest) -> list[Any]:
    """What all cases show, with blank cells handed over in one of the ways that Excel has."""
    return run(cases(), BLANKS[request.param])


def test_every_case_is_the_same(found: list[Any]) -> None:
    wrong: list[str] = []
    for case, cell in zip(cases(), found, strict=True):
        reason = difference(case)
        if same(cell, case.expected) == (reason is not None):
            wrong.append(f"{case.name}: {_told(case, cell)}{', a stale excuse' if reason else ''}")
    assert not wrong, "\n".join(wrong[:20])


def _told(case: Case, cell: Any) -> str:
    return f"{case.args} shows {cell}, expected {case.expected}"


def test_sentences_come_along(excel: NodeHost) -> None:
    done = excel.calculate([("CAC", (1000.0, 0.0)), ("CAC", ("x", 8.0)), ("CAC", (NA, 8.0)), ("CAC", (1.0,))])
    assert [cell.kind.value for cell in done.cells] == ["#DIV/0!", "#VALUE!", "#N/A", "#VALUE!"]
    assert done.said == [
        "there are no new users to spread the spend over",
        "media must be a number, not the text 'x'",
        "",
        "new_total is missing, and has no default",
    ]


def test_an_error_that_excel_takes_from_no_function_is_told(excel: NodeHost) -> None:
    done = excel.calculate([("CAC", (REF, 8.0)), ("CAC", ([[REF], [16.0]], 8.0))])
    assert done.cells == [CellError(ErrorKind.VALUE), [[CellError(ErrorKind.VALUE)], [2.0]]]
    assert done.said[0] == "an argument is #REF!"
    assert done.cells[1][0][0].sentence == "an argument is #REF!"


def test_a_blank_is_its_default_and_a_zero_is_zero(excel: NodeHost) -> None:
    """Excel hands both over as 0; the sheet tells them apart."""
    args = (30.0, 0.6, 0.1, 0.0)
    blank, zero, omitted = excel.calculate(
        [("LTV", (*args, None)), ("LTV", (*args, 0.0)), ("LTV", (*args, OMITTED))]
    ).cells
    assert (blank, zero, omitted) == (180.0, 0.0, 180.0)


def test_numbers_keep_every_digit(excel: NodeHost) -> None:
    values = [
        0.1 + 0.2,
        1e-300,
        1.7976931348623157e308,
        5e-324,
        2**53 + 2.0,
        123456789.123456789,
        -0.0,
        1 / 3,
    ]
    # The cost of one user out of one is the spend itself.
    cells = excel.calculate([("CAC", (value, 1.0)) for value in values if value >= 0]).cells
    assert cells == [value + 0.0 for value in values if value >= 0]


def test_no_result_is_nan(excel: NodeHost) -> None:
    cells = excel.calculate(
        [("CAC", (1e308, 1e-308)), ("MARKUP", (-1.0,)), ("LTV", (1e308, 1e308, 0.1))]
    ).cells
    assert all(isinstance(cell, CellError) or math.isfinite(cell) for cell in cells)
    assert cells[0] == CellError(ErrorKind.NUM)


def test_truths(excel: NodeHost) -> None:
    assert excel.calculate([("DEFAULT_ALIVE", (10_000.0, 50.0, 100.0, 0.2))]).cells == [True]


def test_ten_thousand_calls_are_a_few_requests(excel: NodeHost) -> None:
    done = excel.calculate([("CAC", (1000.0 + place, 8.0)) for place in range(10_000)])
    assert done.cells[:3] == [125.0, 125.125, 125.25]
    assert done.counts["requests"] == 2
    again = excel.calculate([("CAC", (1000.0 + place, 8.0)) for place in range(10_000)])
    assert again.cells == done.cells
    assert again.counts["requests"] == 2
    assert again.counts["kept"] == 10_000


def test_cells_down_a_column_show_what_they_show_alone(excel: NodeHost) -> None:
    """Many calls of one form are worked out together."""
    sample = [case for case in cases() if case.shape.startswith(("example", "fault"))]
    calls = [(case.function.name, _near(case.args, row)) for case in sample for row in range(FEWEST + 1)]
    found = excel.calculate(calls).cells
    functions = {case.function.name: case.function for case in sample}
    wrong = [
        (name, args, cell, expected)
        for (name, args), cell in zip(calls, found, strict=True)
        if not same(cell, expected := functions[name].cells(*args)) or _sentence(cell) != _sentence(expected)
    ]
    assert not wrong


def _near(args: tuple[Any, ...], row: int) -> tuple[Any, ...]:
    """The arguments, their numbers a little apart in every row."""
    return tuple(
        float(x) * (1 + row / 1000) if isinstance(x, float | int) and x is not True else x for x in args
    )


def _sentence(cell: Any) -> str:
    return cell.sentence if isinstance(cell, CellError) else ""


def test_an_error_of_the_arguments_is_asked_once(excel: NodeHost) -> None:
    rounds = [excel.calculate([("CAC", (1000.0, 0.0))] * 50) for _ in range(3)]
    assert {cell for done in rounds for cell in done.cells} == {CellError(ErrorKind.DIV0)}
    assert rounds[-1].counts["requests"] == 1


def test_large_calls_travel_in_requests_below_the_limit() -> None:
    limits = Limits(body_bytes=30_000)
    with serving(limits) as server, node_host(server.page) as host:
        column = [[float(place)] for place in range(1, 501)]
        done = host.calculate([("CAC", (column, 8.0 + call)) for call in range(40)])
        assert done.cells[39][499][0] == pytest.approx(500 / 47)
        assert 10 < done.counts["requests"] < 40


def test_too_many_cells() -> None:
    with serving(Limits(cells=1_000)) as server, node_host(server.page) as host:
        done = host.calculate([("CAC", ([[1.0]] * 1_001, 8.0)), ("CAC", (1000.0, 8.0))])
        assert done.cells == [CellError(ErrorKind.VALUE), 125.0]
        assert done.said[0] == "the areas given hold 1002 cells; give at most 1000, not whole columns"


def test_arguments_too_long_to_send() -> None:
    with serving(Limits(body_bytes=3_000)) as server, node_host(server.page) as host:
        done = host.calculate([("CAC", ("x" * 5_000, 8.0))])
        assert done.said == ["the arguments are too long to send; give fewer cells or shorter texts"]
        assert done.counts["requests"] == 0


# a server that goes away


QUICK = Limits(waits=(0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2))


def test_a_server_that_is_killed_and_started_again() -> None:
    first = start(QUICK)
    port = int(first.base.rpartition(":")[2])
    with node_host(first.page) as host:
        assert host.calculate([("CAC", (1000.0, 8.0))]).cells == [125.0]
        first.stop()
        host.send([("CAC", (2000.0 + place, 8.0)) for place in range(100)])
        time.sleep(0.3)
        second = start(QUICK, port)
        try:
            done = host.answer()
            assert done.cells[:2] == [250.0, 250.125]
            assert done.counts["requests"] > 2
        finally:
            second.stop()


def test_a_server_killed_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it was asked is asked again of the next one."""
    at_work, go_on = slowly(monkeypatch)
    first = start(QUICK)
    port = int(first.base.rpartition(":")[2])
    with node_host(first.page) as host:
        host.send([("CAC", (1000.0, 8.0))])
        assert at_work.wait(10)
        first.stop()
        go_on.set()
        second = start(QUICK, port)
        try:
            assert host.answer().cells == [125.0]
        finally:
            second.stop()


def test_a_server_that_stays_away() -> None:
    limits = Limits(waits=(0.01, 0.01))
    server = start(limits)
    port = int(server.base.rpartition(":")[2])
    with node_host(server.page) as host:
        server.stop()
        done = host.calculate([("CAC", (1000.0, 8.0)), ("LTV", (30.0, 0.6, 0.1))])
        assert done.cells == [NA, NA]
        assert (
            done.said[0] == f'no answer from {server.base}/; start it with "unitsheet serve" and recalculate'
        )
        assert done.counts["requests"] == 3
        with serving(limits, port):
            assert host.calculate([("CAC", (1000.0, 8.0))]).cells == [125.0]


def test_a_batch_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done is shown; the rest says so, and is asked again the next time."""
    at_work, go_on = slowly(monkeypatch, after=1)
    with serving(Limits(batch_seconds=0.5)) as server, node_host(server.page) as host:
        done = host.calculate([("CAC", (1000.0, 8.0)), ("CAC", (2000.0, 8.0)), ("CAC", (3000.0, 8.0))])
        assert done.cells == [125.0, NA, NA]
        assert done.said[1] == "there was no answer within 0.5 seconds; recalculate to ask again"
        assert at_work.is_set()
        go_on.set()
        assert host.calculate([("CAC", (2000.0, 8.0))]).cells == [250.0]


def test_the_token_of_another_server() -> None:
    with serving() as server, node_host(server.page + "x") as host:
        done = host.calculate([("CAC", (1000.0, 8.0))])
        assert done.cells == [NA]
        assert "load the manifest of this one in Excel" in done.said[0]
        assert done.counts["requests"] == 1


def slowly(monkeypatch: pytest.MonkeyPatch, after: int = 0) -> tuple[threading.Event, threading.Event]:
    """Let calls wait at the server, all but the first few; gives when one waits, and what lets them go on."""
    from udfs.officejs import batch

    at_work, go_on = threading.Event(), threading.Event()
    answered: Callable[..., Any] = batch.answered
    count = iter(range(1_000))

    def waiting(*args: Any) -> Any:
        if next(count) >= after:
            at_work.set()
            go_on.wait(20)
        return answered(*args)

    monkeypatch.setattr(batch, "answered", waiting)
    return at_work, go_on


# messages


def test_the_task_pane_hears_of_sentences_and_cautions(excel: NodeHost) -> None:
    """Excel shows the sentence of two kinds of error only, and no caution at all."""
    cautioned = next(case for case in cases() if case.function.cautions).function
    caution = cautioned.cautions[0]
    done = excel.calculate([("CAC", (1000.0, 0.0)), ("CAC", (1000.0, 8.0)), (cautioned.name, caution.case)])
    messages = {message["id"]: message for message in done.messages}
    assert messages.keys() == {"CAC", cautioned.name}
    assert messages["CAC"]["said"] == [
        {"kind": "#DIV/0!", "sentence": "there are no new users to spread the spend over"}
    ]
    assert messages["CAC"]["address"] == "'It's a sheet'!Z1"
    assert {"kind": "", "sentence": caution.sentence} in messages[cautioned.name]["said"]
