"""service.bund.de: RSS search of public employers by word and place: title, employer and place, neither pay nor text.

Facts as of November 2026: the place filter works, with rings of 10, 20, 30, 50, 75 or 90 km; a feed holds at most 100 items and
names no total, so a full one cannot be called complete; links end in a tracking fragment.
"""

import re
from collections.abc import Mapping
from html import unescape
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

from scraper.errors import Incomplete, LayoutChanged
from scraper.model import Options, Page, Parsed, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, need_text, text
from scraper.parse.xml import items, load_xml
from scraper.sources._links import web
from scraper.sources._once import once

NAME = "service_bund"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"base_url": "https://www.service.bund.de", "search_path": "/Content/DE/Stellen/Suche/Formular.html", "page_size": 100}
)
RINGS_KM = (10, 20, 30, 50, 75, 90)  #: radii that the search offers
_FIELD = re.compile(r"([A-ZÄÖÜ][^<>:]{1,40}):\s*<strong>([^<]{0,300})</strong>")
_TOWN = re.compile(r"(?:(\d{5})\s+)?(\S.*)")
_ORIGIN = re.compile(r"^https?://[^/]*")
_SESSION = re.compile(r";jsessionid=[^?#]*")


def start(options: Options) -> list[Request]:
    """One feed for each term."""
    settings = {**DEFAULTS, **options.settings}
    ring = next((ring for ring in RINGS_KM if ring >= options.radius_km), RINGS_KM[-1])
    query = {
        "nn": "4642046",
        "jobsrss": "true",
        "resultsPerPage": str(settings["page_size"]),
        "city_zipcode": options.place,
        "ambit_distance": str(ring),
    }
    url = settings["base_url"].rstrip("/") + settings["search_path"]
    return [Request(f"{url}?{urlencode({**query, 'templateQueryString': term})}") for term in options.terms]


def parse(page: Page) -> Parsed:
    """Every item of the feed."""
    query = dict(parse_qsl(urlsplit(page.request.url).query))
    document = load_xml(page)
    if document.root.lower() != "rss":
        raise LayoutChanged("rss", f"a document that begins with <{document.root}>")
    found = items(document)
    if len(found) >= int(query.get("resultsPerPage") or 10_000):
        raise Incomplete(
            f"{len(found)} items for {query.get('templateQueryString')!r}, as many as a feed may hold: narrow the term"
        )
    unique = once(found, _id)
    ads, rejects = each(_ad, unique, _id)
    return Parsed(ads, rejects, total=len(unique), listing=query.get("templateQueryString", ""), notes=document.repairs)


def _id(item: Any) -> str | None:
    """The link's path without fragment and session: it leads to the same ad as the guid, which may be the link with both."""
    link = text(item, "guid") or text(item, "link")
    return (_ORIGIN.sub("", _SESSION.sub("", urldefrag(link).url)) or None) if link else None


def _ad(item: Any) -> RawPosting:
    number = _id(item)
    if number is None:
        raise LayoutChanged("link")
    description = text(item, "description")
    said = {unescape(name).strip(): unescape(value).strip() for name, value in _FIELD.findall(description or "")}
    return RawPosting(
        source=NAME,
        source_id=number,
        url=_SESSION.sub("", urldefrag(web(need_text(item, "link"))).url),
        title=need_text(item, "title"),
        employer=said.get("Arbeitgeber") or None,
        description=description,
        description_format="html",
        places=_places(said.get("Ort")),
        posted_text=text(item, "pubDate"),
        expires_text=said.get("Bewerbungsfrist") or None,
        sector_text="Öffentlicher Dienst",
        extra=compact({name: value for name, value in said.items() if name not in {"Arbeitgeber", "Ort", "Bewerbungsfrist"}}),
    )


def _places(told: str | None) -> tuple[RawPlace, ...]:
    """ "47051 Duisburg": post code and town; several stand with commas or semicolons."""
    found = [_TOWN.fullmatch(part.strip()) for part in re.split(r"[;,]", told or "")]
    return tuple(RawPlace(text=one[0], postcode=one[1], city=one[2]) for one in found if one)
