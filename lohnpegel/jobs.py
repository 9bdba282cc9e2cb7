"""What the commands, cron and the daemon do alike: report, export, and whatever is due."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lohnpegel import plans
from lohnpegel.cli._state import program_version
from lohnpegel.errors import OutputError
from lohnpegel.settings import Settings
from report import build
from report.claims import Claim
from report.context import Context, SourceHealth
from report.evidence import from_rows
from report.export import UnsafeDirectory, export_week
from report.finding import Report
from report.weekly import IsoWeek
from scheduler.lock import held, lock_path
from scheduler.plan import CrawlSummary
from scheduler.run import run_crawl
from scheduler.timetable import weeks_due
from scraper.fetch.clock import Clock, SystemClock
from storage.engine import open_engine
from storage.read import Reader
from storage.runs import Runs


def make_report(settings: Settings, now: datetime, claims: tuple[Claim, ...] | None = None) -> Report:
    """Judge the claims on what the database holds.

    Args:
        settings: The configuration.
        now: The moment it speaks of, aware UTC.
        claims: Others than the configured ones.

    Raises:
        StorageError: there is no database, or it cannot be read.
    """
    zone = ZoneInfo(settings.schedule.timezone)
    with closing(Reader.open(settings.storage.url)) as reader:
        since = reader.observed_since()
        context = Context(
            town=settings.profile.town.name,
            trade=settings.profile.name,
            on=now.astimezone(zone).date(),
            database_state=reader.database_state(),
            config_hash=settings.digest(),
            version=program_version(),
            seed=settings.report.seed,
            health=tuple(
                SourceHealth(
                    one.name, one.state, one.last_ok_at.date() if one.last_ok_at else None, one.open_ads, one.error or ""
                )
                for one in reader.source_health()
            ),
            observed_since=since.astimezone(zone).date() if since else None,
            demonstration=settings.report.made_up,
        )
        ads = from_rows(reader.report_rows(open_only=False))
    return build(ads, settings.claims if claims is None else claims, context)


def write_page(settings: Settings, report: Report) -> Path:
    """Write the report page, whole or not at all."""
    from report.render_html import page

    path = settings.storage.report
    with _writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(page(report, settings.report.language))
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    return path


def write_export(settings: Settings, week: IsoWeek) -> list[Path]:
    """Write the files of one ISO week; the same database gives the same bytes."""
    dialects = ("german", "rfc4180") if settings.report.dialect == "both" else (settings.report.dialect,)
    with closing(Reader.open(settings.storage.url)) as reader, _writable(settings.storage.exports):
        return export_week(list(reader.week_rows(week.label)), week, settings.storage.exports, dialects)


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except UnsafeDirectory as error:
        raise OutputError(str(error)) from error
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error}); make it writable or name another") from error


@dataclass(frozen=True, slots=True)
class Done:
    """What a round of due work did."""

    crawl: CrawlSummary | None
    written: tuple[Path, ...]
    next_due_at: datetime

    @property
    def exit_code(self) -> int:
        """As DESIGN of the commands: 1 where a source failed or is suspect."""
        return self.crawl.exit_code if self.crawl else 0


def run_due(
    settings: Settings,
    *,
    force: bool = False,
    clock: Clock | None = None,
    wait_s: float = 0.0,
    progress: Callable[[str, int], None] | None = None,
) -> Done:
    """Do what is due by the timetable and what was done last; the same for cron, timer and daemon.

    Args:
        settings: The configuration.
        force: Do everything, due or not.
        clock: Time.
        wait_s: Seconds to wait for another run.
        progress: Told of each page crawled.

    Raises:
        Busy: another run is at work.
        StorageError, OutputError: see there.
    """
    clock = clock or SystemClock()
    tables = plans.timetables(settings)
    named = {"crawl": tables.crawl, "report": tables.report, "export": tables.export}
    due = {name: force or table.due(clock.now(), _done_at(settings, name, clock)) for name, table in named.items()}
    crawled = run_crawl(plans.crawl_plan(settings), clock=clock, wait_s=wait_s, progress=progress) if due["crawl"] else None
    written: list[Path] = []
    if due["report"]:
        written.append(write_page(settings, make_report(settings, clock.now())))
    if due["export"]:
        for year, week in _weeks(settings, clock, force):
            written += write_export(settings, IsoWeek(year, week))
    with _writer(settings, clock, wait_s) as runs:
        for name, table in named.items():
            if due[name]:
                runs.task_done(
                    name, "ok" if name != "crawl" or not crawled or not crawled.exit_code else "partial", table.next(clock.now())
                )
    return Done(crawled, tuple(written), min(table.next(clock.now()) for table in named.values()))


def _weeks(settings: Settings, clock: Clock, force: bool) -> tuple[tuple[int, int], ...]:
    """Every ISO week that has ended since the last export; by force also the one that is running."""
    now = clock.now()
    ended = weeks_due(now, _done_at(settings, "export", clock), settings.schedule.timezone)
    this = now.astimezone(ZoneInfo(settings.schedule.timezone)).date().isocalendar()
    return (*ended, (this.year, this.week)) if force else ended


def _done_at(settings: Settings, name: str, clock: Clock) -> datetime | None:
    path = lock_path(settings.storage.url)
    if path is not None and not path.with_suffix("").exists():
        return None
    engine = open_engine(settings.storage.url)
    try:
        task = Runs(engine, clock.now).task(name)
        return task.last_done_at if task else None
    finally:
        engine.dispose()


@contextmanager
def _writer(settings: Settings, clock: Clock, wait_s: float) -> Iterator[Runs]:
    lock = lock_path(settings.storage.url)
    engine = open_engine(settings.storage.url)
    try:
        if lock is None:
            yield Runs(engine, clock.now)
        else:
            with held(lock, "run", wait_s):
                yield Runs(engine, clock.now)
    finally:
        engine.dispose()
