"""LTV: what a customer is worth over a lifetime."""

from typing import Annotated

import numpy as np

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Domain, Mask, Numbers, Word
from engine.compounding import LEVEL, MONTHS_PER_YEAR, log_carry
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY_PER_USER, MONEY_PER_USER_MONTH, MONTHS, RATIO

_ROUNDING = 1e-15
_MONTHLY = 1.12 ** (1 / MONTHS_PER_YEAR) - 1


def _grows(churn: Numbers, disc_annual: Numbers, expansion: Numbers) -> Mask:
    """Where a customer is worth no less each month; rounding must not turn standstill into a fortune."""
    carry = log_carry(churn, disc_annual, expansion)
    return np.where(expansion == 0, carry >= 0, carry >= -_ROUNDING)


@worksheet(
    group="Unit economics",
    returns=MONEY_PER_USER,
    formula=(
        "cohort: sum for t = 0 .. horizon-1 of arpu * margin * ((1 - churn) * (1 + expansion) / (1 + d))^t "
        "with d = (1 + disc_annual)^(1/12) - 1; simple: arpu * margin / churn"
    ),
    source="D. Skok (ARPA x gross margin / churn); a16z (contribution margin, 12 and 24 months preferred)",
    examples=(
        Example((30, 0.6, 0.1, 0, 24), 180 * (1 - 0.9**24), "165.642",
                "18 x (1 - 0.9^24) / 0.1 = 18 x 9.20234 = 165.64"),
        Example((30, 0.6, 0.1), 180.0, "180.00", "without horizon and discount: 30 x 0.6 / 0.1"),
        Example((30, 0.6, 0.1, 0.12), 18 / (1 - 0.9 / (1 + _MONTHLY)), "165.96",
                "d = 0.0094888; 18 / (1 - 0.9 / 1.0094888) = 165.96"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "churn", "churn is 0, so a lifetime has no end; give a horizon", (30, 0.6, 0),
              lambda churn, horizon, method: (churn == 0) & (np.isnan(horizon) | (method == "simple"))),
        Fault(ErrorKind.NUM, "expansion", "expansion outruns churn and discount; give a horizon",
              (30, 0.6, 0.1, 0, None, None, 0.2),
              lambda churn, disc_annual, expansion, horizon, method: np.isnan(horizon)
              & _grows(churn, disc_annual, expansion) & (method == "cohort")),
    ),
    related=("LTV_CAC", "LTV_CURVE", "PAYBACK", "CONTRIBUTION", "BREAKEVEN"),
)  # fmt: skip
def ltv(
    arpu: Annotated[Numbers, Arg("Revenue per user", MONEY_PER_USER_MONTH)],
    margin: Annotated[Numbers, Arg("Contribution as a share of revenue", RATIO, Domain(high=1))],
    churn: Annotated[Numbers, Arg("Users lost a month, gross", RATIO, FRACTION)],
    disc_annual: Annotated[Numbers, Arg("Discount rate a year, effective", RATIO, Domain(above=-1), 0)],
    horizon: Annotated[Numbers, Arg("Months counted; blank for no end", MONTHS, NOT_NEGATIVE, None)],
    method: Annotated[str, Word("Sum over a cohort, or the short formula", ("cohort", "simple"))],
    expansion: Annotated[
        Numbers, Arg("Growth of a staying user's revenue a month", RATIO, Domain(above=-1), 0)
    ],
) -> Numbers:
    """Contribution that one new customer brings over a lifetime.

    Contribution and not revenue, as a16z has it, and users lost, not net of what
    the others add: ProfitWell's net churn flatters. Without horizon and discount it
    is Skok's formula. The first month counts in full (t = 0). The headline of the
    template is 24 months without discount; 1/churn stands beside it as a memo. A
    negative margin gives a negative value.
    """
    first = arpu * margin
    if method == "simple":
        return first / churn
    carry = log_carry(churn, disc_annual, expansion)
    lost = -np.expm1(carry)
    # The share of the endless sum that falls within the horizon; churn of 1 leaves the first month.
    share = np.where(np.isnan(horizon), 1.0, -np.expm1(np.where(horizon == 0, 0.0, carry * horizon)))
    level = (np.abs(carry) <= LEVEL) & ~np.isnan(horizon)
    return first * np.where(level, horizon, share / lost)
