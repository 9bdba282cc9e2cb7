"""Greenhouse: one JSON list for each employer, whole texts included; pay ranges in cents where the employer publishes them.

Facts as of August 2026: no paging, `meta.total` counts the list; a range's period stands only in its title or blurb; texts are
entity-encoded HTML.
"""

import re
from collections.abc import Mapping
from html import unescape
from types import MappingProxyType
from typing import Any

from scraper.errors import LayoutChanged, NotUnderstood
from scraper.model import Options, Page, Parsed, RawPay, RawPlace, RawPosting, Request
from scraper.parse.fields import compact, each, load_json, mappings, need, need_text, text
from scraper.sources import _boards as boards
from scraper.sources._links import web

NAME = "greenhouse"
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"boards": [], "employers": {}, "base_url": "https://boards-api.greenhouse.io/v1/boards"}
)
HINTS: Mapping[int, str] = MappingProxyType(boards.hint(NAME))
_PERIOD = re.compile(
    r"\b(?:(?P<hour>hour(?:ly)?|stunde|stündlich|stundenlohn)|(?P<month>month(?:ly)?|monat(?:lich)?|monats(?:lohn|gehalt))"
    r"|(?P<year>annual(?:ly)?|year(?:ly)?|jahr|jährlich|jahresgehalt))\b",
    re.IGNORECASE,
)


def start(options: Options) -> list[Request]:
    """The list of each board."""
    return boards.listings(NAME, boards.settings_of(DEFAULTS, options), "/jobs?content=true&pay_transparency=true")


def parse(page: Page) -> Parsed:
    """Every job of the list."""
    boards.refuse_elsewhere(page)
    body = load_json(page)
    if isinstance(body, Mapping) and "error" in body:
        raise NotUnderstood(f"the board {boards.board_of(page)!r} was refused: {text(body, 'error')}")
    jobs = _jobs(page, body)
    total = need(need(body, "meta"), "total") if page.request.carry or "meta" in body else len(jobs)  # or a list saved by hand
    if not isinstance(total, int):
        raise LayoutChanged("meta.total")
    ads, rejects = each(lambda one: _ad(page, one), jobs, lambda one: text(one, "id"))
    return Parsed(ads, rejects, total=total, listing=boards.board_of(page))


def _jobs(page: Page, body: Any) -> list[Any]:
    """The list; of a page that a person saved also several boards', or a job by itself."""
    if not page.request.carry and isinstance(body, Mapping) and "absolute_url" in body:
        return [body]
    found = [need(answer, "jobs") for answer in boards.recorded(page, body)]
    if not all(isinstance(jobs, list) for jobs in found):
        raise LayoutChanged("jobs")
    return [one for jobs in found for one in jobs]


def _ad(page: Page, item: Any) -> RawPosting:
    content = text(item, "content")
    url = web(need_text(item, "absolute_url"))
    account = url if "greenhouse.io/" in url else None  # elsewhere the first segment is no account
    return RawPosting(
        source=NAME,
        source_id=need_text(item, "id"),
        url=url,
        title=need_text(item, "title"),
        revision=text(item, "updated_at"),
        employer=text(item, "company_name") or boards.employer_of(page, account),
        employer_key=boards.key_of(page, account),
        description=unescape(content) if content else None,
        description_format="html",
        places=_places(item),
        pay=tuple(found for one in mappings(item, "pay_input_ranges") if (found := _pay(one))),
        reference=text(item, "requisition_id"),
        posted_text=text(item, "first_published"),
        changed_text=text(item, "updated_at"),
        expires_text=text(item, "application_deadline"),
        language=text(item, "language"),
        extra=compact({"offices": _names(item, "offices"), "departments": _names(item, "departments")}),
    )


def _places(item: Mapping[str, Any]) -> tuple[RawPlace, ...]:
    """The location, which may name several places; the offices where it names none."""
    named = (text(item, "location", "name") or "").split(";")
    offices = (text(one, "location") or text(one, "name") for one in mappings(item, "offices"))
    kept = [name.strip() for name in named if name.strip()] or [name for name in offices if name]
    return tuple(RawPlace(text=name) for name in dict.fromkeys(kept))


def _pay(item: Mapping[str, Any]) -> RawPay | None:
    """A range in cents as text in whole units; its period where title or blurb names exactly one."""
    low, high = (_units(item.get(key)) for key in ("min_cents", "max_cents"))
    if low is None and high is None:
        return None
    title = text(item, "title")
    told = (found for said in (title, text(item, "blurb")) for found in _PERIOD.finditer(said or ""))
    named = {found.lastgroup: found[0].lower() for found in told}
    return RawPay(
        period_text=next(iter(named.values())) if len(named) == 1 else None,
        kind_text=title,
        low_text=low,
        high_text=high,
        currency_text=text(item, "currency_type"),
    )


def _units(cents: Any) -> str | None:
    """Cents as a decimal number of the currency.

    >>> _units(245050), _units("245050"), _units(True)
    ('2450.50', '2450.50', None)
    """
    if isinstance(cents, str) and cents.isascii() and cents.isdigit():
        cents = int(cents)
    if not isinstance(cents, int) or isinstance(cents, bool):
        return None
    return f"{cents // 100}.{cents % 100:02d}"


def _names(item: Mapping[str, Any], key: str) -> str | None:
    return "; ".join(name for one in mappings(item, key) if (name := text(one, "name"))) or None
