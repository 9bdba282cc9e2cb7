"""Whether an ad's main task is serving a business's customers: title first, then occupation, then the tasks.

The wordings are in words/scope.toml; here is only how they weigh against each other. A sentence tells of service where it names
both what is done for people ("serve") and whom or how they are met ("whom").
"""

import re
from functools import lru_cache

from scraper.model import Evidence
from scraper.normalise import occupations
from scraper.normalise.ad import Ad
from scraper.normalise.denial import negated
from scraper.normalise.index import Found, found, in_text

_DENIAL = re.compile(r"\b(?:kein\w*|nicht\w*|ohne|nie|wenig|höchstens|no|none)\b")  # the bar that is itself a denial
_BY_OTHERS = re.compile(r"[^,.;]{0,12}\b(?:mach(?:t|en)|übern(?:immt|ehmen)|erledig(?:t|en)|liegt|is done|are done)\b")
_OCCUPATION = {"in": 2.0, "out": -2.5, "open": 0.0, None: 0.0}
_MILD = -1.0  #: what an occupation that serves nobody takes from a title that does
_LIMIT = 1.5  #: from this sum on an ad is in scope
_DUTY, _MOST_DUTIES = 1.0, 2.5
_BAR, _MOST_BARS = -1.5, -3.0
_HINT = 1.0  #: a title that only sounds of service


@lru_cache(maxsize=32)
def read(ad: Ad) -> tuple[bool, tuple[Evidence, ...]]:
    """Whether the ad is in scope, with the wordings that spoke for the answer.

    >>> read(Ad(title="Mitarbeiter Kundenservice (m/w/d)"))[0], read(Ad(title="Servicetechniker im Kundendienst"))[0]
    (True, False)
    """
    hits = [hit for hit in found(ad, "scope") if _heard(hit)]
    title = _title(hits)
    total = title + (max(_MILD, _occupation(ad)) if title > _HINT else _occupation(ad)) + _tasks(hits)
    in_scope = total >= _LIMIT
    kinds = ("role", "duty") if in_scope else ("out", "bar")
    return in_scope, tuple(hit.evidence("in_scope", hit.value) for hit in hits if hit.value in kinds)[:5]


def _heard(hit: Found) -> bool:
    section = hit.segment.section
    if hit.value in ("role", "out", "hint"):
        return section == "title"
    if hit.value in ("duty", "serve", "whom"):
        return section in ("tasks", "other", "about") and not negated(hit.segment, hit.start, hit.end)
    if section not in ("tasks", "other", "about", "profile"):
        return False
    if _BY_OTHERS.match(hit.segment.low, hit.end):
        return False
    wording = hit.segment.low[hit.start : hit.end]
    return _DENIAL.search(wording) is not None or not negated(hit.segment, hit.start, hit.end)


def _title(hits: list[Found]) -> float:
    """A serving role counts for, another role against; the other role wins where the title names both."""
    values = {hit.value for hit in hits}
    serving = 2.5 if "role" in values else _HINT if "hint" in values else 0.0
    return serving - (4.0 if "out" in values else 0.0)


def _occupation(ad: Ad) -> float:
    known = occupations.verdict(ad.occupation)
    if known is None and ad.occupation:
        values = in_text(ad.occupation, "scope")
        known = "out" if "out" in values else "in" if "role" in values else None
    return _OCCUPATION[known]


def _tasks(hits: list[Found]) -> float:
    """What the ad tells of the work, each sentence once."""
    told: dict[str, set[int]] = {value: {hit.number for hit in hits if hit.value == value} for value in ("duty", "serve", "whom")}
    bars = {hit.number for hit in hits if hit.value == "bar"}
    duties = told["duty"] | ((told["serve"] & told["whom"]) - bars)
    return min(_MOST_DUTIES, _DUTY * len(duties)) + max(_MOST_BARS, _BAR * len(bars))
