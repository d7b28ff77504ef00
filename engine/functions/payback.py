"""PAYBACK: how long a customer takes to pay back what it cost to win."""

from typing import Annotated

import numpy as np

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Domain, Mask, Numbers, Word
from engine.compounding import LEVEL, log_carry
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY_PER_USER, MONEY_PER_USER_MONTH, MONTHS, RATIO

CURVED = ("churn", "discounted")
# A cost that is paid back by less than this share of it is so by rounding.
_ROUNDING = 1e-14


def _carry(churn: Numbers, disc: Numbers, method: str) -> Numbers:
    discount = disc if method == "discounted" else np.zeros(())
    return log_carry(np.where(np.isnan(churn), 0.0, churn), discount)


def _never(cac: Numbers, arpu: Numbers, margin: Numbers, churn: Numbers, disc: Numbers, method: str) -> Mask:
    """Where all a customer ever brings is no more than its cost."""
    months = cac / (arpu * margin)
    return (months * np.expm1(_carry(churn, disc, method)) <= _ROUNDING - 1) & (method in CURVED)


@worksheet(
    group="Unit economics",
    returns=MONTHS,
    formula=(
        "simple: cac / arpu; margin: cac / (arpu * margin); "
        "churn: ln(1 - cac * (1 - q) / (arpu * margin)) / ln(q) with q = 1 - churn; "
        "discounted: the same with q = (1 - churn) / (1 + disc)^(1/12)"
    ),
    source=(
        "D. Skok (months to recover CAC); SaaS Metrics Standards Board (margin compulsory); "
        "OPEXEngine (both readings in use)"
    ),
    examples=(
        Example((60, 30, 0.6, 0.1, None, "churn"), float(np.log(2 / 3) / np.log(0.9)), "3.84836",
                "ln(1 - 60 x 0.1 / 18) / ln 0.9 = 0.405465 / 0.105361 = 3.848"),
        Example((60, 30, 0.6), 60 / 18, "3.33", "60 / (30 x 0.6) = 3.33"),
        Example((60, 30, None, None, None, "simple"), 2.0, "2.00", "60 / 30 = 2.00"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "margin", "margin is missing; only the simple method does without it",
              (60, 30),
              lambda margin, method: np.isnan(margin) & (method != "simple")),
        Fault(ErrorKind.VALUE, "churn", "churn is missing; the churn method needs it",
              (60, 30, 0.6, None, None, "churn"),
              lambda churn, method: np.isnan(churn) & (method == "churn")),
        Fault(ErrorKind.VALUE, "disc", "disc is missing; the discounted method needs it",
              (60, 30, 0.6, 0.1, None, "discounted"),
              lambda disc, method: np.isnan(disc) & (method == "discounted")),
        Fault(ErrorKind.NA, "arpu", "the customer brings in nothing, so the cost is never paid back",
              (60, 30, -0.2),
              lambda arpu, margin, method: (arpu if method == "simple" else arpu * margin) <= 0),
        Fault(ErrorKind.NA, "cac", "the customer leaves before the cost is paid back",
              (200, 30, 0.6, 0.1, None, "churn"),
              _never),
    ),
    related=("LTV_CAC", "LTV", "CAC"),
)  # fmt: skip
def payback(
    cac: Annotated[Numbers, Arg("Cost of winning one customer", MONEY_PER_USER, NOT_NEGATIVE)],
    arpu: Annotated[Numbers, Arg("Revenue from one customer", MONEY_PER_USER_MONTH)],
    margin: Annotated[Numbers, Arg("Contribution as a share of revenue", RATIO, Domain(high=1), None)],
    churn: Annotated[
        Numbers,
        Arg(
            "Customers lost a month; the churn method needs it, discounted takes a blank for none",
            RATIO,
            FRACTION,
            None,
        ),
    ],
    disc: Annotated[Numbers, Arg("Discount rate a year, effective", RATIO, Domain(above=-1), None)],
    method: Annotated[str, Word("Reading of payback", ("margin", "simple", "churn", "discounted"))],
) -> Numbers:
    """Months until a customer has paid back what it cost to win.

    The default divides by margin and forgets that customers leave; the template
    shows the churn reading beside it, since for a consumer app the first one
    flatters. discounted counts churn as well where it is given. Receipts fall at
    the start of each month.
    """
    if method == "simple":
        return cac / arpu
    months = cac / (arpu * margin)
    if method == "margin":
        return months
    carry = _carry(churn, disc, method)
    curved = np.log1p(months * np.expm1(carry)) / carry
    return np.where(np.abs(carry) <= LEVEL, months, curved)
