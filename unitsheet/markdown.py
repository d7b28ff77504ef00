"""Markdown made from plain text: paragraphs, code, tables, lists, and the anchors of headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# What would be read as a mark: no star between spaces, no underscore inside a word, no `<` before a number.
_MARK = re.compile(r"[\\`\[\]~$]|\*(?!\s)|(?<!\s)\*|<(?=[A-Za-z/!?])|(?<!\w)_|_(?!\w)")
_LIST_OR_HEADING = re.compile(r"^(\d*)([-+*#.)])(?=[\s#])")
_BAR = r"\|"


def prose(text: str) -> str:
    """A text as a paragraph, list entry or table cell: what stands between backticks stays code."""
    parts = re.split(r"`([^`]+)`", text)
    shown = "".join(code(part) if place % 2 else _escaped(part) for place, part in enumerate(parts))
    return _LIST_OR_HEADING.sub(r"\1\\\2", shown)


def _escaped(text: str) -> str:
    return _MARK.sub(lambda found: f"\\{found[0]}", text)


def code(text: str) -> str:
    """A text as code."""
    return f"`{text}`"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', _BAR) for cell in line)} |" for line in lines)


def bullets(entries: Iterable[str]) -> str:
    """A list; its entries are Markdown already."""
    return "\n".join(f"- {entry}" for entry in entries)


def slug(title: str) -> str:
    """The anchor that a heading gets where Markdown is shown with links."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
