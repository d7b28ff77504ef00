"""Acquisition: from the advertising budget to new users and what each cost."""

from __future__ import annotations

import numpy as np

from engine.blocks.months import Months, Values, over


def acquisition(v: Values, m: Months) -> Values:
    """The lines of the block but `cac_payer_m`, which needs the payers won."""
    budget = v["ad_spend"] * m.grown(v["ad_growth"])
    spend = m.taken("ad_spend_m", np.minimum(budget, v["channel_ceiling"] * v["cpa"]))
    bought = spend / v["cpa"]
    installs = m.taken("installs", bought / v["paid_share"])
    new = m.taken("new_total", installs * v["register_rate"])
    new_paid = np.minimum(new, bought * v["register_rate"])
    other = spend * v["other_sm_ratio"]
    return {
        "ad_budget": budget,
        "ad_spend_m": spend,
        "installs_paid": bought,
        "installs": installs,
        "new_total": new,
        "new_paid": new_paid,
        "new_organic": new - new_paid,
        "activated": new * v["d1_retention"],
        "other_sm": other,
        "cpa_m": over(spend, bought),
        "cac_paid_m": over(spend, new_paid),
        "cac_loaded_m": over(spend + other, new),
    }
