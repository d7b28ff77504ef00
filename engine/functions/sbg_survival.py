"""SBG_SURVIVAL: the share of subscribers left after a number of renewals."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, POSITIVE, Arg, Numbers
from engine.curves import REACH, survival
from engine.registry import Caution, Example, worksheet
from engine.units import NUMBER, PERIODS, RATIO


@worksheet(
    group="Retention and audience",
    returns=RATIO,
    formula="B(alpha, beta + t) / B(alpha, beta), with B the beta function",
    source="Fader and Hardie 2007, How to project customer retention",
    examples=(
        Example((2, 1, 1), 1 / 3, "0.333333", "with both parameters 1, S(t) = 1 / (t + 1)"),
        Example((1, 0.668, 3.806), 3.806 / 4.474, "0.8507", "beta / (alpha + beta) renew the first time"),
    ),
    cautions=(
        Caution("observed",
                "t is more than three times the last observed renewal; a fitted curve may mislead that far",
                (30, 0.668, 3.806, 7),
                lambda t, observed: t > REACH * observed),
    ),
    related=("SBG_FIT", "SBG_DERL", "RETENTION", "LIFETIME"),
)  # fmt: skip
def sbg_survival(
    t: Annotated[Numbers, Arg("Renewals since the start", PERIODS, NOT_NEGATIVE)],
    alpha: Annotated[Numbers, Arg("First parameter of the beta distribution of churn", NUMBER, POSITIVE)],
    beta: Annotated[Numbers, Arg("Second parameter of the beta distribution of churn", NUMBER, POSITIVE)],
    observed: Annotated[
        Numbers, Arg("Last renewal that was observed, to warn of reading too far", PERIODS, POSITIVE, None)
    ],
) -> Numbers:
    """Share of subscribers still there after t renewals, by the shifted beta-geometric model.

    Each subscriber has a constant churn, and churn varies between them as a beta
    distribution with mean alpha / (alpha + beta). Those who churn most leave
    first, so renewal t is made by (beta + t - 1) / (alpha + beta + t - 1) of those
    who could. The same as RETENTION with the model sbg.
    """
    return survival(t, alpha, beta, "sbg")
