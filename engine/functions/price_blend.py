"""PRICE_BLEND: one price for tokens in and out."""

from typing import Annotated

import numpy as np

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.registry import Example, worksheet
from engine.units import MONEY_PER_MTOK, RATIO


@worksheet(
    group="Revenue",
    returns=MONEY_PER_MTOK,
    formula=(
        "(in_out_ratio * ((1 - cache_hit) * price_in + cache_hit * price_cache) + price_out) "
        "/ (in_out_ratio + 1)"
    ),
    source="Practice of comparing price cards; prices of DeepSeek-V2, facts F004-20 and F004-21",
    examples=(
        Example((1, 2, 3), 1.25, "1.25", "(3 x 1 + 2) / 4 = 1.25 per 1m tokens"),
        Example((1, 2, 3, 0.5, 0.1), 3.65 / 4, "0.9125",
                "an input token costs 0.5 x 1 + 0.5 x 0.1 = 0.55; (3 x 0.55 + 2) / 4 = 0.9125"),
    ),
    related=("API_REVENUE", "COST_PER_MTOK", "COST_PER_REQUEST"),
)  # fmt: skip
def price_blend(
    price_in: Annotated[Numbers, Arg("Price of 1m input tokens", MONEY_PER_MTOK, NOT_NEGATIVE)],
    price_out: Annotated[Numbers, Arg("Price of 1m output tokens", MONEY_PER_MTOK, NOT_NEGATIVE)],
    in_out_ratio: Annotated[
        Numbers, Arg("Input tokens for each output token; 3 where it is not known", RATIO, NOT_NEGATIVE)
    ],
    cache_hit: Annotated[Numbers, Arg("Share of input tokens read from the cache", RATIO, FRACTION, 0)],
    price_cache: Annotated[
        Numbers,
        Arg("Price of 1m cached input tokens; price_in when blank", MONEY_PER_MTOK, NOT_NEGATIVE, None),
    ],
) -> Numbers:
    """Price of 1m tokens, input and output in the proportion they are used.

    The usual proportion of published comparisons is 3 to 1. It moves the result,
    so it has no default: state the one you take. For a price list per 1,000
    tokens multiply by 1,000 first.
    """
    cached = np.where(np.isnan(price_cache), price_in, price_cache)
    one_in = (1 - cache_hit) * price_in + cache_hit * cached
    return (in_out_ratio * one_in + price_out) / (in_out_ratio + 1)
