"""Sitemaps and feeds as lists of addresses: robots.txt, sitemap index, URL set, RSS, Atom; gzipped or not, in any namespace."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scraper.errors import LayoutChanged
from scraper.fetch.decode import decoded, unzip
from scraper.model import Page
from scraper.parse.jobid import joined
from scraper.parse.xml import Document, items, load_xml, many

MAX_URLS = 50_000  #: of one sitemap, as its standard says
MAX_BYTES = 52_428_800  #: of one sitemap unpacked, likewise
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One address."""

    url: str
    changed: str | None = None  #: lastmod, updated or pubDate as written
    title: str | None = None  #: feeds only


@dataclass(frozen=True, slots=True)
class Sitemap:
    """One document: addresses of pages, or of further sitemaps."""

    entries: tuple[Entry, ...]
    index: bool = False  #: the entries are sitemaps themselves
    cut: bool = False  #: it had more than `MAX_URLS`
    repairs: tuple[str, ...] = ()


def named_in_robots(body: bytes, url: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names, absolute, each once.

    >>> named_in_robots(b"User-agent: *\\nDisallow:\\nSITEMAP: /s.xml", "https://a.example/robots.txt")
    ('https://a.example/s.xml',)
    """
    found = (joined(url, one) for one in _SITEMAP.findall(decoded(body[:500_000])))
    return tuple(dict.fromkeys(one for one in found if one is not None))[:100]


def read(page: Page) -> Sitemap:
    """A sitemap, a sitemap index or a feed.

    Raises:
        Challenge: HTML came.
        BadAnswer: broken or endless gzip.
        ParseError: no XML, a document type, or none of the three.
    """
    url = page.url or page.request.url
    if page.body[:2] == b"\x1f\x8b":
        page = replace(page, body=unzip(page.body, MAX_BYTES, url))
    if not page.body.lstrip()[:1].startswith((b"<", b"\xef")) and (plain := _lines(page)):
        return Sitemap(plain[:MAX_URLS], cut=len(plain) > MAX_URLS)
    document = load_xml(page)
    kind = document.root.rpartition(":")[2].lower()
    found = [replace(entry, url=whole) for entry in _entries(document, kind) if (whole := joined(url, entry.url)) is not None]
    unique = tuple({entry.url: entry for entry in found}.values())
    return Sitemap(unique[:MAX_URLS], kind == "sitemapindex", len(unique) > MAX_URLS, document.repairs)


def _lines(page: Page) -> tuple[Entry, ...]:
    """A sitemap in plain text: an address on each line and nothing else."""
    lines = decoded(page.body).split()
    if not lines or not all(line.startswith(("http://", "https://")) for line in lines):
        return ()
    return tuple(Entry(line) for line in lines)


def _entries(document: Document, kind: str) -> Iterator[Entry]:
    if kind in ("urlset", "sitemapindex"):
        for item in _all(document.content, "url" if kind == "urlset" else "sitemap"):
            if url := _said(item, "loc"):
                yield Entry(url, _said(item, "lastmod"))
    elif kind in ("rss", "rdf", "feed"):
        for item in items(document):
            if isinstance(item, Mapping) and (url := _link(item)):
                changed = _said(item, "updated") or _said(item, "pubDate") or _said(item, "published")
                yield Entry(url.partition("#")[0], changed, _said(item, "title"))
    else:
        raise LayoutChanged("urlset", f"a document that begins with <{document.root}>")


def _all(content: Mapping[str, Any], name: str) -> list[Any]:
    """The children of a name, whatever prefix the document gave the namespace."""
    key = next((one for one in content if one.rpartition(":")[2] == name), name)
    return many(content, key)


def _said(item: Any, name: str) -> str | None:
    if not isinstance(item, Mapping):
        return None
    key = next((one for one in item if one.rpartition(":")[2] == name), None)
    value = item[key] if key is not None else None
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("#text")
    return value.strip() or None if isinstance(value, str) else None


def _link(item: Mapping[str, Any]) -> str | None:
    """The address of an item: RSS says it as text, Atom as an attribute; a permanent guid will do."""
    for one in many(item, "link"):
        if isinstance(one, Mapping) and one.get("@rel", "alternate") == "alternate" and one.get("@href"):
            return str(one["@href"])
    found = _said(item, "link") or _said(item, "guid")
    return found if found and "://" in found else None
