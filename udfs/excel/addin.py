"""The add-in: a workbook without cells to see, whose VBA calls the Python that unitsheet is installed in.

Excel opens what lies in its start folder, and trusts the macros there. So this one
file is all there is to install, and it reaches every workbook, .xlsx too.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PureWindowsPath
from xml.sax.saxutils import quoteattr

from engine.hosting import EXCEL_ADDIN
from udfs.excel.intellisense import NAMESPACE, intellisense_xml
from udfs.excel.project import Module, vba_project
from udfs.excel.vba import DESCRIBE, MODULE, functions_module, lines, quoted, template

FILE = EXCEL_ADDIN
_PROJECT = "UnitsheetAddin"
_START = "unitsheet_python"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ITEM = "{7C0B4A52-6E7B-4E5C-9E0E-6A0C5B1F2D11}"


@dataclass(frozen=True, slots=True)
class Python:
    """The Python that Excel starts, and the version of its xlwings; the rest only if it is conda's."""

    program: str
    xlwings: str
    conda: str = ""
    environment: str = ""

    @property
    def folders(self) -> tuple[str, str]:
        """Where xlwings puts its library: beside the program, or above it in a virtual environment."""
        folder = PureWindowsPath(self.program).parent
        return str(folder), str(folder.parent)

    @property
    def command(self) -> str:
        """What starts the server; the library puts its own name for it where $(CLSID) stands.

        The folder that Excel happens to be in is kept off Python's path (-P): a module
        there could be named like one of ours.
        """
        serve = "-B -P -c \"import xlwings; xlwings.serve('$(CLSID)')\""
        if self.conda:
            activate = f'"{self.conda}\\condabin\\conda.bat" activate "{self.environment}"'
            return f'cmd.exe /K "{activate} && "{self.program}" {serve}"'
        return f'cmd.exe /K ""{self.program}" {serve}"'


def addin(python: Python, version: str) -> bytes:
    """The file unitsheet.xlam."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _parts(python, version).items():
            package.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def modules(python: Python, version: str) -> list[Module]:
    """The modules of the add-in: the workbook, its one sheet, the functions, and what starts Python."""
    opened = template("workbook").format(describe=DESCRIBE)
    return [
        Module("ThisWorkbook", _document("ThisWorkbook", "00020819", *opened.splitlines()), document=True),
        Module("Sheet1", _document("Sheet1", "00020820"), document=True),
        Module(MODULE, functions_module(version)),
        Module(_START, _start_module(python)),
    ]


def _start_module(python: Python) -> str:
    folder, above = python.folders
    text = template("start").format(
        xlwings=python.xlwings, folder=quoted(folder), above=quoted(above), command=quoted(python.command)
    )
    return lines([f'Attribute VB_Name = "{_START}"', *text.splitlines()])


def _document(name: str, kind: str, *code: str) -> str:
    """The module of the workbook or of a sheet, told by the first number of its class."""
    traits = {
        "GlobalNameSpace": False, "Creatable": False, "PredeclaredId": True, "Exposed": True,
        "TemplateDerived": False, "Customizable": True,
    }  # fmt: skip
    return lines(
        [
            f'Attribute VB_Name = "{name}"',
            f'Attribute VB_Base = "0{{{kind}-0000-0000-C000-000000000046}}"',
            *(f"Attribute VB_{trait} = {value}" for trait, value in traits.items()),
            *code,
        ]
    )


def _parts(python: Python, version: str) -> dict[str, str | bytes]:
    """The parts of the package by name."""
    types = f"{_OFFICE}/relationships"
    return {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships((f"{types}/officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'{_XML}<workbook xmlns="{_SHEETS}" xmlns:r="{types}"><workbookPr codeName="ThisWorkbook"/>'
            '<bookViews><workbookView visibility="hidden"/></bookViews>'
            '<sheets><sheet name="unitsheet" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relationships(
            (f"{types}/worksheet", "worksheets/sheet1.xml"),
            (f"{types}/styles", "styles.xml"),
            ("http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin"),
            (f"{types}/customXml", "../customXml/item1.xml"),
        ),
        "xl/worksheets/sheet1.xml": (
            f'{_XML}<worksheet xmlns="{_SHEETS}"><sheetPr codeName="Sheet1"/><sheetData>'
            f'<row r="1"><c r="A1" t="inlineStr"><is><t>unitsheet {version}</t></is></c></row>'
            "</sheetData></worksheet>"
        ),
        "xl/styles.xml": _styles(),
        "xl/vbaProject.bin": vba_project(_PROJECT, modules(python, version)),
        "customXml/item1.xml": intellisense_xml(),
        "customXml/_rels/item1.xml.rels": _relationships((f"{types}/customXmlProps", "itemProps1.xml")),
        "customXml/itemProps1.xml": (
            f'{_XML}<ds:datastoreItem ds:itemID="{_ITEM}" xmlns:ds="{_OFFICE}/customXml">'
            f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
        ),
    }


def _relationships(*targets: tuple[str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target={quoteattr(target)}/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _content_types() -> str:
    parts = {
        "/xl/workbook.xml": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
        "/xl/worksheets/sheet1.xml": f"{_SPREADSHEET}.worksheet+xml",
        "/xl/styles.xml": f"{_SPREADSHEET}.styles+xml",
        "/xl/vbaProject.bin": "application/vnd.ms-office.vbaProject",
        "/customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    }
    entries = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{entries}</Types>'
    )


def _styles() -> str:
    return (
        f'{_XML}<styleSheet xmlns="{_SHEETS}">'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
