"""Where the product's own data lies: in the wheel beside this module, in a checkout at its root."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from engine.company import Basis, Fact, Source


@cache
def folder() -> Path:
    """The folder with facts, sources, defaults and companies."""
    here = Path(__file__).resolve().parent
    installed = here / "templates"
    return installed if installed.is_dir() else here.parent / "templates"


def company_files() -> dict[str, Path]:
    """The companies that come with the product, by id."""
    return {path.stem: path for path in sorted((folder() / "companies").glob("*.toml"))}


def _rows(name: str) -> list[dict[str, str]]:
    with (folder() / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def facts() -> Mapping[str, Fact]:
    """Every sourced figure by its id."""
    return {row["fact_id"]: _fact(row) for row in _rows("facts.csv")}


def _fact(row: Mapping[str, str]) -> Fact:
    basis = row["basis"].replace("third-party estimate", "third party")
    return Fact(
        id=row["fact_id"],
        company=row["company"],
        product=row["product"],
        metric=row["metric"],
        value=float(row["value"]),
        value_high=float(row["value_high"]) if row["value_high"] else None,
        unit=row["unit"],
        period=_period(row["period_start"], row["period_end"]),
        basis=Basis(basis),
        disputed=row["disputed"] == "yes",
        source_id=row["source_id"],
        note=row["note"],
    )


def _period(start: str, end: str) -> str:
    """A period in print: one month as 2024-06, anything else as its ends."""
    if start and end and start[:7] == end[:7]:
        return start[:7]
    if not start:
        return end
    return f"{start} to {end}" if end else f"from {start}"


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its id."""
    return {
        row["source_id"]: Source(
            row["source_id"], row["title"], row["author"], row["publisher"], row["date"], row["note"]
        )
        for row in _rows("sources.csv")
    }
