"""The extension for Calc without an office: what its file holds, and the worker at the end of its pipe."""

from __future__ import annotations

import io
import re
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engine.coerce import OMITTED
from engine.errors import CellError, ErrorKind
from engine.hosting import CALC_SERVICE
from engine.registry import functions
from udfs.calc.extension import members, oxt, worker_command
from udfs.calc.link import NAME, VALUE, Link, calc_error
from udfs.calc.parameters import parameters
from udfs.calc.worker import answer, from_calc

DIV0 = calc_error(532)
# What the office reads as a name in a text of types: small letters have no underscore.
IDENTIFIER = re.compile(r"[A-Z](_?[0-9A-Za-z])*|[a-z][0-9A-Za-z]*")


# the file


def test_the_parts_are_well_formed() -> None:
    for name, text in members("1.2.3").items():
        if name.endswith((".xml", ".xcu")):
            ElementTree.fromstring(text)
        if name.endswith(".py"):
            compile(text, name, "exec")


def test_what_the_manifest_names_is_there() -> None:
    parts = members("1.2.3")
    named = re.findall(r'full-path="([^"]*)"', parts["META-INF/manifest.xml"])
    assert named[0].endswith(".idl")
    assert set(named) < set(parts)


def test_every_function_is_typed_and_told_of() -> None:
    parts = members("1.2.3")
    for function in functions().values():
        assert f" {function.name}(" in parts["functions.idl"]
        assert f'<node oor:name="{function.name}" ' in parts["CalcAddIns.xcu"]
        for parameter in parameters(function):
            assert IDENTIFIER.fullmatch(parameter.name)
            assert f"] {parameter.kind} {parameter.name}" in parts["functions.idl"]
    assert all(IDENTIFIER.fullmatch(part) for part in CALC_SERVICE.split("."))


def test_names_of_parameters_differ_within_a_function() -> None:
    for function in functions().values():
        names = [parameter.name for parameter in parameters(function)]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(("version", "plain"), [("1.2.3", "1.2.3"), ("1.0rc1", "1.0"), ("0+unknown", "0")])
def test_the_office_reads_the_version(version: str, plain: str) -> None:
    assert f'<version value="{plain}"/>' in members(version)["description.xml"]


def test_the_same_version_gives_the_same_file() -> None:
    assert oxt("1.2.3") == oxt("1.2.3")
    with zipfile.ZipFile(io.BytesIO(oxt("1.2.3"))) as package:
        assert package.testzip() is None
        assert package.namelist() == list(members("1.2.3"))


def test_what_runs_in_the_office_is_of_the_standard_library() -> None:
    parts = members("1.2.3")
    for name in ("addin.py", "pythonpath/unitsheet_calc_link.py"):
        modules = re.findall(r"^(?:import|from) ([\w.]+)", parts[name], re.MULTILINE)
        foreign = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names
        assert foreign <= {"__future__", "uno", "unohelper", "com", "unitsheet_calc_link"}


# what comes from Calc and goes there


def test_arguments_as_calc_hands_them_over() -> None:
    cac = functions()["CAC"]
    given = (((5.0,),), ((1.0,), ("",)), None, "x", 0.0)
    assert from_calc(cac, given) == (5.0, [[1.0], [None]], OMITTED, "x", None)


def test_an_error_inside_an_array_keeps_its_kind() -> None:
    (rows,) = from_calc(functions()["RULE40"], (((1.0, calc_error(0x7FFF)), (calc_error(502), "")),))
    assert rows == [[1.0, CellError(ErrorKind.NA)], [CellError(ErrorKind.VALUE), None]]


def test_a_table_of_one_cell_stays_a_table() -> None:
    assert from_calc(functions()["MC"], (((0.0,),), (("x",),))) == (0.0, [["x"]])


def test_repeated_arguments_come_as_one() -> None:
    contribution = functions()["CONTRIBUTION"]
    assert from_calc(contribution, (((9.0,),), (0.0, ((1.0,), (2.0,)), "margin"))) == (
        9.0, 0.0, [[1.0], [2.0]], "margin",
    )  # fmt: skip
    assert answer("CONTRIBUTION", (((9.0,),), (1.0, 2.0))) == ((6.0,),)
    assert same_bits(answer("CAC_STAGE", (((9.0,),), ())), ((VALUE,),))


def test_a_whole_column_ends_where_its_cells_end() -> None:
    column = ((8.0,), (4.0,), *((("",),) * 70_000))
    assert answer("CAC", (((100.0,),), column)) == ((12.5,), (25.0,))
    assert len(answer("CAC", (((100.0,),), column[:100]))) == 100


def test_truth_is_a_number() -> None:
    assert answer("DEFAULT_ALIVE", (((500.0,),), ((100.0,),), ((200.0,),), ((0.1,),))) == ((1.0,),)


