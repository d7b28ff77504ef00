"""API_REVENUE: tokens times price card, after cache, batch and discount."""

from typing import Annotated

import numpy as np

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Numbers
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import MONEY, MONEY_PER_MTOK, RATIO, TOKENS


@worksheet(
    group="Revenue",
    returns=MONEY,
    formula=(
        "(tok_in * (1 - cache_hit) * price_in + tok_in * cache_hit * price_cache + tok_out * price_out) "
        "/ per * (1 - batch_share * batch_disc) * (1 - discount)"
    ),
    source=(
        "Volume x price x actual discount (dingjiao-2025); DeepSeek's disclosure of one day, "
        "open-infra-index day 6"
    ),
    examples=(
        Example((608e9, 168e9, 0.55, 2.19, 0.563, 0.14), 146_132.8 + 47_922.56 + 367_920, "561,975.36",
                "in, no hit 146,132.80; in, hit 47,922.56; out 367,920; in all 561,975 (disclosed 562,027)"),
    ),
    faults=(
        Fault(ErrorKind.DIV0, "per", "per is 0; prices are for a number of tokens",
              (1, 1, 1, 1, 0, 0, 0, 0, 0, 0),
              lambda per: per == 0),
    ),
    related=("PRICE_BLEND", "COST_PER_REQUEST", "COST_PER_MTOK"),
)  # fmt: skip
def api_revenue(
    tok_in: Annotated[Numbers, Arg("Input tokens billed in the period", TOKENS, NOT_NEGATIVE)],
    tok_out: Annotated[Numbers, Arg("Output tokens billed in the period", TOKENS, NOT_NEGATIVE)],
    price_in: Annotated[Numbers, Arg("Price of `per` input tokens", MONEY_PER_MTOK, NOT_NEGATIVE)],
    price_out: Annotated[Numbers, Arg("Price of `per` output tokens", MONEY_PER_MTOK, NOT_NEGATIVE)],
    cache_hit: Annotated[Numbers, Arg("Share of input tokens read from the cache", RATIO, FRACTION, 0)],
    price_cache: Annotated[
        Numbers,
        Arg("Price of `per` cached input tokens; price_in when blank", MONEY_PER_MTOK, NOT_NEGATIVE, None),
    ],
    batch_share: Annotated[Numbers, Arg("Share of volume sold as batch", RATIO, FRACTION, 0)],
    batch_disc: Annotated[Numbers, Arg("Discount on batch volume", RATIO, FRACTION, 0.5)],
    discount: Annotated[Numbers, Arg("Discount on the whole bill", RATIO, FRACTION, 0)],
    per: Annotated[
        Numbers, Arg("Tokens a price is for; 1,000 for most Chinese lists", TOKENS, NOT_NEGATIVE, 1e6)
    ],
) -> Numbers:
    """Revenue from metered tokens.

    Prices are per 1,000,000 tokens unless `per` says otherwise. Batch volume is
    half price unless batch_disc says otherwise.
    """
    cached = np.where(np.isnan(price_cache), price_in, price_cache)
    bill = tok_in * (1 - cache_hit) * price_in + tok_in * cache_hit * cached + tok_out * price_out
    return bill / per * (1 - batch_share * batch_disc) * (1 - discount)
