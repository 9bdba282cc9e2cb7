"""Two ads of one employer in two languages (German, English, Turkish): what can be compared across them, and the verdict."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from storage.vacancies.figures import same_day
from storage.vacancies.reading import Reading
from storage.vacancies.text import fold, stem
from storage.vacancies.title import related
from storage.vacancies.values import Evidence, Verdict

_FILES = {"en": "english.toml", "tr": "turkish.toml"}
_ENDLESS = frozenset({"tr"})  # languages whose dictionary lists beginnings of words
_SEVERAL = 2  # kinds of figures that agree, and
_MOST = 0.6  # of the known words that carry over: the title may then read quite otherwise


@dataclass(frozen=True, slots=True)
class Bridge:
    """What two ads in two languages have in common."""

    title: float  #: share of the foreign title's words that the other's title or text has, 0–1
    coverage: float  #: share of the foreign words known to the dictionary that stand in the other's text, 0–1
    facts: tuple[str, ...]  #: kinds of figures that agree
    odds: tuple[str, ...]  #: kinds of figures that contradict


@cache
def dictionary(language: str) -> Mapping[str, tuple[str, ...]]:
    """Foreign stem, or beginning of a word, to German stems."""
    table = tomllib.loads(Path(__file__).with_name(_FILES[language]).read_text("utf-8"))["words"]
    cut = (lambda word: word) if language in _ENDLESS else stem
    return {cut(fold(word)): tuple(stem(german) for german in text.split()) for word, text in table.items()}


@lru_cache(maxsize=20_000)
def german(word: str, language: str) -> tuple[str, ...]:
    """German counterparts of a foreign stem; none for a word that the dictionary does not know.

    >>> german("muesterileri", "tr"), german("parcel", "en"), german("parcel", "de")
    (('kund', 'kund'), ('paket',), ())
    """
    if language not in _FILES:
        return ()
    known = dictionary(language)
    if language not in _ENDLESS:
        return known.get(word, ())
    return next((known[word[:size]] for size in range(len(word), 1, -1) if word[:size] in known), ())


def verdict(first: Reading, second: Reading, evidence: list[Evidence]) -> Verdict:
    """Title and two more things must carry over, or many figures agree; `evidence`: what is known without the language."""
    foreign, other = _sides(first, second)
    across = bridge(foreign, other)
    found = [*evidence, Evidence("translation", "note", f"title {across.title:.0%}, text {across.coverage:.0%}")]
    found += [Evidence(kind, "for", "same in both languages") for kind in across.facts]
    found += [Evidence(kind, "against", "differs between the languages") for kind in across.odds]
    if first.title.level != second.title.level:
        found.append(Evidence("role", "against", f"{first.title.level or 'staff'} ≠ {second.title.level or 'staff'}"))
    against = any(e.bearing == "against" for e in found)
    points = len(across.facts) + (across.coverage >= 0.4) + (across.title >= 0.8)
    carried = (across.title >= 0.5 and points >= 2) or (len(across.facts) >= _SEVERAL and across.coverage >= _MOST)
    same = not against and carried
    score = 0.5 * across.title + 0.3 * across.coverage + 0.05 * min(len(across.facts), 4)
    parted = any(e.bearing == "against" and e.name != "dates" for e in found)
    return Verdict(same, parted, score if same else 0.0, tuple(found))


def _sides(first: Reading, second: Reading) -> tuple[Reading, Reading]:
    """The foreign one first; of two foreign ones the English."""
    order = ("en", "tr", "de")
    return (first, second) if order.index(first.language) <= order.index(second.language) else (second, first)


def bridge(foreign: Reading, other: Reading) -> Bridge:
    """Compare a foreign ad with one in German, or in another foreign language by way of German."""
    facts, odds = _figures(foreign, other)
    titled, written = _pool(other.title.stems, other), _pool(other.content, other)
    known = {word for word in foreign.content if german(word, foreign.language) and word not in foreign.name}
    covered = sum(_stands(word, written, foreign) for word in known)
    words = foreign.title.special or foreign.title.stems
    met = sum(1.0 if _stands(word, titled, foreign) else _stands(word, titled | written, foreign) / 2 for word in words)
    return Bridge(met / len(words) if words else 0.0, covered / len(known) if known else 0.0, facts, odds)


def _pool(words: frozenset[str], reading: Reading) -> frozenset[str]:
    """Words, with their German counterparts."""
    return words | {option for word in words for option in german(word, reading.language)}


def _stands(word: str, pool: frozenset[str], foreign: Reading) -> bool:
    """Does the other side have the word itself or one of its counterparts, also inside a compound?"""
    options = (word, *german(word, foreign.language))
    return not pool.isdisjoint(options) or any(_holds(option, other) for option in options for other in pool)


def _holds(word: str, other: str) -> bool:
    return related(word, other) or (len(word) >= 4 and word in other)


def _figures(first: Reading, second: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    facts, odds = [], []
    for kind, a, b in _kinds(first, second):
        if a & b:
            facts.append(kind)
        elif a and b and kind in ("money", "hours", "references"):
            odds.append(kind)
    left, right = first.figures, second.figures
    if any(same_day(a, b) for a in left.dates for b in right.dates):
        facts.append("dates")
    return tuple(facts), tuple(odds)


def _kinds(first: Reading, second: Reading) -> Iterator[tuple[str, frozenset[object], frozenset[object]]]:
    left, right = first.figures, second.figures
    for kind in ("money", "hours", "references"):
        yield kind, getattr(left, kind), getattr(right, kind)
    # people are counted under other words in each language
    yield "numbers", frozenset(left.heads | left.counts), frozenset(right.heads | right.counts)
