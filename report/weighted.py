"""Statistics in which every employer weighs 1; pure numpy on arrays, the random generator is a parameter.

`groups` numbers the employers 0 … E-1, one entry per vacancy. Resampling draws whole employers, since the vacancies of one
employer are alike: resampling vacancies singly would claim a certainty that is not there.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Pair = tuple[float, float]

_CHUNK = 2_000_000  #: cells of one block of resampled weights, 16 MB


def numbered(keys: Iterable[str]) -> Ints:
    """Number the employers by their sorted keys.

    >>> numbered(["b", "a", "b"]).tolist()
    [1, 0, 1]
    """
    _, numbers = np.unique(np.array(list(keys), dtype=object).astype(str), return_inverse=True)
    return numbers.astype(np.int64)


def weights(groups: Ints) -> Floats:
    """Weight of each vacancy: the employers weigh the same, their vacancies share alike; the sum is 1."""
    sizes = np.bincount(groups)
    return 1.0 / (sizes[groups] * np.count_nonzero(sizes))


def means(values: Floats, groups: Ints) -> Floats:
    """Mean of the values of each employer, in the order of their numbers."""
    return np.asarray(np.bincount(groups, weights=values) / np.bincount(groups), dtype=np.float64)


def resample(employers: int, draws: int, rng: np.random.Generator) -> Ints:
    """How often each employer is drawn: one row per draw, each row sums to `employers`."""
    return rng.multinomial(employers, np.full(employers, 1.0 / employers), size=draws).astype(np.int64)


def share_draws(flags: Flags, groups: Ints, counts: Ints) -> Floats:
    """The employer-weighted share in each resample."""
    return np.asarray(counts @ means(flags.astype(np.float64), groups) / counts.shape[1], dtype=np.float64)


def median(values: Floats, weight: Floats) -> float:
    """Weighted median; the middle between two values where exactly half lies on either side.

    >>> median(np.array([1.0, 2.0, 10.0, 4.0]), np.full(4, 0.25))
    3.0
    """
    order = np.argsort(values, kind="stable")
    return float(_medians(values[order], weight[order][None, :])[0])


def median_draws(values: Floats, groups: Ints, counts: Ints) -> Floats:
    """The employer-weighted median in each resample: sorted once, then only weights change."""
    order = np.argsort(values, kind="stable")
    ordered, employer = values[order], groups[order]
    share = 1.0 / np.bincount(groups)
    step = max(1, _CHUNK // len(values))
    blocks = (counts[start : start + step] * share for start in range(0, len(counts), step))
    return np.concatenate([_medians(ordered, block[:, employer]) for block in blocks])


def _medians(ordered: Floats, weight: Floats) -> Floats:
    """Medians of sorted values under each row of weights."""
    sums = np.cumsum(weight, axis=1)
    half = sums[:, -1:] / 2
    slack = sums[:, -1:] * 1e-9
    lower = np.argmax(sums >= half - slack, axis=1)
    upper = np.argmax(sums > half + slack, axis=1)
    return np.asarray((ordered[lower] + ordered[upper]) / 2, dtype=np.float64)


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


def total(flags: Flags, weight: Floats) -> float:
    """Summed weight of the marked, free of the last digits' noise: a half is a half.

    >>> total(np.ones(10, dtype=bool), np.full(10, 0.1))
    1.0
    """
    return round(float(flags @ weight), 12)


def turnbull(low: Floats, high: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Nonparametric maximum likelihood for interval-censored values (Turnbull 1976), by expectation maximisation.

    Args:
        low: Lower ends; equal to the upper end where the value is exact. Intervals are closed.
        high: Upper ends; infinity where open.
        weight: Of each interval.

    Returns:
        Lower ends, upper ends and masses of the innermost intervals, which alone may carry mass.

    >>> left, right, mass = turnbull(np.array([1.0, 1.0, 3.0]), np.array([1.0, 3.0, 3.0]), np.ones(3))
    >>> left.tolist(), mass.round(3).tolist()
    ([1.0, 3.0], [0.5, 0.5])
    """
    left, right = _innermost(low, high)
    inside = (low[:, None] <= left) & (right <= high[:, None])
    mass = np.full(len(left), 1.0 / len(left))
    total = weight.sum()
    for _ in range(5000):
        fit = inside * mass
        new = (weight[:, None] * fit / fit.sum(axis=1, keepdims=True)).sum(axis=0) / total
        moved = float(np.abs(new - mass).max())
        mass = new
        if moved < 1e-9:
            break
    return left, right, mass


def _innermost(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Pairs of a lower end directly followed by an upper end, with no other end between them."""
    ends: Sequence[tuple[float, int]] = sorted({(float(x), 0) for x in low} | {(float(x), 1) for x in high})
    pairs = [(a[0], b[0]) for a, b in pairwise(ends) if (a[1], b[1]) == (0, 1)]
    return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
