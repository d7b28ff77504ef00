"""COST_PER_REQUEST: what one request costs to serve."""

from typing import Annotated

import numpy as np

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import MONEY_PER_MTOK, MONEY_PER_REQUEST, RATIO, TOKENS_PER_REQUEST

MILLION = 1e6


@worksheet(
    group="Cost",
    returns=MONEY_PER_REQUEST,
    formula=(
        "(tok_in * (1 - cache_hit) * cost_in + tok_in * cache_hit * cost_cache + tok_out * cost_out) "
        "/ 1,000,000"
    ),
    source="Token accounting",
    examples=(
        Example(
            (1500, 500, 1, 4, 0.5, 0.1),
            2825e-6,
            "0.002825",
            "750 x 1 + 750 x 0.1 + 500 x 4 = 2,825 per million",
        ),
    ),
    related=("COST_PER_MTOK", "GPU_COST_PER_MAU", "API_REVENUE"),
)
def cost_per_request(
    tok_in: Annotated[Numbers, Arg("Input tokens of the request", TOKENS_PER_REQUEST, NOT_NEGATIVE)],
    tok_out: Annotated[Numbers, Arg("Output tokens of the request", TOKENS_PER_REQUEST, NOT_NEGATIVE)],
    cost_in: Annotated[Numbers, Arg("Cost of 1m input tokens", MONEY_PER_MTOK, NOT_NEGATIVE)],
    cost_out: Annotated[Numbers, Arg("Cost of 1m output tokens", MONEY_PER_MTOK, NOT_NEGATIVE)],
    cache_hit: Annotated[Numbers, Arg("Share of input tokens read from the cache", RATIO, FRACTION, 0)],
    cost_cache: Annotated[
        Numbers, Arg("Cost of 1m cached input tokens; cost_in when blank", MONEY_PER_MTOK, NOT_NEGATIVE, None)
    ],
) -> Numbers:
    """Cost of serving one request."""
    cached = np.where(np.isnan(cost_cache), cost_in, cost_cache)
    return (tok_in * (1 - cache_hit) * cost_in + tok_in * cache_hit * cached + tok_out * cost_out) / MILLION
