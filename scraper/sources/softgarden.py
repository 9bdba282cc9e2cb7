"""softgarden: one JSON feed for each employer, a schema.org DataFeed with a count to check against, as a rule without pay.

Facts as of September 2026: ids are numbers, at times in quotes; countries are spelled out; the count is of the elements.
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
from scraper.sources._once import once

NAME = "softgarden"
DEFAULTS: Mapping[str, Any] = MappingProxyType({"boards": [], "employers": {}, "base_url": "https://{slug}.career.softgarden.de"})
HINTS: Mapping[int, str] = MappingProxyType(boards.hint(NAME))


def start(options: Options) -> list[Request]:
    """The feed of each board."""
    return boards.listings(NAME, boards.settings_of(DEFAULTS, options), "/jobs.feed.json")


def parse(page: Page) -> Parsed:
    """Every ad of the feed; an element that is listed twice counts once, and a shorter feed than claimed is no whole one."""
    boards.refuse_elsewhere(page)
    body = load_json(page)
    if not isinstance(body, Mapping) or text(body, "@type") != "DataFeed":
        raise LayoutChanged("dataFeedElement", "an answer that is no DataFeed")
    elements, claimed = need(body, "dataFeedElement"), need_text(body, "numberOfItems")
    if not isinstance(elements, list) or not (claimed.isascii() and claimed.isdigit()):
        raise LayoutChanged("numberOfItems")
    unique = once(elements, _id)
    ads, rejects = each(lambda one: _ad(page, one), unique, _id)
    return Parsed(ads, rejects, total=int(claimed) - len(elements) + len(unique), listing=boards.board_of(page))


def _ad(page: Page, element: Any) -> RawPosting:
    item = need(element, "item")
    number = _id(element)
    if number is None:
        raise LayoutChanged("identifier")
    url = web(need_text(item, "url"))
    ad = raw_posting(item, Where(url), NAME)
    return replace(
        ad,
        source_id=number,
        url=url,
        revision=text(element, "dateModified"),
        employer=ad.employer or text(item, "identifier", "name") or boards.employer_of(page),
        employer_key=boards.key_of(page),
        reference=None,  # the identifier is the platform's number, not the employer's
        changed_text=text(element, "dateModified"),
        sector_text=ad.sector_text or text(item, "hiringOrganization", "industry"),
    )


def _id(element: Any) -> str | None:
    return text(element, "item", "identifier", "value") or text(element, "item", "identifier")
