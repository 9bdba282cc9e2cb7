"""Teamtailor: a JSON Feed for each employer whose items carry a schema.org JobPosting, pay included where it is stated.

Facts as of August 2026: the feed is at `/jobs.json` of the employer's own domain or of `{name}.teamtailor.com`; long feeds name
their next page in `next_url`; some 900 requests in a row run into a 403. Its twin `/jobs.rss`, with places and without pay, is
read where a person saved it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from scraper.errors import LayoutChanged
from scraper.model import Options, Page, Parsed, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, load_json, need, need_text, text
from scraper.parse.jobid import Where
from scraper.parse.jobposting import raw_posting
from scraper.parse.xml import items, load_xml, many
from scraper.sources import _boards as boards
from scraper.sources._links import plain, web
from scraper.sources._once import once

NAME = "teamtailor"
DEFAULTS: Mapping[str, Any] = MappingProxyType({"boards": [], "employers": {}, "base_url": "https://{slug}.teamtailor.com"})
HINTS: Mapping[int, str] = MappingProxyType(boards.hint(NAME))


def start(options: Options) -> list[Request]:
    """The feed of each board."""
    return boards.listings(NAME, boards.settings_of(DEFAULTS, options), "/jobs.json")


def parse(page: Page) -> Parsed:
    """Every ad of the feed, and its next page."""
    boards.refuse_elsewhere(page)
    if b"<rss" in page.body[:1000]:
        return _rss(page)
    body = load_json(page)
    if not isinstance(body, Mapping) or "jsonfeed.org" not in (text(body, "version") or ""):
        raise LayoutChanged("version", "an answer that is no JSON Feed")
    entries = need(body, "items")
    if not isinstance(entries, list):
        raise LayoutChanged("items")
    employer = page.request.carry.get("employer") or text(body, "title") or boards.employer_of(page)
    ads, rejects = each(lambda one: _ad(page, one, employer), entries, lambda one: text(one, "id"))
    more = (Request(url, carry=page.request.carry),) if (url := text(body, "next_url")) else ()
    return Parsed(ads, rejects, more, listing=boards.board_of(page))


def _ad(page: Page, item: Any, employer: str | None) -> RawPosting:
    number, url = need_text(item, "id"), web(need_text(item, "url"))
    inner = item.get("_jobposting")
    told: dict[str, Any] = {"title": text(item, "title"), "datePosted": text(item, "date_published")}
    told["description"] = text(item, "content_html")
    said = {key: value for key, value in inner.items() if value is not None} if isinstance(inner, Mapping) else {}
    ad = raw_posting({**told, **said}, Where(url), NAME)
    changed = text(item, "date_modified")
    return replace(
        ad,
        source_id=number,
        url=url,
        revision=changed,
        employer=ad.employer or employer,
        employer_key=boards.key_of(page),
        reference=None,  # the identifier is the platform's number, not the employer's
        changed_text=changed,
    )


def _rss(page: Page) -> Parsed:
    """The other feed; its ads have the numbers of their addresses."""
    document = load_xml(page)
    employer = page.request.carry.get("employer") or text(document.content, "channel", "title") or boards.employer_of(page)
    unique = once(items(document), lambda one: text(one, "link") or text(one, "guid"))
    ads, rejects = each(lambda one: _item(page, one, employer), unique, lambda one: text(one, "guid"))
    return Parsed(ads, rejects, total=len(unique), listing=boards.board_of(page), notes=document.repairs)


def _item(page: Page, item: Any, employer: str | None) -> RawPosting:
    url = plain(need_text(item, "link"))
    number = re.search(r"/jobs/(\d+)", url)
    remote = text(item, "remoteStatus")
    return RawPosting(
        source=NAME,
        source_id=number[1] if number else need_text(item, "guid"),
        url=url,
        title=need_text(item, "title"),
        employer=employer,
        employer_key=boards.key_of(page),
        description=text(item, "description"),
        description_format="html",
        places=tuple(place for one in many(item, "tt:locations", "tt:location") if (place := _place(one))),
        posted_text=text(item, "pubDate"),
        remote_text=None if remote == "none" else remote,
        extra=compact({"department": text(item, "tt:department"), "guid": text(item, "guid")}),
    )


def _place(item: Any) -> RawPlace | None:
    city = text(item, "tt:city")
    place = RawPlace(
        text=None if city else text(item, "tt:name"),
        street=text(item, "tt:address"),
        postcode=text(item, "tt:zip"),
        city=city,
        country=text(item, "tt:country"),
    )
    return None if place == RawPlace() else place
