"""A stand-in for pywin32, so that xlwings' own COM server runs here without Windows.

Everything between VBA's call of `CallUDF` and the value that goes back is then xlwings'
own code. Made up are only the transport and the Range object. Importing this module
changes `sys.modules` and `ctypes` for good, so it is for a process of its own.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import sys
import types
from typing import Any
from unittest.mock import MagicMock

RANGE = "{00020846-0000-0000-C000-000000000046}"
# What pywin32 makes of an argument that was left out: the number DISP_E_PARAMNOTFOUND.
MISSING = -2_147_352_572
_PLAIN = ("win32api", "win32con", "win32gui", "win32process", "win32event", "win32timezone", "winerror")
_OF_CLIENT = ("CDispatch", "CoClassBaseClass", "DispatchBaseClass")
_OF_SERVER = ("util", "dispatcher", "policy", "register", "exception")


class ComError(Exception):
    hresult = -2_147_352_567


class Time(dt.datetime):
    """A date as pywin32 gives it: the hour that the cell shows, marked as UTC."""


class Range:
    """An area of cells: a value, or rows of values in tuples as COM hands them over."""

    def __init__(self, value: Any) -> None:
        self.Value = value
        rows = value if isinstance(value, tuple) else ((value,),)
        self.Rows, self.Columns = MagicMock(Count=len(rows)), MagicMock(Count=len(rows[0]))
        self.Row = self.Column = 1
        self.Worksheet = MagicMock()
        self._oleobj_ = MagicMock()
        self._oleobj_.GetTypeInfo().GetTypeAttr().iid = RANGE


def install() -> None:
    """Let xlwings import as it does on Windows with pywin32."""
    for name in ("windll", "oledll", "PyDLL", "WINFUNCTYPE"):
        setattr(ctypes, name, MagicMock())
    for name in (*_PLAIN, "pythoncom"):
        sys.modules[name] = MagicMock(name=name, __file__=name)
    sys.modules["pythoncom"].com_error = ComError  # type: ignore[attr-defined]
    _module("pywintypes", com_error=ComError, IID=str, TimeType=Time, Time=lambda value: value)
    server = {name: MagicMock(name=name) for name in _OF_SERVER}
    server["util"].unwrap.side_effect = ComError
    _module("win32com.server", **server)
    for name, module in server.items():
        sys.modules[f"win32com.server.{name}"] = module
    classes = {name: type(name, (), {}) for name in _OF_CLIENT}
    client = _module(
        "win32com.client",
        **classes,
        Dispatch=_same,
        DispatchEx=_same,
        dynamic=MagicMock(),
        gencache=MagicMock(),
    )
    _module("win32com", client=client, server=sys.modules["win32com.server"])
    system = sys.platform
    sys.platform = "win32"
    try:
        import xlwings
    finally:
        sys.platform = system
    assert xlwings.func.__module__ == "xlwings.udfs"


def _module(name: str, **members: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module
    return module


def _same(value: Any, *_: Any, **__: Any) -> Any:
    return value


def call(name: str, *args: Any, module: str = "unitsheet.excel") -> Any:
    """What VBA gets when it calls a function through the server of xlwings."""
    from xlwings.com_server import XLPython

    return XLPython().CallUDF(module, name, args)  # type: ignore[no-untyped-call]
