"""The built-in engine: formualizer, fed by our own scan and asked to keep nothing to itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import formualizer as fz

from engine.errors import CellError, ErrorKind, FileError
from engine.hosting import CellFunction
from workbook.book import Book, Place
from workbook.engines.corrections import ARRAY_BLIND, PREFIX, corrections
from workbook.engines.protocol import Evaluation, Finding
from workbook.engines.readback import read_cells
from workbook.engines.skeleton import skeleton
from workbook.engines.values import EXCEL_KINDS, error_kind, from_engine, is_unknown, to_engine
from workbook.formula import Respeller, Seat, UnsupportedError, positions
from workbook.references import Position, parse_area
from workbook.sheetxml import FormulaCell, Sheet, Value

Cell = tuple[str, Position]

_CIRCULAR = "Circ"
_STUCK = {
    _CIRCULAR: "is part of a circular reference",
    "NImpl": "uses something the engine cannot calculate",
    "Name": "uses a name the engine does not know",
    "Error": "is no formula the engine can read",
}
_ROUNDS = 12
_MOST_TRACED = 2_000


class EmbeddedEngine:
    """formualizer, with the functions it is given registered in every workbook."""

    def __init__(self, functions: Sequence[CellFunction] = ()) -> None:
        self.functions = functions

    @property
    def name(self) -> str:
        """The engine and its version, for reports."""
        from importlib.metadata import version

        return f"formualizer {version('formualizer')}"

    def evaluate(self, book: Book) -> Evaluation:
        """Work out every formula; what cannot be is a finding, never an exception."""
        return _Run(book, self.functions).evaluate()


class _Run:
    """One evaluation of one workbook."""

    def __init__(self, book: Book, functions: Sequence[CellFunction]) -> None:
        self.book = book
        self.result = Evaluation()
        self.kept: dict[Cell, str] = {}
        self.cautions: dict[tuple[str, str], None] = {}
        self.texts: dict[Cell, str] = {}
        self.engine = self._start(functions)
        self.respeller = Respeller(
            list(book.sheets), book.package.defined_names, book.package.tables, {f.name for f in functions},
            is_unknown, {name: PREFIX + name for name in ARRAY_BLIND},
        )  # fmt: skip

    def _start(self, functions: Iterable[CellFunction]) -> fz.Workbook:
        settings = fz.EvaluationConfig()
        settings.cycle_detection = "runtime"
        iteration = self.book.package.iterate
        if iteration.on:
            settings.cycle_policy = "iterate"
            settings.iterate_max_iterations = iteration.limit
            settings.iterate_max_change = iteration.delta
        config = fz.WorkbookConfig(eval_config=settings, enable_changelog=False)
        engine = fz.Workbook.from_bytes(skeleton(self.book), config=config)
        engine.set_temporal_egress("serial")
        for name, correction in corrections().items():
            engine.register_function(name, correction, min_args=1, max_args=1)
        for function in functions:
            engine.register_function(
                function.name, self._callback(function), min_args=function.least, max_args=function.most,
                allow_override_builtin=True,
            )  # fmt: skip
        return engine

    def _callback(self, function: CellFunction) -> Any:
        def call(*args: Any) -> Any:
            result, cautions = function.call(*(from_engine(a) for a in args))
            for sentence in cautions:
                self.cautions[function.name, sentence] = None
            return to_engine(result)

        return call

    def evaluate(self) -> Evaluation:
        """Load, work out, free what is stuck, cut what must not spill, read back."""
        for sheet, cells in self.book.sheets.items():
            self._load(sheet, cells)
        self._work_out()
        values = self._values()
        for _ in range(_ROUNDS):
            stuck = self._stuck(values)
            if not stuck:
                break
            for cell in self._roots(stuck):
                self._keep(cell, _STUCK[stuck[cell]])
            self._work_out()
            values = self._values()
        if self._cut_spills():
            self._work_out()
            values = self._values()
        self._collect(values)
        return self.result

    def _load(self, name: str, sheet: Sheet) -> None:
        for (row, column), value in sheet.values.items():
            self.engine.set_value(name, row, column, to_engine(value))
        for position, cell in sheet.formulas.items():
            if cell.kind == "datatable":
                self._keep((name, position), "is a what-if data table, which is not recalculated")
            else:
                self._load_formula(name, position, cell)
        for position, child in sheet.children.items():
            if sheet.formulas[child.master].kind == "datatable" and child.value is not None:
                self.engine.set_value(name, *position, to_engine(child.value))

    def _load_formula(self, sheet: str, position: Position, cell: FormulaCell) -> None:
        try:
            text = "=" + self.respeller.respell(cell.text, Seat(sheet, *position))
            if cell.kind == "array" and cell.ref and not cell.dynamic and _is_one_cell(cell.ref):
                text = f"=INDEX({text[1:]},1,1)"
            self.engine.set_formula(sheet, *position, text)
        except UnsupportedError as error:
            self._keep((sheet, position), str(error))
        except RuntimeError as error:
            self._keep((sheet, position), f"is no formula the engine can read: {_first_line(error)}")
        else:
            self.texts[sheet, position] = text

    def _keep(self, cell: Cell, reason: str) -> None:
        """Let a cell stand for what the file has cached, so that its dependents can be worked out."""
        sheet, position = cell
        cached = self.book.sheets[sheet].formulas[position].value
        self.kept[cell] = reason
        self.engine.set_value(sheet, *position, to_engine(CellError(ErrorKind.NAME) if cached is None else cached))

    def _work_out(self) -> None:
        try:
            self.engine.evaluate_all()
        except Exception as error:
            raise FileError(
                f"{self.book.package.path}: the engine gave up on this workbook ({_first_line(error)}); "
                "nothing was written"
            ) from error

    def _values(self) -> dict[str, dict[Position, Any]]:
        return {
            name: read_cells(self.engine, name, [*sheet.formulas, *sheet.children])
            for name, sheet in self.book.sheets.items()
        }

    def _stuck(self, values: dict[str, dict[Position, Any]]) -> dict[Cell, str]:
        """The cells that show no error of Excel's, or one that Excel did not have."""
        stuck: dict[Cell, str] = {}
        for name, sheet in self.book.sheets.items():
            for position, cell in sheet.formulas.items():
                kind = error_kind(values[name][position])
                if kind is None or (name, position) in self.kept:
                    continue
                if kind not in EXCEL_KINDS or (kind == "Name" and cell.value not in (None, CellError(ErrorKind.NAME))):
                    stuck[name, position] = kind if kind in _STUCK else "NImpl"
        return stuck

    def _roots(self, stuck: dict[Cell, str]) -> list[Cell]:
        """Those of the stuck cells that do not merely pass on the trouble of another."""
        if len(stuck) > _MOST_TRACED:
            return list(stuck)
        roots = [cell for cell in stuck if not self._reads_any(cell, stuck)]
        return roots or list(stuck)

    def _reads_any(self, cell: Cell, others: dict[Cell, str]) -> bool:
        sheet, position = cell
        report = self.engine.precedents(str(Place(sheet, *position)))
        for precedent in report.precedents:
            where = precedent.to_dict()["reference"]
            if any(_covers(where, other) for other in others if other != cell):
                return True
        return False

    def _cut_spills(self) -> bool:
        """Hold plain formulas to one value, as Excel does for a formula not marked as an array."""
        cut = False
        for (sheet, position), text in list(self.texts.items()):
            cell = self.book.sheets[sheet].formulas[position]
            if cell.kind == "array" or not _may_spill(text):
                continue
            value = self.engine.get_value(sheet, *position)
            if self._extent(sheet, position) is None and error_kind(value) != "Spill":
                continue
            self.engine.set_formula(sheet, *position, f"=INDEX({text[1:]},1,1)")
            where = str(Place(sheet, *position))
            message = "the formula gives an array but is not stored as one; only its first value is kept"
            self.result.findings.append(Finding("array cut", where, message))
            cut = True
        return cut

    def _extent(self, sheet: str, position: Position) -> str | None:
        """The area a formula spills over, or None."""
        spill = self.engine.inspect_cell(str(Place(sheet, *position)), include_values=False).to_dict()["cell"]["spill"]
        if spill is None or spill["kind"] != "Anchor":
            return None
        return str(spill["extent"]).rpartition("!")[2].replace("$", "")

    def _collect(self, values: dict[str, dict[Position, Any]]) -> None:
        for name, sheet in self.book.sheets.items():
            new = self.result.values.setdefault(name, {})
            for position, cell in sheet.formulas.items():
                reason = self.kept.get((name, position))
                if reason is None:
                    new[position] = from_engine(values[name][position])
                    self.result.evaluated += 1
                    if cell.kind == "array" and cell.ref:
                        self._collect_array(name, sheet, position, cell, values[name])
                else:
                    self._report(name, position, reason, cell.value)
        for function, sentence in self.cautions:
            self.result.findings.append(Finding("caution", function, sentence))

    def _collect_array(
        self, name: str, sheet: Sheet, anchor: Position, cell: FormulaCell, values: dict[Position, Any]
    ) -> None:
        """The values an array fills: as far as it reaches now, or, fixed in size, as far as it was."""
        new = self.result.values[name]
        stored = cell.ref or ""
        extent = self._extent(name, anchor)
        if cell.dynamic and extent != stored and (extent or not _is_one_cell(stored)):
            reach = extent or stored.partition(":")[0]
            self.result.areas.setdefault(name, {})[anchor] = reach
            filled = read_cells(self.engine, name, positions(reach))
            for position in positions(stored):
                if position != anchor and position in sheet.children:
                    new[position] = None
            new.update({p: from_engine(v) for p, v in filled.items()})
            return
        filled = read_cells(self.engine, name, positions(extent)) if extent else {}
        single = from_engine(values[anchor])
        for position in positions(stored):
            if position != anchor:
                beyond = single if extent is None else CellError(ErrorKind.NA)
                new[position] = from_engine(filled[position]) if position in filled else beyond

    def _report(self, sheet: str, position: Position, reason: str, cached: Value | None) -> None:
        what = "it has no stored value" if cached is None else "its stored value is kept"
        kind = "circular" if reason == _STUCK[_CIRCULAR] else "not calculated"
        self.result.findings.append(Finding(kind, str(Place(sheet, *position)), f"the formula {reason}; {what}"))


def _is_one_cell(area: str) -> bool:
    top, left, bottom, right = parse_area(area)
    return (top, left) == (bottom, right)


def _may_spill(text: str) -> bool:
    """Whether a formula can give an array at all: it reads an area, a literal array or makes one."""
    return any(mark in text for mark in ":{#") or any(f"{name}(" in text.upper() for name in _ARRAY_MAKERS)


_ARRAY_MAKERS = ("SEQUENCE", "RANDARRAY", "INDIRECT", "OFFSET", "TEXTSPLIT", "FREQUENCY", "TRANSPOSE", "LET")


def _covers(reference: Any, cell: Cell) -> bool:
    """Whether a precedent, as the engine describes it, takes in a cell."""
    address = reference.get("address") or reference.get("declared")
    if not address:
        return False
    sheet, _, area = address.rpartition("!")
    try:
        top, left, bottom, right = parse_area(area)
    except ValueError:
        return False
    row, column = cell[1]
    same_sheet = sheet.strip("'").replace("''", "'") == cell[0]
    return same_sheet and top <= row <= bottom and left <= column <= right


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200]
