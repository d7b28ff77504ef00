"""GPU_HOUR_OWN: what an hour of one's own GPU costs."""

from typing import Annotated

from engine.arguments import FRACTION, NOT_NEGATIVE, Arg, Domain, Numbers
from engine.registry import Example, worksheet
from engine.units import KILOWATTS_PER_GPU, MONEY_PER_GPU, MONEY_PER_GPU_HOUR, MONEY_PER_KWH, RATIO, YEARS

HOURS_PER_YEAR = 8760


@worksheet(
    group="Cost",
    returns=MONEY_PER_GPU_HOUR,
    formula=(
        "(capex * (1 - residual) / years / 8,760 + kw * pue * kwh_price + capex * opex_rate / 8,760) "
        "/ utilisation"
    ),
    source="Decision model in the README of wolfiesch/gpu-unit-economics",
    examples=(
        Example((250_000, 0.1, 4, 0.7, 1.3, 0.6, 0.05, 0.6),
                (225_000 / 35_040 + 0.546 + 12_500 / 8760) / 0.6, "13.9903",
                "depreciation 225,000/35,040 = 6.4212; power 0.7 x 1.3 x 0.6 = 0.5460; "
                "upkeep 12,500/8,760 = 1.4269; sum 8.3942 / 0.6 = 13.9903"),
        Example((250_000, 0.1, 4, 0.7, 1.3, 0.6, 0.05, 1), 225_000 / 35_040 + 0.546 + 12_500 / 8760, "8.3942",
                "the same hour, used or not"),
    ),
    related=("LEASE_VS_BUY", "LEASE_PMT", "COST_PER_MTOK", "IDLE_COST"),
)  # fmt: skip
def gpu_hour_own(
    capex: Annotated[
        Numbers, Arg("Price of one GPU with its share of server and network", MONEY_PER_GPU, NOT_NEGATIVE)
    ],
    residual: Annotated[Numbers, Arg("Value at the end, as a share of capex", RATIO, FRACTION)],
    years: Annotated[Numbers, Arg("Years in service", YEARS, Domain(above=0))],
    kw: Annotated[Numbers, Arg("Power drawn by one GPU with its share", KILOWATTS_PER_GPU, NOT_NEGATIVE)],
    pue: Annotated[
        Numbers, Arg("Power of the site over power of its servers (PUE), 1 or more", RATIO, Domain(low=1))
    ],
    kwh_price: Annotated[Numbers, Arg("Price of electricity", MONEY_PER_KWH, NOT_NEGATIVE)],
    opex_rate: Annotated[
        Numbers, Arg("Hosting, staff and repairs a year, as a share of capex", RATIO, NOT_NEGATIVE)
    ],
    utilisation: Annotated[Numbers, Arg("Share of hours in use", RATIO, Domain(above=0, high=1))],
) -> Numbers:
    """Cost of one hour in use of a GPU that is owned.

    Depreciation is straight, power is paid in idle hours too, and interest on
    capex is not in it (LEASE_VS_BUY has it). All cost is borne by the hours in
    use; with utilisation 1 it is the cost of an hour, used or not.
    """
    yearly = capex * (1 - residual) / years + capex * opex_rate
    return (yearly / HOURS_PER_YEAR + kw * pue * kwh_price) / utilisation
