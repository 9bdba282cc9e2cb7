"""Find the entries of several word lists in one walk over an ad, whatever the lists' size.

`words.find` tries an entry at a time, which suits short lists. Here an entry is only tried where a word begins with its first letters,
so the cost is that of the words in the ad, not of the entries in the lists.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from scraper.model import Evidence
from scraper.normalise import words
from scraper.normalise.ad import Ad, Segment, segments
from scraper.normalise.ad import evidence as _evidence

LISTS = ("skills", "elsewhere", "training", "sector", "scope", "languages", "languages_plus", "languages_level")
_WORD = re.compile(r"[^\W_]+")
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
class _Table:
    """The lists, by how their entries begin."""

    heads: dict[str, tuple[tuple[int, words.Word], ...]]  #: first one to three letters → list number, entry
    tails: tuple[tuple[str, int, words.Word], ...]  #: a piece that must occur, for entries whose beginning is open


def found(ad: Ad, name: str) -> tuple[Found, ...]:
    """Hits of list `name` in title and text, in order of place; the longer of two that begin together comes first."""
    return _all(ad)[LISTS.index(name)]


@lru_cache(maxsize=32)
def _all(ad: Ad) -> tuple[tuple[Found, ...], ...]:
    table = _table()
    lists: tuple[list[Found], ...] = tuple([] for _ in LISTS)
    whole = words.fold(f"{ad.title}\n{ad.text}")
    tails = [tail for tail in table.tails if tail[0] in whole]
    for number, segment in enumerate(segments(ad)):
        for which, word, start, end in (*_by_head(table, segment.low), *_by_tail(tails, segment.low)):
            lists[which].append(Found(word.value, start, end, segment, number))
    return tuple(tuple(sorted(hits, key=lambda hit: (hit.number, hit.start, -hit.end))) for hits in lists)


def in_text(text: str, name: str) -> tuple[str, ...]:
    """Values of list `name` in any other text, in order of place; of hits that begin together the longest comes first."""
    low = words.fold(text)
    which = LISTS.index(name)
    table = _table()
    hits = [hit for hit in (*_by_head(table, low), *_by_tail(table.tails, low)) if hit[0] == which]
    return tuple(word.value for _, word, _, _ in sorted(hits, key=lambda hit: (hit[2], -hit[3])))


_Raw = tuple[int, words.Word, int, int]


def _by_head(table: _Table, low: str) -> list[_Raw]:
    hits: list[_Raw] = []
    heads = table.heads
    for begin in _WORD.finditer(low):
        place = begin.start()
        for length in (3, 2, 1):
            for which, word in heads.get(low[place : place + length], ()):
                if (match := word.regex.match(low, place)) and words.counts(word, low, place, match.end()):
                    hits.append((which, word, place, match.end()))
    return hits


def _by_tail(tails: list[tuple[str, int, words.Word]] | tuple[tuple[str, int, words.Word], ...], low: str) -> list[_Raw]:
    hits: list[_Raw] = []
    for literal, which, word in tails:
        after = 0
        while (place := low.find(literal, after)) >= 0:
            after = place + len(literal)
            match = word.regex.search(low, max(0, place - _REACH), min(len(low), after + 2 * _REACH))
            if match and match.start() <= place and words.counts(word, low, match.start(), match.end()):
                hits.append((which, word, match.start(), match.end()))
                after = max(after, match.end())
    return hits


@cache
def _table() -> _Table:
    heads: dict[str, list[tuple[int, words.Word]]] = {}
    tails: list[tuple[str, int, words.Word]] = []
    for which, name in enumerate(LISTS):
        for word in words.load(name):
            for part in _alternatives(word.pattern):
                begins = beginnings(part)
                if begins is None:
                    if len(certain := _certain(part)) < 3:
                        raise words.BrokenWordList(f"{name}.toml", repr(part), "needs three letters that are certain, outside brackets")
                    tails.append((certain, which, word))
                for begin in sorted(begins or ()):
                    entries = heads.setdefault(begin, [])
                    if (which, word) not in entries:
                        entries.append((which, word))
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
    """The longest run of letters that stands in every text the pattern matches."""
    depth, runs = 0, [""]
    for char in pattern:
        depth += (char == "(") - (char == ")")
        if depth == 0 and char.isalnum() and char not in _SPELLINGS:
            runs[-1] += char
        else:
            runs.append("")
    return max(runs, key=len)


def beginnings(pattern: str, length: int = 3) -> frozenset[str] | None:
    """The first letters, at most `length`, with which a text matched by the pattern can begin; None where they are open.

    >>> sorted(beginnings("(ms|microsoft) office"))
    ['mic', 'ms']
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
