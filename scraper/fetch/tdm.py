"""Reservations against text and data mining (§ 44b(3) UrhG), as the W3C group report TDMRep writes them: file, header, meta.

Where several speak, any reservation holds: a mistake must not cost the right holder.
"""

import json
import re
from urllib.parse import urlsplit

from protego import Protego

WELL_KNOWN = "/.well-known/tdmrep.json"

_HEAD = 65_536  # a meta element stands at the top of a page
_META = re.compile(rb"<meta\b[^>]{0,500}>", re.IGNORECASE)
_NAMED = re.compile(rb"""name\s*=\s*["']?tdm-reservation\b""", re.IGNORECASE)
_RESERVED = re.compile(rb"""content\s*=\s*["']?\s*1\b""", re.IGNORECASE)


class Reservations:
    """What a site's tdmrep.json reserves; anything that is not such a file reserves nothing. Never raises."""

    def __init__(self, body: bytes) -> None:
        paths = _reserved(body)
        text = "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in paths)])
        self._match = Protego.parse(text) if paths else None

    def reserves(self, url: str) -> bool:
        """Whether the path of a URL is reserved (patterns as in robots.txt).

        >>> found = Reservations(b'[{"location": "/jobs/*", "tdm-reservation": 1}]')
        >>> found.reserves("https://a.example/jobs/1"), found.reserves("https://a.example/press")
        (True, False)
        """
        return self._match is not None and not self._match.can_fetch(url, "*")


def _reserved(body: bytes) -> list[str]:
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError):
        return []
    entries = entries if isinstance(entries, list) else [entries]
    found = []
    for entry in entries:
        if isinstance(entry, dict) and entry.get("tdm-reservation") in (1, "1"):
            where = entry.get("location")
            path = where if isinstance(where, str) and where.strip() else "/"
            path = urlsplit(path).path or "/" if path.startswith(("http://", "https://")) else path
            found.append(re.sub(r"[\s#].*", "", path.strip(), flags=re.DOTALL) or "/")
    return found


def reserved_by(headers_value: str | None, body: bytes) -> str | None:
    """Where an answer reserves itself: "header" or "meta"; None if it does not.

    >>> reserved_by("1", b"")
    'header'
    >>> reserved_by(None, b'<meta content="1" name="tdm-reservation">')
    'meta'
    """
    if headers_value is not None and "1" in [part.strip() for part in headers_value.split(",")]:
        return "header"
    head = body[:_HEAD]
    if b"tdm-reservation" not in head.lower():
        return None
    found = any(_NAMED.search(tag) and _RESERVED.search(tag) for tag in _META.findall(head))
    return "meta" if found else None
