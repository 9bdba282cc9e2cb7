"""Checks of single values in config.toml; each refusal says what would be right."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COUNTRIES = ("DE", "AT", "CH")
_AT = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@cache
def postcodes() -> Mapping[str, tuple[str, ...]]:
    """Germany's larger towns with their post codes, single ones or inclusive ranges."""
    lines = files("lohnpegel").joinpath("towns.txt").read_text("utf-8").splitlines()
    return {name: tuple(codes.split()) for name, _, codes in (line.partition("\t") for line in lines)}


@cache
def towns() -> tuple[str, ...]:
    """Their names, to recognise a misspelt one."""
    return tuple(postcodes())


def nearest(word: str, choices: tuple[str, ...], most: int = 2) -> str | None:
    """The choice that `word` is a misspelling of, at most so many slips away.

    >>> nearest("Duisbrug", ("Duisburg", "Essen"))
    'Duisburg'
    """
    from rapidfuzz import process  # only a mistake needs it
    from rapidfuzz.distance import DamerauLevenshtein

    found = process.extractOne(word, choices, scorer=DamerauLevenshtein.distance, score_cutoff=most)
    return found[0] if found else None


def town_name(name: str) -> str:
    """A town's name in its own spelling.

    >>> town_name("Duisbrug")
    Traceback (most recent call last):
    ValueError: 'Duisbrug' is no larger German town; did you mean 'Duisburg'? (check_name = false takes a small town as it stands)
    """
    if not name.strip() or not re.fullmatch(r"[^\W\d_][^\d_,;]*", name):
        raise ValueError(f'{name!r} is no town\'s name; write it as on the map, for example "Duisburg"')
    spelled = name.translate(_UMLAUTS)
    plain = next((town for town in towns() if town.translate(_UMLAUTS) == spelled != town), None)
    if plain and name != plain:
        raise ValueError(f"{name!r} must be written with its umlauts: {plain!r}; the search interface knows it only so")
    if name not in towns() and len(name) > 5 and (near := nearest(name, towns())):
        raise ValueError(
            f"{name!r} is no larger German town; did you mean {near!r}? (check_name = false takes a small town as it stands)"
        )
    return name


_UMLAUTS = {ord(umlaut): plain for umlaut, plain in zip("äöüÖß", ("ae", "oe", "ue", "Oe", "ss"), strict=True)}


def postcode_range(text: str, country: str = "DE") -> str:
    """One post code or an inclusive range: five digits in Germany, four in Austria and Switzerland.

    >>> postcode_range("47051")
    '47051-47051'
    >>> postcode_range("4705")
    Traceback (most recent call last):
    ValueError: '4705' is no range of post codes in DE; write "47051-47279" or "47051"
    """
    digits, shown = (5, '"47051-47279" or "47051"') if country == "DE" else (4, '"4020-4040" or "4020"')
    found = re.fullmatch(rf"(\d{{{digits}}})(?:\s?[-–]\s?(\d{{{digits}}}))?", text.strip())
    if not found or (found[2] or found[1]) < found[1]:
        raise ValueError(f"{text!r} is no range of post codes in {country}; write {shown}")
    return f"{found[1]}-{found[2] or found[1]}"


def time_zone(name: str) -> str:
    """An IANA time zone."""
    if name not in available_timezones():
        near = nearest(name, tuple(sorted(available_timezones())), 3)
        raise ValueError(
            f"{name!r} is no time zone; " + (f"did you mean {near!r}?" if near else 'write for example "Europe/Berlin"')
        )
    ZoneInfo(name)
    return name


def weekdays(days: tuple[str, ...]) -> tuple[str, ...]:
    """Days of the week by name; numbers are refused because programs disagree on what 0 is."""
    for day in days:
        if day not in WEEKDAYS:
            raise ValueError(f"{day!r} is no weekday; one of {', '.join(WEEKDAYS)}")
    if not days:
        raise ValueError(f"at least one of {', '.join(WEEKDAYS)}")
    return tuple(day for day in WEEKDAYS if day in days)


def at(text: str) -> str:
    """A time of day; in the hour that a change of clocks repeats or leaves out it counts once all the same.

    >>> at("6.10")
    Traceback (most recent call last):
    ValueError: '6.10' is no time of day; write "06:10"
    """
    if not _AT.fullmatch(text):
        raise ValueError(f'{text!r} is no time of day; write "06:10"')
    return text


def country(code: str) -> str:
    """An ISO 3166-1 code whose ads can be read."""
    if code not in COUNTRIES:
        raise ValueError(f"{code!r} is no country whose ads are read; one of {', '.join(COUNTRIES)}")
    return code


TimeZone = Annotated[str, AfterValidator(time_zone)]
Weekdays = Annotated[tuple[str, ...], AfterValidator(weekdays)]
At = Annotated[str, AfterValidator(at)]
Country = Annotated[str, AfterValidator(country)]
