"""LAMBDA names answer as Python does, and what has none says why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from host_lambda import run
from hostcases import Case, same

from engine.arguments import Domain, Rest, Word
from engine.registry import Function, functions
from udfs.lambdas import LONGEST, LONGEST_COMMENT, lambdas, without_lambda

_RANDOM = 40


def test_every_function_has_a_lambda_or_a_reason() -> None:
    assert lambdas().keys() | without_lambda().keys() == functions().keys()
    assert not lambdas().keys() & without_lambda().keys()
    assert {"CAC", "LTV", "PAYBACK", "GPU_COST_PER_MAU", "RUNWAY"} <= lambdas().keys()
    assert len(lambdas()) >= 50
    assert all(len(reason) > 20 for reason in without_lambda().values())


def test_a_lambda_fits_a_workbook_name() -> None:
    for name, one in lambdas().items():
        assert one.name == f"UE.{name}"
        assert len(one.text) <= LONGEST
        assert 0 < len(one.comment) <= LONGEST_COMMENT
        assert one.text.startswith("_xlfn.LAMBDA(")


def test_random_numbers() -> None:
    random = [case for name in lambdas() for case in drawn(functions()[name], seed=len(name))]
    found = run(random)
    wrong = [
        f"{case.name}{case.args}: {value} instead of {case.expected}"
        for case, value in zip(random, found, strict=True)
        if not same(value, case.expected)
    ]
    assert len(random) == _RANDOM * len(lambdas())
    assert not wrong, "\n".join(wrong)


def drawn(function: Function, seed: int) -> Iterator[Case]:
    """Calls with numbers of the size that people use, from inside the domains."""
    source = np.random.default_rng(seed)
    for number in range(_RANDOM):
        args: list[Any] = []
        for argument in function.arguments.values():
            if isinstance(argument, Word):
                args.append(str(source.choice(argument.words)))
            elif isinstance(argument, Rest):
                args += [_within(argument.domain, source) for _ in range(int(source.integers(1, 4)))]
            else:
                args.append(_within(argument.domain, source))  # type: ignore[union-attr]
        yield Case(function, f"random {number}", tuple(args))


def _within(domain: Domain, source: np.random.Generator) -> float:
    low = domain.low if domain.low is not None else domain.above
    high = domain.high if domain.high is not None else domain.below
    if high is not None and low is not None:
        return float(source.uniform(low, high))
    size = float(10 ** source.uniform(-2, 3))
    return size + (low or 0.0)


@pytest.mark.parametrize("name", ["COHORT_ACTIVE", "MC", "RUNWAY_PATH"])
def test_what_takes_or_gives_whole_rows_has_none(name: str) -> None:
    assert name in without_lambda()
