"""Find the entries of several word lists in one walk over an ad, whatever the lists' size.

`words.find` tries an entry at a time, which suits short lists. Here an entry is only tried where a word
begins with its first letters, so the cost is that of the words in the ad, not of the entries in the lists.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from scraper.model import Evidence
from scraper.normalise import words
from scraper.normalise.ad import Ad, Segment, segments
from scraper.normalise.ad import evidence as _evidence
from scraper.normalise.wording import translate

LISTS = ("skills", "elsewhere", "training", "sector", "scope", "languages", "languages_plus", "languages_level")
_WORD = re.compile(r"[^\W_]+")
#: hits of one list that are kept in one sentence: no real one has more, and readers may look at all of it for each
_MOST = 60
_HEAD = 5  #: letters by which entries are looked up
_REACH = 60  #: characters before a certain piece of a compound at which the compound may begin


@dataclass(frozen=True, slots=True)
class Found:
    """An entry met in a segment; `start` and `end` count in the segment."""

    value: str
    start: int
    end: int
    segment: Segment
    number: int  #: of the segment in its ad

    def evidence(self, facet: str, value: str) -> Evidence:
        """Where it was read."""
        return _evidence(facet, value, self.segment, self.start, self.end)


@dataclass(frozen=True, slots=True)
class _Part:
    """One way in which an entry can be written."""

    which: int  #: number of the list
    word: words.Word
    regex: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Table:
    """The lists, by how their entries begin."""

    heads: dict[str, tuple[_Part, ...]]  #: by the first letters, at most `_HEAD`
    tails: tuple[tuple[str, _Part], ...]  #: by a piece that must occur in the first word, where its beginning is open


def found(ad: Ad, name: str) -> tuple[Found, ...]:
    """Hits of list `name` in title and text, in order of place; the longer of two that begin together comes first."""
    return _all(ad)[LISTS.index(name)]


@lru_cache(maxsize=32)
def _all(ad: Ad) -> tuple[tuple[Found, ...], ...]:
    table = _table()
    lists: tuple[list[Found], ...] = tuple([] for _ in LISTS)
    whole = words.fold(f"{ad.title}\n{ad.text}").encode("latin-1", "replace")  # bytes are searched faster
    present = {literal for literal in {tail[0] for tail in table.tails} if literal.encode() in whole}
    tails = [tail for tail in table.tails if tail[0] in present]
    for number, segment in enumerate(segments(ad)):
        here: list[list[Found]] = [[] for _ in LISTS]
        for which, word, start, end in (*_by_head(segment.low), *_by_tail(tails, segment.low)):
            here[which].append(Found(word.value, start, end, segment, number))
        for hits, more in zip(lists, here, strict=True):
            hits.extend(sorted(more, key=lambda hit: (hit.start, -hit.end))[:_MOST])
    return tuple(tuple(hits) for hits in lists)


def in_text(text: str, name: str) -> tuple[str, ...]:
    """Values of list `name` in any other text, in order of place; of hits that begin together the longest comes first."""
    low = words.fold(text)
    which = LISTS.index(name)
    table = _table()
    hits = [hit for hit in (*_by_head(low), *_by_tail(table.tails, low)) if hit[0] == which]
    return tuple(word.value for _, word, _, _ in sorted(hits, key=lambda hit: (hit[2], -hit[3])))


_Raw = tuple[int, words.Word, int, int]


def _by_head(low: str) -> list[_Raw]:
    hits: list[_Raw] = []
    for begin in _WORD.finditer(low):
        place = begin.start()
        hits.extend(
            (part.which, part.word, place, match.end())
            for part in _candidates(low[place : place + _HEAD])
            if (match := part.regex.match(low, place)) and words.counts(part.word, low, place, match.end())
        )
    return hits


@lru_cache(maxsize=1 << 16)
def _candidates(letters: str) -> tuple[_Part, ...]:
    """What may begin with these letters; remembered, because ads begin their words alike."""
    heads = _table().heads
    return tuple(part for length in range(1, len(letters) + 1) for part in heads.get(letters[:length], ()))


def _by_tail(tails: Iterable[tuple[str, _Part]], low: str) -> list[_Raw]:
    hits: list[_Raw] = []
    for literal, part in tails:
        after = 0
        while (place := low.find(literal, after)) >= 0:
            after = place + len(literal)
            begin = place
            while begin and place - begin < _REACH and low[begin - 1].isalnum():
                begin -= 1
            if (match := part.regex.match(low, begin)) and words.counts(part.word, low, begin, match.end()):
                hits.append((part.which, part.word, begin, match.end()))
    return hits


@cache
def _table() -> _Table:
    heads: dict[str, list[_Part]] = {}
    tails: list[tuple[str, _Part]] = []
    for which, name in enumerate(LISTS):
        for word in words.load(name):
            for text in dict.fromkeys(_alternatives(word.pattern)):
                part = _Part(which, word, re.compile(translate(text)))
                begins = beginnings(text)
                if begins is None:
                    if len(certain := _certain(text)) < 3:
                        reason = "needs three letters that are certain, outside brackets"
                        raise words.BrokenWordList(f"{name}.toml", repr(text), reason)
                    tails.append((certain, part))
                for begin in begins or ():
                    heads.setdefault(begin, []).append(part)
    return _Table({key: tuple(value) for key, value in heads.items()}, tuple(tails))


def _alternatives(pattern: str) -> list[str]:
    """The pattern without the bracket it opens with, once for each alternative in it.

    >>> _alternatives("(a|b(c|d)) e")
    ['a e', 'b(c|d) e']
    """
    if not pattern.startswith("("):
        return [pattern]
    parts, depth, begun = [], 0, 1
    for place, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if (char == "|" and depth == 1) or (char == ")" and depth == 0):
            parts.append(pattern[begun:place])
            begun = place + 1
        if depth == 0:
            break
    rest = pattern[begun:]
    return [deeper for part in parts for deeper in _alternatives(part + rest)]


def _certain(pattern: str) -> str:
    """The longest run of letters that stands in the first word of every text the pattern matches."""
    depth, runs = 0, [""]
    for char in pattern:
        if char in " …" and depth == 0:
            break
        depth += (char == "(") - (char == ")")
        if depth == 0 and char.isascii() and char.isalnum():
            runs[-1] += char
        else:
            runs.append("")
    return max(runs, key=len)


def beginnings(pattern: str, length: int = _HEAD) -> frozenset[str] | None:
    """The first letters, at most `length`, with which a text matched by the pattern can begin; None where they are open.

    >>> sorted(beginnings("(ms|microsoft) office"))
    ['micro', 'ms']
    >>> beginnings("*hotline") is None
    True
    """
    texts = {text for text, _ in _sequence(pattern, 0, length)[0]}
    return None if "" in texts else frozenset(texts)


_Heads = set[tuple[str, bool]]  #: letters so far, and whether nothing more can be said
_SPELLINGS = {"ä": ("ä", "ae"), "ö": ("ö", "oe"), "ü": ("ü", "ue"), "ß": ("ß", "ss")}


def _sequence(pattern: str, place: int, length: int) -> tuple[_Heads, int]:
    """Beginnings of the alternatives from `place` to their closing bracket, and where that stands."""
    done: _Heads = set()
    heads: _Heads = {("", False)}
    while place < len(pattern) and pattern[place] != ")":
        char = pattern[place]
        if char == "|":
            done |= heads
            heads = {("", False)}
        elif char == "(":
            inner, place = _sequence(pattern, place + 1, length)
            heads = _join(heads, inner, length)
        elif char.isalnum():
            heads = _join(heads, {(text, False) for text in _SPELLINGS.get(char, (char,))}, length)
        else:
            heads = _join(heads, {("", True)}, length)
        place += 1
    return done | heads, place


def _join(heads: _Heads, more: _Heads, length: int) -> _Heads:
    grown: _Heads = {head for head in heads if head[1]}
    for text, _ in heads - grown:
        grown |= {((text + add)[:length], ended or len(text + add) >= length) for add, ended in more}
    return grown
