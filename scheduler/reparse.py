"""Today's parsers over the raw archive: the newest page of each ad is read again, and only what differs is written.

::

    work list → [worker processes: page → parse → normalise] → batch → cursor → … → vacancies → difference by field

Content and history change; nothing here moves an ad's first or last sighting or closes one. An interrupted re-parse goes on
behind the last page whose ads were written; as writing is safe to repeat, both ends are alike.
"""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime

from structlog.contextvars import bound_contextvars

from scheduler.lock import writing
from scheduler.plan import Progress
from scheduler.reread import Read, Where, read, read_beside
from scraper.fetch.clock import Clock, SystemClock
from scraper.normalise.posting import VERSION
from scraper.profile import Profile
from storage import migrate, reparse, vacancies
from storage.archive import Archive
from storage.engine import open_engine
from storage.reparse import Cursor, FieldDiff, Work
from storage.runs import Runs
from storage.save import Counts, Store

PAGES = 50  #: in one portion of work
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReparsePlan:
    """What is to be read again."""

    database_url: str
    archive_url: str
    profile: Profile
    version: str
    config_hash: str
    source: str | None = None
    since: datetime | None = None  #: pages fetched at or after, aware UTC
    workers: int = 2
    dask: str | None = None  #: address of a Dask scheduler, or "local:2" for so many workers of this machine; None: without

    @property
    def name(self) -> str:
        """The task's name: another parser or another choice begins anew."""
        since = self.since.isoformat() if self.since else "ever"
        return f"reparse:{VERSION}:{self.source or 'all'}:{since}"


@dataclass(frozen=True, slots=True)
class Reparsed:
    """What a re-parse did."""

    run_id: str
    pages: int
    ads: int
    changed: int
    unread: tuple[str, ...]  #: pages that today's parsers could not read, and why
    without_page: int  #: ads whose page is no longer archived
    continued: bool  #: an earlier one had been interrupted
    fields: tuple[FieldDiff, ...]


def run_reparse(
    plan: ReparsePlan, *, clock: Clock | None = None, wait_s: float = 0.0, progress: Progress | None = None
) -> Reparsed:
    """Read the archive again, under the lock.

    Args:
        plan: What to read.
        clock: Time.
        wait_s: Seconds to wait for another run.
        progress: Told of pages done and pages in all, then of the grouping.

    Raises:
        Busy: another run holds the lock.
        StorageError: the database or the archive cannot be used.
    """
    clock = clock or SystemClock()
    with writing(plan.database_url, "reparse", wait_s), ExitStack() as stack:
        engine = open_engine(plan.database_url)
        stack.callback(engine.dispose)
        migrate.upgrade(engine)
        archive = stack.enter_context(closing(Archive(plan.archive_url, read_only=True)))
        todo, missing = reparse.work(engine, archive, plan.source, plan.since)
        before = reparse.cursor(engine, plan.name)
        runs = Runs(engine, clock.now)
        run_id = runs.start_run("reparse", plan.version, plan.config_hash)
        stack.enter_context(bound_contextvars(run=run_id))
        reached = Cursor(before.after if before else 0, (*(before.runs if before else ()), run_id))
        rest = [one for one in todo if one.fetch_id > reached.after]
        store = Store(engine, VERSION)
        counts, unread, done = Counts(), [], 0
        try:
            where = Where(plan.archive_url, plan.profile, reparse.kinds(engine))
            for got in _reading(plan, where, rest):
                for name, postings in sorted(got.postings.items()):
                    counts += store.rewrite_batch(run_id, name, postings, clock.now())
                reached = replace(reached, after=got.last)
                reparse.note(engine, plan.name, reached)
                unread += got.unread
                done = min(len(rest), done + PAGES)
                if progress is not None:
                    progress("reading again", done, len(rest))
            vacancies.update(engine, run_id, clock.now(), progress)
        except BaseException as error:
            runs.end_run(run_id, "failed", f"{type(error).__name__}: {error}")
            raise
        reparse.note(engine, plan.name, None)
        runs.end_run(run_id, "partial" if unread else "ok")
        ads = counts.changed + counts.unchanged
        found = reparse.diff(engine, reached.runs)
        return Reparsed(run_id, len(rest), ads, counts.changed, tuple(unread), missing, before is not None, found)


def _reading(plan: ReparsePlan, where: Where, todo: list[Work]) -> Iterator[Read]:
    """Portions in order, a few ahead of the writer: by Dask, by processes of this machine, or here where one is asked for."""
    portions = reparse.portions(todo, PAGES)
    if plan.dask is not None:
        from scheduler.cluster.spread import read_far

        return read_far(plan.dask, where, portions)
    if plan.workers <= 1 or len(todo) <= PAGES:
        return (read(where, portion) for portion in portions)
    return read_beside(plan.workers, where, portions)
