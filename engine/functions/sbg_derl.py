"""SBG_DERL: the discounted renewals a subscriber still has to come."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, POSITIVE, Arg, Domain, Numbers
from engine.curves import discounted_renewals
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import NUMBER, PERIODS, RATIO


@worksheet(
    group="Retention and audience",
    returns=PERIODS,
    formula=(
        "sum for k = n .. n+horizon-1 of S(k) / S(n-1) / (1 + disc)^(k-n), without end where horizon is "
        "blank; S as in SBG_SURVIVAL"
    ),
    source="Fader and Hardie 2010, customer-base valuation: discounted expected residual lifetime",
    examples=(
        Example((1, 1, 1, 0.1, 3), 1 / 2 + 1 / 3 / 1.1 + 1 / 4 / 1.21, "1.00964",
                "1/2 + (1/3)/1.1 + (1/4)/1.21 = 0.5 + 0.30303 + 0.20661 = 1.00964 renewals"),
        Example((1, 1, 1, 0.1), 1.1 * (1.1 * float(np.log(11)) - 1), "1.80145",
                "without end, both parameters 1: 1.1 x (1.1 x ln 11 - 1)"),
        Example((3, 2, 4, 0), 6.0, "6", "without end and discount: (beta + n - 1) / (alpha - 1) = 6 / 1"),
    ),
    faults=(
        Fault(ErrorKind.NUM, "n", "n must be a whole number: the renewals already passed, and 1",
              (1.5, 1, 1, 0.1),
              lambda n: n != np.trunc(n)),
        Fault(ErrorKind.NUM, "disc",
              "without a discount the renewals have no limit while alpha is at most 1; give disc or horizon",
              (1, 1, 1, 0),
              lambda alpha, disc, horizon: (disc == 0) & (alpha <= 1) & np.isnan(horizon)),
    ),
    related=("SBG_FIT", "SBG_SURVIVAL", "LTV"),
)  # fmt: skip
def sbg_derl(
    n: Annotated[
        Numbers, Arg("Renewals already passed, and 1: 1 for a new subscriber", PERIODS, Domain(low=1))
    ],
    alpha: Annotated[Numbers, Arg("First parameter of the beta distribution of churn", NUMBER, POSITIVE)],
    beta: Annotated[Numbers, Arg("Second parameter of the beta distribution of churn", NUMBER, POSITIVE)],
    disc: Annotated[Numbers, Arg("Discount rate of one renewal period, effective", RATIO, NOT_NEGATIVE)],
    horizon: Annotated[
        Numbers,
        Arg(
            "Renewals counted; blank for no end; a fraction is dropped",
            PERIODS,
            Domain(low=0, high=1e6),
            None,
        ),
    ],
) -> Numbers:
    """Renewals that a subscriber is still expected to make, discounted: its residual lifetime.

    Times the contribution of a period it is what the subscriber is still worth
    just before the next renewal, which counts undiscounted. The first payment, at
    the start, is not in it. disc is for one period between renewals; turn a yearly
    rate into (1 + disc)^(1/12) - 1 for monthly ones. Those who stayed long have
    low churn, so the value rises with n.
    """
    return discounted_renewals(alpha, beta + n - 1, disc, horizon)
