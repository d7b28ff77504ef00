"""GPU_COST_PER_MAU: what one monthly user costs in compute."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import DAYS_PER_MONTH, MONEY_PER_REQUEST, MONEY_PER_USER_MONTH, RATIO, REQUESTS_PER_DAY


@worksheet(
    group="Cost",
    returns=MONEY_PER_USER_MONTH,
    formula="requests_day * active_days * cost_per_request * idle_factor; with two arguments: bill / mau",
    source="Fact F000-44: about 1m a month per 1m users",
    examples=(
        Example((5, 4.53, 0.02, 1.6), 0.7248, "0.7248",
                "5 x 4.53 x 0.02 x 1.6 = 0.7248; per DAU 0.7248/0.151 = 4.80"),
        Example((1_000_000, 1_000_000), 1.0, "1", "a bill of 1m a month over 1m users"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "cost_per_request",
              "idle_factor goes with cost_per_request, which is missing", (5, 4.5, None, 1.6),
              lambda cost_per_request, idle_factor: np.isnan(cost_per_request) & (idle_factor != 1)),
        Fault(ErrorKind.DIV0, "active_days", "mau is 0, so there is nobody to spread the bill over",
              (1_000_000, 0),
              lambda active_days, cost_per_request: np.isnan(cost_per_request) & (active_days == 0)),
    ),
    related=("COST_PER_REQUEST", "COST_PER_MTOK", "IDLE_COST", "STICKINESS"),
)  # fmt: skip
def gpu_cost_per_mau(
    requests_day: Annotated[
        Numbers,
        Arg(
            "Requests on an active day; or the compute bill of the month",
            REQUESTS_PER_DAY,
            NOT_NEGATIVE,
            alias="bill",
        ),
    ],
    active_days: Annotated[
        Numbers,
        Arg("Days a monthly user is active; or the monthly users", DAYS_PER_MONTH, NOT_NEGATIVE, alias="mau"),
    ],
    cost_per_request: Annotated[
        Numbers,
        Arg("Cost of a request; leave blank to divide bill by mau", MONEY_PER_REQUEST, NOT_NEGATIVE, None),
    ],
    idle_factor: Annotated[
        Numbers, Arg("Capacity provisioned over capacity used, 1 or more", RATIO, Domain(low=1), 1)
    ],
) -> Numbers:
    """Compute cost of one monthly user for a month.

    Built up from requests, active days and cost; with two arguments a bill is
    divided by the users it served. Per daily user: divide by stickiness.
    """
    built_up = requests_day * active_days * cost_per_request * idle_factor
    return np.where(np.isnan(cost_per_request), requests_day / active_days, built_up)
