"""The built-in engine: formualizer, fed by our own scan and asked to keep nothing to itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import formualizer as fz

from engine.errors import FileError
from engine.hosting import CellFunction
from workbook.book import Book
from workbook.engines.corrections import corrections
from workbook.engines.formula_cells import IS_FORMULA, formulas_in
from workbook.engines.given import PREFIX
from workbook.engines.loading import Formulas
from workbook.engines.masking import Mirrors
from workbook.engines.protocol import Evaluation, Finding
from workbook.engines.results import Results
from workbook.engines.roots import Cell, roots
from workbook.engines.settling import settled, unsettled
from workbook.engines.skeleton import constants, fits, skeleton
from workbook.engines.spills import cut_spills, read_single_arrays
from workbook.engines.values import STUCK, from_engine, to_engine
from workbook.stored_cells import collection_paused

_ROUNDS = 12
_MOST_SETTLING = 400  # an error may come through that many sums, one after another
_MOST_KEPT_SINGLY = 1_000


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
        kept: dict[Cell, str] = {}
        with collection_paused():
            for _ in range(_ROUNDS):
                try:
                    return _Run(book, self.functions, kept).evaluate()
                except _StartAgainError as again:
                    kept = again.kept
        raise FileError(f"{book.package.path}: too many formulas depend on ones that cannot be calculated")


class _StartAgainError(Exception):
    """So many formulas must be kept that a new engine is faster than changing this one."""

    def __init__(self, kept: dict[Cell, str]) -> None:
        super().__init__()
        self.kept = kept


class _Run:
    """One evaluation of one workbook."""

    def __init__(self, book: Book, functions: Sequence[CellFunction], kept: Mapping[Cell, str]) -> None:
        self.book = book
        self.cautions: dict[tuple[str, str], None] = {}
        self.engine = started(book, kept)
        self.register(functions)
        self.formulas = Formulas(book, self.engine, {function.name for function in functions}, kept)
        self.results = Results(book, self.engine, self.formulas)

    def register(self, functions: Sequence[CellFunction]) -> None:
        """Make our functions, and those that the engine lacks, known to the workbook."""
        for name, correction in corrections().items():
            self.engine.register_function(name, correction, min_args=0, max_args=None)
        self.engine.register_function(PREFIX + IS_FORMULA, formulas_in(self.book), min_args=5, max_args=5)
        for function in functions:
            self.engine.register_function(
                function.name, self.callback(function), min_args=function.least, max_args=function.most,
                allow_override_builtin=True,
            )  # fmt: skip

    def callback(self, function: CellFunction) -> Any:
        def call(*args: Any) -> Any:
            result, cautions = function.call(*(from_engine(a) for a in args))
            for sentence in cautions:
                self.cautions[function.name, sentence] = None
            return to_engine(result)

        return call

    def evaluate(self) -> Evaluation:
        """Load, work out, free what is stuck, cut what must not spill, read back."""
        self.formulas.load()
        self.work_out()
        self.free()
        if read_single_arrays(self.formulas, self.results) | cut_spills(self.formulas, self.results):
            self.work_out()
        mirrors = Mirrors(self.engine, self.formulas.scratch.name)
        for _ in range(_MOST_SETTLING):
            if not settled(self.formulas, self.results, mirrors):
                break
            self.work_out()
        else:
            self.results.findings.append(unsettled(self.formulas))
        self.free()
        evaluation = self.results.evaluation()
        evaluation.findings += self.caution_findings()
        return evaluation

    def work_out(self) -> None:
        """Let the engine evaluate; where it gives up, let it do without what it fails on."""
        self.results.forget()
        for relieve in (self.formulas.put_in_order, self.formulas.keep_indirect, None):
            try:
                self.engine.evaluate_all()
                return
            except Exception as error:  # it raises what it likes
                if relieve is None:
                    reason = str(error).partition("\n")[0][:200]
                    raise FileError(
                        f"{self.book.package.path}: the engine gave up on this workbook ({reason}); "
                        "nothing was written"
                    ) from error
                relieve()

    def free(self) -> None:
        """Let formulas that cannot be worked out stand for what the file has, so that others can."""
        for turn in range(_ROUNDS):
            stuck = self.results.stuck()
            if not stuck:
                return
            causes = roots(stuck, self.formulas.texts) if turn < _ROUNDS - 1 else list(stuck)
            reasons = {cell: STUCK[stuck[cell]] for cell in causes or stuck}
            if len(reasons) > _MOST_KEPT_SINGLY:
                raise _StartAgainError(self.formulas.kept | reasons)
            for cell, reason in reasons.items():
                self.formulas.keep(cell, reason)
            self.work_out()

    def caution_findings(self) -> list[Finding]:
        findings = []
        for function, sentence in self.cautions:
            where, count = self.formulas.callers(function)
            cells = "" if count == 1 else f" (in one or more of the {count:,} cells that call it)"
            findings.append(Finding("caution", where, f"{function}: {sentence}{cells}"))
        return findings


def started(book: Book, kept: Collection[Cell] = ()) -> fz.Workbook:
    """An engine that has the workbook's sheets, names and constants."""
    settings = fz.EvaluationConfig()
    settings.cycle_detection = "runtime"
    settings.date_system = "1904" if book.package.date1904 else "1900"
    iteration = book.package.iterate
    if iteration.on:
        settings.cycle_policy = "iterate"
        settings.iterate_max_iterations = iteration.limit
        settings.iterate_max_change = iteration.delta
    config = fz.WorkbookConfig(eval_config=settings, enable_changelog=False)
    engine = fz.Workbook.from_bytes(skeleton(book, kept), config=config)
    engine.set_temporal_egress("serial")
    for sheet in book.sheets:
        for position, value in constants(book, sheet, kept):
            if not fits(value):
                engine.set_value(sheet, *position, to_engine(value))
    return engine
