"""MIRR: the rate of return with inflows reinvested and outflows financed at rates of their own."""

from typing import Annotated

import numpy as np

from engine.arguments import Arg, Domain, Numbers, Series
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, RATIO


def _log_worth(carry: Numbers, amounts: Numbers) -> Numbers:
    """The logarithm of the present value of amounts that are not negative."""
    worth = np.full(np.shape(carry), -np.inf)
    for amount in np.log(amounts[::-1]):
        worth = np.logaddexp(worth - carry, amount)
    return worth


@worksheet(
    group="Valuation",
    returns=RATIO,
    formula=(
        "(future value of inflows at reinvest_rate / present value of outflows at finance_rate)^(1/(n-1)) - 1"
    ),
    source="Excel, MIRR; numpy-financial 1.0.0, mirr",
    examples=(
        Example(([-100, 60, 60], 0.1, 0.12), float(np.sqrt(1.272)) - 1, "0.12783",
                "60 x 1.12 + 60 = 127.2; (127.2 / 100)^(1/2) - 1"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "values", "values need at least one amount in and one out",
              ([100, 60], 0.1, 0.12),
              lambda values: bool(np.all(values >= 0) or np.all(values <= 0))),
    ),
    related=("IRR", "NPV"),
    built_in=True,
)  # fmt: skip
def mirr(
    values: Annotated[Numbers, Series("Amounts period by period: in positive, out negative", MONEY)],
    finance_rate: Annotated[
        Numbers, Arg("Rate paid for one period on amounts out", RATIO, Domain(above=-1))
    ],
    reinvest_rate: Annotated[
        Numbers, Arg("Rate earned for one period on amounts in", RATIO, Domain(above=-1))
    ],
) -> Numbers:  # fmt: skip
    """Modified internal rate of return per period: one answer where IRR may have several.

    Amounts out are discounted to the first period at the finance rate, amounts in
    are carried to the last at the reinvestment rate; the result is the growth from
    the one to the other. Without an amount in or out it is #DIV/0!, as in Excel,
    where numpy_financial.mirr gives nan.
    """
    last = values.size - 1
    carry = np.log1p(reinvest_rate)
    inward = _log_worth(carry, np.maximum(values, 0)) + last * carry
    outward = _log_worth(np.log1p(finance_rate), np.maximum(-values, 0))
    growth: Numbers = (inward - outward) / last
    return np.expm1(growth)
