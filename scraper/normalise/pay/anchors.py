"""Where in a text pay may stand: lines with a digit and an anchor beside it. Most ads have none, and leave here."""

import re

from scraper.normalise.pay.plain import EURO, Line, Plain, lines_with
from scraper.normalise.pay.words import shortest, stems

#: Signs and agreements: any number beside them is worth reading; beside "€" only with a word of pay, a unit or the like.
_STRONG = ("â", "$", "£", "gvp", "igz", "tarif", "gruppe")
#: The same, looked for only where their root is.
_ROOTED = {"&": ("&#8364", "&#x20ac", "&euro"), "tv": ("tvöd", "tv-", "tv ", "tvl", "tvv", "tvoed")}
#: Words of pay: worth reading beside a number that may be an amount.
_WEAK = (
    "brutto", "netto", "gross", "lohn", "gehalt", "gehält", "vergüt", "verg&", "vergã", "verdien", "entgelt", "bezahl", "salar",
    "honorar", "fixum", "zahlen ", "zahlt ", "zahle ", "satz", "wage", "pay", "paid", "earn", "franken", "tausend",
)  # fmt: skip


def _whole(*words: str) -> dict[str, re.Pattern[str]]:
    """Short words that are also parts of others, as words of their own."""
    return {one: re.compile(rf"{re.escape(one)}(?<![a-zäöüß]{re.escape(one)})(?![a-zäöüß])") for one in words}


_SHORT = _whole("era", "avr", "bap", "bza", "eg")  # agreements: beside any number
_CODES = _whole("chf", "usd", "gbp", "fr.", "sfr.") | {"eur": re.compile("eur(?!op)")}  # currencies: beside what may be an amount
#: A number that may be an amount though no currency is near: not "30 Tage", "100 %", "8:30", "40 h".
_MAYBE = re.compile(
    r"[0-9](?:\s?(?:k(?![a-zäöüß])|t?sd|eur|chf|fr)"
    r"|(?<![\d.,:/]\d)(?:\d{1,6}+(?![.,:]\d|\s?-?(?:%|tage|jahr|monat|woche|uhr|std|stunden?(?!lohn)|h\b|min|proz|day|hour|year))"
    r"|\d{0,5}[.,]\d{2,3}(?!\d)))"
)
_KILO = re.compile(r"[0-9]\s?(?:k(?![a-zäöüß])|t?sd)")
_LABEL = 80  #: more than the longest heading of an amount
#: One of these stands in every word of pay, for gross or net, of a unit; or a shape that needs none of them.
_NEEDED = shortest(
    (
        *stems("pay_words", "pay"), "brutto", "gross", "netto", "stund", "std", "hour", "tag", "tägl", "day", "dai", "woch",
        "wöch", "week", "mon", "mtl", "jahr", "jähr", "year", "annu", "steuer", "abzug", "&", "ã",
    )
)  # fmt: skip
_NEEDED_SHAPE = re.compile(
    r"[0-9]\s?(?:k(?![a-zäöüß])|t¤|t\s?eur|tsd)|(?<![a-zäöüß])(?:[tk]\s?¤|teur|p\.?\s?[am]\b|net\b|br[t.]|bto|h\b|hr\b|after)|/\s?[ahjm]"
    r"|(?:¤|euro?)\s?(?:\+|plus|zzgl|zuz|und|and)|\sà\s"
)
_NUMBER_WORDS = ("zehn", "elf", "zwölf", "zwanzig", "ßig", "zig", "hundert", "tausend")


def stretches(plain: Plain) -> list[Line]:
    """Offsets of the stretches worth reading: lines with a number and money evidence beside it, with their neighbours."""
    spans = plain.lines if "\xad" in plain.low else _evident(plain)
    if "eur" in plain.low:
        spans = sorted({*spans, *_worded(plain.low)})
    return _merged(plain.low, spans) if spans else spans


def _evident(plain: Plain) -> list[Line]:
    """Lines that name an agreement, or money with what a claim needs beside it."""
    low = plain.low
    pieces = [low[max(0, begin - 60) : end + 30] for begin, end in plain.lines]
    joined = "\n".join(pieces)
    words = [one for one in _STRONG if one in joined]
    words += [one for root, rooted in _ROOTED.items() if root in joined for one in rooted if one in joined]
    shapes = [shape for one, shape in _SHORT.items() if one in joined and shape.search(joined)]
    return [
        line
        for line, piece in zip(plain.lines, pieces, strict=True)
        if (words and any(one in piece for one in words))
        or (shapes and any(shape.search(piece) for shape in shapes))
        or ((EURO in piece or _MAYBE.search(low, *line)) and _may_be_pay(_near(low, *line), piece))
    ]


def _near(low: str, begin: int, end: int) -> str:
    """A line with the short one above it and the beginning of the next: all that can make its numbers pay."""
    above = low[max(0, begin - _LABEL) : begin].rstrip("\n")
    at = above.rfind("\n")
    return (above[at + 1 :] + "\n" if at >= 0 or begin < _LABEL else "") + low[begin : end + 45]


def _may_be_pay(near: str, piece: str) -> bool:
    """Whether a currency has a word of pay, a unit or the like beside it; a number without one a word of pay or a "k"."""
    if EURO in piece or any(one in piece and shape.search(piece) for one, shape in _CODES.items()):
        return any(one in near for one in _NEEDED) or bool(_NEEDED_SHAPE.search(near))
    return any(one in near for one in _WEAK) or bool(_KILO.search(near))


def _worded(low: str) -> list[Line]:
    """Lines with "Euro" and a number in words."""
    return [(begin, end) for begin, end in lines_with(low, "eur") if _says_number(low[begin:end])]


def _says_number(low: str) -> bool:
    return any(stem in low for stem in _NUMBER_WORDS)


def _merged(low: str, spans: list[Line]) -> list[Line]:
    """Each span with three lines above and two below; those that meet are one."""
    done: list[Line] = []
    for first, last in spans:
        begin, end = first, last
        for _ in range(3):
            begin = low.rfind("\n", 0, max(0, begin - 1)) + 1
        for _ in range(2):
            after = low.find("\n", end + 1)
            end = len(low) if after < 0 else after
        if done and begin <= done[-1][1]:
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        else:
            done.append((begin, end))
    return done
