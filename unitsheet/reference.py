"""The function reference as Markdown: a page for every function, and an index with the rules they share.

Everything comes from the registry; `python docs/make_functions.py` writes it to docs/functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.arguments import WHOLE, Argument, Word
from engine.registry import GROUPS, Example, Function
from engine.units import AS_GIVEN, LOGICAL, MONEY, NUMBER, RATIO, UNSPOKEN, Unit
from unitsheet.markdown import bullets, code, prose, slug, table
from unitsheet.spelling import (
    alternatives,
    command_text,
    default_text,
    domain_text,
    form_text,
    formula_text,
    kind_text,
    paragraphs,
    python_text,
    units_by_word,
)

INDEX = "README.md"
_WIDTH = 100  # of a line of code
_NOTE = "<!-- Written by docs/make_functions.py from {source}; change that, not this. -->"
_DEFINITIONS = "Definitions that differ"
_COMMON = "Rules common to all functions"
_IN_UNIT = {
    RATIO: "a ratio",
    LOGICAL: "TRUE or FALSE",
    NUMBER: "a plain number",
    AS_GIVEN: "in the unit of what is given",
}


def pages(library: Mapping[str, Function]) -> dict[str, str]:
    """All pages by file name, the index first."""
    made = {file_name(function): page(function, library) for function in library.values()}
    return {INDEX: index(library.values()), **made}


def file_name(function: Function) -> str:
    """The file of a function's page: `ltv.md`."""
    return f"{function.name.lower()}.md"


# One function


def page(function: Function, library: Mapping[str, Function]) -> str:
    """The page of one function."""
    source = f"engine/functions/{function.name.lower()}.py"
    group = f"[{function.group}]({INDEX}#{slug(function.group)})"
    blocks = [
        _NOTE.format(source=source),
        f"# {function.name}",
        prose(function.summary),
        *_built_in(function),
        f"```text\n{function.signature}\n```",
        f"[All functions]({INDEX}) / {group} / [declaration](../../{source})",
        "## Arguments",
        _arguments(function),
        "## Gives",
        *_gives(function),
        "## Formula",
        _formula(function),
        *_headed("## Convention", [prose(text) for text in paragraphs(function.convention)]),
        "## Examples",
        _examples(function),
        "## Errors",
        *_errors(function),
        *_headed("## Cautions", _cautions(function)),
        "## From Python and the command line",
        *_calls(function),
        "## Source",
        bullets(prose(text) for text in alternatives(function.source)),
        *_headed("## Related", _related(function, library)),
    ]
    return "\n\n".join(blocks) + "\n"


def _headed(title: str, blocks: Sequence[str]) -> list[str]:
    return [title, *blocks] if blocks else []


def _built_in(function: Function) -> Iterator[str]:
    if function.built_in:
        yield (
            f"Every spreadsheet has its own {function.name}: in a cell, use that. "
            "This one is for Python and the command line."
        )


def _arguments(function: Function) -> str:
    rows = (
        (code(name), _what(argument), prose(kind_text(argument)), _may_be(argument), _if_blank(argument))
        for name, argument in function.arguments.items()
    )
    return table(("name", "what it is", "unit", "may be", "if blank"), rows)


def _quoted(word: str) -> str:
    """A word as it is typed in a formula."""
    return code(f'"{word}"')


def _what(argument: Argument) -> str:
    alias = getattr(argument, "alias", "")
    return prose(argument.help) + (f" (by name also {code(alias)})" if alias else "")


def _may_be(argument: Argument) -> str:
    if isinstance(argument, Word):
        return ", ".join(map(_quoted, argument.words))
    if getattr(argument, "unit", None) == LOGICAL:
        return "`TRUE`, `FALSE`"
    domain = (text.replace("must be ", "").replace("must not be", "not") for text in domain_text(argument))
    return prose("; ".join((*form_text(argument), *domain))) or "any"


def _if_blank(argument: Argument) -> str:
    if not argument.optional:
        return "required"
    default = default_text(argument)
    if not default:
        return "allowed"
    return _quoted(default) if isinstance(argument, Word) else code(default)


def _gives(function: Function) -> Iterator[str]:
    """What the result is and in which unit, or in which units where a word decides that."""
    deciding = dict.fromkeys(name for name, _, _ in units_by_word(function))
    by = f", in a unit that {' and '.join(map(code, deciding))} decides"
    # The cells of an area without a unit may be anything: what they are is said.
    silent = function.spills and function.returns == RATIO
    unit = by if deciding else "" if silent else f", {_in_unit(function.returns)}"
    rows = not all(isinstance(argument, WHOLE) for argument in function.arguments.values())
    if function.spills:
        along = f", in the direction of {code(function.spills.along)}" if function.spills.along else ""
        yield f"Several cells{unit}: {prose(function.spills.cells)}{along}."
    else:
        one = "TRUE or FALSE" if function.returns == LOGICAL and not deciding else f"One value{unit}"
        yield f"{one}; one for each row where a range is given." if rows else f"{one}."
    for name in deciding:
        words = getattr(function.arguments[name], "words", ())
        yield bullets(f"{_quoted(word)}: {_in_unit(function.unit([word]))}" for word in words)


