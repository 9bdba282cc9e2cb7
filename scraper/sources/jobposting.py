"""Employers' own career pages: schema.org JobPosting on them, found by sitemap, listing or feed.

`robots.txt → sitemap (index) → ad`, or `listing → next listing → ad`, or `feed → ad`. Every setting travels in `Request.carry`,
so that reading a page needs nothing but the page. An ad is named by the number in its address where `id_pattern` finds one,
else by its `identifier` and host, else by its address without tracking.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from scraper.errors import NotUnderstood
from scraper.fetch.decode import text as decoded
from scraper.model import Options, Page, Parsed, RawPosting, Request
from scraper.parse import jobpage, jsonld, sitemap
from scraper.parse.jobid import canonical, joined, stable_id
from scraper.parse.links import links, numbered

NAME = "jobposting"
HTML = True  #: foreign pages: read in a worker that may be killed

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "preset": "",  # rexx, concludis, onlyfy, umantis, join: see jobposting.toml
        "sites": [],  # career sites; their robots.txt names the sitemaps, or the preset names the listing
        "sitemaps": [],
        "listings": [],  # pages that link to the ads
        "feeds": [],  # RSS or Atom
        "start_urls": [],  # pages that hold ads themselves
        "url_pattern": "",  # regular expression of an ad's address
        "skip_pattern": "",  # addresses that match are left alone
        "id_pattern": "",  # its first group is the ad's number
        "sitemap_pattern": "",  # which sitemaps of an index are read; "" means all
        "place_pattern": "",  # which places of work are kept; "" means all
        "next_pattern": "",  # address of the next listing page, where rel=next is missing
        "page_parameter": "",  # key of the query that numbers listing pages
        "page_step": 1,
        "detail_path": "",  # path to read for an ad instead of the linked one; {id} is its number
        "employer": "",  # where the pages do not say whose ads they are
    }
)
HINTS = {
    404: "the listing or sitemap has moved: open the site in a browser and correct the block",
    410: "the listing is gone for good",
}
#: what an ad's address looks like where nobody says: a word for job, and a number after it
USUAL = r"(?i)/(?:jobs?|stellen?(?:angebote?|anzeigen?|ausschreibung(?:en)?)?|vacanc(?:y|ies)|positions?)[/-][^?#]*\d"
_PATTERNS = ("url_pattern", "skip_pattern", "id_pattern", "sitemap_pattern", "place_pattern", "next_pattern")


def start(options: Options) -> list[Request]:
    """One request for each site, sitemap, listing, feed and page that the block names."""
    settings = _settings(options.settings)
    carry = {
        "ad": settings["url_pattern"],
        "skip": settings["skip_pattern"],
        "id": settings["id_pattern"],
        "maps": settings["sitemap_pattern"],
        "place": settings["place_pattern"],
        "next": settings["next_pattern"],
        "parameter": settings["page_parameter"],
        "step": settings["page_step"],
        "detail": settings["detail_path"],
        "employer": settings["employer"],
    }
    told = [_entrance(site, settings, carry) for site in settings["sites"]]
    for part in ("sitemaps", "listings", "feeds", "start_urls"):
        told += [Request(url, carry={**carry, "part": part}) for url in settings[part]]
    if not told:
        raise NotUnderstood(
            "no page is named: fill `sites`, `sitemaps`, `listings`, `feeds` or `start_urls` of the jobposting block"
        )
    return told


def parse(page: Page) -> Parsed:
    """Ads, addresses of ads, or both; what a page is follows from what asked for it, else from its beginning."""
    part = page.request.carry.get("part")
    if part == "robots":
        return _robots(page)
    if page.status in (404, 410):
        return Parsed(gone=(page.request.source_id,) if page.request.source_id else ())
    if part in ("sitemaps", "feeds") or (part is None and _is_xml(page.body)):
        return _sitemap(page)
    if page.request.kind == "detail":
        return _detail(page)
    return _listing(page)


@cache
def presets() -> Mapping[str, Mapping[str, Any]]:
    """Careers systems by name."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _settings(own: Mapping[str, Any]) -> dict[str, Any]:
    settings = {**DEFAULTS, **own}
    if name := settings["preset"]:
        if name not in presets():
            raise NotUnderstood(f"preset = {name!r}: there is none of that name; one of {', '.join(presets())}")
        preset = presets()[name]
        given = {
            "url_pattern": "url",
            "id_pattern": "id",
            "page_parameter": "parameter",
            "page_step": "step",
            "detail_path": "detail",
        }
        settings |= {key: preset[short] for key, short in given.items() if short in preset and key not in own}
    for key in _PATTERNS:
        try:
            re.compile(settings[key])
        except re.error as error:
            raise NotUnderstood(f"{key} = {settings[key]!r} is no regular expression: {error}") from error
    return settings


