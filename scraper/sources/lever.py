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
ONCE = ("one-time", "one-time-payment")  #: what is paid once is no pay for work
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "workplaceType": ("remote", "hybrid", "onsite", "on-site", "unspecified"),
        "interval": ("per-year-salary", "per-month-salary", "per-week-salary", "per-day-wage", "per-hour-wage", *ONCE),
    }
)


def start(options: Options) -> list[Request]:
    """The first page of each board."""
    settings = boards.settings_of(DEFAULTS, options)
    return boards.listings(NAME, settings, f"?mode=json&limit={PAGE_SIZE}&skip=0")


def parse(page: Page) -> Parsed:
    """The postings of a page, and the next page after a full one."""
    boards.refuse_elsewhere(page)
    answer = load_json(page)
    if isinstance(answer, Mapping) and "error" in answer:
        raise NotUnderstood(f"the board {boards.board_of(page)!r} was refused: {text(answer, 'error')}")
    body = _postings(page, answer)
    ads, rejects = each(lambda one: _ad(page, one), body, lambda one: text(one, "id"))
    more = (_next(page.request),) if len(body) >= PAGE_SIZE else ()
    notes = [note for one in body for note in unknown(_told(one), KNOWN)]
    return Parsed(ads, rejects, more, listing=boards.board_of(page), notes=(*boards.unnamed(page), *notes))


def _postings(page: Page, answer: Any) -> list[Any]:
    """The list; of a page that a person saved also several lists, or a posting by itself."""
    if not page.request.carry and isinstance(answer, Mapping) and "hostedUrl" in answer:
        return [answer]
    parts = boards.recorded(page, answer)
    if not all(isinstance(part, list) for part in parts):
        raise LayoutChanged("id", "an answer that is no list")
    return [one for part in parts for one in part]


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
        employer_key=boards.key_of(page, need_text(item, "hostedUrl")),
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
    lists = [(text(one, "text"), text(one, "content")) for one in mappings(item, "lists")]
    listed = (
        f"<h3>{escape(title)}</h3><ul>{html or ''}</ul>" if title else f"<ul>{html}</ul>"
        for title, html in lists
        if title or html
    )
    parts = [_html(item, "description"), *listed, _html(item, "salaryDescription"), _html(item, "additional")]
    return "\n".join(part for part in parts if part) or None


def _html(item: Mapping[str, Any], key: str) -> str | None:
    """A part of the text; its plain twin where that is all there is."""
    plain = text(item, f"{key}Plain")
    return text(item, key) or (escape(plain).replace("\n", "<br>") if plain else None)


def _places(item: Mapping[str, Any]) -> tuple[RawPlace, ...]:
    categories = item.get("categories")
    inner: Mapping[str, Any] = categories if isinstance(categories, Mapping) else {}
    named = texts(inner, "allLocations") or texts(inner, "location")
    country = text(item, "country") if len(named) < 2 else None
    return tuple(RawPlace(text=name, country=country) for name in named) or ((RawPlace(country=country),) if country else ())


def _pay(item: Mapping[str, Any]) -> tuple[RawPay, ...]:
    low, high, currency, interval = (text(item, "salaryRange", key) for key in ("min", "max", "currency", "interval"))
    if interval in ONCE:
        return ()
    return (RawPay(period_text=interval, low_text=low, high_text=high, currency_text=currency),) if low or high else ()


def _told(item: Any) -> dict[str, str | None]:
    return {"workplaceType": text(item, "workplaceType"), "interval": text(item, "salaryRange", "interval")}
