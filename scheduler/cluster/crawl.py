"""The coordinator: begins a run, has its sources crawled by whoever is there, and ends it as an embedded run ends."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import fields
from typing import Any

from procrastinate import App
from procrastinate.jobs import Status

from scheduler.cluster.broker import DEAD_S, JOB, QUEUE, broker, shared
from scheduler.errors import NoWorker
from scheduler.lock import writing
from scheduler.plan import CrawlPlan, CrawlSummary, SourceSummary
from scraper.fetch.clock import Clock, SystemClock
from storage import migrate, vacancies
from storage.archive import Archive
from storage.engine import open_engine
from storage.runs import Runs

POLL_S = 0.5
PATIENCE_S = 3600.0
_WAITING = {Status.TODO, Status.DOING}


def run_cluster_crawl(  # noqa: PLR0913 - what a caller may choose
    plan: CrawlPlan,
    *,
    full: bool = False,
    clock: Clock | None = None,
    wait_s: float = 0.0,
    patience_s: float = PATIENCE_S,
    progress: Callable[[int, int], None] | None = None,
) -> CrawlSummary:
    """Have every source of the plan crawled once by the workers, under the lock; then group, and close the books.

    Args:
        plan: What to do.
        full: List everything.
        clock: Time of the run's books.
        wait_s: How long to wait for another run, in seconds.
        patience_s: How long no job may begin or end before the rest is given up.
        progress: Told of sources done and sources in all.

    Raises:
        Busy: another run holds the lock.
        NotACluster: Database or archive is a file.
        NoWorker: the jobs were not taken in time; what was stored stays.
        StorageError: the database cannot be used.
    """
    shared("archive_url", plan.archive_url)
    clock = clock or SystemClock()
    with writing(shared("url", plan.database_url), "cluster crawl", wait_s), ExitStack() as stack:
        engine = open_engine(plan.database_url)
        stack.callback(engine.dispose)
        migrate.upgrade(engine)
        archive = stack.enter_context(closing(Archive(plan.archive_url)))
        runs = Runs(engine, clock.now)
        run_id = runs.start_run("crawl", plan.version, plan.config_hash)
        try:
            asyncio.run(_done(plan, run_id, full, patience_s, progress))
            openings = vacancies.update(engine, run_id, clock.now())
            archive.purge(clock.now(), plan.archive_life)
        except BaseException as error:
            runs.end_run(run_id, "failed", f"{type(error).__name__}: {error}")
            raise
        books = runs.source_runs(run_id)
        summary = CrawlSummary(run_id, tuple(_summary(runs, run_id, one.name, books) for one in plan.sources), openings.vacancies)
        runs.end_run(run_id, "partial" if summary.exit_code else "ok")
    return summary


def _summary(runs: Runs, run_id: str, name: str, books: Mapping[str, Mapping[str, Any]]) -> SourceSummary:
    """What the books say of a source; one whose worker could not end it has failed."""
    book = books.get(name)
    if book is None or book["state"] == "running":
        error = "no worker could end it; their logs say why"
        if book is not None:
            runs.end_source_run(run_id, name, "failed", {}, error=error)
        return SourceSummary(name, "failed", complete=False, error=error)
    told = {field.name: book[field.name] for field in fields(SourceSummary) if field.name in book and field.name != "notes"}
    return SourceSummary(**told, notes=tuple(json.loads(book["notes"] or "[]")))


async def _done(plan: CrawlPlan, run_id: str, full: bool, patience_s: float, progress: Callable[[int, int], None] | None) -> None:
    """Defer a job for each source and wait until none is left; jobs of dead workers go to others."""
    async with broker(plan.database_url) as app:
        ids = [
            await app.tasks[JOB]
            .configure(lock=f"source {source.name}")
            .defer_async(run_id=run_id, source=source.name, full=full, config_hash=plan.config_hash)
            for source in plan.sources
        ]
        moved = time.monotonic()
        before: dict[int, Status] = {}
        while True:
            states = {one: await app.job_manager.get_job_status_async(one) for one in ids}
            left = [one for one, state in states.items() if state in _WAITING]
            if progress is not None:
                progress(len(ids) - len(left), len(ids))
            if not left:
                return
            if states != before:
                moved, before = time.monotonic(), states
            if time.monotonic() - moved > patience_s:
                await _give_up(app, left)
                raise NoWorker(
                    f"{len(left)} of {len(ids)} sources waited {patience_s:.0f} s for a worker; start `lohnpegel cluster work`"
                )
            await _rescue(app, set(left))
            await asyncio.sleep(POLL_S)


async def _rescue(app: App, ours: set[int]) -> None:
    """Give the jobs of workers that are no longer heard of to others."""
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=DEAD_S):
        if job.id in ours:
            await app.job_manager.retry_job(job)


async def _give_up(app: App, left: list[int]) -> None:
    for one in left:
        await app.job_manager.cancel_job_by_id_async(one)
