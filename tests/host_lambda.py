"""Our LAMBDA names in IronCalc, an engine that has LAMBDA, LET and ISOMITTED as Excel 365 does."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from casesheet import read_cases, write_cases
from hostcases import Case
from openpyxl.workbook.defined_name import DefinedName

from engine.errors import CellError, ErrorKind
from engine.hosting import Host
from udfs.lambdas import lambdas, without_lambda

_ERRORS = {kind.value: CellError(kind) for kind in ErrorKind}


def without(function: str) -> str | None:
    """Why a function has no LAMBDA."""
    return without_lambda().get(function)


def difference(case: Case) -> str | None:
    """Nothing differs."""
    return None


def run(cases: Sequence[Case]) -> list[Any]:
    """What IronCalc shows for each case of a function that has a LAMBDA."""
    ironcalc = pytest.importorskip("ironcalc", reason="IronCalc is not installed")
    book = openpyxl.Workbook()
    for one in lambdas().values():
        book.defined_names[one.name] = DefinedName(one.name, attr_text=one.text, comment=one.comment)
    shapes = write_cases(book.active, cases, Host.LAMBDA.typed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lambda.xlsx"
        book.save(path)
        model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()

    def shown(row: int, column: int) -> Any:
        value = model.get_cell_value(0, row, column)
        return _ERRORS.get(value, value) if isinstance(value, str) else value

    return read_cases(shapes, shown)
