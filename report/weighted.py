"""Statistics in which every employer weighs 1; pure numpy on arrays, the random generator is a parameter.

`groups` numbers the employers 0 … E-1, one entry per vacancy. What resampling draws is whole employers (`report.resampled`).
"""

from math import sqrt
from statistics import NormalDist

import numpy as np

from report.ads import Codes, Flags, Floats, Ints

Pair = tuple[float, float]


def renumbered(codes: Codes | Ints) -> Ints:
    """Close the gaps that choosing some employers leaves in their numbers; their order stays.

    >>> renumbered(np.array([7, 3, 7])).tolist()
    [1, 0, 1]
    """
    there = np.zeros(int(codes.max()) + 1 if len(codes) else 0, dtype=np.bool_)
    there[codes] = True
    return np.asarray((np.cumsum(there) - 1)[codes], dtype=np.int64)


def weights(groups: Ints) -> Floats:
    """Weight of each vacancy: the employers weigh the same, their vacancies share alike; the sum is 1."""
    sizes = np.bincount(groups)
    return 1.0 / (sizes[groups] * np.count_nonzero(sizes))


def means(values: Floats | Flags, groups: Ints) -> Floats:
    """Mean of the values of each employer, in the order of their numbers."""
    return np.asarray(np.bincount(groups, weights=values) / np.bincount(groups), dtype=np.float64)


def total(flags: Flags, weight: Floats) -> float:
    """Summed weight of the marked, free of the last digits' noise: a half is a half.

    >>> total(np.ones(10, dtype=bool), np.full(10, 0.1))
    1.0
    """
    return round(float(weight[flags].sum()), 12)


def median(values: Floats, weight: Floats) -> float:
    """Weighted median; the middle between two values where exactly half lies on either side.

    >>> median(np.array([1.0, 2.0, 10.0, 4.0]), np.full(4, 0.25))
    3.0
    """
    order = np.argsort(values, kind="stable")
    ordered, sums = values[order], np.cumsum(weight[order])
    half, slack = sums[-1] / 2, sums[-1] * 1e-9
    lower, upper = np.searchsorted(sums, half - slack, "left"), np.searchsorted(sums, half + slack, "right")
    return float((ordered[lower] + ordered[upper]) / 2)


def interval(low: Floats, high: Floats, employers: int) -> Pair:
    """95 % interval from resamples of a lower and an upper estimate (equal where the ads leave nothing open).

    Percentiles, widened for few employers as in Hesterberg 2015 ("What teachers should know about the bootstrap", §5.3):
    the plain percentiles are too narrow by the factor that the t distribution corrects.
    """
    tail = 100 * tail_share(employers)
    with np.errstate(invalid="ignore"):  # open upper ends are infinite; between two of them there is nothing to interpolate
        return float(np.percentile(low, tail)), float(np.percentile(high, 100 - tail))


def tail_share(employers: int) -> float:
    """Share to cut off on either side, for 95 %: 0.025 for many employers, less for few.

    >>> round(tail_share(10), 4), round(tail_share(100000), 4)
    (0.0086, 0.025)
    """
    z, free = NormalDist().inv_cdf(0.975), employers - 1
    # Cornish-Fisher expansion of the t quantile, right to 0.001 from 9 degrees of freedom up
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    t += (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * free**3)
    return NormalDist().cdf(-t * sqrt(employers / free))


def share_interval(low: Floats, high: Floats, employers: int, estimate: Pair) -> Pair:
    """As `interval`, for shares: where all employers agree, resampling sees no spread, and the exact binomial bound stands in."""
    left, right = interval(low, high, employers)
    edge = 1 - 0.05 ** (1 / employers)  # exact one-sided bound for 0 of so many employers ("rule of three")
    if estimate[1] <= 0:
        right = max(right, edge)
    if estimate[0] >= 1:
        left = min(left, 1 - edge)
    return max(0.0, round(left, 12)), min(1.0, round(right, 12))
