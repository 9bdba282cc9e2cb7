"""Adzuna (opt-in, with a key of one's own): JSON search by word and place, snippets of text, yearly pay.

Facts as of November 2026: 25 requests a minute, 250 a day, 1,000 a week; most salaries are the site's own predictions, which are
dropped. Its terms allow personal research; figures such as average salaries need its written consent beyond a trial of 14 days.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scraper.errors import Incomplete, LayoutChanged, NotUnderstood
from scraper.model import Options, Page, Parsed, RawPay, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, load_json, need, need_text, text, texts
from scraper.parse.html import to_text
from scraper.sources._links import web

NAME = "adzuna"
TERMS = (
    "Adzuna's terms allow personal research; aggregates such as average salaries need its written consent beyond a 14-day trial "
    "(https://developer.adzuna.com/docs/terms_of_service)"
)
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "base_url": "https://api.adzuna.com/v1/api/jobs",
        "country": "de",
        "app_id": "",
        "app_key": "",
        "accept_terms": False,
        "page_size": 50,
        "max_pages": 10,
    }
)
HINTS: Mapping[int, str] = MappingProxyType(
    {401: "app_id or app_key is wrong", 403: "app_id or app_key is wrong", 429: "the day's, week's or month's quota is used up"}
)


def start(options: Options) -> list[Request]:
    """The first page for each term.

    Raises:
        NotUnderstood: the terms are not accepted, or there is no key.
    """
    settings = {**DEFAULTS, **options.settings}
    if not settings["accept_terms"]:
        raise NotUnderstood(f"{TERMS}: set accept_terms = true under [source.adzuna] if that is what you do")
    if not (settings["app_id"] and settings["app_key"]):
        raise NotUnderstood("app_id and app_key are missing: a key is free at https://developer.adzuna.com")
    query = {
        "app_id": settings["app_id"],
        "app_key": settings["app_key"],
        "where": options.place,
        "distance": str(options.radius_km),
        "results_per_page": str(settings["page_size"]),
    }
    if options.since is not None and options.now is not None:
        query["max_days_old"] = str(max(1, math.ceil((options.now - options.since).total_seconds() / 86_400)))
    base = f"{settings['base_url'].rstrip('/')}/{settings['country']}/search"
    carry = {"base": base, "page": 1, "max_pages": settings["max_pages"]}
    return [Request(f"{base}/1?{urlencode({**query, 'what': term})}", carry=carry) for term in options.terms]


def parse(page: Page) -> Parsed:
    """The ads of a page; the first one leads to all others."""
    body = load_json(page)
    if isinstance(body, Mapping) and "exception" in body:
        raise NotUnderstood(f"Adzuna refused: {text(body, 'exception')} {text(body, 'display') or ''}".strip())
    count, results = need(body, "count"), need(body, "results")
    if not isinstance(count, int) or not isinstance(results, list):
        raise LayoutChanged("count")
    query = dict(parse_qsl(urlsplit(page.request.url).query))
    ads, rejects = each(_ad, results, lambda one: text(one, "id"))
    rejects = tuple(replace(one, url=page.request.carry.get("base")) for one in rejects)  # the address holds the key
    more = _more(page, query, count) if page.request.carry.get("page") == 1 else ()
    return Parsed(ads, rejects, more, count, query.get("what", ""), notes=(TERMS,))


def _more(page: Page, query: Mapping[str, str], count: int) -> tuple[Request, ...]:
    carry = page.request.carry
    pages = -(-count // int(query["results_per_page"]))  # whole numbers: a claim may be beyond any float
    if pages > carry["max_pages"]:
        raise Incomplete(f"{count} hits for {query.get('what')!r} are {pages} pages: narrow the term, or raise max_pages")
    return tuple(
        Request(f"{carry['base']}/{number}?{urlencode(query)}", carry={**carry, "page": number}) for number in range(2, pages + 1)
    )


def _ad(item: Any) -> RawPosting:
    kinds = [text(item, "contract_time")]
    return RawPosting(
        source=NAME,
        source_id=need_text(item, "id"),
        url=web(need_text(item, "redirect_url")),
        title=" ".join(to_text(need_text(item, "title")).split()),  # it marks the words that were searched for
        employer=text(item, "company", "display_name"),
        description=text(item, "description"),
        description_format="html",
        places=_places(item),
        pay=_pay(item),
        posted_text=text(item, "created"),
        contract_text=text(item, "contract_type"),
        work_time_texts=tuple(kind for kind in kinds if kind),
        extra=compact({"category": text(item, "category", "label"), "predicted": text(item, "salary_is_predicted")}),
    )


def _places(item: Mapping[str, Any]) -> tuple[RawPlace, ...]:
    """The area from country to district, turned round as people write it."""
    location = item.get("location")
    area = texts(location, "area") if isinstance(location, Mapping) else ()
    place = RawPlace(
        text=", ".join(reversed(area)) or text(item, "location", "display_name"),
        lat_text=text(item, "latitude"),
        lon_text=text(item, "longitude"),
    )
    return () if place == RawPlace() else (place,)


def _pay(item: Mapping[str, Any]) -> tuple[RawPay, ...]:
    """Yearly amounts that the ad states; a prediction, or what does not say that it is none, is no evidence."""
    low, high = text(item, "salary_min"), text(item, "salary_max")
    if text(item, "salary_is_predicted") != "0" or not (low or high):
        return ()
    return (RawPay(period_text="year", low_text=low, high_text=high, currency_text="EUR"),)
