"""Amounts and ranges in folded lower-case text: what a number is worth, in which currency, joined to which other.

A number is a candidate only where money evidence touches it; whether it is pay is decided in `roles`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scraper.normalise.pay.numbers import DIGITS, WORDS, from_words, value

_BEFORE = r"(?:[tk]\s?€|[tk]\s?eur|€|euro|eur|chf|s?fr\.|usd|\$|gbp|£)"
_AFTER = (
    r"(?:€|euros?(?![a-zäöüß])|eur(?![a-zäöüß])|chf(?![a-z])|franken(?![a-z])|s?fr(?:\.|(?![a-zäöü]))|usd(?![a-z])|\$"
    r"|gbp(?![a-z])|£)"
)
_CODES = {"€": "EUR", "e": "EUR", "c": "CHF", "f": "CHF", "s": "CHF", "u": "USD", "$": "USD", "g": "GBP", "£": "GBP"}
_AMOUNT = re.compile(
    rf"(?:(?P<pre>(?<![a-zäöüß]){_BEFORE})[\s]{{0,2}}|(?:(?<=[€\d]bis)|(?<![a-zäöüß0-9_#§&=@]))(?<!\d[.,]))"
    rf"(?P<number>{DIGITS})(?:,\s?-{{1,2}}|\.-{{1,2}})?"
    r"(?:[\s-]?(?P<big>mio|mrd|mill?(?=[\s.])|million|milli|billion|bn(?![a-z])|m(?=\s?€)))?"
    r"(?:\s?(?P<kilo>t(?=\s?(?:€|eur))|k(?=€|eur|\s?(?:€|eur)|(?![a-zäöüß]))|tsd\.?(?![a-z])|tausend(?![a-z])|thousand))?"
    rf"(?:(?:\s{{0,2}}|-(?=(?:€|euro|eur)(?!\s?\d)))(?P<post>{_AFTER})(?:,-{{1,2}})?)?"
)
_RUN = re.compile(r"[0-9]++")
_SIGN = re.compile(rf"(?<![a-zäöüß]){_BEFORE}\s{{0,2}}\Z")
_SIGN_ENDS = frozenset(("€", "$", "£", "o", "r", ".", "f", "d", "p", ""))  #: what a currency before a number ends with
_CENTS = re.compile(
    r"\s(?:(?:und|and)\s(?=\d{2}\s?cent))?(\d{2})(?:\s?cents?|(?![\d.,:]?\d|\s?(?:%|x|st(?:d|u)|h\b|tag|€|eur|uhr|jahr|min"
    r"|wo)))"
)
_CENTS_GLUED = re.compile(r"(?<=€)(\d{2})(?![\d.,€])")
_CENTS_PER = re.compile(r"\s\d{2}\s(?:pro|je|die|in\sder|per)\s(?:arbeits)?(?:stunde|std)")
_WORDS = re.compile(
    rf"({WORDS})(?:\s(euros?|eur|€)(?![a-z])(?:\s(?:und\s)?({WORDS})(?![a-z\s]*\b(?:euro|tage|stunden|jahre)))?)?"
)
_NUMBER_WORD = re.compile(
    r"(?:zehn|elf|zwölf|ßig|zig|ssig|hundert|tausend|acht|neun|zwanzig|eins?|zwei|drei|vier|fünf|sechs|sieben)\s\Z"
)
_NO_MONEY = re.compile(
    r"\s?(?:%|prozent|percent|uhr|o'clock|am\b|pm\b|st(?:d|unde)|h\b|hours?|hrs|tag|days?\b|woche|weeks?\b|monat(?:e|en)\b"
    r"|months\b|jahr(?:e|en)\b|years\b"
    r"|mitarb|kolleg|kund|min\b|minut|x\b|mal\b|-mal|km|qm|m²|plätze|standort|sprachen|länder|\.?\s?og\b)"
)
_PER = (
    r"(?:brutto|netto|gross|(?:/|pro|je|per|die|in\sder|im|a|p\.)\s?(?:arbeits|zeit)?(?:stunde|std\.?|h|hour|monat|month"
    r"|m\.|jahr|year|a\.)(?![a-zäöüß])|monatlich|mtl\.?|monatl\.?|jährlich|stündlich)"
)
_FILL = rf"(?:[\s()]|{_PER})*+"
_JOIN = re.compile(
    rf"(?:\s?\([^()\d€]{{2,30}}\))?{_FILL}(?:\|\s)?(?:-|bis(?:\s(?:zu|max\.?|maximal|ca\.?))?|to|up\sto|till)(?:[\s(|]|ca\.?|rund|max\.?|maximal)*+"
)
#: "mindestens 2.400 €, maximal 2.800 €"; "Gehalt von: …", "Gehalt bis: …" one below the other
_UPPER = re.compile(
    rf"{_FILL}[\s,;/|-]*(?:und\s)?(?:maximal|max\.?|höchstens|maximum|obergrenze|(?:gehalt|lohn|vergütung)\s?(?:bis|max\.?)|bis)[:=\s(]*"
)
_LOWER = re.compile(r"(?:mindestens|mind\.?|min\.?|minimum|untergrenze|(?:gehalt|lohn|vergütung)\s?(?:von|ab|min\.?))[:=\s(]*$")
_PER_SLASH = re.compile(r"/\s?(?:arbeits|zeit)?(?:stunde|std|h\b|hour|tag|day|woche|week|mon|mtl|jahr|year|a\b)")
_BULLET = re.compile(r"\n[ \t]*[-*•][ \t]?\Z")  # the dash of a list item joins nothing
_AND = re.compile(rf"{_FILL}(?:und|u\.|and|&)[\s]*")
_SLASH = re.compile(rf"{_FILL}(?:/|bzw\.?|oder|or|,|und|and)[\s]*")
_BETWEEN = re.compile(r"(?:zwischen|zw\.|rahmen|korridor|spanne|bereich|between|range|bandbreite)(?![a-zäöü])[^.;\d]{0,45}$")
_NET = re.compile(r"[\s(]{0,2}netto")
_GROSS = re.compile(r"[\s(]{0,2}brutto")
_ALTERNATIVES = re.compile(
    r"[^.;\n]{0,40}\bje\s(?:nach\s)?(?:stufe|level|lohnstufe|gehaltsstufe|entgeltstufe|qualifik|erfahrung|einstufung"
    r"|eignung|projekt|gruppe)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount or range: offsets in the folded text, both ends in `currency`."""

    start: int
    end: int
    low: float
    high: float
    currency: str | None  #: None: a bare number, in need of a pay word
    whole: bool = False  #: a multiple was said (k, T€): never elided again
    ranged: bool = False
    grouped: bool = True  #: written as 2.400, not 2400


