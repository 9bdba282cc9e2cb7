"""Whether an agency stands between: temp (Arbeitnehmerüberlassung), placement for a client, or None.

A contact-centre outsourcer serves its clients' customers and is no agency; an agency's own office post is none either.
"""

import re
from collections.abc import Sequence

from scraper.model import Evidence
from scraper.normalise import words
from scraper.normalise.ad import Ad, Segment, evidence
from scraper.normalise.denial import negated
from scraper.normalise.index import scan
from scraper.normalise.words import Hit

_EXPERIENCE = re.compile(r"erfahrung|kenntnis|experience|hintergrund|gearbeitet|schon einmal|knowledge")
_CALLS = re.compile(
    r"telefonier|betreu(?:en|st|t)\b|kundenservice für|kundenbetreuung für|anrufe|gespräche|"
    r"kundinnen und kunden unserer|kunden unserer auftraggeber"
)
_SEEKS = re.compile(
    r"such|besetz|vermittel|stellen|look|hiring|recruit|search|anstell|direkt|festanstell|einstell|übernahme|einsatz"
)
_STAFFING = re.compile(
    r"(?<![^\W_])(?:personal(?:service|dienst\w*|management|leasing|lösungen|partner)?|staffing|zeitarbeit|workforce)(?![^\W_])"
)
_NO = re.compile(r"\b(?:kein\w*|no|nicht|ohne|never|statt)\b[^.;]{0,40}$")


def read(ad: Ad) -> tuple[str | None, tuple[Evidence, ...]]:
    """`temp`, `placement` or None.

    >>> read(Ad(text="Keine Zeitarbeit! Festanstellung direkt bei uns."))[0] is None
    True
    >>> read(Ad(text="Wir suchen im Rahmen der Arbeitnehmerüberlassung zwei Agenten."))[0]
    'temp'
    """
    hits = scan("agency", ad)
    own = any(hit.value == "own" and part.section in {"title", "offer"} for part, hit in hits)
    found: dict[str, Evidence] = {}
    for part, hit in hits:
        if (
            hit.value in {"temp", "placement"}
            and _counts(part, hit)
            and not (own and hit.value == "temp" and part.section != "title")
        ):
            found.setdefault(hit.value, evidence("agency", hit.value, part, hit.start, hit.end))
    kind = "temp" if "temp" in found else "placement" if "placement" in found and not own else None
    if kind == "temp" and "placement" in found and _only_business(hits):
        kind = "placement"
    if kind is None and not own and (proof := _by_employer(ad, hits)):
        return "temp", (proof,)
    return kind, (found[kind],) if kind else ()


def _by_employer(ad: Ad, hits: Sequence[tuple[Segment, Hit]]) -> Evidence | None:
    """An employer whose name says temp agency; or one whose name says staffing, seeking for a client."""
    low = words.fold(ad.employer)
    named = words.first("agency", low)
    if named is None and (staffing := _STAFFING.search(low)) and any(hit.value == "client" for _, hit in hits):
        return Evidence("agency", "temp", staffing.span(), "employer", ad.employer[slice(*staffing.span())])
    if (
        named is None
        or named.value != "temp"
        or any(_NO.search(part.low, 0, hit.start) for part, hit in hits if hit.value == "temp")
    ):
        return None
    return Evidence("agency", "temp", (named.start, named.end), "employer", ad.employer[named.start : named.end])


def _counts(part: Segment, hit: Hit) -> bool:
    if negated(part, hit.start, hit.end) or _NO.search(part.low, 0, hit.start):
        return False
    if part.section in {"profile", "tasks"} and (_EXPERIENCE.search(part.low) or part.section == "tasks"):
        return False
    if hit.value == "placement" and "auftrag" in hit.word.pattern and "auftrag" in part.low[hit.start : hit.end]:
        return bool(_SEEKS.search(part.low)) and not _CALLS.search(part.low)
    return True


def _only_business(hits: Sequence[tuple[Segment, Hit]]) -> bool:
    """Temp work is named only where the agency lists its lines of business beside placement."""
    temp = [part for part, hit in hits if hit.value == "temp"]
    both = [part for part, hit in hits if hit.value == "placement"]
    return all(part.section in {"about", "other"} and part in both for part in temp) and any(part not in temp for part in both)
