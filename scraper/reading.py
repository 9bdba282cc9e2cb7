"""Any page to ads: by the kind that is named, else by whichever kind can read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from scraper import sources
from scraper.errors import ParseError, ScraperError
from scraper.model import Page, Parsed, Reject
from scraper.parse import jsonld
from scraper.parse.fields import load_json
from scraper.parse.jobid import Where
from scraper.parse.jobposting import raw_posting
from scraper.parse.worker import Parsers

UNIVERSAL = "jobposting"
_XML = (b"<?xml", b"<rss", b"<feed", b"<rdf", b"<workzag", b"<jobs", b"<offers", b"<source")  #: what feeds begin with


@dataclass(frozen=True, slots=True)
class Read:
    """One page, read."""

    kind: str  #: of the source that could read it
    parsed: Parsed


async def read(page: Page, kind: str | None, parsers: Parsers) -> Read:
    """Read a page.

    Args:
        page: What was saved or fetched.
        kind: The kind of source to read it as; None tries.
        parsers: Where foreign pages are parsed.

    Raises:
        ParseError: it holds no job ad, or none that any kind can read.
    """
    if kind is not None:
        return Read(kind, await parsers.parse(sources.load(kind), page))
    return _data(page) or _universal(await parsers.parse(sources.load(UNIVERSAL), page))


def read_here(page: Page) -> Read:
    """The same without a worker, for whoever is one.

    Raises:
        ParseError: it holds no job ad, or none that any kind can read.
    """
    return _data(page) or _universal(sources.load(UNIVERSAL).parse(page))


def _universal(parsed: Parsed) -> Read:
    if not parsed.postings:
        why = parsed.rejects[0].reason if parsed.rejects else "the page carries no JobPosting"
        raise ParseError(f"no job ad can be read: {why}")
    return Read(UNIVERSAL, parsed)


def _data(page: Page) -> Read | None:
    """JSON or XML; None for HTML."""
    head = page.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if head[:1] in (b"{", b"["):
        return _json(page)
    if head.startswith(_XML) and b"<html" not in head and b"<!doctype html" not in head:
        return _best(page, (name for name in sources.available() if name != UNIVERSAL))
    return None


def _json(page: Page) -> Read:
    """A vendor's own shape, else JobPosting objects wherever they stand."""
    try:
        return _best(page, (name for name in sources.available() if name != UNIVERSAL))
    except ParseError as error:
        value = load_json(page)
        found = jsonld.postings(jsonld.Blocks(((value, ()),)))
        ads, rejects = [], []
        for one in found:
            try:
                ads.append(raw_posting(one.value, Where(page.request.url), UNIVERSAL))
            except ParseError as broken:
                rejects.append(Reject(str(broken)))
        if not ads:
            raise ParseError("no job ad can be read from this JSON") from error
        return Read(UNIVERSAL, Parsed(tuple(ads), tuple(rejects)))


def _best(page: Page, kinds: Iterable[str]) -> Read:
    """The kind that reads the most ads with the fewest rejects."""
    tried: list[Read] = []
    for kind in kinds:
        try:
            parsed = sources.load(kind).parse(page)
        except ScraperError:
            continue  # not its shape: the next may know it
        if parsed.postings:
            tried.append(Read(kind, parsed))
    if not tried:
        raise ParseError("no kind of source can read it; name one with --kind to see what it says")
    return max(tried, key=lambda one: (len(one.parsed.postings) - len(one.parsed.rejects), len(repr(one.parsed.postings))))
