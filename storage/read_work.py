"""What the books say of the work itself: how long each job and source took, how often each ended how, what is noted as done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, RowMapping, func, select

from scraper.model import RunState
from storage.engine import reading
from storage.tables import posting, run, source_run


@dataclass(frozen=True, slots=True)
class LastRun:
    """The latest run of a job or a source that has ended, and how often its runs ended how."""

    state: RunState
    started_at: datetime
    ended_at: datetime | None
    error: str | None
    run_id: str
    outcomes: Mapping[str, int] = field(default_factory=dict)  #: state → runs; those at work are left out

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


def job_runs(engine: Engine) -> dict[str, LastRun]:
    """By the first word of the command: "crawl", "report", "export", "backup", "purge", "import" …"""
    each = select(run.c.command, run.c.state, func.count(), func.max(run.c.id)).where(run.c.state != "running")
    outcomes: dict[str, dict[str, int]] = {}
    latest: dict[str, str] = {}
    with reading(engine) as connection:
        for command, state, count, last in connection.execute(each.group_by(run.c.command, run.c.state)):
            name = command.partition(" ")[0]
            counted = outcomes.setdefault(name, {})
            counted[state] = counted.get(state, 0) + count
            latest[name] = max(latest.get(name, ""), last)  # ids sort by time
        rows = {row["id"]: row for row in connection.execute(select(run).where(run.c.id.in_(latest.values()))).mappings()}
    return {name: _last(rows[key], key, outcomes[name]) for name, key in latest.items()}


def source_runs(engine: Engine) -> dict[str, LastRun]:
    """By name of the source."""
    ended = source_run.c.state != "running"
    latest = select(func.max(source_run.c.id)).where(ended).group_by(source_run.c.source)
    each = select(source_run.c.source, source_run.c.state, func.count()).where(ended)
    outcomes: dict[str, dict[str, int]] = {}
    with reading(engine) as connection:
        for name, state, count in connection.execute(each.group_by(source_run.c.source, source_run.c.state)):
            outcomes.setdefault(name, {})[state] = count
        rows = connection.execute(select(source_run).where(source_run.c.id.in_(latest))).mappings().all()
    return {row["source"]: _last(row, row["run_id"], outcomes[row["source"]]) for row in rows}


def open_ads(engine: Engine) -> int:
    """How many ads are open; read from an index alone."""
    with reading(engine) as connection:
        return connection.scalar(select(func.count()).where(posting.c.closed_at.is_(None))) or 0


def _last(row: RowMapping, run_id: str, outcomes: Mapping[str, int]) -> LastRun:
    return LastRun(row["state"], row["started_at"], row["ended_at"], row["error"], run_id, outcomes)
