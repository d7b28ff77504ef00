"""What the engine has worked out: read back in blocks, looked through for trouble, handed on."""

from __future__ import annotations

from typing import Any

import formualizer as fz

from engine.errors import CellError, ErrorKind
from workbook.book import Book, Place
from workbook.engines.loading import Formulas
from workbook.engines.protocol import Evaluation, Finding
from workbook.engines.readback import read_cells
from workbook.engines.roots import Cell
from workbook.engines.values import CIRCULAR, EXCEL_KINDS, STUCK, error_kind, from_engine
from workbook.formula import positions
from workbook.references import Position, parse_area
from workbook.sheetxml import FormulaCell, Value

_UNKNOWN_NAME = CellError(ErrorKind.NAME)


class Results:
    """The values of one evaluation."""

    def __init__(self, book: Book, engine: fz.Workbook, formulas: Formulas) -> None:
        self.book = book
        self.engine = engine
        self.formulas = formulas
        self.findings: list[Finding] = []
        self._values: dict[str, dict[Position, Any]] | None = None

    def note(self, finding: Finding) -> None:
        """Take in a finding, once."""
        if finding not in self.findings:
            self.findings.append(finding)

    def forget(self) -> None:
        """The engine has worked again: what was read is no longer so."""
        self._values = None

    def values(self) -> dict[str, dict[Position, Any]]:
        """What the engine has for every formula and every cell of an array."""
        if self._values is None:
            self._values = {
                name: read_cells(self.engine, name, [*sheet.formulas, *sheet.children])
                for name, sheet in self.book.sheets.items()
            }
        return self._values

    def errors(self) -> list[tuple[str, Position, str]]:
        """Every error that formulas give, by the engine's name of it."""
        return [
            (name, position, kind)
            for name, values in self.values().items()
            for position, value in values.items()
            if type(value) is dict and (kind := error_kind(value)) is not None
        ]

    def stuck(self) -> dict[Cell, str]:
        """The cells that show no error of Excel's, or one that Excel did not have."""
        stuck: dict[Cell, str] = {}
        for name, position, kind in self.errors():
            cell = self.book.sheets[name].formulas.get(position)
            if cell is None or (name, position) in self.formulas.kept:
                continue
            if kind == "Name":
                trouble = cell.value not in (None, _UNKNOWN_NAME)
            elif kind == "Spill":
                trouble = cell.kind == "array" and not cell.dynamic
            else:
                trouble = kind not in EXCEL_KINDS
            if trouble:
                stuck[name, position] = kind if kind in STUCK else "NImpl"
        return stuck

    def extent(self, sheet: str, position: Position) -> str | None:
        """The area a formula spills over, or None."""
        report = self.engine.inspect_cell(str(Place(sheet, *position)), include_values=False)
        spill = report.to_dict()["cell"]["spill"]
        if spill is None or spill["kind"] != "Anchor":
            return None
        return str(spill["extent"]).rpartition("!")[2].replace("$", "")

    def evaluation(self) -> Evaluation:
        """Everything worked out, and a finding for each formula that was not."""
        result = Evaluation(findings=self.findings)
        kept = self.formulas.kept
        result.evaluated = self.book.formula_count - len(kept)
        for name, values in self.values().items():
            new = result.values.setdefault(name, {})
            for position, cell in self.book.sheets[name].formulas.items():
                if kept and (name, position) in kept:
                    continue
                value = values[position]
                new[position] = value if type(value) is str else from_engine(value)
                if cell.kind == "array":
                    self.collect_array(result, name, position, cell, values)
        for cell_at, names in self.formulas.undefined.items():
            if cell_at not in self.formulas.kept and self.stored(cell_at) != _UNKNOWN_NAME:
                message = f"the formula uses {', '.join(names)}, which the workbook does not define"
                result.findings.append(Finding("unknown name", str(Place(cell_at[0], *cell_at[1])), message))
        for cell_at, reason in self.formulas.kept.items():
            result.findings.append(self.kept_finding(cell_at, reason))
        return result

    def stored(self, cell: Cell) -> Value | None:
        """What the file has cached for a formula."""
        return self.book.sheets[cell[0]].formulas[cell[1]].value

    def collect_array(
        self, result: Evaluation, name: str, anchor: Position, cell: FormulaCell, values: dict[Position, Any]
    ) -> None:
        """The values an array fills: as far as it reaches now, or, fixed in size, as far as it was."""
        stored = cell.ref or ""
        new = result.values[name]
        if not cell.dynamic:
            filled = read_cells(self.engine, name, positions(stored))
            new.update((p, from_engine(v)) for p, v in filled.items() if p != anchor)
            return
        extent = self.extent(name, anchor)
        if extent is None and _is_one_cell(stored):
            return
        reach = extent or stored.partition(":")[0]
        if reach != stored:
            result.areas.setdefault(name, {})[anchor] = reach
            new.update(dict.fromkeys(self.formulas.children[name, anchor]))
        filled = read_cells(self.engine, name, positions(reach))
        new.update((p, from_engine(v)) for p, v in filled.items())

    def kept_finding(self, cell: Cell, reason: str) -> Finding:
        """That a formula was not worked out, why, and what its cell shows instead."""
        sheet, position = cell
        cached = self.stored(cell)
        what = "it has no stored value" if cached is None else "its stored value is kept"
        kind = "circular" if reason == STUCK[CIRCULAR] else "not calculated"
        return Finding(kind, str(Place(sheet, *position)), f"the formula {reason}; {what}")


def _is_one_cell(area: str) -> bool:
    top, left, bottom, right = parse_area(area)
    return (top, left) == (bottom, right)
