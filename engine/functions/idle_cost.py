"""IDLE_COST: what capacity costs that nobody uses."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import GPUS, HOURS_PER_MONTH, MONEY_PER_GPU_HOUR, MONEY_PER_MONTH

# A fleet that is just enough may seem a little too small by rounding.
_ROUNDING = 1e-12


@worksheet(
    group="Cost",
    returns=MONEY_PER_MONTH,
    formula="(fleet - avg_used) * gpu_hour * hours",
    source="Capacity planning; peaks and idle capacity (toubukeji-2024-05)",
    examples=(
        Example((413, 125, 14), 2_943_360.0, "2,943,360", "288 x 14 x 730 = 2,943,360 a month"),
    ),
    faults=(
        Fault(ErrorKind.NUM, "avg_used", "avg_used is more than fleet, of which it is a part", (10, 20, 14),
              lambda avg_used, fleet: avg_used > fleet * (1 + _ROUNDING)),
    ),
    related=("GPUS_NEEDED", "GPU_HOUR_OWN", "COST_PER_MTOK"),
)  # fmt: skip
def idle_cost(
    fleet: Annotated[Numbers, Arg("GPUs paid for", GPUS, NOT_NEGATIVE)],
    avg_used: Annotated[Numbers, Arg("GPUs in use on average", GPUS, NOT_NEGATIVE)],
    gpu_hour: Annotated[Numbers, Arg("Price of one GPU for an hour", MONEY_PER_GPU_HOUR, NOT_NEGATIVE)],
    hours: Annotated[Numbers, Arg("Hours in the month", HOURS_PER_MONTH, NOT_NEGATIVE, 730)],
) -> Numbers:
    """Monthly cost of GPUs that are paid for but not in use.

    A month has 730 hours (8,760 / 12) unless hours says otherwise.
    """
    return np.maximum(fleet - avg_used, 0.0) * gpu_hour * hours
