"""RET_FIT: the parameters of a retention curve from observed retention."""

from typing import Annotated

import numpy as np

from engine.arguments import POSITIVE, Domain, Numbers, Series, Word
from engine.boundary import Faulted
from engine.errors import ErrorKind
from engine.fitting import FITS, FITTED, fit_retention
from engine.registry import Caution, Example, Fault, Spill, worksheet
from engine.units import DAYS, RATIO

NO_CURVE = Fault(
    ErrorKind.NUM,
    "retention",
    "no curve of this model comes nearest to the points; try another model",
    ([1, 7, 30], [0.5, 0.5, 0.5], "weibull"),
)


@worksheet(
    group="Retention and audience",
    returns=RATIO,
    formula=(
        "power: ln r = ln param1 - param2 * ln t; exponential: ln r = ln param1 - param2 * t; "
        "weibull: ln(-ln r) = param2 * (ln t - ln param1); "
        "loglog: least squares of these lines; nls: least squares of r itself"
    ),
    source="app2top, retention of apps; public practice of a power trendline y = a x^-b and its integral",
    examples=(
        Example(([1, 7, 30], [0.3, 0.15, 0.09]),
                [0.299632730087044, 0.354106407047689, 0.999983048465089], "0.299633, 0.354106, 0.999983",
                "from the ends alone ln(0.30/0.09) / ln 30 = 0.3540; all points give 0.3541"),
        Example(([1, 2, 4], [0.8, 0.4, 0.2]), [0.8, 1.0, 1.0], "0.8, 1.0, 1.0",
                "halved each time the days double: 0.8 x t^-1"),
        Example(([1, 2, 3], [0.4, 0.2, 0.1], "exponential"), [0.8, float(np.log(2)), 1.0], "0.8, 0.6931, 1.0",
                "halved each day: 0.8 x e^(-0.6931 t)"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "retention", "days and retention must be of the same length",
              ([1, 7, 30], [0.3, 0.15]),
              lambda days, retention: days.size != retention.size),
        Fault(ErrorKind.NA, "days", "a curve takes at least two points", ([1], [0.3]),
              lambda days: days.size < 2),
        Fault(ErrorKind.NA, "days", "all points are of one day, so they show no curve",
              ([7, 7], [0.2, 0.3]),
              lambda days: np.ptp(days) == 0),
        Fault(ErrorKind.NUM, "retention",
              "a weibull curve starts at 1 on day 0, so later retention must be below 1",
              ([1, 7, 30], [1, 0.5, 0.3], "weibull"),
              lambda retention, model: (model == "weibull") & bool(np.any(retention == 1))),
        NO_CURVE,
    ),
    cautions=(
        Caution("retention", "the fitted retention rises with the days; check the figures",
                ([1, 7, 30], [0.09, 0.15, 0.3]),
                lambda result: result[..., 1] < 0),
        Caution("retention", "the fitted curve starts above 1, and RETENTION will not take its param1",
                ([10, 20, 30], [1, 0.8, 0.4], "exponential"),
                lambda result, model: (model == "exponential") & (result[..., 0] > 1)),
    ),
    spills=Spill("param1, param2 and R squared, in a row"),
    related=("RETENTION", "LIFETIME", "SBG_FIT"),
)  # fmt: skip
def ret_fit(
    days: Annotated[Numbers, Series("Days since arrival; the day of arrival is left out", DAYS, POSITIVE)],
    retention: Annotated[
        Numbers, Series("Share still active on each of these days", RATIO, Domain(above=0, high=1))
    ],
    model: Annotated[str, Word("Curve, as in RETENTION: power for daily activity", FITTED)],
    method: Annotated[str, Word("Straight line through the logarithms, or the retention itself", FITS)],
) -> Numbers:
    """Parameters of the retention curve nearest to observed retention, and how well it fits.

    The default is the power curve by least squares of the logarithms, which is what
    a power trendline of Excel does; R squared is then of the logarithms, as Excel
    prints it. There a late day with little retention weighs as much as the first;
    with nls the larger shares weigh more, and R squared is of the retention. The
    parameters are those of RETENTION and LIFETIME.
    """
    fit = fit_retention(days, retention, model, method)
    if fit is None:
        raise Faulted(NO_CURVE)
    return np.array(fit)
