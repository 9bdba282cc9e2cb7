"""One source of a run: its steps as they come in, stored batch by batch, and the judgement at its end.

The run around it is `scheduler.run`'s, or that of a worker of a cluster: here it makes no difference.
"""

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime

from scheduler.agenda import CRAWL
from scheduler.plan import CrawlPlan, Progress, SourcePlan, SourceSummary
from scheduler.stop import Stop
from scraper import sources
from scraper.benchmarks import Figure
from scraper.discreet import discreet, trace
from scraper.fetch.client import Fetcher
from scraper.fetch.clock import Clock
from scraper.model import Options, Page, Posting, RawPosting, Reject, RunState
from scraper.normalise.posting import normalise
from scraper.outcome import Outcome
from scraper.parse.worker import Parsers
from scraper.pipeline import Batch, Tools, crawl
from storage.archive import Archive
from storage.benchmarks import save_figures
from storage.decide import RunFacts, suspect
from storage.drift import Filled, drift
from storage.errors import StorageError
from storage.runs import Runs, Task
from storage.save import Counts, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """The open rooms of one run."""

    plan: CrawlPlan
    run_id: str
    begun_at: datetime
    clock: Clock
    fetcher: Fetcher
    parsers: Parsers
    store: Store
    runs: Runs
    archive: Archive
    stop: Stop
    progress: Progress | None


@dataclass
class _Tally:
    """What a source has brought so far, and what is not yet stored."""

    counts: Counts = field(default_factory=Counts)
    postings: list[Posting] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    rejects: list[tuple[Reject, str | None]] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    filled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("with_pay", "with_place", "with_description"), 0))
    rejected: int = 0
    read: int = 0  #: ads whose own fields were read
    pages: int = 0
    ids: set[str] = field(default_factory=set)


async def crawl_one(
    desk: Desk, plan: SourcePlan, full: bool, before: "asyncio.Task[SourceSummary] | None" = None
) -> SourceSummary:
    """Crawl a source to its end.

    Args:
        desk: The open rooms of the run.
        plan: The source.
        full: List everything, also where only new ads would be asked for.
        before: Another source, whose last batch is stored first.

    Raises:
        StorageError: nothing more can be stored. A mistake of ours costs the source its run and is told in its summary.
    """
    module = sources.load(plan.kind)
    options = _options(desk, plan, full)
    desk.runs.start_source_run(desk.run_id, plan.name, plan.kind)
    tally = _Tally()
    outcome: Outcome | None = None
    tools = _tools(desk, plan)
    if desk.stop.told:  # before there was anything to cancel
        return _left(desk, plan, tally)
    try:
        async for step in crawl(module, options, desk.store.known(plan.name), tools):
            if isinstance(step, Outcome):
                outcome = step
            else:
                _take(desk, plan, tally, step)
        if before is not None:
            await asyncio.wait([before])
        _flush(desk, plan, tally)
    except asyncio.CancelledError:
        if desk.stop.told is None:
            raise  # another source ended the whole run
        return _left(desk, plan, tally)
    except StorageError:
        raise  # nothing more can be stored: the whole run ends
    except Exception as error:  # a mistake of ours in one source must not cost the others their run
        log.exception("%s: the program failed at this source; what it had stored before stays", plan.name, exc_info=trace(error))
        told = discreet(f"{type(error).__name__}: {error}")[:500]
        desk.runs.end_source_run(desk.run_id, plan.name, "failed", {}, error=told, done=_done(desk, plan, "failed"))
        return SourceSummary(plan.name, "failed", complete=False, error=told)
    assert outcome is not None
    return _ended(desk, plan, tally, outcome)


def _options(desk: Desk, plan: SourcePlan, full: bool) -> Options:
    """Only what is new since the last full listing, unless that is too long ago: ads are closed by full listings alone."""
    now = desk.clock.now()
    last = desk.runs.last_full(plan.name)
    since = None if full or last is None or now - last >= desk.plan.full_every or last > now else last
    town = desk.plan.profile.town
    return Options(plan.terms, town.name, desk.plan.radius_km, plan.settings, since, now)


def _tools(desk: Desk, plan: SourcePlan) -> Tools:
    def read(raw: RawPosting, at: datetime) -> Posting:
        return normalise(replace(raw, source=plan.name), at, desk.plan.profile)

    def keep(page: Page) -> Page:
        return replace(page, archive_hash=desk.archive.put(page, plan.name, desk.run_id))

    return Tools(desk.fetcher, read, keep, desk.parsers.parse, desk.plan.max_pages)


