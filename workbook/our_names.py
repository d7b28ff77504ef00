"""Which calls in a workbook are calls of our functions, whatever host wrote them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.hosting import Host, plain_name
from workbook.package import DefinedName, Table

# What files put before functions of any kind, and before names of the same workbook.
_BEFORE = ("[0]!", "_xlfn.", "_xlws.", "_xll.", "_xludf.")
_LAMBDA = ("_XLFN.LAMBDA(", "LAMBDA(")


class OurNames:
    """Tells our functions from whatever else a workbook calls.

    A name that the workbook defines itself is its own, though it be `CAC`; a name such
    as `UE.CAC` that stands for a LAMBDA is one of those that we write.
    """

    def __init__(
        self, ours: Collection[str], names: Iterable[DefinedName] = (), tables: Iterable[Table] = ()
    ) -> None:
        self.functions = frozenset(name.upper() for name in ours)
        self._taken = {(None, table.name.upper()) for table in tables} | {
            (name.sheet.lower() if name.sheet else None, name.name.upper())
            for name in names
            if not self.is_written(name)
        }

    def is_written(self, name: DefinedName) -> bool:
        """Whether a defined name is one of those that hold our LAMBDAs."""
        plain = plain_name(name.name)
        return (
            name.sheet is None
            and plain in self.functions
            and name.name.upper() == Host.LAMBDA.in_file(plain)
            and name.text.removeprefix("=").upper().startswith(_LAMBDA)
        )

    def function(self, spelled: str, sheet: str | None = None) -> str | None:
        """The plain name of the function of ours that a call on a sheet means, or None."""
        name = bare(spelled)
        if self.is_taken(name, sheet):
            return None
        plain = plain_name(name)
        return plain if plain in self.functions else None

    def is_taken(self, name: str, sheet: str | None = None) -> bool:
        """Whether a name is the workbook's own, as seen from a sheet or from the workbook."""
        upper = name.upper()
        return (None, upper) in self._taken or (sheet is not None and (sheet.lower(), upper) in self._taken)


def bare(spelled: str) -> str:
    """A name without what files put before it, whatever it is the name of."""
    for before in _BEFORE:
        if spelled.lower().startswith(before):
            spelled = spelled[len(before) :]
    return spelled
