"""What a job title says once gender, hours and general words are gone."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from storage.vacancies.text import fold, stem
from storage.vacancies.words import words


@dataclass(frozen=True, slots=True)
class Title:
    """A title, read."""

    stems: frozenset[str]  #: all words
    special: frozenset[str]  #: those that set this opening apart
    level: str  #: lead, apprentice, student or ""
    hours: str  #: full, part or ""


def read(title: str) -> Title:
    """Read a title.

    >>> sorted(read("Kundenberater:in (all genders) Hörakustik in Vollzeit").special), read("Ausbildung Kaufleute").level
    (['hoerakustik'], 'apprentice')
    """
    low = re.sub(r"\b(?:in )?(?:voll|teil)-? ?zeit\b", " ", fold(title))
    parts = [part for part in re.findall(r"[a-z0-9]+", low) if len(part) > 1 and part not in words("stop")]
    level = next((name for name in ("apprentice", "student", "lead") if any(p in words("title", name) for p in parts)), "")
    every = re.findall(r"[a-z]+", fold(title))
    full, part_time = (any(p in words("title", name) for p in every) for name in ("full_time", "part_time"))
    hours = "" if full == part_time else "full" if full else "part"
    special = frozenset(stem(p) for p in parts if p not in words("title", "generic") and p not in words("place", "towns"))
    return Title(frozenset(stem(p) for p in parts), special, level, hours)


def related(first: str, second: str) -> bool:
    """One holds the other, or they differ by an ending or a slip of the pen."""
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    return (
        (len(short) >= 5 and short in long)
        or (len(short) >= 4 and long.startswith(short[: max(4, len(short) - 2)]))
        or (len(short) >= 5 and fuzz.ratio(short, long) >= 84)
    )


def likeness(first: Title, second: Title) -> float:
    """Share of the words of the shorter title that the other has too, 0–1; half of it from the special words."""
    return (_share(first.stems, second.stems) + _share(first.special, second.special)) / 2


def overlap(first: Title, second: Title) -> float:
    """Share of the words of both titles together that both have, 0–1.

    >>> overlap(read("Kundenbetreuer Geschäftskunden"), read("Kundenbetreuer (m/w/d)"))
    0.5
    """
    every = first.stems | second.stems
    return len(first.stems & second.stems) / len(every) if every else 1.0


def at_odds(first: Title, second: Title) -> tuple[str, str] | None:
    """Special words on both sides that the other lacks: two roles, unless the text says otherwise."""
    left = sorted(w for w in first.special if not any(related(w, o) for o in second.stems))
    right = sorted(w for w in second.special if not any(related(w, o) for o in first.stems))
    return (" ".join(left), " ".join(right)) if left and right else None


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    small, big = sorted((first, second), key=lambda side: (len(side), sorted(side)))
    return sum(any(related(w, o) for o in big) for w in small) / len(small) if small else 1.0