def _take(desk: Desk, plan: SourcePlan, tally: _Tally, batch: Batch) -> None:
    body = batch.page.archive_hash if batch.page else None
    tally.postings += (replace(ad, archive_hash=body) for ad in batch.postings)
    tally.seen += batch.seen
    tally.gone |= set(batch.gone)
    tally.rejects += ((reject, body) for reject in batch.rejects)
    tally.figures += batch.figures
    tally.ids |= (
        {ad.raw.source_id for ad in batch.postings} | set(batch.seen) | {f"{one.kldb} {one.region}" for one in batch.figures}
    )
    tally.read += len(batch.postings)
    for ad in batch.postings:
        tally.filled["with_pay"] += ad.pay is not None
        tally.filled["with_place"] += bool(ad.places)
        tally.filled["with_description"] += bool(ad.description)
    if len(tally.postings) + len(tally.seen) >= desk.plan.batch:
        _flush(desk, plan, tally)
    tally.pages += batch.page is not None
    if desk.progress is not None:
        desk.progress(plan.name, tally.pages, tally.pages + batch.left)


def _flush(desk: Desk, plan: SourcePlan, tally: _Tally) -> None:
    """Store what has gathered, in one transaction."""
    now = desk.clock.now()
    if tally.postings or tally.seen:
        tally.counts += desk.store.save_batch(desk.run_id, plan.name, tally.postings, tally.seen, now)
    for reject, body in tally.rejects:
        tally.rejected += desk.store.save_rejects(desk.run_id, plan.name, (reject,), now, body)
    save_figures(desk.store.engine, tally.figures)
    tally.postings, tally.seen, tally.rejects, tally.figures = [], [], [], []


def _doubt(desk: Desk, plan: SourcePlan, tally: _Tally, *, complete: bool) -> str | None:
    """Why a run that went well cannot be believed: far fewer ads than usual, or ads that say far less."""
    fewer = suspect(len(tally.ids), desk.runs.usual(plan.name)) if complete else None
    return fewer or drift(Filled(tally.read, **tally.filled), desk.runs.filled(plan.name))


def _done(desk: Desk, plan: SourcePlan, state: RunState) -> Task:
    """That a source need not be crawled again before its next time, which counts from the moment at which this crawl began."""
    return Task(CRAWL + plan.name, desk.begun_at, plan.table.next(desk.begun_at) if plan.table else None, state)


def _left(desk: Desk, plan: SourcePlan, tally: _Tally) -> SourceSummary:
    """Told to stop: store what was read, and leave the rest to the next run."""
    _flush(desk, plan, tally)
    error = f"left at {desk.stop.told}; what it had read is stored, and it is still due"
    books = {**_told(tally, tally.counts), **tally.filled}
    desk.runs.end_source_run(desk.run_id, plan.name, "partial", books, error=error)
    return SourceSummary(plan.name, "partial", complete=False, error=error, notes=(), left=True, **_told(tally, tally.counts))


def _ended(desk: Desk, plan: SourcePlan, tally: _Tally, outcome: Outcome) -> SourceSummary:
    """Judge the run, close what it proves to be over, and close its books."""
    now = desk.clock.now()
    state: RunState = outcome.state
    error = outcome.error
    if state == "ok" and (doubt := _doubt(desk, plan, tally, complete=outcome.complete)):
        state, error = "suspect", f"{doubt}; if the source has really changed so: lohnpegel sources accept {plan.name}"
    facts = RunFacts(desk.run_id, state, outcome.complete and state == "ok", frozenset(tally.gone))
    counts = tally.counts + desk.store.close_absent(facts, plan.name, now)
    told = _told(tally, counts) | {
        "requests": outcome.requests,
        "details_fetched": outcome.details_fetched,
        "details_skipped": outcome.details_skipped,
    }
    books = {**told, "bytes": outcome.bytes, "pages": outcome.pages, "claimed": outcome.claimed, **tally.filled}
    complete = facts.complete
    done = _done(desk, plan, state)
    desk.runs.end_source_run(desk.run_id, plan.name, state, books, complete=complete, error=error, notes=outcome.notes, done=done)
    return SourceSummary(plan.name, state, complete, error=error, notes=outcome.notes, left=False, **told)


def _told(tally: _Tally, counts: Counts) -> dict[str, int]:
    return {
        "seen": len(tally.ids),
        "new": counts.new,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
        "closed": counts.closed,
        "reopened": counts.reopened,
        "rejects": tally.rejected,
    }
