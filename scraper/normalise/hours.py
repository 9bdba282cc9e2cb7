"""Hours a week that an ad offers; shift times, opening hours, months and days are none.

Source of the forms: the gold ads in tests/data/gold; numbers may be spelled out ("dreißig Stunden").
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from scraper.model import Evidence, Hours
from scraper.normalise.ad import Ad, Segment, evidence, segments
from scraper.normalise.sources import Hinted, holds
from scraper.normalise.words import SENTENCES

_TENS = {"zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50}
_ONES = {"ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9}
_SPELLED: dict[str, float] = {
    **{"zehn": 10, "zwölf": 12, "fünfzehn": 15, "sechzehn": 16, "achtzehn": 18, "neunzehn": 19, "acht": 8, "neun": 9},
    **{"ten": 10, "twelve": 12, "fifteen": 15, "sixteen": 16, "eighteen": 18, "twenty": 20, "thirty": 30, "forty": 40},
    **{"thirty-five": 35, "thirty-eight": 38, "twenty-five": 25},
    **_TENS,
    **{f"{one}und{ten}": _TENS[ten] + _ONES[one] for one in _ONES for ten in _TENS},
}
_SPELLED |= {f"{word}einhalb": value + 0.5 for word, value in _SPELLED.items() if value >= 10}
_DIGITS = r"\d{1,2}(?:[.,]\d{1,2})?"
_NUMBER = rf"(?:{_DIGITS}|{'|'.join(sorted(_SPELLED, key=len, reverse=True))})"
#: without one of them no number is spelled out
_SPELLING = ("zig", "ßig", "ssig", "zehn", "acht", "neun", "zwölf", " ten", "twelve", "teen", "twenty", "thirty", "forty")
_JOIN = (
    r"\s?(?:-|–|—|‐|/|,|bis zu|bis|to|oder|or|und|and|bzw\.?|beziehungsweise|&)\s?(?:(?:in |"
    r"mit |auf wunsch |wahlweise |auch )?(?:teilzeit|vollzeit)?\s?(?:mit )?)?"
)
_UNIT = (
    r"(?:[-‐–\s]{0,2}(?:wochenstunden|stunden[-‐–\s]?(?:woche|wk)|stundenwoche|h[-‐–]woche|"
    r"hour (?:work ?)?week|stunden|std\.?|stdn\.?|hours?|hrs?\.?|h))"
)
_OFFER, _SPELLED_OFFER = (
    re.compile(rf"(?<![\w.,:€$/])(?P<list>{number}(?:{_JOIN}{number}){{0,7}}){_UNIT}(?!\w)(?!-?\w)?")
    for number in (_DIGITS, _NUMBER)
)
_LABELLED = Hinted(
    rf"(?<!\w)(?:wochenstunden(?:zahl)?|wochenarbeitszeit|wöchentliche arbeitszeit|stunden pro woche|"
    rf"stunden/woche|std\.?/woche|weekly hours|hours per week)"
    rf"\s?[:=(–-]?\s?(?:von |beträgt |liegt bei |ca\. )?(?P<list>{_NUMBER}(?:{_JOIN}{_NUMBER})"
    rf"{{0,5}})(?![\w%€])(?![.,]\d)(?!\s?(?:€|%|euro|eur|prozent|tage|urlaub))"
)
_TAIL = re.compile(
    rf"[^,.;\d()]{{0,25}}\b(?:oder|or|bzw\.)\s(?:vollzeitnahe?\w*\s|auch\s|teilzeit\s(?:mit\s)?)?(?P<list>{_NUMBER})"
    rf"(?![\w%€.]|\s?(?:%|€|euro|tage?|uhr|urlaub|monat|jahr|eur|stunden|std|h\b|hours|wochenst))"
)
_NUMBERS = re.compile(_NUMBER)
_WEEK = re.compile(
    r"[\s.)]{0,2}(?:/|pro|je|in der|die|in einer|per|a|each|the|an)?\s?(?:arbeits)?(?:woche|"
    r"wo\b|week|wk\b)|\s?wöchentlich|\s?weekly"
)
_NEVER = re.compile(
    r"[\s.]{0,2}(?:[/-]|pro|je|im|in the|am|per|a|an einem|each)?\s?(?:monat|month|mon\b|monatlich|"
    r"tag(?:e|s)?\b|day|jahr(?!es)|year|täglich|quartal)"
    r"|[-‐–\s](?:schicht|dienst|tag\b|hotline|service|support|notruf|notdienst|rufbereit|bereitschaft|garantie|betrieb)"
    r"|\s(?:rund um|erreichbar|geöffnet|besetzt|schulung|training|kurs|einarbeitung|unterricht|weiterbildung|fortbildung|coaching"
    r"|sonderurlaub|urlaub|freistellung|ehrenamt|praktikum|bearbeite|beantworte|antworte|vorher|"
    r"später|of (?:training|coaching|learning))"
)
_NEVER_BEFORE = re.compile(
    r"(?:binnen|innerhalb(?: von)?|innert|within|alle|every|rund um die uhr|spätestens|in(?: nur|"
    r" den nächsten| unter| maximal| weniger als)?|seit|von je|after|nach)"
    r"\s(?:ca\.\s|etwa\s|nur\s|den\s)?$"
)
_UP_TO = re.compile(r"(?:bis zu|bis|maximal|max\.?|höchstens|up to|nicht mehr als|unter|at most)\s(?:ca\.\s|etwa\s)?$")
_FROM = re.compile(
    r"(?:\bab|mindestens|mind\.|mindest|min\.|wenigstens|\bfrom|at least|starting at|minimum(?: of)"
    r"?|mehr als)\s(?:ca\.\s|etwa\s)?$"
)
_PIECES = ("stunde", "std", "hour", "hrs", "wochenarbeit", "arbeitszeit")  #: a statement holds one of them, or `_HOUR`
_HOUR = re.compile(r"h(?<=[\d\s]h)(?![^\W_])")
_GRADE = re.compile(r"(?<![^\W_])(?:eg|e|entgeltgruppe|gruppe|stufe|nr\.|tvöd|tv-l|tv-v)\s?(?:e\s?)?$")
_SERVICE = re.compile(r"\b(?:erreichbar|geöffnet|öffnungszeit\w*|servicezeit\w*|besetzt|betriebszeit\w*)\b")
_WORK = re.compile(
    r"vollzeit|teilzeit|arbeitszeit|umfang|vertrag|full.?time|part.?time|minijob|contract|unbefrist|befrist|arbeite"
)

Statement = tuple[Segment, int, int, float | None, float | None]


def read(ad: Ad) -> tuple[Hours | None, tuple[Evidence, ...]]:
    """Hours offered, the widest over all statements; an open side is None.

    >>> read(Ad(text="Wir bieten Teilzeit ab 25 Stunden oder Vollzeit mit 40 Stunden."))[0]
    Hours(low=25.0, high=40.0)
    >>> read(Ad(text="Antwort binnen 48 Stunden, Schichten von 6 bis 14 Uhr"))[0] is None
    True
    """
    found = list(statements(ad))
    if not found:
        return None, ()
    lows = [low for *_, low, _ in found if low is not None]
    highs = [high for *_, high in found if high is not None]
    open_low = any(low is None and not any(value < (high or 0) for value in lows) for *_, low, high in found)
    open_high = any(high is None and not any(value > (low or 0) for value in highs) for *_, low, high in found)
    hours = Hours(None if open_low else min(lows), None if open_high else max(highs))
    shown = f"{hours.low if hours.low is not None else ''}–{hours.high if hours.high is not None else ''}"
    return hours, tuple(evidence("hours", shown, part, start, end) for part, start, end, *_ in found)


@lru_cache(maxsize=32)
def statements(ad: Ad) -> tuple[Statement, ...]:
    """What the ad states, in order; see `_statements`."""
    return tuple(_statements(ad))


def _statements(ad: Ad) -> Iterator[Statement]:
    """Each statement: its segment, start, end, lowest and highest hours a week."""
    for part in segments(ad):
        if not _names_hours(part.low):
            continue
        offer = _SPELLED_OFFER if holds(part.low, (_SPELLING,)) else _OFFER
        for match in offer.finditer(part.low):
            if _counts(part, match):
                listed = _offered(part, match)
                yield _statement(part, match.end("list") - len(listed), match.end(), listed)
                if tail := _TAIL.match(part.low, match.end()):
                    yield _statement(part, tail.start("list"), tail.end("list"), tail["list"])
        for match in _LABELLED.finditer(part.low):
            if all(4 <= value <= 60 for value in _values(match["list"])):
                yield _statement(part, match.start(), match.end(), match["list"])


@lru_cache(maxsize=SENTENCES)
def _names_hours(low: str) -> bool:
    return holds(low, (_PIECES,)) or _HOUR.search(low) is not None


def _offered(part: Segment, match: re.Match[str]) -> str:
    """The list of numbers without a pay grade ("EG 8, 38,5 Stunden") or times of day ("8-16, 38 Stunden") before it."""
    groups = re.split(r",\s", match["list"])
    graded = _GRADE.search(part.low[max(0, match.start() - 20) : match.start()])
    while len(groups) > 1 and (graded or min(_values(groups[0]) or [0]) < 10):
        groups, graded = groups[1:], None
    return ", ".join(groups)


def _counts(part: Segment, match: re.Match[str]) -> bool:
    values = _values(_offered(part, match))
    if not values or not all(4 <= value <= 60 for value in values):
        return False
    before, after = part.low[max(0, match.start() - 30) : match.start()], part.low[match.end() : match.end() + 40]
    if _NEVER.match(after) or _SERVICE.search(part.low):
        return False
    unit = match[0][len(match["list"]) :]
    if "woche" in unit or "week" in unit or _WEEK.match(after):
        return True
    if (
        _NEVER_BEFORE.search(before)
        or min(values) < 10
        or after.startswith(("-", "‐"))
        or (set(values) <= {24, 48} and "zeit" not in before)
    ):
        return False
    return part.section not in {"about", "tasks", "apply"} or match.start() <= 2 or bool(_WORK.search(part.low))


def _statement(part: Segment, start: int, end: int, text: str) -> Statement:
    values, before = _values(text), part.low[max(0, start - 30) : start]
    low: float | None = min(values)
    high: float | None = max(values)
    if len(values) == 1 and _UP_TO.search(before):
        low = None
    if len(values) == 1 and _FROM.search(before):
        high = None
    return part, start, end, low, high


def _values(text: str) -> list[float]:
    return [
        _SPELLED[found] if found in _SPELLED else float(found.replace(",", "."))
        for found in _NUMBERS.findall(text.replace("ß", "ß"))
    ]
