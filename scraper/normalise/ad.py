"""An ad as the facet readers see it: its sentences, the part of the ad each stands in, and what negation and softening reach.

Everything here is pure, cached for the last few ads, and linear in the length of the text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from scraper.model import Evidence
from scraper.normalise import wording, words
from scraper.normalise.lexicon import Lexicon, Part, Walk
from scraper.normalise.sentences import PICTURE, joined, lines

Section = Literal["title", "about", "tasks", "profile", "offer", "apply", "other"]
_SECTIONS: dict[str, Section] = {
    "about": "about", "tasks": "tasks", "profile": "profile", "offer": "offer", "apply": "apply",
}  # fmt: skip
_PICTURED = re.compile(rf"[ \t]*(?:[✓✔✅☑➤➔→]|{PICTURE})")
_DECOR = re.compile(rf"(?:[\s#*_>|=~:\-–—•·\u200d]|{PICTURE})+")
_INLINE = re.compile(r":|\s(?=[✔✓✅➡►▶👉])")
_TURN = re.compile(r"[,;()]|\b(?:sondern|aber|nur|but|only)\b")
_CLAUSE = re.compile(r"[,;()]|\s[–—-]\s|:\s|\b(?:aber|sondern|doch|jedoch|but|sowie|während)\b")


#: lists searched together
LISTS = ("work_time", "contract", "agency", "remote", "shift", "level", "entry")
#: lists searched together, each hit within its sentence
WITHIN = ("skills", "elsewhere", "training", "sector", "scope", "languages", "languages_plus", "languages_level")


@dataclass(frozen=True, slots=True)
class Ad:
    """What a reader needs of an ad, as clean text; "" when missing."""

    title: str = ""
    employer: str = ""
    occupation: str = ""
    place: str = ""
    text: str = ""


class Segment(NamedTuple):
    """A sentence or list item; `start` and `end` count in the field named by `where`."""

    start: int
    end: int
    text: str  #: as written
    low: str  #: the same, folded: offsets agree
    section: Section
    item: bool  #: stands in a list
    where: Literal["title", "description"] = "description"
    paragraph: int = 0  #: number of the line it stands in


def evidence(facet: str, value: str, segment: Segment, start: int, end: int) -> Evidence:
    """Evidence for characters `start` to `end` of a segment."""
    span = (segment.start + start, segment.start + end)
    return Evidence(facet, value, span, segment.where, segment.text[start:end])


@lru_cache(maxsize=32)
def segments(ad: Ad) -> tuple[Segment, ...]:
    """The title, then the sentences and list items of the text, in order; headings are left out when they say nothing else."""
    title = Segment(0, len(ad.title), ad.title, words.fold(ad.title), "title", False, "title")
    return (title, *_read(ad.text))


def scan(name: str, ad: Ad) -> tuple[tuple[Segment, words.Hit], ...]:
    """All hits of a word list in title and text, in order, each with its segment; hits count in the segment's text."""
    return _scanned(ad).get(name, ())


@lru_cache(maxsize=32)
def _scanned(ad: Ad) -> dict[str, tuple[tuple[Segment, words.Hit], ...]]:
    """Every list of `LISTS`, in one walk over title and text."""
    found: dict[str, list[tuple[Segment, words.Hit]]] = {}
    title, *parts = segments(ad)
    for name, hit in words.find_all(LISTS, title.low):
        found.setdefault(name, []).append((title, hit))
    starts = [part.start for part in parts]
    for name, hit in _hits(ad.text):
        place = bisect_right(starts, hit.start) - 1
        if name != "leads" and place >= 0 and hit.end <= parts[place].end:
            part = parts[place]
            found.setdefault(name, []).append(
                (part, words.Hit(hit.value, hit.start - part.start, hit.end - part.start, hit.word))
            )
    return {name: tuple(sorted(pairs, key=_order)) for name, pairs in found.items()}


def _order(pair: tuple[Segment, words.Hit]) -> tuple[bool, int]:
    return pair[0].where != "title", pair[0].start + pair[1].start


@lru_cache(maxsize=8)
def _walk(text: str) -> tuple[tuple[tuple[str, words.Hit], ...], list[int], list[tuple[Part, ...]]]:
    """The one walk over the words of a text: hits of `LISTS` and leads, then where entries of `WITHIN` may begin, and which."""
    low = _folded(text)
    hits: list[tuple[str, words.Hit]] = []
    places: list[int] = []
    begun: list[tuple[Part, ...]] = []
    for place, (anywhere, here) in _both()(low):
        if anywhere:
            hits.extend(words.met(anywhere, low, place, len(low)))
        if here:
            places.append(place)
            begun.append(here)
    hits.extend(words.inside(words.lexicon((*LISTS, "leads")).open, low, 0, len(low)))
    return tuple(hits), places, begun


def _hits(text: str) -> tuple[tuple[str, words.Hit], ...]:
    return _walk(text)[0]


def begun(text: str) -> tuple[list[int], list[tuple[Part, ...]]]:
    """Where in the text, in order, words stand with which entries of `WITHIN` may begin; and these entries."""
    return _walk(text)[1:]


@cache
def _sentence_lists() -> Lexicon:
    """The lists of `WITHIN`: each alternative that a pattern may open with is an entry of its own.

    Raises:
        BrokenWordList: an entry of open beginning has no piece by which to find it.
    """
    lexicon = Lexicon(_parts(), 5)
    for part in lexicon.open:
        if len(piece := wording.certain(part.text)) < 3:
            reason = "needs three letters that are certain, outside brackets"
            raise words.BrokenWordList(f"{part.name}.toml", repr(part.text), reason)
        lexicon.certain(piece, part)
    return lexicon


