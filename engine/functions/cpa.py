"""CPA: what one action bought from an advertising platform costs."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import ACTIONS, MONEY, MONEY_PER_ACTION


@worksheet(
    group="Acquisition",
    returns=MONEY_PER_ACTION,
    formula="spend / actions",
    source="Media-buying usage; fact F000-20 (about 10 CNY per acquired user)",
    examples=(Example((1_500_000, 150_000), 10.0, "10", "1,500,000 / 150,000 = 10 per action"),),
    faults=(
        Fault(ErrorKind.DIV0, "actions", "there are no actions to spread the spend over", (1000, 0),
              lambda actions: actions == 0),
    ),
    related=("CAC", "CAC_STAGE"),
)  # fmt: skip
def cpa(
    spend: Annotated[Numbers, Arg("Advertising spend of the period", MONEY, NOT_NEGATIVE)],
    actions: Annotated[
        Numbers, Arg("Actions bought with it: installs, registrations, as named", ACTIONS, NOT_NEGATIVE)
    ],
) -> Numbers:
    """Advertising spend per action bought.

    An action is what the platform bills: an install, a registration. It is not
    an acquired user, so a CPA is never mixed with a CAC: state the action.
    """
    return spend / actions
