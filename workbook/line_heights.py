"""The height that a row needs whose texts run over several lines."""

from __future__ import annotations

import math
from collections.abc import Sequence

_LINE, _MARGIN = 12.5, 3.0
# What a column of a width holds of text in the size of such rows.
_HELD, _INDENT = 1.1, 2.0
_FIRST_WIDE = 0x2E80


def height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """The height in points, by the longest text; a Chinese character is as wide as two others."""
    lines = 1
    for text, width in zip(texts, widths, strict=True):
        wide = sum(1 + (ord(sign) >= _FIRST_WIDE) for sign in text)
        lines = max(lines, math.ceil(wide / ((width - _INDENT) * _HELD)))
    return _LINE * lines + _MARGIN
