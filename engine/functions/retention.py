"""RETENTION: the share of a cohort still active at a time."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, POSITIVE, Arg, Numbers, Word
from engine.curves import MODELS, PARAMETERS_WANTED, REACH, bad_parameters, survival
from engine.errors import ErrorKind
from engine.registry import Caution, Example, Fault, worksheet
from engine.units import NUMBER, PERIODS, RATIO


@worksheet(
    group="Retention and audience",
    returns=RATIO,
    formula=(
        "power: min(1, param1 * t^-param2); exponential: param1 * exp(-param2 * t); "
        "weibull: exp(-(t / param1)^param2); sbg: B(param1, param2 + t) / B(param1, param2); 1 at t = 0"
    ),
    source=(
        "Power curve of app retention (app2top); sBG: Fader and Hardie 2007; Hardie, note 016, "
        "warns of extrapolation"
    ),
    examples=(
        Example((30, 0.3, 0.35), 0.3 * 30**-0.35, "0.0912281", "30^-0.35 = 0.304094; x 0.3 = 0.091228"),
        Example((2, 1, 1, "sbg"), 1 / 3, "0.333333", "with both parameters 1, S(t) = 1 / (t + 1)"),
    ),
    faults=(
        Fault(
            ErrorKind.NUM,
            "param1",
            PARAMETERS_WANTED,
            (30, -0.3, 0.35),
            lambda param1, param2, model: bad_parameters(param1, param2, model),
        ),
    ),
    cautions=(
        Caution(
            "observed",
            "t is more than three times the last observed period; simple curves mislead that far",
            (365, 0.3, 0.35, None, 30),
            lambda t, observed: t > REACH * observed,
        ),
    ),
    related=("RET_FIT", "LIFETIME", "COHORT_ACTIVE", "SBG_SURVIVAL"),
)
def retention(
    t: Annotated[
        Numbers,
        Arg("Periods since arrival: days for daily activity, renewals for sbg", PERIODS, NOT_NEGATIVE),
    ],
    param1: Annotated[
        Numbers,
        Arg("First parameter: share at 1 (power), at 0 (exponential), scale (weibull), alpha (sbg)", NUMBER),
    ],
    param2: Annotated[
        Numbers, Arg("Second parameter: decay (power, exponential), shape (weibull), beta (sbg)", NUMBER)
    ],
    model: Annotated[str, Word("Curve: power for daily activity, sbg for paid renewals", MODELS)],
    observed: Annotated[
        Numbers,
        Arg("Last period that was observed, to warn of reading the curve too far", PERIODS, POSITIVE, None),
    ],
) -> Numbers:
    """Share of a cohort that is still active after t periods.

    The default is the power curve, which fits daily activity of apps. Simple
    curves extrapolate badly: do not read them beyond three times the last period
    that was observed. With observed given, a reading beyond that draws a caution.
    A share above 1 counts as 1.
    """
    return survival(t, param1, param2, model)
