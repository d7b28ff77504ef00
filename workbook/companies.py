"""Companies from their TOML files: every figure with its origin, every mistake with its line."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.company import MODEL_CURRENCIES, Company
from engine.drivers import DRIVERS
from engine.errors import FileError, InputError
from workbook import templates
from workbook.company_figures import figures
from workbook.company_text import CompanyError, CompanyText, Problem
from workbook.default_figures import default_figure, default_fx

__all__ = [
    "COMPANY_KEYS",
    "CompanyError",
    "Problem",
    "companies",
    "company",
    "default_fx",
    "given",
    "id_mistake",
    "load_company",
    "read_company",
]

COMPANY_KEYS: Mapping[str, str] = {
    "id": "What commands and defined names call it: small letters, digits and single dashes",
    "name": "The company's name",
    "product": "The product's name; may be left out",
    "currency": f"The currency of its tab: {' or '.join(MODEL_CURRENCIES)}",
    "note": "A sentence shown on its tab: what the figures rest on; may be left out",
}
_TABLES = {"company", "figures"}
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_SHEET = 31
# Excel keeps history for itself.
_OTHER_SHEETS = {
    "cover", "inputs", "facts", "actuals", "time", "cohorts", "compare", "dashboard", "sensitivity", "checks",
    "tests", "sources", "glossary", "selected", "scenarios", "history",
}  # fmt: skip


def load_company(path: str | os.PathLike[str]) -> Company:
    """Read a company file; a `CompanyError` lists all its mistakes at once."""
    file = os.fspath(path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FileError(f"{file}: is no UTF-8 text; save it as UTF-8") from None
    return read_company(file, text)


def read_company(file: str, content: str) -> Company:
    """The company that the content of a file describes; mistakes are named with the file."""
    text = CompanyText(file, content)
    table = text.table()
    about = _about(text, table)
    found = figures(text, table.get("figures", {}), about["currency"])
    for key in [each for each in table if each not in _TABLES]:
        text.unknown(key, key, _TABLES, _where(key, "at the top of a file there are [company] and [figures]"))
    if text.problems:
        raise CompanyError(text.problems)
    return Company(about["id"], about["name"], about["product"], about["currency"], found, about["note"])


def id_mistake(name: str) -> str:
    """What is wrong with a company's id, by which its sheet and its defined names go; nothing if sound."""
    if not _ID.fullmatch(name):
        said = f"found {name!r}" if name else "it is missing"
        return f"expected small letters, digits and single dashes, such as my-product; {said}"
    if len(name) > _LONGEST_SHEET:
        return f"expected at most {_LONGEST_SHEET} characters, as for the name of a sheet; found {len(name)}"
    if name in _OTHER_SHEETS:
        return f"{name!r} is the name of another sheet of the workbook; choose one of your own"
    return ""


def given(company: Company) -> list[str]:
    """The drivers for which the company's file has a figure of its own."""
    return [
        key
        for key, driver in DRIVERS.items()
        if company.figures[key] != default_figure(driver, company.currency)
    ]


def _about(text: CompanyText, table: Mapping[str, Any]) -> dict[str, str]:
    about = table.get("company")
    if not isinstance(about, dict):
        text.report("company", "the table [company] is missing; it needs id, name and currency")
        about = None
    stated = about or {}
    for key in [each for each in stated if each not in COMPANY_KEYS]:
        text.unknown(f"company.{key}", key, COMPANY_KEYS, _where(key, f"known: {', '.join(COMPANY_KEYS)}"))
    for key in [each for each in COMPANY_KEYS if each in stated]:
        if not isinstance(stated[key], str):
            text.report(f"company.{key}", f"expected text in quotes, found {stated[key]!r}")
    found = {key: str(stated.get(key, "")) for key in COMPANY_KEYS}
    if about is not None:
        _check_about(text, found)
    return found


def _check_about(text: CompanyText, found: Mapping[str, str]) -> None:
    if mistake := id_mistake(found["id"]):
        text.report("company.id", mistake)
    if not found["name"].strip():
        text.report("company.name", "expected the company's name")
    if found["currency"] not in MODEL_CURRENCIES:
        said = f"found {found['currency']!r}" if found["currency"] else "it is missing"
        text.report("company.currency", f"expected {' or '.join(MODEL_CURRENCIES)}; {said}")


def _where(key: str, otherwise: str) -> str:
    """Where a figure belongs that stands outside its table."""
    return "it belongs under [figures]" if key in DRIVERS else otherwise


def companies() -> dict[str, Company]:
    """Every company that comes with the product, by id."""
    return {name: load_company(path) for name, path in templates.company_files().items()}


def company(name: str) -> Company:
    """A company by id, or from a TOML file named by its path; an `InputError` names the nearest id."""
    if name.lower().endswith(".toml"):
        return load_company(name)
    files = templates.company_files()
    path = files.get(name.lower())
    if path is None:
        raise InputError(f"there is no company {name!r}; {_nearest(name, files)}")
    return load_company(path)


def _nearest(name: str, files: Mapping[str, Path]) -> str:
    if os.path.isfile(f"{name}.toml"):  # noqa: PTH113  # which takes any text for a name
        return f"to take the file, say {name}.toml"
    near = difflib.get_close_matches(name.lower(), files, 1, 0.4)
    return f"did you mean {near[0]}?" if near else "`unitsheet companies` lists them all"
