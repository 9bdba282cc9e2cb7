"""Karriere.NRW: the open data of the state's public employers, some ten ads a page, a detail for each; pay is a grade.

Facts as of November 2026 (data licence DL-DE-BY-2.0): the place filter of the interface is broken, so places are compared here;
`count` and `pages` say how much there is; a grade ("E 6") is kept as a tariff group and never taken for an amount.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from scraper.errors import Incomplete, LayoutChanged
from scraper.model import Options, Page, Parsed, RawPay, RawPlace, RawPosting, Reject, Request
from scraper.parse.fields import compact, each, excerpt, load_json, mappings, need, need_text, text, texts
from scraper.sources import _listed as listed
from scraper.sources import _nearby as nearby

NAME = "karriere_nrw"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "base_url": "https://api.karriere.nrw/v1.0",
        "human_url": "https://www.karriere.nrw/stellenausschreibung/",
        "places": [],
    }
)
DRIFT = 100  #: one ad in so many may come or go while pages are turned


def start(options: Options) -> list[Request]:
    """The first page of everything."""
    settings = {**DEFAULTS, **options.settings}
    base = settings["base_url"].rstrip("/")
    carry = {"base": base, "human_url": settings["human_url"], "near": nearby.words(options, settings), "read": 0}
    return [Request(f"{base}/opennrw/suche?page=1", carry=carry)]


def parse(page: Page) -> Parsed:
    """A list page leads to the details of ads nearby and to the next page; a detail to its ad."""
    if page.request.kind == "detail":
        return _detail(page)
    body = load_json(page)
    if not page.request.carry and text(body, "titel_der_stelle"):  # a detail that a person saved
        return _detail(page)
    count, pages, items = need(body, "count"), need(body, "pages"), need(body, "items")
    if not isinstance(count, int) or not isinstance(pages, int) or not isinstance(items, list):
        raise LayoutChanged("count")
    if not page.request.carry:  # a list that a person saved: what it tells is all there is
        ads, rejects = each(lambda one: _ad(page, one), items, lambda one: text(one, "uuid"))
        return Parsed(ads, rejects, total=count)
    return _listing(page, items, count, pages)


def _listing(page: Page, items: list[Any], count: int, pages: int) -> Parsed:
    number = int(dict(parse_qsl(urlsplit(page.request.url).query)).get("page", "1"))
    read = page.request.carry["read"] + len(items)
    if not items or (number >= pages and read < count - count // DRIFT):
        raise Incomplete(f"page {number} of {pages}: {count} ads are claimed, {read} were read")
    requests, rejects = [], []
    for item in items:
        try:
            if nearby.near(page.request.carry["near"], text(item, "location")):
                requests.append(_detail_request(page, item))
        except LayoutChanged as error:
            rejects.append(Reject(str(error), text(item, "uuid"), excerpt=excerpt(item)))
    base = page.request.carry["base"]
    more = Request(f"{base}/opennrw/suche?page={number + 1}", carry={**page.request.carry, "read": read})
    return Parsed(rejects=tuple(rejects), requests=(*((more,) if number < pages else ()), *requests))


def _detail_request(page: Page, item: Any) -> Request:
    uuid = need_text(item, "uuid")
    need_text(item, "title")
    base = page.request.carry["base"]
    carry = {"base": base, "human_url": page.request.carry["human_url"], "item": dict(item)}
    url = f"{base}/combined-jobs/{quote(uuid, safe='')}/"
    return Request(url, kind="detail", source_id=uuid, revision=listed.revision(item, uuid, page.fetched_at), carry=carry)


def _detail(page: Page) -> Parsed:
    if page.status in {404, 410}:
        return Parsed(gone=(page.request.source_id,) if page.request.source_id else ())
    body = load_json(page)
    if not isinstance(body, Mapping):
        raise LayoutChanged("titel_der_stelle", "an answer that is no object")
    need_text(body, "titel_der_stelle")
    listed: Mapping[str, Any] = page.request.carry.get("item", {})
    ad = _ad(page, {**listed, **body})
    if page.request.source_id not in {None, ad.source_id}:
        raise LayoutChanged("uuid", f"the detail of {page.request.source_id} (it answers for {ad.source_id})")
    return Parsed(postings=(ad,))


def _ad(page: Page, item: Any) -> RawPosting:
    uuid = need_text(item, "uuid")
    human = page.request.carry.get("human_url", DEFAULTS["human_url"])
    return RawPosting(
        source=NAME,
        source_id=uuid,
        url=str(human) + quote(uuid, safe="", errors="replace"),
        title=text(item, "titel_der_stelle") or need_text(item, "title"),
        revision=page.request.revision,
        employer=text(item, "behoerde") or text(item, "contracting_authority") or text(item, "authority"),
        description=text(item, "stellenbeschreibung"),
        description_format="html",
        places=_places(item),
        pay=tuple(RawPay(tariff_text=grade) for grade in _named(item, "besoldung_entgelt")),
        posted_text=text(item, "erscheinungsdatum") or text(item, "published"),
        expires_text=text(item, "bewerbungsfrist") or text(item, "deadline"),
        contract_text=text(item, "befristung_display"),
        work_time_texts=_named(item, "arbeitszeit_display"),
        sector_text="Öffentlicher Dienst",
        extra=compact({"authority": text(item, "authority"), "jobtype": text(item, "jobtype"), "licence": "DL-DE-BY-2.0"}),
    )


def _places(item: Mapping[str, Any]) -> tuple[RawPlace, ...]:
    """The address as shown, with the town's field beside it."""
    shown, town = text(item, "address_display"), text(item, "ort")
    place = RawPlace(
        text=shown or town or text(item, "location"),
        city=town,
        lat_text=text(item, "lat"),
        lon_text=text(item, "lon"),
    )
    return () if place == RawPlace() else (place,)


def _named(item: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Entries of a list that are words, or objects with a name."""
    named = tuple(name for one in mappings(item, key) if (name := text(one, "name") or text(one, "display")))
    return (*texts(item, key), *named)
