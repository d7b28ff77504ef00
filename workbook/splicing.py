"""Bytes of an XML part changed where they stand; every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from operator import itemgetter
from xml.parsers import expat

from engine.errors import FileError

Edit = tuple[int, int, bytes]
"""From, to, and what stands there instead."""

TextEdit = tuple[int, int, str]
"""The same in the characters of a text as a person reads it."""

TAG = re.compile(rb"<[^\s>/]+(?:\s+[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_TEXT = re.compile(rb"(?:<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|[^<])*", re.DOTALL)
_READ = re.compile(
    r"<!\[CDATA\[(?P<plain>.*?)\]\]>|<!--.*?-->|<\?.*?\?>|(?P<entity>&[^;]+;)|(?P<end>\r\n?)|(?P<other>.)",
    re.DOTALL,
)
_WRITTEN_OTHERWISE = re.compile(r"[&<\r]")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&apos;": "'"}
_NOT_UTF8_STARTS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"Lo\xa7\x94")
_UTF8 = {"utf-8", "utf8", "us-ascii", "ascii"}


def spliced(xml: bytes, edits: Iterable[Edit]) -> bytes:
    """The part with every edit made; they may come in any order but not overlap."""
    pieces: list[bytes] = []
    done = 0
    for start, end, content in sorted(edits, key=itemgetter(0, 1)):
        pieces += (xml[done:start], content)
        done = end
    return b"".join([*pieces, xml[done:]])


def after_tag(xml: bytes, start: int) -> int:
    """Where the tag that begins at `start` ends."""
    match = TAG.match(xml, start)
    assert match is not None, "the scan and the part differ"
    return match.end()


def text_end(xml: bytes, start: int) -> int:
    """Where the text that begins at `start` ends: at the next tag."""
    match = _TEXT.match(xml, start)
    assert match is not None
    return match.end()


@dataclass(frozen=True, slots=True)
class Element:
    """An element and its bytes: `start` its tag, `inner` what is in it, `close` its end tag, `end` behind it.

    One without an end tag has `inner`, `close` and `end` in the same place.
    """

    name: str
    tag: str
    attributes: dict[str, str]
    start: int
    inner: int
    close: int
    end: int

    def sibling(self, local: str) -> str:
        """A tag name with the prefix that this element has."""
        return self.tag[: -len(self.name)] + local


def elements(xml: bytes, source: str, wanted: Collection[str]) -> list[Element]:
    """The elements with these local names, in the order in which they begin; `source` is for a FileError."""
    found: list[Element] = []
    begun: list[tuple[str, dict[str, str], int]] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] in wanted:
            begun.append((tag, attributes, parser.CurrentByteIndex))

    def end(tag: str) -> None:
        if tag.rpartition(":")[2] in wanted:
            name, attributes, offset = begun.pop()
            inner, close = after_tag(xml, offset), parser.CurrentByteIndex
            alone = xml[inner - 2 : inner] == b"/>"
            close, behind = (inner, inner) if alone else (close, xml.index(b">", close) + 1)
            local = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            found.append(Element(name.rpartition(":")[2], name, local, offset, inner, close, behind))

    def declaration(version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in _UTF8:
            raise _not_utf8(source)

    def doctype(*_: object) -> None:
        raise FileError(f"{source} declares XML entities, as no spreadsheet program does: do not trust it.")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.XmlDeclHandler, parser.StartDoctypeDeclHandler = declaration, doctype
    if xml.startswith(_NOT_UTF8_STARTS):
        raise _not_utf8(source)
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise FileError(
            f"{source} is damaged ({error}): get a fresh copy, or let Excel repair it."
        ) from error
    return sorted(found, key=lambda one: one.start)


def _not_utf8(source: str) -> FileError:
    return FileError(f"{source} is not stored as UTF-8: open the workbook in Excel and save it again.")


def appended(xml: bytes, parent: Element, content: bytes) -> Edit:
    """The edit that puts content at the end of an element, which gets an end tag if it has none."""
    if parent.inner != parent.end:
        return parent.close, parent.close, content
    tag = xml[parent.start : parent.inner]
    opened = tag[:-2].rstrip() + b">"
    return parent.start, parent.end, opened + content + f"</{parent.tag}>".encode()


def visible(raw: bytes) -> str:
    """The text of an element or attribute as a person reads it."""
    text = raw.decode()
    if not _WRITTEN_OTHERWISE.search(text):
        return text
    return "".join(character for character, _, _ in _characters(text))


def rewritten(raw: bytes, edits: Iterable[TextEdit]) -> bytes:
    """The text of an element with edits made to what a person reads; none may need an entity.

    However the rest is written, with entities or without, it stays so.
    """
    text = raw.decode()
    if _WRITTEN_OTHERWISE.search(text):
        characters = _characters(text)
        starts = [start for _, start, _ in characters] + [len(text)]
        ends = [0] + [end for _, _, end in characters]
        edits = [(starts[a], ends[b] if b > a else starts[a], content) for a, b, content in edits]
    return edited(text, edits).encode()


def edited(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with every edit made."""
    pieces: list[str] = []
    done = 0
    for start, end, content in sorted(edits, key=itemgetter(0, 1)):
        pieces += (text[done:start], content)
        done = end
    return "".join([*pieces, text[done:]])


def insertions(text: str, longer: str) -> list[TextEdit]:
    """The edits that make a text longer, given that all of it is in the longer one, in its order."""
    edits: list[TextEdit] = []
    begun = at = 0
    for place, sign in enumerate(longer):
        if at < len(text) and sign == text[at]:
            if place > begun:
                edits.append((at, at, longer[begun:place]))
            begun, at = place + 1, at + 1
    if begun < len(longer):
        edits.append((at, at, longer[begun:]))
    return edits


def removals(text: str, shorter: str) -> list[TextEdit]:
    """The edits that undo `insertions`."""
    edits: list[TextEdit] = []
    moved = 0
    for at, _, inserted in insertions(shorter, text):
        edits.append((at + moved, at + moved + len(inserted), ""))
        moved += len(inserted)
    return edits


def _characters(text: str) -> list[tuple[str, int, int]]:
    """Each character that a person reads, and from where to where it is written."""
    found: list[tuple[str, int, int]] = []
    for match in _READ.finditer(text):
        start, end = match.span()
        kind = match.lastgroup
        if kind == "plain":
            first = match.start("plain")
            found += [(sign, first + place, first + place + 1) for place, sign in enumerate(match["plain"])]
        elif kind == "entity":
            found.append((_entity(match[0]), start, end))
        elif kind is not None:
            found.append(("\n" if kind == "end" else match[0], start, end))
    return found


def _entity(written: str) -> str:
    if written in _ENTITIES:
        return _ENTITIES[written]
    number = written[2:-1]
    return chr(int(number[1:], 16) if number[:1] in "xX" else int(number))
