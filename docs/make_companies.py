"""Write the tables of docs/companies.md afresh from the drivers and their defaults, or check them.

Run `python docs/make_companies.py` from the root of a checkout; with `--check` it writes nothing and
exits 1 if the page is not as the drivers have it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from engine.company import MODEL_CURRENCIES, Driver, Figure
from engine.drivers import BLOCKS, DRIVERS
from engine.units import MONEY_WORD
from unitsheet.markdown import code, prose, table
from workbook.companies import COMPANY_KEYS
from workbook.company_figures import FIGURE_KEYS
from workbook.default_figures import default_figure

PAGE = Path(__file__).resolve().parent / "companies.md"


def main(args: list[str]) -> int:
    """Write the page, or with `--check` compare it; the exit code."""
    if args not in ([], ["--check"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    there = PAGE.read_text(encoding="utf-8")
    wanted = with_tables(there)
    if args:
        return 0 if there == wanted else 1
    PAGE.write_text(wanted, encoding="utf-8", newline="\n")
    return 0


def with_tables(page: str) -> str:
    """The page with every table between its marks as the drivers have it."""
    tables = {"company keys": keys(COMPANY_KEYS), "figure keys": keys(FIGURE_KEYS), "drivers": drivers()}
    for name, text in tables.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"{PAGE.name} must have one place for the table of {name}")
        before, rest = page.split(begin)
        page = f"{before}{begin}\n{text}\n\n{end}{rest.split(end)[1]}"
    return page


def keys(known: Mapping[str, str]) -> str:
    """A table of keys and what they are."""
    return table(("key", "meaning"), ((code(key), prose(meaning)) for key, meaning in known.items()))


def drivers() -> str:
    """A heading and a table for each block of drivers."""
    head = ("driver", "unit", "meaning", "limits", "default", "bear / bull", "what the default is")
    rows = {block: [_row(each) for each in DRIVERS.values() if each.block == block] for block in BLOCKS}
    return "\n\n".join(f"### {block}\n\n{table(head, rows[block])}" for block in BLOCKS)


def _row(driver: Driver) -> tuple[str, ...]:
    currencies = MODEL_CURRENCIES if MONEY_WORD in driver.unit.top else MODEL_CURRENCIES[:1]
    defaults = [default_figure(driver, currency) for currency in currencies]
    return (
        code(driver.key),
        driver.unit.text(MODEL_CURRENCIES[0]),
        prose(f"{driver.label} · {driver.label_zh}"),
        prose(str(driver.domain)),
        "; ".join(_money(figure, figure.base) for figure in defaults),
        "; ".join(_scenarios(figure) for figure in defaults).strip("; "),
        prose(defaults[0].note),
    )


def _scenarios(figure: Figure) -> str:
    if figure.bear == figure.base == figure.bull:
        return ""
    return f"{_money(figure, figure.bear)} / {_number(figure.bull)}"


def _money(figure: Figure, value: float) -> str:
    currency = figure.unit.currency
    return f"{currency} {_number(value)}" if currency else _number(value)


def _number(value: float) -> str:
    return f"{value:,.10g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
