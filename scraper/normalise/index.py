"""Entries of the larger word lists in the sentences of an ad, which they may not leave.

The words of the ad are walked once for all lists, in `scraper.normalise.ad`; here the entries that may begin at a word are tried.
"""

from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from scraper.model import Evidence
from scraper.normalise import words
from scraper.normalise.ad import WITHIN, Ad, Segment, begun, segments, within
from scraper.normalise.ad import evidence as _evidence
from scraper.normalise.lexicon import Part

LISTS = WITHIN
_NUMBER = {name: number for number, name in enumerate(LISTS)}
#: hits of one list that are kept in one sentence: no real one has more, and readers may look at all of it for each
_MOST = 60


class Found(NamedTuple):
    """An entry met in a segment; `start` and `end` count in the segment."""

    value: str
    start: int
    end: int
    segment: Segment
    number: int  #: of the segment in its ad

    def evidence(self, facet: str, value: str) -> Evidence:
        """Where it was read."""
        return _evidence(facet, value, self.segment, self.start, self.end)


def found(ad: Ad, name: str) -> tuple[Found, ...]:
    """Hits of list `name` in title and text, in order of place; the longer of two that begin together comes first."""
    return _all(ad)[_NUMBER[name]]


@lru_cache(maxsize=32)
def _all(ad: Ad) -> tuple[tuple[Found, ...], ...]:
    lists: tuple[list[Found], ...] = tuple([] for _ in LISTS)
    places, parts = begun(ad.text)
    for number, segment in enumerate(segments(ad)):
        if segment.where == "title" or _cut(ad.text, segment):
            here = [(place, parts) for place, (parts,) in within()(segment.low)]
        else:
            first, last = bisect_left(places, segment.start), bisect_left(places, segment.end)
            here = [(places[i] - segment.start, parts[i]) for i in range(first, last)]
        for name, hits in (_met(here, segment, number) if here else {}).items():
            lists[_NUMBER[name]].extend(sorted(hits, key=_order)[:_MOST])
    return tuple(tuple(hits) for hits in lists)


def _cut(text: str, segment: Segment) -> bool:
    """Whether the segment begins or ends within a word."""
    start, end = segment.start, segment.end
    return (start > 0 and text[start].isalnum() and text[start - 1].isalnum()) or (
        end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    )


def _met(here: list[tuple[int, tuple[Part, ...]]], segment: Segment, number: int) -> dict[str, list[Found]]:
    low = segment.low
    hits: dict[str, list[Found]] = {}
    for place, parts in here:
        for part in parts:
            if (match := part.regex.match(low, place)) and part.word.counts(low, place, match.end()):
                hits.setdefault(part.name, []).append(Found(part.word.value, place, match.end(), segment, number))
    return hits


def _order(hit: Found) -> tuple[int, int]:
    return hit.start, -hit.end


def in_text(text: str, name: str) -> tuple[str, ...]:
    """Values of list `name` in any other text, in order of place; of hits that begin together the longest comes first."""
    low = words.fold(text)
    hits = [
        (place, -match.end(), part.word.value)
        for place, (parts,) in within()(low)
        for part in parts
        if part.name == name and (match := part.regex.match(low, place)) and part.word.counts(low, place, match.end())
    ]
    return tuple(value for _, _, value in sorted(hits, key=lambda hit: hit[:2]))
