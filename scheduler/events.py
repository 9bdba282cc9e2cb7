"""What a round of work did, as values for whoever wants to hear of it: logs, alerts, digests.

A round is told of once, after its lock is free, in the process that did the work, be it cron's or the daemon's.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scheduler.plan import CrawlSummary
from scraper.model import RunState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobDone:
    """One job, ended."""

    name: str  #: "crawl", "report", "export", "backup", "purge"
    state: RunState
    started_at: datetime  #: aware UTC
    ended_at: datetime
    run_id: str | None = None  #: stands in database and logs; None: it ended before it could be noted
    crawl: CrawlSummary | None = None  #: of a crawl, source by source
    week: str | None = None  #: of an export, "2026-W47"
    written: tuple[Path, ...] = ()  #: files that it made
    error: str | None = None  #: one sentence
    exit_code: int = 0  #: what a command that did this alone would end with


@dataclass(frozen=True, slots=True)
class RoundDone:
    """Everything that one round did, in order; nothing where nothing was due."""

    jobs: tuple[JobDone, ...]
    next_due_at: datetime  #: aware UTC
    stopped: bool = False  #: told to stop before all was done; the rest is still due

    @property
    def crawl(self) -> CrawlSummary | None:
        """The crawl, if one was due and could begin."""
        return next((job.crawl for job in self.jobs if job.crawl), None)

    @property
    def written(self) -> tuple[Path, ...]:
        """Every file that was made."""
        return tuple(path for job in self.jobs for path in job.written)

    @property
    def exit_code(self) -> int:
        """0: done; 1: done, but something was not as it should be; 2: a person must do something first."""
        return max([int(self.stopped), *(job.exit_code for job in self.jobs)])


Listener = Callable[[RoundDone], None]


def tell(listeners: Iterable[Listener], done: RoundDone) -> None:
    """Tell each listener; one that fails is logged and hinders nobody."""
    for listener in listeners:
        try:
            listener(done)
        except Exception:
            log.exception("a listener failed; the round itself is stored")


def logged(done: RoundDone) -> None:
    """A listener: a line in the log for each job, and for each source of a crawl."""
    for job in done.jobs:
        level = logging.ERROR if job.state == "failed" else logging.INFO
        seconds = (job.ended_at - job.started_at).total_seconds()
        name = f"{job.name} {job.week}" if job.week else job.name
        log.log(level, "%s %s in %.0f s, run %s%s", name, job.state, seconds, job.run_id, f": {job.error}" if job.error else "")
        for source in job.crawl.sources if job.crawl else ():
            level = logging.INFO if source.state == "ok" else logging.WARNING
            counts = f"seen {source.seen}, new {source.new}, changed {source.changed}, closed {source.closed}"
            log.log(level, "%s %s: %s%s", source.source, source.state, counts, f"; {source.error}" if source.error else "")
        for path in job.written:
            log.info("written: %s", path)
    if done.stopped:
        log.warning("stopped before all was done; what is left is done by the next round")
