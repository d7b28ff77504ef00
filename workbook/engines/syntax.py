"""A formula as a tree of calls, brackets and operands, and back as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import formualizer as fz

from workbook.formula import tokenized
from workbook.references import Area, parse_area

_AREA = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^\s'!:,()]+)!)?"
    r"(?P<area>\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?\d+:\$?\d+)"
)
_JOINING = {":", ",", " "}
_SIGNS = {"OpInfix", "OpPrefix", "OpPostfix"}
_KEEPING = {"#", "@", *_JOINING}


@dataclass(slots=True)
class Word:
    """An operand, an operator, a blank: whatever is not cut further."""

    text: str
    kind: str  # as the tokenizer calls it: Operand, OpInfix, OpPrefix, OpPostfix, Whitespace
    part: str = ""

    @property
    def is_reference(self) -> bool:
        """Whether this is a cell, an area or a name."""
        return self.kind == "Operand" and self.part == "Range"


@dataclass(slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: list[Expression] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """What stands in round brackets."""

    inner: Expression


@dataclass(slots=True)
class Literal:
    """An array written out in braces."""

    text: str


Node = Word | Call | Group | Literal
Expression = list[Node]


def parse(text: str) -> Expression:
    """The tree of a formula without `=`; raises ValueError where it cannot be read."""
    try:
        return _Reader(tokenized(text)).expression(ends=())
    except (IndexError, RecursionError) as error:
        raise ValueError("brackets do not match or are nested too deeply") from error


class _Reader:
    def __init__(self, tokens: list[fz.Token]) -> None:
        self.tokens = [(t.value, str(t.token_type), str(t.subtype)) for t in tokens]
        self.at = 0

    def expression(self, ends: tuple[str, ...]) -> Expression:
        """Nodes up to a closing bracket or, where `ends` says so, a comma."""
        nodes: Expression = []
        while self.at < len(self.tokens):
            value, kind, part = self.tokens[self.at]
            if part == "Close" or (kind == "Sep" and "Sep" in ends):
                return nodes
            self.at += 1
            if kind == "Func":
                nodes.append(self.call(value[:-1].strip()))
            elif kind == "Paren":
                nodes.append(Group(self.expression(())))
                self.at += 1
            elif kind == "Array":
                nodes.append(Literal(self.literal()))
            else:
                nodes.append(Word(value, kind, part))
        if ends:
            raise ValueError("a bracket is not closed")
        return nodes

    def call(self, name: str) -> Call:
        call = Call(name)
        while True:
            call.arguments.append(self.expression(("Sep", "Close")))
            _, _, part = self.tokens[self.at]
            self.at += 1
            if part == "Close":
                if len(call.arguments) == 1 and not significant(call.arguments[0]):
                    call.arguments.clear()
                return call

    def literal(self) -> str:
        pieces = ["{"]
        while self.tokens[self.at][2] != "Close":
            pieces.append(self.tokens[self.at][0])
            self.at += 1
        self.at += 1
        return "".join(pieces) + "}"


def spell(expression: Expression) -> str:
    """The text of a tree."""
    return "".join(map(spell_node, expression))


def spell_node(node: Node) -> str:
    """The text of one node."""
    if isinstance(node, Call):
        return f"{node.name}({','.join(map(spell, node.arguments))})"
    if isinstance(node, Group):
        return f"({spell(node.inner)})"
    return node.text


def significant(expression: Expression) -> Expression:
    """The nodes without blanks."""
    return [node for node in expression if not (isinstance(node, Word) and node.kind == "Whitespace")]


def is_operated(expression: Expression) -> bool:
    """Whether values are worked on here, so that an area would not be taken as it is."""
    signs = (n.text for n in expression if isinstance(n, Word) and n.kind in _SIGNS)
    return any(sign not in _KEEPING for sign in signs)


def is_joined(expression: Expression) -> bool:
    """Whether references are put together here: by a colon, a comma or a blank."""
    return any(isinstance(n, Word) and n.kind == "OpInfix" and n.text in _JOINING for n in expression)


def is_list(expression: Expression) -> bool:
    """Whether references stand in a row with commas between."""
    return any(isinstance(n, Word) and n.kind == "OpInfix" and n.text == "," for n in expression)


def calls(expression: Expression) -> Iterator[Call]:
    """Every call in a tree, outer ones first."""
    for node in expression:
        if isinstance(node, Call):
            yield node
            for argument in node.arguments:
                yield from calls(argument)
        elif isinstance(node, Group):
            yield from calls(node.inner)


def area(expression: Expression) -> tuple[str, Area] | None:
    """The sheet, as it is spelled or empty, and the corners, where a tree is nothing but a reference."""
    nodes = significant(expression)
    if len(nodes) != 1 or not isinstance(nodes[0], Word) or not nodes[0].is_reference:
        return None
    return read_reference(nodes[0].text)


def read_reference(text: str) -> tuple[str, Area] | None:
    """The sheet, as it is spelled or empty, and the corners of a cell or area; None for anything else."""
    match = _AREA.fullmatch(text)
    if match is None:
        return None
    try:
        return match["sheet"] or "", parse_area(match["area"])
    except ValueError:
        return None


def without_lets(expression: Expression) -> Expression:
    """The same formula with what LET names put in the names' place; LAMBDA is left alone."""
    if not any(call.name.upper() == "LET" for call in calls(expression)):
        return expression
    if any(call.name.upper() == "LAMBDA" for call in calls(expression)):
        return expression
    return _Substitution().expression(expression, {})


class _Substitution:
    """Puts meanings in the place of names; a formula that grows too long is given up."""

    def __init__(self) -> None:
        self.left = 20_000

    def expression(self, nodes: Expression, meanings: Mapping[str, Expression]) -> Expression:
        return [self.node(node, meanings) for node in nodes]

    def node(self, node: Node, meanings: Mapping[str, Expression]) -> Node:
        self.left -= 1
        if self.left < 0:
            raise ValueError("its LET grows beyond what can be read")
        if isinstance(node, Group):
            return Group(self.expression(node.inner, meanings))
        if isinstance(node, Call):
            if node.name.upper() == "LET" and len(node.arguments) % 2:
                return self.let(node, meanings)
            return Call(node.name, [self.expression(argument, meanings) for argument in node.arguments])
        if isinstance(node, Word) and node.text.lower() in meanings:
            return Group(meanings[node.text.lower()])
        return node

    def let(self, call: Call, meanings: Mapping[str, Expression]) -> Node:
        known = dict(meanings)
        for name, meaning in zip(call.arguments[:-1:2], call.arguments[1::2], strict=True):
            known[spell(name).strip().lower()] = self.expression(meaning, known)
        return Group(self.expression(call.arguments[-1], known))
