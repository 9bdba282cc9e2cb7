"""What the word lists find in one sentence, which no entry may leave; remembered, as ads share many of their sentences."""

from collections.abc import Mapping
from functools import cache, lru_cache

from scraper.normalise import words
from scraper.normalise.lexicon import Lexicon, Walk, ends

#: lists searched together
LISTS = (
    *("leads", "work_time", "contract", "agency", "remote", "shift", "level", "entry"),
    *("skills", "elsewhere", "training", "sector", "scope", "languages", "languages_plus", "languages_level"),
)
#: hits of one list that are kept in one sentence: no real one has more, and readers may look at all of it for each
_MOST = 60
Hits = Mapping[str, tuple[words.Hit, ...]]


@lru_cache(maxsize=words.SENTENCES)
def hits(low: str) -> Hits:
    """Hits in folded text by list, in order of place; of those that begin together the longest comes first.

    >>> [hit.value for hit in hits("kein sap, aber gern teilzeit")["work_time"]]
    ['part_time']
    """
    found: dict[str, list[words.Hit]] = {}
    size = len(low)
    for place, begun in _walk()(low):
        for part, end in ends(begun, low, place, size):
            found.setdefault(part.name, []).append(words.Hit(part.word.value, place, end, part.word))
    return {name: tuple(sorted(here, key=_order)[:_MOST] if len(here) > 1 else here) for name, here in found.items()}


def _order(hit: words.Hit) -> tuple[int, int]:
    return hit.start, -hit.end


@cache
def _walk() -> Walk:
    return Walk(Lexicon(words.parts(LISTS)))
