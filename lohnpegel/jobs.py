"""What the commands, cron and the daemon do alike: report and export."""

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from lohnpegel import history
from lohnpegel.benchmarks import benchmarks
from lohnpegel.cli._state import program_version
from lohnpegel.errors import OutputError, UsageError
from lohnpegel.settings import Settings
from report import build
from report.claims import Claim
from report.context import Context, Floor, SourceHealth
from report.evidence import from_rows
from report.export import Source, UnsafeDirectory, export_changes, export_week
from report.finding import Report
from report.weekly import IsoWeek
from scheduler.lock import writing
from scheduler.plan import Progress
from scraper.normalise.pay.tables import minimum_wages
from storage.read import Reader

Rows = Callable[[], Iterator[Mapping[str, Any]]]
FIRST = datetime(2000, 1, 1, tzinfo=UTC)  #: before any change


def make_report(
    settings: Settings, now: datetime, claims: tuple[Claim, ...] | None = None, as_of: datetime | None = None
) -> Report:
    """Judge the claims on what the database holds.

    Args:
        settings: The configuration.
        now: The moment it speaks of, aware UTC.
        claims: Others than the configured ones.
        as_of: Judge on what was known then, aware UTC; `now` is then that moment.

    Raises:
        StorageError: there is no database, or it cannot be read.
    """
    zone = ZoneInfo(settings.schedule.timezone)
    with closing(Reader.open(settings.storage.url)) as reader:
        since = reader.observed_since()
        context = Context(
            town=settings.profile.town.name,
            trade=settings.profile.name,
            on=as_of.date() if as_of else now.astimezone(zone).date(),
            database_state=reader.database_state(),
            config_hash=settings.fingerprint(),
            version=program_version(),
            seed=settings.report.seed,
            floors=tuple(Floor(day, eur) for day, eur in minimum_wages()),
            health=tuple(
                SourceHealth(
                    one.name, one.state, one.last_ok_at.date() if one.last_ok_at else None, one.open_ads, one.error or ""
                )
                for one in reader.source_health()
            ),
            observed_since=since.astimezone(zone).date() if since else None,
            benchmarks=benchmarks(settings.report, now.astimezone(zone).date(), reader.benchmarks()),
            demonstration=settings.report.made_up,
        )
        ads = from_rows(reader.report_rows(as_of, open_only=False))
    return build(ads, settings.claims if claims is None else claims, context)


def write_page(settings: Settings, report: Report) -> Path:
    """Write the report page, whole or not at all, and remember the verdicts beside it."""
    from report.render_html import page

    place = settings.storage.report
    with _writable(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        _replace(place, page(report, settings.report.language))
        _replace(history.path(settings), history.remembered(settings, report))
    return place


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_export(
    settings: Settings,
    week: IsoWeek,
    formats: Sequence[str] | None = None,
    as_of: datetime | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the files of one ISO week; the same database gives the same bytes.

    Args:
        settings: The configuration.
        week: The week.
        formats: "xlsx", "parquet"; None: those of the configuration.
        as_of: Write what was known then, aware UTC.
        progress: Told of rows read; ads and vacancies each read them all.
    """
    with closing(Reader.open(settings.storage.url)) as reader, _writable(settings.storage.exports):
        monday = datetime.combine(week.monday, time(), UTC)
        end = min(monday + timedelta(days=7), as_of) if as_of else monday + timedelta(days=7)
        rows: Rows = partial(reader.week_rows, week.label, as_of=as_of)
        if progress is not None:
            rows = partial(_counted, rows, progress, count(1), 2 * reader.week_size(week.label))
        source = Source(rows, partial(reader.week_changes, monday, max(monday, end)))
        wanted = settings.report.formats if formats is None else formats
        return export_week(source, week, settings.storage.exports, _dialects(settings), wanted)


def _counted(rows: Rows, progress: Progress, number: Iterator[int], of: int) -> Iterator[Mapping[str, Any]]:
    for row in rows():
        if (done := next(number)) % 100 == 0:
            progress("export", done, max(done, of))
        yield row


def write_since_last(settings: Settings, name: str, now: datetime) -> list[Path]:
    """Write the changes since the last call by that name, the first time all of them; [] where there are none.

    A crawl at work would still add changes of the time that is told, so its lock is held meanwhile. What was told is noted
    last: a call that fails is told the same again.

    Raises:
        Busy: a run is at work.
        UsageError: the name cannot be that of a folder.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", name):
        raise UsageError(f"--since-last {name!r}: give a name of letters, digits, - and _")
    folder = settings.storage.exports / "since-last" / name
    note = folder / "told.json"
    with writing(settings.storage.url, "export"), closing(Reader.open(settings.storage.url)) as reader, _writable(folder):
        since = datetime.fromisoformat(msgspec.json.decode(note.read_bytes())["until"]) if note.exists() else FIRST
        changes = reader.week_changes(since, now)
        first = next(changes, None)
        if first is None:
            return []
        folder.mkdir(parents=True, exist_ok=True)
        written = export_changes(chain([first], changes), folder, f"changes-{now:%Y%m%dT%H%M%SZ}", _dialects(settings))
        _replace(note, msgspec.json.encode({"until": now.isoformat()}).decode() + "\n")
        return written


def _dialects(settings: Settings) -> tuple[str, ...]:
    return ("german", "rfc4180") if settings.report.dialect == "both" else (settings.report.dialect,)


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except UnsafeDirectory as error:
        raise OutputError(str(error)) from error
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error}); make it writable or name another") from error
