"""Hits of the word lists in an ad, list by list, each with its sentence."""

from functools import lru_cache
from typing import NamedTuple

from scraper.model import Evidence
from scraper.normalise import words
from scraper.normalise.ad import Ad, Segment, segments
from scraper.normalise.ad import evidence as _evidence
from scraper.normalise.hits import hits


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


def scan(name: str, ad: Ad) -> tuple[tuple[Segment, words.Hit], ...]:
    """All hits of a list in title and text, in order, each with its segment."""
    return tuple((segment, hit) for segment, _, hit in _all(ad).get(name, ()))


@lru_cache(maxsize=256)
def found(ad: Ad, name: str) -> tuple[Found, ...]:
    """The same with the number of the segment."""
    return tuple(Found(hit.value, hit.start, hit.end, segment, number) for segment, number, hit in _all(ad).get(name, ()))


@lru_cache(maxsize=32)
def _all(ad: Ad) -> dict[str, list[tuple[Segment, int, words.Hit]]]:
    lists: dict[str, list[tuple[Segment, int, words.Hit]]] = {}
    for number, segment in enumerate(segments(ad)):
        for name, here in segment.hits.items():
            lists.setdefault(name, []).extend([(segment, number, hit) for hit in here])
    return lists


def in_text(text: str, name: str) -> tuple[str, ...]:
    """Values of a list in any other text, in order of place; of hits that begin together the longest comes first."""
    return tuple(hit.value for hit in hits(words.fold(text)).get(name, ()))
