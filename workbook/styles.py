"""Colours, fonts and formats of the workbook, in one place."""

from __future__ import annotations

from functools import cache

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.named_styles import NamedStyle

from workbook.plan import Look

FONT, FONT_ZH = "Calibri", "Microsoft YaHei"
BLUE, GREEN, PURPLE, BLACK, GREY, WHITE = "0000FF", "006100", "5B2C8B", "000000", "595959", "FFFFFF"
BROWN, PALE_GREY, TILE = "7F4F00", "F2F2F2", "EEF3FA"
YELLOW, AMBER, PALE_BLUE, NAVY = "FFF2CC", "FFE699", "DDEBF7", "1F3864"
GOOD, BAD = "C6EFCE", "FFC7CE"
GOOD_TEXT, BAD_TEXT = "006100", "9C0006"

_COLOURS = {
    Look.INPUT: BLUE,
    Look.LINK: GREEN,
    Look.FUNCTION: PURPLE,
    Look.FORMULA: BLACK,
    Look.CHECK: BLACK,
    Look.FLAG: BLACK,
    Look.ILLUSTRATIVE: GREY,
    Look.PASTED: BROWN,
    Look.HEADLINE: BLACK,
    Look.TEXT: BLACK,
}
_FILLS = {Look.INPUT: YELLOW, Look.PASTED: PALE_GREY, Look.HEADLINE: PALE_BLUE}


def fill(colour: str) -> PatternFill:
    """A solid fill."""
    return PatternFill("solid", start_color=colour, end_color=colour)


@cache
def value_style(look: Look, number_format: str, amber: bool = False) -> NamedStyle:
    """The style of a value by how it came to be; amber where it is disputed or hearsay."""
    colour = AMBER if amber else _FILLS.get(look)
    style = NamedStyle(f"{look.name.lower()}{' amber' if amber else ''} {number_format or 'General'}")
    bold, italic = look is Look.HEADLINE, look is Look.ILLUSTRATIVE
    style.font = Font(name=FONT, size=10, color=_COLOURS[look], bold=bold, italic=italic)
    style.number_format = number_format or "General"
    style.alignment = Alignment(horizontal="left" if look is Look.TEXT else "right", vertical="center")
    style.protection = Protection(locked=look is not Look.INPUT)
    if colour:
        style.fill = fill(colour)
    return style


@cache
def text_style(name: str, number_format: str = "") -> NamedStyle:
    """The style of labels, units, notes and headers, and of the tiles of the dashboard."""
    style = NamedStyle(f"us {name} {number_format}".strip())
    style.font, style.alignment = Font(name=FONT, size=10), Alignment(vertical="center")
    if name == "zh":
        style.font = Font(name=FONT_ZH, size=9, color=GREY)
        style.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    elif name in ("unit", "note"):
        style.font = Font(name=FONT, size=9, color=GREY, italic=name == "note")
        style.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    elif name in ("mark", "basis"):
        style.font = Font(name=FONT, size=8, color=GREY)
        style.alignment = Alignment(horizontal="left", vertical="center", indent=int(name == "basis"))
    elif name == "relation":
        style.alignment = Alignment(horizontal="center", vertical="center")
    elif name == "title":
        style.font = Font(name=FONT, size=16, bold=True, color=NAVY)
    elif name == "subtitle":
        style.font = Font(name=FONT, size=10, color=GREY)
    elif name == "block":
        style.font, style.fill = Font(name=FONT, size=11, bold=True, color=NAVY), fill(PALE_BLUE)
    elif name == "long note":
        style.font = Font(name=FONT, size=9, color=GREY, italic=True)
        style.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    elif name in ("text in lines", "zh in lines", "verdict"):
        zh = name == "zh in lines"
        style.font = Font(
            name=FONT_ZH if zh else FONT, size=9, color=GREY if zh else BLACK, bold=name == "verdict"
        )
        lines = name != "verdict"
        style.alignment = Alignment(
            horizontal="left", vertical="top" if lines else "center", wrap_text=lines, indent=1
        )
    elif name in ("header", "number header", "month", "header in lines", "number header in lines"):
        style.font = Font(name=FONT, size=10, bold=True, color=WHITE)
        style.fill = fill(GREY if name == "month" else NAVY)
        side, indent = ("left", 1) if name.startswith("header") else ("right", 0)
        lines = name.endswith("lines")
        style.alignment = Alignment(
            horizontal=side, vertical="center", indent=indent, wrap_text=lines or None
        )
        style.number_format = "yyyy-mm" if name == "month" else "General"
    elif name in ("label", "link"):
        if name == "link":
            style.font = Font(name=FONT, size=10, color=BLUE, underline="single")
        style.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    elif name in _TILES:
        _tile(style, name)
    if number_format:
        style.number_format = number_format
    return style


_TILES = {"tile label": 9, "tile": 16, "tile note": 8, "pick": 14}


def _tile(style: NamedStyle, name: str) -> None:
    """A part of a tile: what it shows, large between its name and its unit, on a pale ground."""
    large = name in ("tile", "pick")
    style.font = Font(name=FONT, size=_TILES[name], bold=large, color=NAVY if large else GREY)
    style.alignment = Alignment(horizontal="left", vertical="center", indent=1, shrink_to_fit=True)
    style.fill = fill(TILE)
    gap = Side(style="thick", color=WHITE)
    style.border = Border(left=gap, right=gap)
    if name == "pick":
        style.font, style.fill = Font(name=FONT, size=14, bold=True, color=BLUE), fill(YELLOW)
        style.protection = Protection(locked=False)
