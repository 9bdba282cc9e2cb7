"""Level of the post, years of experience demanded, and whether career changers are invited."""

import re
from functools import lru_cache
from typing import Literal

from scraper.model import Evidence
from scraper.normalise.ad import Ad, Segment, body, evidence, scan
from scraper.normalise.experience import Demand, demands
from scraper.normalise.words import Hit

Level = Literal["apprentice", "student", "lead", "experienced", "entry", "unknown"]
Found = tuple[tuple[Segment, Hit], ...]
_TRAINS = re.compile(
    r"deine\s(?:\w+\s)?ausbildung|ausbildungsbeginn|ausbildungsstart|lehrjahr|ausbildungsjahr|ihre ausbildung (?:zum|zur|als)"
)
_WELCOME = re.compile(
    r"willkommen|gern|richtig|einarbeit|weisen wir|schul|begrüß|lern|bekommen|bewerb|eingeladen|"
    r"welcome|chance|melde|dürfen|freuen|geeignet|auch|wunsch|machen wir|starten|möglich"
)
_UNWELCOME = re.compile(
    r"(?:nicht|kein\w*|weniger|not)\s(?:\w+\s)?(?:geeignet|möglich|willkommen|die richtige|"
    r"suitable)|unterstützen|betreuen|beraten|zielgruppe"
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
    much = [(demand.part, demand.start, demand.end) for demand in asked if demand.much]
    if much:
        return _answer("experienced", *much[0])
    little = [
        *((part, hit.start, hit.end) for part, hit in changers(ad)),
        *((demand.part, demand.start, demand.end) for demand in asked if demand.little),
        *((part, hit.start, hit.end) for part, hit in _starters(ad)),
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


@lru_cache(maxsize=32)
def _entries(ad: Ad) -> Found:
    return tuple(scan("entry", ad))


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


@lru_cache(maxsize=32)
def changers(ad: Ad) -> Found:
    """Where other trades are invited."""
    return tuple((part, hit) for part, hit in _entries(ad) if _invites(part, hit))


def _invites(part: Segment, hit: Hit) -> bool:
    if hit.value == "changers":
        return not _UNWELCOME.search(part.low) and part.section != "about"
    if part.section in {"about", "offer", "apply"}:
        return False
    if hit.value == "trade":
        return _invites_trade(part, hit)
    if hit.value == "any_trade":
        return bool(
            re.search(
                r"beruf|branche|vorher|gemacht|gearbeitet|vorgeschichte|werdegang|lebenslauf|quer|gelernt|"
                r"ausbildung|woher|hintergrund|vergangenheit",
                part.low[hit.start :],
            )
        )
    return False


def _invites_trade(part: Segment, hit: Hit) -> bool:
    words = part.low[hit.start : hit.end]
    if words.startswith(("kommen", "kommst", "come", "coming")):
        if re.match(r"komm\w+ (?:sie|du) ", words):
            return "?" in part.low[hit.end :]
        return (
            bool(re.search(r"(?:erfahrung|experience|praxis)\b.*(?:oder|or|gern)[^.;]{0,20}$", part.low[: hit.start]))
            and "direkt" not in words
        )
    if words.startswith(("aus ", "in ")):
        return bool(_WELCOME.search(part.low))
    return True


def _starters(ad: Ad) -> list[tuple[Segment, Hit]]:
    return [
        (part, hit)
        for part, hit in _entries(ad)
        if hit.value in {"starters", "no_need"} and part.section not in {"about", "offer", "apply"} and _unneeded(part, hit)
    ]


def _unneeded(part: Segment, hit: Hit) -> bool:
    words = part.low[hit.start : hit.end]
    if hit.value == "no_need":
        return bool(re.search(r"\bno\b|\bnot\b|n.t\b", part.low[max(0, hit.start - 40) : hit.end]))
    return not _UNWELCOME.search(part.low) and not ("sprach" in words or "englisch" in words or "sap" in words)
