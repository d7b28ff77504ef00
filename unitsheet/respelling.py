"""What the public API does with the spelling of calls: put a workbook into another host's, or into values."""

from __future__ import annotations

import difflib
import os
from functools import cache

from engine.errors import InputError
from engine.hosting import Host
from engine.registry import functions as worksheet_functions
from udfs.headless import cell_functions
from udfs.lambdas import lambdas, without_lambda
from workbook.engines.embedded import EmbeddedEngine
from workbook.engines.protocol import Engine
from workbook.freezing import Freezing
from workbook.freezing import freeze as freeze_with
from workbook.respelling import Respelling
from workbook.respelling import respell as respell_with
from workbook.spelling import Functions
from workbook.target import refuse_if_unwritable, refuse_to_replace

FileName = str | os.PathLike[str]


def respell(path: FileName, out: FileName, functions: str, *, force: bool = False) -> Respelling:
    """Write a workbook with the calls of our functions as a host has them in its files.

    `functions` is excel, officejs, lite, lambda or libreoffice. For lambda the workbook
    gets a name for each closed form, which computes in Microsoft 365 with no add-in;
    calls of the other functions are findings. Everything else stays byte for byte,
    cached values included.
    """
    host = host_named(functions)
    _refuse(out, force=force)
    return respell_with(path, out, host, _ours(host))


def freeze(path: FileName, out: FileName, *, force: bool = False, engine: Engine | None = None) -> Freezing:
    """Recalculate a workbook and write it with values in place of the formulas that call our functions.

    Formulas that only depend on such cells stay formulas. One that could not be worked
    out stays too and is a finding, as is a call in a name or rule.
    """
    _refuse(out, force=force)
    return freeze_with(path, out, engine or EmbeddedEngine(cell_functions()), tuple(worksheet_functions()))


def host_named(name: str) -> Host:
    """The host called `name`; an `InputError` names the nearest."""
    if name.lower() in list(Host):
        return Host(name.lower())
    near = difflib.get_close_matches(name.lower(), list(Host), 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(Host)}"
    raise InputError(f"there is no way {name!r} to call the functions; {hint}")


@cache
def _ours(host: Host) -> Functions:
    """Our functions; the LAMBDAs are worked out for the host that needs them."""
    names = tuple(worksheet_functions())
    return Functions(names, lambdas(), without_lambda()) if host is Host.LAMBDA else Functions(names)


def _refuse(out: FileName, *, force: bool) -> None:
    if not force:
        refuse_to_replace(out)
    refuse_if_unwritable(out)
