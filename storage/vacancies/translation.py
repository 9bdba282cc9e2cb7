"""A German ad and its English twin: what can be compared across the two languages."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from storage.vacancies.figures import same_day
from storage.vacancies.reading import Reading
from storage.vacancies.text import stem
from storage.vacancies.title import related


@dataclass(frozen=True, slots=True)
class Bridge:
    """What two ads in two languages have in common."""

    title: float  #: share of the English title's words that the German title or text has, 0–1
    coverage: float  #: share of the English words known to the dictionary that stand in the German text, 0–1
    facts: tuple[str, ...]  #: kinds of figures that agree
    odds: tuple[str, ...]  #: kinds of figures that contradict


@cache
def dictionary() -> dict[str, tuple[str, ...]]:
    """English stem to German stems."""
    table = tomllib.loads(Path(__file__).with_name("english.toml").read_text("utf-8"))["words"]
    return {stem(word): tuple(stem(german) for german in text.split()) for word, text in table.items()}


def bridge(english: Reading, german: Reading) -> Bridge:
    """Compare an English ad with a German one."""
    facts, odds = _figures(english, german)
    pool = german.title.stems | german.content
    known = {word for word in english.content if word in dictionary() and word not in german.name}
    covered = sum(_stands(word, german.content) for word in known)
    words = english.title.stems
    met = sum(_stands(word, german.title.stems) or _stands(word, pool) / 2 for word in words)
    return Bridge(met / len(words) if words else 0.0, covered / len(known) if known else 0.0, facts, odds)


def _stands(word: str, pool: frozenset[str]) -> bool:
    """Does the German side have the word itself or one of its counterparts, also inside a compound?"""
    return any(_holds(option, other) for option in (word, *dictionary().get(word, ())) for other in pool)


def _holds(word: str, other: str) -> bool:
    return related(word, other) or (len(word) >= 4 and word in other)


def _figures(first: Reading, second: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    left, right = first.figures, second.figures
    facts, odds = [], []
    for kind in ("money", "hours", "heads", "counts", "references"):
        a, b = getattr(left, kind), getattr(right, kind)
        if a & b:
            facts.append(kind)
        elif a and b and kind in ("money", "hours", "references"):
            odds.append(kind)
    if any(same_day(a, b) for a in left.dates for b in right.dates):
        facts.append("dates")
    return tuple(facts), tuple(odds)
