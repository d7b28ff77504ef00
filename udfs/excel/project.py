"""A VBA project as [MS-OVBA] keeps it: the text of each module, compressed, and what holds them together.

Nothing compiled is in it. The version in its cache says that there is none, so that
Excel compiles the text when it opens the file, as it does with the add-ins that
xlwings ships.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from udfs.excel.compound import compound_file

CODE_PAGE = "cp1252"
_CODE_PAGE_NUMBER = 1252
_ENGLISH = 0x0409
_WIN32 = 1
# What every new workbook refers to besides VBA and Excel itself.
_REFERENCES = (
    (
        "stdole",
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    ),
    (
        "Office",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0"
        r"#C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL"
        r"#Microsoft Office 16.0 Object Library",
    ),
)
_NOT_COMPILED = b"\xcc\x61\xff\xff\x00\x00\x00"
_CHUNK = 4096
_NAMESPACE = uuid.UUID("6b4a4c0e-0d0f-5a55-9d1c-0a3b6f5e7d21")


@dataclass(frozen=True, slots=True)
class Module:
    """A module: its text begins at `Attribute VB_Name`; a document is a sheet or the workbook."""

    name: str
    text: str
    document: bool = False


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """The part `xl/vbaProject.bin` of a workbook with these modules."""
    streams = {module.name: compressed(module.text.encode(CODE_PAGE)) for module in modules}
    return compound_file(
        {
            "PROJECT": _project_text(name, modules).encode(CODE_PAGE),
            "PROJECTwm": b"".join(map(_both_names, modules)) + b"\0\0",
            "VBA": {
                **streams,
                "_VBA_PROJECT": _NOT_COMPILED,
                "dir": compressed(b"".join(_directory(name, modules))),
            },
        }
    )


def _both_names(module: Module) -> bytes:
    return module.name.encode(CODE_PAGE) + b"\0" + module.name.encode("utf-16-le") + b"\0\0"


def _directory(name: str, modules: Sequence[Module]) -> Iterator[bytes]:
    """The records of the stream `dir`: the project, its references, its modules."""
    yield _record(0x01, struct.pack("<I", _WIN32))
    yield _record(0x02, struct.pack("<I", _ENGLISH))
    yield _record(0x14, struct.pack("<I", _ENGLISH))
    yield _record(0x03, struct.pack("<H", _CODE_PAGE_NUMBER))
    yield _record(0x04, name.encode(CODE_PAGE))
    yield from _twice(0x05, 0x40, "")
    yield from _twice(0x06, 0x3D, "")
    yield _record(0x07, bytes(4))
    yield _record(0x08, bytes(4))
    # The one record whose length does not count all of it.
    yield struct.pack("<HIIH", 0x09, 4, 1, 0)
    yield from _twice(0x0C, 0x3C, "")
    for reference, library in _REFERENCES:
        yield from _twice(0x16, 0x3E, reference)
        identifier = library.encode(CODE_PAGE)
        yield _record(0x0D, struct.pack("<I", len(identifier)) + identifier + bytes(6))
    yield _record(0x0F, struct.pack("<H", len(modules)))
    yield _record(0x13, b"\xff\xff")
    for module in modules:
        yield from _module_records(module)
    yield _record(0x10, b"")


def _module_records(module: Module) -> Iterator[bytes]:
    yield from _twice(0x19, 0x47, module.name)
    yield from _twice(0x1A, 0x32, module.name)
    yield from _twice(0x1C, 0x48, "")
    # Where the text begins in the stream: at once, since nothing compiled stands before it.
    yield _record(0x31, bytes(4))
    yield _record(0x1E, bytes(4))
    yield _record(0x2C, b"\xff\xff")
    yield _record(0x22 if module.document else 0x21, b"")
    yield _record(0x2B, b"")


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HI", number, len(content)) + content


def _twice(number: int, wide: int, text: str) -> Iterator[bytes]:
    """A text in the code page, then in Unicode."""
    plain = text.encode(CODE_PAGE)
    if number == 0x06:
        # A help file stands there twice in the code page.
        yield from (_record(number, plain), _record(wide, plain))
    else:
        yield from (_record(number, plain), _record(wide, text.encode("utf-16-le")))


def _project_text(name: str, modules: Sequence[Module]) -> str:
    identity = f"{{{str(uuid.uuid5(_NAMESPACE, name)).upper()}}}"
    kinds = (
        f"Document={module.name}/&H00000000" if module.document else f"Module={module.name}"
        for module in modules
    )
    lines = (
        f'ID="{identity}"',
        *kinds,
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        # Nothing is protected, there is no password, and the project is shown.
        f'CMG="{hidden(identity, bytes(4))}"',
        f'DPB="{hidden(identity, bytes(1))}"',
        f'GC="{hidden(identity, bytes([0xFF]))}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    )
    return "".join(f"{line}\r\n" for line in lines)


def hidden(identity: str, data: bytes, seed: int = 0x1C) -> str:
    """A setting as the PROJECT stream disguises it ([MS-OVBA] 2.4.3.2), from the identity of the project."""
    key = sum(identity.encode(CODE_PAGE)) & 0xFF
    version = 2
    disguised = [seed, seed ^ version, seed ^ key]
    plain, one_back, two_back = key, disguised[2], disguised[1]
    ignored = bytes([0x07]) * ((seed & 6) // 2)
    for byte in (*ignored, *struct.pack("<I", len(data)), *data):
        coded = byte ^ ((two_back + plain) & 0xFF)
        disguised.append(coded)
        plain, one_back, two_back = byte, coded, one_back
    return bytes(disguised).hex().upper()


def compressed(data: bytes) -> bytes:
    """Data as [MS-OVBA] 2.4.1 compresses it, in chunks of 4,096 bytes."""
    return b"\x01" + b"".join(_chunk(data[at : at + _CHUNK]) for at in range(0, len(data), _CHUNK))


def _chunk(data: bytes) -> bytes:
    packed = _packed(data)
    if len(packed) > _CHUNK:
        # Stored as it is, which only a full chunk may be; a shorter one never grows that much.
        return struct.pack("<H", (_CHUNK - 1) | 0x3000) + data.ljust(_CHUNK, b"\0")
    return struct.pack("<H", (len(packed) - 1) | 0xB000) + packed


def _packed(data: bytes) -> bytes:
    """Literal bytes and references to what came before, eight behind a byte that tells which is which."""
    out = bytearray()
    known: dict[bytes, list[int]] = {}
    at = 0
    while at < len(data):
        flag_at = len(out)
        out.append(0)
        for bit in range(8):
            if at >= len(data):
                break
            length, offset = _longest(data, at, known)
            step = max(length, 1)
            for place in range(at, at + step):
                known.setdefault(data[place : place + 3], []).append(place)
            if length:
                out[flag_at] |= 1 << bit
                out += struct.pack("<H", ((offset - 1) << (16 - _offset_bits(at))) | (length - 3))
            else:
                out.append(data[at])
            at += step
    return bytes(out)


def _offset_bits(at: int) -> int:
    """How many bits of a reference say how far back it points, at a place in the chunk."""
    return max((at - 1).bit_length(), 4)


def _longest(data: bytes, at: int, known: dict[bytes, list[int]]) -> tuple[int, int]:
    """The longest earlier run of the bytes that stand here, and how far back it is; (0, 0) for none."""
    best, offset = 0, 0
    most = min((0xFFFF >> _offset_bits(at)) + 3, len(data) - at)
    if most < 3:
        return 0, 0
    for place in reversed(known.get(data[at : at + 3], ())[-32:]):
        length = 3
        while length < most and data[place + length] == data[at + length]:
            length += 1
        if length > best:
            best, offset = length, at - place
            if best == most:
                break
    return best, offset
