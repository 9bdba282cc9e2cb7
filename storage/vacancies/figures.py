"""Figures an ad states: its reference numbers, money, hours, start, head-counts, code words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from storage.vacancies.text import fold
from storage.vacancies.words import numbers as named

_LABEL = (
    r"(?:kennziffer|kennzeichen|kenn-?nr\.?|referenz(?:nummer|code)?|ref\.?(?:-?nr\.?)?|job-?(?:nr\.?|id|nummer|code)|"
    r"stellen-?(?:id|nummer|nr\.?|code|kennung)|ausschreibungs-?(?:nummer|nr\.?)|chiffre|reference(?: number| no\.?)?|"
    r"requisition(?: id)?)"
)
_REFERENCE = re.compile(rf"\b{_LABEL}[ :#.]{{0,3}}((?-i:[A-Z]{{1,4}} \d{{2,6}}\b)|[A-Z0-9][\w./-]{{1,24}})", re.IGNORECASE)
_MENTION = re.compile(r"\b[A-Za-z]{1,6}[-/]?\d[\w/-]{2,20}|\b\d{4,}[-/][\w/-]{2,20}")
_CODE = re.compile(
    r"\b(?:kennwort|stichwort|codewort|kennung|code|keyword)[ :„\"»]{0,3}([A-Z0-9ÄÖÜ][\w./-]{2,24})", re.IGNORECASE
)
_SUM = r"(?:\d{1,3}(?:[.,\u202f ]\d{3})+(?:,\d\d)?|\d{1,6}(?:[.,]\d{1,2})?)"
_TO = r"\s?(?:bis|to|und|and|–|-)\s?"
_EURO = r"(?:€|eur\b|euro\b)"
_MONEY = re.compile(rf"({_SUM})(?:{_TO}{_EURO}?\s?({_SUM}))?\s?{_EURO}|{_EURO}\s?({_SUM})(?:{_TO}{_EURO}?\s?({_SUM}))?")
_FIELD = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:,\d\d)?|\d{1,6}(?:,\d{1,2})?")
_HOURS = re.compile(
    r"\b(\d{1,2}(?:[.,]\d{1,2})?|[a-z]+)[ -]?(?:wochen|arbeits)?-?(?:stunden|std\.?|h|hours|saat)\b"
    r"(?!\s?(?:service|hotline|lohn))"
)
_DATE = re.compile(
    r"\b(\d{1,2})\.\s?(\d{1,2})\.(?:\s?20\d\d)?(?!\d)|"
    r"\b(?:(anfang|mitte|ende|early|mid|late)[ -])?(?:(\d{1,2})\.\s)?([a-z]{3,9})\b(?:\s20\d\d)?"
)
_NO_COUNT = r"(?!stunden|std|h\b|euro|eur|uhr|prozent|tage|urlaub|jahr|monat|woche|minuten)"
_COUNT = re.compile(rf"(?<![\d.,])(\d{{1,3}}(?:\.\d{{3}})+|\d{{2,4}}|[a-z]{{3,17}})[ -]{_NO_COUNT}([a-z]{{4,}})")
_PEOPLE = ("koepfig", "leut", "mensch", "beschaeftigt", "mitarbeit", "kolleg", "people", "employees", "kisi")


_ANCHORS = ("kenn", "ref", "job", "stellen", "ausschreib", "chiffre", "requisition", "stichwort", "code", "keyword")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Reference numbers and code words; all empty where nothing is stated."""

    references: frozenset[str]  #: in the text: the employer's own
    listed: frozenset[str]  #: in a field: perhaps the portal's own, so it can join but not part
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figures(Numbers):
    """Everything an ad counts; all empty where nothing is stated."""

    money: frozenset[float]  #: euros as written, whatever the unit
    hours: frozenset[float]  #: a week
    dates: frozenset[tuple[int, int]]  #: (month, day), day 0 where only the month is named, 5/15/25 for early, mid and late
    heads: frozenset[int]  #: people
    counts: frozenset[int]  #: other things counted, from ten up


