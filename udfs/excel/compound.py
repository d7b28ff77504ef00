"""The compound file that a VBA project is kept in: storages and streams in sectors, as [MS-CFB] has it.

Written is what a project needs: version 3, sectors of 512 bytes, streams under 4,096
bytes in the mini stream, and an allocation table that the header alone lists.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Tree = Mapping[str, "bytes | Tree"]

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _TABLE, _NOTHING = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_IN_HEADER = 109
_ENTRIES_A_SECTOR = _SECTOR // 4


@dataclass(slots=True)
class _Entry:
    """A line of the directory; left, right and child are numbers of other lines."""

    name: str
    kind: int
    content: bytes = b""
    left: int = _NOTHING
    right: int = _NOTHING
    child: int = _NOTHING
    start: int = _END
    size: int = 0
    colour: int = _BLACK

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            name, len(name) + 2, self.kind, self.colour, self.left, self.right, self.child,
            bytes(16), 0, 0, 0, self.start, self.size,
        )  # fmt: skip


@dataclass(slots=True)
class _Sectors:
    """Pieces of one size in a row, and the table that says which follows which."""

    size: int
    data: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=list)

    def add(self, content: bytes) -> int:
        """Append a chain of pieces; the number of its first."""
        if not content:
            return _END
        first = len(self.table)
        count = -(-len(content) // self.size)
        self.table += [*range(first + 1, first + count), _END]
        self.data += content.ljust(count * self.size, b"\0")
        return first


def compound_file(tree: Tree) -> bytes:
    """The file that holds these streams; a mapping within the mapping is a storage."""
    entries = [_Entry("Root Entry", _ROOT, start=_END)]
    entries[0].child = _children(tree, entries)
    large, small = _Sectors(_SECTOR), _Sectors(_MINI)
    for entry in entries[1:]:
        if entry.kind == _STREAM:
            entry.size = len(entry.content)
            entry.start = (small if entry.size < _CUTOFF else large).add(entry.content)
    entries[0].start, entries[0].size = large.add(bytes(small.data)), len(small.data)
    mini_table = large.add(_words(small.table, _ENTRIES_A_SECTOR))
    directory = large.add(_directory(entries))
    first_table, tables = _allocate(large)
    mini_tables = -(-len(small.table) // _ENTRIES_A_SECTOR)
    return _header(first_table, tables, directory, mini_table, mini_tables) + bytes(large.data)


def _children(tree: Tree, entries: list[_Entry]) -> int:
    """Enter what a storage holds; the number of the entry at the root of its search tree."""
    # [MS-CFB] 2.6.4: the shorter name is the lesser, then the letters in capitals decide.
    names = sorted(tree, key=lambda name: (len(name), name.upper()))
    numbers = []
    for name in names:
        content = tree[name]
        numbers.append(len(entries))
        if isinstance(content, bytes):
            entries.append(_Entry(name, _STREAM, content))
        else:
            entry = _Entry(name, _STORAGE, start=0)
            entries.append(entry)
            entry.child = _children(content, entries)
    return _balanced(numbers, entries, (len(numbers) + 1).bit_length() - 1)


def _balanced(numbers: Sequence[int], entries: list[_Entry], full: int) -> int:
    """Make a red-black tree of sorted entries, red being those below the levels that are full."""
    if not numbers:
        return _NOTHING
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.colour = _BLACK if full > 0 else _RED
    entry.left = _balanced(numbers[:middle], entries, full - 1)
    entry.right = _balanced(numbers[middle + 1 :], entries, full - 1)
    return numbers[middle]


def _directory(entries: list[_Entry]) -> bytes:
    unused = struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, *[_NOTHING] * 3, bytes(16), 0, 0, 0, 0, 0)
    missing = -len(entries) % (_SECTOR // len(unused))
    return b"".join(entry.packed() for entry in entries) + unused * missing


def _allocate(large: _Sectors) -> tuple[int, int]:
    """Append the allocation table, which lists its own sectors too: where it begins and how long it is."""
    first = len(large.table)
    count = 1
    while first + count > count * _ENTRIES_A_SECTOR:
        count += 1
    if count > _IN_HEADER:
        raise ValueError("the project is too large for a compound file with one level of tables")
    large.data += _words([*large.table, *[_TABLE] * count], _ENTRIES_A_SECTOR)
    return first, count


def _words(numbers: Sequence[int], multiple: int) -> bytes:
    padded = [*numbers, *[_FREE] * (-len(numbers) % multiple)]
    return struct.pack(f"<{len(padded)}I", *padded)


def _header(first_table: int, tables: int, directory: int, mini_table: int, mini_tables: int) -> bytes:
    fixed = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, directory, 0, _CUTOFF, mini_table, mini_tables, _END, 0, first_table,
    )  # fmt: skip
    more = range(first_table + 1, first_table + tables)
    return fixed + _words(more, 1) + struct.pack("<I", _FREE) * (_IN_HEADER - tables)
