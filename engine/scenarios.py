"""The drivers of a forecast made ready: numbers in their domain, one of each or a row of scenarios."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from engine.arguments import Numbers
from engine.company import Driver
from engine.drivers import DRIVERS
from engine.errors import InputError

# So many missing drivers are named.
_LISTED = 8


def scenarios(drivers: Mapping[str, Any]) -> tuple[dict[str, Numbers], tuple[int, ...]]:
    """Every driver as a row, one wide where it is one number, and the form of a result: () or (n,)."""
    for key in drivers:
        if key not in DRIVERS:
            raise unknown("driver", key, DRIVERS)
    missing = [key for key in DRIVERS if key not in drivers]
    if missing:
        more = f" and {len(missing) - _LISTED} more" if len(missing) > _LISTED else ""
        raise InputError(f"a forecast needs every driver; missing: {', '.join(missing[:_LISTED])}{more}")
    rows = {key: _row(driver, drivers[key]) for key, driver in DRIVERS.items()}
    sizes = sorted({row.size for row in rows.values() if row.ndim and row.size != 1})
    if len(sizes) > 1:
        raise InputError(
            f"the drivers have {' and '.join(map(str, sizes))} scenarios; give each a number or as many"
        )
    form = np.broadcast_shapes(*(row.shape for row in rows.values()))
    return {key: np.atleast_1d(row) for key, row in rows.items()}, form


def _row(driver: Driver, given: Any) -> Numbers:
    try:
        row = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{driver.key} must be a number or a row of numbers, not {given!r}") from None
    if row.ndim > 1:
        raise InputError(
            f"{driver.key} must be a number or a row of numbers, not {row.ndim} dimensions of them"
        )
    bad = np.flatnonzero(~np.isfinite(row) | driver.domain.outside(row))
    if bad.size:
        where = f" (scenario {bad[0] + 1})" if row.ndim else ""
        wanted = driver.domain.wanted(driver.key) if driver.domain else f"{driver.key} must be a number"
        raise InputError(f"{wanted}, not {row.flat[bad[0]]:g}{where}")
    return row


def in_form(values: Numbers, form: tuple[int, ...]) -> Any:
    """A figure as the caller gets it: a float, or an array with a value a scenario."""
    return np.broadcast_to(values, form).copy() if form else values.item()


def unknown(what: str, name: str, known: Iterable[str]) -> InputError:
    """The error for a name that means nothing; it names the nearest."""
    listed = list(known)
    near = difflib.get_close_matches(name.lower(), listed, 1, 0.5)
    return InputError(
        f"there is no {what} {name!r}; "
        + (f"did you mean {near[0]}?" if near else f"there are {', '.join(listed)}")
    )
