"""`unitsheet companies`: what is known of each company, and how firmly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from unitsheet.commands.options import format_option

if TYPE_CHECKING:
    from engine.company import Basis, Company, Figure


@click.command("companies")
@click.argument("name", required=False, metavar="[ID_OR_TOML]")
@format_option
def command(name: str | None, form: str) -> None:
    """List the companies, or show the figures of one.

    Your own TOML file, named by its path, is checked and shown the same way.
    """
    from unitsheet.terminal import print_json
    from workbook.companies import companies, company

    if name is not None:
        one = company(name)
        if form == "json":
            print_json(about(one) | {"figures": [_figure_json(figure) for figure in one.figures.values()]})
        else:
            _print_company(one)
        return
    known = list(companies().values())
    if form == "json":
        print_json([about(company) for company in known])
    else:
        _print_list(known)


def counts(company: Company) -> dict[Basis, int]:
    """How many figures of a company have each basis."""
    from engine.company import Basis

    bases = [figure.basis for figure in company.figures.values()]
    return {basis: bases.count(basis) for basis in Basis}


def about(company: Company) -> dict[str, Any]:
    """A company as JSON, without its figures."""
    return {
        "id": company.id,
        "name": company.name,
        "product": company.product,
        "currency": company.currency,
        "note": company.note,
        "bases": {basis.value: count for basis, count in counts(company).items()},
    }


def _figure_json(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.driver.key,
        "label": figure.driver.label,
        "bear": figure.bear,
        "base": figure.base,
        "bull": figure.bull,
        "unit": str(figure.unit),
        "basis": figure.basis.value,
        "disputed": figure.disputed,
        "facts": list(figure.fact_ids),
        "source": figure.source,
        "period": figure.period,
        "note": figure.note,
    }


def _print_list(known: list[Company]) -> None:
    from unitsheet.figures import LETTERS, bases_legend
    from unitsheet.terminal import output, table

    made = table("id", "company", "product", "currency", *(f">{letter}" for letter in LETTERS.values()))
    for company in known:
        numbers = (str(count or "-") for count in counts(company).values())
        made.add_row(company.id, company.name, company.product, company.currency, *numbers)
    console = output()
    console.print(made)
    console.print(f"How many figures have each basis. {bases_legend()}")


def _print_company(company: Company) -> None:
    from unitsheet.terminal import output, table

    made = table("figure", ">bear", ">base", ">bull", "unit", "basis", "facts")
    for key, figure in company.figures.items():
        basis = f"{figure.basis}, disputed" if figure.disputed else figure.basis.value
        values = [_short(figure.bear), _short(figure.base), _short(figure.bull)]
        made.add_row(key, *values, str(figure.unit), basis, ", ".join(figure.fact_ids) or figure.source)
    console = output()
    console.print(f"{company.title} ({company.id}, {company.currency})", style="bold")
    if company.note:
        console.print(company.note)
    console.print(made)
    for key, figure in company.figures.items():
        if figure.note:
            console.print(f"{key}: {figure.note}")


def _short(x: float) -> str:
    """A figure in at most six digits; a large one in full, with its thousands marked."""
    return f"{x:,.0f}" if abs(x) >= 1e5 else f"{x:,.6g}"