def amounts(low: str) -> list[Amount]:
    """Every number that may be money, ranges joined, in order."""
    found = sorted((*_digits(low), *_words(low)), key=lambda one: one.start)
    found = [one for at, one in enumerate(found) if not at or one.start >= found[at - 1].end]
    return _joined(low, found)


def _matches(low: str) -> Iterator[re.Match[str]]:
    """`_AMOUNT.finditer`, tried only where a number begins or a currency stands before one."""
    done = 0
    for run in _RUN.finditer(low):
        at = run.start()
        if at < done:
            continue
        sign = _SIGN.search(low, max(done, at - 9), at) if low[at - 2 : at].rstrip()[-1:] in _SIGN_ENDS else None
        match = (sign and _AMOUNT.match(low, sign.start())) or _AMOUNT.match(low, at)
        if match:
            done = match.end()
            yield match


def _digits(low: str) -> Iterator[Amount]:
    for match in _matches(low):
        pre, post = match["pre"], match["post"]
        number = value(match["number"])
        if number is None or match["big"]:
            continue
        end = match.end()
        thousands = bool(match["kilo"] or (pre and pre[0] in "tk"))
        if thousands:
            number *= 1000
        number, end = _with_cents(low, number, post, end)
        sign = pre or post
        if (
            sign
            and "fr" in sign
            and number < 1000
            and "franken" not in sign
            and not re.search(r"(?:lohn|salär|gehalt)\W*$", low[: match.start()][-30:])
        ):
            sign = None  # "Mo-Fr. 8-17"
        if not sign and _NO_MONEY.match(low, end):
            continue
        grouped = not match["number"].isdigit()
        yield Amount(
            match.start(), end, number, number, _CODES[sign.lstrip("tk ")[0]] if sign else None, thousands, grouped=grouped
        )


def _with_cents(low: str, number: float, post: str | None, end: int) -> tuple[float, int]:
    """The amount and where it ends, with cents that are said after the currency: "15 Euro 50", "15€50"."""
    if not post or number >= 1000 or number != int(number):
        return number, end
    cents = _CENTS_GLUED.match(low, end)
    if cents is None and (post.startswith("euro") or "cent" in low[end : end + 12] or _CENTS_PER.match(low, end)):
        cents = _CENTS.match(low, end)
    return (number + int(cents[1]) / 100, cents.end()) if cents else (number, end)