def _entrance(site: str, settings: Mapping[str, Any], carry: Mapping[str, Any]) -> Request:
    """Where a site is entered: at the listing that the preset knows, else at robots.txt."""
    if settings["preset"]:
        path = presets()[settings["preset"]]["listing"]
        return Request(site.rstrip("/") + path, carry={**carry, "part": "listings"})
    parts = urlsplit(site)
    return Request(f"{parts.scheme}://{parts.netloc}/robots.txt", kind="detail", carry={**carry, "part": "robots"})


def _robots(page: Page) -> Parsed:
    """The sitemaps of a robots.txt, else the usual one."""
    found = sitemap.named_in_robots(page.body, page.request.url) if page.status == 200 else ()
    found = found or (joined(page.request.url, "/sitemap.xml") or "",)
    return Parsed(requests=tuple(Request(url, carry={**page.request.carry, "part": "sitemaps"}) for url in found))


def _sitemap(page: Page) -> Parsed:
    carry = page.request.carry
    found = sitemap.read(page)
    if found.index:
        if carry.get("depth"):
            return Parsed(notes=("a sitemap index inside of an index is not followed",))
        wanted = re.compile(carry.get("maps") or "")
        inner = {**carry, "part": "sitemaps", "depth": 1}
        return Parsed(requests=tuple(Request(one.url, carry=inner) for one in found.entries if wanted.search(one.url)))
    usual = "" if carry.get("part") == "feeds" else USUAL
    wanted = re.compile(carry.get("ad") or usual)
    ads = [_ad(one.url, carry, one.changed) for one in found.entries if wanted.search(one.url)]
    asked = tuple(_once(one for one in ads if one is not None))
    notes = (
        *found.repairs,
        *(("no address in the sitemap looks like an ad: see url_pattern",) if found.entries and not asked else ()),
    )
    return Parsed(
        requests=asked, total=len(asked) + sitemap.MAX_URLS if found.cut else None, listing=page.request.url, notes=notes
    )


def _listing(page: Page) -> Parsed:
    """Ads on the page itself, addresses of ads, and the next page."""
    carry = page.request.carry
    holds = carry.get("part") in (None, "start_urls")
    postings, rejects = jobpage.read(page, NAME, fill=holds)
    whole = [ad for ad in postings if ad.description or holds]
    kept, notes = _near(_named(whole, page), carry)
    if holds:
        return Parsed(tuple(kept), rejects, notes=notes)
    found = links(decoded(page), page.url or page.request.url, carry.get("ad") or USUAL)
    addresses = [*found.ads, *(ad.url for ad in postings if not ad.description), *_listed(page)]
    have = {ad.source_id for ad in kept}
    asked = [one for one in _once(_ad(url, carry, None) for url in addresses) if one.source_id not in have]
    more = _next(page, found.next, found.others, [one.url for one in asked])
    if not asked and not postings:
        notes = (*notes, "no link on the listing looks like an ad: see url_pattern")
    elif more is None and len(asked) in (50, 100, 200, 500):
        notes = (*notes, f"exactly {len(asked)} ads and no next page: the listing may be cut, see page_parameter")
    return Parsed(tuple(kept), rejects, (*asked, *((more,) if more else ())), listing=_of(page), notes=notes)


def _detail(page: Page) -> Parsed:
    """The ad that was asked for keeps the name under which it was asked for; others on its page keep their own."""
    request = page.request
    postings, rejects = jobpage.read(page, NAME)
    if not postings and not rejects:
        return Parsed(notes=("a page that was taken for an ad holds no JobPosting",))
    ads = list(postings)
    if ads and request.source_id:
        ads[0] = replace(ads[0], source_id=request.source_id, revision=request.revision)
    kept, notes = _near([_employed(ad, request.carry) for ad in ads], request.carry)
    return Parsed(tuple(kept), rejects, notes=notes)


