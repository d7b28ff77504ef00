"""The zip under a workbook: checked before anything in it is believed, copied without unpacking."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from engine.errors import FileError


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a package may hold, in members and in bytes once inflated.

    Real sheets shrink five to forty times, and a million formulas take about 100 MB: what is
    larger than ``part``, or shrinks more than ``ratio`` times and is large enough to matter
    (``ratio_from``), is there to exhaust its reader.
    """

    members: int = 10_000
    total: int = 2 << 30
    part: int = 1 << 30
    ratio: int = 200
    ratio_from: int = 8 << 20


_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_FIELD = struct.Struct("<HH")
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800
_ZIP64 = 1
_UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    struct.error,
    ValueError,
    EOFError,
    IndexError,
    OSError,
)
_DRIVE = re.compile(r"[A-Za-z]:")


class Archive:
    """The members of a zip in memory; a member is inflated when it is read."""

    def __init__(self, data: bytes, path: str, limits: Limits) -> None:
        self._data = data
        self._path = path
        self._limits = limits
        self._members = self._listed()
        self._names: dict[str, zipfile.ZipInfo] = {}
        for member in self._members:
            self._check_name(member)
        self._check_sizes()
        self._contents = [self._span(member) for member in self._members]

    def find(self, part: str) -> str | None:
        """The name under which a part is stored, which may differ in case or slashes."""
        member = self._names.get(_folded(part))
        return member.orig_filename if member else None

    def holds(self, folder: str) -> bool:
        """Whether any member lies in a folder, given in lower case with its slash."""
        return any(name.startswith(folder) for name in self._names)

    def read(self, part: str) -> bytes:
        """A part inflated, never beyond the size that its header declares."""
        member = self._names[_folded(part)]
        start, end = self._span(member)
        raw = self._data[start:end]
        if member.compress_type == zipfile.ZIP_DEFLATED:
            try:
                raw = zlib.decompressobj(-15).decompress(raw, member.file_size + 1)
            except zlib.error as error:
                raise self._damaged(f"{part}: {error}") from error
        elif member.compress_type != zipfile.ZIP_STORED:
            raise self._damaged(f"{part} is compressed in a way that no spreadsheet program uses")
        if len(raw) != member.file_size or zlib.crc32(raw) != member.CRC:
            raise self._damaged(f"the contents of {part} are not what they should be")
        return raw

    def write(
        self,
        target: BinaryIO,
        changed: Mapping[str, bytes],
        added: Mapping[str, bytes] | None = None,
        dropped: Collection[str] = (),
    ) -> None:
        """The same members in the same order, changed ones deflated anew, the others as they are.

        Added members stand at the end; dropped ones are left out.
        """
        new = {_folded(part): content for part, content in changed.items()}
        gone = {_folded(part) for part in dropped}
        if unknown := (new.keys() | gone) - self._names.keys():
            raise ValueError(f"{self._path} has no part {min(unknown)}")
        directory = []

        def write(record: _Record, extra: bytes) -> None:
            directory.append(record.central(target.tell()))
            target.write(record.local(extra))
            target.write(record.raw)

        for member, (start, end) in zip(self._members, self._contents, strict=True):
            name = _folded(member.orig_filename)
            if name in gone:
                continue
            if name in new:
                record = _Record.deflated(member, new[name])
            else:
                record = _Record.kept(member, self._data[start:end])
            write(record, self._local_extra(member))
        for part, content in (added or {}).items():
            if self.find(part):
                raise ValueError(f"{self._path} has a part {part} already")
            write(_Record.deflated(_new_member(part), content), b"")
        start = target.tell()
        target.writelines(directory)
        count, size = len(directory), target.tell() - start
        comment = self._comment
        target.write(_END.pack(b"PK\5\6", 0, 0, count, count, size, start, len(comment)) + comment)

    def _damaged(self, reason: str) -> FileError:
        return FileError(f"{self._path} is damaged ({reason}): get a fresh copy, or let Excel repair it.")

    def _refused(self, reason: str) -> FileError:
        return FileError(
            f"{self._path} is not opened because {reason}: do not trust it, ask for a clean copy."
        )

    def _listed(self) -> list[zipfile.ZipInfo]:
        # Counted before the directory is read, which costs memory for every entry.
        if self._data.count(b"PK\1\2") > self._limits.members:
            raise self._refused(f"it holds more than {self._limits.members:,} members")
        try:
            with zipfile.ZipFile(io.BytesIO(self._data)) as opened:
                self._comment = opened.comment
                return opened.infolist()
        except _UNREADABLE as error:
            reason = str(error) or "its directory cannot be read"
            raise self._damaged(f"the zip cannot be read: {reason}") from error

    def _check_name(self, member: zipfile.ZipInfo) -> None:
        name = member.orig_filename
        folded = _folded(name)
        if folded in self._names:
            raise self._refused(f"it holds two members named {name!r}")
        escapes = folded.startswith("/") or _DRIVE.match(folded) or ".." in folded.split("/")
        if escapes or "\0" in name or not name:
            raise self._refused(f"its member {name!r} points outside of it")
        if member.flag_bits & _ENCRYPTED:
            raise FileError(f"{self._path} is encrypted by a zip program: unpack it with its password first.")
        self._names[folded] = member

    def _check_sizes(self) -> None:
        limits = self._limits
        if sum(member.file_size for member in self._members) > limits.total:
            raise self._refused(f"it unpacks to more than {limits.total:,} bytes")
        for member in self._members:
            size = member.file_size
            if size > limits.part:
                raise self._refused(f"its member {member.orig_filename!r} unpacks to {size:,} bytes")
            if size > limits.ratio_from and size > limits.ratio * member.compress_size:
                raise self._refused(
                    f"its member {member.orig_filename!r} unpacks to {limits.ratio} times its size"
                )

    def _span(self, member: zipfile.ZipInfo) -> tuple[int, int]:
        """Where the stored bytes of a member begin and end."""
        offset = member.header_offset
        try:
            signature, *_, name_length, extra_length = _LOCAL.unpack_from(self._data, offset)
        except struct.error as error:
            raise self._damaged("it is cut short") from error
        start = offset + _LOCAL.size + name_length + extra_length
        end = start + member.compress_size
        if offset < 0 or signature != b"PK\3\4" or end > len(self._data):
            raise self._damaged(f"{member.orig_filename} is not where the zip says")
        return start, end

    def _local_extra(self, member: zipfile.ZipInfo) -> bytes:
        *_, name_length, extra_length = _LOCAL.unpack_from(self._data, member.header_offset)
        start = member.header_offset + _LOCAL.size + name_length
        return _without_zip64(self._data[start : start + extra_length])


