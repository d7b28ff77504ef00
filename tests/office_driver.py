"""Drives one headless office by UNO: reads steps as JSON on stdin, prints what they give as JSON.

Runs in a Python that has uno, which is seldom the one of the tests; so it imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]

_FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}


def main() -> None:
    """Start the office, take the steps, end it."""
    order = json.load(sys.stdin)
    pipe = f"unitsheet-{os.getpid()}"
    command = [
        order["soffice"],
        f"-env:UserInstallation={Path(order['profile']).as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
        f"--accept=pipe,name={pipe};urp;",
    ]
    if order.get("bundle"):
        command.append(f"-env:BUNDLED_EXTENSIONS={Path(order['bundle']).as_uri()}")
    # The program is a script that starts others; a group of their own, they end together.
    office = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        context = _connected(pipe, office)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        results = [_STEPS[step.pop("do")](context, desktop, **step) for step in order["steps"]]
        _end(desktop, office)
    finally:
        if office.poll() is None:
            os.killpg(office.pid, signal.SIGKILL)
    json.dump(results, sys.stdout)


def _connected(pipe: str, office: subprocess.Popen[bytes]) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + 90
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            # A first start may end with 81 to be started again.
            if time.monotonic() > until or office.poll() not in (None, 81):
                raise
            time.sleep(0.1)


def _end(desktop: Any, office: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(Exception):  # it hangs up while it answers
        desktop.terminate()
    office.wait(30)


def _property(name: str, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _new(desktop: Any) -> Any:
    return desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (_property("Hidden", True),))


def _sheet(
    context: Any,
    desktop: Any,
    rows: list[list[Any]],
    formulas: list[list[Any]],
    arrays: list[list[Any]],
    read: list[list[int]],
    save: list[str],
) -> list[list[list[Any]]]:
    """A new sheet with values, formulas and array formulas; what areas of it show."""
    document = _new(desktop)
    document.enableAutomaticCalculation(False)
    sheet = document.Sheets.getByIndex(0)
    if rows:
        area = sheet.getCellRangeByPosition(0, 0, len(rows[0]) - 1, len(rows) - 1)
        # A whole number of more than 32 bits would be refused.
        area.setDataArray(tuple(tuple(float(x) if isinstance(x, int) else x for x in row) for row in rows))
    for row, column, text in formulas:
        sheet.getCellByPosition(column, row).setFormula(text)
    for row, column, height, width, text in arrays:
        area = sheet.getCellRangeByPosition(column, row, column + width - 1, row + height - 1)
        area.setArrayFormula(text)
    document.calculateAll()
    # It would be saved too.
    document.enableAutomaticCalculation(True)
    shown = [_area(sheet, *place) for place in read]
    for path in save:
        target = Path(path)
        properties = (_property("FilterName", _FILTERS[target.suffix]),)
        document.storeToURL(target.as_uri(), properties)
    document.close(True)
    return shown


def _area(sheet: Any, row: int, column: int, height: int, width: int) -> list[list[Any]]:
    area = sheet.getCellRangeByPosition(column, row, column + width - 1, row + height - 1)
    data = area.getDataArray()
    return [
        [_value(area, down, across, value) for across, value in enumerate(cells)]
        for down, cells in enumerate(data)
    ]


def _value(area: Any, row: int, column: int, value: Any) -> Any:
    if value is not None:
        return value
    return {"error": area.getCellByPosition(column, row).getError()}


def _open(context: Any, desktop: Any, path: str) -> dict[str, list[Any]]:
    """The cells of a file's first sheet as they are once it is open: formula, and what it shows."""
    document = desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, (_property("Hidden", True),))
    sheet = document.Sheets.getByIndex(0)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    cells = {}
    for row, values in enumerate(_area(sheet, 0, 0, end.EndRow + 1, end.EndColumn + 1)):
        for column, value in enumerate(values):
            cell = sheet.getCellByPosition(column, row)
            cells[cell.AbsoluteName.rpartition(".")[2].replace("$", "")] = [cell.getFormula(), value]
    document.close(True)
    return cells


def _switch(
    context: Any, desktop: Any, path: str, settings: list[list[list[Any]]]
) -> list[dict[str, list[list[Any]]]]:
    """What every sheet of a file shows, turn by turn, once numbers are typed and all is worked out."""
    document = desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, (_property("Hidden", True),))
    turns = []
    for cells in settings:
        for sheet, row, column, number in cells:
            document.Sheets.getByName(sheet).getCellByPosition(column, row).setValue(number)
        document.calculateAll()
        turns.append({name: _used(document.Sheets.getByName(name)) for name in document.Sheets.ElementNames})
    document.close(True)
    return turns


def _used(sheet: Any) -> list[list[Any]]:
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    return _area(sheet, 0, 0, cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1)


def _describe(context: Any, desktop: Any, names: list[str]) -> list[dict[str, Any]]:
    """What the function wizard says of functions, each of which must have been called before."""
    known = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.sheet.FunctionDescriptions", context
    )
    described = []
    for name in names:
        found = {item.Name: item.Value for item in known.getByName(name)}
        described.append(
            {
                "name": found["Name"],
                "category": found["Category"],
                "summary": found["Description"],
                "arguments": [[a.Name, a.Description, a.IsOptional] for a in found["Arguments"]],
            }
        )
    return described


def _time(context: Any, desktop: Any, formula: str, count: int, repeats: int) -> dict[str, Any]:
    """Seconds that `count` rows of a formula of A1 and B1 take, worked out all over again each time."""
    document = _new(desktop)
    sheet = document.Sheets.getByIndex(0)
    rows = tuple((1000.0 + row, 1.0 + row % 7) for row in range(count))
    sheet.getCellRangeByName(f"A1:B{count}").setDataArray(rows)
    document.enableAutomaticCalculation(False)
    sheet.getCellRangeByName("C1").setFormula(formula)
    column = sheet.getCellRangeByName(f"C1:C{count}")
    column.fillAuto(uno.Enum("com.sun.star.sheet.FillDirection", "TO_BOTTOM"), 1)
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        document.calculateAll()
        seconds.append(time.perf_counter() - begun)
    shown = [row[0] for row in column.getDataArray()]
    document.close(True)
    return {"seconds": seconds, "shown": shown}


_STEPS: dict[str, Any] = {
    "sheet": _sheet,
    "open": _open,
    "switch": _switch,
    "describe": _describe,
    "time": _time,
}

if __name__ == "__main__":
    main()