def _ad(url: str, carry: Mapping[str, Any], changed: str | None) -> Request | None:
    """The request for an ad; None where its address is to be left alone."""
    if carry.get("skip") and re.search(carry["skip"], url):
        return None
    number = _number(url, carry)
    inner = {key: carry[key] for key in ("place", "employer", "id") if carry.get(key)}
    name = stable_id(number, url)
    if number and carry.get("detail"):
        url = joined(url, carry["detail"].replace("{id}", number)) or url
    return Request(url, kind="detail", source_id=name, revision=changed, carry=inner)


def _number(url: str, carry: Mapping[str, Any]) -> str | None:
    found = re.search(carry["id"], url) if carry.get("id") else None
    return found[1] if found and found.re.groups else None


def _once(requests: Iterable[Request | None]) -> list[Request]:
    """Each ad once, by its name."""
    return list({one.source_id: one for one in requests if one is not None}.values())


def _listed(page: Page) -> list[str]:
    """Addresses in an ItemList of JSON-LD."""
    if jsonld.MARK not in page.body:
        return []
    blocks = jsonld.blocks(page.body, page.headers.get("content-type", ""))
    entries = (entry for value, _ in blocks.values for entry in jsonld.objects(value) if entry.get("@type") == "ListItem")
    said = (entry.get("url") for entry in entries)
    whole = (joined(page.url or page.request.url, one) for one in said if isinstance(one, str))
    wanted = re.compile(page.request.carry.get("ad") or USUAL)
    return [one for one in whole if one is not None and wanted.search(one)]


def _next(page: Page, linked: str | None, others: list[str], ads: list[str]) -> Request | None:
    """The next page of a listing; a page that shows what the first or the one before showed is past the end."""
    carry = page.request.carry
    url = page.url or page.request.url
    if linked is None and carry.get("next"):
        linked = next((one for one in others if re.search(carry["next"], one) and one != url), None)
    if linked is None and carry.get("parameter") and ads and sorted(ads) not in (carry.get("first"), carry.get("last")):
        linked = numbered(page.request.url, carry["parameter"], carry.get("step", 1))
    if linked is None or canonical(linked) == canonical(page.request.url):
        return None
    shown = {"first": carry.get("first") or sorted(ads), "last": sorted(ads)} if carry.get("parameter") else {}
    return Request(linked, carry={**carry, "of": _of(page), **shown})


def _of(page: Page) -> str:
    """The listing that a page belongs to: the address of its first page."""
    return str(page.request.carry.get("of") or page.request.url)


def _named(ads: Iterable[RawPosting], page: Page) -> list[RawPosting]:
    """Ads under the names by which their own pages would be asked for."""
    carry = page.request.carry
    numbers = ((ad, _number(ad.url, carry)) for ad in ads)
    return [_employed(replace(ad, source_id=stable_id(number, ad.url)) if number else ad, carry) for ad, number in numbers]


def _employed(ad: RawPosting, carry: Mapping[str, Any]) -> RawPosting:
    return replace(ad, employer=carry["employer"]) if carry.get("employer") and not ad.employer else ad


def _near(ads: list[RawPosting], carry: Mapping[str, Any]) -> tuple[list[RawPosting], tuple[str, ...]]:
    """Only ads whose places match; one that names no place is kept if its text does."""
    if not carry.get("place"):
        return ads, ()
    wanted = re.compile(carry["place"])
    kept = [ad for ad in ads if wanted.search(_places(ad))]
    return kept, ("an ad elsewhere was left out",) if len(kept) < len(ads) else ()


def _places(ad: RawPosting) -> str:
    said = " ".join(
        getattr(place, name) or "" for place in ad.places for name in ("text", "postcode", "city", "district", "region")
    )
    return said.strip() or f"{ad.title} {ad.description or ''}"


def _is_xml(body: bytes) -> bool:
    head = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return body[:2] == b"\x1f\x8b" or (
        head.startswith((b"<?xml", b"<urlset", b"<sitemapindex", b"<rss", b"<feed")) and b"<html" not in head
    )
