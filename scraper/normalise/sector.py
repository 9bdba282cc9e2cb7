"""The employer's sector, by what it calls itself and what it tells of its business; an agency's client where it is told."""

import re
from collections import defaultdict

from scraper.model import Evidence
from scraper.normalise.ad import Ad
from scraper.normalise.index import Found, found, in_text

_SECTION = {"about": 2.0, "other": 2.0, "title": 1.5, "tasks": 1.0, "profile": 0.4, "offer": 0.5, "apply": 0.3}
_NAME, _OCCUPATION = 6.0, 0.7
_MOST = 4.0  #: what the text can add for one sector
_CLIENT = re.compile(r"\b(?:für|bei|for)\b|unser(?:e[mnrs]?)? (?:kunde|auftraggeber|mandant|partner)|our client")
_LEAST = 0.6


def read(ad: Ad) -> tuple[str | None, tuple[Evidence, ...]]:
    """The sector of the closed list; None where the ad does not tell.

    >>> read(Ad(employer="Stadtwerke Rheinaue GmbH"))[0], read(Ad(text="Wir suchen dich."))[0]
    ('energy', None)
    """
    hits = found(ad, "sector")
    named = in_text(ad.employer, "sector")
    if "staffing!" in named or _says(hits, "staffing!"):
        return _of_client(hits)
    if "contact_center" in named or _says(hits, "contact_center!"):
        return "contact_center", _proof(hits, "contact_center", "contact_center!")
    score: dict[str, float] = defaultdict(float)
    if named:
        score[named[-1].rstrip("!")] += _NAME / 2
        score[named[0].rstrip("!")] += _NAME / 2
    for value in in_text(ad.occupation, "sector"):
        score[value.rstrip("!")] += _OCCUPATION
    for sector, points in _told(hits).items():
        score[sector] += points
    return _best(score, hits)


def _says(hits: tuple[Found, ...], value: str) -> bool:
    """Whether the employer says so of itself, not in passing as what applicants may have done before."""
    return any(hit.value == value and hit.segment.section in ("title", "about", "other", "tasks", "offer") for hit in hits)


def _told(hits: tuple[Found, ...]) -> dict[str, float]:
    score: dict[str, float] = defaultdict(float)
    for hit in hits:
        if not hit.value.endswith("!") and hit.value != "contact_center":
            score[hit.value] += _SECTION[hit.segment.section]
    return {sector: min(_MOST, points) for sector, points in score.items()}


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
