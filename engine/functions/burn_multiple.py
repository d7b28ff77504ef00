"""BURN_MULTIPLE: the cash burnt for each unit of new recurring revenue."""

from typing import Annotated

from engine.arguments import Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, RATIO


@worksheet(
    group="Company cash",
    returns=RATIO,
    formula="net_burn / net_new_arr",
    source="D. Sacks, the burn multiple; the inverse of Bessemer's efficiency score",
    examples=(Example((3_000_000, 1_000_000), 3.0, "3", "3m / 1m = 3: the example in Sacks's talk"),),
    faults=(
        Fault(ErrorKind.DIV0, "net_new_arr", "net_new_arr is 0, so there is no growth to judge the burn by",
              (3, 0), lambda net_new_arr: net_new_arr == 0),
        Fault(ErrorKind.NUM, "net_new_arr",
              "recurring revenue shrank, so the multiple means nothing; look at the burn itself",
              (3, -1), lambda net_burn, net_new_arr: (net_new_arr < 0) & (net_burn != 0)),
    ),
    related=("BURN", "MAGIC_NUMBER", "RULE40", "RUNWAY"),
)  # fmt: skip
def burn_multiple(
    net_burn: Annotated[Numbers, Arg("Net burn of the period, as BURN gives it", MONEY)],
    net_new_arr: Annotated[
        Numbers,
        Arg(
            "Annual recurring revenue added in the same period: new and expansion less contraction and churn",
            MONEY,
        ),
    ],
) -> Numbers:
    """Net burn over net new annual recurring revenue of the same period.

    Sacks reads under 1 as amazing, to 1.5 great, to 2 good, to 3 suspect, above 3
    bad. A company that burns nothing has 0 or less.
    """
    return net_burn / net_new_arr