def _in_unit(unit: Unit) -> str:
    return _IN_UNIT.get(unit) or f"in {prose(str(unit))}"


def _units(function: Function) -> str:
    """The units a result may have, that of the default first."""
    if function.spills and function.returns == RATIO:
        return ""
    usual = function.unit([a.default for a in _words(function) if a.optional])
    others = (function.unit([word]) for argument in _words(function) for word in argument.words)
    return ", ".join(dict.fromkeys(prose(str(unit)) for unit in (usual, *others)))


def _words(function: Function) -> list[Word]:
    return [argument for argument in function.arguments.values() if isinstance(argument, Word)]


def _formula(function: Function) -> str:
    words = {word for argument in _words(function) for word in argument.words}
    lines = []
    for text in alternatives(function.formula):
        label, colon, rest = text.partition(": ")
        labelled = colon and label in words
        lines.append(f"{code(label)}: {code(rest)}" if labelled else code(text))
    return bullets(lines)


def _examples(function: Function) -> str:
    """The worked examples; of a built-in function as Python calls, since a cell would call another."""
    spell = python_text if function.built_in else formula_text
    rows = (
        (code(spell(function, example.args)), result(function, example), prose(example.steps))
        for example in function.examples
    )
    return table(("formula" if not function.built_in else "call", "result", "how"), rows)


def result(function: Function, example: Example) -> str:
    """What an example gives, in print: a value with its unit, an area with each row in its own line."""
    if function.spills:
        return "<br>".join(prose(row) for row in _rows(example))
    words = [
        next((x for x in example.args if x in argument.words), argument.default)
        for argument in _words(function)
    ]
    unit = function.unit(words)
    printed = prose(example.printed)
    return printed if unit in (MONEY, *UNSPOKEN) else f"{printed} {unit}"


def _rows(example: Example) -> list[str]:
    """The rows of a result in print; semicolons part the cells, as commas part thousands."""
    return [row.replace(", ", "; ") for row in example.printed.split("; ")]


def _errors(function: Function) -> Iterator[str]:
    rules = f"[rules common to all functions]({INDEX}#{slug(_COMMON)})"
    spell = python_text if function.built_in else formula_text
    cases = {(f.kind, f.argument, f.sentence): code(spell(function, f.case)) for f in function.faults}
    rows = [
        (code(kind.value), prose(text), code(name), cases.get((kind, name, text), ""))
        for kind, name, text in function.errors
    ]
    if rows:
        shows = "error" if function.built_in else "the cell shows"
        head = (shows, "when", "argument", "for example")
        width = len(head) if cases else len(head) - 1
        yield table(head[:width], (row[:width] for row in rows))
        yield f"Besides these the {rules} hold: a missing argument, a wrong type, an error passed in."
    else:
        yield f"None of its own; the {rules} hold."


def _cautions(function: Function) -> list[str]:
    if not function.cautions:
        return []
    listed = bullets(prose(caution.sentence) for caution in function.cautions)
    where = " and the command line" if function.built_in else ", the command line and a recalculation"
    return [f"The result stands, but Python{where} say:", listed]


def _calls(function: Function) -> Iterator[str]:
    example = function.examples[0]
    rows = [row.replace("TRUE", "True").replace("FALSE", "False") for row in _rows(example)]
    call = python_text(function, example.args)
    space = "  " if len(call) + len(rows[0]) < _WIDTH and len(rows) == 1 else "\n"
    comment = "\n".join(f"# {row}" for row in rows)
    yield f"```python\nimport unitsheet\n\n{call}{space}{comment}\n```"
    yield f"```sh\nunitsheet calc {command_text(function, example.args)}\n```"


def _related(function: Function, library: Mapping[str, Function]) -> list[str]:
    others = [library[name] for name in function.related]
    return [bullets(f"{_link(other)}: {prose(other.summary)}" for other in others)] if others else []


def _link(function: Function) -> str:
    return f"[{function.name}]({file_name(function)})"


# The index


def index(known: Iterable[Function]) -> str:
    """The page that lists all functions by group, the words that choose a definition, and the rules."""
    known = list(known)
    blocks = [
        _NOTE.format(source="engine/functions and unitsheet/reference.py"),
        "# Functions",
        _count(known),
        *_groups(known),
        f"## {_DEFINITIONS}",
        _DIFFER,
        _definitions(known),
        _RULES,
    ]
    return "\n\n".join(blocks) + "\n"


