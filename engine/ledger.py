"""Which row of a call has which error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.arguments import Mask
from engine.errors import CellError


def somewhere(where: Mask | bool) -> bool:
    """Whether a condition holds in any row; NumPy's own `any` is slow on a single truth."""
    return bool(where.any()) if isinstance(where, np.ndarray) else bool(where)


@dataclass(slots=True)
class Ledger:
    """The errors of a call by row; the first one entered stays."""

    rows: int
    codes: Any = None
    kinds: list[CellError] = field(default_factory=list)

    def mark(self, where: Mask | bool, error: CellError) -> None:
        """Enter `error` in the rows of `where` that have none yet."""
        if not somewhere(where):
            return
        codes = self._opened()
        self.kinds.append(error)
        codes[np.broadcast_to(where, self.rows) & (codes == 0)] = len(self.kinds)

    def mark_places(self, errors: Mapping[int, CellError]) -> None:
        """Enter one error a row."""
        codes = self._opened()
        for place, error in errors.items():
            if codes[place] == 0:
                self.kinds.append(error)
                codes[place] = len(self.kinds)

    def _opened(self) -> Any:
        if self.codes is None:
            self.codes = np.zeros(self.rows, dtype=np.int32)
        return self.codes

    def at(self, row: int) -> CellError | None:
        """The error of a row, or None."""
        code = 0 if self.codes is None else int(self.codes[row])
        return self.kinds[code - 1] if code else None

    @property
    def good(self) -> Mask | bool:
        """The rows without an error; plain True where none has one."""
        return True if self.codes is None else self.codes == 0

    @property
    def bad_rows(self) -> list[int]:
        """The numbers of the rows with an error."""
        return [] if self.codes is None else np.flatnonzero(self.codes).tolist()
