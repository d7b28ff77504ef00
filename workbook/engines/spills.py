"""Arrays that fill more or fewer cells than a formula counts on."""

from __future__ import annotations

from workbook.book import Place
from workbook.engines import syntax
from workbook.engines.loading import Formulas
from workbook.engines.protocol import Finding
from workbook.engines.results import Results
from workbook.engines.syntax import Call, Expression, Group, Node, Word
from workbook.engines.values import error_kind

_MESSAGE = "the formula gives an array but is not stored as one; only its first value is kept"


def cut_spills(formulas: Formulas, results: Results) -> bool:
    """Hold plain formulas to one value, as Excel does; whether there was anything to hold."""
    cut = False
    for cell in formulas.may_spill:
        sheet, position = cell
        text = formulas.texts.get(cell)
        if text is None:
            continue
        blocked = error_kind(formulas.engine.get_value(sheet, *position)) == "Spill"
        if blocked or results.extent(sheet, position):
            formulas.replace(cell, f"=INDEX({text[1:]},1,1)")
            results.findings.append(Finding("array cut", str(Place(sheet, *position)), _MESSAGE))
            cut = True
    return cut


def read_single_arrays(formulas: Formulas, results: Results) -> bool:
    """Let `A1#` mean A1 where its array has one value, which the engine does not know as an array."""
    changed = False
    for cell, text in list(formulas.texts.items()):
        if "#" in text:
            read = "=" + syntax.spell(_without_marks(syntax.parse(text[1:]), cell[0], results))
            if read != text:
                formulas.replace(cell, read)
                changed = True
    return changed


def _without_marks(nodes: Expression, sheet: str, results: Results) -> Expression:
    kept: Expression = []
    for node in nodes:
        is_mark = isinstance(node, Word) and node.text == "#" and bool(kept)
        if not (is_mark and _is_single(kept[-1], sheet, results)):
            kept.append(_inside(node, sheet, results))
    return kept


def _inside(node: Node, sheet: str, results: Results) -> Node:
    if isinstance(node, Group):
        return Group(_without_marks(node.inner, sheet, results))
    if isinstance(node, Call):
        return Call(node.name, [_without_marks(argument, sheet, results) for argument in node.arguments])
    return node


def _is_single(anchor: Node, sheet: str, results: Results) -> bool:
    known = syntax.area([anchor])
    if known is None:
        return False
    spelled = known[0].strip("'").replace("''", "'") or sheet
    name = next((name for name in results.book.sheets if name.lower() == spelled.lower()), None)
    position = known[1][:2]
    cell = results.book.sheets[name].formulas.get(position) if name else None
    return name is not None and cell is not None and cell.dynamic and results.extent(name, position) is None
