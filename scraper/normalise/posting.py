"""The joining stage: a `RawPosting` to a `Posting`, every reader in its turn.

::

    clean → contacts out → pay (fields, then text) → facets (text, then fields) → places → dates → hash

Pure: the day of the fetch is a parameter, and normalising a normalised ad's text again changes nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec

from scraper.model import Facets, Monthly, Pay, Place, Posting, RawPay, RawPlace, RawPosting
from scraper.normalise import contacts, dates, facets, fields, pay, titles
from scraper.normalise.ad import Ad
from scraper.normalise.place import read_place
from scraper.normalise.text import clean
from scraper.parse.html import to_text
from scraper.profile import Profile

MAX_TITLE, MAX_TEXT = 500, 200_000  #: characters that are read and kept; more is no ad
VERSION = "1"  #: of all readers together; raised with any change of what they answer


def normalise(raw: RawPosting, seen_at: datetime, profile: Profile) -> Posting:
    """Read one ad.

    Args:
        raw: What the source said.
        seen_at: When it was fetched, aware UTC; legal floors and tariff tables are taken for that day.
        profile: Town and trade.

    Returns:
        The typed ad. Never raises on any text.
    """
    content_hash = digest(raw)
    raw = _scrubbed(raw)
    on = seen_at.astimezone(dates.LOCAL).date()
    title, description = raw.title, raw.description or ""
    places = tuple(read_place(place, profile.town) for place in raw.places)
    ad = Ad(title, raw.employer or "", raw.occupation or "", "; ".join(place.text for place in places), description)
    facts, facet_notes = _facets(ad, raw, places, profile)
    pays, chosen, monthly, pay_notes = _pay(raw, ad, facts, on, profile.town.name)
    return Posting(
        raw=raw,
        title=title,
        description=description,
        employer=raw.employer,
        places=places,
        pays=pays,
        pay=chosen,
        monthly=monthly,
        facets=facts,
        posted_on=dates.day(raw.posted_text),
        changed_at=dates.moment(raw.changed_text),
        expires_on=dates.day(raw.expires_text),
        starts_on=dates.day(raw.starts_text),
        language=raw.language,
        content_hash=content_hash,
        parser_version=VERSION,
        notes=(*raw.repairs, *pay_notes, *facet_notes),
    )


#: by these an ad is known again: they stay as the source wrote them
_IDENTITY = frozenset({"source", "source_id", "url", "revision", "employer_key"})


def _scrubbed(raw: RawPosting) -> RawPosting:
    """The same ad with clean text, without contact persons in any field, and with links that are links."""
    description = raw.description
    if description is not None:
        description = contacts.remove(to_text(description) if raw.description_format == "html" else clean(description[:MAX_TEXT]))
    own: dict[str, Any] = {
        "source_id": clean(raw.source_id),
        "title": contacts.remove(clean(raw.title[:MAX_TITLE])),
        "description": description,
        "description_format": "text",
        "places": tuple(_each_text(place) for place in raw.places),
        "pay": tuple(_each_text(entry) for entry in raw.pay),
        "hours_text": _free(raw.hours_text),
        "experience_text": _free(raw.experience_text),
        "remote_text": _free(raw.remote_text),
        "apply_url": _link(raw.apply_url),
        "extra": {key: _free(value) or "" for key, value in raw.extra.items() if not contacts.LABEL.search(key)},
    }
    rest = {name: _short(value) for name in raw.__slots__ if name not in own.keys() | _IDENTITY and (value := getattr(raw, name))}
    return replace(raw, **(rest | own))


def _short(value: Any) -> Any:
    """A field of a few words, or several of them, without contacts."""
    if isinstance(value, str):
        return contacts.short(clean(value)) or None
    return tuple(filter(None, map(_short, value))) if isinstance(value, tuple) else value


def _link(url: str | None) -> str | None:
    """Where to apply; an address that carries a person's is none."""
    link = url if url and url.startswith(("http://", "https://")) else None
    return link if link and contacts.short(unquote(link)) == unquote(link) else None


def _free(text: str | None) -> str | None:
    """Free text without contacts; short codes and numbers stay as they are, but for a telephone number by its "+"."""
    if text is None or (" " not in text and "@" not in text and not text.startswith("+")):
        return clean(text) if text else None
    return contacts.remove(clean(text))


Fields = TypeVar("Fields", RawPlace, RawPay)


def _each_text(value: Fields) -> Fields:
    cleaned: dict[str, Any] = {name: _free(text) for name in value.__slots__ if isinstance(text := getattr(value, name), str)}
    return replace(value, **cleaned)


def _facets(ad: Ad, raw: RawPosting, places: tuple[Place, ...], profile: Profile) -> tuple[Facets, tuple[str, ...]]:
    read = facets.read(ad, profile.town)
    if profile.scope.kind == "titles":
        read = replace(read, in_scope=titles.in_scope(ad.title, ad.occupation, profile.scope))
    merged, notes = fields.merge(read, raw)
    return replace(merged, in_town=any(place.in_town for place in places)), notes


def _pay(
    raw: RawPosting, ad: Ad, facts: Facets, on: date, town: str
) -> tuple[tuple[Pay, ...], Pay | None, Monthly | None, tuple[str, ...]]:
    """Every statement of pay, the one that counts, the same by the month, and doubts."""
    found: list[Pay] = []
    notes: list[str] = []
    for entry in raw.pay:
        statement, said = pay.from_fields(entry)
        found += [statement] if statement else []
        notes += said
    found += [replace(entry, span=None) for entry in pay.find(ad.title)]
    found += pay.find(ad.text)
    checked = tuple(pay.check(_levelled(entry, facts), on, facts.hours) for entry in found)
    chosen = pay.choose(checked, town)
    monthly = pay.monthly(chosen, facts.hours, on) if chosen else None
    return checked, chosen, monthly, tuple(notes)


_TRAINEE = {"azubi": "apprentice", "werkstudent": "student"}


def _levelled(entry: Pay, facts: Facets) -> Pay:
    """A trainee's pay only in a trainee's ad: the level is read from the whole ad, the tag from the words around the amount."""
    return replace(entry, tags=tuple(tag for tag in entry.tags if _TRAINEE.get(tag, facts.level) == facts.level))


#: what the source says of an ad that may move without the ad having changed
VOLATILE = ("url", "apply_url", "revision", "posted_text", "changed_text", "extra", "repairs", "employer_key")


def digest(raw: RawPosting) -> str:
    """Names an ad's content: equal as long as nothing that counts has changed; 32 hex digits.

    Left out are `VOLATILE` fields: addresses with tracking codes, distances, counters and dates made at request time.
    """
    told = {name: getattr(raw, name) for name in raw.__slots__ if name not in VOLATILE}
    encoded = msgspec.json.encode(_plain(told), order="deterministic")
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()


def _plain(value: object) -> object:
    """Encodable whatever a hostile source put into a string."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    if isinstance(value, RawPlace | RawPay):
        return {name: _plain(getattr(value, name)) for name in value.__slots__}
    return value
