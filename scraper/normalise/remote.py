"""Where the work may be done: none (presence is stated), hybrid (any home office), full (wholly from home); silent: None."""

import re

from scraper.model import Evidence
from scraper.normalise.ad import Ad, Segment, evidence
from scraper.normalise.denial import negated
from scraper.normalise.index import scan
from scraper.normalise.sources import Hinted
from scraper.normalise.words import Hit

_REFUSED = Hinted(
    r"[^.;!?]{0,60}?\b(?:nicht(?! nur)|nein|ausgeschlossen|kein\w*|unmöglich|no|not(?! only)|isn.?t|leider nicht|tabu)\b"
)
_BREAK = re.compile(r",\s(?:dafür|aber|sondern|but|however)|[.!?;]|\b(?:aber|sondern|but)\b")
_KEIN = Hinted(
    r"\b(?:nicht(?! nur)(?= (?:von|aus|im|per) $|\s$)|kein(?:e[nr]?|erlei)?|ohne|no|without|"
    r"weder)\s(?:\w+\s){0,3}$"
)
_NOT_YET = Hinted(r"^[^.;!?]{0,40},\s(?:vorher|aktuell|derzeit|momentan|noch|bis dahin)\s(?:noch )?nicht\b")
_BADLY = Hinted(
    r"[^.;!?]{0,12}\b(?:scheide[nt] (?:\w+ )?aus|entf(?:ä|a)ll\w*|kommt (?:\w+ )?nicht (?:in frage|infrage)|schwierig|"
    r"passt (?:\w+ )?nicht)"
    r"|[^.;!?]{0,20}\b(?:geht|klappt|funktioniert|passt|works)\b[^.;!?]{0,40}\b(?:schlecht|nicht|badly|kaum)\b"
)
_DOUBT = Hinted(r"kein(?:e)? (?:problem|thema|ausnahme|grenze)|no problem|nicht nur|keine seltenheit")
_TASK = re.compile(r"kund\w+ (?:im|beim|aus dem)|hardware|router|customers? (?:at|from) home|einkauf")


def read(ad: Ad) -> tuple[str | None, tuple[Evidence, ...]]:
    """`none`, `hybrid`, `full`, or None when the ad does not say.

    >>> [read(Ad(text=t))[0] for t in ("bis zu 60 % Homeoffice", "Homeoffice: nein.", "Wir sitzen am Rhein.")]
    ['hybrid', 'none', None]
    """
    found: dict[str, Evidence] = {}
    for part, hit in scan("remote", ad):
        kind = _kind(part, hit)
        if kind:
            found.setdefault(kind, evidence("remote", kind, part, hit.start, hit.end))
    for kind in ("full", "hybrid", "none"):
        if kind in found:
            return kind, (found[kind],)
    return None, ()


def _kind(part: Segment, hit: Hit) -> str | None:
    """The hit's own value, `none` where it is refused, None where it speaks of something else."""
    if hit.value == "none":
        return None if negated(part, hit.start, hit.end) else "none"
    if part.section == "tasks" and _TASK.search(part.low):
        return None
    return "none" if _refused(part, hit) else hit.value


def _refused(part: Segment, hit: Hit) -> bool:
    before, after = part.low[max(0, hit.start - 40) : hit.start], part.low[hit.end :]
    if _DOUBT.search(part.low):
        return False
    if _KEIN.search(before) or _BADLY.match(after):
        return True
    if _NOT_YET.search(after):
        return True
    cut = _BREAK.search(after)
    refusal = _REFUSED.match(after[: cut.start()] if cut else after)
    return bool(refusal) and "," not in after[: refusal.end() if refusal else 0]
