"""schema.org's `jobLocation`, in every shape that pages give it, to `RawPlace`."""

import html
from collections.abc import Iterator, Mapping
from typing import Any

from scraper.model import RawPlace
from scraper.parse.fields import text, texts
from scraper.parse.html import to_text

MAX_PLACES = 200
_PLACEHOLDERS = frozenset(
    {"-", "--", ".", "n/a", "na", "null", "none", "undefined", "unavailable", "keine angabe", "k.a.", "0", "00000"}
)


def places(posting: Mapping[str, Any], employer: str | None, repairs: list[str]) -> tuple[RawPlace, ...]:
    """Every place of work, each once.

    Args:
        employer: Its name; some pages write it where the place's name is due, and it is no place.

    >>> essen = {"address": {"addressLocality": "Essen", "addressCountry": {"name": "DE"}}}
    >>> found = places({"jobLocation": ["Duisburg", essen]}, None, [])
    >>> [(place.text, place.city, place.country) for place in found]
    [('Duisburg', None, None), (None, 'Essen', 'DE')]
    """
    found = (place for place in _read(posting.get("jobLocation"), repairs) if place.text != employer or not place.text)
    return tuple(dict.fromkeys(place for place in found if place != RawPlace()))[:MAX_PLACES]


def _read(value: Any, repairs: list[str], depth: int = 0) -> Iterator[RawPlace]:
    if isinstance(value, list) and depth < 4:
        for one in value[:MAX_PLACES]:
            yield from _read(one, repairs, depth + 1)
    elif isinstance(value, str):
        repairs.append("jobLocation: a plain string")
        yield RawPlace(text=_said(value))
    elif isinstance(value, Mapping):
        yield from _place(value, repairs)


def _place(value: Mapping[str, Any], repairs: list[str]) -> Iterator[RawPlace]:
    address = value.get("address")
    if isinstance(address, list):
        repairs.append("jobLocation: a list of addresses")
        for one in address[:MAX_PLACES]:
            yield from _place({**value, "address": one}, repairs)
        return
    if isinstance(address, str):
        repairs.append("jobLocation: address as a plain string")
        yield RawPlace(text=_said(address), **_point(value))
        return
    if address is None and any(key.startswith(("address", "postal", "street")) for key in value):
        repairs.append("jobLocation: address without a place")
        address = value
    if not isinstance(address, Mapping):
        address = {}
    country = address.get("addressCountry")
    if isinstance(country, Mapping):
        country = text(country, "name") or text(country, "identifier") or text(country, "@id")
    place = RawPlace(
        street=_said(text(address, "streetAddress")),
        postcode=_said(text(address, "postalCode")),
        city=_said(_one(address, "addressLocality")),
        region=_said(_one(address, "addressRegion")),
        country=_said(country if isinstance(country, str) else _one(address, "addressCountry")),
        **_point(value),
    )
    if not (place.city or place.postcode):  # the name is a place only where the address says none
        place = RawPlace(text=_said(text(address, "name") or text(value, "name")), **_parts(place))
    yield place


def _parts(place: RawPlace) -> dict[str, str | None]:
    return {name: getattr(place, name) for name in ("street", "region", "country", "lat_text", "lon_text")}


def _point(value: Mapping[str, Any]) -> dict[str, str | None]:
    geo = value.get("geo")
    source = geo if isinstance(geo, Mapping) else value
    return {"lat_text": _number(text(source, "latitude")), "lon_text": _number(text(source, "longitude"))}


def _number(words: str | None) -> str | None:
    return words if words and any(char in "123456789" for char in words) else None  # 0, 0 is no place


def _one(item: Mapping[str, Any], key: str) -> str | None:
    return ", ".join(texts(item, key)) or text(item, key)


def _said(words: str | None) -> str | None:
    """The words, unless they stand for nothing."""
    if words is None or words.strip().lower() in _PLACEHOLDERS:
        return None
    if "<" in words or "&" in words:
        words = to_text(html.unescape(words))
    return " ".join(words.split()) or None
