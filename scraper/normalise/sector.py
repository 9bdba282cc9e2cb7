"""The employer's sector, by what it calls itself and what it tells of its business; an agency's client where it is told."""

import re
from collections import defaultdict
from functools import lru_cache

from scraper.model import Evidence
from scraper.normalise import words
from scraper.normalise.ad import Ad, Segment
from scraper.normalise.index import Found, found, in_text
from scraper.normalise.words import SENTENCES

_SECTION = {"about": 2.0, "other": 2.0, "title": 1.5, "tasks": 1.0, "profile": 0.4, "offer": 0.3, "apply": 0.3}
_NAME, _OCCUPATION, _CALLS = 6.0, 0.7, 2.6
_CALL_JOB = re.compile(r"call[- ]?cent(?:er|re)|\bcalls?[- ]agent|dialogmarketing|telefonagent|\boutbound|\binbound")
_MOST = 4.0  #: what the text can add for one sector
_CLIENT = re.compile(r"\b(?:für|bei|for)\b|unser(?:e[mnrs]?)? (?:kunde|auftraggeber|mandant|partner)|our client")
_LEAST = 0.6
#: sentences about what applicants have learnt or done, which tell little of the employer
_PERSON = re.compile(
    r"ausbildung|\blehre\b|erfahrung|kauf(?:mann|frau|leute)|gelernt|studi(?:um|ert)|\bwechsel\b|quereinst|\begal\b|"
    r"\bob (?:sie|du)\b|"
    r"abschluss|\bpraxis\b|jahre |experience|background|willkommen"
)
_OURS = re.compile(r"\b(?:wir|uns|unsere?[mnrs]?|we|our|us)\b")
#: words that only contain a sector's, by the sector
_NOT_ONE = {"banking": ("datenbank", "werkbank", "parkbank", "sitzbank"), "public": ("kommunikat",), "retail": ("workshop",)}
_ENDS = {"industry": ("handel", "händler", "händlers", "händlern"), "retail": ("werke",)}  #: a compound is what its last part is


def read(ad: Ad) -> tuple[str | None, tuple[Evidence, ...]]:
    """The sector of the closed list; None where the ad does not tell.

    >>> read(Ad(employer="Stadtwerke Rheinaue GmbH"))[0], read(Ad(text="Wir suchen dich."))[0]
    ('energy', None)
    """
    hits = tuple(hit for hit in found(ad, "sector") if not _only_contains(hit))
    named = in_text(ad.employer, "sector")
    if "staffing!" in named or _says(hits, "staffing!"):
        return _of_client(hits)
    if ("contact_center" in named or _says(hits, "contact_center!")) and not _says(hits, "captive!"):
        return "contact_center", _proof(hits, "contact_center", "contact_center!")
    score: dict[str, float] = defaultdict(float)
    if named:
        score[named[-1].rstrip("!")] += _NAME / 2
        score[named[0].rstrip("!")] += _NAME / 2
        score.pop("captive", None)
    for value in dict.fromkeys(in_text(ad.occupation, "sector")):
        score[value.rstrip("!")] += _OCCUPATION
    if _CALL_JOB.search(words.fold(f"{ad.title} {ad.occupation}")):
        score["contact_center"] += _CALLS
    for sector, points in _told(hits).items():
        score[sector] += points
    return _best(score, hits)


def _says(hits: tuple[Found, ...], value: str) -> bool:
    """Whether the employer says so of itself, not in passing as what applicants may have done before."""
    return any(hit.value == value and hit.segment.section in ("title", "about", "other", "tasks", "offer") for hit in hits)


def _only_contains(hit: Found) -> bool:
    """A "Schraubenhandel" trades and "Möbelwerke" make; a "Datenbank" is no bank."""
    word = hit.segment.low[hit.start : hit.end]
    return word.endswith(_ENDS.get(hit.value, ())) or any(part in word for part in _NOT_ONE.get(hit.value, ()))


def _told(hits: tuple[Found, ...]) -> dict[str, float]:
    """Points of each sector, a sentence counting once for each."""
    score: dict[str, float] = defaultdict(float)
    for sector, number in dict.fromkeys((hit.value, hit.number) for hit in hits):
        if not sector.endswith("!") and sector != "contact_center":
            segment = next(hit.segment for hit in hits if hit.number == number)
            score[sector] += _weight(segment)
    return {sector: min(_MOST, points) for sector, points in score.items()}


def _weight(segment: Segment) -> float:
    """How much a sentence tells of the employer: most where it speaks of itself."""
    person, ours = _speaks_of(segment.low)
    if person:
        return 0.3
    points = _SECTION[segment.section]
    return points * 1.25 if points > 1 and ours else points


@lru_cache(maxsize=SENTENCES)
def _speaks_of(low: str) -> tuple[bool, bool]:
    """Whether a sentence speaks of what applicants have done, and whether of the employer."""
    return _PERSON.search(low) is not None, _OURS.search(low) is not None


def _of_client(hits: tuple[Found, ...]) -> tuple[str, tuple[Evidence, ...]]:
    """Sectors named in a sentence that speaks of the client; "staffing" where none is."""
    near = tuple(
        hit
        for hit in hits
        if hit.segment.section not in ("offer", "profile", "apply") and _CLIENT.search(hit.segment.low, 0, hit.start)
    )
    score = _told(near)
    if not score:
        return "staffing", _proof(hits, "staffing", "staffing!")
    sector = max(score, key=lambda name: score[name])
    return sector, _proof(near, sector, sector)


def _best(score: dict[str, float], hits: tuple[Found, ...]) -> tuple[str | None, tuple[Evidence, ...]]:
    if not score:
        return None, ()
    sector, points = max(score.items(), key=lambda item: (item[1], item[0]))
    return (sector, _proof(hits, sector, sector)) if points >= _LEAST else (None, ())


def _proof(hits: tuple[Found, ...], sector: str, value: str) -> tuple[Evidence, ...]:
    return tuple(hit.evidence("sector", sector) for hit in hits if hit.value == value)[:3]
