"""The component that LibreOffice loads: a method for each function, which hands its calls to the worker.

The office runs this on a Python of its own, so nothing but the standard library
and uno is here.
"""

from __future__ import annotations

import json
import os
from typing import Any

import uno  # type: ignore[import-not-found]
import unohelper  # type: ignore[import-not-found]
from com.sun.star.lang import XServiceInfo  # type: ignore[import-not-found]
from unitsheet_calc_link import Link  # type: ignore[import-not-found]

with open(os.path.join(os.path.dirname(__file__), "settings.json"), encoding="utf-8") as _file:  # noqa: PTH118, PTH120, PTH123
    SETTINGS = json.load(_file)
SERVICE = SETTINGS["service"]


def _create(context: Any, *_: Any) -> Any:
    """The object that Calc calls, once in a session."""
    link = Link(SETTINGS["worker"], _log_path(context))

    def method(name: str) -> Any:
        return lambda self, *args: link.ask(name, args)

    members: dict[str, Any] = {name: method(name) for name in SETTINGS["functions"]}
    members["getImplementationName"] = lambda self: SERVICE
    members["supportsService"] = lambda self, name: name == SERVICE
    # Not com.sun.star.sheet.AddIn: with it Calc would ask here for its texts and leave CalcAddIns.xcu unread.
    members["getSupportedServiceNames"] = lambda self: (SERVICE,)
    # While `unopkg --shared` registers the extension, its type is not there yet: so not at the top.
    interface = uno.getClass(SETTINGS["interface"])
    return type("Functions", (unohelper.Base, XServiceInfo, interface), members)()


def _log_path(context: Any) -> str:
    """A file in the user's profile, which can be written where the extension may not be."""
    paths = context.ServiceManager.createInstanceWithContext("com.sun.star.util.PathSubstitution", context)
    folder = uno.fileUrlToSystemPath(paths.getSubstituteVariableValue("$(user)"))
    return os.path.join(folder, "unitsheet.log")  # noqa: PTH118


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the name that the office looks for
g_ImplementationHelper.addImplementation(_create, SERVICE, (SERVICE,))