def numbered(text: str, reference: str | None) -> Numbers:
    """Read the numbers of plain text (markup gone, case kept) and of a field.

    >>> numbered("Kennziffer: AB-12. Stichwort FÄHRE", "4711")
    Numbers(references=frozenset({'ab12'}), listed=frozenset({'4711'}), codes=frozenset({'faehre'}))
    """
    references, codes = set(), set()
    for at in _anchored(text):
        if (found := _REFERENCE.match(text, at)) and _is_code(found[1]):
            references.add(_key(found[1]))
        if (found := _CODE.match(text, at)) and (_is_code(found[1]) or found[1].isupper()):
            codes.add(_key(found[1]))
    return Numbers(frozenset(references), frozenset({_key(reference)} if reference else ()), frozenset(codes))


def mentions(text: str) -> frozenset[str]:
    """Whatever in a text looks like somebody's number, labelled or not.

    >>> sorted(mentions("Jetzt auf Stelle VA-2291 bewerben, 40 Stunden, 2.900 €"))
    ['va2291']
    """
    return frozenset(_key(found) for found in _MENTION.findall(text))


def _anchored(text: str) -> Iterator[int]:
    """Where a label may begin: lower case keeps every letter's place, but for the one dotted capital that grows."""
    low = text.replace("İ", "I").lower()
    for anchor in _ANCHORS:
        at = low.find(anchor)
        while at >= 0:
            yield at
            at = low.find(anchor, at + 1)


def read(text: str, pay_text: str | None, numbers: Numbers) -> Figures:
    """Read plain text (markup gone, case kept) and the pay field."""
    low = fold(text)
    heads, counts = _counts(low)
    return Figures(
        numbers.references,
        numbers.listed,
        numbers.codes,
        frozenset(_money(low) | {amount(m) for m in _FIELD.findall(pay_text or "")} - {0.0}),
        frozenset(value for m in _HOURS.findall(low) if 4 <= (value := _number(m)) <= 48),
        _dates(low),
        heads,
        counts,
    )


def _is_code(text: str) -> bool:
    return len(text) > 1 and any(char.isdigit() for char in text)


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(text))


def amount(text: str) -> float:
    """Read "2.750", "36,000", "14,25" and "14.25": three digits after a mark are thousands.

    >>> amount("36,000"), amount("14,25"), amount("1.234,50")
    (36000.0, 14.25, 1234.5)
    """
    text = re.sub(r"[\u202f ]", "", text)
    text = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", text)
    return float(text.replace(",", "."))


def _number(text: str) -> float:
    return amount(text) if text[:1].isdigit() else float(named("numbers").get(text, 0))


def _money(low: str) -> set[float]:
    found = {amount(sum_) for groups in _MONEY.findall(low) for sum_ in groups if sum_}
    return {value for value in found if value >= 9}


def _dates(low: str) -> frozenset[tuple[int, int]]:
    third = {"anfang": 5, "early": 5, "mitte": 15, "mid": 15, "ende": 25, "late": 25}
    found = set()
    for day, month, part, day2, name in _DATE.findall(low):
        if day and 1 <= int(month) <= 12:
            found.add((int(month), int(day)))
        elif name in named("months") and (name not in ("mai", "may", "march") or day2 or part):
            found.add((named("months")[name], int(day2) if day2 else third.get(part, 0)))
    return frozenset(found)


def _counts(low: str) -> tuple[frozenset[int], frozenset[int]]:
    heads, counts = set(), set()
    for figure, noun in _COUNT.findall(low):
        value = int(_number(figure))
        if value and any(noun.startswith(cue) for cue in _PEOPLE):
            heads.add(value)
        elif value >= 10:
            counts.add(value)
    return frozenset(heads), frozenset(counts)


def same_day(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Do two dates agree as far as they are exact? Early, mid and late span a third of a month.

    >>> same_day((11, 1), (11, 5)), same_day((1, 15), (1, 0)), same_day((12, 15), (12, 1))
    (True, True, False)
    """
    if first[0] != second[0]:
        return False
    days = {first[1], second[1]}
    return 0 in days or len(days) == 1 or (abs(first[1] - second[1]) <= 5 and bool(days & {5, 15, 25}))
