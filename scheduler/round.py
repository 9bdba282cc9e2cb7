"""One round of work: what is due is asked under the lock, done job by job, and noted in the books.

::

    lock → migrate → due? → crawl → report → export, week by week → backup → purge → unlock → listeners

Each job is a run of its own in the database. Its end and the note that it is done are one transaction: a round that is killed
leaves the job in hand due, and no other. Cron, timers and the daemon all come through here, so nothing is done twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from structlog.contextvars import bound_contextvars

from scheduler.agenda import EXPORT, Agenda, sources
from scheduler.events import JobDone, Listener, RoundDone, tell
from scheduler.lock import writing
from scheduler.plan import CrawlSummary
from scheduler.stop import Stop
from scheduler.timetable import week_of
from scraper.fetch.clock import Clock, SystemClock
from scraper.model import RunState
from storage import migrate
from storage.engine import open_engine
from storage.errors import StorageError
from storage.runs import Runs, Task

log = logging.getLogger(__name__)
Job = Callable[[], Sequence[Path]]  #: does its work and says which files it made


@dataclass(frozen=True, slots=True)
class Work:
    """What the front door can do; each is called when it is due, under the lock."""

    crawl: Callable[[tuple[str, ...]], CrawlSummary]  #: these sources; notes by itself which of them are done
    export: Callable[[str], Sequence[Path]]  #: an ISO week
    report: Job
    backup: Job
    purge: Job


@dataclass(frozen=True, slots=True)
class Orders:
    """Everything that a round needs to know."""

    agenda: Agenda
    work: Work
    database_url: str
    version: str
    config_hash: str
    listeners: tuple[Listener, ...] = ()  #: told of the round once the lock is free


@dataclass
class _Round:
    """A round in hand."""

    orders: Orders
    runs: Runs
    clock: Clock
    stop: Stop
    now: datetime  #: when it was decided what is due: what is done now answers every time up to it
    jobs: list[JobDone] = field(default_factory=list)

    def note(self, name: str, state: RunState) -> Task:
        """That a task was done."""
        return Task(name, self.now, self.orders.agenda.tables[name].next(self.now), state)


def run_round(
    orders: Orders,
    *,
    force: bool = False,
    clock: Clock | None = None,
    wait_s: float = 0.0,
    stop: Stop | None = None,
) -> RoundDone:
    """Do what is due.

    Args:
        orders: What there is to do.
        force: Do everything, due or not; the running week is exported as well.
        clock: Time; the machine's own by default.
        wait_s: Seconds to wait for another run.
        stop: When told, the job in hand ends early and no other begins.

    Raises:
        Busy: another run holds the lock.
        StorageError: the database cannot be opened.
    """
    clock, stop = clock or SystemClock(), stop or Stop()
    with writing(orders.database_url, "run", wait_s):  # what is due is asked under the lock: nobody does it in between
        engine = open_engine(orders.database_url)
        try:
            migrate.upgrade(engine)
            current = _Round(orders, Runs(engine, clock.now), clock, stop, clock.now())
            _do(current, force=force)
            following = orders.agenda.first_at(current.runs.tasks(), clock.now())
        finally:
            engine.dispose()
    done = RoundDone(tuple(current.jobs), following, stop.told is not None)
    tell(orders.listeners, done)
    return done


def _do(current: _Round, *, force: bool) -> None:
    """Every job that is due, until one finds that nothing can be stored, or we are told to stop."""
    agenda, tasks = current.orders.agenda, current.runs.tasks()
    due = agenda.names if force else agenda.due(tasks, current.now)
    names = sources(due)
    steps: list[Callable[[], object]] = [lambda: _crawl(current, names)] if names else []
    if "report" in due:
        steps.append(lambda: _job(current, "report", current.orders.work.report))
    if "export" in due:
        steps.append(lambda: _exports(current, agenda.weeks(tasks, current.now), force=force))
    if "backup" in due:
        steps.append(lambda: _job(current, "backup", current.orders.work.backup))
    if "purge" in due:
        steps.append(lambda: _job(current, "purge", current.orders.work.purge))
    for step in steps:
        if current.stop.told:
            return
        try:
            step()
        except StorageError as error:
            at = current.clock.now()
            current.jobs.append(JobDone("store", "failed", at, at, error=str(error), exit_code=error.exit_code))
            return


def _crawl(current: _Round, names: tuple[str, ...]) -> None:
    at = current.clock.now()
    try:
        summary = current.orders.work.crawl(names)
    except StorageError:
        raise
    except Exception as error:
        log.exception("the crawl failed; what it had stored before stays, and so do the notes of sources that had ended")
        current.jobs.append(JobDone("crawl", "failed", at, current.clock.now(), error=_sentence(error), exit_code=1))
        return
    state: RunState = "partial" if summary.exit_code else "ok"
    current.jobs.append(JobDone("crawl", state, at, current.clock.now(), summary.run_id, summary, exit_code=summary.exit_code))


def _exports(current: _Round, weeks: tuple[str, ...], *, force: bool) -> None:
    """Every week that has ended, each noted by itself; by force also the running one, which is not done with that."""
    work, agenda = current.orders.work, current.orders.agenda
    for week in weeks:
        notes = [Task(EXPORT + week, current.now, None, "ok")] + ([current.note("export", "ok")] if week == weeks[-1] else [])
        if current.stop.told or not _job(current, "export", partial(work.export, week), week, notes):
            return
    if force:
        _job(current, "export", partial(work.export, week_of(current.now.astimezone(ZoneInfo(agenda.zone)).date())))
    elif not weeks:
        current.runs.note([current.note("export", "ok")])


def _job(current: _Round, name: str, do: Job, week: str | None = None, notes: Sequence[Task] | None = None) -> bool:
    """Do one job as a run of its own; whether it went well."""
    orders, runs, at = current.orders, current.runs, current.clock.now()
    run_id = runs.start_run(f"{name} {week}" if week else name, orders.version, orders.config_hash)
    written: tuple[Path, ...] = ()
    state: RunState = "ok"
    error, code = None, 0
    try:
        with bound_contextvars(run=run_id):
            written = tuple(do())
    except StorageError as problem:
        runs.end_run(run_id, "failed", str(problem))
        raise
    except Exception as problem:  # a report that fails must not cost the backup
        if (code := getattr(problem, "exit_code", 0)) == 0:
            code = 1
            log.exception("%s failed", name)
        state, error = "failed", _sentence(problem)
    done = [current.note(name, state)] if state == "failed" or notes is None else notes
    runs.end_run(run_id, state, error, done)
    current.jobs.append(JobDone(name, state, at, current.clock.now(), run_id, None, week, written, error, code))
    return state == "ok"


def _sentence(error: Exception) -> str:
    return str(error) if hasattr(error, "exit_code") else f"{type(error).__name__}: {error}"[:500]
