"""The sheet of checks: 1 where a check holds, 0 where it does not, and a master check over all.

What is measured for a company stands in `templates/checks.toml`. A flag points at a
figure that is worth a look; it never fails the master check.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from engine.company import Company
from engine.drivers import DRIVERS
from engine.units import MONEY_WORD
from workbook.company_tab import tab_name
from workbook.plan import Block, Gauge, Kind, Line, Look, Tab
from workbook.shared_checks import (
    IS_FORMULA,
    RESULT,
    Entry,
    errors,
    overtyped,
    shared_checks,
    shared_flags,
    template,
)

_LEFT_OVER = "[=0]0;0.0E+00"
_IN_CAPITALS = re.compile(r"\{(\w+:)?((?:FIRST|LAST|BEFORE|AFTER)(?:_[A-Z]+)?)(?=[.}])")
_OWN_LINE = re.compile(r"\{([a-z]\w*(?:\.\w+)?)\}")
_SUMMARY_ADVICE = '=IF({all}=1,"",IFERROR(INDEX({first.FORM}:{last.FORM},MATCH(0,{first}:{last},0)),""))'


def checks_tab(companies: Sequence[Company], tabs: Sequence[Tab]) -> Tab:
    """Every check of every company and of the sheets they share; on top, where one fails."""
    by_name = {tab.name: tab for tab in tabs}
    checks = {"shared": Block("All sheets", "全部工作表", tuple(shared_checks(tabs)))}
    flags = {"shared": Block("All sheets: worth a look", "全部工作表：提示", tuple(shared_flags(tabs)))}
    for company in companies:
        of = _OfCompany(company, by_name[tab_name(company)], by_name.keys())
        checks[company.prefix] = Block(of.tab.name, company.product, tuple(of.checks()))
        flags[company.prefix] = Block(f"{of.tab.name}: worth a look", company.product, tuple(of.flags()))
    flags = {prefix: block for prefix, block in flags.items() if block.lines}
    failing = tuple(_summary(f"{prefix}_all", block, Look.CHECK) for prefix, block in checks.items())
    raised = tuple(_summary(f"{prefix}_flags", block, Look.FLAG) for prefix, block in flags.items())
    found = Block(
        "Checks that fail; the first of them stands on the right", "未通过的校验（右侧为首项）", failing
    )
    worth = Block("Worth a look; the first of it stands on the right", "提示（右侧为首项）", raised)
    each = (block for prefix in checks for block in (checks[prefix], flags.get(prefix)) if block is not None)
    return Tab(
        "Checks", Kind.CHECKS, "Checks", "校验",
        "1 where a check holds, 0 where it does not. A click on a label leads to what it speaks of.",
        (Block("Master check", "总校验", (_master(found),)), found, worth, *each),
    )  # fmt: skip


def _master(found: Block) -> Line:
    gauge = _counting(
        found, "Look for 0 below: its label leads to the checks of that tab.", "查看下方为 0 的行。"
    )
    return Line(
        "master", "Master check: every check holds", "总校验：全部通过", "tabs", look=Look.CHECK, gauge=gauge
    )


def _summary(key: str, block: Block, look: Look) -> Line:
    """How many of a block do not hold, and the first of them by name."""
    first, last = block.lines[0].key, block.lines[-1].key

    def found(form: str) -> str:
        words = {
            "all": key,
            "first": first,
            "last": last,
            "first.FORM": f"{first}.{form}",
            "last.FORM": f"{last}.{form}",
        }
        return re.sub(r"\{([\w.]+)\}", lambda match: f"{{{words[match[1]]}}}", _SUMMARY_ADVICE)

    gauge = _counting(block, found("label"), found("label_zh"))
    unit = "checks" if look is Look.CHECK else "flags"
    return Line(key, block.title, block.title_zh, unit, look=look, gauge=gauge, link=f"Checks:{first}")


def _counting(block: Block, advice: str, advice_zh: str) -> Gauge:
    area = f"{{{block.lines[0].key}}}:{{{block.lines[-1].key}}}"
    return Gauge(f"=ROWS({area})-COUNTIF({area},1)", "0", advice, advice_zh)


class _OfCompany:
    """The checks of one company as lines: formulas of the template with the keys of its own tab."""

    def __init__(self, company: Company, tab: Tab, tabs: Collection[str]) -> None:
        self.company = company
        self.tab = tab
        self.tabs = tabs
        self.lines = {line.key: line for line in tab.lines}
        keys = list(self.lines)
        functions = [line.key for line in tab.lines if line.agrees]
        # Nothing may look at the line that shows the result of these checks.
        own = keys.index(RESULT)
        first, before, after, last = keys[0], keys[own - 1], keys[own + 1], keys[-1]
        self.keys = {
            "FIRST": first, "BEFORE": before, "AFTER": after, "LAST": last,
            "LAST_PLAIN": keys[keys.index(functions[0]) - 1],
            "FIRST_FUNCTION": functions[0], "LAST_FUNCTION": functions[-1],
            "FIRST_DRIVER": next(iter(DRIVERS)), "LAST_DRIVER": list(DRIVERS)[-1],
        }  # fmt: skip
        self.terms = {
            "{ERRORS}": f"{errors(tab.name, first, before)}+{errors(tab.name, after, last)}",
            "{OVERTYPED}": overtyped(tab.name, after, last),
            "{ISFORMULA}": IS_FORMULA,
            "{TO_CNY}": "" if company.currency == "CNY" else "*{Inputs:fx}",
        }

    def checks(self) -> Iterator[Line]:
        """What fails the master check."""
        for entry in self._wanted("check"):
            yield self._line(entry, Look.CHECK, f"{entry['number']} ")

    def flags(self) -> Iterator[Line]:
        """What is worth a look."""
        for entry in self._wanted("flag"):
            yield self._line(entry, Look.FLAG, "")

    def _wanted(self, kind: str) -> Iterator[Entry]:
        """The entries of the template whose sheet is there, and of other currencies where there are any."""
        for entry in template()[kind]:
            if entry.get("needs", self.tab.name) in self.tabs and (self._foreign() or "foreign" not in entry):
                yield entry

    def _line(self, entry: Entry, look: Look, number: str) -> Line:
        told = self._told(entry)
        measured, limit = self._of(told["measured"]), self._of(told["limit"])
        return Line(
            f"{self.company.prefix}_{told['key']}", number + told["label"], number + told["zh"],
            told["unit"].replace(MONEY_WORD, self.company.currency), look=look,
            number_format=told["format"], link=self._place(told["at"]),
            gauge=Gauge(measured, limit, told["advice"], told["advice_zh"], least=told.get("least", False)),
        )  # fmt: skip

    def _told(self, entry: Entry) -> Entry:
        """An entry of the template with what a line of the tab, or the other currency, says for it."""
        if "foreign" in entry:
            return {"measured": self._converted(), "format": _LEFT_OVER, **entry}
        if "line" not in entry:
            return {"limit": "0", "format": _LEFT_OVER if "limit" in entry else "0", **entry}
        line = self.lines[entry["line"]]
        return {
            "key": line.key, "label": line.label, "zh": line.label_zh, "unit": line.unit,
            "format": _LEFT_OVER, "at": line.key, "measured": f"={{{line.key}.value}}",
            "limit": f"={{{line.key}.total}}", **entry,
        }  # fmt: skip

    def _foreign(self) -> list[str]:
        figures = self.company.figures
        return [key for key in DRIVERS if figures[key].unit.currency not in (None, self.company.currency)]

    def _converted(self) -> str:
        """By how much assumptions in the other currency miss what Inputs says, each over its own size."""
        rate = "/{Inputs:fx}" if self.company.currency == "CNY" else "*{Inputs:fx}"
        return "=" + "+".join(
            f"ABS({{{key}}}{rate}-{{Inputs:own_{key}}})/(1+ABS({{Inputs:own_{key}}}))"
            for key in self._foreign()
        )

    def _of(self, text: str) -> str:
        """A formula of the template on the sheet of checks, for this company."""
        for word, term in self.terms.items():
            text = text.replace(word, term)
        text = _IN_CAPITALS.sub(lambda match: f"{{{match[1] or ''}{self._named(match[1], match[2])}", text)
        text = text.replace("{Inputs:own_", f"{{Inputs:{self.company.prefix}_").replace(
            "OWN}", f"{self.company.prefix}}}"
        )
        return _OWN_LINE.sub(rf"{{{self.tab.name}:\1}}", text)

    def _named(self, tab: str | None, word: str) -> str:
        """The key that a word of the template stands for, on the company's tab or on another."""
        return f"{self.company.prefix}_{self.keys[word]}" if tab else self.keys[word]

    def _place(self, at: str) -> str:
        """The line that a click on the label leads to."""
        tab, _, key = at.replace("OWN", self.company.prefix).rpartition(":")
        if key in self.keys:
            key = self._named(tab, key)
        return f"{tab or self.tab.name}:{key}"
