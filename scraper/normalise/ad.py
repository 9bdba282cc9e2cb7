"""An ad as the facet readers see it: its sentences, and the part of the ad each stands in.

Everything here is pure, cached for the last few ads, and linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from scraper.model import Evidence
from scraper.normalise import words
from scraper.normalise.hits import Hits, hits
from scraper.normalise.sentences import PICTURE, joined, lines

Section = Literal["title", "about", "tasks", "profile", "offer", "apply", "other"]
_SECTIONS: dict[str, Section] = {
    "about": "about", "tasks": "tasks", "profile": "profile", "offer": "offer", "apply": "apply",
}  # fmt: skip
_PICTURED = re.compile(rf"[ \t]*(?:[✓✔✅☑➤➔→]|{PICTURE})")
_DECOR = re.compile(rf"(?:[\s#*_>|=~:\-–—•·\u200d]|{PICTURE})+")
_MARK = re.compile(r"[✔✓✅➡►▶👉]")
_COLON = re.compile(":")
_INLINE = re.compile(rf":|\s(?={_MARK.pattern})")  # costs ten times a mere colon
_AROUND = " \t#*_:–—-!?.…"  #: signs around a heading
_LEADING = 160  #: characters of a sentence in which its wording may tell the part of the ad


@dataclass(frozen=True, slots=True, eq=False)
class Ad:
    """What a reader needs of an ad, as clean text; "" when missing. Known by identity: what is read of it is remembered."""

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
    hits: Hits = MappingProxyType({})  #: of the word lists, by list; they count in the segment


def evidence(facet: str, value: str, segment: Segment, start: int, end: int) -> Evidence:
    """Evidence for characters `start` to `end` of a segment."""
    span = (segment.start + start, segment.start + end)
    return Evidence(facet, value, span, segment.where, segment.text[start:end])


@lru_cache(maxsize=32)
def segments(ad: Ad) -> tuple[Segment, ...]:
    """The title, then the sentences and list items of the text, in order; headings are left out when they say nothing else."""
    low = words.fold(ad.title)
    title = Segment(0, len(ad.title), ad.title, low, "title", False, "title", hits=hits(low))
    return (title, *_read(ad.text))


def body(ad: Ad) -> tuple[Segment, ...]:
    """The segments without the title."""
    return segments(ad)[1:]


def _read(text: str) -> Iterator[Segment]:
    low = words.fold(text)
    inline_end = _INLINE if _MARK.search(text) else _COLON
    heading: Section | None = None
    for number, (begin, end, item) in enumerate(lines(text)):
        listed = item and low[begin - 1 : begin] in " \t-*" and not _PICTURED.match(low, low.rfind("\n", 0, begin) + 1)
        if not listed and end - begin <= 70 and (opened := _alone(low, begin, end)):
            heading = opened
            continue
        before: Section | None = None
        for start, stop in joined(low, begin, end):
            inline = _inline(low, start, stop, inline_end)
            heading = inline or heading
            sentence = low[start:stop]
            found = hits(sentence)
            before = inline or _judge(found.get("leads", ()), heading, before)
            yield Segment(start, stop, text[start:stop], sentence, before, item, "description", number, found)


def _alone(low: str, begin: int, end: int) -> Section | None:
    """The section that a line opens which is a heading and nothing else."""
    if low[end - 1] in ".;," or (low[end - 1] == "!" and end - begin > 30):
        return None
    name = low[_bare(low, begin, end) : end].strip(_AROUND)
    return _heading_word(name) if name and len(name) <= 60 and ":" not in name else None


def _inline(low: str, begin: int, end: int, ends: re.Pattern[str]) -> Section | None:
    """The section that a heading opens before a colon, or a sign that stands for one, at the start of a sentence."""
    start = _bare(low, begin, end)
    found = ends.search(low, start, min(end, start + 60))
    if not found or found.start() <= start:
        return None
    name = low[start : found.start()].strip(_AROUND)
    return _heading_word(name) if name else None


def _bare(low: str, begin: int, end: int) -> int:
    """Where a text begins behind its decoration."""
    skip = None if low[begin : begin + 1].isalnum() else _DECOR.match(low, begin, end)
    return skip.end() if skip else begin


@lru_cache(maxsize=4096)
def _heading_word(name: str) -> Section | None:
    """Section of a heading's words: the wording must open it and make up at least half of it."""
    hits = [hit for hit in words.find("headings", name) if hit.start <= 1 and 2 * hit.end >= len(name)]
    best = max(hits, key=lambda hit: hit.end, default=None)
    return _SECTIONS[best.value] if best else None


def _judge(leads: tuple[words.Hit, ...], heading: Section | None, before: Section | None) -> Section:
    """Section of a sentence by its wording: a strong one overrules the heading, a weak one serves where there is none."""
    weak: Section | None = None
    for hit in leads:
        if hit.start >= _LEADING:
            break
        if hit.value.endswith("!"):
            if heading is None or hit.start <= 2:
                return _SECTIONS[hit.value[:-1]]
        elif weak is None:
            weak = _SECTIONS[hit.value]
    return heading or weak or before or "other"
