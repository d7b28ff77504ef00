"""The extension, an .oxt file: the types, the texts and the component, and what starts the worker."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from pathlib import Path

from engine.hosting import CALC_SERVICE
from engine.registry import Function, functions
from udfs.calc.parameters import AREA, parameters
from udfs.calc.texts import ABOUT, wizard

IDENTIFIER = "org.unitsheet"
_HERE = Path(__file__).parent
_MODULE, _, _SERVICE = CALC_SERVICE.rpartition(".")
_INTERFACE = f"X{_SERVICE}"
_TYPES, _COMPONENT, _TEXTS = "functions.idl", "addin.py", "CalcAddIns.xcu"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def worker_command() -> list[str]:
    """What starts the worker in this Python, from wherever unitsheet was imported."""
    root = str(_HERE.parent.parent)
    # At the end of the path, so that nothing beside unitsheet hides a module of Python.
    code = f"import sys; sys.path.append({root!r}); from udfs.calc.worker import main; main()"
    return [sys.executable, "-P", "-c", code]


def oxt(version: str, worker: list[str] | None = None) -> bytes:
    """The extension as a file; its calls go to the worker of this Python unless another is named."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members(version, worker).items():
            package.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def members(version: str, worker: list[str] | None = None) -> dict[str, str]:
    """The files of the extension by their names in it."""
    settings = {
        "service": CALC_SERVICE,
        "interface": f"{_MODULE}.{_INTERFACE}",
        "functions": list(functions()),
        "worker": worker or worker_command(),
    }
    return {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(version),
        **{f"about.{language}.txt": text for language, text in ABOUT.items()},
        _TYPES: _types(),
        _TEXTS: f"{_XML}{wizard()}",
        "settings.json": json.dumps(settings, indent=1),
        _COMPONENT: _source("addin.py"),
        # The office puts a folder of this name beside a component on the component's path.
        "pythonpath/unitsheet_calc_link.py": _source("link.py"),
    }


def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _manifest() -> str:
    # The types stand first: the component is of one of them.
    media = {
        _TYPES: "application/vnd.sun.star.uno-typelibrary;type=RDB",
        _COMPONENT: "application/vnd.sun.star.uno-component;type=Python",
        _TEXTS: "application/vnd.sun.star.configuration-data",
    }
    entries = "".join(
        f'  <manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>\n'
        for name, kind in media.items()
    )
    namespace = "http://openoffice.org/2001/manifest"
    return f'{_XML}<manifest:manifest xmlns:manifest="{namespace}">\n{entries}</manifest:manifest>\n'


def _description(version: str) -> str:
    # The office compares numbers between dots and knows nothing else.
    plain = re.match(r"\d+(\.\d+)*", version)
    sources = "".join(f'    <src xlink:href="about.{code}.txt" lang="{code}"/>\n' for code in ABOUT)
    return (
        f'{_XML}<description xmlns="http://openoffice.org/extensions/description/2006" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f'  <identifier value="{IDENTIFIER}"/>\n'
        f'  <version value="{plain.group() if plain else "0"}"/>\n'
        '  <display-name><name lang="en">unitsheet</name></display-name>\n'
        f"  <extension-description>\n{sources}  </extension-description>\n"
        "</description>\n"
    )


def _types() -> str:
    """The interface of the component; the office reads the text itself, so no SDK need compile it."""
    modules = _MODULE.split(".")
    opened = "".join(f"module {name} {{ " for name in modules)
    methods = "".join(f"    {_method(function)};\n" for function in functions().values())
    return f"{opened}\ninterface {_INTERFACE} {{\n{methods}}};\n{'}; ' * len(modules)}\n"


def _method(function: Function) -> str:
    """A result of one cell is an area of one: only a method that gives areas may give one."""
    declared = ", ".join(f"[in] {parameter.kind} {parameter.name}" for parameter in parameters(function))
    return f"{AREA} {function.name}({declared})"
