"""LEASE_PMT: the monthly payment of a lease or loan."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers, Word
from engine.compounding import MONTHS_PER_YEAR, annuity
from engine.registry import Example, worksheet
from engine.units import MONEY, MONEY_PER_MONTH, MONTHS, RATIO

_RATE = 0.08 / 12
_LEFT = (1 + _RATE) ** -36
_MONTHLY = 1.08 ** (1 / 12) - 1


@worksheet(
    group="Cost",
    returns=MONEY_PER_MONTH,
    formula=(
        "(price - residual * (1 + i)^-months) / a with a = (1 - (1 + i)^-months) / i at the end of months, "
        "1 + i times that at the beginning; "
        "nominal: i = annual_rate / 12; effective: i = (1 + annual_rate)^(1/12) - 1"
    ),
    source="PMT of Excel and numpy-financial, with the sign turned",
    examples=(
        Example((1_000_000, 0.08, 36), 1e6 * _RATE / (1 - _LEFT), "31,336.37",
                "i = 0.0066667; 6,666.67 / (1 - 1.0066667^-36) = 6,666.67 / 0.212745"),
        Example((1_000_000, 0.08, 36, None, "begin"), 1e6 * _RATE / (1 - _LEFT) / (1 + _RATE), "31,128.84",
                "a month earlier: 31,336.37 / 1.0066667"),
        Example((1_000_000, 0.08, 36, 200_000), (1e6 - 2e5 * _LEFT) * _RATE / (1 - _LEFT), "26,402.43",
                "the 200,000 left at the end are worth 157,450.93 today: 842,549.07 x 0.0313364"),
        Example((1_000_000, 0.08, 36, None, None, "effective"), 1e6 * _MONTHLY / (1 - 1.08**-3), "31,207.74",
                "i = 1.08^(1/12) - 1 = 0.0064340"),
        Example((360_000, 0, 36), 10_000.0, "10,000.00", "without interest: 360,000 / 36"),
    ),
    related=("LEASE_VS_BUY", "GPU_HOUR_OWN"),
)  # fmt: skip
def lease_pmt(
    price: Annotated[Numbers, Arg("What is financed", MONEY, NOT_NEGATIVE)],
    annual_rate: Annotated[Numbers, Arg("Interest a year", RATIO, Domain(above=-1))],
    months: Annotated[Numbers, Arg("Number of payments, one a month", MONTHS, Domain(above=0))],
    residual: Annotated[
        Numbers, Arg("Still owed after the last payment: balloon or buy-out price", MONEY, NOT_NEGATIVE, 0)
    ],
    when: Annotated[str, Word("Payment at the end or the beginning of each month", ("end", "begin"))],
    convention: Annotated[
        str,
        Word("annual_rate is 12 times the monthly rate, or compounds to a year", ("nominal", "effective")),
    ],
) -> Numbers:
    """Monthly payment of a lease or loan, as a positive number.

    The default takes a twelfth of annual_rate for each month, as contracts and
    Excel's PMT do; all other functions here take effective rates. Interest and
    principal of a month are IPMT and PPMT of the spreadsheet.
    """
    nominal = convention == "nominal"
    rate = annual_rate / MONTHS_PER_YEAR if nominal else None
    log_rate = np.log1p(annual_rate) / MONTHS_PER_YEAR if rate is None else np.log1p(rate)
    return (price - residual * np.exp(-months * log_rate)) / annuity(log_rate, months, when, rate)
