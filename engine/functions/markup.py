"""MARKUP: profit over cost and profit over revenue, one from the other."""

from typing import Annotated

from engine.arguments import Arg, Numbers, Word
from engine.errors import ErrorKind
from engine.registry import Caution, Example, Fault, worksheet
from engine.units import RATIO


@worksheet(
    group="Cost",
    returns=RATIO,
    formula="markup to margin: x / (1 + x); margin to markup: x / (1 - x)",
    source="Fact F003-03, a profit ratio of 545% that is over cost",
    examples=(
        Example((5.45, "markup", "margin"), 5.45 / 6.45, "0.844961",
                "5.45 / 6.45 = 0.84496: 545% over cost is a margin of 84.5%"),
        Example((0.8, "margin", "markup"), 4.0, "4.00", "0.8 / 0.2 = 4"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "wanted", "given and wanted are the same; name in wanted what x is to become",
              (0.3, "margin"),
              lambda given, wanted: given == wanted),
        Fault(ErrorKind.DIV0, "x", "a markup of -1 leaves no revenue to take a margin on", (-1,),
              lambda x, given: (x == -1) & (given == "markup")),
        Fault(ErrorKind.DIV0, "x", "a margin of 1 leaves no cost to take a markup on",
              (1, "margin", "markup"),
              lambda x, given: (x == 1) & (given == "margin")),
    ),
    cautions=(
        Caution("x", "a markup below -1 or a margin above 1 means revenue or cost below 0; write 30% as 0.3",
                (30, "margin", "markup"),
                lambda x, given: (x > 1) if given == "margin" else (x < -1)),
    ),
    related=("CONTRIBUTION", "LTV_CAC"),
)  # fmt: skip
def markup(
    x: Annotated[Numbers, Arg("Profit as a share of cost or of revenue", RATIO)],
    given: Annotated[str, Word("What x is: markup is over cost, margin over revenue", ("markup", "margin"))],
    wanted: Annotated[str, Word("What to turn it into", ("margin", "markup"))],
) -> Numbers:
    """Markup (profit over cost) turned into margin (profit over revenue), or back.

    Chinese disclosures often state profit over cost; the default turns it into
    the margin on revenue, which cannot exceed 1. Cost is revenue / (1 + markup),
    or revenue * (1 - margin). To turn a margin back both words are needed.
    """
    return x / (1 + x) if given == "markup" else x / (1 - x)
