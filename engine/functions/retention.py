"""RETENTION: the share of a cohort still active at a time."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers, Word
from engine.curves import MODELS, bad_parameters, survival
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import PERIODS, RATIO


@worksheet(
    group="Retention and audience",
    returns=RATIO,
    formula=(
        "power: min(1, p1 * t^-p2); exponential: p1 * exp(-p2 * t); weibull: exp(-(t / p1)^p2); "
        "sbg: B(p1, p2 + t) / B(p1, p2); 1 at t = 0"
    ),
    source=(
        "Power curve of app retention (app2top); sBG: Fader and Hardie 2007; Hardie, note 016, warns of "
        "extrapolation"
    ),
    examples=(
        Example((30, 0.3, 0.35), 0.3 * 30**-0.35, "0.0912281", "30^-0.35 = 0.304094; x 0.3 = 0.091228"),
        Example((2, 1, 1, "sbg"), 1 / 3, "0.333333", "with both parameters 1, S(t) = 1 / (t + 1)"),
    ),
    faults=(
        Fault(
            ErrorKind.NUM, "p1", "p1 or p2 is outside what the model allows", (30, -0.3, 0.35), bad_parameters
        ),
    ),
    related=("LIFETIME", "COHORT_ACTIVE"),
)
def retention(
    t: Annotated[
        Numbers,
        Arg("Periods since arrival: days for daily activity, renewals for sbg", PERIODS, NOT_NEGATIVE),
    ],
    p1: Annotated[
        Numbers,
        Arg("First parameter: share at day 1 (power, exponential), scale (weibull), alpha (sbg)", RATIO),
    ],
    p2: Annotated[
        Numbers, Arg("Second parameter: decay (power, exponential), shape (weibull), beta (sbg)", RATIO)
    ],
    model: Annotated[str, Word("Curve: power for daily activity, sbg for paid renewals", MODELS)],
) -> Numbers:
    """Share of a cohort that is still active after t periods.

    The default is the power curve, which fits daily activity of apps. Simple
    curves extrapolate badly: do not read them beyond three times the last day
    that was observed. Neither p1 nor, but for the power curve, p2 may be negative;
    weibull and sbg need both above 0, exponential p1 up to 1.
    """
    return survival(t, p1, p2, model)
