"""Lever: a JSON list for each employer, 100 postings a page until a page is not full; pay with its interval where it is stated.

Facts as of August 2026: accounts in Europe live at api.eu.lever.co; times are Unix milliseconds.
"""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scraper.errors import LayoutChanged, NotUnderstood
from scraper.model import Options, Page, Parsed, RawPay, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, load_json, mappings, need_text, text, texts, unknown
from scraper.sources import _boards as boards
from scraper.sources._links import web

NAME = "lever"
DEFAULTS: Mapping[str, Any] = MappingProxyType({"boards": [], "employers": {}, "base_url": "https://api.lever.co/v0/postings"})
HINTS: Mapping[int, str] = MappingProxyType(boards.hint(NAME))
PAGE_SIZE = 100
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "workplaceType": ("remote", "hybrid", "onsite", "on-site", "unspecified"),
        "interval": ("per-year-salary", "per-month-salary", "per-week-salary", "per-day-wage", "per-hour-wage"),
    }
)


def start(options: Options) -> list[Request]:
    """The first page of each board."""
    settings = boards.settings_of(DEFAULTS, options)
    return boards.listings(NAME, settings, f"?mode=json&limit={PAGE_SIZE}&skip=0")


def parse(page: Page) -> Parsed:
    """The postings of a page, and the next page after a full one."""
    boards.refuse_elsewhere(page)
    body = load_json(page)
    if isinstance(body, Mapping) and "error" in body:
        raise NotUnderstood(f"the board {boards.board_of(page)!r} was refused: {text(body, 'error')}")
    if not isinstance(body, list):
        raise LayoutChanged("id", "an answer that is no list")
    ads, rejects = each(lambda one: _ad(page, one), body, lambda one: text(one, "id"))
    more = (_next(page.request),) if len(body) >= PAGE_SIZE else ()
    notes = [note for one in body for note in unknown(_told(one), KNOWN)]
    return Parsed(ads, rejects, more, listing=boards.board_of(page), notes=(*boards.unnamed(page), *notes))


def _next(request: Request) -> Request:
    parts = urlsplit(request.url)
    query = dict(parse_qsl(parts.query))
    query["skip"] = str(int(query.get("skip", "0")) + PAGE_SIZE)
    return Request(urlunsplit(parts._replace(query=urlencode(query))), carry=request.carry)


def _ad(page: Page, item: Any) -> RawPosting:
    remote = text(item, "workplaceType")
    commitment = text(item, "categories", "commitment")
    return RawPosting(
        source=NAME,
        source_id=need_text(item, "id"),
        url=web(need_text(item, "hostedUrl")),
        title=need_text(item, "text"),
        employer=boards.employer_of(page, need_text(item, "hostedUrl")),
        employer_key=boards.board_of(page),
        description=_description(item),
        description_format="html",
        places=_places(item),
        pay=_pay(item),
        posted_text=text(item, "createdAt"),
        work_time_texts=(commitment,) if commitment else (),
        remote_text=None if remote == "unspecified" else remote,
        apply_url=text(item, "applyUrl"),
        extra=compact({key: text(item, "categories", key) for key in ("team", "department", "level")}),
    )


def _description(item: Mapping[str, Any]) -> str | None:
    lists = [
        f"<h3>{escape(text(one, 'text') or '')}</h3><ul>{text(one, 'content') or ''}</ul>" for one in mappings(item, "lists")
    ]
    parts = [text(item, "description"), *lists, text(item, "salaryDescription"), text(item, "additional")]
    return "\n".join(part for part in parts if part) or None


def _places(item: Mapping[str, Any]) -> tuple[RawPlace, ...]:
    categories = item.get("categories")
    inner: Mapping[str, Any] = categories if isinstance(categories, Mapping) else {}
    named = texts(inner, "allLocations") or texts(inner, "location")
    country = text(item, "country") if len(named) == 1 else None
    return tuple(RawPlace(text=name, country=country) for name in named)


def _pay(item: Mapping[str, Any]) -> tuple[RawPay, ...]:
    low, high, currency, interval = (text(item, "salaryRange", key) for key in ("min", "max", "currency", "interval"))
    return (RawPay(period_text=interval, low_text=low, high_text=high, currency_text=currency),) if low or high else ()


def _told(item: Any) -> dict[str, str | None]:
    return {"workplaceType": text(item, "workplaceType"), "interval": text(item, "salaryRange", "interval")}
