"""What alerts are judged by, gathered from database, disk and remembered reports; reads only."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from lohnpegel import plans
from lohnpegel.history import history
from lohnpegel.notify.situation import DiskFacts, Facts, SourceFacts
from lohnpegel.settings import Settings
from scheduler.agenda import CRAWL
from scheduler.events import RoundDone
from storage.read import Reader
from storage.read_books import Health


def facts(settings: Settings, engine: Engine, done: RoundDone, now: datetime, health: Sequence[Health] | None = None) -> Facts:
    """Everything that is known after a round; `health` spares asking for what the caller has read."""
    return Facts(
        now=now,
        sources=tuple(_sources(settings, Reader(engine).source_health() if health is None else health)),
        jobs=done.jobs,
        disks=tuple(_disks(settings)),
        reports=history(settings),
        stale=timedelta(hours=settings.alerts.stale_h),
    )


def _sources(settings: Settings, health: Sequence[Health]) -> Iterator[SourceFacts]:
    tables = plans.agenda(settings).tables
    wanted = plans.enabled(settings)
    for one in health:
        if one.name in wanted:
            since = one.last_ok_at or one.first_run_at
            due_at = tables[CRAWL + one.name].next(since) if since else None
            yield SourceFacts(one.name, one.state, one.error, one.last_ok_at, one.first_run_at, due_at)


def _disks(settings: Settings) -> Iterator[DiskFacts]:
    """Each disk that something is written to, once."""
    block = settings.storage
    files = [Path(url.removeprefix("sqlite:///")) for url in (block.url, block.archive_url) if url.startswith("sqlite:///")]
    told: set[int] = set()
    for place in (*(file.parent for file in files), block.exports, block.backups):
        here = next(folder for folder in (place, *place.parents) if folder.exists())
        if (device := here.stat().st_dev) not in told:
            told.add(device)
            size = max((file.stat().st_size for file in files if file.exists() and file.stat().st_dev == device), default=0)
            yield DiskFacts(str(here), shutil.disk_usage(here).free, max(block.least_free_mb * 1_000_000, size))
