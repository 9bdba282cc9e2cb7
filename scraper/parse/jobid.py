"""What names an ad: its address, the employer's own number, and the id made of them, which must hold as long as the ad does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from scraper.parse.fields import text

_TRACKING = re.compile(
    r"(?:utm_.*|gclid|fbclid|msclkid|mc_[ce]id|ref|referrer|source|src|trk|tracking.*|sid|s?session.*|jobpipeline|_ga)$",
    re.IGNORECASE,
)
_NAMING = ("name", "legalName", "codeValue", "@id")


@dataclass(frozen=True, slots=True)
class Where:
    """The page that a posting stood on."""

    url: str  #: as answered
    canonical: str | None = None  #: what the page says its own address is


def stable_id(reference: str | None, url: str) -> str:
    """What names the ad for good: the employer's own number with the host, else the address without tracking.

    >>> stable_id("4711", "https://www.jobs.example/a"), stable_id(None, "https://jobs.example/a/?utm_source=x#top")
    ('jobs.example/4711', 'jobs.example/a')
    """
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if reference is not None:
        return f"{host}/{reference}"
    parts = urlsplit(canonical(url))
    return host + parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


def canonical(url: str) -> str:
    """An address without fragment and tracking.

    >>> canonical("https://Jobs.example/a?id=7&utm_source=x#apply")
    'https://jobs.example/a?id=7'
    """
    try:
        parts = urlsplit(url)
        query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(key)]
    except ValueError:  # a host in brackets, or too many fields
        return url
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, urlencode(query), ""))


def address(item: Mapping[str, Any], where: Where) -> str:
    """The ad's own address: as the object says, else as the page says, else the page's."""
    for said in (text(item, "url"), names(item, "mainEntityOfPage"), text(item, "@id"), where.canonical):
        if said and (found := joined(where.url, said)) is not None and urlsplit(found).path not in ("", "/"):
            return found
    return where.url


def joined(base: str, link: str) -> str | None:
    """A link made absolute; None unless it is http or https with a host."""
    try:
        found = urljoin(base, link.strip())
        parts = urlsplit(found)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or any(char.isspace() for char in found):
        return None
    return found


def identifier(item: Mapping[str, Any]) -> str | None:
    """The employer's own number of the ad; an address or a whole sentence is none."""
    value = item.get("identifier")
    for one in value if isinstance(value, list) else [value]:
        found = text(one, "value") if isinstance(one, Mapping) else text({"it": one}, "it")
        if found and len(found) <= 100 and "://" not in found and found.lower() not in ("null", "undefined", "0"):
            return found
    return None


def names(item: Mapping[str, Any], key: str) -> str | None:
    """The name of what a field refers to: a string, an object, or the first of a list."""
    value = item.get(key)
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            if name := next((said for field in _NAMING if (said := text(one, field))), None):
                return name
        elif isinstance(one, str) and one.strip():
            return one.strip()
    return None
