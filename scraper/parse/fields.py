"""Fields of a decoded page, with errors that name them; every source reads through these.

A getter never raises on an optional field: what is absent, null, empty or of a foreign type is None.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from scraper.errors import Challenge, LayoutChanged, ParseError
from scraper.model import Page, RawPosting, Reject
from scraper.normalise.contacts import LABEL, remove

EXCERPT = 500  #: characters of a rejected ad that are kept for the operator
_NAMES = re.compile(
    r"(?:first|last)_?name|(?:vor|nach)name|mobile$|fax|author|creator|responsible|recruiter|hiring", re.IGNORECASE
)


def load_json(page: Page) -> Any:
    """Decode a JSON body, with every trap of the format closed.

    Returns:
        The value. NaN and Infinity are refused; of a repeated key the last counts; lone surrogates pass and are cleaned later.

    Raises:
        Challenge: HTML came where JSON was due.
        ParseError: the body is no JSON, or nested too deeply to be data.

    >>> load_json(page_of(b'{"a": 1}'))
    {'a': 1}
    >>> load_json(page_of(b'  <!doctype html><p>Please wait'))
    Traceback (most recent call last):
    scraper.errors.Challenge: HTML where JSON was due: a challenge, login or error page
    """
    body = page.body.removeprefix(b"\xef\xbb\xbf").strip()
    if body[:1] == b"<":
        raise Challenge("HTML where JSON was due: a challenge, login or error page")
    if not body:
        raise ParseError("an empty body where JSON was due")
    try:
        return msgspec.json.decode(body)
    except RecursionError as error:
        raise ParseError("JSON nested too deeply to be data") from error
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError):
        return _lenient(body)


def _lenient(body: bytes) -> Any:
    """Read what msgspec refuses but the field is full of: lone surrogates, raw control characters, huge integers."""
    try:
        return json.loads(body.decode("utf-8", "replace"), strict=False, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ParseError("JSON nested too deeply to be data") from error
    except ValueError as error:
        raise ParseError(f"not JSON: {error}") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def page_of(body: bytes, url: str = "https://example.org/", **more: Any) -> Page:
    """A page made by hand, for doctests and for files that a person saved."""
    from datetime import UTC, datetime

    from scraper.model import Request

    request = more.pop("request", None) or Request(url)
    return Page(request, more.pop("status", 200), body, more.pop("fetched_at", datetime(2026, 11, 22, tzinfo=UTC)), **more)


def need(item: Mapping[str, Any], key: str) -> Any:
    """A required field's value; absent or null means that the site changed.

    >>> need({"id": 7}, "id")
    7
    """
    value = item.get(key) if isinstance(item, Mapping) else None
    if value is None:
        raise LayoutChanged(key)
    return value


def need_text(item: Mapping[str, Any], key: str) -> str:
    """A required field as text that is not blank."""
    value = text(item, key)
    if value is None:
        raise LayoutChanged(key)
    return value


def text(item: Mapping[str, Any], *path: str) -> str | None:
    """An optional field as text: numbers and booleans in their JSON spelling, anything else None.

    >>> text({"adresse": {"plz": "47051"}}, "adresse", "plz")
    '47051'
    >>> text({"festgehalt": 18.5}, "festgehalt"), text({"firma": "  "}, "firma")
    ('18.5', None)
    """
    value: Any = item
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return value.strip() or None if isinstance(value, str) else None


def flag(item: Mapping[str, Any], key: str) -> bool | None:
    """An optional yes or no; older payloads spell it "True".

    >>> flag({"a": "True"}, "a"), flag({"a": False}, "a"), flag({}, "a")
    (True, False, None)
    """
    value = text(item, key)
    return {"true": True, "false": False}.get(value.lower()) if value else None


def mappings(item: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects of an optional list; anything that is no object is left out."""
    value = item.get(key)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def texts(item: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The non-blank strings of an optional list; a lone string counts as a list of one."""
    value = item.get(key)
    values = value if isinstance(value, list) else [value]
    return tuple(entry.strip() for entry in values if isinstance(entry, str) and entry.strip())


def each(
    read: Callable[[Any], RawPosting], items: Iterable[Any], source_id: Callable[[Any], str | None] = lambda _: None
) -> tuple[tuple[RawPosting, ...], tuple[Reject, ...]]:
    """Read every ad of a page; a broken one becomes a reject and never sinks the others."""
    ads: list[RawPosting] = []
    rejects: list[Reject] = []
    for item in items:
        try:
            ads.append(read(item))
        except ParseError as error:
            rejects.append(Reject(str(error), source_id(item), excerpt=excerpt(item)))
    return tuple(ads), tuple(rejects)


def excerpt(item: Any) -> str:
    """The start of a rejected ad, as JSON where it is data; what stands under the name of a person's field is left out."""
    shown = item if isinstance(item, str) else json.dumps(_anonymous(item), ensure_ascii=False, default=str)
    return remove(shown.encode("utf-8", "replace").decode())[:EXCERPT]  # a contact that is cut is none that can be recognised


def _anonymous(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: "…" if LABEL.search(str(key)) or _NAMES.search(str(key)) else _anonymous(inner) for key, inner in value.items()
        }
    return [_anonymous(inner) for inner in value] if isinstance(value, list | tuple) else value


def _of_person(key: str) -> bool:
    return bool(LABEL.search(key) or _NAMES.search(key))


def compact(fields: Mapping[str, str | None]) -> dict[str, str]:
    """Only what is there.

    >>> compact({"a": "x", "b": None})
    {'a': 'x'}
    """
    return {key: value for key, value in fields.items() if value is not None}


def unknown(values: Mapping[str, str | None], known: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A note for each value that the documentation of a source does not name; it is kept as text, never guessed.

    >>> unknown({"vertragsdauer": "PROJEKT"}, {"vertragsdauer": ("BEFRISTET", "UNBEFRISTET")})
    ("unknown value 'PROJEKT' of vertragsdauer",)
    """
    return tuple(
        f"unknown value {value!r} of {field}"
        for field, value in values.items()
        if value is not None and value not in known[field]
    )
