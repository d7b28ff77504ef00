"""DIST: a percentile of an uncertain figure."""

from collections.abc import Callable
from typing import Annotated

import numpy as np

from engine.arguments import Arg, Domain, Mask, Numbers, Word
from engine.distributions import KINDS, WANTED, bad, quantile, takes_three
from engine.errors import ErrorKind
from engine.registry import Example, Fault, worksheet
from engine.units import AS_GIVEN, RATIO


def _bad(*kinds: str) -> Callable[..., Mask | bool]:
    """Where the parameters of one of these kinds are out of order or out of range."""

    def when(kind: str, param1: Numbers, param2: Numbers, param3: Numbers) -> Mask | bool:
        return kind in kinds and bad(kind, param1, param2, param3)

    return when


@worksheet(
    group="Uncertainty",
    returns=AS_GIVEN,
    formula=(
        "tri: low + sqrt(p * (high - low) * (mode - low)) where p is below (mode - low) / (high - low), "
        "else high - sqrt((1 - p) * (high - low) * (high - mode)); "
        "pert: low + (high - low) * inverse beta(p, 1 + 4 * (mode - low) / (high - low), "
        "1 + 4 * (high - mode) / (high - low)); "
        "logn: P10 * (P90 / P10)^((1 + z(p) / z(0.9)) / 2); norm: mean + sd * z(p); "
        "uniform: low + p * (high - low); z is the standard normal quantile"
    ),
    source="Inverse transform; PERT as a beta distribution after D. Malcolm and others (1959), weight 4",
    examples=(
        Example((0.5, "tri", 10, 12, 30), 30 - float(np.sqrt(180)), "16.5836",
                "(12 - 10) / 20 = 0.1 < 0.5: 30 - sqrt(0.5 x 20 x 18) = 30 - 13.4164"),
        Example((0.5, "logn", 4, 20), float(np.sqrt(80)), "8.9443", "the median: sqrt(4 x 20)"),
        Example((0.5, "norm", 100, 15), 100.0, "100"),
        Example((0.25, "uniform", 10, 30), 15.0, "15", "10 + 0.25 x 20"),
        Example((0.5, "pert", 0, 5, 10), 5.0, "5", "symmetric, so the median is the mode"),
    ),
    faults=(
        Fault(ErrorKind.VALUE, "param3", "param3, the high end, is missing; tri and pert need it",
              (0.5, "tri", 10, 12),
              lambda kind, param3: takes_three(kind) & np.isnan(param3)),
        Fault(ErrorKind.VALUE, "param3", "param3 is given, but logn, norm and uniform take two parameters",
              (0.5, "uniform", 10, 12, 30),
              lambda kind, param3: (not takes_three(kind)) & ~np.isnan(param3)),
        Fault(ErrorKind.NUM, "param2", WANTED["tri"], (0.5, "tri", 12, 10, 30), _bad("tri", "pert")),
        Fault(ErrorKind.NUM, "param1", WANTED["logn"], (0.5, "logn", 0, 20), _bad("logn")),
        Fault(ErrorKind.NUM, "param2", WANTED["norm"], (0.5, "norm", 100, -15), _bad("norm")),
        Fault(ErrorKind.NUM, "param1", WANTED["uniform"], (0.5, "uniform", 30, 10), _bad("uniform")),
    ),
    related=("MC", "TORNADO"),
)  # fmt: skip
def dist(
    p: Annotated[
        Numbers, Arg("Probability of no more than the result; RAND() draws at random", RATIO,
                     Domain(above=0, below=1))
    ],
    kind: Annotated[str, Word("Distribution", KINDS, required=True)],
    param1: Annotated[
        Numbers, Arg("Low for tri, pert and uniform; 10th percentile for logn; mean for norm", AS_GIVEN)
    ],
    param2: Annotated[
        Numbers,
        Arg("Mode for tri and pert; 90th percentile for logn; standard deviation for norm; high for uniform",
            AS_GIVEN),
    ],
    param3: Annotated[Numbers, Arg("High for tri and pert; blank for the others", AS_GIVEN, default=None)],
) -> Numbers:  # fmt: skip
    """Value that an uncertain figure stays at or below with probability p.

    Low and high of tri, pert and uniform are never passed. A lognormal figure is
    given by its 10th and 90th percentile, as people estimate it, not by mean and
    deviation of its logarithm; one in ten is higher than the P90. PERT gives the
    mode four times the weight of an end. Feed p with RAND(), or with a fixed column
    of uniform numbers where results must not change.
    """
    return quantile(kind, p, param1, param2, param3)
