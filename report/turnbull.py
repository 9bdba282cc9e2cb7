"""Pay anywhere in its posted range: the likeliest distribution that needs no assumption about its shape; pure."""

import numpy as np

from report.ads import Floats

_STEPS = 5000
_STILL = 1e-9  #: no mass moves by more: done
_WORK = 50_000_000  #: ends looked at in all; a hundred thousand different ranges get five hundred steps


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
    first, last = np.searchsorted(left, low, "left"), np.searchsorted(right, high, "right")  # those inside stand in a row
    size, whole = len(left), weight.sum()
    mass = np.full(size, 1.0 / size)
    for _ in range(min(_STEPS, _WORK // (len(low) + size))):
        sums = np.concatenate([[0.0], np.cumsum(mass)])
        share = weight / (sums[last] - sums[first])
        gained = np.cumsum(np.bincount(first, share, size + 1) - np.bincount(last, share, size + 1))[:size]
        new = mass * np.maximum(gained, 0.0) / whole
        moved = float(np.abs(new - mass).max())
        mass = new
        if moved < _STILL:
            break
    return left, right, mass


def _innermost(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Pairs of a lower end directly followed by an upper end, with no other end between them."""
    ends = np.concatenate([np.unique(low), np.unique(high)])
    upper = np.arange(len(ends)) >= len(np.unique(low))
    order = np.lexsort((upper, ends))
    ends, upper = ends[order], upper[order]
    pairs = np.flatnonzero(~upper[:-1] & upper[1:])
    return ends[pairs], ends[pairs + 1]
