"""The defined names of a workbook part: our LAMBDAs written among them and taken out again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from workbook.cell_values import unescape
from workbook.package import DefinedName
from workbook.revision import Revision
from workbook.spelling import NamedLambda
from workbook.splicing import Edit, appended

_BEFORE = ("sheets", "functionGroups", "externalReferences")


class NameList:
    """The names as they stand in the workbook part."""

    def __init__(self, revision: Revision, names: Iterable[DefinedName]) -> None:
        part = revision.package.workbook_part
        self.xml = revision.read(part)
        found = revision.elements(part, "definedNames", "definedName", *_BEFORE)
        entries = (one for one in found if one.name == "definedName")
        self.entries = list(zip(entries, names, strict=True))
        self.holder = next((one for one in found if one.name == "definedNames"), None)
        self.before = max((one for one in found if one.name in _BEFORE), key=lambda one: one.end)

    def replaced(self, mine: Callable[[DefinedName], bool], wanted: Mapping[str, NamedLambda]) -> list[Edit]:
        """The edits after which, of the names that are `mine`, there are just the wanted ones.

        `wanted` is by name in capitals. An entry that is as it should be keeps its bytes.
        """
        edits: list[Edit] = []
        missing = dict(wanted)
        left = len(self.entries)
        for entry, name in self.entries:
            if not mine(name):
                continue
            one = missing.pop(name.name.upper(), None)
            if one is None:
                edits.append((entry.start, entry.end, b""))
                left -= 1
            elif (name.text, unescape(entry.attributes.get("comment", ""))) != (one.text, one.comment):
                edits.append((entry.start, entry.end, _entry(entry.tag, one)))
        if missing:
            edits.append(self._with(missing.values()))
        elif self.holder is not None and self.entries and not left:
            return [(self.holder.start, self.holder.end, b"")]
        return edits

    def _with(self, new: Iterable[NamedLambda]) -> Edit:
        tag = self.before.sibling("definedName")
        content = b"".join(_entry(tag, one) for one in new)
        if self.holder is not None:
            return appended(self.xml, self.holder, content)
        holder = self.before.sibling("definedNames").encode()
        at = self.before.end
        return at, at, b"<" + holder + b">" + content + b"</" + holder + b">"


def _entry(tag: str, one: NamedLambda) -> bytes:
    comment = f" comment={quoteattr(one.comment)}" if one.comment else ""
    return f"<{tag} name={quoteattr(one.name)}{comment}>{escape(one.text)}</{tag}>".encode()
