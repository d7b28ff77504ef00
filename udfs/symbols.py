"""A function body worked out with formulas in place of numbers, so that it writes its own formula.

A `Term` stands for what a cell would hold. NumPy hands its functions over to it, so
a body runs as it stands and what comes out is the formula of what it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

TRUE, FALSE = "TRUE", "FALSE"
NO_CLOSED_FORM = "it is no closed form, but a sum or a search"
# As large as a sheet can hold; stands for what has no limit and is never chosen.
_LARGEST = "9.99E+307"
_LOWEST_LOG = "(-1E+300)"


class Unwritable(Exception):  # noqa: N818 - says that a body is no closed form
    """A body does something that no formula does in one cell."""


class Term:
    """A node of a formula: a text by itself, or an operator or function over other terms.

    `blanks` are the optional arguments it would be nan without. Terms that read the
    same are the same object, so that a formula says once what a body uses twice.
    """

    __slots__ = ("blanks", "head", "parts")
    head: str
    parts: tuple[Term, ...]
    blanks: frozenset[str]
    _known: ClassVar[dict[tuple[str, tuple[int, ...], frozenset[str]], Term]] = {}

    def __new__(cls, head: str, parts: tuple[Term, ...] = (), blanks: frozenset[str] | None = None) -> Term:
        """The one term that reads so."""
        if blanks is None:
            blanks = frozenset().union(*(part.blanks for part in parts))
        key = (head, tuple(id(part) for part in parts), blanks)
        found = cls._known.get(key)
        if found is None:
            found = cls._known[key] = object.__new__(cls)
            found.head, found.parts, found.blanks = head, parts, blanks
        return found

    def __bool__(self) -> bool:
        raise Unwritable(NO_CLOSED_FORM)

    def __iter__(self) -> Iterator[Any]:
        raise Unwritable(NO_CLOSED_FORM)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        write = _WRITTEN.get(ufunc.__name__)
        if method != "__call__" or write is None:
            raise Unwritable(NO_CLOSED_FORM)
        return write(*(term(value) for value in inputs))

    def __array_function__(self, func: Any, types: Any, args: Any, options: Any) -> Any:
        write = _WRITTEN.get(func.__name__)
        if write is None or options:
            raise Unwritable(NO_CLOSED_FORM)
        return write(*(term(value) for value in args))

    def __add__(self, other: Any) -> Term:
        return _operator("+", self, term(other))

    def __radd__(self, other: Any) -> Term:
        return _operator("+", term(other), self)

    def __sub__(self, other: Any) -> Term:
        return _operator("-", self, term(other))

    def __rsub__(self, other: Any) -> Term:
        return _operator("-", term(other), self)

    def __mul__(self, other: Any) -> Term:
        return _operator("*", self, term(other))

    def __rmul__(self, other: Any) -> Term:
        return _operator("*", term(other), self)

    def __truediv__(self, other: Any) -> Term:
        return _operator("/", self, term(other))

    def __rtruediv__(self, other: Any) -> Term:
        return _operator("/", term(other), self)

    def __pow__(self, other: Any) -> Term:
        return _operator("^", self, term(other))

    def __rpow__(self, other: Any) -> Term:
        return _operator("^", term(other), self)

    def __neg__(self) -> Term:
        return _operator("-", term(0.0), self)

    def __pos__(self) -> Term:
        return self

    def __abs__(self) -> Term:
        return Term("ABS", (self,))

    def __lt__(self, other: Any) -> Term:
        return _compared("<", self, term(other))

    def __le__(self, other: Any) -> Term:
        return _compared("<=", self, term(other))

    def __gt__(self, other: Any) -> Term:
        return _compared(">", self, term(other))

    def __ge__(self, other: Any) -> Term:
        return _compared(">=", self, term(other))

    def __eq__(self, other: object) -> Any:
        return _compared("=", self, term(other))

    def __ne__(self, other: object) -> Any:
        return _compared("<>", self, term(other))

    __hash__ = object.__hash__

    def __and__(self, other: Any) -> Term:
        return both(self, term(other))

    __rand__ = __and__

    def __or__(self, other: Any) -> Term:
        return either(self, term(other))

    __ror__ = __or__

    def __invert__(self) -> Term:
        return opposite(self)


def term(value: Any) -> Term:
    """A value as a term; a number has the 15 digits that a sheet keeps."""
    if isinstance(value, Term):
        return value
    if isinstance(value, bool | np.bool_):
        return Term(TRUE if value else FALSE)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return term(value.item())
    if isinstance(value, int | float | np.integer | np.floating):
        number = float(value)
        if np.isnan(number):
            return Term("NA()")  # never chosen, or made the declared error of a result that is none
        if np.isinf(number):
            return Term(_LARGEST if number > 0 else f"(-{_LARGEST})")
        text = (
            str(int(number)) if number.is_integer() and abs(number) < 1e15 else format(number, ".15g").upper()
        )
        return Term(text if number >= 0 else f"({text})")
    raise Unwritable(NO_CLOSED_FORM)


def call(name: str, *parts: Any) -> Term:
    """A function of the sheet over terms."""
    return Term(name, tuple(term(part) for part in parts))


def _operator(sign: str, left: Term, right: Term) -> Term:
    if sign == "+" and "0" in (left.head, right.head):
        return right if left.head == "0" else left
    if sign in "*/" and right.head == "1" and not right.parts:
        return left
    return Term(sign, (left, right))


def _compared(sign: str, left: Term, right: Term) -> Term:
    """A comparison, which is false where an argument is left out, as it is of nan."""
    found = Term(sign, (left, right), frozenset())
    for name in sorted(left.blanks | right.blanks):
        found = both(found, opposite(left_out(name)))
    return found


def left_out(name: str) -> Term:
    """Whether an optional argument is left out."""
    return Term(f"_xlpm.{name}_out")


def both(one: Term, other: Term) -> Term:
    """Where both conditions hold; AND would join a whole area into one."""
    if FALSE in (one.head, other.head):
        return Term(FALSE)
    if TRUE in (one.head, other.head):
        return other if one.head == TRUE else one
    return Term("*", (one, other))


def either(one: Term, other: Term) -> Term:
    """Where one of the conditions holds."""
    if TRUE in (one.head, other.head):
        return Term(TRUE)
    if FALSE in (one.head, other.head):
        return other if one.head == FALSE else one
    return Term(">", (Term("+", (one, other)), Term("0")))


def opposite(condition: Term) -> Term:
    """Where the condition does not hold, by arithmetic: not every engine takes NOT over an area."""
    if condition.head in (TRUE, FALSE):
        return Term(FALSE if condition.head == TRUE else TRUE)
    return Term("-", (Term("1"), condition))


def choose(condition: Term, then: Term, otherwise: Term) -> Term:
    """IF, with what is decided already left out."""
    if condition.head in (TRUE, FALSE):
        return then if condition.head == TRUE else otherwise
    blanks = (then.blanks - _given_where(condition, True)) | (
        otherwise.blanks - _given_where(condition, False)
    )
    return Term("IF", (condition, then, otherwise), blanks)


def _given_where(condition: Term, holds: bool) -> frozenset[str]:
    """The optional arguments that are there where the condition holds, or where it does not."""
    if condition.head == "-" and condition.parts[0].head == "1":
        return _given_where(condition.parts[1], not holds)
    if condition.head.endswith("_out") and not holds:
        return frozenset((condition.head.removeprefix("_xlpm.").removesuffix("_out"),))
    if condition.head == "*" and holds:
        return frozenset().union(*(_given_where(part, holds) for part in condition.parts))
    if condition.head == ">" and condition.parts[0].head == "+" and not holds:
        return frozenset().union(*(_given_where(part, holds) for part in condition.parts[0].parts))
    return frozenset()


def _isnan(one: Term) -> Term:
    if one.head.startswith("_xlpm.") and len(one.blanks) == 1:
        return left_out(next(iter(one.blanks)))
    if not one.blanks and not one.head.startswith("_xlpm."):
        raise Unwritable(NO_CLOSED_FORM)
    return Term(FALSE)


def _log(x: Term) -> Term:
    """ln x; that of 0 has no end, and is so low here that nothing is left of its power."""
    return choose(Term("=", (x, term(0))), Term(_LOWEST_LOG), call("LN", x))


def _log1p(x: Term) -> Term:
    """ln(1 + x) with all digits for a small x."""
    u = 1 + x
    near = choose(Term("=", (u, term(1))), x, call("LN", u) * x / (u - 1))
    return choose(Term("=", (u, term(0))), Term(_LOWEST_LOG), near)


def _trunc(x: Term) -> Term:
    return choose(_compared("<", x, term(0)), 0 - call("INT", 0 - x), call("INT", x))


def _expm1(x: Term) -> Term:
    """exp(x) - 1 with all digits for a small x."""
    u = call("EXP", x)
    lost = Term("=", (u - 1, term(-1)))
    return choose(Term("=", (u, term(1))), x, choose(lost, term(-1), (u - 1) * x / call("LN", u)))


def _clip(x: Term, low: Term, high: Term) -> Term:
    return _minimum(_maximum(x, low), high)


def _minimum(one: Term, other: Term) -> Term:
    return choose(_compared("<", one, other), one, other)


def _maximum(one: Term, other: Term) -> Term:
    return choose(_compared(">", one, other), one, other)


_WRITTEN: dict[str, Callable[..., Term]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "float_power": lambda a, b: a**b,
    "negative": lambda a: -a,
    "less": lambda a, b: a < b,
    "less_equal": lambda a, b: a <= b,
    "greater": lambda a, b: a > b,
    "greater_equal": lambda a, b: a >= b,
    "equal": lambda a, b: a == b,
    "not_equal": lambda a, b: a != b,
    "bitwise_and": both,
    "logical_and": both,
    "bitwise_or": either,
    "logical_or": either,
    "invert": opposite,
    "logical_not": opposite,
    "where": choose,
    "isnan": _isnan,
    "absolute": lambda a: call("ABS", a),
    "log": _log,
    "log1p": _log1p,
    "exp": lambda a: call("EXP", a),
    "expm1": _expm1,
    "sqrt": lambda a: call("SQRT", a),
    "square": lambda a: a * a,
    # INT is taken over an area by every engine; TRUNC, ROUND and CEILING are not.
    "trunc": _trunc,
    "floor": lambda a: call("INT", a),
    "ceil": lambda a: 0 - call("INT", 0 - a),
    "rint": lambda a: call("INT", a + 0.5),
    "minimum": _minimum,
    "maximum": _maximum,
    "clip": _clip,
    "ndtri": lambda a: call("_xlfn.NORM.S.INV", a),
    "betaincinv": lambda a, b, p: call("_xlfn.BETA.INV", p, a, b),
    "gammaln": lambda a: call("_xlfn.GAMMALN.PRECISE", a),
}
_SIGNS = {"+", "-", "*", "/", "^", "<", "<=", ">", ">=", "=", "<>"}


def written(one: Term, named: list[tuple[str, Term]]) -> str:
    """A term as a formula: LET for the named terms and for whatever is used more than once."""
    counted: Counter[Term] = Counter()
    order: list[Term] = []
    _count(one, counted, order)
    names: dict[Term, str] = {}
    lines = [(name, _text(value, names)) for name, value in named]
    for shared in order:
        if counted[shared] > 1 and shared.parts:
            name = f"_xlpm.t_{len(names) + 1}"
            lines.append((name, _text(shared, names)))
            names[shared] = name
    body = names.get(one) or _text(one, names)
    return f"_xlfn.LET({','.join(f'{name},{text}' for name, text in lines)},{body})" if lines else body


def _count(one: Term, counted: Counter[Term], order: list[Term]) -> None:
    """How often each term is used, the inner ones first; what is within a shared one counts once."""
    counted[one] += 1
    if counted[one] == 1:
        for part in one.parts:
            _count(part, counted, order)
        order.append(one)


def _text(one: Term, names: Mapping[Term, str]) -> str:
    """A term as text; parts that have a name stand by it."""
    texts = [names.get(part) or _text(part, names) for part in one.parts]
    if one.head in _SIGNS:
        return f"({texts[0]}{one.head}{texts[1]})"
    return f"{one.head}({','.join(texts)})" if texts else one.head
