"""Reads compound files and VBA projects, whoever wrote them: Excel's as well as ours."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_END, _NOTHING, _CUTOFF = 0xFFFFFFFE, 0xFFFFFFFF, 4096


def streams(data: bytes) -> dict[str, bytes]:
    """The streams by path, `VBA/dir`, found through the search trees of the directory."""
    assert data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    sectors = [data[at : at + size] for at in range(size, len(data), size)]
    count, first = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
    tables = struct.unpack_from("<109I", data, 76)[:count]
    assert struct.unpack_from("<I", data, 72)[0] == 0, "the reader knows one level of tables"
    table = [word for number in tables for word in _words(sectors[number])]
    directory = _chain(sectors, table, first)
    entries = [directory[at : at + 128] for at in range(0, len(directory), 128)]
    root = _start_and_size(entries[0])
    mini = _chain(sectors, table, root[0])[: root[1]]
    mini_table = _words(_chain(sectors, table, struct.unpack_from("<I", data, 60)[0]))
    pieces = [mini[at : at + 64] for at in range(0, len(mini), 64)]

    def content(entry: bytes) -> bytes:
        start, length = _start_and_size(entry)
        whole = _chain(sectors, table, start) if length >= _CUTOFF else _chain(pieces, mini_table, start)
        return whole[:length]

    return {
        path: content(entry) for path, entry in _walk(entries, struct.unpack_from("<I", entries[0], 76)[0])
    }


def _walk(entries: list[bytes], number: int, path: str = "") -> Iterator[tuple[str, bytes]]:
    if number == _NOTHING:
        return
    entry = entries[number]
    left, right, child = struct.unpack_from("<3I", entry, 68)
    name = entry[: struct.unpack_from("<H", entry, 64)[0] - 2].decode("utf-16-le")
    yield from _walk(entries, left, path)
    if entry[66] == 2:
        yield path + name, entry
    yield from _walk(entries, child, f"{path}{name}/")
    yield from _walk(entries, right, path)


def _start_and_size(entry: bytes) -> tuple[int, int]:
    return struct.unpack_from("<I", entry, 116)[0], struct.unpack_from("<I", entry, 120)[0]


def _chain(pieces: list[bytes], table: list[int], number: int) -> bytes:
    found = []
    while number != _END:
        found.append(pieces[number])
        number = table[number]
    return b"".join(found)


def _words(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data))


def decompressed(data: bytes) -> bytes:
    """What [MS-OVBA] 2.4.1 compressed."""
    assert data[0] == 1
    out, at = bytearray(), 1
    while at < len(data):
        header = struct.unpack_from("<H", data, at)[0]
        assert header & 0x7000 == 0x3000
        end = at + (header & 0xFFF) + 3
        chunk = data[at + 2 : end]
        out += _chunk(chunk) if header & 0x8000 else chunk
        at = end
    return bytes(out)


def _chunk(data: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(data):
        flags, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data):
                break
            if flags >> bit & 1:
                token, at = struct.unpack_from("<H", data, at)[0], at + 2
                wide = max((len(out) - 1).bit_length(), 4)
                back, length = (token >> (16 - wide)) + 1, (token & (0xFFFF >> wide)) + 3
                for _ in range(length):
                    out.append(out[-back])
            else:
                out.append(data[at])
                at += 1
    return bytes(out)


def records(data: bytes) -> list[tuple[int, bytes]]:
    """The records of the stream `dir` by number."""
    found, at = [], 0
    while at < len(data):
        number, length = struct.unpack_from("<HI", data, at)
        length += 2 * (number == 0x09)  # the length of the version is that of its first half
        found.append((number, data[at + 6 : at + 6 + length]))
        at += 6 + length
    return found
