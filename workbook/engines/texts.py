"""Numbers that join a text: Excel spells them with 15 digits, formualizer with all it has."""

from __future__ import annotations

from itertools import groupby

from workbook.engines import syntax
from workbook.engines.given import PREFIX
from workbook.engines.syntax import Call, Expression, Group, Node, Word

_JOINING = frozenset(("CONCAT", "CONCATENATE", "TEXTJOIN"))
_COMPARING = frozenset(("=", "<>", "<", ">", "<=", ">="))


def with_fifteen_digits(text: str) -> str:
    """The formula with every number that joins a text spelled as Excel does."""
    return syntax.spell(_expression(syntax.parse(text)))


def _expression(nodes: Expression) -> Expression:
    nodes = [_node(node) for node in nodes]
    if not any(_is_sign(node, "&") for node in nodes):
        return nodes
    written: Expression = []
    for between, group in groupby(nodes, _divides):
        part = list(group)
        written += part if between else [_shown(part)]
    return written


def _node(node: Node) -> Node:
    if isinstance(node, Group):
        return Group(_expression(node.inner))
    if not isinstance(node, Call):
        return node
    arguments = [_expression(argument) for argument in node.arguments]
    if node.name.upper() in _JOINING:
        arguments = [[_shown(argument)] if argument else argument for argument in arguments]
    return Call(node.name, arguments)


def _shown(operand: Expression) -> Node:
    words = syntax.significant(operand)
    if len(words) == 1 and isinstance(words[0], Word) and words[0].part == "Text":
        return words[0]
    return Call(f"{PREFIX}SHOWN", [operand])


def _divides(node: Node) -> bool:
    return _is_sign(node, "&") or any(_is_sign(node, sign) for sign in _COMPARING)


def _is_sign(node: Node, sign: str) -> bool:
    return isinstance(node, Word) and node.kind == "OpInfix" and node.text == sign
