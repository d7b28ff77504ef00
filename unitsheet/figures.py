"""Numbers as a person reads them: exact to 15 digits, or short in a table with the letter of their basis."""

from __future__ import annotations

from typing import Any

from engine.company import Basis
from engine.errors import CellError

LETTERS = {basis: basis.value[0].upper() for basis in Basis}

# From where on a scale is used, a little early: what would round up to it is shown in it.
_SCALES = ((0.9995e12, 1e12, "tn"), (0.9995e9, 1e9, "bn"), (0.9995e6, 1e6, "m"), (9_999.5, 1e3, "k"))


def exact(x: float) -> str:
    """A number with the 15 digits a spreadsheet keeps, without what floating point adds."""
    return format(x + 0.0, ".15g")


def compact(x: float) -> str:
    """A number in three or so digits: 4.0m, 1.2bn, 850k, 21.30, 0.072."""
    size = abs(x)
    for beginning, scale, letter in _SCALES:
        if size >= beginning:
            short = x / scale
            return f"{short:.0f}{letter}" if abs(short) >= 99.95 else f"{short:.1f}{letter}"
    if size >= 999.5:
        return f"{x:,.0f}"
    if size >= 99.95:
        return f"{x:.0f}"
    if size >= 0.0995 or size == 0:
        return f"{x:.2f}"
    return f"{x:.2g}"


def bases_legend() -> str:
    """What the letter of each basis means."""
    return f"Basis: {', '.join(f'{letter} {basis}' for basis, letter in LETTERS.items())}."


def shown(value: Any) -> str:
    """The value of a cell as text: numbers exact, TRUE and FALSE, errors as a sheet prints them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return exact(value)
    return str(value)


def as_json(value: Any) -> Any:
    """The value of a cell for JSON: an error becomes an object, so that no text looks like one."""
    if isinstance(value, CellError):
        return {"error": value.kind.value}
    if isinstance(value, list):
        return [as_json(cell) for cell in value]
    return value
