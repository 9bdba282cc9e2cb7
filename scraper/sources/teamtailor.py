"""Teamtailor: a JSON Feed for each employer whose items carry a schema.org JobPosting, pay included where it is stated.

Facts as of August 2026: the feed is at `/jobs.json` of the employer's own domain or of `{name}.teamtailor.com`; long feeds name
their next page in `next_url`; some 900 requests in a row run into a 403.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from scraper.errors import LayoutChanged
from scraper.model import Options, Page, Parsed, RawPosting, Request
from scraper.parse.fields import each, load_json, need, need_text, text
from scraper.parse.jobid import Where
from scraper.parse.jobposting import raw_posting
from scraper.sources import _boards as boards
from scraper.sources._links import web

NAME = "teamtailor"
DEFAULTS: Mapping[str, Any] = MappingProxyType({"boards": [], "employers": {}, "base_url": "https://{slug}.teamtailor.com"})
HINTS: Mapping[int, str] = MappingProxyType(boards.hint(NAME))


def start(options: Options) -> list[Request]:
    """The feed of each board."""
    return boards.listings(NAME, boards.settings_of(DEFAULTS, options), "/jobs.json")


def parse(page: Page) -> Parsed:
    """Every ad of the feed, and its next page."""
    boards.refuse_elsewhere(page)
    body = load_json(page)
    if not isinstance(body, Mapping) or "jsonfeed.org" not in (text(body, "version") or ""):
        raise LayoutChanged("version", "an answer that is no JSON Feed")
    items = need(body, "items")
    if not isinstance(items, list):
        raise LayoutChanged("items")
    employer = page.request.carry.get("employer") or text(body, "title") or boards.employer_of(page)
    ads, rejects = each(lambda one: _ad(page, one, employer), items, lambda one: text(one, "id"))
    more = (Request(url, carry=page.request.carry),) if (url := text(body, "next_url")) else ()
    return Parsed(ads, rejects, more, listing=boards.board_of(page))


def _ad(page: Page, item: Any, employer: str | None) -> RawPosting:
    number, url = need_text(item, "id"), web(need_text(item, "url"))
    inner = item.get("_jobposting")
    told = {"title": text(item, "title"), "datePosted": text(item, "date_published"), "description": text(item, "content_html")}
    ad = raw_posting({**told, **inner} if isinstance(inner, Mapping) else told, Where(url), NAME)
    changed = text(item, "date_modified")
    return replace(
        ad,
        source_id=number,
        url=url,
        revision=changed,
        employer=ad.employer or employer,
        employer_key=boards.board_of(page),
        reference=None,  # the identifier is the platform's number, not the employer's
        changed_text=changed,
    )
