"""Ashby: one JSON list for each employer, pay in components with their interval.

Facts as of August 2026: no paging; unlisted jobs are in the list and are skipped; bonus and shares are components of their own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scraper.errors import LayoutChanged
from scraper.model import Options, Page, Parsed, RawPay, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, flag, load_json, mappings, need, need_text, text, unknown
from scraper.sources import _boards as boards
from scraper.sources._links import web

NAME = "ashby"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"boards": [], "employers": {}, "base_url": "https://api.ashbyhq.com/posting-api/job-board"}
)
HINTS: Mapping[int, str] = MappingProxyType(boards.hint(NAME))
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "employmentType": ("FullTime", "PartTime", "Intern", "Contract", "Temporary"),
        "workplaceType": ("OnSite", "Hybrid", "Remote"),
    }
)


def start(options: Options) -> list[Request]:
    """The list of each board."""
    return boards.listings(NAME, boards.settings_of(DEFAULTS, options), "?includeCompensation=true")


def parse(page: Page) -> Parsed:
    """Every listed job."""
    boards.refuse_elsewhere(page)
    jobs: list[Any] = []
    for answer in boards.recorded(page, load_json(page)):
        found = need(answer, "jobs")
        if not isinstance(found, list):
            raise LayoutChanged("jobs")
        jobs += found
    listed = [one for one in jobs if not isinstance(one, Mapping) or flag(one, "isListed") is not False]
    ads, rejects = each(lambda one: _ad(page, one), listed, lambda one: text(one, "id"))
    notes = [note for one in listed for note in unknown({key: text(one, key) for key in KNOWN}, KNOWN)]
    return Parsed(ads, rejects, total=len(listed), listing=boards.board_of(page), notes=(*boards.unnamed(page), *notes))


def _ad(page: Page, item: Any) -> RawPosting:
    html = text(item, "descriptionHtml")
    kind = text(item, "employmentType")
    return RawPosting(
        source=NAME,
        source_id=need_text(item, "id"),
        url=web(need_text(item, "jobUrl")),
        title=need_text(item, "title"),
        employer=boards.employer_of(page, need_text(item, "jobUrl")),
        employer_key=boards.key_of(page, need_text(item, "jobUrl")),
        description=html or text(item, "descriptionPlain"),
        description_format="html" if html else "text",
        places=tuple(place for one in (item, *mappings(item, "secondaryLocations")) if (place := _place(one))),
        pay=_pay(item),
        posted_text=text(item, "publishedAt"),
        work_time_texts=(kind,) if kind else (),
        remote_text=text(item, "workplaceType") or ("Remote" if flag(item, "isRemote") else None),
        apply_url=text(item, "applyUrl"),
        extra=compact({key: text(item, key) for key in ("department", "team")}),
    )


def _place(item: Mapping[str, Any]) -> RawPlace | None:
    """The location's name with its address, which secondary ones write one level higher."""
    nested = isinstance(item.get("address"), Mapping) and "postalAddress" in item["address"]
    path = ("address", "postalAddress") if nested else ("address",)
    place = RawPlace(
        text=text(item, "location"),
        postcode=text(item, *path, "postalCode"),
        city=text(item, *path, "addressLocality"),
        region=text(item, *path, "addressRegion"),
        country=text(item, *path, "addressCountry"),
    )
    return None if place == RawPlace() else place


def _pay(item: Mapping[str, Any]) -> tuple[RawPay, ...]:
    """The salary's components; the board's own summary where there are none."""
    compensation = item.get("compensation")
    inner: Mapping[str, Any] = compensation if isinstance(compensation, Mapping) else {}
    tiers = [one for tier in mappings(inner, "compensationTiers") for one in mappings(tier, "components")]
    for components in (mappings(inner, "summaryComponents"), tiers):
        found = tuple(pay for one in components if text(one, "compensationType") in ("Salary", None) and (pay := _component(one)))
        if found:
            return tuple(dict.fromkeys(found))
    summary = text(inner, "scrapeableCompensationSalarySummary") or text(inner, "compensationTierSummary")
    return (RawPay(text=summary),) if summary else ()


def _component(item: Mapping[str, Any]) -> RawPay | None:
    low, high = text(item, "minValue"), text(item, "maxValue")
    if low is None and high is None:
        return None
    return RawPay(period_text=text(item, "interval"), low_text=low, high_text=high, currency_text=text(item, "currencyCode"))
