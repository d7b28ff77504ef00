"""A workbook of openpyxl written as Excel writes it, where openpyxl differs and other programs mind."""

from __future__ import annotations

from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter


def write_book(book: Workbook, stream: BinaryIO) -> None:
    """Write the workbook; a sheet points at its comments from its own folder, or IronCalc looks in vain."""
    _Writer(book, ZipFile(stream, "w", ZIP_DEFLATED, allowZip64=True)).save()


class _Writer(ExcelWriter):
    def _write_comment(self, ws: Any) -> None:
        super()._write_comment(ws)  # type: ignore[misc]
        for relation in ws._rels:
            if relation.Id == "comments":
                relation.Target = relation.Target.replace("/xl/", "../", 1)
