"""Names and declarations that every host can take."""

from __future__ import annotations

import inspect
import itertools
import pkgutil
import re
import sys
from pathlib import Path

import formualizer
import pytest

import engine.functions
from engine.arguments import Arg
from engine.errors import InputError
from engine.registry import _REGISTRY, GROUPS, Caution, Fault, Function, function, functions, library

FUNCTIONS = list(library().values())


def words(file: str) -> frozenset[str]:
    return frozenset((Path(__file__).parent / "data" / file).read_text().split())


EXCEL = words("excel_functions.txt")
# What LibreOffice 7.4 lists in its function wizard.
CALC = words("calc_functions.txt")
WIZARD = 255
LAST_COLUMN = 16_384
VBA = words("vba_keywords.txt")
# Names that a call from Python has a use for.
RESERVED_PYTHON = {"errors", "self", "args", "named", "result", "form", "in_order", "debug"}
# The number of draws may be left blank before the seed, which may not.
LEFT_OUT = {"MC"}


def column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def is_cell_reference(name: str) -> bool:
    """Whether a sheet reads the name as a cell, a column, a row, or in R1C1 style."""
    cell = re.fullmatch(r"([A-Z]{1,3})([1-9]\d{0,6})", name, re.IGNORECASE)
    if cell and column_number(cell[1]) <= LAST_COLUMN and int(cell[2]) <= 1_048_576:
        return True
    return re.fullmatch(r"R\d*(C\d*)?|C\d*", name, re.IGNORECASE) is not None


def test_the_lint_knows_a_cell() -> None:
    cells = ["A1", "LTV1", "D30", "XFD1048576", "R", "C", "R1", "RC", "R1C1", "c3"]
    names = ["XFE1", "A1048577", "LTV", "p1_", "CAC_1", "A0", "RUNWAY"]
    assert [is_cell_reference(name) for name in cells + names] == [True] * len(cells) + [False] * len(names)


@pytest.mark.parametrize("called", FUNCTIONS, ids=lambda f: f.name)
def test_function_name(called: Function) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9_]*", called.name)
    assert not is_cell_reference(called.name)
    assert (called.name in EXCEL) == called.built_in
    assert (called.name in CALC) == called.built_in
    assert called.name.lower() not in VBA


@pytest.mark.parametrize("called", FUNCTIONS, ids=lambda f: f.name)
def test_argument_names(called: Function) -> None:
    aliases = [a.alias for a in called.arguments.values() if isinstance(a, Arg) and a.alias]
    for name in [*called.arguments, *aliases]:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert name not in RESERVED_PYTHON
        assert name not in VBA
        assert not is_cell_reference(name)
    assert len({*called.arguments, *aliases}) == len(called.arguments) + len(aliases)


@pytest.mark.parametrize("called", FUNCTIONS, ids=lambda f: f.name)
def test_texts_fit_a_wizard(called: Function) -> None:
    for text in (called.summary, *(argument.help for argument in called.arguments.values())):
        assert 0 < len(text) <= WIZARD
        assert "\n" not in text
    assert called.summary.endswith(".")
    assert called.formula
    assert called.source
    assert called.examples
    assert len(called.signature) <= WIZARD


@pytest.mark.parametrize("called", FUNCTIONS, ids=lambda f: f.name)
def test_declaration(called: Function) -> None:
    assert called.group in GROUPS
    assert set(called.related) <= set(library()) - {called.name}
    if called.spills:
        assert called.spills.cells
        assert called.spills.along in {"", *called.arguments}
    optional = [argument.optional for argument in called.arguments.values()]
    assert optional == sorted(optional) or called.name in LEFT_OUT, (
        "a required argument follows an optional one"
    )
    known = set(called.arguments)
    declared: tuple[Fault | Caution, ...] = (*called.faults, *called.cautions)
    for entry in declared:
        seen = known | {"result"} if isinstance(entry, Caution) else known
        assert entry.argument in known
        assert entry.when is None or set(inspect.signature(entry.when).parameters) <= seen
    for kind, group in itertools.groupby(sorted(called.errors), key=lambda error: error):
        assert len(list(group)) == 1, kind


def test_every_module_declares_the_function_it_is_named_for() -> None:
    modules = {module.name.upper() for module in pkgutil.iter_modules(engine.functions.__path__)}
    assert modules == set(library())
    for called in FUNCTIONS:
        assert called.body.__module__ == f"engine.functions.{called.name.lower()}"
        documented = inspect.getdoc(sys.modules[called.body.__module__]) or ""
        assert documented.startswith(f"{called.name}: ")


def test_functions_of_excel_are_not_declared_again() -> None:
    assert len(EXCEL) > 500
    assert {"NPV", "XNPV", "IRR", "XIRR", "MIRR", "PMT", "SUM", "BETA.DIST", "LET"} <= EXCEL
    assert not EXCEL & set(functions())


def test_functions_of_the_engine_are_not_declared_again() -> None:
    engine = formualizer.Workbook()
    engine.add_sheet("probe")
    for row, name in enumerate(["SUM", *functions()], start=1):
        engine.set_formula("probe", row, 1, f"={name}(1)")
    unknown = [engine.evaluate_cell("probe", row, 1) for row in range(1, len(functions()) + 2)]
    assert unknown[0] == 1
    assert all(isinstance(value, dict) and value["kind"] == "Name" for value in unknown[1:])


def test_order_is_by_group_then_name() -> None:
    assert [(GROUPS.index(f.group), f.name) for f in FUNCTIONS] == sorted(
        (GROUPS.index(f.group), f.name) for f in FUNCTIONS
    )


def test_adding_a_file_adds_a_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Path(inspect.getfile(function("CPA").body)).read_text()
    (tmp_path / "cpx.py").write_text(source.replace("def cpa(", "def cpx("))
    monkeypatch.setattr(engine.functions, "__path__", [*engine.functions.__path__, str(tmp_path)])
    monkeypatch.setattr(_REGISTRY, "functions", dict(_REGISTRY.functions))
    found = library.__wrapped__()
    assert found["CPX"](10, 2) == 5
    assert len(found) == len(FUNCTIONS) + 1
    sys.modules.pop("engine.functions.cpx")


@pytest.mark.parametrize(("wrong", "hint"), [("PAYBAK", "did you mean PAYBACK?"), ("qqq", "lists them all")])
def test_unknown_function(wrong: str, hint: str) -> None:
    with pytest.raises(InputError, match=re.escape(hint)):
        function(wrong)


def test_function_is_found_in_any_case() -> None:
    assert function("ltv_cac") is function("LTV_CAC")
    assert function("cac").signature == "CAC(media, new_total, [new_paid], [other_sm], [method])"
    assert function("cac_stage").signature == "CAC_STAGE(cost_per_top, rate1, [rate2], ...)"
    assert (function("cac").arity, function("cac_stage").arity) == ((2, 5), (2, None))
