"""A package with changes on the way: parts rewritten, added and dropped, and saved at once."""

from __future__ import annotations

import os
import posixpath
from itertools import count
from xml.sax.saxutils import quoteattr

from engine.errors import FileError
from workbook.package import Package
from workbook.splicing import Element, appended, elements, spliced

_TYPES = "[Content_Types].xml"


class Revision:
    """What will be saved of a package: reading sees the changes, the package itself stays as it is."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._changed: dict[str, bytes] = {}
        self._added: dict[str, bytes] = {}
        self._dropped: set[str] = set()

    def read(self, part: str) -> bytes:
        """The bytes of a part as they will be saved."""
        changed = self._changed.get(part)
        return self.package.read(part) if changed is None else changed

    def elements(self, part: str, *names: str) -> list[Element]:
        """The elements of a part that have one of these local names."""
        return elements(self.read(part), self.source(part), names)

    def source(self, part: str) -> str:
        """What a `FileError` calls a part."""
        return f"{self.package.path}, part {part},"

    def write(self, part: str, content: bytes) -> None:
        """Give a part other bytes; its own ones are no change."""
        if content == self.package.read(part):
            self._changed.pop(part, None)
        else:
            self._changed[part] = content

    def related(self, kind: str) -> str | None:
        """The part of a kind that the workbook points at."""
        relations = self.package.relations(self.package.workbook_part)
        return next((one.part for one in relations if one.kind == kind and one.part), None)

    def add(self, name: str, content: bytes, content_type: str, kind: str) -> None:
        """Add a part beside the workbook part, which points at it from now on."""
        part = posixpath.join(posixpath.dirname(self.package.workbook_part), name)
        self._added[part] = content
        self._append(
            self._stored(_TYPES), "Types", "Override", f'PartName="/{part}" ContentType="{content_type}"'
        )
        relations = self._workbook_relations()
        taken = {one.id for one in self.package.relations(self.package.workbook_part)}
        number = next(number for number in count(1) if f"rId{number}" not in taken)
        what = f'Id="rId{number}" Type="{self._family(relations)}/{kind}" Target={quoteattr(name)}'
        self._append(relations, "Relationships", "Relationship", what)

    def drop(self, part: str) -> None:
        """Leave out a part that the workbook points at."""
        self._dropped.add(part)
        ids = {one.id for one in self.package.relations(self.package.workbook_part) if one.part == part}
        self._remove(self._workbook_relations(), "Relationship", "Id", ids)
        types = self._stored(_TYPES)
        names = {
            one.attributes.get("PartName", "")
            for one in self.elements(types, "Override")
            if one.attributes.get("PartName", "").lstrip("/").lower() == part.lower()
        }
        self._remove(types, "Override", "PartName", names)

    def save(self, target: str | os.PathLike[str]) -> None:
        """Write the package; what is not changed stays byte for byte."""
        self.package.save(target, self._changed, self._added, self._dropped)

    def _stored(self, part: str) -> str:
        found = self.package.find(part)
        if found is None:
            raise FileError(
                f"{self.package.path} is damaged (its part {part} is missing): let Excel repair it."
            )
        return found

    def _workbook_relations(self) -> str:
        found = self.package.relations_part(self.package.workbook_part)
        assert found is not None, "a workbook without relations has no sheets"
        return found

    def _family(self, relations: str) -> str:
        """What the types of relations begin with, which is not the same in strict files."""
        types = (one.attributes.get("Type", "") for one in self.elements(relations, "Relationship"))
        return next(kind.rpartition("/")[0] for kind in types if kind.endswith("/worksheet"))

    def _append(self, part: str, parent: str, child: str, attributes: str) -> None:
        xml = self.read(part)
        (holder,) = self.elements(part, parent)
        content = f"<{holder.sibling(child)} {attributes}/>".encode()
        self.write(part, spliced(xml, [appended(xml, holder, content)]))

    def _remove(self, part: str, child: str, attribute: str, values: set[str]) -> None:
        gone = [one for one in self.elements(part, child) if one.attributes.get(attribute) in values]
        self.write(part, spliced(self.read(part), [(one.start, one.end, b"") for one in gone]))
