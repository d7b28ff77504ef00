"""TORNADO: which input of a model moves its result most."""

from typing import Annotated, Any

import numpy as np

from engine.arguments import Numbers, Series, Text
from engine.boundary import Faulted
from engine.errors import CellError, ErrorKind, InputError
from engine.models import Model
from engine.models import model as named_model
from engine.registry import Example, Fault, Spill, worksheet
from engine.units import AS_GIVEN, MODEL_UNIT

# The elasticity is taken over this share of an input, up and down.
_STEP = 0.01

UNKNOWN_MODEL = Fault(
    ErrorKind.VALUE,
    "model",
    "model is none that can be varied",
    ("ltvs", [30, 0.6, 0.1], [20, 0.4, 0.15], [40, 0.7, 0.07]),
)
WRONG_COUNT = Fault(
    ErrorKind.VALUE, "base", "base has not as many values as the model has inputs",
    ("ltv", [30, 0.6], [20, 0.4], [40, 0.7]),
)  # fmt: skip


@worksheet(
    group="Uncertainty",
    returns=MODEL_UNIT,
    formula=(
        "for each input f(low) and f(high), the others at base; sorted by abs(f(high) - f(low)); "
        "elasticity: (f(1.01 x) - f(0.99 x)) / (0.02 f(x))"
    ),
    source="Sensitivity practice, one input at a time",
    examples=(
        Example(("ltv", [30, 0.6, 0.1], [20, 0.4, 0.15], [40, 0.7, 0.07]),
                [[120.0, 18 / 0.07, 3.0, (1 / 1.01 - 1 / 0.99) / 0.02], [120.0, 240.0, 1.0, 1.0],
                 [120.0, 210.0, 2.0, 1.0]],
                "120, 257.143, 3, -1.0001; 120, 240, 1, 1.0000; 120, 210, 2, 1.0000",
                "base 180; churn 120 to 257.14 (swing 137.1), ARPU 120 to 240 (120), margin 120 to 210 (90)"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "low", "low and high must have as many values as base",
              ("ltv", [30, 0.6, 0.1], [20, 0.4], [40, 0.7, 0.07]),
              lambda base, low, high: low.size != base.size or high.size != base.size),
        UNKNOWN_MODEL,
        WRONG_COUNT,
    ),
    spills=Spill(
        "a row for each input, the largest swing first: result at low, result at high, "
        "place of the input in base, elasticity"
    ),
    related=("MC", "DIST", "LTV", "PAYBACK"),
)  # fmt: skip
def tornado(
    model: Annotated[
        str, Text("Name of a function or of a forecast figure: ltv, payback.churn, forecast.runway")
    ],
    base: Annotated[
        Numbers, Series("Inputs in the order of the function's numbers, words left out", AS_GIVEN)
    ],
    low: Annotated[Numbers, Series("The same inputs at their low end", AS_GIVEN)],
    high: Annotated[Numbers, Series("The same inputs at their high end", AS_GIVEN)],
) -> Any:
    """Result of a model with each input at its low and high end, the largest swing first.

    One input moves at a time, the others stay at base. The third column says which
    input of base the row is for, so that INDEX finds its label; the elasticity is
    the per cent the result moves for one per cent of the input. Where the model
    gives an error that cell has it.
    """
    try:
        chosen = named_model(model)
    except InputError as error:
        raise Faulted(UNKNOWN_MODEL, str(error)) from None
    inputs = chosen.inputs[: base.size]
    if base.size > len(chosen.inputs) or not chosen.needed <= set(inputs):
        takes = f"{chosen.name} takes {', '.join(chosen.inputs[: len(chosen.needed)])}"
        raise Faulted(WRONG_COUNT, f"{base.size} for {takes}")
    at_low, at_high, below, above = (
        _one_at_a_time(chosen, base, ends) for ends in (low, high, base * (1 - _STEP), base * (1 + _STEP))
    )
    middle = _one_at_a_time(chosen, base, base)[:1]
    rows = [
        [lowest, highest, place + 1.0, _elasticity(down, up, middle[0])]
        for place, (lowest, highest, down, up) in enumerate(zip(at_low, at_high, below, above, strict=True))
    ]
    rows.sort(key=lambda row: _swing(row[0], row[1]), reverse=True)
    return np.array(rows, dtype=object)


def _one_at_a_time(model: Model, base: Numbers, ends: Numbers) -> list[float | CellError]:
    """The model with each input in turn at its end."""
    table = np.tile(base, (base.size, 1))
    np.fill_diagonal(table, ends)
    values, ledger = model({name: table[:, place] for place, name in enumerate(model.inputs[: base.size])})
    return [ledger.at(row) or float(value) for row, value in enumerate(values)]


def _swing(low: float | CellError, high: float | CellError) -> float:
    """How far the result moves; an error comes last."""
    return -1.0 if isinstance(low, CellError) or isinstance(high, CellError) else abs(high - low)


def _elasticity(
    down: float | CellError, up: float | CellError, middle: float | CellError
) -> float | CellError:
    if isinstance(middle, CellError):
        return middle
    if isinstance(down, CellError) or isinstance(up, CellError):
        return down if isinstance(down, CellError) else up
    if middle == 0:
        return CellError(ErrorKind.DIV0, "the result at base is 0, so it has no elasticity")
    return (up - down) / (2 * _STEP * middle)
