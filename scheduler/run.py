"""One crawl: lock → migrate → sources side by side → store → vacancies. The one place that joins scraper and storage.

Sources run at the same time on one event loop, each its own requests one after the other; there is one writer.
What was stored before a failure stays stored, and a run that was killed is swept to `failed` by the next. Told to stop, every
source stores what it has read and leaves; it is then still due.
"""

import asyncio
from contextlib import ExitStack, closing
from dataclasses import replace
from random import Random

from structlog.contextvars import bound_contextvars

from scheduler.agenda import CRAWL, rests
from scheduler.lock import writing
from scheduler.plan import CrawlPlan, CrawlSummary, Progress, SourceSummary
from scheduler.source import Desk, crawl_one
from scheduler.stop import Stop
from scraper.fetch.client import Fetcher
from scraper.fetch.clock import Clock, SystemClock
from scraper.normalise.posting import VERSION
from scraper.parse.worker import Parsers
from storage import migrate, vacancies
from storage.archive import Archive
from storage.archive_copy import expire_beside
from storage.engine import open_engine
from storage.hosts import Hosts
from storage.poison import StoredPoison
from storage.read_books import Books
from storage.runs import Runs
from storage.save import Store


def run_crawl(  # noqa: PLR0913 - what a caller may choose
    plan: CrawlPlan,
    *,
    full: bool = False,
    clock: Clock | None = None,
    wait_s: float = 0.0,
    stop: Stop | None = None,
    progress: Progress | None = None,
) -> CrawlSummary:
    """Fetch every source of the plan once and store what it says, under the lock.

    Args:
        plan: What to do.
        full: List everything, also where only new ads would be asked for.
        clock: Time; the machine's own by default.
        wait_s: How long to wait for another run, in seconds.
        stop: Ends it early when it is told.
        progress: Told of each page.

    Raises:
        Busy: another run holds the lock.
        StorageError: the database cannot be used.
    """
    with writing(plan.database_url, "crawl", wait_s):
        return crawl_held(plan, full=full, clock=clock, stop=stop, progress=progress)


def crawl_held(
    plan: CrawlPlan,
    *,
    full: bool = False,
    clock: Clock | None = None,
    stop: Stop | None = None,
    progress: Progress | None = None,
) -> CrawlSummary:
    """The same for a caller that holds the lock already."""
    clock, stop = clock or SystemClock(), stop or Stop()
    with ExitStack() as stack:
        engine = open_engine(plan.database_url)
        stack.callback(engine.dispose)
        migrate.upgrade(engine)
        archive = stack.enter_context(closing(Archive(plan.archive_url)))
        rng = Random(Books(engine).last_run()) if plan.in_order else None
        runs, begun_at = Runs(engine, clock.now, rng), clock.now()
        awake = (one for one in plan.sources if one.named or not rests(one.table, runs.task(CRAWL + one.name), begun_at))
        plan = replace(plan, sources=tuple(awake))
        run_id = runs.start_run("crawl", plan.version, plan.config_hash)
        try:
            fetcher = Fetcher(plan.conduct, Hosts(engine), clock)
            store = Store(engine, VERSION)
            parsers = Parsers(poison=StoredPoison(archive, VERSION, clock.now))
            desk = Desk(plan, run_id, begun_at, clock, fetcher, parsers, store, runs, archive, stop, progress)
            with bound_contextvars(run=run_id):
                found = asyncio.run(_all(desk, full))
                openings = 0 if stop.told else vacancies.update(engine, run_id, clock.now(), progress).vacancies
            archive.purge(clock.now(), plan.archive_life)
            expire_beside(engine, archive, clock.now() - plan.archive_life)
        except BaseException as error:
            runs.end_run(run_id, "failed", f"{type(error).__name__}: {error}")
            raise
        summary = CrawlSummary(run_id, tuple(found), openings)
        why = f"stopped by {stop.told}" if stop.told else None
        runs.end_run(run_id, "partial" if summary.exit_code else "ok", why)
    return summary


async def _all(desk: Desk, full: bool) -> list[SourceSummary]:
    """Every source at the same time; a mistake in one does not stop the others from being stored."""
    tasks: list[asyncio.Task[SourceSummary]] = []
    loop = asyncio.get_running_loop()

    def leave() -> None:
        for task in tasks:
            task.cancel()

    try:
        with desk.stop.calling(lambda: loop.call_soon_threadsafe(leave)):
            async with desk.parsers, desk.fetcher, asyncio.TaskGroup() as group:
                for plan in desk.plan.sources:
                    before = tasks[-1] if tasks and desk.plan.in_order else None
                    tasks.append(group.create_task(crawl_one(desk, plan, full, before)))
    except ExceptionGroup as several:
        raise several.exceptions[0] from several  # the first sentence is what the operator needs
    return [task.result() for task in tasks]
