"""A workbook that calls our functions wherever a workbook can, in the spelling of Excel."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import xlsxwriter

from workbook.book import Book
from workbook.references import cell_name

MODEL = "xl/worksheets/sheet1.xml"
_EACH = "=CAC([@spend],[@users])"
Change = Callable[[str], str]


def members(path: Path) -> dict[str, bytes]:
    """What each member of a package holds, in their order."""
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def changed(path: Path, changes: Mapping[str, Change], added: Mapping[str, str] | None = None) -> Path:
    """The workbook with members changed and added, as another program may have written it."""
    content = members(path)
    for name, change in changes.items():
        new = change(content[name].decode()).encode()
        assert new != content[name], f"nothing to change in {name}"
        content[name] = new
    content |= {name: text.encode() for name, text in (added or {}).items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in content.items():
            opened.writestr(name, data)
    return path


def replacing(old: str, new: str) -> Change:
    return lambda text: text.replace(old, new)


def texts(path: Path) -> dict[str, str]:
    """The formulas of all sheets, a shared one as it reads in each cell."""
    return {
        f"{name}!{cell_name(*at)}": cell.text
        for name, sheet in Book.open(path).sheets.items()
        for at, cell in sheet.formulas.items()
    }


def values(path: Path) -> dict[str, object]:
    """The stored values of all cells, by what they show."""
    return {
        f"{name}!{cell_name(*at)}": value if isinstance(value, float | bool) else str(value)
        for name, sheet in Book.open(path).sheets.items()
        for at, value in (
            sheet.values | {at: one.value for at, one in (sheet.formulas | sheet.children).items()}
        ).items()
        if value is not None
    }


def formula(xml: bytes | str, name: str) -> str:
    """The bytes of a cell, from its tag to its end tag."""
    text = xml.decode() if isinstance(xml, bytes) else xml
    found = re.search(rf'<c r="{name}"[^>]*?(?:/>|>.*?</c>)', text)
    assert found, f"no cell {name}"
    return found[0]


def spelled_workbook(path: Path) -> Path:
    """Make the workbook: cells, arrays, a table, rules, names, and much that only looks like a call."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Model")
        other = book.add_worksheet("CAC(x)")
        other.write_row("A1", [5, "CAC(1,2)"])
        other.write_string("C1", "=CAC(")
        other.write_formula("A2", "=CAC(A1,2)")
        for row, (spend, users) in enumerate(((1000, 8), (900, 3), (800, 4)), start=1):
            sheet.write_row(f"A{row}", [spend, users])
        sheet.write_formula("C1", "=CAC(A1,B1)", book.add_format({"bold": True}))
        sheet.write_formula("C2", '=IF(A2>0,"CAC(""&cac("&CAC(A2,B2)&")",\'CAC(x)\'!A1)')
        sheet.write_formula("C3", "=LTV(30,0.6,0.05)+'CAC(x)'!A1*PAYBACK(60,30,0.6)")
        sheet.write_formula("C4", "=SUM(A1:A3)")
        sheet.write_formula("C5", "=gross+1")
        sheet.write_formula("C6", '=CAC(A1,B1)&"x"')
        sheet.write_formula("C7", "=IFERROR(CAC(A1,0),LTV_CAC(C1,B1))")
        sheet.write_array_formula("E1:E2", "{=CAC(A1:A2,B1:B2)}")
        sheet.write_dynamic_array_formula("F1:F3", "=CAC(A1:A3,B1:B3)")
        sheet.write_dynamic_array_formula("G4", "=SUM(A1:A3*CAC(1,2))")
        sheet.write_formula("G1", "=SUM(CAC(A1:A3,B1:B3))")
        sheet.write_formula("G2", "=A1:A3*CAC(A2,B2)")
        sheet.write_formula("G3", "=CAC(A1:A3,B1:B3)")
        sheet.write_formula("H1", "=COHORT_ACTIVE(A1:A3,B1:B3)")
        book.define_name("gross", "=CAC(Model!$A$1,Model!$B$1)*2")
        book.define_name("margin", "=Model!$B$1")
        columns = [{"header": "spend"}, {"header": "users"}, {"header": "each", "formula": _EACH}]
        columns[-1] |= {"total_function": "=SUM([each])+CAC(1,2)"}
        table = {"name": "Plans", "columns": columns, "data": [[10, 2], [20, 4]], "total_row": True}
        sheet.add_table("J1:L4", table)
        rule = {"type": "formula", "criteria": '=CAC($A1,$B1)>LEN("CAC(")'}
        sheet.conditional_format("A1:A3", rule)
        icons = [{"criteria": ">=", "type": "formula", "value": "=CAC($A$1,$B$1)"}] * 2
        sheet.conditional_format("B1:B3", {"type": "icon_set", "icon_style": "3_arrows", "icons": icons})
        sheet.data_validation("B9", {"validate": "custom", "value": "=CAC(A1,B1)<1000"})
        sheet.add_sparkline("M1", {"range": "Model!A1:A3"})
    return path
