"""Formula cells made dynamic arrays, as Excel stores what may give many values, and made plain again."""

from __future__ import annotations

import re

from workbook.references import Position, cell_name
from workbook.splicing import Edit, after_tag
from workbook.stored_cells import FormulaCell

# It has no effect in a cell, and here says that the formula was plain before it became an array.
_WAS_PLAIN = "bx"
_MADE = re.compile(rb' t="array" bx="0" ref="[A-Z0-9]+"')
_OF_A_KIND = re.compile(rb"\s+(?:t|ref|si)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_POINTER = re.compile(rb"\s+cm\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_NAME = re.compile(rb"<[^\s>/]+")


def dynamic_tag(tag: bytes, cell: FormulaCell, at: Position, *, remember: bool) -> bytes:
    """The tag of a plain or shared formula as that of a dynamic array of one cell.

    What is to be remembered is that the formula was plain.
    """
    tag = _OF_A_KIND.sub(b"", tag)
    name = _NAME.match(tag)
    assert name is not None
    mark = f' {_WAS_PLAIN}="0"' if remember and _WAS_PLAIN not in cell.attributes else ""
    rest = tag[name.end() :].removesuffix(b">").removesuffix(b"/").rstrip()
    return name[0] + f' t="array"{mark} ref="{cell_name(*at)}"'.encode() + rest + b">"


def was_plain(cell: FormulaCell, at: Position) -> bool:
    """Whether a dynamic array was plain before `dynamic_tag`, and fills no other cell since."""
    return cell.dynamic and cell.attributes.get(_WAS_PLAIN) == "0" and cell.ref == cell_name(*at)


def plain_tag(tag: bytes) -> bytes:
    """The tag as it was before `dynamic_tag`."""
    return _MADE.sub(b"", tag)


def with_pointer(xml: bytes, cell: FormulaCell, number: int) -> Edit:
    """The edit that lets a cell point at a record of the metadata."""
    at = after_tag(xml, cell.start) - 1
    return at, at, f' cm="{number}"'.encode()


def without_pointer(xml: bytes, cell: FormulaCell) -> list[Edit]:
    """The edit that takes the pointer away, if there is one."""
    match = _POINTER.search(xml, cell.start, after_tag(xml, cell.start))
    return [(match.start(), match.end(), b"")] if match else []
