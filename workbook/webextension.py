"""What xlwings Lite keeps in a workbook: the texts of its files, as properties of the add-in's own part.

Such a part is a web extension, one of those that the part of all task panes lists;
Excel opens the panes with the workbook and hands the properties, JSON each, to the
add-in. Whatever is not Lite's stays byte for byte.
"""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Callable, Collection, Mapping
from itertools import chain, count

from engine.errors import FileError
from workbook import webextension_xml as written
from workbook.package import Package
from workbook.splicing import Element, appended, elements, spliced

_TYPES, _ROOT = "[Content_Types].xml", "_rels/.rels"
_FOLDER = "xl/webextensions"
_EXTENSION, _PANES = "webextension", "webextensiontaskpanes"
_FIRST = "rId1"


class LiteBook:
    """A workbook and the files that xlwings Lite keeps in it; it is read once and written at most once."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._changed: dict[str, bytes] = {}
        self._added: dict[str, bytes] = {}
        self._dropped: set[str] = set()
        self._panes = self._related("", _PANES)
        self._part = self._lite()

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> LiteBook:
        """Open a workbook; a `FileError` says in one sentence why it cannot be."""
        return cls(Package.open(path))

    @property
    def files(self) -> dict[str, str]:
        """Python files and requirements.txt by name; none where Lite was never in the workbook."""
        texts = {name: _text(name, one) for name, one in self._properties().items()}
        return {name: text for name, text in texts.items() if text is not None}

    def put(self, files: Mapping[str, str]) -> None:
        """Write the workbook with these files beside what it has; Lite's pane opens with it from then on."""
        if self._part is None:
            self._add_extension(files)
        else:
            for name, text in files.items():
                self._set(self._part, name, text)
        self._save()

    def take_out(self, names: Collection[str]) -> None:
        """Write the workbook without these files; an extension that came with `put` goes with its last."""
        if self._part is None:
            return
        if self._came_with_put(self._part) and not self.files.keys() - set(names):
            self._remove_extension(self._part)
        else:
            self._cut(self._part, "property", lambda one: one.attributes.get("name") in names)
        self._save()

    def _save(self) -> None:
        if self._changed or self._added or self._dropped:
            self.package.save(self.package.path, self._changed, self._added, self._dropped)

    # what is there

    def _related(self, part: str, kind: str) -> str | None:
        """The part of a kind that another one points at; the package itself is the part without a name."""
        return next((one.part for one in self.package.relations(part) if one.kind == kind and one.part), None)

    def _lite(self) -> str | None:
        if self._panes is None:
            return None
        parts = [one.part for one in self.package.relations(self._panes) if one.kind == _EXTENSION]
        return next((part for part in parts if part and self._is_lite(part)), None)

    def _is_lite(self, part: str) -> bool:
        ids = (one.attributes.get("id", "") for one in self._elements(part, "reference"))
        return any(identity.lower() == written.STORE_ID for identity in ids)

    def _came_with_put(self, part: str) -> bool:
        return self._only(part, "webextension").attributes.get("id") == written.GUID

    def _properties(self) -> dict[str, Element]:
        found = self._elements(self._part, "property") if self._part else []
        return {one.attributes.get("name", ""): one for one in found}

    def _elements(self, part: str, *names: str) -> list[Element]:
        return elements(self._read(part), f"{self.package.path}, part {part},", names)

    def _only(self, part: str, name: str) -> Element:
        found = self._elements(part, name)
        if not found:
            raise FileError(
                f"{self.package.path} is damaged (part {part} has no {name}): let Excel repair it."
            )
        return found[0]

    def _read(self, part: str) -> bytes:
        content = self._changed.get(part)
        return self.package.read(part) if content is None else content

    # changes

    def _set(self, part: str, name: str, text: str) -> None:
        """Give a property of the extension a value, the one it has or a new one."""
        holder = self._only(part, "properties")
        content = written.prop(holder.sibling(""), name, text).encode()
        there = next((o for o in self._elements(part, "property") if o.attributes.get("name") == name), None)
        xml = self._read(part)
        edit = (there.start, there.end, content) if there else appended(xml, holder, content)
        self._change(part, spliced(xml, [edit]))

    def _change(self, part: str, xml: bytes) -> None:
        if xml != self._read(part):
            self._changed[part] = xml

    def _append(self, part: str, holder: str, content: Callable[[str], str]) -> None:
        """Put an element last into another; `content` is given the prefix that names have there."""
        xml, found = self._read(part), self._only(part, holder)
        self._change(part, spliced(xml, [appended(xml, found, content(found.sibling("")).encode())]))

    def _cut(self, part: str, name: str, unwanted: Callable[[Element], bool]) -> None:
        gone = [(one.start, one.end, b"") for one in self._elements(part, name) if unwanted(one)]
        self._change(part, spliced(self._read(part), gone))

    # the whole extension

    def _add_extension(self, files: Mapping[str, str]) -> None:
        part = self._add("webextension1", _EXTENSION, written.extension(files))
        if self._panes is None:
            panes = self._add("taskpanes", _PANES, written.panes(_FIRST))
            self._added[_relations_of(panes)] = written.relations(_FIRST, _EXTENSION, part)
            self._relate(_ROOT, _PANES, panes)
            return
        relations = self.package.find(_relations_of(self._panes))
        if relations is None:
            self._added[_relations_of(self._panes)] = written.relations(_FIRST, _EXTENSION, part)
        identity = self._relate(relations, _EXTENSION, part) if relations else _FIRST
        self._append(self._panes, "taskpanes", lambda prefix: written.pane(prefix, identity))

    def _add(self, name: str, kind: str, content: bytes) -> str:
        """Add a part under the first number that is free, and say what it is; gives its name."""
        others = (f"{name.rstrip('1')}{number}" for number in count(2))
        names = (f"{_FOLDER}/{one}.xml" for one in chain([name], others))
        part = next(one for one in names if not self.package.find(one))
        self._added[part] = content
        self._append(_TYPES, "Types", lambda prefix: written.override(prefix, part, kind))
        return part

    def _relate(self, relations: str, kind: str, part: str) -> str:
        """Let one more thing be pointed at; gives the name it has there."""
        taken = {one.attributes.get("Id") for one in self._elements(relations, "Relationship")}
        identity = next(f"rId{number}" for number in count(1) if f"rId{number}" not in taken)
        self._append(
            relations, "Relationships", lambda prefix: written.relation(prefix, identity, kind, part)
        )
        return identity

    def _remove_extension(self, part: str) -> None:
        assert self._panes is not None, "no extension without panes"
        mine = {one.id for one in self.package.relations(self._panes) if one.part == part}
        panes = self._elements(self._panes, "taskpane")
        shown = {ref.attributes.get("id"): ref for ref in self._elements(self._panes, "webextensionref")}
        own = [
            pane for pane in panes for id in mine if id in shown and pane.start < shown[id].start < pane.end
        ]
        self._drop(part)
        if len(own) == len(panes):
            of_root = {one.id for one in self.package.relations("") if one.part == self._panes}
            self._cut(_ROOT, "Relationship", lambda one: one.attributes.get("Id") in of_root)
            self._dropped.add(_relations_of(self._panes))
            self._drop(self._panes)
            return
        self._cut(_relations_of(self._panes), "Relationship", lambda one: one.attributes.get("Id") in mine)
        self._cut(self._panes, "taskpane", lambda one: one in own)

    def _drop(self, part: str) -> None:
        self._dropped.add(part)
        name = f"/{part}".lower()
        self._cut(_TYPES, "Override", lambda one: one.attributes.get("PartName", "").lower() == name)


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _text(name: str, one: Element) -> str | None:
    """The text of a file that people write; other properties are Lite's own, or Office's."""
    if not name.endswith(".py") and name != "requirements.txt":
        return None
    try:
        value = json.loads(one.attributes.get("value", ""))
    except ValueError:
        return None
    return value if isinstance(value, str) else None
