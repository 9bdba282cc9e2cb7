"""An ad, read once for all comparisons; what only a comparison needs is read when one comes."""

import re
from functools import cache, cached_property, lru_cache
from typing import Literal

from storage.vacancies import employer, figures, place, title
from storage.vacancies.text import Segment, fold, plain, segments, sentence_hash, single, stem, stems
from storage.vacancies.values import AdFacts
from storage.vacancies.words import words

Language = Literal["de", "en", "tr"]
_EITHER = re.compile(
    r"\d[\d,]* (?:stunden )?oder (?:mit |auch )?\d[\d,]* (?:wochen)?stunden|"
    r"voll-?(?: ?zeit)?(?: ?/ ?| oder | und |- und )-?teilzeit"
)
_BARE = 6  # words
_CUT_WORD = re.compile(r"\S+\s*(?:…|\.\.\.)\s*$")
_TEAM = re.compile(r"\b(?:Team|Gruppe|Abteilung|Bereich) ([A-ZÄÖÜ][\wäöüß]{3,}(?:-[\wäöüß]+)*)")
_SHIFTS = ("early", "late", "night", "weekend", "day")
_TURKISH = "ışğİŞĞ"
_RARE_LETTER = 70  # these letters make a fortieth of a Turkish text; German has them in names only
_SHORT = 210  # characters: one name makes no language
_ENGLISH = frozenset(("the", "and", "you", "with", "your", "for", "our", "are", "we", "of", "to"))
_GERMAN = frozenset(("der", "die", "das", "und", "sie", "du", "mit", "wir", "ist", "fuer", "ein", "eine", "bei"))


class Reading:
    """What the rule compares. Nothing in it changes once read."""

    def __init__(self, ad: AdFacts) -> None:
        self.ad = ad
        self.name = employer.tokens(ad.employer)  #: the employer's words; empty when unknown
        self.where = _where(ad.place, ad.postcode)
        self.title = _title(ad.title)
        raw = single(plain(ad.text))
        self.cut = raw.rstrip().endswith(("…", "..."))  #: the text ends in the middle
        text = _CUT_WORD.sub("", raw) if self.cut else raw
        self._text = text.replace("\x00", "")
        #: without contacts and portal words
        self.parts: tuple[Segment, ...] = tuple(s for s in segments(text) if s.section not in ("contact", "portal"))
        self.low = " . ".join([s.low for s in self.parts])

    @cached_property
    def hashes(self) -> frozenset[str]:
        """Of sentences of five words and more."""
        return frozenset([sentence_hash(s.low) for s in self.parts if s.low.count(" ") >= 4])

    @cached_property
    def content(self) -> frozenset[str]:
        """Stems of all parts."""
        return frozenset(stems(self.low))

    @cached_property
    def bare(self) -> bool:
        """The text says nothing beyond employer, place and title: a list entry without its ad."""
        known = {stem(word) for word in self.name | words("employer", "legal") | words("place", "labels")}
        return len(self.content - known - self.title.stems - self.where.districts - {self.where.town}) < _BARE

    @cached_property
    def tasks(self) -> frozenset[str]:
        """Stems of what stands under a heading for the work."""
        return frozenset([w for s in self.parts if s.section == "tasks" for w in s.stems])

    @cached_property
    def places(self) -> frozenset[str]:
        """Named in title and text, without the ad's own town."""
        return place.named_places(fold(self.ad.title) + " . " + self.low) - {self.where.town}

    @cached_property
    def marks(self) -> frozenset[str]:
        """Landmarks."""
        return place.landmarks(self.low)

    @cached_property
    def rare(self) -> frozenset[str]:
        """Long words that few openings share: what an agency's client does."""
        here = self.places | self.where.districts | {self.where.town} | self.name
        return frozenset(
            w for w in self.content | self.title.stems if len(w) >= 6 and not w.startswith(_general()) and w not in here
        )

    @cached_property
    def tongues(self) -> frozenset[str]:
        """Languages that the text names."""
        return words("client", "languages") & frozenset(self.low.split())

    @cached_property
    def numbers(self) -> figures.Numbers:
        """Reference numbers and code words."""
        return figures.numbered(self._text, self.ad.reference)

    @cached_property
    def figures(self) -> figures.Figures:
        """Everything counted, paid and dated."""
        return figures.read(self._text, self.ad.pay_text, self.numbers)

    @cached_property
    def mentions(self) -> frozenset[str]:
        """Whatever looks like somebody's number."""
        return figures.mentions(self._text)

    @cached_property
    def language(self) -> Language:
        """What the ad is written in."""
        if sum(map(self._text.count, _TURKISH)) * _RARE_LETTER > max(len(self._text), _SHORT):
            return "tr"
        tokens = self.low.split()
        return "en" if sum(map(_ENGLISH.__contains__, tokens)) > sum(map(_GERMAN.__contains__, tokens)) else "de"

    @cached_property
    def shifts(self) -> frozenset[str]:
        """Early, late, night or weekend, where the title names one, else the text; empty where all are worked."""
        titled = _shifts(fold(self.ad.title))
        return titled or _shifts(self.low)

    @cached_property
    def teams(self) -> frozenset[str]:
        """Teams and departments that title and text call by a name."""
        named = (fold(found) for found in _TEAM.findall(f"{self.ad.title}. {self._text}"))
        return frozenset(stem(name) for name in named if name not in words("title", "generic"))

    @cached_property
    def sited(self) -> tuple[str, ...]:
        """Sentences about the place of work; a bare label with what follows it."""
        found, label = [], False
        for part in self.parts:
            if label or place.sites(part.low):
                found.append(f"arbeitsort {part.low}" if label else part.low)
            label = part.low in words("place", "labels")
        return tuple(found)

    @cached_property
    def site_stems(self) -> tuple[frozenset[str], ...]:
        """The words of those sentences."""
        return tuple(frozenset(stem(w) for w in low.split() if len(w) > 3) for low in self.sited)

    @cached_property
    def agency(self) -> bool:
        """Fills places at other houses."""
        return employer.agency(self.ad.employer, self.low)

    @cached_property
    def one_position(self) -> bool:
        """Full or part time, but one opening."""
        return any(cue in self.low for cue in words("title", "one_position")) or bool(_EITHER.search(self.low))


def _shifts(low: str) -> frozenset[str]:
    """The shifts that folded text names, if it names one alone."""
    found = frozenset(kind for kind in _SHIFTS if any(cue in low for cue in words("shift", kind)))
    return found if len(found) == 1 else frozenset()


@cache
def _general() -> tuple[str, ...]:
    return tuple(sorted(words("client", "general")))


@lru_cache(maxsize=2_000)
def read(ad: AdFacts) -> Reading:
    """Read one ad; pure."""
    return Reading(ad)


@lru_cache(maxsize=4_000)
def _where(whole: str | None, postcode: str | None) -> place.Where:
    return place.where(whole, postcode)


@lru_cache(maxsize=4_000)
def _title(text: str) -> title.Title:
    return title.read(text)


def title_in_text(reading: Reading, other: title.Title) -> bool:
    """Does the text name every word of a title?"""
    known = reading.content | reading.title.stems
    return bool(other.special) and all(any(title.related(w, k) for k in known) for w in other.special)
