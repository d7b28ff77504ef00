"""The functions for xlwings Lite, which runs Python inside Excel: its main.py and requirements.txt.

Lite has no folder of ours and only the packages that Pyodide has. So main.py holds
everything: a declaration for each function, and the engine, packed, which they
unpack at the first call.
"""

from __future__ import annotations

import base64
import io
import json
import re
import textwrap
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import engine
from engine.arguments import Rest
from engine.hosting import NAMESPACE, Host
from engine.registry import Function, functions
from udfs.officejs.metadata import functions_json

# Lite itself is always the newest; the decorators are of the version named here, which its workbooks pin.
# Pyodide dictates the versions of the others.
REQUIREMENTS = ("xlwings==0.37.8", "numpy", "scipy")
_MARK = "Made by `unitsheet install lite`"
_NAME = re.compile(r"[\w.-]+")
_ADAPTER = ("__init__.py", "lite_cells.py")

_HEAD = '''\
"""The worksheet functions of unitsheet {version} for xlwings Lite: type ={example}(...) in a cell.

{mark}, which also replaces it: changes made here would be lost.
The functions are declared below; what they calculate with is packed at the end.
unitsheet is under the MIT licence. Copyright (c) 2026 The unitsheet authors.
"""

import base64
import functools
import os
import sys
import tempfile
import zlib

from xlwings import arg, func

_CELLS = {{"ndim": 2, "err_to_str": True}}
'''

_TAIL = '''\
def _answer(name, *args):
    return _unpacked()(name, *args)


@functools.cache
def _unpacked():
    """What answers a call, out of the modules packed below."""
    path = os.path.join(tempfile.mkdtemp(), "unitsheet.zip")
    with open(path, "wb") as file:
        file.write(zlib.decompress(base64.b64decode(_PACKED)))
    # An earlier main.py of this session may have left its own.
    for name in [name for name in sys.modules if name.partition(".")[0] in ("engine", "udfs")]:
        del sys.modules[name]
    sys.path[:] = [path, *(other for other in sys.path if not other.endswith("unitsheet.zip"))]
    from udfs.lite_cells import answer

    return answer


_PACKED = """
{packed}
"""
'''


def main_py(version: str) -> str:
    """The whole of main.py, for this version of unitsheet."""
    known = functions()
    example = Host.LITE.typed("CAC")
    parts = [_HEAD.format(version=version, example=example, mark=_MARK)]
    described = {one["id"]: one for one in functions_json()["functions"]}
    parts += [_declared(function, described[name]) for name, function in known.items()]
    parts.append(_TAIL.format(packed="\n".join(textwrap.wrap(_packed(), 110))))
    return "\n\n".join(parts)


def requirements_txt(existing: str = "") -> str:
    """The whole of requirements.txt; what is there already stays, in the version it names."""
    lines = existing.split("\n") if existing.strip() else []
    while lines and not lines[-1].strip():
        lines.pop()
    there = {_package(line) for line in lines}
    return "\n".join([*lines, *(line for line in REQUIREMENTS if _package(line) not in there), ""])


def is_ours(name: str, text: str) -> bool:
    """Whether a file of this name was made here, in this version or another."""
    if name == "main.py":
        return _MARK in text[:1000]
    ours = set(map(_package, REQUIREMENTS))
    return {_package(line) for line in text.splitlines() if line.strip()} == ours


def _package(line: str) -> str:
    found = _NAME.match(line.strip())
    return found[0].lower() if found else ""


def _declared(function: Function, described: Mapping[str, Any]) -> str:
    """A function as Lite wants it: decorators for its arguments, then a call of the engine."""
    lines = [f'@func(namespace="{NAMESPACE}")']
    lines += [_argument(one) for one in described["parameters"]]
    given = [f"*{name}" if name == function.repeated else name for name in _names(described)]
    lines += [
        f"def {function.name.lower()}({', '.join(_parameters(function, described))}):",
        f"    {_quoted(described['description'])}",
        f'    return _answer("{function.name}", {", ".join(given)})',
        "",
    ]
    return "\n".join(lines)


def _argument(described: Mapping[str, Any]) -> str:
    return f'@arg("{described["name"]}", doc={_quoted(described["description"])}, **_CELLS)'


def _names(described: Mapping[str, Any]) -> list[str]:
    return [one["name"] for one in described["parameters"]]


def _parameters(function: Function, described: Mapping[str, Any]) -> Iterator[str]:
    """The parameters; in Python whatever follows one that may be left out may be left out too."""
    left_out = False
    for name in _names(described):
        argument = function.arguments[name]
        left_out = left_out or argument.optional
        yield f"*{name}" if isinstance(argument, Rest) else f"{name}=None" if left_out else name


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _packed() -> str:
    """The engine's modules and the adapter as a zip, squeezed as one piece, in letters."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in _modules():
            archive.writestr(zipfile.ZipInfo(name), content)
    return base64.b64encode(zlib.compress(stream.getvalue(), 9)).decode()


def _modules() -> Iterator[tuple[str, bytes]]:
    room = Path(engine.__file__).parent
    for path in sorted(room.rglob("*.py")):
        yield f"engine/{path.relative_to(room).as_posix()}", path.read_bytes()
    for name in _ADAPTER:
        yield f"udfs/{name}", Path(__file__).with_name(name).read_bytes()
