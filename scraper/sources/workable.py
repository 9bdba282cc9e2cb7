"""Workable: the JSON list that an employer's own page embeds, without pay.

Facts as of August 2026: a job with several places stands once for each, under one code; answers of 429 are frequent.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from scraper.errors import LayoutChanged
from scraper.model import Options, Page, Parsed, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, flag, load_json, mappings, need, need_text, text
from scraper.sources import _boards as boards
from scraper.sources._links import web

NAME = "workable"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"boards": [], "employers": {}, "base_url": "https://apply.workable.com/api/v1/widget/accounts"}
)
HINTS: Mapping[int, str] = MappingProxyType(boards.hint(NAME))


def start(options: Options) -> list[Request]:
    """The list of each board."""
    return boards.listings(NAME, boards.settings_of(DEFAULTS, options), "?details=true")


def parse(page: Page) -> Parsed:
    """Every job, its places joined."""
    boards.refuse_elsewhere(page)
    body = load_json(page)
    jobs = need(body, "jobs")
    if not isinstance(jobs, list):
        raise LayoutChanged("jobs")
    employer = text(body, "name")
    read, rejects = each(lambda one: _ad(page, one, employer), jobs, lambda one: text(one, "shortcode"))
    ads: dict[str, RawPosting] = {}
    for ad in read:
        held = ads.get(ad.source_id)
        ads[ad.source_id] = ad if held is None else replace(held, places=tuple(dict.fromkeys((*held.places, *ad.places))))
    return Parsed(tuple(ads.values()), rejects, total=len(ads) + len(rejects), listing=boards.board_of(page))


def _ad(page: Page, item: Any, employer: str | None) -> RawPosting:
    code = need_text(item, "shortcode")
    kind = text(item, "employment_type")
    return RawPosting(
        source=NAME,
        source_id=code,
        url=web(need_text(item, "url")),
        title=need_text(item, "title"),
        employer=employer or boards.employer_of(page),
        employer_key=boards.key_of(page),
        description=text(item, "description"),
        description_format="html",
        places=_places(item),
        reference=text(item, "code"),
        posted_text=text(item, "published_on") or text(item, "created_at"),
        work_time_texts=(kind,) if kind else (),
        remote_text="remote" if flag(item, "telecommuting") else None,
        experience_text=text(item, "experience"),
        sector_text=text(item, "industry"),
        apply_url=text(item, "application_url"),
        extra=compact({key: text(item, key) for key in ("department", "function", "education")}),
    )


def _places(item: Mapping[str, Any]) -> tuple[RawPlace, ...]:
    """The listed places; the job's own fields where there are none."""
    listed = [_place(one, "region", "countryCode") for one in mappings(item, "locations") if flag(one, "hidden") is not True]
    places = listed or [_place(item, "state", "country")]
    return tuple(place for place in places if place != RawPlace())


def _place(item: Mapping[str, Any], region: str, country: str) -> RawPlace:
    return RawPlace(
        postcode=text(item, "zipcode") or text(item, "postal_code"),
        city=text(item, "city"),
        region=text(item, region),
        country=text(item, country) or text(item, "country"),
    )
