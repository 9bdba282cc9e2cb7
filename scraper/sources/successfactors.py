"""SAP SuccessFactors career sites: the RSS feed that they make for Google, without pay.

Facts as of June 2026: the feed is at `/googlefeed.xml` or `/sitemal.xml` (the vendor's own spelling) and may be large;
a title ends with its place in brackets, which is taken off; the description is at times only the title again.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scraper.errors import LayoutChanged
from scraper.model import Options, Page, Parsed, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, need_text, text
from scraper.parse.xml import items, load_xml
from scraper.sources import _boards as boards
from scraper.sources._links import plain
from scraper.sources._once import once

NAME = "successfactors"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"boards": [], "employers": {}, "base_url": "https://{slug}", "feed_path": "/googlefeed.xml"}
)
HINTS: Mapping[int, str] = MappingProxyType(
    {404: 'no feed there: try feed_path = "/sitemal.xml", or compare `boards` with the host of the job page'}
)
#: "(Duisburg, DE, 47051)", "(Duisburg, NW, DE, 47051)": parts with commas, a country's code among them
_PLACE = re.compile(r"\s*\(([^()]{1,80}?(?:,\s*[A-Z]{2,3})?,\s*[A-Z]{2}(?:,\s*([A-Z0-9][A-Z0-9 -]{2,9}))?)\)\s*$")
_NUMBER = re.compile(r"/(\d{5,})/?$")


def start(options: Options) -> list[Request]:
    """The feed of each board."""
    settings = boards.settings_of(DEFAULTS, options)
    return boards.listings(NAME, settings, settings["feed_path"])


def parse(page: Page) -> Parsed:
    """Every item of the feed."""
    boards.refuse_elsewhere(page)
    document = load_xml(page)
    if document.root.lower() != "rss":
        raise LayoutChanged("rss", f"a document that begins with <{document.root}>")
    unique = once(items(document), lambda one: text(one, "link"))
    ads, rejects = each(lambda one: _ad(page, one), unique, lambda one: text(one, "link"))
    return Parsed(ads, rejects, total=len(unique), listing=boards.board_of(page), notes=document.repairs)


def _ad(page: Page, item: Any) -> RawPosting:
    link, full = plain(need_text(item, "link")), need_text(item, "title")
    number = _NUMBER.search(link)
    placed = _PLACE.search(full)
    title = full[: placed.start()].strip() if placed and placed.start() else full
    description = text(item, "description")
    board = boards.board_of(page, link)
    return RawPosting(
        source=NAME,
        source_id=f"{board}:{number[1] if number else text(item, 'guid') or _google(item, 'id') or link}",
        url=link,
        title=title,
        employer=_google(item, "employer") or boards.employer_of(page),
        employer_key=board,
        description=None if description in (full, title) else description,
        description_format="html",
        places=_places(item, placed),
        occupation=_google(item, "job_function"),
        posted_text=text(item, "pubDate"),
        expires_text=_google(item, "expiration_date"),
        work_time_texts=(kind,) if (kind := _google(item, "job_type")) else (),
        sector_text=_google(item, "job_industry"),
        extra=compact({"guid": text(item, "guid")}),
    )


def _google(item: Any, name: str) -> str | None:
    """A field of Google's own vocabulary, whatever prefix stands for it."""
    keys = (key for key in item if key.rpartition(":")[2] == name and key != name)
    return text(item, f"g:{name}") or next((value for key in keys if (value := text(item, key))), None)


def _places(item: Any, placed: re.Match[str] | None) -> tuple[RawPlace, ...]:
    """The location field; the title's bracket adds the postcode that the field leaves out."""
    said = _google(item, "location") or (placed[1] if placed else None)
    if said is None:
        return ()
    return (RawPlace(text=said, postcode=placed[2] if placed else None, city=said.partition(",")[0].strip() if placed else None),)
