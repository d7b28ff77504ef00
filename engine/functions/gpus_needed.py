"""GPUS_NEEDED: how many GPUs carry the peak."""

from typing import Annotated

import numpy as np

from engine.arguments import NOT_NEGATIVE, Arg, Domain, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import GPUS, RATIO, TOKENS_PER_SECOND

# A fraction of a GPU smaller than this share of the fleet is rounding, and buys none.
_ROUNDING = 1e-12


@worksheet(
    group="Cost",
    returns=GPUS,
    formula="avg_tps * peak_to_avg / (tps_per_gpu * max_util) * (1 + spare), rounded up",
    source="Capacity planning; peaks and idle capacity (toubukeji-2024-05)",
    examples=(
        Example((100_000, 3, 1000, 0.8, 0.1), 413.0, "413", "300,000 / 800 = 375; x 1.1 = 412.5, so 413"),
        Example((20_000, 2, 500, 0.7, 0.05), 120.0, "120",
                "40,000 / 350 x 1.05 = 120, where rounding must not buy one more"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "tps_per_gpu", "tps_per_gpu is 0, so no number of GPUs is enough",
              (100_000, 3, 0),
              lambda tps_per_gpu: tps_per_gpu == 0),
    ),
    related=("IDLE_COST", "COST_PER_MTOK", "GPU_HOUR_OWN", "TOKENS_PER_USER"),
)  # fmt: skip
def gpus_needed(
    avg_tps: Annotated[Numbers, Arg("Tokens a second, on average", TOKENS_PER_SECOND, NOT_NEGATIVE)],
    peak_to_avg: Annotated[Numbers, Arg("Peak load over average load, 1 or more", RATIO, Domain(low=1))],
    tps_per_gpu: Annotated[
        Numbers, Arg("Tokens a second one busy GPU serves", TOKENS_PER_SECOND, NOT_NEGATIVE)
    ],
    max_util: Annotated[
        Numbers,
        Arg("Share of its capacity a GPU may carry at the peak", RATIO, Domain(above=0, high=1), 0.8),
    ],
    spare: Annotated[Numbers, Arg("Spare GPUs, as a share on top", RATIO, NOT_NEGATIVE, 0)],
) -> Numbers:
    """Whole GPUs that carry the peak load with headroom and spares.

    At the peak a GPU runs at max_util, since latency suffers above it; the rest
    of the day it idles, which IDLE_COST prices.
    """
    exact = avg_tps * peak_to_avg / (tps_per_gpu * max_util) * (1 + spare)
    nearest = np.rint(exact)
    return np.where(np.abs(exact - nearest) <= _ROUNDING * nearest, nearest, np.ceil(exact))
