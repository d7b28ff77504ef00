"""TOKENS_PER_USER: what one monthly user reads and writes."""

from typing import Annotated

from engine.arguments import NOT_NEGATIVE, Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import DAYS_PER_MONTH, REQUESTS_PER_DAY, TOKENS_PER_REQUEST, TOKENS_PER_USER_MONTH


@worksheet(
    group="Cost",
    returns=TOKENS_PER_USER_MONTH,
    formula="requests_day * (tok_in + tok_out) * active_days",
    source="Driver model: tokens per request x requests x users",
    examples=(
        Example(
            (5, 1500, 500, 4.53), 45_300.0, "45,300", "4.53 days = 0.151 x 30; 5 x 2,000 x 4.53 = 45,300"
        ),
    ),
    related=("COST_PER_REQUEST", "GPU_COST_PER_MAU", "GPUS_NEEDED"),
)
def tokens_per_user(
    requests_day: Annotated[
        Numbers, Arg("Requests a user makes on an active day", REQUESTS_PER_DAY, NOT_NEGATIVE)
    ],
    tok_in: Annotated[Numbers, Arg("Input tokens of a request", TOKENS_PER_REQUEST, NOT_NEGATIVE)],
    tok_out: Annotated[Numbers, Arg("Output tokens of a request", TOKENS_PER_REQUEST, NOT_NEGATIVE)],
    active_days: Annotated[Numbers, Arg("Days a monthly user is active", DAYS_PER_MONTH, NOT_NEGATIVE)],
) -> Numbers:
    """Tokens that one monthly user consumes in a month."""
    return requests_day * (tok_in + tok_out) * active_days
