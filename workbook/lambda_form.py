"""What is wrong with a LAMBDA as a file holds it, before Excel finds out and drops the name.

Excel shows `LAMBDA(x,[y],LET(z,x+1,z))` and stores
`_xlfn.LAMBDA(_xlpm.x,_xlop.y,_xlfn.LET(_xlpm.z,_xlpm.x+1,_xlpm.z))`. Other programs
read a good deal that Excel does not, so that a file which they read proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openpyxl.utils import FORMULAE

from workbook.engines import syntax
from workbook.engines.syntax import Call, Expression, Group, Literal, Node
from workbook.references import parse_cell

LONGEST = 8_192
"""The most characters that Excel takes in a formula."""
DEEPEST = 64
MOST_ARGUMENTS = 253
LONGEST_COMMENT = 255
LONGEST_TEXT = 255
FUTURE, SHEET_FUTURE = "_xlfn.", "_xlfn._xlws."
USED, OPTIONAL = "_xlpm.", "_xlop."
_OF_SHEETS = frozenset(("FILTER", "SORT"))
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_R1C1 = re.compile(r"R[0-9]*(C[0-9]*)?|C[0-9]*", re.IGNORECASE)
_CONSTANTS = frozenset(("TRUE", "FALSE"))


def faults(text: str) -> list[str]:
    """What Excel would not read in a LAMBDA, each in a few words; nothing where it would read all."""
    if text.startswith("="):
        return ["it begins with ="]
    found = [f"it has {len(text):,} characters, {LONGEST:,} are allowed"] if len(text) > LONGEST else []
    try:
        nodes = syntax.parse(text)
    except ValueError as error:
        return [*found, f"it cannot be read: {error}"]
    if len(nodes) != 1 or not isinstance(nodes[0], Call) or nodes[0].name != f"{FUTURE}LAMBDA":
        return [*found, f"it is no {FUTURE}LAMBDA"]
    return list(dict.fromkeys([*found, *_in_call(nodes[0], frozenset(), 1)]))


def comment_faults(comment: str) -> list[str]:
    """What Excel would not read in the comment of a name."""
    if len(comment) > LONGEST_COMMENT:
        return [f"its comment has {len(comment):,} characters, {LONGEST_COMMENT} are allowed"]
    return [] if comment.isprintable() else ["its comment has a sign that cannot be printed"]


def _in(nodes: Expression, known: frozenset[str], depth: int) -> Iterator[str]:
    for node in nodes:
        yield from _in_node(node, known, depth)


def _in_node(node: Node, known: frozenset[str], depth: int) -> Iterator[str]:
    if isinstance(node, Call):
        yield from _in_call(node, known, depth)
    elif isinstance(node, Group):
        yield from _in(node.inner, known, depth)
    elif isinstance(node, Literal):
        if "_xl" in node.text:
            yield f"{node.text} is no array of constants"
    elif node.part == "Text" and len(node.text) - 2 > LONGEST_TEXT:
        yield f"a text has {len(node.text) - 2} characters, {LONGEST_TEXT} are allowed"
    elif node.is_reference and node.text.upper() not in _CONSTANTS:
        yield from _in_name(node.text, known)


def _in_name(name: str, known: frozenset[str]) -> Iterator[str]:
    if name.startswith(OPTIONAL):
        yield f"{name} is used; only its declaration is spelled {OPTIONAL}"
    elif not name.startswith(USED):
        yield f"{name} is no parameter, or is one without {USED}"
    elif name.lower() not in known:
        yield f"{name} is used where it is not known"


def _in_call(call: Call, known: frozenset[str], depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        yield f"calls are nested more than {DEEPEST} deep"
        return
    if len(call.arguments) > MOST_ARGUMENTS:
        yield f"{call.name} has {len(call.arguments)} arguments, {MOST_ARGUMENTS} are allowed"
    if call.name == f"{FUTURE}LAMBDA":
        yield from _in_lambda(call, known, depth)
    elif call.name == f"{FUTURE}LET":
        yield from _in_let(call, known, depth)
    else:
        yield from _in_function_name(call.name, known)
        for argument in call.arguments:
            yield from _in(argument, known, depth + 1)


def _in_function_name(name: str, known: frozenset[str]) -> Iterator[str]:
    if name.startswith(USED):
        yield from _in_name(name, known)
        return
    plain = name.removeprefix(FUTURE).removeprefix("_xlws.")
    if plain != plain.upper():
        yield f"{name} is not in capitals"
        return
    prefix = "" if plain in FORMULAE else SHEET_FUTURE if plain in _OF_SHEETS else FUTURE
    if name != prefix + plain:
        yield f"{name} is spelled {prefix}{plain} in a file"


def _in_lambda(call: Call, known: frozenset[str], depth: int) -> Iterator[str]:
    if not call.arguments:
        yield "a LAMBDA has no formula"
        return
    names: list[str] = []
    optional = False
    for argument in call.arguments[:-1]:
        written = syntax.spell(argument)
        prefix = OPTIONAL if written.startswith(OPTIONAL) else USED
        if prefix == USED and optional:
            yield f"{written} must be given but follows one that need not be"
        optional = prefix == OPTIONAL
        yield from _in_declaration(written, prefix)
        names.append(USED + written.removeprefix(prefix).lower())
    yield from (f"{name} is declared twice" for name in sorted({n for n in names if names.count(n) > 1}))
    yield from _in(call.arguments[-1], known | set(names), depth + 1)


def _in_let(call: Call, known: frozenset[str], depth: int) -> Iterator[str]:
    if len(call.arguments) < 3 or not len(call.arguments) % 2:
        yield f"LET has {len(call.arguments)} arguments, not pairs and a formula"
        return
    declared: set[str] = set()
    for name, meaning in zip(call.arguments[:-1:2], call.arguments[1::2], strict=True):
        written = syntax.spell(name)
        yield from _in(meaning, known, depth + 1)
        yield from _in_declaration(written, USED)
        if written.lower() in declared:
            yield f"{written} is declared twice"
        declared.add(written.lower())
        known = known | {written.lower()}
    yield from _in(call.arguments[-1], known, depth + 1)


def _in_declaration(written: str, prefix: str) -> Iterator[str]:
    name = written.removeprefix(prefix)
    if not written.startswith(prefix) or not _WORD.fullmatch(name):
        yield f"{written} is no name of a parameter"
    elif _is_cell(name) or _R1C1.fullmatch(name) or name.upper() in _CONSTANTS:
        yield f"{written} reads as a cell or a constant"
    elif len(name) > LONGEST_TEXT:
        yield f"{written} is too long for a name"


def _is_cell(name: str) -> bool:
    try:
        parse_cell(name)
    except ValueError:
        return False
    return True
