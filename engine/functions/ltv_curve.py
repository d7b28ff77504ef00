"""LTV_CURVE: what a user is worth along a retention curve, day by day."""

from typing import Annotated

import numpy as np

from engine.arguments import POSITIVE, Arg, Domain, Numbers, Word
from engine.curves import MODELS, PARAMETERS_WANTED, REACH, bad_parameters
from engine.discounted import discounted_sum
from engine.errors import ErrorKind
from engine.registry import Caution, Example, Fault, worksheet
from engine.units import DAYS, MONEY_PER_USER, MONEY_PER_USER_DAY, NUMBER, RATIO

DAYS_PER_YEAR = 365
_LATER = np.arange(1, 365, dtype=float)
_YEAR = 0.1 * (1 + 0.3 * float(np.sum(_LATER**-0.5)))
_DISCOUNTED = 0.1 * (1 + 0.3 * float(np.sum(_LATER**-0.5 * 1.12 ** (-_LATER / 365))))


@worksheet(
    group="Unit economics",
    returns=MONEY_PER_USER,
    formula=(
        "arpdau * margin * sum for t = 0 .. horizon_days-1 of r(t) / (1 + disc)^(t/365); r as in RETENTION"
    ),
    source=(
        "Chinese growth usage LTV = LT x ARPU; mobile-game practice of a fitted power curve; "
        "Hardie, note 016, warns of extrapolation"
    ),
    examples=(
        Example((0.1, 1, 0.3, 0.5, 365), _YEAR, "1.2017", "12.0170 active days in a year x 0.1 = 1.2017"),
        Example((0.1, 1, 0.3, 0.5, 365, "power", 0.12), _DISCOUNTED, "1.1599",
                "11.5992 days once discounted at 12% a year; x 0.1"),
    ),
    faults=(
        Fault(ErrorKind.NUM, "param1", PARAMETERS_WANTED, (0.1, 1, -0.3, 0.5),
              lambda param1, param2, model: bad_parameters(param1, param2, model)),
    ),
    cautions=(
        Caution("observed",
                "the horizon is more than three times the last observed day; simple curves mislead that far",
                (0.1, 1, 0.3, 0.5, 365, None, None, 90),
                lambda horizon_days, observed: horizon_days > REACH * observed),
    ),
    related=("LIFETIME", "RETENTION", "LTV", "LTV_CAC"),
)  # fmt: skip
def ltv_curve(
    arpdau: Annotated[Numbers, Arg("Revenue per user on an active day", MONEY_PER_USER_DAY)],
    margin: Annotated[Numbers, Arg("Contribution as a share of revenue", RATIO, Domain(high=1))],
    param1: Annotated[Numbers, Arg("First parameter of the curve, as in RETENTION with days", NUMBER)],
    param2: Annotated[Numbers, Arg("Second parameter of the curve", NUMBER)],
    horizon_days: Annotated[
        Numbers,
        Arg(
            "Days counted, the first one included; a fraction is dropped", DAYS, Domain(low=1, high=1e6), 365
        ),
    ],
    model: Annotated[str, Word("Curve, as in RETENTION", MODELS)],
    disc: Annotated[Numbers, Arg("Discount rate a year, effective", RATIO, Domain(above=-1), 0)],
    observed: Annotated[
        Numbers, Arg("Last day that was observed, to warn of reading the curve too far", DAYS, POSITIVE, None)
    ],
) -> Numbers:
    """Contribution that one new user brings, from retention by day and revenue per active day.

    The reading for free users who bring in advertising or commerce: LTV = LT x
    ARPU, with the active days of LIFETIME. The default is 365 days without
    discount. The first day counts in full (t = 0); a discount is spread over 365
    days a year.
    """
    days = discounted_sum(param1, param2, horizon_days, model, np.log1p(disc) / DAYS_PER_YEAR)
    return arpdau * margin * days