def test_every_kind_of_error_has_its_number() -> None:
    assert same_bits(answer("CAC", (((1.0,),), ((0.0,),))), ((DIV0,),))
    assert same_bits(answer("NO_SUCH", ()), ((NAME,),))


def same_bits(found: Any, expected: Any) -> bool:
    """Whether errors are the same: a nan is equal to none, but as marshalled it is."""
    import marshal

    return marshal.dumps(found, 2) == marshal.dumps(expected, 2)


# the pipe


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "unitsheet.log"


@pytest.fixture
def links(log: Path) -> Iterator[Any]:
    """A function that makes a link, whose worker ends with the test."""
    made: list[Link] = []

    def make(worker: list[str] | None = None) -> Link:
        made.append(Link(worker or worker_command(), str(log)))
        return made[-1]

    yield make
    for link in made:
        if link._process is not None:
            link._process.kill()
            link._ended("the test is over")


def test_a_call_is_answered(links: Any, log: Path) -> None:
    link = links()
    assert link.ask("CAC", (((1000.0,),), ((8.0,),))) == ((125.0,),)
    assert same_bits(link.ask("CAC", (((1000.0,),), ((0.0,),))), ((DIV0,),))
    assert link.ask("CAC", (((1000.0,), (7.0,)), ((8.0,),))) == ((125.0,), (0.875,))
    assert not log.exists()


def test_areas_larger_than_the_pipe(links: Any) -> None:
    column = tuple((float(row),) for row in range(1, 200_001))
    found = links().ask("CAC", (column, ((8.0,),)))
    assert len(found) == len(column)
    assert found[-1] == (25_000.0,)


def test_threads_take_turns(links: Any) -> None:
    link = links()
    found: dict[int, Any] = {}

    def ask(number: int) -> None:
        found[number] = [link.ask("CAC", (((float(number),),), ((8.0,),))) for _ in range(50)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(set(answers) == {((number / 8,),)} for number, answers in found.items())


def test_a_worker_that_was_killed_is_started_again(links: Any, log: Path) -> None:
    link = links()
    link.ask("CAC", (((1.0,),), ((8.0,),)))
    link._process.kill()
    link._process.wait()
    assert link.ask("CAC", (((1000.0,),), ((8.0,),))) == ((125.0,),)
    assert "ended while it worked on CAC" in log.read_text()


def test_a_call_that_ends_every_worker_is_one_error(links: Any, log: Path) -> None:
    worker = worker_command()
    worker[-1] = worker[-1].replace(
        "from udfs.calc.worker import main; main()",
        "import udfs.calc.worker as w; w.answer = lambda *a: __import__('os')._exit(3); w.main()",
    )
    assert same_bits(links(worker).ask("CAC", ()), ((VALUE,),))
    assert log.read_text().count("ended while it worked on CAC") == 2


def test_an_exception_in_the_worker_is_logged(links: Any, log: Path) -> None:
    link = links()
    assert same_bits(link.ask("CAC_STAGE", ()), ((VALUE,),))
    assert "Traceback" in log.read_text()
    assert link.ask("CAC", (((1000.0,),), ((8.0,),))) == ((125.0,),)


def test_the_log_has_an_end(links: Any, log: Path) -> None:
    link = links()
    for _ in range(1000):
        link._note("x" * 10_000)
    assert log.stat().st_size < 1_100_000


@pytest.mark.parametrize(
    ("worker", "reason"),
    [
        ([str(Path(sys.executable).with_name("no-python"))], "no-python"),
        ([sys.executable, "-c", "raise SystemExit('numpy is gone')"], "numpy is gone"),
        ([sys.executable, "-c", "print('Hello, office!')"], "no frame but"),
    ],
)
def test_a_worker_that_does_not_start(links: Any, log: Path, worker: list[str], reason: str) -> None:
    link = links(worker)
    assert same_bits([link.ask("CAC", ()) for _ in range(3)], [((NAME,),)] * 3)
    assert reason in log.read_text()
    assert log.read_text().count("unitsheet install libreoffice") == 1


def test_what_a_library_prints_stays_out_of_the_pipe(links: Any) -> None:
    worker = worker_command()
    worker[-1] = worker[-1].replace(
        "from udfs.calc.worker import main; main()",
        "import udfs.calc.worker as w; ask = w.answer; "
        "w.answer = lambda *a: (print('noise', flush=True), ask(*a))[1]; w.main()",
    )
    assert links(worker).ask("CAC", (((1000.0,),), ((8.0,),))) == ((125.0,),)


def test_the_worker_finds_its_unitsheet_from_anywhere(
    links: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder with modules of the same names is where the office was started."""
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("raise SystemExit('the wrong engine')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert links().ask("CAC", (((1000.0,),), ((8.0,),))) == ((125.0,),)
