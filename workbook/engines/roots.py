"""Which of many formulas in trouble cause it, and which merely read from those."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from workbook.references import Area, Position, parse_area

Cell = tuple[str, Position]

_REFERENCE = re.compile(
    r"""
      "(?:[^"]|"")*"
    | (?:(?P<sheet>'(?:[^']|'')+'|[\w.]+)!)?
      (?P<area>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Za-z]{1,3}\$?[0-9]{1,7})?(?![\w(])
        | \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w(]) | \$?[0-9]{1,7}:\$?[0-9]{1,7})
    | [\w.$]+
    """,
    re.VERBOSE,
)
_MOST_STEPS = 5_000_000


def references(text: str, sheet: str) -> Iterator[tuple[str, Area]]:
    """The areas a formula mentions, with their sheets."""
    for match in _REFERENCE.finditer(text):
        if match["area"]:
            name = match["sheet"]
            try:
                yield (name.strip("'").replace("''", "'") if name else sheet), parse_area(match["area"])
            except ValueError:  # a word such as XYZ2026
                continue


def roots(stuck: Collection[Cell], texts: Mapping[Cell, str]) -> list[Cell]:
    """The stuck cells, or circles of them, that read no other stuck cell; all where that takes too long."""
    precedents = _precedents(stuck, texts)
    if precedents is None:
        return list(stuck)
    group = _circles(precedents)
    fed = {
        group[cell] for cell, read in precedents.items() if any(group[other] != group[cell] for other in read)
    }
    return [cell for cell in stuck if group[cell] not in fed]


def _precedents(stuck: Collection[Cell], texts: Mapping[Cell, str]) -> dict[Cell, list[Cell]] | None:
    by_sheet: dict[str, list[Cell]] = {}
    for cell in stuck:
        by_sheet.setdefault(cell[0].lower(), []).append(cell)
    known = {(sheet.lower(), position): (sheet, position) for sheet, position in stuck}
    found: dict[Cell, list[Cell]] = {}
    left = _MOST_STEPS
    for cell in stuck:
        read = found[cell] = []
        for sheet, (top, left_column, bottom, right) in references(texts.get(cell, ""), cell[0]):
            others = by_sheet.get(sheet.lower(), ())
            size = (bottom - top + 1) * (right - left_column + 1)
            left -= min(size, len(others))
            if left < 0:
                return None
            if size <= len(others):
                places = (
                    (sheet.lower(), (r, c))
                    for r in range(top, bottom + 1)
                    for c in range(left_column, right + 1)
                )
                read += [known[place] for place in places if place in known]
            else:
                read += [o for o in others if top <= o[1][0] <= bottom and left_column <= o[1][1] <= right]
    return found


def _circles(precedents: Mapping[Cell, list[Cell]]) -> dict[Cell, int]:
    """The number of the circle each cell is in (Tarjan's algorithm, without recursion)."""
    order: dict[Cell, int] = {}
    lowest: dict[Cell, int] = {}
    group: dict[Cell, int] = {}
    open_cells: list[Cell] = []
    for start in precedents:
        if start in order:
            continue
        path = [(start, iter(precedents[start]))]
        order[start] = lowest[start] = len(order)
        open_cells.append(start)
        while path:
            cell, rest = path[-1]
            step = next((other for other in rest if other not in group), None)
            if step is None:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[cell])
                if lowest[cell] == order[cell]:
                    _close(cell, open_cells, group)
            elif step in order:
                lowest[cell] = min(lowest[cell], order[step])
            else:
                order[step] = lowest[step] = len(order)
                open_cells.append(step)
                path.append((step, iter(precedents[step])))
    return group


def _close(first: Cell, open_cells: list[Cell], group: dict[Cell, int]) -> None:
    number = len(group)
    while True:
        cell = open_cells.pop()
        group[cell] = number
        if cell == first:
            return
