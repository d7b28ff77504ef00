"""A workbook with everything that other writers lose, and the stored bytes of a package's members."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import xlsxwriter
from PIL import Image


def raw_members(path: Path) -> dict[str, bytes]:
    """Each member's bytes as they are stored, compressed or not, in their order."""
    data = path.read_bytes()
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        for member in opened.infolist():
            name, extra = struct.unpack_from("<HH", data, member.header_offset + 26)
            start = member.header_offset + 30 + name + extra
            found[member.filename] = data[start : start + member.compress_size]
    return found


def rich_workbook(folder: Path) -> Path:
    """Make the workbook in a folder; its cached values are right."""
    image = folder / "image.png"
    Image.new("RGB", (8, 8), "red").save(image)
    macros = folder / "vbaProject.bin"
    macros.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(range(256)))
    path = folder / "rich.xlsm"
    with xlsxwriter.Workbook(path) as book:
        book.add_vba_project(str(macros))
        book.set_custom_property("Checked by", "nobody")
        book.define_name("Rate", "=Model!$B$1")
        model = book.add_worksheet("Model")
        fill_model(book, model)
        model.insert_image("H1", str(image))
        chart = book.add_chart({"type": "line"})
        assert chart is not None
        chart.add_series({"values": "=Model!$B$1:$B$4"})
        model.insert_chart("H10", chart)
        sheet = book.add_chartsheet("Picture")
        bars = book.add_chart({"type": "bar"})
        assert bars is not None
        bars.add_series({"values": "=Model!$B$1:$B$4"})
        sheet.set_chart(bars)
        book.add_worksheet("Empty")
    return path


def fill_model(book: xlsxwriter.Workbook, model: Any) -> None:
    bold = book.add_format({"bold": True})
    model.write_column("A1", [1, 2, 3, 4])
    for row in range(1, 5):
        model.write_formula(f"B{row}", f"=A{row}*2", bold, row * 2)
    model.write_formula("C1", '="a"&"b"', None, "ab")
    model.write_formula("C2", "=A1>0", None, True)
    model.write_formula("C3", "=1/0", None, "#DIV/0!")
    model.write_array_formula("D1:D2", "{=A1:A2*2}", None, 2)
    model.write_number("D2", 4)
    model.write_dynamic_array_formula("E1:E4", "=SORT(A1:A4)", None, 1)
    model.write_rich_string("F1", "one ", bold, "two")
    model.write_comment("A1", "A comment")
    model.data_validation("A2", {"validate": "list", "source": ["a", "b"]})
    model.conditional_format("A1:A4", {"type": "data_bar", "data_bar_2010": True})
    model.add_sparkline("G1", {"range": "Model!A1:A4"})
    columns = [{"header": "Plan"}, {"header": "Price\nper user"}]
    model.add_table("A10:B12", {"name": "Plans", "columns": columns})
    model.insert_textbox("H30", "Text")
    model.insert_button("J1", {"macro": "run"})
    model.write_url("A20", "https://example.org/")
