"""A sheet part around the rows of a test."""

from __future__ import annotations

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><sheetData>'
TAIL = "</sheetData><pageMargins left='0.7'/></worksheet>"


def part(data: str) -> bytes:
    return f"{HEAD}{data}{TAIL}".encode()
