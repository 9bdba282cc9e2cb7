"""Where in a text pay may stand: lines with a digit and an anchor beside it. Most ads have none, and leave here."""

import re

from scraper.normalise.text import lower

_DIGITS = "0123456789\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"
#: Currencies, agreements: a number beside them is worth reading.
_STRONG = (
    "€", "&#8364", "&#x20ac", "&euro", "â", "$", "£", "franken", "tvöd", "tv-", "tv ", "gvp", "igz", "tarif", "gruppe", "tausend",
)  # fmt: skip
#: Words of pay: worth reading beside a number that may be an amount.
_WEAK = (
    "brutto", "netto", "gross", "lohn", "gehalt", "gehält", "vergüt", "verg&", "vergã", "verdien", "entgelt", "bezahl", "salar",
    "honorar", "fixum", "zahlen ", "zahlt ", "zahle ", "satz", "wage", "pay", "paid", "earn",
)  # fmt: skip
#: Short words that are also parts of others; written so that a search looks only where one may begin.
_SHORT = ("chf", "usd", "gbp", "sfr.", "fr.", "tvl", "tvv", "tvoed", "era", "avr", "bap", "bza", "eg")
_ODD = re.compile("|".join(["eur(?!op)", *(rf"{re.escape(one)}(?<![a-zäöüß]{re.escape(one)})(?![a-zäöüß])" for one in _SHORT)]))
_KILO = re.compile(r"[0-9]\s?(?:k(?![a-zäöüß])|t?sd)")
#: A number that may be an amount though no currency is near: not "30 Tage", "100 %", "8:30", "40 h".
_MAYBE = re.compile(
    r"[0-9](?<![\d.,:/]\d)(?:\d{1,6}+(?![.,:]\d|\s?-?(?:%|Tage|Jahr|Monat|Woche|Uhr|Std|Stunden?(?!lohn)|h\b|Min|Proz|day|hour|year))"
    r"|\d{0,5}[.,]\d{2,3}(?!\d))"
)
_NUMBER_WORDS = ("zehn", "elf", "zwölf", "zwanzig", "ßig", "zig", "hundert", "tausend")
_JOINED_LINES = 3


def stretches(text: str) -> list[tuple[int, int]]:
    """Offsets of the stretches worth reading: lines with a number and money evidence beside it, with their neighbours."""
    lines = _numbered(text)
    spans = lines if "\xad" in text else _evident(text, lines)
    if "Euro" in text or "euro" in text or "EUR" in text:
        spans = sorted({*spans, *_worded(text)})
    return _merged(text, spans) if spans else spans


def _numbered(text: str) -> list[tuple[int, int]]:
    """Lines with a digit, in order; looked up digit by digit, which is far faster than a character class."""
    lines: set[tuple[int, int]] = set()
    for digit in _DIGITS:
        at = text.find(digit)
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            lines.add((text.rfind("\n", 0, at) + 1, end))
            at = text.find(digit, end)
    return sorted(lines)


def _evident(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Lines that name money beside their numbers: a currency or agreement; a word of pay beside what may be an amount."""
    pieces = [text[max(0, begin - 60) : end + 30] for begin, end in lines]
    joined = "\n".join(pieces).lower()
    strong = [one for one in _STRONG if one in joined]
    weak = [one for one in _WEAK if one in joined]
    odd, kilo = _ODD.search(joined), _KILO.search(joined)
    if not (strong or weak or odd or kilo):
        return []
    found: list[tuple[int, int]] = []
    for line, piece in zip(lines, pieces, strict=True):
        low = piece.lower()
        if (
            any(one in low for one in strong)
            or (odd and _ODD.search(low))
            or (kilo and _KILO.search(low))
            or (any(one in low for one in weak) and _MAYBE.search(text, *line))
        ):
            found.append(line)
    return found


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
