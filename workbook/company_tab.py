"""The tab of one company: the lines of `templates/company_tab.toml` with its figures."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from engine.company import Company, Figure, Scenario
from engine.drivers import DRIVERS
from engine.lines import ACTUALS, CONSTANTS, LINES, Measure
from engine.units import MONEY_WORD
from workbook import templates
from workbook.plan import Block, Kind, Line, Look, Name, Tab

_Entry = Mapping[str, Any]
FLAG = "flag"
_ACTUAL_OF = {line: name for name, line in ACTUALS.items()}


@cache
def _template() -> Mapping[str, Any]:
    return tomllib.loads((templates.folder() / "company_tab.toml").read_text(encoding="utf-8"))


def blocks() -> tuple[_Entry, ...]:
    """The blocks of a company tab as the template has them, headlines first."""
    return tuple(_template()["block"])


@cache
def headlines() -> Mapping[str, _Entry]:
    """The headlines by the end of their defined name."""
    return {key.removeprefix("h_"): entry for key, entry in blocks()[0]["lines"].items()}


def tab_name(company: Company) -> str:
    """The sheet's name: the word of product or name that is the id, or the id itself."""
    for word in f"{company.product} {company.name}".replace(",", " ").split():
        if word.lower() == company.id:
            return word
    return company.id.capitalize()


def company_tab(company: Company) -> Tab:
    """The plan of a company's tab."""
    names = ",".join(f'"{scenario.value}"' for scenario in Scenario)
    return Tab(
        tab_name(company), Kind.TIMELINE, company.title, company.product, company.note,
        tuple(_block(company, block) for block in blocks()),
        banner=f'=CHOOSE({{Inputs:scenario_live}},{names})&" scenario, money in {company.currency}"',
    )  # fmt: skip


def company_names(company: Company) -> list[Name]:
    """The defined names of a company's headlines."""
    tab = tab_name(company)
    return [
        Name(f"{company.prefix}_{key}", tab, f"h_{key}", one["label"]) for key, one in headlines().items()
    ]


def _block(company: Company, block: _Entry) -> Block:
    return Block(block["title"], block["zh"], tuple(_lines(company, block)), block.get("total_header", ""))


def _lines(company: Company, block: _Entry) -> Iterator[Line]:
    for driver in DRIVERS.values():
        if driver.block == block.get("drivers"):
            yield _assumption(company, company.figures[driver.key])
    for key, entry in block.get("lines", {}).items():
        yield _line(company, key, entry)
    for key, entry in block.get("functions", {}).items():
        yield _line(company, key, entry, twin=True)


def _assumption(company: Company, figure: Figure) -> Line:
    driver = figure.driver
    formula = f"={{Inputs:{company.prefix}_{driver.key}}}"
    if figure.unit.currency not in (None, company.currency):
        formula += "*{Inputs:fx}" if figure.unit.currency == "USD" else "/{Inputs:fx}"
    cited = ", ".join(figure.fact_ids)
    note = " · ".join(part for part in (figure.basis.value, cited) if part)
    return Line(
        driver.key, driver.label, driver.label_zh, driver.unit.text(company.currency), formula,
        look=Look.LINK, number_format=driver.number_format, note=note,
    )  # fmt: skip


def _line(company: Company, key: str, entry: _Entry, *, twin: bool = False) -> Line:
    measure = LINES.get(key) or CONSTANTS.get(key)
    unit = measure.unit.text(company.currency) if measure else entry["unit"]
    look = (
        Look.FUNCTION if twin else Look[entry.get("look", "LINK" if entry.get("link") else "FORMULA").upper()]
    )
    months = _of(company, entry.get("months", ""))
    return Line(
        key,
        measure.label if measure else entry["label"],
        measure.label_zh if measure else entry["zh"],
        unit.replace(MONEY_WORD, company.currency),
        _of(company, entry.get("value", "")),
        months=_or_actual(company, _ACTUAL_OF[key], months) if key in _ACTUAL_OF else months,
        total=entry.get("twin", "sum" if measure and measure.adds and months else ""),
        agrees=twin,
        look=look,
        number_format=entry.get("format") or _number_format(measure, unit),
        note=entry.get("note", ""),
        na=entry.get("na", False) or "NA()" in months,
    )


def _number_format(measure: Measure | None, unit: str) -> str:
    from engine.units import parse_unit

    if measure:
        return measure.unit.number_format
    return "0" if unit in ("number", FLAG) else parse_unit(unit).number_format


def _of(company: Company, formula: str) -> str:
    """A formula of the template for one company: its own rows of the shared tabs."""
    return re.sub(r"\{(Actuals|Inputs|Checks):own_", rf"{{\1:{company.prefix}_", formula)


def _or_actual(company: Company, name: str, forecast: str) -> str:
    typed = f"{{Actuals:{company.prefix}_{name}}}"
    return f"=IF(AND({{actual}}=1,ISNUMBER({typed})),{typed},{forecast.removeprefix('=')})"
