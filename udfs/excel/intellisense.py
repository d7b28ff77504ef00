"""The help that Excel-DNA IntelliSense, a free add-in, shows while a formula is typed."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from engine.registry import Function, functions
from udfs.excel.parameters import parameters

NAMESPACE = "http://schemas.excel-dna.net/intellisense/1.0"


def intellisense_xml() -> str:
    """What stands beside an add-in as `.intellisense.xml`, or in it as a part of its own."""
    entries = "".join(line for function in functions().values() for line in _function(function))
    return (
        f'<IntelliSense xmlns="{NAMESPACE}">\n  <FunctionInfo>\n{entries}  </FunctionInfo>\n</IntelliSense>\n'
    )


def _function(function: Function) -> Iterator[str]:
    yield f"    <Function Name={quoteattr(function.name)} Description={quoteattr(function.summary)}>\n"
    for one in parameters(function):
        name = f"[{one.name}]" if one.optional else one.name
        yield f"      <Argument Name={quoteattr(name)} Description={quoteattr(one.help)}/>\n"
    yield "    </Function>\n"
