"""Colours, fonts and formats of the workbook, in one place."""

from __future__ import annotations

from functools import cache

from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.styles.named_styles import NamedStyle

from workbook.plan import Look

FONT, FONT_ZH = "Calibri", "Microsoft YaHei"
BLUE, GREEN, PURPLE, BLACK, GREY, WHITE = "0000FF", "006100", "5B2C8B", "000000", "595959", "FFFFFF"
YELLOW, AMBER, PALE_BLUE, NAVY = "FFF2CC", "FFE699", "DDEBF7", "1F3864"
GOOD, BAD = "C6EFCE", "FFC7CE"
GOOD_TEXT, BAD_TEXT = "006100", "9C0006"

_COLOURS = {
    Look.INPUT: BLUE,
    Look.LINK: GREEN,
    Look.FUNCTION: PURPLE,
    Look.FORMULA: BLACK,
    Look.CHECK: BLACK,
    Look.HEADLINE: BLACK,
    Look.TEXT: BLACK,
}
LINK_FONT = Font(name=FONT, size=10, color=BLUE, underline="single")
_FILLS = {Look.INPUT: YELLOW, Look.HEADLINE: PALE_BLUE}


def fill(colour: str) -> PatternFill:
    """A solid fill."""
    return PatternFill("solid", start_color=colour, end_color=colour)


@cache
def value_style(look: Look, number_format: str, amber: bool = False) -> NamedStyle:
    """The style of a value by how it came to be; amber where it is disputed or hearsay."""
    colour = AMBER if amber else _FILLS.get(look)
    style = NamedStyle(f"{look.name.lower()}{' amber' if amber else ''} {number_format or 'General'}")
    style.font = Font(name=FONT, size=10, color=_COLOURS[look], bold=look is Look.HEADLINE)
    style.number_format = number_format or "General"
    style.alignment = Alignment(horizontal="left" if look is Look.TEXT else "right", vertical="center")
    style.protection = Protection(locked=look is not Look.INPUT)
    if colour:
        style.fill = fill(colour)
    return style


@cache
def text_style(name: str) -> NamedStyle:
    """The style of labels, units, notes and headers."""
    style = NamedStyle(f"us {name}")
    style.font, style.alignment = Font(name=FONT, size=10), Alignment(vertical="center")
    if name == "zh":
        style.font = Font(name=FONT_ZH, size=9, color=GREY)
        style.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    elif name in ("unit", "note"):
        style.font = Font(name=FONT, size=9, color=GREY, italic=name == "note")
        style.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    elif name == "title":
        style.font = Font(name=FONT, size=16, bold=True, color=NAVY)
    elif name == "subtitle":
        style.font = Font(name=FONT, size=10, color=GREY)
    elif name == "block":
        style.font, style.fill = Font(name=FONT, size=11, bold=True, color=NAVY), fill(PALE_BLUE)
    elif name == "long note":
        style.font = Font(name=FONT, size=9, color=GREY, italic=True)
        style.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    elif name in ("header", "number header", "month"):
        style.font, style.fill = Font(name=FONT, size=10, bold=True, color=WHITE), fill(NAVY)
        side, indent = ("left", 1) if name == "header" else ("right", 0)
        style.alignment = Alignment(horizontal=side, vertical="center", indent=indent)
        style.number_format = "yyyy-mm" if name == "month" else "General"
    elif name == "label":
        style.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    return style
