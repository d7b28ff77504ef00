"""Reading the small XML parts of a package: elements by local name, no entities."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from engine.errors import FileError

Attributes = dict[str, str]


def read_elements(
    xml: bytes,
    source: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str, str], None] | None = None,
) -> None:
    """Call ``start(name, attributes)`` and ``end(name, text)`` for every element of a part.

    Names are without namespace, so that strict and transitional files read alike. The text
    is what stands since the last tag. ``source`` names the part in a FileError.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    pieces: list[str] = []

    def started(name: str, attributes: Attributes) -> None:
        pieces.clear()
        start(_local(name), {_local(key): value for key, value in attributes.items()} if attributes else {})

    def ended(name: str) -> None:
        if end is not None:
            end(_local(name), "".join(pieces))
        pieces.clear()

    def doctype(*_: object) -> None:
        raise FileError(f"{source} declares XML entities, as no spreadsheet program does: do not trust it.")

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = pieces.append
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise FileError(
            f"{source} is damaged ({error}): get a fresh copy, or let Excel repair it."
        ) from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
