"""A round's work made of nothing, on a real database: what is done is written into the books as a real job's is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from scheduler.agenda import CRAWL, Agenda
from scheduler.events import Listener, RoundDone
from scheduler.plan import CrawlSummary, SourceSummary
from scheduler.round import Orders, Work, run_round
from scheduler.stop import Stop
from scheduler.timetable import WEEKDAYS, Timetable
from scraper.model import RunState
from storage.engine import open_engine
from storage.runs import Runs, Task

BERLIN = "Europe/Berlin"


class Killed(BaseException):
    """What kill -9 looks like from inside: nothing after it happens."""


@dataclass
class HandClock:
    """A clock that the test sets."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def agenda(sources: tuple[str, ...] = ("a", "b"), retry_h: float | None = None) -> Agenda:
    """Daily crawls at 06:10, a daily report, a weekly export, a weekly backup, a daily purge."""
    crawls = {CRAWL + name: Timetable(WEEKDAYS, "06:10", BERLIN) for name in sources}
    others = {
        "report": Timetable(WEEKDAYS, "07:00", BERLIN),
        "export": Timetable(("mon",), "07:30", BERLIN),
        "backup": Timetable(("sun",), "05:15", BERLIN),
        "purge": Timetable(WEEKDAYS, "05:30", BERLIN),
    }
    return Agenda(crawls | others, BERLIN, timedelta(hours=retry_h) if retry_h else None)


@dataclass
class Shop:
    """Does rounds; `did` says what was done to its end, `at` is called within each job by its name."""

    folder: Path
    clock: HandClock
    agenda: Agenda = field(default_factory=agenda)
    at: Callable[[str], None] = lambda _name: None
    did: list[str] = field(default_factory=list)
    stop: Stop = field(default_factory=Stop)
    listeners: tuple[Listener, ...] = ()
    states: dict[str, RunState] = field(default_factory=dict)  #: how a source ends; ok unless it stands here

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/shop.db"

    def round(self, *, force: bool = False) -> RoundDone:
        """Do what is due."""
        report, backup, purge = (self._named(name) for name in ("report", "backup", "purge"))
        work = Work(self._crawl, lambda week: self._job(f"export {week}"), report, backup, purge)
        orders = Orders(self.agenda, work, self.url, "1", "c", self.listeners)
        return run_round(orders, force=force, clock=self.clock, stop=self.stop)

    def _named(self, name: str) -> Callable[[], list[Path]]:
        return lambda: self._job(name)

    def _job(self, name: str) -> list[Path]:
        self.at(name)
        self.did.append(name)
        return [Path(name)]

    def _crawl(self, names: tuple[str, ...]) -> CrawlSummary:
        """As `scheduler.run` keeps its books: each source is noted as done with the end of its own run."""
        begun_at = self.clock.now()
        engine = open_engine(self.url)
        try:
            runs = Runs(engine, self.clock.now)
            run_id = runs.start_run("crawl", "1", "c")
            ended = []
            for name in names:
                runs.start_source_run(run_id, name)
                self.at(CRAWL + name)
                state = self.states.get(name, "ok")
                task = Task(CRAWL + name, begun_at, self.agenda.tables[CRAWL + name].next(begun_at), state)
                runs.end_source_run(run_id, name, state, {"seen": 10}, complete=True, done=task)
                self.did.append(CRAWL + name)
                ended.append(SourceSummary(name, state, complete=True, seen=10))
            self.at("vacancies")
            summary = CrawlSummary(run_id, tuple(ended))
            runs.end_run(run_id, "partial" if summary.exit_code else "ok")
            return summary
        finally:
            engine.dispose()
