"""The first configuration: a person's answers put into the shipped file, whose comments stay."""

import re
from dataclasses import dataclass
from typing import Any

import tomlkit

from lohnpegel.checks import nearest, postcodes
from lohnpegel.shipped import default_config

HOME = "Duisburg"  #: the town that the shipped file speaks of
TRADE = "Kundenservice"
#: first two digits of post codes of North Rhine-Westphalia, whose state board is asked there only
_NRW = frozenset({"32", "33", "40", "41", "42", "44", "45", "46", "47", "48", "50", "51", "52", "53", "57", "58", "59"})
_EXAMPLE = "# An example, so that the report has a question: put the claim of your own article in its place."
_ELSEWHERE = ("experience_b2b_logistics",)  #: claims that make sense at a port only


@dataclass(frozen=True, slots=True)
class Place:
    """A town with its post codes."""

    name: str
    postcodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person wants gathered."""

    contact: str
    place: Place
    radius_km: int
    terms: tuple[str, ...]
    sources: tuple[str, ...]


def place(said: str) -> Place | None:
    """The town that a name or a post code means; None: it is not in the list of larger towns.

    >>> place("47051"), place("Koeln").name, place("Xanten")
    (Place(name='Duisburg', postcodes=('47051-47279',)), 'Köln', None)
    """
    said = said.strip()
    if re.fullmatch(r"\d{5}", said):
        return next((Place(name, codes) for name, codes in postcodes().items() if _covers(codes, said)), None)
    folded = {_folded(name): name for name in postcodes()}
    short = {_folded(re.split(r" (?:am|an|im|\()", name)[0]): name for name in postcodes() if not name.startswith("Frankfurt (")}
    name = folded.get(_folded(said)) or short.get(_folded(said))
    return Place(name, postcodes()[name]) if name else None


def misspelt(said: str) -> str | None:
    """The larger town whose name this may be meant for."""
    return nearest(said, tuple(postcodes())) if len(said) > 4 else None


def shipped_terms() -> tuple[str, ...]:
    """The search terms of the shipped file."""
    return tuple(_shipped()["profile"]["terms"])


def shipped_sources(there: Place) -> dict[str, bool]:
    """Sources of the shipped file, and whether each is asked by default at a place."""
    in_state = any(code[:2] in _NRW for code in there.postcodes)
    blocks = _shipped()["source"].items()
    return {name: bool(block["enabled"]) and (name != "karriere_nrw" or in_state) for name, block in blocks}


def configuration(answers: Answers) -> str:
    """The text of config.toml."""
    document = _shipped()
    profile, town = document["profile"], document["profile"]["town"]
    document["crawler"]["contact"] = answers.contact
    town["radius_km"] = answers.radius_km
    for name, block in document["source"].items():
        block["enabled"] = name in answers.sources
    ours = answers.terms == shipped_terms()
    if not ours:
        profile["terms"] = list(answers.terms)
        profile["scope"].update({"kind": "titles", "include": [term.lower() for term in answers.terms]})
        document["report"].update({"occupations": [], "tariffs": []})
    if answers.place.name != HOME:
        town.update({"name": answers.place.name, "postcodes": list(answers.place.postcodes)})
        town["check_name"] = answers.place.name in postcodes()
        town["districts"].clear()
    if not ours or answers.place.name != HOME:
        profile["name"] = f"{TRADE if ours else answers.terms[0]} in {answers.place.name}"
        _claims(document, answers, ours=ours)
        return tomlkit.dumps(document).replace("\n[[claim]]", f"\n{_EXAMPLE}\n[[claim]]", 1)
    return tomlkit.dumps(document)


def _claims(document: Any, answers: Answers, *, ours: bool) -> None:
    """An article about Duisburg is no article about another town: its first claim is put in general words, to be replaced."""
    town, trade = answers.place.name, TRADE if ours else answers.terms[0]
    claims = document["claim"]
    for position in reversed(range(len(claims))):
        if claims[position]["id"] in _ELSEWHERE or (position and not ours):
            del claims[position]
    first = claims[0]
    first["wording"] = tomlkit.inline_table()
    first["wording"]["de"] = f"Wer in {town} anfängt ({trade}), verdient zwischen 2.400 und 2.800 € brutto im Monat."
    first["wording"]["en"] = f"Whoever starts in {town} ({trade}) earns between 2,400 and 2,800 € gross a month."


def _shipped() -> Any:
    return tomlkit.parse(default_config().read_text("utf-8"))


def _covers(codes: tuple[str, ...], code: str) -> bool:
    return any(low <= code <= (high or low) for low, _, high in (entry.partition("-") for entry in codes))


def _folded(name: str) -> str:
    for letter, fold in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.lower().replace(letter, fold)
    return name
