"""Which calls in a workbook are calls of our functions, whatever host wrote them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import unquote

from engine.hosting import EXCEL_ADDIN, Host, plain_name
from workbook.package import DefinedName, Package, Table

# What files put before functions of any kind, and before names of the same workbook.
_BEFORE = ("[0]!", "_xlfn.", "_xlws.", "_xll.", "_xludf.")
_LAMBDA = ("_XLFN.LAMBDA(", "LAMBDA(")


class OurNames:
    """Tells our functions from whatever else a workbook calls.

    A name that the workbook defines itself is its own, though it be `CAC`; a name such
    as `UE.CAC` that stands for a LAMBDA is one of those that we write.
    """

    def __init__(
        self,
        ours: Collection[str],
        names: Iterable[DefinedName] = (),
        tables: Iterable[Table] = (),
        links: Collection[str] = (),
    ) -> None:
        self.functions = frozenset(name.upper() for name in ours)
        self._links = tuple(links)
        self._taken = {(None, table.name.upper()) for table in tables} | {
            (name.sheet.lower() if name.sheet else None, name.name.upper())
            for name in names
            if not self.is_written(name)
        }

    @classmethod
    def of(cls, package: Package, ours: Collection[str]) -> OurNames:
        """What is ours in a workbook, by its names, tables and links to our add-in."""
        return cls(ours, package.defined_names, package.tables, addin_links(package))

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
        for link in self._links:
            if name.startswith(link):
                name = name[len(link) :]
                return name.upper() if name.upper() in self.functions else None
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


def addin_links(package: Package) -> tuple[str, ...]:
    """What stands before calls by a link to our add-in, as Excel saves them: `[1]!`."""
    return tuple(
        f"[{number}]!"
        for number, part in enumerate(package.external_links, start=1)
        if any(_file_name(relation.target) == EXCEL_ADDIN for relation in package.relations(part))
    )


def _file_name(target: str) -> str:
    return unquote(target).replace("\\", "/").rpartition("/")[2].lower()
