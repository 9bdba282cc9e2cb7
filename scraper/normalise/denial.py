"""What negation and softening reach: "keine Schicht", "Englisch wird nicht benötigt", "von Vorteil", within their own clause."""

import re
from functools import lru_cache

from scraper.normalise import words
from scraper.normalise.ad import Segment

_TURN = re.compile(r"[,;()]|\b(?:sondern|aber|nur|but|only)\b")
_CLAUSE = re.compile(r"[,;()]|\s[–—-]\s|:\s|\b(?:aber|sondern|doch|jedoch|but|sowie|während)\b")
#: "Homeoffice: nein", "Schichten – keine"
_ANSWER = re.compile(r" ?[:–-] ?(?:nein|keine?|nicht|no|leider nicht)(?![^\W_])")
_BEFORE, _AFTER = 60, 90  #: characters before and behind in which a denial may stand


def clause(segment: Segment, start: int, end: int) -> tuple[int, int]:
    """The part of a segment around `start`–`end` between commas, dashes, brackets and opposing conjunctions."""
    left, right = 0, len(segment.low)
    for begin, stop in _cuts(segment.low):
        if stop <= start:
            left = stop
        elif begin >= end:
            right = begin
            break
    return left, right


@lru_cache(maxsize=words.SENTENCES)
def _cuts(low: str) -> tuple[tuple[int, int], ...]:
    return tuple(cut.span() for cut in _CLAUSE.finditer(low))


def negated(segment: Segment, start: int, end: int) -> bool:
    """Whether the words at `start`–`end` are denied.

    >>> from scraper.normalise.ad import Ad, body
    >>> item = body(Ad(text="Keine Schichten, aber Homeoffice"))[0]
    >>> negated(item, 6, 15), negated(item, 22, 32)
    (True, False)
    """
    low = segment.low
    if not words.may_hold("negation", low):
        return False
    left, _ = clause(segment, start, end)
    before = words.find("negation", low, max(left, start - _BEFORE), start)
    if any(hit.value == "before" and not _TURN.search(low, hit.end, start) for hit in before):
        return True
    after = words.find("negation", low, end, end + _AFTER)
    return any(hit.value == "after" and not _TURN.search(low, end, hit.start) for hit in after) or bool(_ANSWER.match(low, end))


def softened(segment: Segment, start: int, end: int) -> bool:
    """Whether the words are only welcome ("von Vorteil"), judged within their own clause.

    >>> from scraper.normalise.ad import Ad, body
    >>> item = body(Ad(text="Sehr gute Deutschkenntnisse, Englisch von Vorteil"))[0]
    >>> softened(item, 10, 27), softened(item, 29, 37)
    (False, True)
    """
    left, right = clause(segment, start, end)
    return any(True for _ in words.find("softeners", segment.low, left, right))


def no_must(segment: Segment, start: int) -> bool:
    """Whether what follows in the segment says that this is no must."""
    return any(hit.value == "no_must" for hit in words.find("softeners", segment.low, start))
