"""What the commands, cron and the daemon do alike: report and export."""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

import msgspec

from lohnpegel import history
from lohnpegel.errors import OutputError, UsageError
from lohnpegel.settings import Settings
from report.cells import number
from report.export import Rows, Source, UnsafeDirectory, export_changes, export_week, known
from report.export_files import Batch
from report.finding import Report
from report.isoweek import IsoWeek
from scheduler.lock import writing
from scheduler.plan import Progress
from storage.exported import week_rows
from storage.read import Reader

FIRST = datetime(2000, 1, 1, tzinfo=UTC)  #: before any change


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
        progress: Told of rows read.
    """
    with closing(Reader.open(settings.storage.url)) as reader, _writable(settings.storage.exports):
        monday = datetime.combine(week.monday, time(), UTC)
        end = min(monday + timedelta(days=7), as_of) if as_of else monday + timedelta(days=7)
        quick = as_of is None and reader.engine.dialect.name == "sqlite"
        ads = _today(reader) if quick else known(partial(reader.week_rows, week.label, as_of=as_of))
        if progress is not None:
            ads = partial(_counted, ads, progress, reader.week_size(week.label))
        source = Source(ads, partial(reader.week_changes, monday, max(monday, end)))
        wanted = settings.report.formats if formats is None else formats
        return export_week(source, week, settings.storage.exports, _dialects(settings), wanted)


def _today(reader: Reader) -> Rows:
    """Ads as they are known today, written by the database itself."""
    return lambda names, week: week_rows(reader.engine, names, week.label, number)


def _counted(ads: Rows, progress: Progress, of: int, names: Sequence[str], week: IsoWeek) -> Iterator[Batch]:
    done = 0
    for batch in ads(names, week):
        yield batch
        done += len(batch)
        progress("export", done, max(done, of))


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
