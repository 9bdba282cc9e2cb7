"""All job postings of one page: JSON-LD, else microdata, else RDFa, else meta elements; the one that it is about comes first."""

import re
from dataclasses import replace
from hashlib import blake2b

from scraper.errors import ParseError
from scraper.fetch.decode import text as decoded
from scraper.model import Page, RawPosting, Reject
from scraper.parse import jsonld, microdata, rdfa
from scraper.parse.body import main_text, may_have_main, title_of
from scraper.parse.fields import excerpt
from scraper.parse.html import tree
from scraper.parse.jobid import Where, canonical, names
from scraper.parse.jobposting import raw_posting
from scraper.parse.jsonld import Found
from scraper.parse.links import links

MAX_POSTINGS = 2000  #: of one page
#: without any of these a page has no posting and is spared the tree; plain finds, since a regular expression costs as much as it
_MARKS = (
    b"JobPosting",
    b"jobposting",
    b"Jobposting",
    b"JOBPOSTING",
    b'"job-',
    b"'job-",
    b"=job-",
    b'"job:',
    b'"job_',
    b'"jobs-',
    b'"jobs:',
)


def read(page: Page, source: str, *, fill: bool = True) -> tuple[tuple[RawPosting, ...], tuple[Reject, ...]]:
    """Every posting of a page of HTML, and what could not be read.

    Args:
        page: The page.
        source: Whose ads they are.
        fill: Whether a lone posting may take title and text from the page around it; not so where the page is a list.

    Raises:
        PoisonPage, TreeNeeded: see `scraper.parse.html.tree`.
    """
    found, broken = objects(page)
    where = Where(page.url or page.request.url, _canonical(page) if found else None)
    rejects = [Reject(why, url=where.url) for why in broken]
    ads: list[RawPosting] = []
    lone = fill and len(found) == 1
    for one in (_titled(found[0], page),) if lone else found[:MAX_POSTINGS]:
        try:
            ads.append(raw_posting(one.value, where, source, one.repairs))
        except ParseError as error:
            rejects.append(Reject(str(error), url=where.url, excerpt=excerpt(one.value)))
    if lone and ads:
        ads = [_described(ads[0], page)]
    return tuple(_distinct(sorted(ads, key=lambda ad: not _about(ad, where)))), tuple(rejects)


def _titled(found: Found, page: Page) -> Found:
    """The only posting of a page takes the page's title where it has none."""
    if any(found.value.get(key) for key in ("title", "name", "Title", "Name", "schema:title")):
        return found
    title = title_of(page.body, names(found.value, "hiringOrganization"))
    return found if title is None else Found({**found.value, "title": title}, (*found.repairs, "title: the page's own"))


def _described(ad: RawPosting, page: Page) -> RawPosting:
    """The only posting of a page takes the page's main text where it has none."""
    if ad.description or not may_have_main(page.body):
        return ad
    text = main_text(tree(decoded(page)))
    repairs = (*ad.repairs, "description: the page's main text")
    return replace(ad, description=text, description_format="html", repairs=repairs) if text else ad


def objects(page: Page) -> tuple[list[Found], tuple[str, ...]]:
    """The page's JobPosting objects in the first syntax that has any, and blocks that no repair made readable."""
    blocks = jsonld.Blocks(())
    if jsonld.MARK in page.body:
        blocks = jsonld.blocks(page.body, page.headers.get("content-type", ""))
        if found := jsonld.postings(blocks):
            return found, blocks.broken
    if not any(mark in page.body for mark in _MARKS) and b"\x00" not in page.body[:100]:  # UTF-16 is full of NULs
        return [], blocks.broken
    whole = tree(decoded(page))
    if not blocks.values and not blocks.broken:
        blocks = jsonld.of_texts(jsonld.in_tree(whole))
    found = jsonld.postings(blocks) or microdata.postings(whole) or rdfa.postings(whole) or rdfa.meta_posting(whole)
    return found, blocks.broken


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
