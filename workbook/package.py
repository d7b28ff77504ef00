"""An .xlsx or .xlsm package: opened with suspicion, read part by part, saved without loss."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn, Self
from urllib.parse import unquote

from engine.errors import FileError
from workbook.archive import Archive, Limits
from workbook.cell_values import unescape
from workbook.part_xml import Attributes, read_elements
from workbook.target import refuse_if_unwritable, replace_whole

__all__ = [
    "DefinedName",
    "Iteration",
    "Limits",
    "Package",
    "Relation",
    "SheetPart",
    "Table",
    "refuse_if_unwritable",
]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TRUE = {"1", "true", "on"}


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: its name, the part that holds it, and its place among all sheets."""

    name: str
    part: str
    state: str
    index: int


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name and the formula it stands for; ``sheet`` is set where it is known on one sheet only."""

    name: str
    text: str
    sheet: str | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table, under the name that formulas use."""

    name: str
    sheet: str
    ref: str
    columns: tuple[str, ...]
    header_rows: int
    totals_rows: int


@dataclass(frozen=True, slots=True)
class Iteration:
    """Whether circular formulas are repeated, how often at most, and until what change."""

    on: bool
    limit: int
    delta: float


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points at."""

    id: str
    kind: str  # the last word of its type, alike in strict and transitional files
    part: str | None  # None where it points outside or at a part that is missing
    target: str


class Package:
    """A workbook's parts in memory; nothing is written until ``save``."""

    def __init__(self, data: bytes, path: str, limits: Limits) -> None:
        _refuse_other_formats(data, path)
        self.path = path
        self._archive = Archive(data, path, limits)
        self._refuse_other_packages()
        self._workbook = self._find_workbook()
        self._listing = _Listing()
        read_elements(
            self.read(self._workbook), self._source(self._workbook), self._listing.start, self._listing.end
        )
        self.sheets = self._worksheets()

    @classmethod
    def open(cls, path: str | os.PathLike[str], limits: Limits | None = None) -> Self:
        """Read a workbook whole; raises FileError, in one sentence, for whatever is not a sound one."""
        limits = limits or Limits()
        return cls(_bytes_of(path, limits.total), os.fspath(path), limits)

    def read(self, part: str) -> bytes:
        """The bytes of a part; raises FileError if it is missing or damaged."""
        stored = self._archive.find(part)
        if stored is None:
            self._damaged(f"its part {part} is missing")
        return self._archive.read(stored)

    def find(self, part: str) -> str | None:
        """The name under which a part is stored, which may differ in case or slashes."""
        return self._archive.find(part)

    def save(
        self,
        target: str | os.PathLike[str],
        changed: Mapping[str, bytes],
        added: Mapping[str, bytes] | None = None,
        dropped: Collection[str] = (),
    ) -> None:
        """Write the package with these parts changed and all others byte for byte as they were."""
        replace_whole(target, lambda stream: self._archive.write(stream, changed, added, dropped))

    @property
    def workbook_part(self) -> str:
        """The part that lists sheets and names."""
        return self._workbook

    @cached_property
    def defined_names(self) -> list[DefinedName]:
        """Every defined name, in the workbook's order."""
        names = []
        for attributes, text in self._listing.names:
            owner = attributes.get("localSheetId")
            sheet = self._sheet_name(owner) if owner else None
            hidden = attributes.get("hidden") in _TRUE
            names.append(DefinedName(unescape(attributes.get("name", "")), unescape(text), sheet, hidden))
        return names

    @cached_property
    def tables(self) -> list[Table]:
        """Every table, sheet by sheet."""
        found = []
        for sheet in self.sheets:
            for relation in self.relations(sheet.part):
                if relation.kind == "table" and relation.part:
                    found.append(self._table(sheet.name, relation.part))
        return found

    @property
    def date1904(self) -> bool:
        """Whether dates count from 1904 instead of 1900."""
        return self._listing.properties.get("date1904") in _TRUE

    @cached_property
    def iterate(self) -> Iteration:
        """How the workbook wants circular formulas treated."""
        calculation = self._listing.calculation
        try:
            limit, delta = (
                int(calculation.get("iterateCount", "100")),
                float(calculation.get("iterateDelta", "0.001")),
            )
        except ValueError:
            limit, delta = 100, 0.001
        return Iteration(calculation.get("iterate") in _TRUE, limit, delta)

    @cached_property
    def shared_strings(self) -> list[str]:
        """The workbook's table of texts, as a person reads them."""
        for relation in self._workbook_relations:
            if relation.kind == "sharedStrings" and relation.part:
                texts = _Texts()
                read_elements(self.read(relation.part), self._source(relation.part), texts.start, texts.end)
                return texts.found
        return []

    @cached_property
    def macros(self) -> bool:
        """Whether the workbook carries code, in VBA or on macro sheets."""
        kinds = {relation.kind for relation in self._workbook_relations}
        return bool(kinds & {"vbaProject", "xlMacrosheet", "xlIntlMacrosheet"})

    @cached_property
    def external_links(self) -> list[str]:
        """The parts for other workbooks, in the order in which formulas number them, from [1]."""
        parts = {relation.id: relation.part for relation in self._workbook_relations}
        return [part for id in self._listing.externals if (part := parts.get(id))]

    def _damaged(self, reason: str) -> NoReturn:
        raise FileError(f"{self.path} is damaged ({reason}): get a fresh copy, or let Excel repair it.")

    def _source(self, part: str) -> str:
        return f"{self.path}, part {part},"

    def _refuse_other_packages(self) -> None:
        archive = self._archive
        if archive.find("mimetype") and archive.find("content.xml"):
            raise FileError(f"{self.path} is an OpenDocument file: save it as .xlsx first.")
        if archive.find("xl/workbook.bin"):
            raise FileError(f"{self.path} is a binary workbook (.xlsb): save it as .xlsx or .xlsm first.")
        if archive.holds("_xmlsignatures/"):
            raise FileError(
                f"{self.path} is digitally signed and a change would break that: work on an unsigned copy."
            )

    def _find_workbook(self) -> str:
        if self._archive.find("_rels/.rels"):
            for relation in self.relations(""):
                if relation.kind == "officeDocument":
                    return self._workbook_part(relation)
        raise FileError(f"{self.path} is a zip but no workbook: give an .xlsx or .xlsm file.")

    def _workbook_part(self, relation: Relation) -> str:
        if relation.part is None:
            self._damaged(f"its part {relation.target} is missing")
        return relation.part

    @cached_property
    def _workbook_relations(self) -> list[Relation]:
        return self.relations(self._workbook)

    def relations(self, part: str) -> list[Relation]:
        """What a part points at; the package itself is the part with the empty name."""
        folder = posixpath.dirname(part.replace("\\", "/"))
        rels = self.relations_part(part)
        found: list[Relation] = []
        if rels is None:
            return found

        def start(element: str, attributes: Attributes) -> None:
            if element == "Relationship":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = attributes.get("Target", "")
                inside = attributes.get("TargetMode") != "External"
                stored = self._resolve(folder, target) if inside else None
                found.append(Relation(attributes.get("Id", ""), kind, stored, target))

        read_elements(self.read(rels), self._source(rels), start)
        return found

    def relations_part(self, part: str) -> str | None:
        """The part that holds the relations of another."""
        folder, name = posixpath.split(part.replace("\\", "/"))
        return self._archive.find(posixpath.join(folder, "_rels", f"{name}.rels"))

    def _resolve(self, folder: str, target: str) -> str | None:
        """The part a target names, from the package's root or from its owner's folder."""
        path = target.replace("\\", "/")
        path = posixpath.normpath(path if path.startswith("/") else posixpath.join(folder, path)).lstrip("/")
        return self._archive.find(path) or self._archive.find(unquote(path))

    def _worksheets(self) -> list[SheetPart]:
        relations = {relation.id: relation for relation in self._workbook_relations}
        sheets = []
        for index, attributes in enumerate(self._listing.sheets):
            name = unescape(attributes.get("name", ""))
            id = attributes.get("id")
            if not id:  # a VBA module from before 1997, still listed among the sheets
                continue
            relation = relations.get(id)
            if relation is None or relation.part is None:
                self._damaged(f"its sheet {name!r} is missing")
            if relation.kind == "worksheet":
                sheets.append(SheetPart(name, relation.part, attributes.get("state", "visible"), index))
        return sheets

    def _sheet_name(self, index: str) -> str | None:
        try:
            return unescape(self._listing.sheets[int(index)].get("name", ""))
        except (ValueError, IndexError):
            self._damaged(f"a defined name belongs to sheet number {index}, which is not there")

    def _table(self, sheet: str, part: str) -> Table:
        table: Attributes = {}
        columns: list[str] = []

        def start(element: str, attributes: Attributes) -> None:
            if element == "table":
                table.update(attributes)
            elif element == "tableColumn":
                columns.append(unescape(attributes.get("name", "")))

        read_elements(self.read(part), self._source(part), start)
        name = unescape(table.get("displayName") or table.get("name", ""))
        try:
            rows = int(table.get("headerRowCount", "1")), int(table.get("totalsRowCount", "0"))
        except ValueError:
            self._damaged(f"the table {name!r} counts its rows in words")
        return Table(name, sheet, table.get("ref", ""), tuple(columns), *rows)


