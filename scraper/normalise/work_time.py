"""Working time as offered: full_time, part_time, minijob; hours of 35 a week and more imply full time, fewer part time."""

import re

from scraper.model import Evidence
from scraper.normalise import hours
from scraper.normalise.ad import Ad, Segment, evidence
from scraper.normalise.denial import negated
from scraper.normalise.index import scan

ORDER = ("full_time", "part_time", "minijob")
_OTHERS = re.compile(r"(?:kräfte|kraft|mitarbeiter|kolleg|beschäftigte|studium|eltern|äquivalent)")
_DENIED = re.compile(
    r"[^\W_]{0,5}\s(?:können|kann|stellen|suchen|beschäftigen)[^.,;]{0,30}\bnicht\b|"
    r"\s?(?:ist|sind|wird|leider|:|–|-|\()?\s?(?:leider |derzeit |hier |auch )?(?:nicht|kein)(?! nur)"
)
_MINIJOB_HOURS = 15  #: up to here a few hours a week are the Minijob itself, not part-time work beside it


def read(ad: Ad) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """Kinds offered, in fixed order; () when unsaid.

    >>> read(Ad(text="Wir bieten 32 bis 40 Stunden."))[0], read(Ad(text="Teilzeit ist leider nicht möglich, Vollzeit"))[0]
    (('full_time', 'part_time'), ('full_time',))
    """
    proofs: dict[str, Evidence] = {}
    for part, hit in scan("work_time", ad):
        if _offered(part, hit.start, hit.end):
            proofs.setdefault(hit.value, evidence("work_time", hit.value, part, hit.start, hit.end))
    for part, start, end, low, high in hours.statements(ad):
        for value in (low, high):
            if value is None or ("minijob" in proofs and value < _MINIJOB_HOURS):
                continue
            kind = "full_time" if value >= 35 else "part_time"
            proofs.setdefault(kind, evidence("work_time", kind, part, start, end))
    kinds = tuple(kind for kind in ORDER if kind in proofs)
    return kinds, tuple(proofs[kind] for kind in kinds)


def _offered(part: Segment, start: int, end: int) -> bool:
    """Not denied, and not said of others ("unsere Teilzeitkräfte") or of a course of study."""
    word = part.low[start : end + 12]
    if part.section == "about" and _OTHERS.search(word):
        return False
    return not negated(part, start, end) and not _DENIED.match(part.low, end)
