"""Recruitee: one XML feed for each employer that needs no token; the JSON of its twin is read where a person saved it.

Facts as of November 2026: the JSON asks for a token from February 2027 on; the XML's tags, documented by the vendor, hold
no pay, while the JSON states pay whose unit is often wrong at the source: it is passed on as it stands.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from scraper.errors import LayoutChanged, NotUnderstood
from scraper.model import Options, Page, Parsed, RawPay, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, flag, load_json, need, need_text, text
from scraper.parse.xml import load_xml, many
from scraper.sources import _boards as boards
from scraper.sources._links import web
from scraper.sources._once import once

NAME = "recruitee"
DEFAULTS: Mapping[str, Any] = MappingProxyType({"boards": [], "employers": {}, "base_url": "https://{slug}.recruitee.com"})
HINTS: Mapping[int, str] = MappingProxyType({401: "that address wants a token; the XML feed does not", **boards.hint(NAME)})
_REFERENCE = re.compile(r"offer-[^:]*:(\S+)")
_CODE = re.compile(r"(fulltime|parttime)(?:_(permanent|fixed_term))?")


def start(options: Options) -> list[Request]:
    """The feed of each board."""
    return boards.listings(NAME, boards.settings_of(DEFAULTS, options), "/api/feeds/offers.xml")


def parse(page: Page) -> Parsed:
    """Every offer of the feed."""
    boards.refuse_elsewhere(page)
    offers, repairs = _json_offers(page) if page.body.lstrip()[:1] in (b"{", b"[") else _xml_offers(page)
    unique = once(offers, _id)
    ads, rejects = each(lambda one: _ad(page, one), unique, _id)
    return Parsed(ads, rejects, total=len(unique), listing=boards.board_of(page), notes=repairs)


def _xml_offers(page: Page) -> tuple[list[Any], tuple[str, ...]]:
    document = load_xml(page)
    if document.root not in {"jobs", "offers", "source"}:
        raise LayoutChanged("jobs", f"a document that begins with <{document.root}>")
    return [*many(document.content, "job"), *many(document.content, "offer")], document.repairs


def _json_offers(page: Page) -> tuple[list[Any], tuple[str, ...]]:
    body = load_json(page)
    if isinstance(body, Mapping) and "error" in body:
        raise NotUnderstood(f"the board refused: {text(body, 'error') or body['error']}")
    offers = [need(answer, "offers") for answer in boards.recorded(page, body)]
    if not all(isinstance(part, list) for part in offers):
        raise LayoutChanged("offers")
    return [one for part in offers for one in part], ()


def _id(item: Any) -> str | None:
    """The offer's number, alike in both feeds."""
    reference = text(item, "id") or text(item, "reference")
    found = _REFERENCE.fullmatch(reference or "")
    return found[1] if found else reference


def _ad(page: Page, item: Any) -> RawPosting:
    number = _id(item)
    if number is None:
        raise LayoutChanged("reference")
    parts = [text(item, key) for key in ("description_requirements", "description", "requirements")]
    code = text(item, "employment_type_code")
    kinds = _CODE.fullmatch(code or "")
    return RawPosting(
        source=NAME,
        source_id=number,
        url=web(text(item, "careers_url") or _by_slug(page, item) or need_text(item, "url")),
        title=need_text(item, "title"),
        revision=text(item, "updated_at"),
        employer=text(item, "company") or text(item, "company_name") or boards.employer_of(page),
        employer_key=text(item, "company_id") or boards.key_of(page),
        description="\n".join(part for part in parts if part) or None,
        description_format="html",
        places=_places(item),
        pay=_pay(item),
        posted_text=text(item, "published_at") or text(item, "created_at"),
        changed_text=text(item, "updated_at"),
        expires_text=text(item, "close_at"),
        contract_text=kinds[2] if kinds else None,
        work_time_texts=(kinds[1] if kinds else code,) if code else (),
        hours_text=_hours(item),
        remote_text=next((key for key in ("remote", "hybrid", "on_site") if flag(item, key)), None),
        experience_text=text(item, "experience_code"),
        apply_url=text(item, "careers_apply_url") or text(item, "apply_url"),
        extra=compact({key: text(item, key) for key in ("department", "category_code", "education_code", "guid")}),
    )


def _by_slug(page: Page, item: Any) -> str | None:
    """The address that the careers site gives an offer, where the offer itself has none."""
    slug = text(item, "slug")
    return f"{boards.base(page)}/o/{quote(slug, safe='')}" if slug and not text(item, "url") else None


def _places(item: Any) -> tuple[RawPlace, ...]:
    """All places of work; the offer's own fields repeat the first."""
    listed = many(item, "locations", "location") or many(item, "locations")
    places = tuple(place for one in listed if isinstance(one, Mapping) and (place := _place(one)))
    own = _place(item)
    return places or ((own,) if own else ())


def _place(item: Any) -> RawPlace | None:
    country = text(item, "country_code") or text(item, "country")
    place = RawPlace(
        text=None if text(item, "city") else text(item, "name") or text(item, "location"),
        street=text(item, "street"),
        postcode=text(item, "postal_code"),
        city=text(item, "city"),
        region=text(item, "state_name") or text(item, "state"),
        country=country,
    )
    return None if place == RawPlace() else place


def _pay(item: Any) -> tuple[RawPay, ...]:
    low, high, period, currency = (text(item, "salary", key) for key in ("min", "max", "period", "currency"))
    return (RawPay(period_text=period, low_text=low, high_text=high, currency_text=currency),) if low or high else ()


def _hours(item: Any) -> str | None:
    low, high = (text(item, f"{end}_hours_per_week") or text(item, f"{end}_hours") for end in ("min", "max"))
    return "-".join(dict.fromkeys(part for part in (low, high) if part)) or None
