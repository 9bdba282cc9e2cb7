"""One run of one source: request → page → archive → parse → normalise → batch, until nothing is left to ask.

::

    start → [listing pages] → [detail pages of new or changed ads] → batches … → outcome

The pipeline decides nothing about stored ads; it says what it saw and whether it saw everything.
"""

import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from scraper.benchmarks import Figure
from scraper.discreet import discreet, discreet_reject, trace
from scraper.errors import Challenge, Disallowed, FetchError, Incomplete, LayoutChanged, ParseError, Refused, ScraperError
from scraper.legible import legible
from scraper.model import Options, Page, Parsed, Posting, RawPosting, Reject, Request, Source
from scraper.outcome import Outcome, Progress, outcome
from scraper.redact import redacted

MOST_FAILURES = 20  #: details that may fail before the source is given up for this run
log = logging.getLogger(__name__)


class Fetch(Protocol):
    """The one way to a site; `scraper.fetch.client.Fetcher` outside of tests."""

    async def get(self, request: Request) -> Page: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run needs from outside."""

    fetch: Fetch
    normalise: Callable[[RawPosting, datetime], Posting]
    archive: Callable[[Page], Page]  #: keeps the raw body before it is parsed; returns the page with its hash
    parse: Callable[[Source, Page], Awaitable[Parsed]]
    max_pages: int = 5000


@dataclass(frozen=True, slots=True)
class Batch:
    """What one page yields for storage."""

    page: Page | None = None  #: None: a detail that could not be had, of an ad that is stored and listed
    postings: tuple[Posting, ...] = ()
    seen: tuple[str, ...] = ()  #: ids that a listing shows and whose stored detail is still current
    gone: tuple[str, ...] = ()  #: ids that a page proves to be closed
    rejects: tuple[Reject, ...] = ()
    figures: tuple[Figure, ...] = ()  #: of a source that holds no ads
    left: int = 0  #: pages that are known and not yet asked for


async def crawl(
    source: Source, options: Options, known: Mapping[str, str | None], tools: Tools
) -> AsyncIterator[Batch | Outcome]:
    """Run a source to its end; what was read before a failure is yielded all the same.

    Args:
        source: The module.
        options: The search; `options.since` set means that the listing is not the whole.
        known: Revision of each stored ad whose detail is stored, by source id.
        tools: Fetching, archiving, parsing, normalising.

    Yields:
        A batch for each page, and last the outcome. Raises nothing of `ScraperError`.
    """
    progress = Progress(deque(), known)
    error: ScraperError | None = None
    try:
        first = source.start(options)
        progress.queue.extend(first)
        progress.asked |= {(r.method, r.url, r.body) for r in first}
        while progress.queue:
            request = progress.queue.popleft()
            if progress.pages >= tools.max_pages:
                raise Incomplete(f"stopped after {tools.max_pages} pages: see crawler.max_pages")
            if (batch := await _step(source, request, progress, tools)) is not None:
                yield batch
    except ScraperError as caught:
        error = explained(caught, source)
    yield outcome(progress, options, error)


async def _step(source: Source, request: Request, progress: Progress, tools: Tools) -> Batch | None:
    """Ask for one page and read it; None where a detail could not be had, which costs only that ad."""
    page = await _fetched(request, progress, tools)
    if page is None:  # a stored ad is listed still, whether or not its own page can be had
        return Batch(seen=(request.source_id,)) if request.source_id in progress.known and request.source_id else None
    page = tools.archive(page)
    progress.pages += 1
    progress.bytes += len(page.body)
    progress.fetched += request.kind == "detail" and request.source_id is not None  # a robots.txt is about no ad
    parsed = await _parsed(source, page, progress, tools)
    for note in map(discreet, parsed.notes):
        progress.notes[note] = progress.notes.get(note, 0) + 1
    seen = _follow(parsed, page, progress)
    postings, unread = _read(parsed, page, tools)
    for raw in parsed.postings:
        for repair in map(discreet, raw.repairs):
            progress.notes[repair] = progress.notes.get(repair, 0) + 1
    rejects = tuple(discreet_reject(reject, request.url) for reject in (*parsed.rejects, *unread))
    seen += tuple(sorted({r.source_id for r in rejects if r.source_id in progress.known and r.source_id is not None}))
    return Batch(page, postings, seen, parsed.gone, rejects, parsed.figures, len(progress.queue))


async def _fetched(request: Request, progress: Progress, tools: Tools) -> Page | None:
    """The page; None where a detail could not be had. What robots.txt bars was never asked for, and is not counted as such."""
    try:
        page = await tools.fetch.get(request)
    except Disallowed as error:
        if request.source_id is None:
            raise
        progress.barred.append(str(error))
        return None
    except FetchError as error:
        progress.requests += 1
        if isinstance(error, Refused) or request.kind == "listing" or len(progress.detail_failures) >= MOST_FAILURES:
            raise
        progress.detail_failures.append(str(error))
        return None
    progress.requests += 1
    return page


async def _parsed(source: Source, page: Page, progress: Progress, tools: Tools) -> Parsed:
    """What a page holds; a detail that cannot be read becomes a reject of its ad, which is listed and does not age.

    Raises:
        ParseError: a listing cannot be read, or too many details.
    """
    failure: ParseError
    rejects: tuple[Reject, ...]
    try:
        parsed = await tools.parse(source, page)
    except Challenge:
        raise
    except ParseError as error:
        failure, rejects = error, (Reject(discreet(str(error))[:300], page.request.source_id),)
    except ScraperError:
        raise
    except Exception as error:
        log.exception("%s: our reader of %s fails", redacted(page.request.url), source.NAME, exc_info=trace(error))
        failure = ParseError(discreet(f"{page.request.url}: our reader fails on it: {type(error).__name__}: {error}")[:500])
        failure.__cause__ = error
        rejects = (Reject(discreet(str(failure))[:300], page.request.source_id),)
    else:
        if not parsed.rejects or parsed.postings or parsed.requests:
            return parsed
        failure, rejects = LayoutChanged(_field(parsed.rejects), f"every ad of {page.request.url}"), parsed.rejects
    if page.request.kind == "listing" or len(progress.unreadable) >= MOST_FAILURES:
        raise failure
    progress.unreadable.append(str(failure))
    return Parsed(rejects=tuple(replace(one, source_id=one.source_id or page.request.source_id) for one in rejects))


def _read(parsed: Parsed, page: Page, tools: Tools) -> tuple[tuple[Posting, ...], tuple[Reject, ...]]:
    """The ads of a page, normalised; one on which our own readers fail becomes a reject, and costs no other.

    Raises:
        ParseError: our readers fail on every one of several ads.
    """
    postings: list[Posting] = []
    unread: list[Reject] = []
    for raw in map(legible, parsed.postings):
        try:
            postings.append(tools.normalise(raw, page.fetched_at))
        except Exception as error:
            log.exception("%s: our readers fail on ad %s", redacted(page.request.url), raw.source_id, exc_info=trace(error))
            why = discreet(f"our readers fail on it: {type(error).__name__}: {error}")[:300]
            unread.append(Reject(why, raw.source_id, raw.url))
    if len(unread) > 1 and not postings:
        raise ParseError(f"{page.request.url}: {unread[0].reason}, as on all its {len(unread)} ads")
    return tuple(postings), tuple(unread)


def _follow(parsed: Parsed, page: Page, progress: Progress) -> tuple[str, ...]:
    """Queue what a page leads to; returns the ids whose stored detail is still current."""
    found = {ad.source_id for ad in parsed.postings} | {r.source_id for r in parsed.requests if r.source_id}
    if page.request.kind == "listing":
        _count(parsed, page, found, progress)
    seen: list[str] = []
    for request in parsed.requests:
        key = (request.method, request.url, request.body)
        if key in progress.asked:
            continue
        progress.asked.add(key)
        if request.kind == "detail" and _current(request, progress.known, page.fetched_at):
            progress.skipped += 1
            seen.append(request.source_id or "")
        elif request.kind == "listing":
            progress.queue.appendleft(request)  # listings before details: the sooner read, the less they shift
        else:
            progress.queue.append(request)
    return tuple(seen)


def _count(parsed: Parsed, page: Page, found: set[str], progress: Progress) -> None:
    """Keep a listing's books, and notice one that repeats itself for ever."""
    total, ids, rejects = progress.listings.get(parsed.listing, (None, set(), 0))
    if found and found <= ids and parsed.requests and any(r.kind == "listing" for r in parsed.requests):
        raise Incomplete(f"{page.request.url}: the listing repeats ads already seen, so its end cannot be found")
    total = parsed.total if parsed.total is not None and total is None else total
    progress.listings[parsed.listing] = (total, ids | found, rejects + len(parsed.rejects))
    progress.ids |= found


def _current(request: Request, known: Mapping[str, str | None], now: datetime) -> bool:
    """A stored detail is current while its revision stands; one that was missing is asked for again the next day."""
    if request.source_id is None or request.revision is None:
        return False
    stored = known.get(request.source_id)
    return stored in (request.revision, f"{request.revision} no detail on {now.date()}")


def explained(error: ScraperError, source: Source) -> ScraperError:
    """The error with the source's own hint for this status, where it has one."""
    hints: Mapping[int, str] = getattr(source, "HINTS", {})
    status = error.status if isinstance(error, FetchError) else None
    if status is not None and status in hints:
        explained = ParseError(f"{error} ({hints[status]})")
        explained.__cause__ = error
        return explained
    return error


def _field(rejects: tuple[Reject, ...]) -> str:
    """The field that the rejects complain of."""
    return rejects[0].reason.split("'")[1] if "'" in rejects[0].reason else rejects[0].reason
