"""Where in a text pay may stand: lines with a digit and an anchor beside it. Most ads have none, and leave here."""

import re

from scraper.normalise.text import lower

_DIGIT = re.compile(r"[0-9\uff10-\uff19]")
#: Currencies, agreements: a number beside them is worth reading.
_STRONG = (
    "€", "&#8364", "&#x20ac", "&euro", "â", "$", "£", "franken", "tvöd", "tv-", "tv ", "gvp", "igz", "tarif", "gruppe", "tausend",
)  # fmt: skip
#: Words of pay: worth reading beside a number that may be an amount.
_WEAK = (
    "brutto", "netto", "gross", "lohn", "gehalt", "gehält", "vergüt", "verg&", "vergã", "verdien", "entgelt", "bezahl", "salar",
    "honorar", "fixum", "zahlen ", "zahlt ", "zahle ", "satz", "wage", "pay", "paid", "earn",
)  # fmt: skip
_ODD = re.compile(
    r"eur(?!op)|(?<![a-zäöüß])(?:chf|usd|gbp|s?fr\.|tvl|tvv|tvoed|era|avr|bap|bza|eg)(?![a-zäöüß])|\d\s?(?:k(?![a-zäöüß])|t?sd)"
)
#: A number that may be an amount though no currency is near: not "30 Tage", "100 %", "8:30", "40 h".
_MAYBE = re.compile(
    r"\d(?<![\d.,:/]\d)(?:\d{1,6}+(?![.,:]\d|\s?-?(?:%|Tage|Jahr|Monat|Woche|Uhr|Std|Stunden?(?!lohn)|h\b|Min|Proz|day|hour|year))"
    r"|\d{0,5}[.,]\d{2,3}(?!\d))"
)
_NUMBER_WORDS = ("zehn", "elf", "zwölf", "zwanzig", "ßig", "zig", "hundert", "tausend")
_JOINED_LINES = 3


def stretches(text: str) -> list[tuple[int, int]]:
    """Offsets of the stretches worth reading: lines with a number and money evidence beside it, with their neighbours."""
    loose = "\xad" in text
    spans: list[tuple[int, int]] = []
    at = 0
    while match := _DIGIT.search(text, at):
        begin = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        at = end = len(text) if end < 0 else end
        if loose or _evident(text, begin, end):
            spans.append((begin, end))
    if "Euro" in text or "euro" in text or "EUR" in text:
        spans += _worded(text)
    return _merged(text, sorted(spans)) if spans else spans


def _evident(text: str, begin: int, end: int) -> bool:
    """Whether money is named beside the numbers of a line: a currency or agreement; a word of pay beside what may be an amount."""
    piece = text[max(0, begin - 60) : end + 30].lower()
    if any(one in piece for one in _STRONG) or _ODD.search(piece):
        return True
    return any(one in piece for one in _WEAK) and bool(_MAYBE.search(text, begin, end))


def _worded(text: str) -> list[tuple[int, int]]:
    """Lines with "Euro" and a number in words."""
    low = lower(text)
    spans: list[tuple[int, int]] = []
    at = low.find("eur")
    while at >= 0:
        begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = len(text) if end < 0 else end
        if any(stem in low[begin:end] for stem in _NUMBER_WORDS):
            spans.append((begin, end))
        at = low.find("eur", end)
    return spans


def _merged(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    done: list[tuple[int, int]] = []
    for first, last in spans:
        begin, end = first, last
        for _ in range(_JOINED_LINES):
            begin = text.rfind("\n", 0, max(0, begin - 1)) + 1
        for _ in range(2):
            after = text.find("\n", end + 1)
            end = len(text) if after < 0 else after
        if done and begin <= done[-1][1]:
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        else:
            done.append((begin, end))
    return done