def _parts() -> Iterator[Part]:
    number = 0
    for name in WITHIN:
        for word in words.load(name):
            for text in dict.fromkeys(wording.opened(word.pattern)):
                number += 1
                yield Part(name, word, text, number)


@cache
def _both() -> Walk:
    return Walk(words.lexicon((*LISTS, "leads")), _sentence_lists())


@cache
def within() -> Walk:
    """Where entries of `WITHIN` may begin in any other text."""
    return Walk(_sentence_lists())


@lru_cache(maxsize=64)
def _folded(text: str) -> str:
    return words.fold(text)


def body(ad: Ad) -> tuple[Segment, ...]:
    """The segments without the title."""
    return segments(ad)[1:]


def _read(text: str) -> Iterator[Segment]:
    low = _folded(text)
    leads = sorted((hit.start, hit.end, hit.value) for name, hit in _hits(text) if name == "leads")
    heading: Section | None = None
    for number, (begin, end, item) in enumerate(lines(text)):
        listed = item and low[begin - 1 : begin] in " \t-*" and not _PICTURED.match(low, low.rfind("\n", 0, begin) + 1)
        if not listed and end - begin <= 70 and (found := _heading(low, begin, end, whole=True)):
            heading = found[0]
            continue
        before: Section | None = None
        for start, stop in joined(low, begin, end):
            inline = _heading(low, start, stop, whole=False)
            if inline:
                heading = inline[0]
            section = heading if inline and heading else _judge(_within(leads, start, stop), heading, before)
            before = section
            yield Segment(start, stop, text[start:stop], low[start:stop], section, item, "description", number)


def _heading(low: str, begin: int, end: int, *, whole: bool) -> tuple[Section, int] | None:
    """The section a heading opens: alone on its line (`whole`), or before a colon at the start of a sentence."""
    start = begin
    if skip := _DECOR.match(low, begin, end):
        start = skip.end()
    found = _INLINE.search(low, start, min(end, start + 60))
    colon = found.start() if found else -1
    stop = end if whole else colon
    if stop <= start or (whole and (low[end - 1] in ".;," or (low[end - 1] == "!" and end - begin > 30))):
        return None
    name = low[start:stop].strip(" \t#*_:–—-!?.…")
    if not name or len(name) > 60 or (whole and ":" in name):
        return None
    hit = _heading_word(name)
    return (hit, stop) if hit else None


@lru_cache(maxsize=4096)
def _heading_word(name: str) -> Section | None:
    """Section of a heading's words: the wording must open it and make up at least half of it."""
    hits = [hit for hit in words.find("headings", name) if hit.start <= 1 and 2 * hit.end >= len(name)]
    best = max(hits, key=lambda hit: hit.end, default=None)
    return _SECTIONS[best.value] if best else None


Lead = tuple[int, int, str]


def _within(leads: list[Lead], start: int, stop: int) -> list[Lead]:
    """The leads in the first 160 characters of a sentence, counted from its start."""
    end = min(stop, start + 160)
    first, last = bisect_left(leads, (start, 0, "")), bisect_left(leads, (end, 0, ""))
    return [(begin - start, close - start, value) for begin, close, value in leads[first:last] if close <= stop]


def _judge(leads: list[Lead], heading: Section | None, before: Section | None) -> Section:
    """Section of a sentence by its wording: a strong one overrules the heading, a weak one serves where there is none."""
    weak: Section | None = None
    for begin, _, value in leads:
        if value.endswith("!"):
            if heading is None or begin <= 2:
                return _SECTIONS[value[:-1]]
        elif weak is None:
            weak = _SECTIONS[value]
    return heading or weak or before or "other"


def clause(segment: Segment, start: int, end: int) -> tuple[int, int]:
    """The part of a segment around `start`–`end` between commas, dashes, brackets and opposing conjunctions."""
    left, right = 0, len(segment.low)
    for cut in _CLAUSE.finditer(segment.low):
        if cut.end() <= start:
            left = cut.end()
        elif cut.start() >= end:
            right = cut.start()
            break
    return left, right


def negated(segment: Segment, start: int, end: int) -> bool:
    """Whether the words at `start`–`end` are denied: "keine Schicht", "nicht im Homeoffice", "Englisch wird nicht benötigt"."""
    if not _deniable(segment.low):
        return False
    left, _ = clause(segment, start, end)
    before = words.find("negation", segment.low, max(left, start - 60), start)
    if any(hit.value == "before" and not _TURN.search(segment.low, hit.end, start) for hit in before):
        return True
    after = segment.low[end : end + 90]
    return any(hit.value == "after" and not _TURN.search(after, 0, hit.start) for hit in words.find("negation", after))


@lru_cache(maxsize=512)
def _deniable(low: str) -> bool:
    return words.lexicon(("negation",)).may_hold(low)


def softened(segment: Segment, start: int, end: int) -> bool:
    """Whether the words are only welcome ("von Vorteil"), judged within their own clause.

    >>> item = body(Ad(text="Sehr gute Deutschkenntnisse, Englisch von Vorteil"))[0]
    >>> softened(item, 10, 27), softened(item, 29, 37)
    (False, True)
    """
    left, right = clause(segment, start, end)
    return any(True for _ in words.find("softeners", segment.low, left, right))


def no_must(segment: Segment, start: int) -> bool:
    """Whether what follows in the segment says that this is no must."""
    return any(hit.value == "no_must" for hit in words.find("softeners", segment.low, start))
