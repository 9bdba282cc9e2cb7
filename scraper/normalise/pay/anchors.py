"""Where in a text pay may stand: lines with a digit and an anchor beside it. Most ads have none, and leave here."""

import re

_DIGIT = re.compile(r"[0-9\uff10-\uff19]")
_ANCHORS = (
    "€", "&#8364", "&#x20ac", "â", "brutto", "netto", "gross", "lohn",
    "gehalt", "gehält", "vergüt", "verg&", "vergã", "verdien", "entgelt", "bezahl", "salar",
    "tvöd", "tv-", "tv ", "gvp", "igz", "tarif", "$", "£", "honorar", "fixum", "zahlen ", "franken",
)  # fmt: skip
_ODD_ANCHORS = re.compile(
    r"eur(?!op)|\d\s?k(?![a-zäöüß])|(?<![a-zäöüß])(?:chf|usd|gbp|s?fr\.|wages?|pay|paid|earn|tvl|tvv|tvoed|era|avr|bap"
    r"|bza)(?![a-zäöüß])|satz\s\d|zahl[te]\s|\dt?sd"
)
_NUMBER_WORDS = ("zehn", "elf", "zwölf", "zwanzig", "ßig", "zig", "hundert", "tausend")
_JOINED_LINES = 3


def stretches(text: str) -> list[tuple[int, int]]:
    """Offsets of the stretches worth reading: lines with a digit and an anchor, with their neighbours."""
    loose = "\xad" in text
    spans: list[tuple[int, int]] = []
    at = 0
    while match := _DIGIT.search(text, at):
        begin = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        at = end = len(text) if end < 0 else end
        if loose or _anchored(text[max(0, begin - 60) : end + 30]):
            spans.append((begin, end))
    for word in ("Euro", "EURO", "EUR", "euro"):
        at = text.find(word)
        while at >= 0:
            begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
            end = len(text) if end < 0 else end
            if any(stem in text[begin:end].lower() for stem in _NUMBER_WORDS):
                spans.append((begin, end))
            at = text.find(word, end)
    return _merged(text, sorted(spans))


def _anchored(piece: str) -> bool:
    low = piece.lower()
    return any(anchor in low for anchor in _ANCHORS) or bool(_ODD_ANCHORS.search(low))


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
