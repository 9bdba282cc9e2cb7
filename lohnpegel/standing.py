"""How everything fares at this moment, gathered from database, disk and locks; reads only, and is never held up.

What needs a person is judged by the same rules as the alerts, and by what only a look from outside can see: work that is overdue.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from lohnpegel import plans
from lohnpegel.cli._state import program_version
from lohnpegel.notify.facts import facts
from lohnpegel.notify.situation import situation
from lohnpegel.settings import Settings
from scheduler.agenda import CRAWL, Agenda
from scheduler.events import JobDone, RoundDone
from scheduler.health import Concern, Disk, SourceHealth, Standing, TaskHealth, concerns
from scheduler.lock import at_work, holder, lock_path
from scheduler.peek import peeking
from storage.engine import SCHEMA_VERSION
from storage.read import Reader
from storage.read_books import Health
from storage.read_work import LastRun, job_runs, open_ads, source_runs
from storage.runs import Runs, Task, tasks

SQLITE = "sqlite:///"


def standing(settings: Settings, config: Path, now: datetime) -> Standing:
    """Everything that `status`, /healthz and /metrics tell.

    Args:
        settings: The configuration.
        config: Its file: on a server the daemon's lock lies beside it.
        now: Aware UTC.

    Raises:
        StorageError: there is no database, or it cannot be read.
    """
    agenda, url, archive = plans.agenda(settings), settings.storage.url, settings.storage.archive_url
    busy = at_work(url)
    with peeking(url) as engine:
        noted = tasks(engine)
        health = Reader(engine).source_health()
        sources = _sources(settings, engine, health, noted, now)
        jobs = _jobs(engine, agenda, noted, now)
        failed = tuple(JobDone(one.name, "failed", now, now, error=one.error) for one in jobs if one.ended_badly(now))
        known = facts(settings, engine, RoundDone(failed, now), now, health)
        ads, where = open_ads(engine), engine.url.render_as_string(hide_password=True)
    told = [Concern(one.key, one.title, one.body.rpartition("\n")[2]) for one in situation(known).states]
    return Standing(
        at=now,
        version=program_version(),
        sqlite=sqlite3.sqlite_version,
        schema=SCHEMA_VERSION,
        database=where,
        database_bytes=_bytes(url),
        archive_bytes=_bytes(archive),
        open_ads=ads,
        at_work=busy,
        daemon=holder(daemon_lock(settings, config)),
        sources=sources,
        jobs=jobs,
        disks=tuple(Disk(one.place, one.free, one.needed) for one in known.disks),
        concerns=(*told, *concerns(sources, jobs, busy, now)),
    )


def _sources(
    settings: Settings, engine: Engine, health: Sequence[Health], noted: Mapping[str, Task], now: datetime
) -> tuple[SourceHealth, ...]:
    """Every source that is configured or ever ran, by name."""
    runs, usual, agenda = source_runs(engine), Runs(engine).usual, plans.agenda(settings)
    books = {one.name: one for one in health}
    found = []
    for name in sorted(books.keys() | settings.source.keys()):
        known, task = books.get(name), CRAWL + name
        enabled, last_ok_at = task in agenda.tables, known.last_ok_at if known else None
        due_at = agenda.next_at(task, noted.get(task), now) if enabled else None
        found.append(
            SourceHealth(
                **_last(name, runs.get(name), noted.get(task), due_at),
                kind=known.kind if known else settings.source[name].get("kind", name),
                enabled=enabled,
                last_ok_at=last_ok_at,
                age_h=(now - last_ok_at).total_seconds() / 3600 if last_ok_at else None,
                seen=known.seen if known else 0,
                usual=usual(name),
                open_ads=known.open_ads if known else 0,
            )
        )
    return tuple(found)


def _jobs(engine: Engine, agenda: Agenda, noted: Mapping[str, Task], now: datetime) -> tuple[TaskHealth, ...]:
    """Everything that has a timetable beside the sources."""
    runs = job_runs(engine)
    names = (name for name in agenda.names if not name.startswith(CRAWL))
    return tuple(
        TaskHealth(**_last(name, runs.get(name), noted.get(name), agenda.next_at(name, noted.get(name), now))) for name in names
    )


def _last(name: str, run: LastRun | None, task: Task | None, next_due_at: datetime | None) -> dict[str, Any]:
    return {
        "name": name,
        "state": run.state if run else "never",
        "last_done_at": task.last_done_at if task else None,
        "next_due_at": next_due_at,
        "seconds": run.seconds if run else None,
        "error": run.error if run else None,
        "outcomes": run.outcomes if run else {},
    }


def _bytes(url: str) -> int | None:
    """Of a SQLite file with its log; None on a server."""
    if not url.startswith(SQLITE):
        return None
    path = Path(url.removeprefix(SQLITE))
    return sum(one.stat().st_size for one in (path, path.with_name(path.name + "-wal")) if one.exists())


def daemon_lock(settings: Settings, config: Path) -> Path:
    """What the one daemon of a database holds: beside its file, or beside the configuration where it is on a server."""
    place = lock_path(settings.storage.url) or config.absolute()
    return place.with_suffix(".daemon.lock")
