"""Where the work is: the town of an ad's place field, and the places its text names."""

import re
from dataclasses import dataclass
from functools import cache

from storage.vacancies.text import fold
from storage.vacancies.words import district_towns, words

_LETTERS = re.compile(r"[a-z]{3,}")
_PART = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_IN = re.compile(
    r"\b(?:in|aus|im|am|an der|nach|von|standort|filiale|niederlassung|depot|lager|werk|geschaeftsstelle|branch) ([a-z-]{3,30})\b"
)
_AT = re.compile(r"\b(?:in|standort|filiale|depot) ([a-z]+)\b(?! (?:wir|sie|die|der|das|ihre|deine))")
_WORK_IN = re.compile(
    r"\b(?:arbeitsort|einsatzort|dienstort|arbeitsplatz|gearbeitet wird|arbeitsstaette)\W+"
    r"(?:(?:ist|liegt|befindet|sich|bleibt|immer|nur|stets|ausschliesslich|allein|in|bei|der|die|das|unser|\d{5})\W+)*([a-z-]{4,30})"
)
_OF_TOWN = re.compile(r"\b([a-z]{4,20})er (?!str\b|strasse|allee|platz|weg\b|damm)[a-z]{3,}")  # "am Duisburger Hafen"
_SUFFIX = re.compile(r"[a-z]{3,}(?:hausen|heim|feld|ort|dorf|scheid|rath|beck|bruch|kirchen|stadt|kamp|wald|strasse|platz)")
_PREFIXES = ("bad", "sankt", "st", "neu", "gross", "klein", "alt", "ober", "unter")
_NO_PLACE = (
    "sofort",
    "wohnort",
    "einsatzort",
    "arbeitsort",
    "vor-ort",
    "umfeld",
    "arbeitsplatz",
    "antwort",
    "dienstort",
    "stellplatz",
)


@dataclass(frozen=True, slots=True)
class Where:
    """The place field of an ad."""

    town: str  #: folded, one word; "" when unknown
    districts: frozenset[str]


def where(place: str | None, postcode: str | None) -> Where:
    """Read a place field in any of its spellings.

    >>> where("47119 Duisburg-Ruhrort, NRW", None)
    Where(town='duisburg', districts=frozenset({'ruhrort'}))
    >>> where("Großraum Duisburg", None).town, where("Mülheim an der Ruhr", None).town, where(None, None).town
    ('duisburg', 'muelheim', '')
    """
    low = re.sub(r"\b(?:land)?kreis [a-z-]+", " ", fold(place or ""))
    known, noise = district_towns(), words("place", "noise")
    parts = [part for part in re.split(r"[^a-z]+", low) if len(part) > 1 and part not in noise]
    town = next((word for word in [*_PART.findall(low), *parts] if word in words("place", "towns")), "")
    named = frozenset(part for part in parts if part in known)
    if not town and named:
        town = known[min(named)]
    if not town and parts:
        town = "".join(parts[:2]) if parts[0] in _PREFIXES else parts[0]
    hyphened = re.search(rf"\b{re.escape(town)}-([a-z-]+)", low) if town else None
    extra = frozenset({hyphened[1]}) if hyphened else frozenset()
    return Where(town or (f"#{postcode}" if postcode else ""), (named | extra) - {town})


def named_places(low: str) -> frozenset[str]:
    """Districts, towns and streets that folded text names, without what is certain to be none."""
    known, towns, common = district_towns(), words("place", "towns"), words("place", "ambiguous")
    found = {word for word in _PART.findall(low) if (word in known and word not in common) or word in towns}
    found |= {word for word in _AT.findall(low) if word in common}
    for town, district in re.findall(r"\b([a-z]{4,})-([a-z-]{3,})\b", low):
        if town in towns:
            found |= {town, district}
    for match in _IN.finditer(low):
        word = match[1]
        if _SUFFIX.fullmatch(word) and not word.endswith(_NO_PLACE):
            found.add(word)
    return frozenset(found)


def sites(low: str) -> bool:
    """Does folded text say where the work is done?"""
    return any(cue in low for cue in words("place", "workplace")) or low.startswith("standort ") or bool(_WORK_IN.search(low))


def workplaces(low: str) -> frozenset[str]:
    """Where folded text says that the work is done, whatever town the ad is shown in.

    >>> sorted(workplaces("arbeitsort ist ausschliesslich duisburg-ruhrort")), sorted(workplaces("gearbeitet wird in kevelaer"))
    (['duisburg', 'duisburg-ruhrort', 'ruhrort'], ['kevelaer'])
    """
    cued = low.startswith("standort ") or any(cue in low for cue in words("place", "workplace"))
    found = set(named_places(low)) if cued else set()
    found |= {match[1] for match in _OF_TOWN.finditer(low) if match[1] in words("place", "towns")}
    return frozenset(found | {match[1] for match in _WORK_IN.finditer(low) if match[1] not in words("stop")})


def landmarks(low: str) -> frozenset[str]:
    """Landmarks that folded text names, reduced to the list's own word ("wochenmarkt" also as "markt")."""
    marks, ends = words("place", "landmarks"), _ends()
    found = {word for word in _LETTERS.findall(low) if word in marks or word.endswith(ends)}
    return frozenset(next((kind for kind in ("markt", "hafen") if word.rstrip("s").endswith(kind)), word) for word in found)


@cache
def _ends() -> tuple[str, ...]:
    """Endings of a compound with a landmark, and of its genitive."""
    return tuple(mark + ending for mark in sorted(words("place", "landmarks")) if len(mark) > 4 for ending in ("", "s", "e"))
