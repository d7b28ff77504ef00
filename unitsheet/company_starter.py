"""The file of a new company: the few figures a person gave, and every other as a default to be set."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.arguments import Domain
from engine.company import Basis, Driver, Figure
from engine.drivers import BLOCKS, DRIVERS
from engine.errors import InputError
from engine.units import RATIO
from workbook.default_figures import default_figure

ASKED = (
    "ad_spend", "cpa", "paid_share", "opening_mau", "d1_retention", "churn", "price", "payer_rate",
    "requests_day", "gpu_hour", "staff_cost", "training_cost", "free_cash", "restricted_cash",
)  # fmt: skip
"""The figures that matter most, in the order they are asked for."""
HEADS = tuple(key for key in DRIVERS if key.startswith("heads_"))
ALL_STAFF = "All staff is in staff_cost"
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+|\d{1,3}(_\d{3})+)?(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Starter:
    """What a person gave for a new company."""

    id: str
    name: str
    product: str
    currency: str
    figures: Mapping[str, float]
    source: str = ""
    file: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The company file: what was given stands, every default is there to be uncommented."""
        return "\n".join([*self._head(), *self._about(), "", "[figures]", *self._blocks()]) + "\n"

    def _head(self) -> Iterator[str]:
        file = self.file or f"{self.id}.toml"
        yield from (
            f"# {self.name}: figures for a tab of a unitsheet workbook.",
            f"#   unitsheet company check {file}",
            f"#   unitsheet new {self.id}.xlsx --company ./{file}",
            "#",
            "# A figure is one line: value, unit, basis; if you like also bear and bull (what it is in these",
            "# two scenarios; without them it is the same in all), period and note. low and high in place of",
            f"# value give a range. basis is one of {', '.join(Basis)};",
            '# all but the last need source = "where it comes from".',
            "# A line such as #cpa = ... is the illustrative default, which holds where you give nothing:",
            "# take away the # and type your own. docs/companies.md of unitsheet says what each default is.",
            "",
        )

    def _about(self) -> Iterator[str]:
        yield "[company]"
        for key in ("id", "name", "product", "currency"):
            yield f"{key} = {_quoted(getattr(self, key))}"
        yield '#note = "What the figures rest on, in a sentence; shown on the tab"'

    def _blocks(self) -> Iterator[str]:
        for block in BLOCKS:
            yield from ("", f"# ---- {block} ----")
            for driver in DRIVERS.values():
                if driver.block == block:
                    yield f"# {meaning(driver)}"
                    yield self._line(driver)

    def _line(self, driver: Driver) -> str:
        default = default_figure(driver, self.currency)
        if driver.key not in self.figures:
            return f"#{_figure_line(default)}"
        note = self.notes.get(driver.key, "")
        origin = f'basis = "{Basis.REPORTED}", source = {_quoted(self.source)}' if self.source else ""
        origin = origin if origin and not note else f'basis = "{Basis.ILLUSTRATIVE}"'
        said = f", note = {_quoted(note)}" if note else ""
        value = f"value = {_number(self.figures[driver.key])}"
        return f'{driver.key} = {{ {value}, unit = "{default.unit}", {origin}{said} }}'


def meaning(driver: Driver) -> str:
    """What a driver is, in both languages, and what it may be."""
    return f"{driver.label} · {driver.label_zh}. It {driver.domain}."


def with_all_staff(figures: Mapping[str, float]) -> tuple[dict[str, float], dict[str, str]]:
    """The figures, with no heads where staff is given as a sum, so that none counts twice; notes on these."""
    if "staff_cost" not in figures or any(key in figures for key in HEADS):
        return dict(figures), {}
    return {**figures, **dict.fromkeys(HEADS, 0.0)}, dict.fromkeys(HEADS, ALL_STAFF)


def number(driver: Driver, text: str) -> float:
    """The number a person typed for a driver; an `InputError` says what it may be."""
    typed = text.strip()
    bare, percent = typed.removesuffix("%").strip(), typed.endswith("%")
    if not bare or not _NUMBER.fullmatch(bare) or not any(sign.isdigit() for sign in bare):
        raise InputError(f"{driver.key} must be a number such as 2000000 or 0.05, not {typed!r}")
    if percent and driver.unit != RATIO:
        raise InputError(f"{driver.key} is no ratio, so {typed} says nothing; type a number")
    value = float(bare.replace(",", "").replace("_", "")) / (100 if percent else 1)
    if not _inside(driver.domain, value):
        raise InputError(f"{driver.domain.wanted(driver.key)}, not {typed}")
    return value


def settings(given: tuple[str, ...]) -> dict[str, float]:
    """Figures given as key=number; an `InputError` lists every one that is wrong, a line each."""
    found: dict[str, float] = {}
    wrong: list[str] = []
    for each in given:
        key, equals, text = (part.strip() for part in each.partition("="))
        try:
            if not equals:
                raise InputError(f"{each!r} must be a figure and its value, such as ad_spend=2000000")
            if key not in DRIVERS:
                raise InputError(f"there is no figure {key!r}; {_nearest(key)}")
            found[key] = number(DRIVERS[key], text)
        except InputError as error:
            wrong.append(str(error))
    if wrong:
        raise InputError("\n".join(wrong))
    return found


def _nearest(key: str) -> str:
    near = difflib.get_close_matches(key.lower(), DRIVERS, 1, 0.5)
    return f"did you mean {near[0]}?" if near else "without --set a file is written that has them all"


def _inside(domain: Domain, value: float) -> bool:
    import numpy as np

    return bool(np.isfinite(value)) and not np.any(domain.outside(np.array([value])))


def _figure_line(figure: Figure) -> str:
    base = _number(figure.base)
    scenarios = "".join(
        f", {name} = {_number(value)}"
        for name, value in (("bear", figure.bear), ("bull", figure.bull))
        if value != figure.base
    )
    return (
        f'{figure.driver.key} = {{ value = {base}{scenarios}, unit = "{figure.unit}",'
        f' basis = "{figure.basis}" }}'
    )


def _number(value: float) -> str:
    """A number as TOML takes it, with thousands marked and no more digits than are known."""
    short = float(f"{value:.15g}")
    return f"{int(short):_}" if short.is_integer() and abs(short) < 1e15 else repr(short)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
