"""Links of a listing page: ads by a pattern, the next page, feeds and sitemaps named by it; all by one linear scan, no tree."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scraper.parse.jobid import joined

MAX_LINKS = 20_000  #: of one page
_LINK = re.compile(r"""<(a|link|base)(?=\s)((?:[^<>"']|"[^"]*"|'[^']*')*+)>|<!--(?:.*?-->|.*)""", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,20})\s{0,5}=\s{0,5}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FEEDS = ("application/rss+xml", "application/atom+xml")


@dataclass
class Links:
    """What a page links to, each address once, absolute, in the order of the page."""

    ads: list[str] = field(default_factory=list)
    next: str | None = None  #: by rel=next
    canonical: str | None = None
    feeds: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  #: further anchors, for whoever looks for listings or careers systems


def links(page: str, url: str, ad_pattern: str = "") -> Links:
    """Read a page's links.

    Args:
        page: Its text.
        url: Its address; a `<base>` counts more.
        ad_pattern: Regular expression found in the address of an ad; "" finds none.

    >>> links('<a href="/jobs/7?a=1&amp;b=2">x</a><a rel="next" href="?page=2">y</a>', "https://a.example/jobs", r"/jobs/\\d").ads
    ['https://a.example/jobs/7?a=1&b=2']
    """
    told = Links()
    wanted = re.compile(ad_pattern) if ad_pattern else None
    seen: set[str] = set()
    base = url
    for tag, attributes in _tags(page):
        href = attributes.get("href")
        found = joined(base, href) if href else None
        if found is None:
            continue
        if tag == "base":
            base = found
            continue
        rel = attributes.get("rel", "").lower().split()
        if "next" in rel:
            told.next = told.next or found
        elif tag == "link":
            _head(told, rel, attributes, found)
        else:
            _anchor(told, found.partition("#")[0], wanted, seen)
    return told


def _tags(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    for count, found in enumerate(_LINK.finditer(page)):
        if count > MAX_LINKS:
            return
        if found[1]:
            yield found[1].lower(), _attributes(found[2])


def _attributes(written: str) -> dict[str, str]:
    told: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(written[:5000]):
        told.setdefault(found[1].lower(), html.unescape(found[2] or found[3] or found[4] or ""))
    return told


def _head(told: Links, rel: list[str], attributes: dict[str, str], found: str) -> None:
    if "canonical" in rel:
        told.canonical = told.canonical or found
    elif "alternate" in rel and attributes.get("type", "").lower() in _FEEDS:
        told.feeds.append(found)


def _anchor(told: Links, found: str, wanted: re.Pattern[str] | None, seen: set[str]) -> None:
    if found in seen:
        return
    seen.add(found)
    if wanted is not None and wanted.search(found):
        told.ads.append(found)
    else:
        told.others.append(found)


def numbered(url: str, parameter: str, step: int) -> str:
    """The same listing one page on, where pages are numbered in the query.

    Args:
        parameter: The query's key, "page" or "start".
        step: What is added for a page: 1, or the size of a page.

    >>> numbered("https://a.example/jobs?page=2&q=x", "page", 1), numbered("https://a.example/jobs", "start", 100)
    ('https://a.example/jobs?page=3&q=x', 'https://a.example/jobs?start=100')
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    now = query.get(parameter, "")
    query[parameter] = str((int(now) if now.isdecimal() and len(now) < 9 else int(step == 1)) + step)
    return urlunsplit(parts._replace(query=urlencode(query), fragment=""))
