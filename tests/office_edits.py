"""The driver of a headless office with one step more: changes to a workbook such as a person makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import office_driver


def edit(context: Any, desktop: Any, path: str, changes: list[list[Any]], save: str) -> None:
    """Open a workbook, put rows and columns in, write texts, rename sheets, and save it elsewhere."""
    hidden = (office_driver._property("Hidden", True),)
    document = desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, hidden)
    for what, name, *rest in changes:
        sheet = document.Sheets.getByName(name)
        if what == "rows":
            sheet.Rows.insertByIndex(*rest)
        elif what == "columns":
            sheet.Columns.insertByIndex(*rest)
        elif what == "text":
            row, column, text = rest
            sheet.getCellByPosition(column, row).setString(text)
        else:
            sheet.setName(*rest)
    target = Path(save)
    form = office_driver._property("FilterName", office_driver._FILTERS[target.suffix])
    document.storeToURL(target.as_uri(), (form,))
    document.close(True)


if __name__ == "__main__":
    office_driver._STEPS["edit"] = edit
    office_driver.main()
