"""Arbeitnow: an open JSON list of jobs in Germany, page by page until none follows; no search, no pay.

Facts as of November 2026: 100 ads a page, newest first, `links.next` names the next page; a link back is asked for. The list
cannot be searched, so places are compared here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scraper.errors import Incomplete, LayoutChanged
from scraper.model import Options, Page, Parsed, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, flag, load_json, mappings, need, need_text, text, texts
from scraper.sources import _nearby as nearby
from scraper.sources._links import plain

NAME = "arbeitnow"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"base_url": "https://www.arbeitnow.com/api/job-board-api", "places": [], "max_pages": 100}
)


def start(options: Options) -> list[Request]:
    """The first page."""
    settings = {**DEFAULTS, **options.settings}
    base = settings["base_url"].rstrip("/")
    carry = {"base": base, "near": nearby.words(options, settings), "max_pages": settings["max_pages"], "last": []}
    return [Request(f"{base}?page=1", carry=carry)]


def parse(page: Page) -> Parsed:
    """The ads nearby, and the next page."""
    body = load_json(page)
    if not isinstance(body, Mapping):
        raise LayoutChanged("data", "an answer that is no object")
    recorded = mappings(body, "pages")  # several pages in one file, as recorders keep them
    data = [one for part in recorded or [body] for one in _data(part)]
    wanted: list[str] = page.request.carry.get("near", [])
    ads, rejects = each(_ad, (one for one in data if nearby.near(wanted, text(one, "location"))), lambda one: text(one, "slug"))
    more = (_next(page, body, data),) if page.request.carry and text(need(body, "links"), "next") else ()
    return Parsed(ads, rejects, more)


def _data(body: Mapping[str, Any]) -> list[Any]:
    data = need(body, "data")
    if not isinstance(data, list):
        raise LayoutChanged("data")
    return data


def _next(page: Page, body: Mapping[str, Any], data: list[Any]) -> Request:
    """The page after this one; the site's own link only says that there is one.

    Raises:
        Incomplete: the list repeats itself, or has no end.
    """
    carry = page.request.carry
    number = int(dict(parse_qsl(urlsplit(page.request.url).query)).get("page", "1"))
    slugs = [text(one, "slug") for one in data]
    if not data or slugs == carry["last"] or number >= carry["max_pages"]:
        raise Incomplete(
            f"page {number} is empty, repeats the last one or exceeds max_pages, yet {text(body, 'links', 'next')} is to follow"
        )
    return Request(f"{carry['base']}?page={number + 1}", carry={**carry, "last": slugs})


def _ad(item: Any) -> RawPosting:
    place = text(item, "location")
    return RawPosting(
        source=NAME,
        source_id=need_text(item, "slug"),
        url=plain(need_text(item, "url")),
        title=need_text(item, "title"),
        employer=text(item, "company_name"),
        description=text(item, "description"),
        description_format="html",
        places=(RawPlace(text=place),) if place else (),
        posted_text=text(item, "created_at"),
        work_time_texts=texts(item, "job_types"),
        remote_text="remote" if flag(item, "remote") else None,
        extra=compact({"tags": "; ".join(texts(item, "tags")) or None}),
    )
