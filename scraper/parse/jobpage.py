"""All job postings of one page: JSON-LD, else microdata, else RDFa, else meta elements; the one that it is about comes first."""

import re
from dataclasses import replace
from hashlib import blake2b

from scraper.errors import ParseError
from scraper.fetch.decode import text as decoded
from scraper.model import Page, RawPosting, Reject
from scraper.parse import jsonld, microdata, rdfa
from scraper.parse.fields import excerpt
from scraper.parse.html import tree
from scraper.parse.jobid import Where, canonical
from scraper.parse.jobposting import raw_posting
from scraper.parse.jsonld import Found
from scraper.parse.links import links

MAX_POSTINGS = 2000  #: of one page
_MARKED_UP = re.compile(rb"jobposting|=\s?[\"']?jobs?[-_:.]", re.IGNORECASE)


def read(page: Page, source: str) -> tuple[tuple[RawPosting, ...], tuple[Reject, ...]]:
    """Every posting of a page of HTML, and what could not be read.

    Raises:
        PoisonPage, TreeNeeded: see `scraper.parse.html.tree`.
    """
    found, broken = objects(page)
    where = Where(page.url or page.request.url, _canonical(page) if found else None)
    rejects = [Reject(why, url=where.url) for why in broken]
    ads: list[RawPosting] = []
    for one in found[:MAX_POSTINGS]:
        try:
            ads.append(raw_posting(one.value, where, source, one.repairs))
        except ParseError as error:
            rejects.append(Reject(str(error), url=where.url, excerpt=excerpt(one.value)))
    return tuple(_distinct(sorted(ads, key=lambda ad: not _about(ad, where)))), tuple(rejects)


def objects(page: Page) -> tuple[list[Found], tuple[str, ...]]:
    """The page's JobPosting objects in the first syntax that has any, and blocks that no repair made readable."""
    blocks = jsonld.blocks(page.body, page.headers.get("content-type", "")) if _may_have(page.body) else jsonld.Blocks(())
    if found := jsonld.postings(blocks):
        return found, blocks.broken
    if _MARKED_UP.search(page.body) is None and b"\x00" not in page.body[:100]:
        return [], blocks.broken
    whole = tree(decoded(page))
    return microdata.postings(whole) or rdfa.postings(whole) or rdfa.meta_posting(whole), blocks.broken


def _may_have(body: bytes) -> bool:
    """Whether there may be JSON-LD at all, however its type is spelled; a page of links is spared the tree."""
    return jsonld.MARK in body or _SPELLED.search(body) is not None


_SPELLED = re.compile(
    rb"ld\+json|application(?:/|&[#a-z0-9]{1,8};?)(?:l|&#)[^\"'>]{1,30}json|l\x00d\x00\+\x00j|\x00l\x00d\x00\+", re.IGNORECASE
)


def _canonical(page: Page) -> str | None:
    at = page.body.find(b"canonical")
    if at < 0:
        return None
    start = max(0, page.body.rfind(b"<", 0, at))
    end = page.body.find(b">", at)
    tag = page.body[start : end + 1 if end >= 0 else at][:3000].decode("utf-8", "replace")
    return links(tag, page.url or page.request.url).canonical


def _about(ad: RawPosting, where: Where) -> bool:
    """Whether the page is about this ad: by its address, or by its number in the page's address."""
    if canonical(ad.url) in (canonical(where.url), canonical(where.canonical or where.url)) and where.url != "":
        return True
    return ad.reference is not None and re.search(rf"(?<!\w){re.escape(ad.reference)}(?!\w)", where.url) is not None


def _distinct(ads: list[RawPosting]) -> list[RawPosting]:
    """Ads that share an id for want of number and address get one of their title and places; true doubles are dropped."""
    told: dict[str, RawPosting] = {}
    for ad in ads:
        held = told.get(ad.source_id)
        if held is None:
            told[ad.source_id] = ad
        elif (held.title, held.places) != (ad.title, ad.places):
            digest = blake2b(repr((ad.title, ad.places)).encode("utf-8", "replace"), digest_size=4).hexdigest()
            own = f"{ad.source_id}#{digest}"
            told.setdefault(own, replace(ad, source_id=own))
    return list(told.values())
