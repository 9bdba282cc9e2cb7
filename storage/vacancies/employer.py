"""Is it the same employer, however the name is spelt?"""

import re
from functools import cache, lru_cache
from itertools import permutations

from rapidfuzz import fuzz
from rapidfuzz.distance import Prefix

from scraper.normalise.employer import fold_employer
from storage.vacancies.text import fold
from storage.vacancies.words import words

_PIECES = 3  # words that may stand together as one
_STEM = 5  # letters
_TRADE = 8  # letters that two words for one trade begin with: "Dachdeckerei", "Dachdeckermeister"


def tokens(name: str | None) -> frozenset[str]:
    """The words that make the name: no legal form, no branch, no word of one or two letters.

    >>> sorted(tokens("ProntoWork Personalservice GmbH, NL Duisburg"))
    ['personalservice', 'prontowork']
    >>> sorted(tokens("Schiffsausrüster Klabund & Cie."))
    ['klabund', 'schiffsausruester']
    """
    parts = fold_employer(name or "").split()
    return frozenset(part for part in parts if len(part) > 1 and part not in words("employer", "legal"))


def rare(name: frozenset[str]) -> frozenset[str]:
    """The name's words that other employers hardly share; all of them where none is rare."""
    return frozenset(t for t in name if len(t) > 2 and t not in words("employer", "generic")) or name


@lru_cache(maxsize=50_000)
def alike(first: frozenset[str], second: frozenset[str]) -> str | None:
    """How two names agree: "equal", "short form", "spelling"; None when they do not, or when one is unknown.

    >>> alike(tokens("Paketfuchs"), tokens("Paketfuchs Logistik SE"))
    'short form'
    >>> alike(tokens("Rhenalux Energie GmbH"), tokens("Rhenalux Netz GmbH")) is None
    True
    """
    if not first or not second:
        return None
    if first == second:
        return "equal"
    small, big = sorted((first, second), key=lambda side: (len(side), sorted(side)))
    if small < big and rare(small) & small and not small <= words("employer", "generic"):
        return "short form"
    if _joined(first) == _joined(second) or fuzz.ratio(_joined(first), _joined(second)) >= 90:
        return "spelling"
    return "spelling" if _run_together(first, second) or _longer(first, second) else None


def _run_together(first: frozenset[str], second: frozenset[str]) -> bool:
    """The words that differ make one compound on one side, in any order: "Textil-Service" and "Textilservice"."""
    left, right = sorted((first - second, second - first), key=len)
    if len(left) != 1 or not 1 < len(right) <= _PIECES:
        return False
    (whole,) = left
    return any("".join(order) == whole for order in permutations(sorted(right)))


def _longer(first: frozenset[str], second: frozenset[str]) -> bool:
    """A word that others hardly share is the same, another begins alike: "Bergmann Treppen" and "Bergmann Treppenbau"."""
    left, right = first - second, second - first
    if len(left) != 1 or len(right) != 1 or not first & second & rare(first):
        return False
    short, long = sorted((min(left), min(right)), key=len)
    alike = Prefix.similarity(short, long)
    return (alike == len(short) >= _STEM and alike >= 0.7 * len(long)) or alike >= max(_TRADE, 0.8 * len(short))


def _joined(name: frozenset[str]) -> str:
    return "".join(sorted(name))


@lru_cache(maxsize=50_000)
def named_agency(name: frozenset[str]) -> bool:
    """Do the name's words say that it fills places at other houses?"""
    return any(cue in token for token in name for cue in words("employer", "agency"))


def agency(name: str | None, low_text: str) -> bool:
    """Does it fill places at other houses, by its name or by its ad's words?"""
    low = fold(name or "")
    by_name = any(cue in low for cue in words("employer", "agency"))
    return by_name or any(cue in low_text and _whole(cue).search(low_text) for cue in words("employer", "agency_text"))


@cache
def _whole(cue: str) -> re.Pattern[str]:
    """The cue where its last word ends: "unser kunde", but not "unser kundenservice"."""
    return re.compile(re.escape(cue) + r"(?![a-z])")
