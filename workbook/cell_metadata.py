"""The part xl/metadata.xml, and in it the record by which Excel knows a dynamic array.

A cell points at the record by its number (`cm`). Without it Excel takes one value of a
call that may give many, and shows an @.
"""

from __future__ import annotations

import re

from workbook.revision import Revision
from workbook.splicing import Element, appended, elements, spliced

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DYNAMIC = "http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
_KIND = "sheetMetadata"
_NAME = "XLDAPR"
_EXTENSION = "{{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}}"  # the braces as `format` wants them
_PROPERTIES = (
    'minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1" merge="1" splitFirst="1" '
    'rowColShift="1" clearFormats="1" clearComments="1" assign="1" coerce="1" cellMeta="1"'
)
_EMPTY = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<metadata xmlns="{_MAIN}" '
    f'xmlns:xda="{_DYNAMIC}"></metadata>'
).encode()
# The order in which the parts of the metadata stand.
_ORDER = (
    "metadataTypes", "metadataStrings", "mdxMetadata", "futureMetadata", "cellMetadata", "valueMetadata",
    "extLst",
)  # fmt: skip
_COUNT = re.compile(rb'(?<=\scount=")\d+(?=")')
_POINTER = re.compile(rb"<(?:\w+:)?c\s[^>]*\scm\s*=")


def dynamic_array_number(revision: Revision) -> int:
    """The `cm` of a dynamic array in this workbook, whose metadata is made or added to if it must be."""
    part = revision.related(_KIND)
    if part is not None:
        xml, number = with_dynamic_arrays(revision.read(part), revision.source(part))
        revision.write(part, xml)
        return number
    revision.add("metadata.xml", _of_nothing_else(), _TYPE, _KIND)
    return 1


def drop_unused(revision: Revision) -> None:
    """Take out metadata that holds nothing but the record, where no cell points at it any more."""
    part = revision.related(_KIND)
    if part is None or revision.read(part) != _of_nothing_else():
        return
    if not any(_POINTER.search(revision.read(sheet.part)) for sheet in revision.package.sheets):
        revision.drop(part)


def _of_nothing_else() -> bytes:
    return with_dynamic_arrays(_EMPTY, "metadata")[0]


def with_dynamic_arrays(xml: bytes, source: str) -> tuple[bytes, int]:
    """Metadata that has the record, added if need be, and the record's number."""
    metadata = _Metadata(xml, source)
    kind = metadata.kind() or metadata.append(
        "metadataTypes", "", f'<{{0}}metadataType name="{_NAME}" {_PROPERTIES}/>'
    )
    value = metadata.value()
    if value is None:
        value = metadata.append("futureMetadata", _NAME, (
            f'<{{0}}bk><{{0}}extLst><{{0}}ext uri="{_EXTENSION}"><xda:dynamicArrayProperties{{1}} '
            'fDynamic="1" fCollapsed="0"/></{0}ext></{0}extLst></{0}bk>'
        )) - 1  # fmt: skip
    number = metadata.record(kind, value) or metadata.append(
        "cellMetadata", "", f'<{{0}}bk><{{0}}rc t="{kind}" v="{value}"/></{{0}}bk>'
    )
    return metadata.xml, number


class _Metadata:
    """The metadata of a workbook while a record is added to it."""

    def __init__(self, xml: bytes, source: str) -> None:
        self.xml = xml
        self.source = source

    def all(self, name: str, within: Element | None = None) -> list[Element]:
        """The elements of a name, all or those in another element."""
        found = elements(self.xml, self.source, (name,))
        return [one for one in found if within is None or within.inner <= one.start < within.close]

    def holder(self, name: str, of: str) -> Element | None:
        """The element that holds records, of those with a name of their own the one called `of`."""
        return next((one for one in self.all(name) if one.attributes.get("name", "") == of), None)

    def records(self, name: str, of: str = "") -> list[Element]:
        holder = self.holder(name, of)
        return self.all("metadataType" if name == "metadataTypes" else "bk", holder) if holder else []

    def kind(self) -> int | None:
        """The number of the type of records for dynamic arrays, from 1."""
        names = [one.attributes.get("name") for one in self.records("metadataTypes")]
        return names.index(_NAME) + 1 if _NAME in names else None

    def value(self) -> int | None:
        """The place of what is said of arrays that may change their size, from 0."""
        for place, block in enumerate(self.records("futureMetadata", _NAME)):
            for one in self.all("dynamicArrayProperties", block):
                collapsed = one.attributes.get("fCollapsed", "0")
                if one.attributes.get("fDynamic") in ("1", "true") and collapsed in ("0", "false"):
                    return place
        return None

    def record(self, kind: int, value: int) -> int | None:
        """The number of the record that joins the two, from 1."""
        for number, block in enumerate(self.records("cellMetadata"), start=1):
            inside = [(one.attributes.get("t"), one.attributes.get("v")) for one in self.all("rc", block)]
            if inside == [(str(kind), str(value))]:
                return number
        return None

    def append(self, name: str, of: str, record: str) -> int:
        """Add a record behind those that its holder has; its number, from 1."""
        (root,) = self.all("metadata")
        declared = "" if "xda" in root.attributes else f' xmlns:xda="{_DYNAMIC}"'
        number = len(self.records(name, of)) + 1
        self._let_hold(root, name, of, number)
        holder = self.holder(name, of)
        assert holder is not None
        content = record.format(root.sibling(""), declared).encode()
        self.xml = spliced(self.xml, [appended(self.xml, holder, content)])
        return number

    def _let_hold(self, root: Element, name: str, of: str, number: int) -> None:
        """See to it that there is a holder of so many records."""
        holder = self.holder(name, of)
        if holder is not None:
            counted = _COUNT.sub(str(number).encode(), self.xml[holder.start : holder.inner], count=1)
            edit = (holder.start, holder.inner, counted)
        else:
            named = f' name="{of}"' if of else ""
            made = f'<{root.sibling(name)}{named} count="1"/>'.encode()
            behind = [one.start for later in _ORDER[_ORDER.index(name) + 1 :] for one in self._direct(later)]
            edit = (min(behind), min(behind), made) if behind else appended(self.xml, root, made)
        self.xml = spliced(self.xml, [edit])

    def _direct(self, name: str) -> list[Element]:
        """The elements of a name that are not part of a record."""
        records = self.all("bk")
        return [one for one in self.all(name) if not any(r.inner <= one.start < r.close for r in records)]
