"""A sheet part read in one scan, and new values written back into the same bytes."""

from workbook.cell_values import Value
from workbook.sheet_patch import NewValue, patch
from workbook.sheet_scan import scan
from workbook.stored_cells import ChildCell, FormulaCell, Kind, Sheet, StoredCell

__all__ = [
    "ChildCell",
    "FormulaCell",
    "Kind",
    "NewValue",
    "Sheet",
    "StoredCell",
    "Value",
    "patch",
    "scan",
]
