"""Level of the post, years of experience demanded, and whether career changers are invited."""

import re
from functools import lru_cache
from typing import Literal

from scraper.model import Evidence
from scraper.normalise.ad import Ad, Segment, body, evidence
from scraper.normalise.experience import Demand, demands
from scraper.normalise.index import scan
from scraper.normalise.newcomers import changers, starters
from scraper.normalise.sources import Hinted
from scraper.normalise.words import Hit

Level = Literal["apprentice", "student", "lead", "experienced", "entry", "unknown"]
Found = tuple[tuple[Segment, Hit], ...]
_TRAINS = Hinted(
    r"deine\s(?:\w+\s)?ausbildung|ausbildungsbeginn|ausbildungsstart|lehrjahr|ausbildungsjahr|ihre ausbildung (?:zum|zur|als)"
)


def read(ad: Ad) -> tuple[Level, tuple[Evidence, ...]]:
    """The level, by the first rule that holds: apprentice, student, lead, experienced, entry, unknown.

    >>> [read(Ad(title=t))[0] for t in ("Teamleitung Service", "Werkstudent (m/w/d)", "Agent")]
    ['lead', 'student', 'unknown']
    """
    titles = [(part, hit) for part, hit in _titles(ad) if part.where == "title"]
    for level in ("apprentice", "student", "lead"):
        for part, hit in titles:
            if hit.value == level and not (level == "lead" and _assists(part, hit)):
                return _answer(level, part, hit.start, hit.end)
    if found := _by_text(ad):
        return found
    asked = _demands(ad)
    open_to = {id(part) for part, hit in starters(ad) if hit.value == "starters"}
    much = [(demand.part, demand.start, demand.end) for demand in asked if demand.much and id(demand.part) not in open_to]
    if much:
        return _answer("experienced", *much[0])
    little = [
        *((part, hit.start, hit.end) for part, hit in changers(ad)),
        *((demand.part, demand.start, demand.end) for demand in asked if demand.little),
        *((part, hit.start, hit.end) for part, hit in starters(ad)),
        *((part, hit.start, hit.end) for part, hit in titles if hit.value == "junior"),
    ]
    return _answer("entry", *little[0]) if little else ("unknown", ())


def years(ad: Ad) -> tuple[float | None, tuple[Evidence, ...]]:
    """The smallest number of years demanded.

    >>> years(Ad(text="Ihr Profil: 1–2 Jahre Erfahrung im Kundenservice"))[0]
    1.0
    """
    if any(hit.value == "apprentice" and part.where == "title" for part, hit in _titles(ad)):
        return None, ()  # an apprenticeship lasts some years, it asks for none
    numbered = [demand for demand in _demands(ad) if demand.years is not None]
    least = min(numbered, key=lambda demand: demand.years or 0.0, default=None)
    if least is None or least.years is None:
        return None, ()
    return float(least.years), (evidence("experience_years", f"{least.years:g}", least.part, least.start, least.end),)


def career_changers(ad: Ad) -> tuple[bool, tuple[Evidence, ...]]:
    """Whether people from other trades are invited; starters and returners alone are not meant.

    >>> career_changers(Ad(text="Quereinsteiger sind willkommen."))[0], career_changers(Ad(text="Gern Berufsanfänger."))[0]
    (True, False)
    """
    for part, hit in changers(ad):
        return True, (evidence("career_changers", "true", part, hit.start, hit.end),)
    return False, ()


def _answer(level: Level, part: Segment, start: int, end: int) -> tuple[Level, tuple[Evidence, ...]]:
    return level, (evidence("level", level, part, start, end),)


@lru_cache(maxsize=32)
def _demands(ad: Ad) -> tuple[Demand, ...]:
    return tuple(demands(ad))


@lru_cache(maxsize=32)
def _titles(ad: Ad) -> Found:
    return tuple(scan("level", ad))


def _assists(part: Segment, hit: Hit) -> bool:
    return bool(re.search(r"(?:assisten\w*|sekret\w*|assistant|referent\w*)[^,|–-]{0,25}$", part.low[: hit.start]))


def _by_text(ad: Ad) -> tuple[Level, tuple[Evidence, ...]] | None:
    """What the title leaves out: an apprenticeship described, or people to lead."""
    for part in body(ad):
        match = None if part.section == "about" or "abgeschlossen" in part.low else _TRAINS.search(part.low)
        if match and "nach" not in part.low[max(0, match.start() - 12) : match.start()]:
            return _answer("apprentice", part, match.start(), match.end())
    for part, hit in _titles(ad):
        if hit.value == "lead_text" and part.section in {"tasks", "other", "profile"}:
            return _answer("lead", part, hit.start, hit.end)
    return None
