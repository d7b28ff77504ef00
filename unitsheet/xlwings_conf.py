"""The settings file of xlwings: lines of a name and a value between quotes, in the code page of the PC.

Lines that are not ours stay as they are, byte for byte.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from udfs.excel.addin import Python
from udfs.excel.vba import PYTHON_MODULE

FILE = Path(".xlwings", "xlwings.conf")
INTERPRETER, MODULES, BESIDE = "INTERPRETER_WIN", "UDF MODULES", "ADD_WORKBOOK_TO_PYTHONPATH"
# VBA reads the file in the code page of Windows.
CODE_PAGE = "mbcs" if sys.platform == "win32" else "cp1252"
_LINE = re.compile(rb'\s*"([^"]*)"\s*,\s*"([^"]*)"')


def read(content: bytes) -> dict[str, str]:
    """The settings by name in capitals, as VBA finds them: the first line of a name counts."""
    found: dict[str, str] = {}
    for line in content.splitlines():
        if match := _LINE.match(line):
            name, value = (part.decode(CODE_PAGE, "replace") for part in match.groups())
            found.setdefault(name.upper(), value)
    return found


def settings(python: Python, before: Mapping[str, str]) -> dict[str, str]:
    """What our functions need, beside what is there already."""
    modules = [name for name in before.get(MODULES, "").split(";") if name]
    if PYTHON_MODULE not in modules:
        modules.append(PYTHON_MODULE)
    start = {INTERPRETER: python.program}
    if python.conda:
        # xlwings looks at conda only where no program is named.
        start = {
            INTERPRETER: "",
            "INTERPRETER": "",
            "CONDA PATH": python.conda,
            "CONDA ENV": python.environment,
        }
    return start | {MODULES: ";".join(modules), BESIDE: "False"}


def merged(before: bytes, wanted: Mapping[str, str]) -> bytes:
    """The file with these settings, each in the place it had or at the end."""
    lines: list[bytes] = []
    done: set[str] = set()
    for line in before.splitlines():
        match = _LINE.match(line)
        name = match[1].decode(CODE_PAGE, "replace").upper() if match else ""
        if name not in wanted:
            lines.append(line)
        elif name not in done:
            lines.append(_line(name, wanted[name]))
            done.add(name)
    lines += [_line(name, value) for name, value in wanted.items() if name not in done]
    return b"".join(line + b"\r\n" for line in lines)


def can_hold(text: str) -> bool:
    """Whether the code page of the PC has all letters of a text."""
    try:
        text.encode(CODE_PAGE)
    except UnicodeEncodeError:
        return False
    return True


def _line(name: str, value: str) -> bytes:
    return f'"{name}","{value}"'.encode(CODE_PAGE)
