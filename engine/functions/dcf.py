"""DCF: what a company is worth by its free cash flows."""

from typing import Annotated

import numpy as np

from engine.arguments import FRACTION, Arg, Domain, Numbers, Series
from engine.errors import ErrorKind
from engine.registry import Caution, Example, Fault, worksheet
from engine.units import LOGICAL, MONEY, RATIO

_WORTH = 10 / 1.12 + 12 / 1.12**2 + (14 + 14 * 1.03 / 0.09) / 1.12**3


@worksheet(
    group="Valuation",
    returns=MONEY,
    formula=(
        "sum for t = 1 .. n of fcf(t) / (1 + wacc)^t + fcf(n) * (1 + g) / (wacc - g) / (1 + wacc)^n; "
        "with mid_year: that times (1 + wacc)^(1/2)"
    ),
    source="M. Gordon and E. Shapiro (1956), growing perpetuity",
    examples=(
        Example(([10, 12, 14], 0.12, 0.03), _WORTH, "142.503",
                "8.9286 + 9.5663 + 9.9649 = 28.4598; 14.42 / 0.09 x 0.711780 = 114.0430"),
        Example(([10, 12, 14], 0.12, 0.03, 1), _WORTH * float(np.sqrt(1.12)), "150.811",
                "142.503 x 1.12^(1/2)"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "mid_year", "mid_year must be TRUE or FALSE", ([10, 12, 14], 0.12, 0.03, 0.5),
              lambda mid_year: (mid_year != 0) & (mid_year != 1)),
        Fault(ErrorKind.NUM, "wacc", "wacc must be above g, or the flows after the last year have no limit",
              ([10, 12, 14], 0.03, 0.03),
              lambda wacc, g: wacc <= g),
    ),
    cautions=(
        Caution("fcf", "the last free cash flow is negative, and so is all that is taken to follow it",
                ([10, 5, -1], 0.12, 0.03),
                lambda fcf: fcf[-1] < 0),
    ),
    related=("NPV", "XNPV", "VALPER_USER"),
)  # fmt: skip
def dcf(
    fcf: Annotated[Numbers, Series("Free cash flow year by year, the last one normal and lasting", MONEY)],
    wacc: Annotated[Numbers, Arg("Discount rate a year: weighted cost of capital", RATIO, Domain(above=-1))],
    g: Annotated[Numbers, Arg("Growth a year after the last one given", RATIO, Domain(low=-1))],
    mid_year: Annotated[
        Numbers, Arg("TRUE where cash comes in all year long, so half a year earlier", LOGICAL, FRACTION, 0)
    ],
) -> Numbers:
    """Enterprise value by discounted free cash flow, with a growing perpetuity after the last year.

    Flows fall at the end of each year. With mid_year every flow falls half a year
    earlier, those of the perpetuity too; a terminal value taken from a multiple
    would stay at the end of the last year. A growth of -1 leaves no terminal value.
    Take off net debt for the value of equity.
    """
    growth = 1 + wacc
    worth: Numbers = fcf[-1] * (1 + g) / (wacc - g)
    for flow in fcf[::-1]:
        worth = (worth + flow) / growth
    return worth * np.where(mid_year == 1, np.sqrt(growth), 1.0)
