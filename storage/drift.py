"""Whether a source has stopped saying something: pay, place or description missing from far more ads than usual. Pure.

A site that renames a field answers every request, lists every ad, and yields ads without pay. Nothing else would notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

RUNS = 5  # ok runs that make up the usual
LEAST_USUAL = 20  # ads read in them together, before anything can be called usual
HALF = 0.5  # of the usual share: less than that is drift, if it is no chance
CHANCE = 1e-3  # the probability of so few ads by chance alone below which we doubt the reader, not the market
CLUSTER = 2  # ads come in batches of one employer, alike in what they say: so many count as one


@dataclass(frozen=True, slots=True)
class Filled:
    """How many of the ads read in a run say what."""

    read: int  #: ads whose text or fields were read; those only seen in a listing are left out
    with_pay: int
    with_place: int
    with_description: int


NAMES = {"with_pay": "pay", "with_place": "a place", "with_description": "a description"}


def drift(now: Filled, before: Sequence[Filled]) -> str | None:
    """What a source has stopped saying; None if it speaks as usual, or too little was read to tell.

    Args:
        now: The run in question.
        before: Its latest ok runs, newest first.

    >>> usual = [Filled(40, 20, 40, 40)] * 5
    >>> drift(Filled(30, 0, 30, 30), usual)
    '0 of 30 ads have pay where 50 % are usual'
    >>> drift(Filled(30, 12, 30, 29), usual) is None, drift(Filled(5, 0, 5, 5), usual) is None
    (True, True)
    """
    latest = before[:RUNS]
    read = sum(one.read for one in latest)
    if read < LEAST_USUAL or not now.read:
        return None
    for field, name in NAMES.items():
        share = sum(getattr(one, field) for one in latest) / read
        found = getattr(now, field)
        if found < HALF * share * now.read and _chance(found, now.read, min(share, 1 - 1 / (read + 1))) < CHANCE:
            return f"{found} of {now.read} ads have {name} where {share:.0%} are usual".replace("%", " %")
    return None


def _chance(found: int, read: int, share: float) -> float:
    """Probability of at most so many by chance, each ad counting as a part of a batch of `CLUSTER`."""
    tries, most = read // CLUSTER, found // CLUSTER
    return sum(comb(tries, k) * share**k * (1 - share) ** (tries - k) for k in range(most + 1))
