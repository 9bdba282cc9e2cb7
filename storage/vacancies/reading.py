"""An ad, read once for all comparisons."""

import re
from dataclasses import dataclass

from storage.vacancies import employer, figures, place, title
from storage.vacancies.text import Segment, fold, plain, segments, sentence_hash
from storage.vacancies.values import AdFacts
from storage.vacancies.words import words

_EITHER = re.compile(
    r"\d[\d,]* (?:stunden )?oder (?:mit |auch )?\d[\d,]* (?:wochen)?stunden|"
    r"voll-?(?: ?zeit)?(?: ?/ ?| oder | und |- und )-?teilzeit"
)
_ENGLISH = frozenset(("the", "and", "you", "with", "your", "for", "our", "are", "we", "of", "to"))
_GERMAN = frozenset(("der", "die", "das", "und", "sie", "du", "mit", "wir", "ist", "fuer", "ein", "eine", "bei"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rule compares."""

    ad: AdFacts
    name: frozenset[str]  #: the employer's words; empty when unknown
    where: place.Where
    title: title.Title
    parts: tuple[Segment, ...]  #: without contacts and portal words
    content: frozenset[str]  #: stems of all parts
    places: frozenset[str]  #: named in title and text, without the ad's own town
    marks: frozenset[str]
    figures: figures.Figures
    hashes: frozenset[str]  #: of sentences of five words and more
    low: str
    english: bool
    agency: bool
    one_position: bool  #: full or part time, but one opening
    workplace: bool  #: the text says where the work is, whatever town the ad is shown in
    cut: bool  #: the text ends in the middle


def read(ad: AdFacts) -> Reading:
    """Read one ad; pure."""
    raw = re.sub(r"[ \t\xa0]+", " ", plain(ad.text).replace("\x00", ""))
    cut = raw.rstrip().endswith(("…", "..."))
    text = re.sub(r"\S+\s*(?:…|\.\.\.)\s*$", "", raw) if cut else raw
    every = segments(text)
    parts = tuple(s for s in every if s.section not in ("contact", "portal"))
    low = " . ".join(s.low for s in parts)
    name = employer.tokens(ad.employer)
    spot = place.where(ad.place, ad.postcode)
    agency = employer.agency(ad.employer, low)
    return Reading(
        ad=ad,
        name=name,
        where=spot,
        title=title.read(ad.title),
        parts=parts,
        content=frozenset(w for s in parts for w in s.stems),
        places=place.named_places(fold(ad.title) + " . " + low) - {spot.town},
        marks=place.landmarks(low),
        figures=figures.read(text, ad.pay_text, ad.reference),
        hashes=frozenset(sentence_hash(s.low) for s in parts if len(s.low.split()) >= 5),
        low=low,
        english=_english(low),
        agency=agency,
        one_position=any(cue in low for cue in words("title", "one_position")) or bool(_EITHER.search(low)),
        workplace=any(cue in low for cue in words("place", "workplace")),
        cut=cut,
    )


def _english(low: str) -> bool:
    tokens = low.split()
    return sum(t in _ENGLISH for t in tokens) > sum(t in _GERMAN for t in tokens)


def title_in_text(reading: Reading, other: title.Title) -> bool:
    """Does the text name every word of a title?"""
    known = reading.content | reading.title.stems
    return bool(other.special) and all(any(title.related(w, k) for k in known) for w in other.special)
