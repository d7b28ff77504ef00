"""Where Excel takes one value of many: unsaid in a plain formula, said by `_xlfn.SINGLE` in a dynamic array.

Excel shows it as @. A plain formula that is to be stored as a dynamic array must say
it wherever it was unsaid, or the array would spill.
"""

from __future__ import annotations

from collections.abc import Callable

from workbook.engines import syntax
from workbook.engines.parameters import is_fetching, is_known, letter, sums_up
from workbook.engines.syntax import Call, Expression, Group, Literal, Node, Word

SINGLE = "_xlfn.SINGLE"
_NOT_WIDE = frozenset(("TRUE", "FALSE"))


def said(text: str, is_one_cell: Callable[[str], bool], is_single: Callable[[str], bool]) -> str:
    """A plain formula, without `=`, as it reads in a dynamic array; it is the same where nothing was unsaid.

    `is_one_cell` knows of a name or table column whether it is a single cell, `is_single`
    of a function whether it gives one value for single values. Raises ValueError where the
    formula cannot be read.
    """
    return syntax.spell(_Writer(is_one_cell, is_single).expression(syntax.parse(text), "V"))


def unsaid(text: str) -> str:
    """A formula without any word of what a plain formula leaves unsaid."""
    return syntax.spell(_without(syntax.parse(text))) if SINGLE in text else text


def _without(nodes: Expression) -> Expression:
    kept: Expression = []
    for node in nodes:
        if isinstance(node, Group):
            kept.append(Group(_without(node.inner)))
        elif isinstance(node, Call):
            arguments = [_without(argument) for argument in node.arguments]
            kept += arguments[0] if node.name == SINGLE else [Call(node.name, arguments)]
        else:
            kept.append(node)
    return kept


class _Writer:
    """Goes through a tree; a mode is a letter of `parameters`, as the surroundings work."""

    def __init__(self, is_one_cell: Callable[[str], bool], is_single: Callable[[str], bool]) -> None:
        self.is_one_cell = is_one_cell
        self.is_single = is_single

    def expression(self, nodes: Expression, mode: str) -> Expression:
        if mode == "A":
            return nodes
        if syntax.is_operated(nodes):
            mode = "V"
        if syntax.is_joined(nodes):  # an area put together from others
            return [Call(SINGLE, [nodes])] if mode == "V" else nodes
        return [self.node(node, mode) for node in nodes]

    def node(self, node: Node, mode: str) -> Node:
        if isinstance(node, Group):
            return Group(self.expression(node.inner, mode))
        if isinstance(node, Call):
            written = self.call(node, mode)
            return Call(SINGLE, [[written]]) if mode == "V" and self.may_be_wide(node) else written
        if mode == "V" and self.is_wide(node):
            return Call(SINGLE, [[node]])
        return node

    def call(self, call: Call, mode: str) -> Call:
        name = _plain(call.name)
        modes = (letter(name, place) for place in range(len(call.arguments)))
        return Call(
            call.name,
            [
                self.expression(argument, mode if kind == "=" else kind)
                for argument, kind in zip(call.arguments, modes, strict=True)
            ],
        )

    def is_wide(self, node: Word | Literal) -> bool:
        if isinstance(node, Literal):
            return True
        if not node.is_reference or node.text.upper() in _NOT_WIDE:
            return False
        known = syntax.read_reference(node.text)
        if known is not None:
            top, left, bottom, right = known[1]
            return (top, left) != (bottom, right)
        return not self.is_one_cell(node.text)

    def may_be_wide(self, call: Call) -> bool:
        """Whether a call may give more than one value where it is not told to give one."""
        name = _plain(call.name)
        if is_fetching(name):
            return True
        if name == "SINGLE" or sums_up(name):
            return False
        if not is_known(name):
            return not self.is_single(call.name) or any(map(self.holds_wide, call.arguments))
        return False

    def holds_wide(self, nodes: Expression) -> bool:
        """Whether what is worked out as an array here has more than one value, for all that is known."""
        return any(map(self.node_holds_wide, nodes))

    def node_holds_wide(self, node: Node) -> bool:
        if isinstance(node, Group):
            return self.holds_wide(node.inner)
        if not isinstance(node, Call):
            return self.is_wide(node)
        name = _plain(node.name)
        if not is_known(name) or is_fetching(name):
            return self.may_be_wide(node)
        return not sums_up(name) and any(
            self.holds_wide(argument)
            for place, argument in enumerate(node.arguments)
            if letter(name, place) in "V="
        )


def _plain(name: str) -> str:
    return name.upper().removeprefix("_XLFN.").removeprefix("_XLWS.")


def is_area_of_one(text: str) -> bool:
    """Whether what a name stands for, such as `Sheet1!$B$2`, is a single cell or a plain value."""
    try:
        nodes = syntax.significant(syntax.parse(text.removeprefix("=")))
    except ValueError:
        return False
    if len(nodes) != 1 or not isinstance(nodes[0], Word):
        return False
    known = syntax.read_reference(nodes[0].text)
    return not nodes[0].is_reference or (known is not None and known[1][:2] == known[1][2:])
