"""What keeps the functions out of a spreadsheet program, as far as can be seen, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from unitsheet.machine import Machine


class State(StrEnum):
    """What a check came to."""

    OK = "ok"
    WRONG = "wrong"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says: of what, how it stands, and the cure where something is to be done."""

    about: str
    state: State
    text: str
    cure: str = ""


Check = Callable[[Machine], Iterator[Finding]]
_REQUIREMENT = re.compile(r"^([\w.-]+).*extra\s*==\s*['\"](\w+)['\"]")


def findings(machine: Machine) -> list[Finding]:
    """What all checks say, program by program."""
    from unitsheet.diagnosis_calc import libreoffice
    from unitsheet.diagnosis_excel import CHECKS, elsewhere

    excel = CHECKS if machine.windows else (elsewhere,)
    checks: tuple[Check, ...] = (packages, *excel, libreoffice, server)
    return [finding for check in checks for finding in check(machine)]


def packages(_: Machine) -> Iterator[Finding]:
    """Whether engine, workbook and udfs are ours alone; with others in their place nothing of us runs."""
    from unitsheet.neighbours import ROOMS
    from unitsheet.owners import strangers

    found = strangers()
    for what, cure in found:
        yield Finding("packages", State.WRONG, what, cure)
    if not found:
        yield Finding("packages", State.OK, f"{', '.join(ROOMS)} are unitsheet's own")


def server(machine: Machine) -> Iterator[Finding]:
    """Whether what `unitsheet serve` needs is there, which is an extra."""
    from unitsheet.owners import OURS, distribution_of

    ours = distribution_of(OURS)
    matches = (_REQUIREMENT.match(text) for text in (ours.requires if ours else None) or ())
    needed = [match[1] for match in matches if match and match[2] == "serve"]
    missing = [name for name in needed if distribution_of(name) is None]
    if missing:
        cure = "only if you need it: pip install 'unitsheet[serve]'"
        yield Finding("serve", State.OK, f"not installed, {', '.join(missing)} missing", cure)
    elif needed:
        yield Finding("serve", State.OK, "what `unitsheet serve` needs is there")
