"""Which skills of the closed list an ad asks for or has the employee exercise.

A word counts where the ad speaks of the employee: not where the firm praises itself, offers a course, or says that others do it.
"""

import re
from functools import lru_cache

from scraper.model import Evidence
from scraper.normalise import scope
from scraper.normalise.ad import Ad, Segment
from scraper.normalise.denial import clause, negated
from scraper.normalise.index import Found, found
from scraper.normalise.words import SENTENCES

_WE = re.compile(r"\b(?:wir|we)\b|^(?:unsere?[mnrs]?|our)\b")
_ASKED = re.compile(
    r"\bwir (?:voraus|erwarten|wünschen|brauchen|suchen|verlangen|fordern)|(?:setzen|erwarten|wünschen|brauchen|"
    r"verlangen|fordern|suchen) wir\b"
    r"|we (?:expect|need|require|look for)"
)
_YOU = re.compile(r"\b(?:du|dich|dir|deine?[mnrs]?|sie|ihnen|ihre?[mnrs]?|you|your)\b")
_REPLY = re.compile(r"antwort|reagier|betreu|anfrage|kunden|nachricht|answer|respond|repl(?:y|ies)|customer|per\b|mitglied")
_MARKETING = re.compile(
    r"\bads\b|werbe|mit leben|kampagne|newsletter|content|marketing|anzeigen|recruit|veranstaltungstipps|reichweite|posts\b"
    r"|redaktionsplan"
)
_TAUGHT = re.compile(r"[-‐–]?(?:[^\W_]{0,12}(?:schulung|training|kurs|lehrgang|lehrgäng|fortbildung|zertifi))")
#: their words stand for a duty only where customers are served
_SERVICE_ONLY = frozenset({"social_media", "chat"})


def read(ad: Ad) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """Skills in alphabetical order, with the first place of each.

    >>> read(Ad(title="Call Center Agent", text="Ihre Aufgaben: Anrufe annehmen. Kein Chat. Wir bieten SAP-Schulungen."))[0]
    ('telephony',)
    """
    away = found(ad, "elsewhere")
    in_scope = scope.read(ad)[0]
    proof: dict[str, Evidence] = {}
    for hit in found(ad, "skills"):
        skill, _, kind = hit.value.partition(":")
        if skill not in proof and _speaks_of_employee(hit, kind) and _exercised(hit, skill, in_scope) and not _denied(hit, away):
            proof[skill] = hit.evidence("skills", skill)
    return tuple(sorted(proof)), tuple(proof[skill] for skill in sorted(proof))


def _speaks_of_employee(hit: Found, kind: str) -> bool:
    segment = hit.segment
    we, you = _speak_of(segment.low)
    we = we and not segment.item
    if kind == "firms":
        return segment.section in ("title", "tasks", "other", "about")
    if kind == "duty" and segment.section not in ("title", "tasks", "other"):
        return False
    if segment.section in ("title", "profile", "tasks"):
        return you or not we
    if segment.section == "offer":
        return False
    if segment.section in ("other", "about"):
        return you if we else True
    return False


@lru_cache(maxsize=SENTENCES)
def _speak_of(low: str) -> tuple[bool, bool]:
    """Whether a sentence speaks of the firm, and whether of the employee."""
    return _WE.search(low) is not None, _YOU.search(low) is not None or _ASKED.search(low) is not None


def _exercised(hit: Found, skill: str, in_scope: bool) -> bool:
    low = hit.segment.low
    if _TAUGHT.match(low, hit.end):
        return False
    if skill in _SERVICE_ONLY:
        return not _MARKETING.search(low) and (in_scope or _REPLY.search(low) is not None)
    if skill == "email":
        return not _MARKETING.search(low)
    return True


def _denied(hit: Found, away: tuple[Found, ...]) -> bool:
    segment: Segment = hit.segment
    others = [other for other in away if other.number == hit.number]
    if any(other.value == "segment" for other in others):
        return True
    if others:
        left, right = clause(segment, hit.start, hit.end)
        if any(other.value == "clause" and left <= other.end and other.start <= right for other in others):
            return True
    return negated(segment, hit.start, hit.end)
