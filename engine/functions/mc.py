"""MC: what a model gives when its inputs are not known for sure."""

from typing import Annotated, Any

import numpy as np

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Mask, Numbers, Series, Table, Text
from engine.boundary import Faulted
from engine.errors import ErrorKind, InputError
from engine.models import model as named_model
from engine.registry import Caution, Example, Fault, Spill, worksheet
from engine.uncertain import draw, read_inputs
from engine.units import DRAWS, MODEL_UNIT, NUMBER, RATIO

FEWEST, MOST = 100, 1_000_000
_TABLE = [["cac", "tri", 10, 12, 30], ["ltv", "logn", 4, 20, ""]]

UNKNOWN_MODEL = Fault(
    ErrorKind.VALUE, "model", "model is none that can be drawn", ("ltvcac", _TABLE, 1000, 1)
)
BAD_TABLE = Fault(
    ErrorKind.VALUE, "inputs", "inputs must be a table of name, kind and parameters",
    ("ltv_cac", [["cac", "tri", 10, 12, 30], ["ltv", "wild", 4, 20, ""]], 1000, 1),
)  # fmt: skip
NOTHING = Fault(
    ErrorKind.NA, "model", "no draw gave a result",
    ("ltv_cac", [["cac", "fixed", 0], ["ltv", "fixed", 5]], 1000, 1),
)  # fmt: skip


def _no_count(n: Numbers) -> Mask:
    return np.asarray((n < FEWEST) | (n > MOST) | (n != np.trunc(n)))


@worksheet(
    group="Uncertainty",
    returns=MODEL_UNIT,
    formula=(
        "every input that varies is drawn n times as DIST(u, kind, ...) with u uniform; "
        "the model is worked out for each draw; percentiles by linear interpolation"
    ),
    source="NumPy Generator (PCG64), seeded; inverse transform sampling",
    examples=(
        Example(("ltv_cac", _TABLE, 20_000, 20240921, [0.1, 0.5, 0.9]),
                [0.22381908830592046, 0.5311120498887796, 1.27634897769305], "0.223819, 0.531112, 1.27635",
                "20,000 pairs, CAC from the first uniform of each"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "n", "n must be a whole number of draws from 100 to 1,000,000",
              ("ltv_cac", _TABLE, 10, 1), _no_count),
        Fault(ErrorKind.VALUE, "seed", "seed must be a whole number", ("ltv_cac", _TABLE, 1000, 1.5),
              lambda seed: seed != np.trunc(seed)),
        UNKNOWN_MODEL,
        BAD_TABLE,
        NOTHING,
    ),
    cautions=(
        Caution("inputs",
                "some draws gave no result: the percentiles leave them out, and the last cell is their share",
                ("ltv_cac", [["cac", "norm", 1, 1], ["ltv", "fixed", 5]], 1000, 1),
                lambda percentiles, result: result.size > percentiles.size),
    ),
    spills=Spill(
        "one for each percentile; one more, the share of draws without a result, where there are any"
    ),
    related=("TORNADO", "DIST", "LTV_CAC"),
)  # fmt: skip
def mc(
    model: Annotated[
        str, Text("Name of a function or of a forecast figure: ltv_cac, payback.churn, forecast.runway")
    ],
    inputs: Annotated[
        Any, Table("Rows of input name, kind (fixed, tri, pert, logn, norm, uniform) and its parameters")
    ],
    n: Annotated[Numbers, Arg("Draws, 100 to 1,000,000", DRAWS, default=10_000)],
    seed: Annotated[
        Numbers, Arg("Whole number the draws start from; the same gives the same", NUMBER, NOT_NEGATIVE)
    ],
    percentiles: Annotated[
        Numbers, Series("Shares of draws below the result, a row", RATIO, FRACTION, (0.1, 0.5, 0.9))
    ],
) -> Numbers:
    """Percentiles of a model's result over many draws of its inputs.

    The seed is compulsory, so that a recalculation changes nothing. Inputs vary on
    their own, without correlation. A word of a function goes behind its name, as in
    payback.churn; an input that does not vary has the kind fixed. The parameters
    are those of DIST. forecast.runway and its like take every driver of a company
    and cover 60 months.

    Percentiles are of the draws that have a result. Where the others are #N/A, read
    them with care: cash that never ends has no runway, a cost never paid back no
    payback. The cell behind the percentiles says which share these are.
    """
    try:
        chosen = named_model(model)
    except InputError as error:
        raise Faulted(UNKNOWN_MODEL, str(error)) from None
    try:
        read = read_inputs(inputs, chosen)
    except InputError as error:
        raise Faulted(BAD_TABLE, str(error)) from None
    values, error_of_one = draw(chosen, read, int(n), int(seed))
    good = np.isfinite(values)
    if not good.any():
        raise Faulted(NOTHING, error_of_one.sentence if error_of_one else "")
    found = np.quantile(values[good], percentiles)
    failed = 1 - good.mean()
    return np.append(found, failed) if failed else found
