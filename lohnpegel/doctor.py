"""Whether this machine and this configuration can do the work: each finding says what to do. Changes nothing, asks no site."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lohnpegel.settings import Settings
from storage.errors import StorageError

Level = Literal["ok", "warn", "fail"]
OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 37, 0)  #: STRICT tables
#: versions that cannot lose a checkpoint when two connections write at one wrong instant (docs/reliability.md)
SOUND_SQLITE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
WRITTEN_AT = datetime(2026, 11, 1, tzinfo=UTC)  #: no clock of a machine that runs this program can be before it
SQLITE = "sqlite:///"
#: what the configuration asks for, its library, the extra that brings it
EXTRAS: tuple[tuple[str, Callable[[Settings], bool], str, str], ...] = (
    ("[report] formats has xlsx", lambda s: "xlsx" in s.report.formats, "xlsxwriter", "xlsx"),
    ("[report] formats has parquet", lambda s: "parquet" in s.report.formats, "pyarrow", "parquet"),
    ("[alerts] or [[digest]] has urls", lambda s: bool(s.alerts.urls or s.digest), "apprise", "alerts"),
    ("[storage] url is on a server", lambda s: not s.storage.url.startswith(SQLITE), "psycopg", "postgres"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    level: Level
    said: str
    do: str = ""  #: what to do, where something is to be done


def machine(now: datetime) -> Iterator[Finding]:
    """What does not depend on the configuration."""
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info[:2] < OLDEST_PYTHON
    yield Finding("python", "fail" if old else "ok", version, "install Python 3.11 or newer" if old else "")
    yield _sqlite()
    yield from _sqlite_parts()
    try:
        ZoneInfo("Europe/Berlin")
        yield Finding("time zones", "ok", "known")
    except ZoneInfoNotFoundError:
        yield Finding("time zones", "fail", "there is no time zone data", "pip install tzdata")
    if now < WRITTEN_AT:
        yield Finding("clock", "fail", f"{now:%Y-%m-%d %H:%M} UTC cannot be", "set the clock; switch on time synchronisation")
    else:
        yield Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def installation(settings: Settings, config: Path, now: datetime) -> Iterator[Finding]:
    """What the configuration asks of the machine."""
    if settings.crawler.contact:
        yield Finding("contact", "ok", settings.crawler.contact)
    else:
        yield Finding("contact", "fail", "[crawler] contact is empty", f'write contact = "you@example.org" into {config}')
    if not any(block.get("enabled", True) for block in settings.source.values()):
        yield Finding("sources", "fail", "none is enabled", "set enabled = true in at least one [source.NAME]")
    yield from _places(settings)
    yield from _database(settings, now)
    for asked, wanted, library, extra in EXTRAS:
        if wanted(settings):
            there = find_spec(library) is not None
            yield Finding(extra, "ok" if there else "fail", asked, "" if there else f"pip install 'lohnpegel[{extra}]'")
    yield from _secrets(settings)


def code(findings: Iterable[Finding]) -> int:
    """2 where something fails, else 0: a warning stops nothing."""
    return 2 if any(one.level == "fail" for one in findings) else 0


def _sqlite() -> Finding:
    found = sqlite3.sqlite_version_info
    if found < OLDEST_SQLITE:
        return Finding("sqlite", "fail", sqlite3.sqlite_version, "3.37 or newer is needed: take a newer Python or system")
    if not any(found >= sound and (found[:2] == sound[:2] or sound == SOUND_SQLITE[0]) for sound in SOUND_SQLITE):
        do = "fine with one writer at a time, which the lock sees to; write to the database with lohnpegel only"
        return Finding("sqlite", "warn", f"{sqlite3.sqlite_version} has the checkpoint fault mended in 3.51.3", do)
    return Finding("sqlite", "ok", sqlite3.sqlite_version)


def _sqlite_parts() -> Iterator[Finding]:
    tries = {"sqlite fts5": "CREATE VIRTUAL TABLE t USING fts5(a)", "sqlite json": """SELECT '{"a": 1}' ->> 'a'"""}
    with closing(sqlite3.connect(":memory:")) as connection:
        for name, statement in tries.items():
            try:
                connection.execute(statement)
                yield Finding(name, "ok", "there")
            except sqlite3.OperationalError as error:
                yield Finding(name, "fail", str(error), "this Python's SQLite was built without it: take another Python")


def _places(settings: Settings) -> Iterator[Finding]:
    """Each folder that is written to: rights, kind of file system, room."""
    from storage.place import file_system

    block = settings.storage
    files = [Path(url.removeprefix(SQLITE)) for url in (block.url, block.archive_url) if url.startswith(SQLITE)]
    wanted = [file.parent for file in files] + [block.exports, block.report.parent, block.backups]
    wanted += [settings.log.file.parent] if settings.log.file else []
    mounts = Path("/proc/mounts").read_text("utf-8", "replace") if Path("/proc/mounts").exists() else ""
    for here in dict.fromkeys(next(folder for folder in (place, *place.parents) if folder.exists()) for place in wanted):
        if not os.access(here, os.W_OK | os.X_OK):
            yield Finding(
                "rights", "fail", f"{here} cannot be written", "give it to the user who runs lohnpegel, or name another"
            )
            continue
        free = shutil.disk_usage(here).free
        size = sum(file.stat().st_size for file in files if file.exists() and file.parent == here)
        if free < max(block.least_free_mb * 1_000_000, size):
            yield Finding("disk", "fail", f"{here}: {free / 1e6:,.0f} MB free", "free some space: lohnpegel db purge, db vacuum")
        else:
            yield Finding("disk", "ok", f"{here}: writable, {free / 1e9:,.1f} GB free")
        kind = file_system(here.resolve(), mounts)
        if _remote(here) and any(file.is_relative_to(here) for file in files):
            yield Finding("file system", "fail", f"{here} is {kind}: no lock holds there", "move the database to a local disk")
    for file in files:  # with its log, its locks, its outbox: one made by another user stops every run
        for one in sorted(file.parent.glob(f"{file.name}*")) if file.parent.exists() else ():
            if not os.access(one, os.R_OK | os.W_OK):
                yield Finding("rights", "fail", f"{one} cannot be written", "give it to whoever runs lohnpegel")


def _remote(here: Path) -> bool:
    from storage.errors import NetworkFilesystem
    from storage.place import check_place

    try:
        check_place(here / "x")
    except NetworkFilesystem:
        return True
    except StorageError:
        return False
    return False


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    from scheduler.lock import at_work
    from storage.engine import open_engine
    from storage.errors import NoDatabase, OlderSchema
    from storage.read import Reader

    try:
        engine = open_engine(settings.storage.url, read_only=True)
    except NoDatabase:
        yield Finding("database", "ok", "there is none yet: the first crawl makes it")
        return
    except OlderSchema as error:
        yield Finding("database", "warn", str(error), "the next run upgrades it, after a backup; or: lohnpegel db upgrade")
        return
    except StorageError as error:
        yield Finding("database", "fail", str(error), "see docs/operations.md; `lohnpegel db check` looks at every page")
        return
    with closing(Reader(engine)) as reader:
        last = next(iter(reader.runs(limit=1)), None)
    yield Finding(
        "database", "ok", f"last run {last['started_at']:%Y-%m-%d %H:%M} UTC, {last['state']}" if last else "no run yet"
    )
    if last and last["started_at"] > now + timedelta(hours=1):
        yield Finding(
            "clock", "fail", f"the last run began {last['started_at']:%Y-%m-%d %H:%M} UTC, in the future", "set the clock"
        )
    if busy := at_work(settings.storage.url):
        yield Finding("lock", "ok", busy)


def _secrets(settings: Settings) -> Iterator[Finding]:
    from lohnpegel.notify.outbox import reachable

    found, lacking = reachable(settings)
    for reason in lacking.values():
        yield Finding("alerts", "fail", reason, "set it where lohnpegel is started, such as the unit's EnvironmentFile")
    if found and not lacking:
        yield Finding("alerts", "ok", f"{len(found)} addresses; `lohnpegel alerts test` tries them")