def _words(low: str) -> Iterator[Amount]:
    if not _worded(low):
        return
    for match in _WORDS.finditer(low):
        number = from_words(match[1])
        if number is None or number < 8:
            continue
        if match[3] and (cents := from_words(match[3])) and cents < 100:
            number += cents / 100
        yield Amount(match.start(), match.end(), number, number, "EUR" if match[2] else None)


def _worded(low: str) -> bool:
    """Whether a currency stands after a word that may be a number."""
    for sign in ("euro", "€", "eur"):
        at = low.find(sign)
        while at >= 0:
            if low[at - 2 : at - 1].isalpha() and low[at - 1] == " " and _NUMBER_WORD.search(low, max(0, at - 20), at):
                return True
            at = low.find(sign, at + 1)
    return False


def _joined(low: str, found: list[Amount]) -> list[Amount]:
    done: list[Amount] = []
    at = 0
    while at < len(found):
        one, at = found[at], at + 1
        items = [one]
        while at < len(found) and _linked(low, items, found[at]):
            items.append(found[at])
            at += 1
        if len(items) > 2 or (len(items) == 2 and _whole_range(low, items)):
            done.append(_merge(items))
        else:
            done.extend(items)
    return done


def _linked(low: str, items: list[Amount], new: Amount) -> bool:
    """Whether `new` continues what `items` began: the other end of a range, or the next of a bare list of levels."""
    last = items[-1]
    gap = low[last.end : new.start]
    if len(gap) > 48 or (last.currency and new.currency and last.currency != new.currency):
        return False
    if ("brutto" in gap and _NET.match(low, new.end)) or ("netto" in gap and _GROSS.match(low, new.end)):
        return False  # one pay, said twice
    if _BULLET.search(gap):
        return False
    if (
        len(items) == 1
        and _alike(*_elided(last, new))
        and (_spans(low, last, gap) or (_AND.fullmatch(gap) and _BETWEEN.search(low[max(0, last.start - 70) : last.start])))
    ):
        return True
    if not _SLASH.fullmatch(gap) or not _alike(last.high, new.low):
        return False
    return _slashed(gap) or last.currency is not None or new.currency is not None


def _slashed(gap: str) -> bool:
    """Whether a slash stands between two amounts that is none of a unit."""
    return "/" in _PER_SLASH.sub("", gap)


def _spans(low: str, one: Amount, gap: str) -> bool:
    """Whether the words between two amounts make them the ends of a range."""
    if _JOIN.fullmatch(gap):
        return True
    return bool(_UPPER.fullmatch(gap) and _LOWER.search(low[max(0, one.start - 40) : one.start]))


def _whole_range(low: str, items: list[Amount]) -> bool:
    """Two items: a range, or two levels that are said to be alternatives."""
    one, two = items
    gap = low[one.end : two.start]
    if _spans(low, one, gap) or _slashed(gap) or _AND.fullmatch(gap):
        listed = _AND.fullmatch(gap) and not _BETWEEN.search(low[max(0, one.start - 70) : one.start])
        return not listed or bool(_ALTERNATIVES.match(low, two.end))
    return bool(_ALTERNATIVES.match(low, two.end))


def _alike(first: float, second: float) -> bool:
    return 0.5 <= second / max(first, 0.01) <= 3.5


def _elided(one: Amount, two: Amount) -> tuple[float, float]:
    """Both values, where "34-38.000" and "32-36k" say the thousands once."""
    first, second = one.high, two.low
    if one.whole and not two.whole and second < 1000:
        second *= 1000  # "TEUR 38 - 42"
    if (
        0 < first < 1000 <= second
        and not one.whole
        and (first * 1000 <= second * 1.5)
        and second / (first * 1000) < 3.5
        and first >= 1
    ):
        first *= 1000
    return first, second


def _merge(items: list[Amount]) -> Amount:
    first, last = _elided(items[0], items[-1])
    ends = [first, *(one.low for one in items[1:-1]), last]
    currency = next((one.currency for one in items if one.currency), None)
    merged = replace(items[0], end=items[-1].end, low=min(ends), high=max(ends), currency=currency, ranged=True)
    return replace(merged, whole=any(one.whole for one in items), grouped=any(one.grouped for one in items))