class _Listing:
    """What the workbook part says: sheets, names, settings."""

    def __init__(self) -> None:
        self.sheets: list[Attributes] = []
        self.names: list[tuple[Attributes, str]] = []
        self.externals: list[str] = []
        self.properties: Attributes = {}
        self.calculation: Attributes = {}
        self._name: Attributes = {}

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "sheet":
            self.sheets.append(attributes)
        elif element == "definedName":
            self._name = attributes
        elif element == "externalReference":
            self.externals.append(attributes.get("id", ""))
        elif element == "workbookPr":
            # Excel repeats the element in its extension list, with other attributes.
            self.properties = attributes | self.properties
        elif element == "calcPr":
            self.calculation = attributes | self.calculation

    def end(self, element: str, text: str) -> None:
        if element == "definedName":
            self.names.append((self._name, text))


class _Texts:
    """The string table: runs of one entry joined, readings of Japanese text left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._runs = ""
        self._phonetic = False

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "si":
            self._runs = ""
        elif element == "rPh":
            self._phonetic = True

    def end(self, element: str, text: str) -> None:
        if element == "t" and not self._phonetic:
            self._runs += text
        elif element == "si":
            self.found.append(unescape(self._runs))
        elif element == "rPh":
            self._phonetic = False


def _bytes_of(path: str | os.PathLike[str], most: int) -> bytes:
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            raise FileError(f"{path} is a folder: give the workbook in it.")
        if not stat.S_ISREG(status.st_mode):
            raise FileError(f"{path} is no regular file: give an .xlsx or .xlsm file.")
        if status.st_size > most:
            raise FileError(f"{path} is larger than {most:,} bytes: no workbook of that size is opened.")
        data = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise FileError(f"{path} is not there: check the name and the folder.") from error
    except PermissionError as error:
        raise FileError(
            f"{path} may not be read: ask for permission, or close it where it is open."
        ) from error
    except (OSError, ValueError) as error:
        raise FileError(f"{path} cannot be read: {error}.") from error
    if not data:
        raise FileError(f"{path} is empty: get a fresh copy.")
    return data


def _refuse_other_formats(data: bytes, path: str) -> None:
    if data.startswith(_OLE):
        raise FileError(_about_ole(data, path))
    if b"PK\1\2" not in data and not data.startswith(b"PK"):
        raise FileError(f"{path} is no workbook, whatever its name says: give an .xlsx or .xlsm file.")


def _about_ole(data: bytes, path: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return f"{path} is encrypted: open it in Excel with its password, remove the password and save."
    if any(stream.encode("utf-16-le") + b"\0\0" in data for stream in ("Workbook", "Book")):
        return f"{path} is an old .xls workbook: open it in Excel and save it as .xlsx."
    return f"{path} is encrypted or an old .xls: open it in Excel, remove the password or save it as .xlsx."
