"""BREAKEVEN: the one figure at which lifetime value is a wanted multiple of CAC."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers, Word
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY_PER_USER, MONEY_PER_USER_MONTH, MONTHS, RATIO

# A result beyond its domain by less than this share is so by rounding.
_ROUNDING = 1e-14


def _lifetime(churn: Numbers, horizon: Numbers) -> Numbers:
    """Months a customer stays, within the horizon if there is one."""
    staying = np.where(np.isnan(horizon), 1.0, -np.expm1(horizon * np.log1p(-churn)))
    return np.where(churn == 0, horizon, staying / churn)


def _churn_for(lifetime: Numbers, horizon: Numbers) -> Numbers:
    """The churn under which a customer stays for `lifetime` months, within the horizon if there is one."""
    if np.any(np.isnan(horizon)):
        # Beyond all bounds a lifetime is that of a user who brings in nothing.
        return np.where(np.isinf(lifetime), np.nan, 1 / lifetime)
    from scipy.optimize.elementwise import find_root

    inside = (lifetime >= 1 - _ROUNDING) & (lifetime <= horizon * (1 + _ROUNDING)) & (horizon > 1)
    months = np.where(inside, np.clip(lifetime, 1.0, horizon), 1.0)

    # Churn is at most 1 / months, its value without a horizon: it is sought as a share of that.
    def excess(share: Numbers, months: Numbers, horizon: Numbers) -> Numbers:
        staying = -np.expm1(horizon * np.log1p(-share / months)) / share
        return np.where(share == 0, horizon / months, staying) - 1

    share = find_root(excess, (np.zeros(()), np.ones(())), args=(months, horizon)).x
    return np.where(inside, share / months, np.nan)


def _within(x: Numbers, high: float) -> Numbers:
    """`x` where it lies from 0 to `high`, else nan."""
    return np.where((x >= 0) & (x <= high * (1 + _ROUNDING)), np.minimum(x, high), np.nan)


@worksheet(
    group="Unit economics",
    returns=MONEY_PER_USER_MONTH,
    formula=(
        "arpu * margin * months = target * cac, solved for one of them, with months = 1 / churn or, "
        "within a horizon, (1 - (1 - churn)^horizon) / churn"
    ),
    source="Algebra of D. Skok's LTV to CAC; a16z for a horizon of 12 or 24 months",
    examples=(
        Example(("cac", 30, 0.6, 0.1, None, 3), 60.0, "60", "30 x 0.6 / 0.1 / 3 = 60: the ceiling for CAC"),
        Example(("arpu", None, 0.6, 0.1, 60, 3), 30.0, "30", "3 x 60 x 0.1 / 0.6 = 30"),
        Example(("margin", 30, None, 0.1, 60, 3), 0.6, "0.6", "3 x 60 x 0.1 / 30 = 60%"),
        Example(("churn", 30, 0.6, None, 60, 3), 0.1, "0.1", "30 x 0.6 / (3 x 60) = 10% a month"),
        Example(("cac", 30, 0.6, 0.1, None, 3, 24), 60 * (1 - 0.9**24), "55.214",
                "within 24 months a customer stays 9.20234: 18 x 9.20234 / 3 = 55.21"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "arpu", "arpu is missing; only solving for arpu does without it",
              ("cac", None, 0.6, 0.1),
              lambda arpu, solve_for: np.isnan(arpu) & (solve_for != "arpu")),
        Fault(ErrorKind.VALUE, "margin", "margin is missing; only solving for margin does without it",
              ("cac", 30, None, 0.1),
              lambda margin, solve_for: np.isnan(margin) & (solve_for != "margin")),
        Fault(ErrorKind.VALUE, "churn", "churn is missing; only solving for churn does without it",
              ("cac", 30, 0.6),
              lambda churn, solve_for: np.isnan(churn) & (solve_for != "churn")),
        Fault(ErrorKind.VALUE, "cac", "cac is missing; only solving for cac does without it",
              ("churn", 30, 0.6),
              lambda cac, solve_for: np.isnan(cac) & (solve_for != "cac")),
        Fault(ErrorKind.NUM, "margin", "margin must be at most 1", ("cac", 30, 60, 0.1),
              lambda margin, solve_for: (margin > 1) & (solve_for != "margin")),
        Fault(ErrorKind.NUM, "churn", "churn must be at least 0 and at most 1", ("cac", 30, 0.6, 1.5),
              lambda churn, solve_for: ((churn < 0) | (churn > 1)) & (solve_for != "churn")),
        Fault(ErrorKind.NUM, "cac", "cac must not be negative", ("churn", 30, 0.6, None, -60),
              lambda cac, solve_for: (cac < 0) & (solve_for != "cac")),
        Fault(ErrorKind.DIV0, "churn", "churn is 0, so a lifetime has no end; give a horizon",
              ("cac", 30, 0.6, 0),
              lambda churn, horizon, solve_for: (churn == 0) & np.isnan(horizon) & (solve_for != "churn")),
        Fault(ErrorKind.DIV0, "target", "target is 0, so there is nothing to reach",
              ("cac", 30, 0.6, 0.1, None, 0),
              lambda target, solve_for: (target == 0) & (solve_for in ("cac", "churn"))),
        Fault(ErrorKind.DIV0, "cac", "cac is 0, so there is nothing to pay back", ("churn", 30, 0.6, None, 0),
              lambda cac, solve_for: (cac == 0) & (solve_for == "churn")),
        Fault(ErrorKind.DIV0, "arpu", "arpu is 0, so there is no revenue to take a margin on",
              ("margin", 0, None, 0.1, 60),
              lambda arpu, solve_for: (arpu == 0) & (solve_for == "margin")),
        Fault(ErrorKind.DIV0, "margin", "margin is 0, so no revenue leaves anything",
              ("arpu", None, 0, 0.1, 60),
              lambda margin, solve_for: (margin == 0) & (solve_for == "arpu")),
        Fault(ErrorKind.NA, "solve_for",
              "nothing possible breaks even: margin and churn can only be 0 to 1, arpu and cac not negative",
              ("margin", 30, None, 0.1, 600)),
    ),
    related=("LTV_CAC", "LTV", "PAYBACK", "BE_PRICE"),
)  # fmt: skip
def breakeven(
    solve_for: Annotated[
        str,
        Word(
            "The figure wanted; what stands in its own place is not looked at",
            ("arpu", "churn", "margin", "cac"),
            (("churn", RATIO), ("margin", RATIO), ("cac", MONEY_PER_USER)),
            required=True,
        ),
    ],
    arpu: Annotated[Numbers, Arg("Revenue from one customer", MONEY_PER_USER_MONTH, default=None)],
    margin: Annotated[Numbers, Arg("Contribution as a share of revenue", RATIO, default=None)],
    churn: Annotated[Numbers, Arg("Customers lost a month, from 0 to 1", RATIO, default=None)],
    cac: Annotated[Numbers, Arg("Cost of winning one customer", MONEY_PER_USER, default=None)],
    target: Annotated[Numbers, Arg("Lifetime value wanted as a multiple of cac", RATIO, NOT_NEGATIVE, 1)],
    horizon: Annotated[
        Numbers, Arg("Months counted, 1 or more; blank for no end", MONTHS, Domain(low=1), None)
    ],
) -> Numbers:
    """The revenue, churn, margin or CAC at which lifetime value is a given multiple of CAC.

    Give the other three; a number in the place of the one solved for is not looked
    at. The default target 1 is break-even, 3 the usual benchmark. Without horizon
    the lifetime value is that of Skok, arpu * margin / churn; with one it is LTV
    without discount.
    """
    if solve_for == "churn":
        return _within(_churn_for(target / (arpu * margin) * cac, horizon), 1.0)
    lifetime = _lifetime(churn, horizon)
    if solve_for == "cac":
        return _within(arpu * margin * lifetime / target, np.inf)
    if solve_for == "margin":
        return _within(target * cac / lifetime / arpu, 1.0)
    return _within(target * cac / lifetime / margin, np.inf)
