"""Further training that the employer offers, by kind; the start of the job and the apprenticeship itself are none."""

import re

from scraper.model import Evidence
from scraper.normalise.ad import Ad
from scraper.normalise.denial import negated
from scraper.normalise.index import Found, found

_TOPICS = ("it", "language", "intercultural")
_SPOKEN = re.compile(
    r"\b(?:deutsch|englisch|türkisch|polnisch|französisch|spanisch|niederländisch|italienisch|arabisch|"
    r"gebärdensprache)\b"
)
_CUT = re.compile(r"[,;.!?]|\b(?:sowie|plus)\b|(?<![-‐–]) (?:und|and) (?!(?:ki|sap|excel|it)\b)")
_LINKED = re.compile(
    r"^(?:[^,;.!?]* (?:zu[mr]?|in|für|on|for|über|am|rund um|mit kursen zu) |[^,;.!?]*[,(]? ?\(?(?:unter anderem|"
    r"u\. ?a\.|etwa|z\. ?b\.|auch|beispielsweise|wie|"
    r"darunter|inklusive|including|such as|e\. ?g\.) )"
)
_EXAMPLES = re.compile(r"[^,;.!?(]{0,20}[,(] ?\(?(?:unter anderem|u\. ?a\.|etwa|z\. ?b\.|beispielsweise|darunter)")
_IT_JOB = re.compile(
    r"\b(?:it|software|support|informatik\w*|fachinformatiker\w*|help ?desk|service ?desk|scrum|sap|windows"
    r"|administra\w+)\b"
)
_OFFER = re.compile(
    r"\b(?:bieten|bekommst|bekommen|erhalten|erhältst|unser paket|we offer|you get|dafür|zugang|zuschuss"
    r"|fördern|förderung|budget|unbefristet\w*|befristet\w*|urlaubstage|tage urlaub|home-?office|stunden|stundenlohn"
    r"|tarif\w*|jobrad"
    r"|jobticket|rabatt|betriebsrente|kantine)\b"
)


def read(ad: Ad) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """Kinds of training on offer, in alphabetical order.

    >>> read(Ad(text="Wir bieten: SAP-Schulungen, Fortbildungen"))[0], read(Ad(text="Wir bieten eine gute Einarbeitung"))[0]
    (('general', 'it'), ())
    """
    hits = found(ad, "training")
    proof: dict[str, Evidence] = {}
    for hit in hits:
        if hit.value not in ("course", "cert", "language") or not _offered(hit) or negated(hit.segment, hit.start, hit.end):
            continue
        near = [other for other in hits if other.number == hit.number]
        for kind in _kinds(ad, hit, near):
            proof.setdefault(kind, hit.evidence("training", kind))
    return tuple(sorted(proof)), tuple(proof[kind] for kind in sorted(proof))


def _offered(hit: Found) -> bool:
    section = hit.segment.section
    if section == "offer":
        return True
    if section in ("profile", "tasks", "title"):
        return section != "title" and _OFFER.search(hit.segment.low) is not None and "bring" not in hit.segment.low
    return hit.segment.paragraph > 0


def _kinds(ad: Ad, hit: Found, near: list[Found]) -> set[str]:
    """What one course is about: its topics, or "general" where one of them, or none at all, is named."""
    low = hit.segment.low
    if hit.value == "language":
        return {"language"}
    left = max((cut.end() for cut in _CUT.finditer(low, 0, hit.start)), default=0)
    right = _CUT.search(low, hit.end)
    end = right.start() if right else len(low)
    if any(other.value == "start" and other.start < end and left <= other.end for other in near):
        return set()
    front = {other.value for other in near if other.value in _TOPICS and left <= other.start < hit.end}
    if front:
        return front
    if hit.value == "cert" and _IT_JOB.search(f"{ad.title} {ad.occupation} {ad.text}".lower()):
        return {"it"}
    behind = _LINKED.match(low[hit.end : hit.end + 90])
    if not behind:
        return {"general"}
    return _topics_behind(low, hit, near)


def _topics_behind(low: str, hit: Found, near: list[Found]) -> set[str]:
    stop = re.compile(r"[,;.!?]").search(low, hit.end)
    if _EXAMPLES.match(low, hit.end):
        stop = re.compile(r"[;!?]|(?<!\bz)(?<!\bb)(?<!\bu)(?<!\ba)\.").search(low, hit.end)
    end = stop.start() if stop else len(low)
    kinds: set[str] = set()
    for part in re.finditer(r".+?(?: und | and |, |$)", low[hit.end : end]):
        begin, until = hit.end + part.start(), hit.end + part.end()
        topics = {other.value for other in near if other.value in _TOPICS and begin <= other.start < until}
        topics |= {"language"} if _SPOKEN.search(low, begin, until) else set()
        kinds |= topics or {"general"}
    return kinds or {"general"}
