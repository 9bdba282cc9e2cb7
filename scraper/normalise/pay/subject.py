"""What a clause is about: this job and its people, or something else. Asked where only a unit or "brutto" speaks for an amount.

A wage needs no explanation ("15,40 €/Std.", "Agent: 2.450 € im Monat", "dafür erhältst du 15 € pro Stunde"); a price, a sum for
others or a subsidy names what it is for. So a noun that is none of the job's words makes the amount another thing's.
"""

import re
from functools import cache

from scraper.normalise.pay.clauses import Part
from scraper.normalise.pay.words import lists

_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDINGS = ("innen", "in", "sen", "se", "en", "er", "es", "em", "e", "n", "r", "s", "")
#: "Kundenberater Energie (m/w/d)": a job's title.
_TITLE = re.compile(r"\(?\b(?:[mwfdx]\s?[/|]\s?){1,3}(?:[mwfdx]|divers|gn)\b\)?|[:*_]in(?:nen)?\b")
_ENGLISH = re.compile(
    r"\b(?:per\s(?:hour|month|year|week|day|annum)|an?\s(?:hour|month|year|week|day)|gross|the|and|our|your|net)\b"
)
#: Who is spoken to, or speaks: "Sie" and "Ihnen" only as written, for "sie" are others.
_VOICE = re.compile(
    r"\b(?:[Dd]u|[Dd]ir|[Dd]ich|Sie|Ihnen|[Ii]hr|[Ee]uch|[Ww]ir|(?<![Bb]ei\s)[Uu]ns|[Jj]ede[rn]?|[Aa]lle[n]?|[Yy]ou|[Ww]e)\b"
)
_YOURS = re.compile(r"\b(?:[Dd]eine?[nmrs]?|Ihre?[nmrs]?|[Yy]our)\b")
_PAYS = re.compile(r"\b(?:be)?zahl(?:en|t)\b(?!\s(?:werden|wird))")
_PASSIVE = re.compile(r"\b[Ww](?:ird|erden)\b")
_PAYER = re.compile(r"\b(?:be)?zahl(?:en|t)\s(?:der|die|das|ein|eine|unser|unsere)\s([A-ZÄÖÜ]\w+)")
_OTHERS = re.compile(r"\b(?:sie|er|man|they|he|she|wer)\b")
#: What is done with pay, by whom it is given or who gets it.
_GIVEN = re.compile(
    r"\b(?:bekomm|erh[aä]lt|verdien|(?:be)?zahl|vergüt|entlohn|start|biet|gibt|garantier|kommst|kommen\ssie|gehst|bleib|landen|überweis"
    r"|steig|earn|receive|pay|offer|make\b|get\b|expect)"
)


@cache
def _stems() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Whole words; endings of nouns; those endings beside which any other noun is allowed."""
    listed = lists("pay_job")
    words = frozenset(word for one in listed["words"].values() for word in one)
    ends = tuple(word for one in listed["ends"].values() for word in one)
    return words, ends, tuple(listed["ends"]["staff"] + listed["ends"]["tariff"])


@cache
def _known(word: str) -> bool:
    words, ends, _ = _stems()
    stems = [word.removesuffix(one) for one in _ENDINGS if word.endswith(one)]
    return any(stem in words or stem.endswith(ends) for stem in stems)


@cache
def _allows(word: str) -> bool:
    ends = _stems()[2]
    return any(word.removesuffix(one).endswith(ends) for one in _ENDINGS if word.endswith(one))


def names_another(text: str, start: int, end: int, low: str = "") -> bool:
    """Whether the words of a stretch name something that is neither the job nor who does it; "~" in `low` hides words.

    >>> names_another("Stellplatz ab 55 €", 0, 14), names_another("Kundenberater Energie ab 55 €", 0, 25)
    (True, False)
    """
    if _TITLE.search(text, start, end):
        return False
    english = bool(_ENGLISH.search(text[start : end + 60].lower()))
    if _names_staff(text, start, end):
        return False
    found = [one[0] for one in _WORD.finditer(text, start, end) if not low.startswith("~", one.start())]
    return any((one[0].isupper() or english) and not _known(one.lower()) for one in found)


def _names_staff(text: str, start: int, end: int) -> bool:
    return any(_allows(one[0].lower()) for one in _WORD.finditer(text, start, end))


def of_others(text: str, low: str, part: Part) -> bool:
    """Whether the amount's own words have a subject that is none of us: "Bewohner zahlen …", "wie sie … verdienen"."""
    own = f"{text[slice(*part.left)]} {text[slice(*part.right)]}"
    if _VOICE.search(own):
        return False
    if _OTHERS.search(own) or (_PAYS.search(own) and not _PASSIVE.search(own) and _names_staff(text, *part.left)):
        return True  # "Mitarbeitende zahlen 35 € pro Nacht"
    if (payer := _PAYER.search(text, *part.right)) and not _known(payer[1].lower()):
        return True  # "2.000 € zahlt der Staat"
    return names_another(text, *part.left, low)


def is_given(text: str, part: Part) -> bool:
    """Whether the amount's own words say that we give it or that you get it."""
    own = f"{text[slice(*part.left)]} {text[slice(*part.right)]}"
    return bool((_VOICE.search(own) or _YOURS.search(own)) and _GIVEN.search(own.lower()))
