"""Experience demanded: the smallest number of years asked for, and whether much or little is asked.

Softened wishes, alternatives to a qualification, upper bounds and the company's own age demand nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from scraper.normalise.ad import Ad, Segment, segments
from scraper.normalise.denial import no_must, softened
from scraper.normalise.sources import Hinted, holds
from scraper.normalise.words import SENTENCES

_WORDS: dict[str, float] = {
    **{
        "ein": 1,
        "eine": 1,
        "einem": 1,
        "eines": 1,
        "einen": 1,
        "einer": 1,
        "zwei": 2,
        "drei": 3,
        "vier": 4,
        "fünf": 5,
        "fuenf": 5,
    },
    **{
        "sechs": 6,
        "sieben": 7,
        "acht": 8,
        "neun": 9,
        "zehn": 10,
        "zwölf": 12,
        "zwoelf": 12,
        "achtzehn": 18,
        "vierundzwanzig": 24,
    },
    **{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10, "twelve": 12, "a": 1},
    **{"halbes": 0.5, "halben": 0.5, "half": 0.5, "anderthalb": 1.5, "eineinhalb": 1.5, "zweieinhalb": 2.5},
}
_NUMBER = rf"(?:\d{{1,2}}(?:[.,]5)?|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_YEARS = re.compile(
    rf"(?<![\w.,§])(?P<low>{_NUMBER})(?:\s?\+|\s?plus)?(?:\s?(?:-|–|—|,|bis|to|oder|or|bis zu)"
    rf"\s?(?P<high>{_NUMBER}))?(?:\s?\+)?[\s\u00a0-]?"
    r"(?P<half>(?:halbes|halben|full|volle[sn]?|ganze[sn]?)\s)?(?P<unit>jahre?[ns]?|jährige[rnms]?|"
    r"jaehrige[rnms]?|monate?n?|monatige[rnms]?|years?.?|yrs?|months?)(?!\w)"
)
_JOINED = re.compile(rf"(?<!\w)(?P<low>{_NUMBER})-?(?P<unit>jährige|jaehrige|monatige)[rnms]?(?!\w)")
_SPAN = ("jahr", "jähr", "jaehr", "year", "yrs", "mona", "month")  #: without one of them there is no number of years
_KNOWN = ("erfahrung", "praxis", "experience", "tätigkeit", "berührung")  #: without one of them no experience is named
_PIECES = (*_SPAN, *_KNOWN)
_PRACTICE = re.compile(
    r"erfahrung|praxis|experience|praktik|berufsjahr|gearbeitet|tätig|beschäftigt|worked|background|"
    r"gemacht|verantwort|führung|hotline"
    r"|kundenservice|kundenkontakt|vertrieb|verkauf|recruiting|außendienst|innendienst|support|"
    r"sales|callcenter|call.?center|customer|retail|büro|service"
)
_STRICT = re.compile(r"erfahrung|praxis|experience|gearbeitet|tätig gewesen|worked|berufsjahr")
_BEFORE_NOT = re.compile(
    r"(?:seit|vor|maximal|max\.?|höchstens|bis zu|davon(?: mindestens)?|für|auf|über|binnen|"
    r"innerhalb von|nach|after|for the (?:last|past)|up to|at most|under"
    r"|of which|including|inklusive|inkl\.|davon|alle|every|befristet auf|in|im|ersten|first|garantie|weniger als|no more than|"
    r"unter|die nächsten)\s(?:mehr als |rund |über |gut |fast |etwa |ca\. |den |at least |mindestens |wenigstens )?$"
)
_AFTER_NOT = re.compile(
    r"[\s-]?(?:alt|old|ausbildung|lehre|befrist|vertrag|garantie|of age|studium|berufsausbildung|"
    r"ago|lang befrist|tradition|jung|am markt|später|apprentice|kaufmännische ausbildung|contract|"
    r"probezeit|elternzeit)"
)
#: "kennen das Geschäft seit mindestens drei Jahren" asks, "seit 20 Jahren am Markt" does not
_SINCE = re.compile(r"(?<!\w)(?:sie|du|you)(?!\w)[^.;]{0,60}(?:seit|for) (?:mindestens|wenigstens|at least) $")
_AT_LEAST_SINCE = ("seit mindestens ", "seit wenigstens ", "for at least ")
_WORK = re.compile(r"\s(?:im|in (?:der|einem|einer)|am|an der|bei|als|auf)\s|\s[A-ZÄÖÜ][a-zäöüß-]{4,}")
_MUCH = Hinted(
    r"(?<!\w)(?:mehrjährige[rnms]?|mehrjaehrige[rnms]?|langjährige[rnms]?|langjaehrige[rnms]?|"
    r"fundierte[rnms]?|umfassende[rnms]?|umfangreiche[rnms]?|mehrere[rn]?\s(?:\w+\s)?jahren?|"
    r"einige(?:n)?\sjahren?"
    r"|several years|many years|years of|extensive|profound|in-depth|long-standing|"
    r"jahrelange[rnms]?|tiefgehende[rnms]?|reichlich|viel)\s"
    r"(?:(?!und\b|oder\b|sowie\b|and\b|or\b)[^\s,.;()]+\s){0,4}?(?:of\s)?(?:relevant\s|professional\s|"
    r"work(?:ing)?\s)?[^\s,.;()]{0,30}(?:erfahrung\w*|praxis|experience|tätigkeit)(?!\w)"
    r"|(?<!\w)(?:erfahrung\w*|praxis)\s(?:von\s)?mehrere[rn]?\sjahren?"
)
_FIRST = Hinted(
    r"(?<!\w)(?:erste[rnms]?|ein wenig|etwas|a little|some|first|initial)\s(?:[^\s,.;()]+\s)"
    r"{0,3}?[^\s,.;()]{0,25}(?:erfahrung\w*|experience|praxis|berührungspunkte)(?!\w)"
)
_OR = re.compile(r"(?<!\w)(?:oder(?! -)|or|alternativ|bzw\.|beziehungsweise|ersatzweise|wahlweise)(?!\w)")
_JOIN = re.compile(r"[,;:]|(?<!\w)(?:und|sowie|plus|and|außerdem|zudem|dazu)(?!\w)")
_QUALIFIED = re.compile(
    r"ausbildung|lehre\b|studium|abschluss|gelernt|degree|apprentice|qualifikation|kaufmann|"
    r"kauffrau|fachkraft|fachangestellt|kommst|kommen|come|diplom|bachelor"
    r"|\b(?:pka|pta|mfa|zfa|tfa)\b|assistent|mechatroniker|fachwirt|meister|training|education|"
    r"practice|hintergrund|uni\b|zertifik"
)
_INSTEAD = re.compile(
    r"\s(?:simply|just|einfach|hast|bist|sind|haben|du|sie|ein praktikum|lust|bereit|willst|"
    r"wollen|motivation|the willingness)(?!\w)"
)
_ADJECTIVE = re.compile(r"^[^\W\d_]+(?:e|er|en|em|es|sche|ive)$")


@dataclass(frozen=True, slots=True)
class Demand:
    """Experience asked for: `years` None where no number is given."""

    part: Segment
    start: int
    end: int
    years: float | None
    much: bool  #: two years and more, or "mehrjährig"
    little: bool  #: up to one year, or "erste Erfahrung"


def demands(ad: Ad) -> Iterator[Demand]:
    """What is really demanded, in order of the text."""
    for part in segments(ad):
        if not _names_experience(part.low):
            continue
        if part.section in {"offer", "apply"} and not _STRICT.search(part.low):
            continue
        yield from _numbers(part)
        if part.section not in {"about", "apply"} and holds(part.low, ((*_KNOWN, "jahre"),)):
            for pattern, much in ((_MUCH, True), (_FIRST, False)):
                for match in pattern.finditer(part.low):
                    if _demanded(part, match.start(), match.end()):
                        yield Demand(part, match.start(), match.end(), None, much, not much)


@lru_cache(maxsize=SENTENCES)
def _names_experience(low: str) -> bool:
    return holds(low, (_PIECES,))


def _numbers(part: Segment) -> Iterator[Demand]:
    if not holds(part.low, (_SPAN,)):
        return
    for pattern in (_YEARS, _JOINED):
        for match in pattern.finditer(part.low):
            years = _years(match)
            if 0.2 < years <= 15 and _asks(part, match) and _demanded(part, match.start(), match.end()):
                yield Demand(part, match.start(), match.end(), years, years >= 2, years <= 1)


def _years(match: re.Match[str]) -> float:
    found = match["low"]
    if (match.groupdict().get("half") or "").startswith("halb"):
        return 0.5
    number = _WORDS[found] if found in _WORDS else float(found.replace(",", "."))
    return round(number / 12, 2) if match["unit"].startswith("mon") else number


def _asks(part: Segment, match: re.Match[str]) -> bool:
    """The number speaks of experience asked, not of an age, a contract, an apprenticeship or the company."""
    before, after = part.low[max(0, match.start() - 70) : match.start()], part.low[match.end() : match.end() + 90]
    asked_since = _SINCE.search(before) or (part.section == "profile" and before.endswith(_AT_LEAST_SINCE))
    if (_BEFORE_NOT.search(before) and not asked_since) or _AFTER_NOT.match(after):
        return False
    near = before[-40:] + match[0] + after
    if part.section == "profile":
        behind = part.text[match.end() : match.end() + 30]
        return bool(_PRACTICE.search(near)) or _WORK.match(behind) is not None
    return part.section in {"other", "tasks", "title"} and bool(
        _STRICT.search(near)
        or (
            re.search(r"mindestens|wenigstens|setzen|voraus|sollte|at least|years? (?:of|in)\b|jahre? (?:im|in der)\b", near)
            and _PRACTICE.search(near)
        )
    )


def _demanded(part: Segment, start: int, end: int) -> bool:
    if softened(part, start, end) or no_must(part, end):
        return False
    if re.search(r"(?<!\w)(?:unsere[rn]?|our|wir (?:haben|verfügen|bringen)|mit unserer)(?!\w)[^.]{0,40}$", part.low[:start]):
        return False
    return not _alternative(part, start, end)


def _alternative(part: Segment, start: int, end: int) -> bool:
    """Experience stands only beside a qualification: "Ausbildung oder zwei Jahre Praxis"."""
    left = part.low[:start]
    for match in _OR.finditer(left):
        words = part.text[: match.start()].split(), part.text[match.end() :].split()
        shared = words[0] and words[1] and all(_ADJECTIVE.match(word) for word in (words[0][-1], words[1][0]))
        if not shared and not _JOIN.search(left, match.end()) and _QUALIFIED.search(left, 0, match.start()):
            return True
    if follows := _OR.search(part.low, end, min(len(part.low), end + 70)):
        between, beyond = part.low[end : follows.start()], part.low[follows.end() : follows.end() + 45]
        if _JOIN.search(between.rstrip(" ,–-")):
            return False
        if follows[0].startswith(("alternativ", "ersatz")) or _INSTEAD.match(beyond):
            return True
        qualified = _QUALIFIED.search(beyond)
        return bool(qualified) and not _JOIN.search(beyond[: qualified.start() if qualified else 0])
    return False
