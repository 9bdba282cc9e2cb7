"""SmartRecruiters: JSON list and a detail for each posting; pay in fields in two shapes.

Facts as of August 2026: any company name answers, an unknown one with 0 postings, so the first question is whether there are any
at all; the list has no text; `ref` is no address for people; some ten requests a second are allowed.
"""

import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scraper.errors import Incomplete, LayoutChanged, NotUnderstood
from scraper.model import Options, Page, Parsed, RawPay, RawPlace, RawPosting, Reject, Request
from scraper.parse.fields import compact, each, excerpt, flag, load_json, need, need_text, text
from scraper.sources import _boards as boards
from scraper.sources import _listed as listed
from scraper.sources import _nearby as nearby

NAME = "smartrecruiters"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "boards": [],
        "employers": {},
        "base_url": "https://api.smartrecruiters.com/v1/companies",
        "human_url": "https://jobs.smartrecruiters.com",
        "country": "de",
        "places": [],
    }
)
HINTS: Mapping[int, str] = MappingProxyType(boards.hint(NAME))
PAGE_SIZE = 100
SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")


def start(options: Options) -> list[Request]:
    """One posting of each company, from any country: the proof that the company exists."""
    settings = boards.settings_of(DEFAULTS, options)
    carry = {
        "step": "probe",
        "country": settings["country"],
        "human_url": settings["human_url"],
        "near": nearby.words(options, settings),
    }
    return boards.listings(NAME, settings, "/postings?limit=1&offset=0", **carry)


def parse(page: Page) -> Parsed:
    """The probe leads to the list, the list to details nearby and its next page, a detail to its ad."""
    boards.refuse_elsewhere(page)
    if page.status in {404, 410}:
        return Parsed(gone=(page.request.source_id,) if page.request.source_id else ())
    body = load_json(page)
    if not isinstance(body, Mapping):
        raise LayoutChanged("content", "an answer that is no object")
    if page.request.kind == "detail":
        return _detail(page, body)
    if not page.request.carry and "jobAd" in body:  # a detail that a person saved
        return _detail(page, body)
    total, content = need(body, "totalFound"), need(body, "content")
    if not isinstance(total, int) or not isinstance(content, list):
        raise LayoutChanged("totalFound")
    step = page.request.carry.get("step")
    if step == "probe":
        return _proved(page, total)
    if step is None:  # a list that a person saved: what it tells is all there is
        if total == 0:
            raise _nobody(page)
        ads, rejects = each(lambda one: _ad(page, one), content, lambda one: text(one, "id"))
        return Parsed(ads, rejects, total=total, listing=boards.board_of(page))
    return _listing(page, content, total)


def _proved(page: Page, total: int) -> Parsed:
    if total == 0:
        raise _nobody(page)
    return Parsed(requests=(_list_request(page, 0),))


def _nobody(page: Page) -> NotUnderstood:
    return NotUnderstood(
        f"{boards.board_of(page)!r} has 0 of 0 postings: that cannot be told from a misspelt company; compare the name with "
        "https://jobs.smartrecruiters.com/NAME"
    )


def _listing(page: Page, content: list[Any], total: int) -> Parsed:
    offset = int(dict(parse_qsl(urlsplit(page.request.url).query)).get("offset", "0"))
    if not content and offset < total:
        raise Incomplete(f"{boards.board_of(page)}: {total} postings are claimed, none came from {offset} on")
    requests, rejects = [], []
    for item in content:
        try:
            if nearby.near(page.request.carry["near"], text(item, "location", "city"), text(item, "location", "postalCode")):
                requests.append(_detail_request(page, item))
        except LayoutChanged as error:
            rejects.append(Reject(str(error), text(item, "id"), excerpt=excerpt(item)))
    more = (_list_request(page, offset + len(content)),) if offset + len(content) < total else ()
    return Parsed(rejects=tuple(rejects), requests=(*more, *requests), listing=boards.board_of(page))


