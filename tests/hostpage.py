"""How every host answers, function by function: what `docs/hosts.md` shows and the tests hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conftest import ROOT
from hostcases import cases, same

PAGE = Path(ROOT) / "docs" / "hosts.md"
HOSTS = {
    "headless": "recalculated",
    "excel": "Excel, COM",
    "officejs": "Office.js",
    "lite": "xlwings Lite",
    "lambda": "LAMBDA",
    "libreoffice": "LibreOffice",
}


@dataclass
class Column:
    """A host's answers: the text for each function, the reasons for differences, what is wrong."""

    cells: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def compared(host: Any) -> Column:
    """Run all cases in a host, the module with its `run` and `difference`, beside what Python shows."""
    without = getattr(host, "without", lambda function: None)
    some = [case for case in cases() if without(case.function.name) is None]
    column = Column()
    tally: dict[str, list[int]] = {}
    for case, found in zip(some, host.run(some), strict=True):
        counts = tally.setdefault(case.function.name, [0, 0])
        reason, agrees = host.difference(case), same(found, case.expected)
        if agrees:
            counts[0] += 1
            if reason:
                column.wrong.append(f"{case.name}: agrees, though {reason}")
        elif reason:
            counts[1] += 1
            column.reasons[reason] = column.reasons.get(reason, 0) + 1
        else:
            column.wrong.append(f"{case.name} {case.args}: {found} instead of {case.expected}")
    for case in cases():
        name = case.function.name
        column.cells[name] = _cell(tally[name]) if name in tally else "none"
    return column


def _cell(counts: list[int]) -> str:
    alike, differing = counts
    return f"{alike}" if not differing else f"{alike}, {differing} differ"


def page_column(host: str) -> Mapping[str, str]:
    """A host's column of `docs/hosts.md`."""
    place = list(HOSTS).index(host) + 2
    rows = [
        line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| [")
    ]
    return {row[1].strip().removeprefix("[").partition("]")[0]: row[place].strip() for row in rows}
