"""LEASE_VS_BUY: what buying saves against leasing, in today's money."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers, Word
from engine.compounding import MONTHS_PER_YEAR, annuity
from engine.registry import Example, worksheet
from engine.units import MONEY, MONEY_PER_MONTH, MONTHS, RATIO

_FACTOR = (1 - 1.1**-3) / (1.1 ** (1 / 12) - 1)


@worksheet(
    group="Cost",
    returns=MONEY,
    formula=(
        "(lease - own_opex) * a - price + residual * (1 + annual_rate)^(-months/12) with "
        "i = (1 + annual_rate)^(1/12) - 1 and a = (1 - (1 + i)^-months) / i at the end of months, "
        "1 + i times that at the beginning"
    ),
    source="Text-book comparison of present values before tax; PV of Excel and numpy-financial",
    examples=(
        Example((2_000_000, 400_000, 20_000, 80_000, 36, 0.1),
                60_000 * _FACTOR - 2e6 + 4e5 / 1.331, "171,713.43",
                "a = 0.248685 / 0.0079741 = 31.186458; lease 2,494,916.68; "
                "buy 2,000,000 + 623,729.17 - 300,525.92 = 2,323,203.25"),
        Example((2_000_000, 400_000, 20_000, 80_000, 36, 0), 560_000.0, "560,000",
                "without interest: 60,000 x 36 - 2,000,000 + 400,000"),
    ),
    related=("LEASE_PMT", "GPU_HOUR_OWN"),
)  # fmt: skip
def lease_vs_buy(
    price: Annotated[Numbers, Arg("Price paid today for buying", MONEY, NOT_NEGATIVE)],
    residual: Annotated[Numbers, Arg("What the bought one sells for at the end", MONEY, NOT_NEGATIVE)],
    own_opex: Annotated[
        Numbers, Arg("Monthly cost that only the owner has: hosting, repairs", MONEY_PER_MONTH, NOT_NEGATIVE)
    ],
    lease: Annotated[Numbers, Arg("Monthly lease payment", MONEY_PER_MONTH, NOT_NEGATIVE)],
    months: Annotated[Numbers, Arg("Months of the lease and of ownership", MONTHS, Domain(above=0))],
    annual_rate: Annotated[Numbers, Arg("Discount rate a year, effective", RATIO, Domain(above=-1))],
    when: Annotated[str, Word("Monthly payments at the end or the beginning of a month", ("end", "begin"))],
) -> Numbers:
    """Present value of what buying saves against leasing; positive: buying is cheaper.

    Before tax. The rate is the effective cost of money a year, turned into a
    monthly one by compounding; LEASE_PMT has a nominal rate by default. The word
    in `when` goes for the lease and for own_opex; residual comes at the end.
    """
    log_rate = np.log1p(annual_rate) / MONTHS_PER_YEAR
    sold = residual * np.exp(-months * log_rate)
    return (lease - own_opex) * annuity(log_rate, months, when) - price + sold