@dataclass(slots=True)
class _Record:
    """One member as it is written: stored bytes, and what both its headers say of them."""

    member: zipfile.ZipInfo
    raw: bytes
    method: int
    crc: int
    size: int

    @classmethod
    def kept(cls, member: zipfile.ZipInfo, raw: bytes) -> _Record:
        return cls(member, raw, member.compress_type, member.CRC, member.file_size)

    @classmethod
    def deflated(cls, member: zipfile.ZipInfo, content: bytes) -> _Record:
        deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        raw = deflate.compress(content) + deflate.flush()
        return cls(member, raw, zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content))

    def _common(self) -> tuple[int, ...]:
        year, month, day, hour, minute, second = self.member.date_time
        # The sizes are known, so no descriptor follows the bytes.
        flags = self.member.flag_bits & ~_DESCRIPTOR
        time = hour << 11 | minute << 5 | second // 2
        date = (year - 1980) << 9 | month << 5 | day
        return flags, self.method, time, date, self.crc, len(self.raw), self.size

    def _version(self) -> int:
        """The zip version a reader needs: 2.0 to inflate, and no large sizes are left."""
        return 20 if self.method else min(self.member.extract_version, 20)

    def _name(self) -> bytes:
        return self.member.orig_filename.encode("utf-8" if self.member.flag_bits & _UTF8 else "cp437")

    def local(self, extra: bytes) -> bytes:
        name = self._name()
        return _LOCAL.pack(b"PK\3\4", self._version(), *self._common(), len(name), len(extra)) + name + extra

    def central(self, offset: int) -> bytes:
        member, name = self.member, self._name()
        extra = _without_zip64(member.extra)
        made_by = member.create_system << 8 | member.create_version
        lengths = len(name), len(extra), len(member.comment)
        attributes = member.internal_attr, member.external_attr
        header = _CENTRAL.pack(
            b"PK\1\2", made_by, self._version(), *self._common(), *lengths, 0, *attributes, offset
        )
        return header + name + extra + member.comment


def _new_member(part: str) -> zipfile.ZipInfo:
    """A member with nothing to say of itself but its name."""
    member = zipfile.ZipInfo(part)
    member.create_system = 0
    member.flag_bits = 0 if part.isascii() else _UTF8
    return member


def _folded(name: str) -> str:
    """A part's name as packages compare it: case and the kind of slash do not count."""
    return name.replace("\\", "/").lower()


def _without_zip64(extra: bytes) -> bytes:
    """Extra fields without the large sizes, which the headers hold themselves."""
    kept, at = b"", 0
    while at + _FIELD.size <= len(extra):
        kind, length = _FIELD.unpack_from(extra, at)
        end = at + _FIELD.size + length
        if kind != _ZIP64:
            kept += extra[at:end]
        at = end
    return kept + extra[at:]
