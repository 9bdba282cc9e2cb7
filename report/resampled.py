"""Drawing employers anew: how a statistic would have come out with other employers; pure, seeded.

The vacancies of one employer are alike, so whole employers are drawn: drawing vacancies singly would claim a certainty that is
not there. Draws are made in blocks and not kept; two facts spare most of the work, and neither changes what is drawn:
employers with equal values are one class, of which only the number drawn matters; and a median lies where the draws cross one
half, so only the values near there are summed up one by one.
"""

from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np

from report.ads import Flags, Floats, Ints

_CELLS = 500_000  #: of one block of draws: 4 MB, which stay in the processor's cache
_CLASSES = 6  #: employers per class, from which on drawing classes is the quicker way
_WIDE = 4096  #: values, up to which all are summed up
_SPREADS = 6.0  #: standard errors on either side of the middle that are looked at; what lies beyond is found the long way


class Resampling:
    """Draws as many employers as there are, again and again.

    Args:
        draws: How often.
        rng: Random numbers; each use takes further ones.
    """

    def __init__(self, draws: int, rng: np.random.Generator) -> None:
        self._draws, self._rng = draws, rng

    def counts(self, employers: int, width: int = 0) -> Iterator[Floats]:
        """How often each employer is drawn, in blocks of rows that sum to `employers`; `width`: cells that a row will need."""
        step = max(1, _CELLS // max(employers, width))
        for start in range(0, self._draws, step):
            rows = min(step, self._draws - start)
            drawn = self._rng.integers(0, employers, size=(rows, employers), dtype=np.int32)
            drawn += (np.arange(rows, dtype=np.int32) * employers)[:, None]
            yield np.bincount(drawn.ravel(), minlength=rows * employers).reshape(rows, employers).astype(np.float64)

    def means(self, values: Floats) -> Floats:
        """Mean over employers of each column in each draw; one row of values per employer."""
        employers = len(values)
        classes, sizes = np.unique(values, axis=0, return_counts=True)
        if len(classes) * _CLASSES > employers:
            return np.concatenate([_sums(counts, values) / employers for counts in self.counts(employers)])
        step = _CELLS // len(classes) + 1
        rows = (min(step, self._draws - start) for start in range(0, self._draws, step))
        share = sizes / employers
        drawn = (self._rng.multinomial(employers, share, size=size) for size in rows)
        return np.concatenate([_sums(counts.astype(np.float64), classes) / employers for counts in drawn])

    def medians(self, medians: Sequence["Median"], employers: int) -> list[Floats]:
        """Each median of each draw; all of them see the same draws."""
        width = max(one.width for one in medians)
        blocks = [[one(counts) for one in medians] for counts in self.counts(employers, width)]
        return [np.concatenate(parts) for parts in zip(*blocks, strict=True)]


class Median:
    """The employer-weighted median: sorted once, then only weights change.

    Args:
        values: One per vacancy.
        groups: Number of its employer.
    """

    def __init__(self, values: Floats, groups: Ints) -> None:
        order = np.argsort(values, kind="stable")
        self._values, self._employer = values[order], groups[order]
        self._share = 1.0 / np.bincount(groups)
        self._from, self._to = self._near()
        self._before = np.bincount(self._employer[: self._from], minlength=len(self._share)) * self._share

    @property
    def width(self) -> int:
        """Values that are summed up in each draw."""
        return self._to - self._from

    def __call__(self, counts: Floats) -> Floats:
        """Of each row of counts."""
        found, sure = self._crossing(counts, self._from, self._to, _sums(counts, self._before[:, None])[:, 0])
        for row in np.flatnonzero(~sure):  # about one draw in a thousand million
            found[row] = self._crossing(counts[row : row + 1], 0, len(self._values), np.zeros(1))[0][0]
        return found

    def _crossing(self, counts: Floats, start: int, end: int, before: Floats) -> tuple[Floats, Flags]:
        """Where the weight reaches one half, and whether that is sure to lie between the two places."""
        half = counts.shape[1] / 2
        slack = half * 1e-9
        sums = np.cumsum((counts * self._share)[:, self._employer[start:end]], axis=1)
        sums += before[:, None]
        lower, upper = np.argmax(sums >= half - slack, axis=1), np.argmax(sums > half + slack, axis=1)
        values = self._values[start:end]
        sure = (sums[:, -1] > half + slack) & ((before < half - slack) | (start == 0))
        return np.asarray((values[lower] + values[upper]) / 2, dtype=np.float64), sure

    def _near(self) -> tuple[int, int]:
        """Places between which the median lies in nearly every draw."""
        size, employers = len(self._values), len(self._share)
        if size <= _WIDE:
            return 0, size
        reached = np.cumsum(self._share[self._employer]) / employers
        middle = int(np.searchsorted(reached, 0.5))
        below = np.bincount(self._employer[:middle], minlength=employers) * self._share
        reach = _SPREADS * float(below.std()) / sqrt(employers)
        near = np.searchsorted(reached, (0.5 - reach, 0.5 + reach))
        return int(near[0]), min(size, int(near[1]) + 1)


def _sums(counts: Floats, values: Floats) -> Floats:
    """Values summed as often as they were drawn; without a matrix library, whose threads fight for a busy processor."""
    return np.asarray(np.einsum("de,ev->dv", counts, values), dtype=np.float64)
