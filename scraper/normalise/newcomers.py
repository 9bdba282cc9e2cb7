"""Who may come without having done the work before: people from other trades, and starters."""

import re
from functools import lru_cache

from scraper.normalise.ad import Ad, Segment
from scraper.normalise.index import scan
from scraper.normalise.words import Hit

Found = tuple[tuple[Segment, Hit], ...]
_WELCOME = re.compile(
    r"willkommen|gern|richtig|einarbeit|weisen wir|schul|begrüß|lern|bekommen|bewerb|eingeladen|"
    r"welcome|chance|melde|dürfen|freuen|geeignet|auch|wunsch|machen wir|starten|möglich"
)
_UNWELCOME = re.compile(
    r"(?:nicht|kein\w*|weniger|not)\s(?:\w+\s)?(?:geeignet|möglich|willkommen|die richtige|"
    r"suitable)|unterstützen|betreuen|beraten|zielgruppe"
)
_LIFE = re.compile(
    r"beruf|branche|vorher|bisher|früher|zuvor|gemacht|gearbeitet|vorgeschichte|werdegang|lebenslauf|quer|gelernt|"
    r"ausbildung|woher|hintergrund|vergangenheit|laufbahn"
)
#: what invites the people named in a sentence: they fit, they are trained, others of them are here already
_INVITES = re.compile(
    r"willkommen|hauptsache|gern(?:e)? (?:gesehen|auch|bewerben|melden)|auch gern|richtig|passt|pass(?:en|t) |"
    r"freuen wir|eingeladen|ermunter|bewerb|melde|lern(?:en|st|t)\b|schul(?:en|ung)|"
    r"bilden|arbeiten (?:wir|dich|sie)|(?:arbeiten|weisen)\b[^.;]*\bein\b|neu angefangen|fangen|angefangen|anfangen|"
    r"starten|gestartet|neustart|"
    r"neuanfang|umstieg|umsteigen|\bwechsel\b|\bwechseln\b|spielt? keine|keine rolle|egal|gleich\b|zählt|wichtiger|chance|"
    r"fit machen|machen (?:wir )?(?:dich|sie|euch)|bei uns (?:arbeiten|sind|sitzen|haben)|"
    r"(?:arbeiten|sitzen|haben|sind) (?:bei uns|hier)|waren (?:vorher|früher|zuvor)|"
    r"welcome|already|invite|teach|train|happy to hear|encourage|apply|wissen wir zu schätzen|profitier|schätzen|"
    r"kann(?:st)? (?:das|es)|"
    r"\bals auch\b|ebenso|alle(?:s)? (?:recht|dabei)"
)
_BEFORE = re.compile(
    r"bisher|vorher|früher|zuvor|ehemalig|\beinst\b|former|previous|used to|zuletzt|hauptsache|"
    r"umorientier|verändern|\bwechseln?\b"
)
_DEMANDED = re.compile(
    r"(?:abgeschlossen\w*|ausbildung|lehre|studium|qualifikation)\s(?:\w+\s)?(?:als|zum|zur|im|in der|in)\b|zwingend|"
    r"voraussetzung (?:ist|sind)|"
    r"mindestens|wenigstens|jahre|umgang mit|(?:mehr|lang)jährig|fundiert"
)
_ASKED = re.compile(r"erfahrung|praxis|kenntnis|experience")


@lru_cache(maxsize=32)
def changers(ad: Ad) -> Found:
    """Where other trades are invited."""
    found = [(part, hit) for part, hit in _entries(ad) if _invites(part, hit)]
    return tuple(found) or _trades(ad)


def starters(ad: Ad) -> Found:
    """Where starters are welcome, or no experience is needed."""
    return tuple(
        (part, hit)
        for part, hit in _entries(ad)
        if hit.value in {"starters", "no_need"} and part.section not in {"about", "offer", "apply"} and _unneeded(part, hit)
    )


@lru_cache(maxsize=32)
def _entries(ad: Ad) -> Found:
    return tuple(scan("entry", ad))


def _invites(part: Segment, hit: Hit) -> bool:
    if hit.value == "changers":
        return not _UNWELCOME.search(part.low) and part.section != "about"
    if part.section in {"about", "offer", "apply"}:
        return False
    if hit.value == "trade":
        return _invites_trade(part, hit)
    return hit.value == "any_trade" and _LIFE.search(part.low[hit.start :]) is not None


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


def _trades(ad: Ad) -> Found:
    """Sentences that name several trades far from the work, or one as the past, and invite their people."""
    named: dict[int, list[tuple[Segment, Hit]]] = {}
    for part, hit in _entries(ad):
        if hit.value == "far_trade" and part.section in {"profile", "other", "tasks", "offer"}:
            named.setdefault(part.start, []).append((part, hit))
    for pairs in named.values():
        part = pairs[0][0]
        names = {part.low[hit.start : hit.end] for _, hit in pairs}
        if len(names) + bool(_BEFORE.search(part.low)) >= 2 and _invited(part):
            return (pairs[0],)
    return ()


def _invited(part: Segment) -> bool:
    invites = _INVITES.search(part.low) is not None and _UNWELCOME.search(part.low) is None
    return invites and (
        _DEMANDED.search(part.low) is None
        or re.search(
            r"\begal|hauptsache|\bob (?:sie|"
            r"du)\b",
            part.low,
        )
        is not None
    )


def _unneeded(part: Segment, hit: Hit) -> bool:
    words = part.low[hit.start : hit.end]
    if hit.value == "no_need":
        return bool(re.search(r"\bno\b|\bnot\b|n.t\b", part.low[max(0, hit.start - 40) : hit.end]))
    return not _UNWELCOME.search(part.low) and not ("sprach" in words or "englisch" in words or "sap" in words)
