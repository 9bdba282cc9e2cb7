"""Today's parsers over the raw archive: the newest page of each ad is read again, and only what differs is written.

::

    work list → [worker processes: page → parse → normalise] → batch → cursor → … → vacancies → difference by field

Content and history change; nothing here moves an ad's first or last sighting or closes one. An interrupted re-parse goes on
behind the last page whose ads were written; as writing is safe to repeat, both ends are alike.
"""

import copyreg
import logging
import os
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from types import MappingProxyType

from scheduler.lock import writing
from scheduler.plan import Progress
from scraper import sources
from scraper.discreet import discreet, trace
from scraper.fetch.clock import Clock, SystemClock
from scraper.legible import legible
from scraper.model import Posting
from scraper.normalise.posting import VERSION, normalise
from scraper.profile import Profile
from scraper.reading import read_here
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


@dataclass(frozen=True, slots=True)
class _Read:
    """What a worker made of a portion."""

    last: int
    postings: Mapping[str, list[Posting]]  #: by source
    unread: list[str]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a worker process holds."""

    archive: Archive
    profile: Profile
    kinds: Mapping[str, str]


_desk: _Desk | None = None


def _frozen(plain: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(plain)


copyreg.pickle(MappingProxyType, lambda proxy: (_frozen, (dict(proxy),)))  # frozen profiles travel to the workers


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
        reached = Cursor(before.after if before else 0, (*(before.runs if before else ()), run_id))
        rest = [one for one in todo if one.fetch_id > reached.after]
        store = Store(engine, VERSION)
        counts, unread, done = Counts(), [], 0
        try:
            for read in _reading(plan, reparse.kinds(engine), rest):
                for name, postings in sorted(read.postings.items()):
                    counts += store.rewrite_batch(run_id, name, postings, clock.now())
                reached = replace(reached, after=read.last)
                reparse.note(engine, plan.name, reached)
                unread += read.unread
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


def _reading(plan: ReparsePlan, kinds: Mapping[str, str], todo: list[Work]) -> Iterator[_Read]:
    """Portions in order, a few ahead of the writer; in this process where one worker is asked for."""
    portions = reparse.portions(todo, PAGES)
    if plan.workers <= 1 or len(todo) <= PAGES:
        _open(plan.archive_url, plan.profile, kinds)
        yield from map(_read, portions)
        return
    context = get_context("spawn")  # a forked child would share the parent's open database
    with ProcessPoolExecutor(plan.workers, context, _begin, (plan.archive_url, plan.profile, kinds)) as pool:
        yield from _ahead(pool, portions, plan.workers * 3)


def _ahead(pool: Executor, portions: Iterator[list[Work]], most: int) -> Iterator[_Read]:
    waiting: deque[Future[_Read]] = deque()
    for portion in portions:
        waiting.append(pool.submit(_read, portion))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _begin(archive_url: str, profile: Profile, kinds: Mapping[str, str]) -> None:
    """Begin a worker, which ends with whoever started it, however that ends."""
    _open(archive_url, profile, kinds)
    if (parent := parent_process()) is not None:
        threading.Thread(target=_ends_with, args=(parent.sentinel,), daemon=True).start()


def _ends_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _open(archive_url: str, profile: Profile, kinds: Mapping[str, str]) -> None:
    """Make the desk: called once in each process that reads."""
    global _desk  # noqa: PLW0603 - a pool's worker has no other place for what it keeps open
    _desk = _Desk(Archive(archive_url, read_only=True), profile, kinds)


def _read(portion: list[Work]) -> _Read:
    """Read some pages again; one that cannot be read costs only its own ads."""
    desk = _desk
    assert desk is not None
    found: dict[str, list[Posting]] = {}
    unread: list[str] = []
    for one, archived in zip(portion, desk.archive.take([w.fetch_id for w in portion]), strict=True):
        page = archived.page
        try:
            kind = desk.kinds[one.source]
            parsed = sources.load(kind).parse(page) if kind in sources.available() else read_here(page).parsed  # an import
            ads = [replace(legible(raw), source=one.source) for raw in parsed.postings if raw.source_id in one.ads]
            made = [replace(normalise(raw, page.fetched_at, desk.profile), archive_hash=page.archive_hash) for raw in ads]
        except Exception as error:
            log.exception("%s: cannot be read again", page.request.url, exc_info=trace(error))
            unread.append(discreet(f"{page.request.url}: {type(error).__name__}: {error}")[:300])
            continue
        found.setdefault(one.source, []).extend(made)
    return _Read(portion[-1].fetch_id, found, unread)
