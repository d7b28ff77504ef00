"""SBG_FIT: the shifted beta-geometric model of renewals fitted to a cohort."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Numbers, Series
from engine.boundary import Faulted
from engine.errors import ErrorKind
from engine.fitting import fit_renewals
from engine.registry import Example, Fault, Spill, worksheet
from engine.units import RATIO, USERS

CONSTANT = Fault(
    ErrorKind.NUM,
    "survivors",
    "churn does not fall from renewal to renewal, so alpha and beta have no end; use one constant churn",
    ([1000, 900, 810, 729],),
)


@worksheet(
    group="Retention and audience",
    returns=RATIO,
    formula=(
        "the alpha and beta with the greatest LL = sum of (n(t-1) - n(t)) * ln P(t), + n(last) * ln S(last), "
        "with S as in SBG_SURVIVAL and P(t) = S(t-1) - S(t)"
    ),
    source="Fader and Hardie 2007, How to project customer retention, and their spreadsheet note of 2014",
    examples=(
        Example(([1000, 869, 743, 653, 593, 551, 517, 491],),
                [0.668088351106446, 3.80609496405827, -1611.15814739116], "0.668088, 3.80609, -1,611.16",
                "the high end customers of the paper: 0.668 and 3.806"),
        Example(([1000, 631, 468, 382, 326],), [0.763665062564553, 1.2958302721825, -1401.5594235774454],
                "0.7637, 1.2958, -1,401.56", "the regular customers over four renewals"),
        Example(([1000, 631, 468, 382, 326, 289, 262, 241],),
                [0.704077298473516, 1.18204302620948, -1680.2651884632871], "0.704, 1.182, -1,680.27",
                "the regular customers over seven renewals"),
    ),
    faults=(
        Fault(ErrorKind.NA, "survivors", "a fit takes three counts or more: the start and two renewals",
              ([1000, 869],),
              lambda survivors: survivors.size < 3),
        Fault(ErrorKind.NUM, "survivors", "the counts rise, but nobody joins a cohort later; check the order",
              ([1000, 869, 870],),
              lambda survivors: bool(np.any(np.diff(survivors) > 0))),
        Fault(ErrorKind.NUM, "survivors", "nobody was lost, so churn cannot be told from none",
              ([1000, 1000, 1000],),
              lambda survivors: bool(survivors[0] == survivors[-1])),
        Fault(ErrorKind.NUM, "survivors",
              "nobody was lost after the first renewal, so the model has nothing to go by",
              ([1000, 869, 869],),
              lambda survivors: survivors[1:2] == survivors[-1:]),
        CONSTANT,
    ),
    spills=Spill("alpha, beta and LL, in a row"),
    related=("SBG_SURVIVAL", "SBG_DERL", "RETENTION", "RET_FIT"),
)  # fmt: skip
def sbg_fit(
    survivors: Annotated[
        Numbers, Series("Subscribers at the start and after each renewal, of one cohort", USERS, NOT_NEGATIVE)
    ],
) -> Numbers:
    """Parameters of the shifted beta-geometric model of a cohort's renewals, and their log-likelihood.

    By maximum likelihood, from how many were lost at each renewal and how many
    were left at the end. Shares in the place of counts give the same alpha and
    beta. The model explains churn that falls with age by subscribers who differ;
    where it does not fall, there is no such fit.
    """
    fit = fit_renewals(survivors)
    if fit is None:
        raise Faulted(CONSTANT)
    return np.array(fit)
