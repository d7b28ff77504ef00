"""Runs VBA in LibreOffice: a script for the Python that has uno, with a job on stdin as JSON.

The job names a workbook with macros, modules to put in or to replace in its VBA project,
and functions to call. On stdout come the modules as LibreOffice read them, and the results.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.script import ModuleInfo  # type: ignore[import-not-found]

RUN_MACROS = 4
CLASS = 2


def main() -> None:
    job = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as profile:
        pipe = f"unitsheet{time.monotonic_ns()}"
        office = subprocess.Popen(
            [job["soffice"], "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
             f"--accept=pipe,name={pipe};urp;"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            desktop = connected(pipe)
            json.dump(done(desktop, job), sys.stdout)
            desktop.terminate()
            office.wait(30)
        finally:
            office.kill()


def connected(pipe: str) -> Any:
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(300):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    raise TimeoutError("LibreOffice does not answer")


def done(desktop: Any, job: dict[str, Any]) -> dict[str, Any]:
    settings = tuple(
        PropertyValue(Name=n, Value=v) for n, v in (("Hidden", True), ("MacroExecutionMode", RUN_MACROS))
    )
    book = desktop.loadComponentFromURL(uno.systemPathToFileUrl(job["file"]), "_blank", 0, settings)
    library = book.BasicLibraries.getByName(job["project"])
    read = {name: library.getByName(name) for name in library.ElementNames}
    for name, text in job.get("modules", {}).items():
        if library.hasByName(name):
            library.replaceByName(name, text)
        else:
            library.insertByName(name, text)
    for name, text in job.get("classes", {}).items():
        library.insertModuleInfo(name, ModuleInfo(ModuleType=CLASS))
        library.insertByName(name, text)
    scripts = book.getScriptProvider()
    results = []
    for module, function, *args in job.get("calls", ()):
        place = f"{job['project']}.{module}.{function}?language=Basic&location=document"
        results.append(scripts.getScript(f"vnd.sun.star.script:{place}").invoke(tuple(args), (), ())[0])
    book.close(True)
    return {"modules": read, "results": results}


main()
