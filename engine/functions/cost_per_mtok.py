"""COST_PER_MTOK: what a million tokens cost to serve."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import GPUS, MONEY_PER_GPU_HOUR, MONEY_PER_MTOK, RATIO, TOKENS_PER_SECOND

SECONDS_PER_HOUR = 3600
MILLION = 1e6


@worksheet(
    group="Cost",
    returns=MONEY_PER_MTOK,
    formula="gpu_hour * gpus / (tps * utilisation * 3600) * 1,000,000",
    source=(
        "Public serving-cost formula, hourly price over tokens an hour, divided by duty cycle "
        "(GMI Cloud; N. Mishra)"
    ),
    examples=(
        Example((14, 2400, 0.5), 14 / 4.32, "3.24074",
                "14 / (2,400 x 0.5 x 3,600) = 14 / 4.32m = 3.2407 per 1m tokens"),
        Example((1, 2400, 0.5), 1 / 4.32, "0.231481", "a price of 1 gives GPU-hours per 1m tokens"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "tps", "tps is 0, so the group serves no tokens", (14, 0, 0.5),
              lambda tps: tps == 0),
        Fault(ErrorKind.DIV0, "utilisation", "utilisation is 0, so the group serves no tokens", (14, 2400, 0),
              lambda utilisation: utilisation == 0),
    ),
    related=("COST_PER_REQUEST", "GPU_COST_PER_MAU", "GPU_HOUR_OWN", "GPUS_NEEDED"),
)  # fmt: skip
def cost_per_mtok(
    gpu_hour: Annotated[Numbers, Arg("Price of one GPU for an hour", MONEY_PER_GPU_HOUR, NOT_NEGATIVE)],
    tps: Annotated[
        Numbers, Arg("Tokens a second the group serves when busy", TOKENS_PER_SECOND, NOT_NEGATIVE)
    ],
    utilisation: Annotated[Numbers, Arg("Share of time the group is busy", RATIO, FRACTION)],
    gpus: Annotated[Numbers, Arg("GPUs in the group", GPUS, NOT_NEGATIVE, 1)],
) -> Numbers:
    """Cost of serving one million tokens.

    Idle time is charged, so utilisation must be given. Reading the prompt and
    writing the answer run at different speeds: call it once for each.
    """
    return gpu_hour * gpus / (tps * utilisation * SECONDS_PER_HOUR) * MILLION
