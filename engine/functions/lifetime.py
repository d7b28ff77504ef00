"""LIFETIME: how many days a user is active in all."""

from typing import Annotated

import numpy as np

from engine.arguments import POSITIVE, Arg, Domain, Numbers, Word
from engine.curves import (
    METHODS,
    MODELS,
    PARAMETERS_WANTED,
    REACH,
    bad_parameters,
    endless,
    lifetime_integral,
    lifetime_sum,
)
from engine.errors import ErrorKind
from engine.registry import Caution, Example, Fault, worksheet
from engine.units import DAYS, NUMBER, PERIODS

# The sum 1 + 0.3 * (1^-0.5 + ... + 29^-0.5), worked out term by term.
_THIRTY_DAYS = 1 + 0.3 * float(np.sum(np.arange(1, 30, dtype=float) ** -0.5))


@worksheet(
    group="Retention and audience",
    returns=DAYS,
    formula=(
        "sum: 1 + r(1) + ... + r(horizon - 1); integral: 1 + integral of r from 1 to horizon; "
        "churn: 1 / param1; r as in RETENTION"
    ),
    source="Chinese growth usage LT = 1 + R1 + ... + R(n-1), LTV = LT x ARPU; D. Skok for 1/churn",
    examples=(
        Example((0.3, 0.5, 30), _THIRTY_DAYS, "3.82077",
                "the sum of t^-0.5 for t = 1..29 is 9.40256; 1 + 0.3 x 9.40256"),
        Example((0.03, None, None, None, "churn"), 1 / 0.03, "33.3", "D. Skok: 3% a month is 33.3 months"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "param2", "param2 is missing; only the churn method does without it",
              (0.3, None, 30),
              lambda param2, method: np.isnan(param2) & (method != "churn")),
        Fault(ErrorKind.DIV0, "param1", "param1, the churn, is 0, so a lifetime has no end",
              (0, None, None, None, "churn"),
              lambda param1, method: (param1 == 0) & (method == "churn")),
        Fault(ErrorKind.NUM, "param1", "param1, the churn, must be at least 0 and at most 1",
              (1.5, None, None, None, "churn"),
              lambda param1, method: ((param1 < 0) | (param1 > 1)) & (method == "churn")),
        Fault(ErrorKind.NUM, "param1", PARAMETERS_WANTED, (-0.3, 0.5, 30),
              lambda param1, param2, model, method:
              bad_parameters(param1, param2, model) & (method != "churn")),
        Fault(ErrorKind.NUM, "horizon", "the days have no limit with these parameters; give a horizon",
              (0.3, 0.5, None),
              lambda param1, param2, horizon, model, method:
              np.isnan(horizon) & endless(param1, param2, model) & (method != "churn")),
    ),
    cautions=(
        Caution("observed",
                "the horizon is more than three times the last observed day; simple curves mislead that far",
                (0.3, 0.5, 365, None, None, 30),
                lambda horizon, method, observed:
                ((horizon > REACH * observed) | (np.isnan(horizon) & ~np.isnan(observed)))
                & (method != "churn")),
    ),
    related=("RETENTION", "RET_FIT", "LTV"),
)  # fmt: skip
def lifetime(
    param1: Annotated[Numbers, Arg("First parameter of the curve; the churn for the churn method", NUMBER)],
    param2: Annotated[Numbers, Arg("Second parameter of the curve", NUMBER, default=None)],
    horizon: Annotated[
        Numbers,
        Arg("Days to count; a fraction of a day is dropped in the sum", DAYS, Domain(low=1, high=1e6), None),
    ],
    model: Annotated[str, Word("Curve, as in RETENTION", MODELS)],
    method: Annotated[
        str, Word("Sum of days, area under the curve, or 1/churn", METHODS, (("churn", PERIODS),))
    ],
    observed: Annotated[
        Numbers, Arg("Last day that was observed, to warn of reading the curve too far", DAYS, POSITIVE, None)
    ],
) -> Numbers:
    """Days on which a user is active within the horizon.

    The default counts day 0 and adds the retention of every later day. For the
    usual power curves (param2 up to 1) the sum without a horizon has no limit. A
    horizon beyond three times observed draws a caution.
    """
    if method == "churn":
        return 1 / param1
    return (lifetime_sum if method == "sum" else lifetime_integral)(param1, param2, horizon, model)