def _list_request(page: Page, offset: int) -> Request:
    carry = {**page.request.carry, "step": "list"}
    country = f"&country={carry['country']}" if carry["country"] else ""
    return Request(f"{boards.base(page)}/postings?limit={PAGE_SIZE}&offset={offset}{country}", carry=carry)


def _detail_request(page: Page, item: Any) -> Request:
    number = need_text(item, "id")
    need_text(item, "name")
    return Request(
        f"{boards.base(page)}/postings/{number}",
        kind="detail",
        source_id=number,
        revision=listed.revision(item, number, page.fetched_at),
        carry={**page.request.carry, "step": "detail"},
    )


def _detail(page: Page, body: Mapping[str, Any]) -> Parsed:
    number = page.request.source_id
    if flag(body, "active") is False:
        return Parsed(gone=(number,) if number else ())
    ad = _ad(page, body)
    if number not in {None, ad.source_id}:
        raise LayoutChanged("id", f"the detail of {number} (it answers for {ad.source_id})")
    return Parsed(postings=(ad,))


def _ad(page: Page, item: Any) -> RawPosting:
    number = need_text(item, "id")
    company = text(item, "company", "identifier") or boards.key_of(page) or _company(text(item, "ref"))
    human = page.request.carry.get("human_url", DEFAULTS["human_url"])
    level = text(item, "experienceLevel", "id")
    kind = text(item, "typeOfEmployment", "label")
    return RawPosting(
        source=NAME,
        source_id=number,
        url=f"{str(human).rstrip('/')}/{company}/{number}",
        title=need_text(item, "name"),
        revision=page.request.revision,
        employer=text(item, "company", "name") or boards.employer_of(page),
        employer_key=company,
        description=_description(item),
        description_format="html",
        places=_places(item),
        pay=_pay(item),
        occupation=text(item, "function", "label"),
        reference=text(item, "refNumber"),
        posted_text=text(item, "releasedDate"),
        work_time_texts=(kind,) if kind else (),
        remote_text=next((key for key in ("remote", "hybrid") if text(item, "location", key) == "true"), None),
        experience_text=None if level == "not_applicable" else level,
        sector_text=text(item, "industry", "label"),
        language=text(item, "language", "code"),
        apply_url=text(item, "applyUrl"),
        extra=compact({"department": text(item, "department", "label")}),
    )


def _company(ref: str | None) -> str:
    """The company in the interface's own address of a posting, where a saved list leaves it out elsewhere."""
    found = re.search(r"/companies/([^/?#]+)/postings/", ref or "")
    if found is None:
        raise LayoutChanged("company.identifier")
    return found[1]


def _description(item: Mapping[str, Any]) -> str | None:
    parts = [(text(item, "jobAd", "sections", key, "title"), text(item, "jobAd", "sections", key, "text")) for key in SECTIONS]
    return "\n".join(f"<h3>{escape(title)}</h3>\n{html}" if title else html for title, html in parts if html) or None


def _places(item: Mapping[str, Any]) -> tuple[RawPlace, ...]:
    place = RawPlace(
        text=text(item, "location", "fullLocation"),
        street=text(item, "location", "address"),
        postcode=text(item, "location", "postalCode"),
        city=text(item, "location", "city"),
        region=text(item, "location", "region"),
        country=text(item, "location", "country"),
        lat_text=text(item, "location", "latitude"),
        lon_text=text(item, "location", "longitude"),
    )
    return () if place == RawPlace() else (place,)


def _pay(item: Mapping[str, Any]) -> tuple[RawPay, ...]:
    """`compensation`, flat or with a `salary` inside."""
    path = (
        ("compensation", "salary")
        if text(item, "compensation", "salary", "min") or text(item, "compensation", "salary", "max")
        else ("compensation",)
    )
    low, high, currency, period = (text(item, *path, key) for key in ("min", "max", "currency", "period"))
    return (RawPay(period_text=period, low_text=low, high_text=high, currency_text=currency),) if low or high else ()
