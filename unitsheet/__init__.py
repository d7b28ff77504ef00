"""Unit economics in a spreadsheet: functions, company workbooks, recalculation without Excel.

Every worksheet function is here under its name, in lower case and in capitals:
`unitsheet.cac(15_000_000, 1_000_000)` is `=CAC(15000000,1000000)`. Nothing is
loaded before it is used.
"""

from unitsheet.neighbours import ForeignPackageError, refuse_foreign

TYPE_CHECKING = False  # typing itself takes longer to load than all of this
if TYPE_CHECKING:
    from typing import Any

    from engine.boundary import CautionWarning
    from engine.company import Basis, Company, Scenario
    from engine.errors import CellError, ErrorKind, FileError, FunctionError, InputError, UnitsheetError
    from engine.registry import Function, function, functions, library
    from unitsheet.books import NotCalculatedError, get, new, recalculate
    from unitsheet.exporting import export
    from unitsheet.filling import Filling, fill
    from unitsheet.forecasts import forecast, forecast_inputs
    from unitsheet.respelling import freeze, respell
    from workbook.book import Book
    from workbook.companies import CompanyError, companies, company
    from workbook.freezing import Freezing
    from workbook.recalculate import Recalculation
    from workbook.respelling import Respelling

    __version__: str

__all__ = [
    "Basis",
    "Book",
    "CautionWarning",
    "CellError",
    "Company",
    "CompanyError",
    "ErrorKind",
    "FileError",
    "Filling",
    "ForeignPackageError",
    "Freezing",
    "Function",
    "FunctionError",
    "InputError",
    "NotCalculatedError",
    "Recalculation",
    "Respelling",
    "Scenario",
    "UnitsheetError",
    "__version__",
    "companies",
    "company",
    "export",
    "fill",
    "forecast",
    "forecast_inputs",
    "freeze",
    "function",
    "functions",
    "get",
    "library",
    "new",
    "recalculate",
    "respell",
]

# Where each public name lives; the worksheet functions come from the registry.
_HOMES = {
    "engine.boundary": ("CautionWarning",),
    "engine.company": ("Basis", "Company", "Scenario"),
    "engine.errors": ("CellError", "ErrorKind", "FileError", "FunctionError", "InputError", "UnitsheetError"),
    "engine.registry": ("Function", "function", "functions", "library"),
    "unitsheet.books": ("NotCalculatedError", "get", "new", "recalculate"),
    "unitsheet.exporting": ("export",),
    "unitsheet.filling": ("Filling", "fill"),
    "unitsheet.forecasts": ("forecast", "forecast_inputs"),
    "unitsheet.respelling": ("freeze", "respell"),
    "workbook.book": ("Book",),
    "workbook.companies": ("CompanyError", "companies", "company"),
    "workbook.freezing": ("Freezing",),
    "workbook.recalculate": ("Recalculation",),
    "workbook.respelling": ("Respelling",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

refuse_foreign()


def __getattr__(name: str) -> "Function":
    """A public name, loaded when it is first asked for; to type checkers, a worksheet function."""
    value = _load(name)
    globals()[name] = value
    return value  # type: ignore[no-any-return]


def _load(name: str) -> "Any":
    if name in _HOME_OF:
        from importlib import import_module

        return getattr(import_module(_HOME_OF[name]), name)
    if name == "__version__":
        return _version()
    found = None
    if not name.startswith("_") and (name.islower() or name.isupper()):
        from engine.registry import library

        found = library().get(name.upper())
    if found is None:
        raise AttributeError(f"module 'unitsheet' has no attribute {name!r}")
    return found


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("unitsheet")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0+unknown"


def __dir__() -> list[str]:
    from engine.registry import library

    return sorted({*__all__, *library(), *(name.lower() for name in library())})