def _count(known: Sequence[Function]) -> str:
    groups = len({function.group for function in known})
    text = f"{len(known)} functions in {groups} groups."
    built_in = [_link(function) for function in known if function.built_in]
    if built_in:
        text += (
            f" {', '.join(built_in)} are built into every spreadsheet; ours are for Python and the"
            " command line."
        )
    return (
        f"{text} Where the field disagrees, [{_DEFINITIONS.lower()}](#{slug(_DEFINITIONS)}) says which"
        f" reading is the default; the [{_COMMON.lower()}](#{slug(_COMMON)}) are below."
    )


def _groups(known: Sequence[Function]) -> Iterator[str]:
    for group in GROUPS:
        rows = [(_link(one), prose(one.summary), _units(one)) for one in known if one.group == group]
        if rows:
            yield f"## {group}"
            yield table(("function", "gives", "unit"), rows)


def _definitions(known: Sequence[Function]) -> str:
    rows = (
        (_link(function), code(name), prose(argument.help), _may_be(argument), _if_blank(argument))
        for function in known
        for name, argument in function.arguments.items()
        if isinstance(argument, Word)
    )
    return table(("function", "argument", "what it decides", "words", "if blank"), rows)


_DIFFER = """\
Where a figure is read in more than one way, the function takes a word that says which. *If blank* is the
reading without one; the function's page says why. No reading is mixed into another: CPA counts actions of
an advertising platform, CAC counts users, and each keeps its own function."""

_RULES = f"""\
## {_COMMON}

### What may stand in a call

- Type the bare name: `=LTV(30,0.6,0.1)`. Names and words may be in upper or lower case.
- What stands in brackets may be left out or be a blank cell; then the column *if blank* holds. *Allowed*
  means that a blank stands for no number, and the page says what follows. A blank where something is
  required is `#VALUE!`.
- A text that is a number counts: "12.5", "1,234.5", "30%". TRUE and FALSE count 1 and 0, as in a sheet's
  own arithmetic. Dates are serial numbers.

### Units

- A ratio is a fraction: 0.3 or 30%, not 30.
- *Money* is one currency in a call, whichever it is. Convert in cells, never inside a function.
- *money/user/month* reads: money for each user and month. Churn, revenue and burn are those of a month
  unless the argument says otherwise.
- Token prices are for 1,000,000 tokens (*1m_token*) unless the argument says otherwise. Convert a price
  list for 1,000 tokens once, where it is typed in.

### Discounting and timing

- A discount rate is effective and annual unless the argument says otherwise; the rate of a month is
  (1 + rate)^(1/12) - 1. Only
  [LEASE_PMT](lease_pmt.md) has a nominal rate by default and takes a twelfth of it, as contracts and PMT do.
- Subscriptions are received at the start of a month, so that the first receipt is neither discounted nor
  thinned by churn. Burn is spent by the end of a month. Cash is the opening balance.

### Ranges and results of several cells

- A range, row or column, is worked through row by row, and the results spill in the form of the first
  range; single values hold for every row. Ranges in one call must be of one size.
- One bad row shows its error and the others their numbers. A blank inside a range is `#VALUE!`, never
  zero.
- An argument that is *a row or a column*, a text or a table is taken as one thing: it has one result, and
  an error in it is an error of that result.
- An argument that may be given *once or more* also works row by row when it is a range. Where its page
  says *or a row of them*, the cells of a range count one after another instead.
- A function that gives several cells takes single values besides its rows and tables. The result follows
  the direction of a row or column where it runs along one, else it is a row or as its page says.

### One meaning for each error

| error | meaning |
|---|---|
| `#VALUE!` | a wrong type, an unknown word, ranges of different size, a required argument missing |
| `#NUM!` | a number outside what the argument may be, no limit, no convergence, too large |
| `#DIV/0!` | the denominator is exactly zero |
| `#N/A` | the question has no answer here: never pays back, never runs out, too few points |

- An error in an argument passes through unchanged, the first one found.
- Row by row the first of these decides: an error passed in, a missing argument, a wrong type or word, a
  number outside what the argument may be, the errors of the function in the order of its page, a result
  that is no finite number.
- No number stands in for an answer that does not exist: there is no 999 and no -1. Charts skip `#N/A`, and
  IFNA catches it.

### In Python and on the command line

- In Python an error raises `unitsheet.FunctionError` with its `kind`, `argument` and `sentence`; with
  `errors="coerce"` bad rows are nan instead. Lists, NumPy arrays and pandas come back in the form they
  came in. A caution is a `unitsheet.CautionWarning`.
- `unitsheet calc` prints the result with its unit and the sentence of an error. It exits 0, 1 for
  `#N/A`, `#DIV/0!` and `#NUM!`, 2 for `#VALUE!`.
- `unitsheet functions LTV` shows a page as text, with `--format json` for programs.

### Sources

- A fact such as F000-44 is a row of [facts.csv](../../templates/facts.csv) and of the sheet Facts of a
  company workbook, with its period and basis. Where it was read is in
  [sources.csv](../../templates/sources.csv)."""
