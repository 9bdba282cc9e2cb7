"""Whether the work is done in shifts: Schicht, early and late duties, rolling plans; not weekend work or service hours alone."""

import re

from scraper.model import Evidence
from scraper.normalise.ad import Ad, Segment, evidence
from scraper.normalise.denial import negated
from scraper.normalise.index import scan
from scraper.normalise.words import Hit

_NONE = re.compile(
    r"\b(?:kein(?:e[nrsm]?|erlei)?|ohne|no|without|weder|nie|statt)\s(?:[^\W\d_]+-?,?\s?(?:und|oder|and|or|&|/)?\s?){0,3}$"
)
_DENIED = re.compile(
    r"[^.;,]{0,12}?\s?(?:–|:|fällt|fallen|gibt es|arbeiten wir|entfällt|brauchst du|ist|sind|"
    r"bieten wir|kennen wir)[^.;,]{0,35}\b(?:nicht|kein\w*|nein)\b|[^.;,]{0,15}entfällt"
)
_OTHERS = re.compile(
    r"schichten (?:ein|verteil|zuweis)|schicht(?:en)?-?(?:leit|führ|manag|plan(?:ung|er|en)\b)|shift (?:manager|"
    r"lead|plan|supervisor|"
    r"worker)|(?:unsere|unserer|our) (?:kunden|werke|customers|clients)"
)


def read(ad: Ad) -> tuple[bool, tuple[Evidence, ...]]:
    """True only where the ad says so.

    >>> [read(Ad(text=t))[0] for t in ("Früh- und Spätdienst im Wechsel", "Keine Schichtarbeit!", "Beschichtung von Blechen")]
    [True, False, False]
    """
    for part, hit in scan("shift", ad):
        if _counts(part, hit):
            return True, (evidence("shift", "true", part, hit.start, hit.end),)
    return False, ()


def _counts(part: Segment, hit: Hit) -> bool:
    if _OTHERS.match(part.low, hit.start) or (part.section == "about" and _OTHERS.search(part.low)):
        return False
    if _NONE.search(part.low, max(0, hit.start - 60), hit.start) or _DENIED.match(part.low, hit.end):
        return False
    return not negated(part, hit.start, hit.end)
