"""CHURN_CONVERT: a churn rate for another length of period."""

from typing import Annotated

import numpy as np

from engine.arguments import FRACTION, POSITIVE, Arg, Numbers, Word
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import PERIODS, RATIO


@worksheet(
    group="Retention and audience",
    returns=RATIO,
    formula="compound: 1 - (1 - rate)^periods; linear: rate * periods",
    source="Survival arithmetic: those who stay, stay period after period",
    examples=(
        Example((0.05, 12), 1 - 0.95**12, "0.45964", "0.95^12 = 0.54036; 1 - 0.54036 = 0.45964 a year"),
        Example((0.05, 12, "linear"), 0.6, "0.6", "0.05 x 12, as if the base did not shrink"),
        Example((0.45963991233736334, 1 / 12), 0.05, "0.0500", "and back: 1 - 0.54036^(1/12)"),
    ),
    faults=(
        Fault(ErrorKind.NUM, "periods",
              "rate * periods is more than 1, and nobody leaves twice; use compound or fewer periods",
              (0.05, 24, "linear"),
              lambda rate, periods, method: (method == "linear") & (rate * periods > 1)),
    ),
    related=("STEADY_MAU", "MAU_ROLL", "LTV"),
)  # fmt: skip
def churn_convert(
    rate: Annotated[
        Numbers, Arg("Churn, or another share lost, in one period of the source", RATIO, FRACTION)
    ],
    periods: Annotated[
        Numbers,
        Arg(
            "Length of the target in periods of the source: 12 from month to year, 1/12 back",
            PERIODS,
            POSITIVE,
        ),
    ],
    method: Annotated[str, Word("Compound, or the rough product", ("compound", "linear"))],
) -> Numbers:
    """Churn over a longer or shorter period than the one it was measured in.

    The default compounds: every period loses its share of those still there. The
    linear product is in use for small rates; it is too high for a longer period
    and too low for a shorter one.
    """
    if method == "linear":
        return rate * periods
    return -np.expm1(periods * np.log1p(-rate))
