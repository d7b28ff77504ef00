"""The values that charts keep of the cells they show, for viewers that do not read the cells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from xml.sax.saxutils import escape

from engine.errors import CellError
from workbook.cell_values import escape as written
from workbook.cell_values import spell_number, unescape
from workbook.package import Package
from workbook.references import parse_area
from workbook.sheetxml import Sheet, Value, scan
from workbook.splicing import Edit, Element, elements, spliced, visible

# More cells than this nobody sees in a chart: whole columns, say.
_MOST = 100_000
_CACHES = {"numRef": "numCache", "strRef": "strCache"}


def refresh(path: str | os.PathLike[str], out: str | os.PathLike[str] | None = None) -> int:
    """Give every chart the stored values of the cells it shows; says how many series and titles got them.

    Nothing else of the file changes. A reference to another workbook, or to what is
    no cells, keeps what it has.
    """
    package = Package.open(path)
    cells = _Cells(package)
    changed: dict[str, bytes] = {}
    filled = 0
    for part in _chart_parts(package):
        xml = package.read(part)
        edits = list(_edits(xml, f"{package.path}, part {part},", cells))
        filled += len(edits)
        changed[part] = spliced(xml, edits)
    package.save(out or path, changed)
    return filled


def _chart_parts(package: Package) -> Iterator[str]:
    for sheet in package.sheets:
        for drawing in package.relations(sheet.part):
            if drawing.kind == "drawing" and drawing.part:
                related = package.relations(drawing.part)
                yield from (one.part for one in related if one.kind == "chart" and one.part)


def _edits(xml: bytes, source: str, cells: _Cells) -> Iterator[Edit]:
    found = elements(xml, source, {"f", *_CACHES, *_CACHES.values()})
    for reference in (one for one in found if one.name in _CACHES):
        inside = [one for one in found if reference.inner <= one.start < reference.close]
        formula = next((one for one in inside if one.name == "f"), None)
        values = cells.of(visible(xml[formula.inner : formula.close])) if formula else None
        if formula is None or values is None:
            continue
        cache = _CACHES[reference.name]
        old = next((one for one in inside if one.name == cache), None)
        start, end = (old.start, old.end) if old else (formula.end, formula.end)
        yield start, end, _cache(reference, cache, values)


def _cache(reference: Element, name: str, values: list[Value | None]) -> bytes:
    """The cache of a reference: a point for each cell that shows something the chart can draw."""
    numbers = name == "numCache"

    def tag(local: str) -> str:
        return reference.sibling(local)

    points = "".join(
        f'<{tag("pt")} idx="{place}"><{tag("v")}>{escape(text)}</{tag("v")}></{tag("pt")}>'
        for place, value in enumerate(values)
        if (text := _number(value) if numbers else _words(value)) is not None
    )
    form = f"<{tag('formatCode')}>General</{tag('formatCode')}>" if numbers else ""
    count = f'<{tag("ptCount")} val="{len(values)}"/>'
    return f"<{tag(name)}>{form}{count}{points}</{tag(name)}>".encode()


def _number(value: Value | None) -> str | None:
    """A number as a chart stores it; what is none leaves a gap, as #N/A and a blank do."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return spell_number(value)


def _words(value: Value | None) -> str | None:
    if value is None:
        return None
    if isinstance(value, CellError):
        return value.kind.value
    if isinstance(value, bool):
        return str(value).upper()
    return written(value) if isinstance(value, str) else f"{value:.15g}"


class _Cells:
    """The values of a workbook's cells; a sheet is read when it is first asked for."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._parts = {part.name.lower(): part for part in package.sheets}
        self._sheets: dict[str, Sheet] = {}

    def of(self, reference: str) -> list[Value | None] | None:
        """The values of an area with its sheet, row by row; None where it is no area of this workbook."""
        sheet, _, area = unescape(reference).rpartition("!")
        name = sheet.removeprefix("'").removesuffix("'").replace("''", "'").lower()
        try:
            top, left, bottom, right = parse_area(area.replace("$", ""))
        except ValueError:
            return None
        if name not in self._parts or (bottom - top + 1) * (right - left + 1) > _MOST:
            return None
        shown = self._sheet(name)
        return [
            _value(shown, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
        ]

    def _sheet(self, name: str) -> Sheet:
        if name not in self._sheets:
            part, package = self._parts[name], self.package
            self._sheets[name] = scan(
                package.read(part.part), package.shared_strings, part.name, package.date1904
            )
        return self._sheets[name]


def _value(sheet: Sheet, row: int, column: int) -> Value | None:
    at = (row, column)
    if at in sheet.values:
        return sheet.values[at]
    cell = sheet.formulas.get(at) or sheet.children.get(at)
    return cell.value if cell else None
