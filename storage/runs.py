"""The books of every run: when it began, how each source ended, what is usual, what is due."""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from scraper.model import RunState
from storage.decide import USUAL_RUNS, usual
from storage.drift import RUNS, Filled
from storage.engine import reading
from storage.statements import upsert
from storage.tables import COUNTERS, run, source, source_run, task

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no letter that reads like another


def utc_now() -> datetime:
    """Now, aware UTC; the clock that everything else takes as a parameter."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is due from time to time."""

    name: str
    last_done_at: datetime | None
    next_due_at: datetime | None
    last_state: str | None


def tasks(engine: Engine) -> dict[str, Task]:
    """What is known of every task, by name; a reader's engine serves as well."""
    with reading(engine) as connection:
        return {row["name"]: Task(**row) for row in connection.execute(select(task)).mappings()}


class Runs:
    """Writer of run records.

    Args:
        engine: Opened for writing.
        clock: Gives aware UTC.
        rng: Draws the end of a run id.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now, rng: Random | None = None) -> None:
        self.engine = engine
        self._clock = clock
        self._rng = rng or SystemRandom()

    def start_run(self, command: str, version: str, config_hash: str) -> str:
        """Begin a run and sweep what an earlier one left behind; the caller holds the lock.

        Returns:
            Its id, which sorts by time: `20261122T183005Z-4f7q2c`.
        """
        now = self._clock()
        run_id = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{''.join(self._rng.choices(_ALPHABET, k=6))}"
        with self.engine.begin() as connection:
            _sweep(connection, now)
            row = {"id": run_id, "command": command, "state": "running", "started_at": now, "version": version}
            connection.execute(insert(run).values(**row, config_hash=config_hash, pid=os.getpid()))
        return run_id

    def start_source_run(self, run_id: str, name: str, kind: str | None = None) -> None:
        """Begin the run of one source, and note the source where it is new; begun again where whoever began it died."""
        now = self._clock()
        with self.engine.begin() as connection:
            known = connection.execute(select(source.c.name).where(source.c.name == name)).first()
            if known is None:
                connection.execute(insert(source).values(name=name, kind=kind or name, first_run_at=now))
            where = (source_run.c.run_id == run_id, source_run.c.source == name)
            if connection.execute(select(source_run.c.id).where(*where)).first():
                again = {"state": "running", "started_at": now, "ended_at": None, "error": None}
                connection.execute(update(source_run).where(*where).values(**again))
            else:
                connection.execute(insert(source_run).values(run_id=run_id, source=name, state="running", started_at=now))

    def end_source_run(  # noqa: PLR0913 - the columns of the record
        self,
        run_id: str,
        name: str,
        state: RunState,
        counters: Mapping[str, int],
        *,
        complete: bool = False,
        error: str | None = None,
        notes: Sequence[str] = (),
        done: Task | None = None,
    ) -> None:
        """Close the books of one source's run.

        Args:
            run_id: The run.
            name: The source.
            state: How it ended.
            counters: By the names in `storage.tables.COUNTERS`; another name is a mistake and raises KeyError.
            complete: Everything was listed.
            error: One sentence, where there is one.
            notes: Doubts and unknown values.
            done: The task that this was, noted in the same transaction; None where it is still due.
        """
        if wrong := set(counters) - set(COUNTERS):
            raise KeyError(f"no such counter: {', '.join(sorted(wrong))}")
        now = self._clock()
        ended = {"state": state, "complete": complete, "ended_at": now, "error": error}
        with self.engine.begin() as connection:
            _note(connection, [done] if done else [])
            where = (source_run.c.run_id == run_id, source_run.c.source == name)
            note = json.dumps(list(notes), ensure_ascii=False) if notes else None
            connection.execute(update(source_run).where(*where).values(**ended, notes=note, **counters))
            if state == "ok":
                good = {"last_ok_at": now} | ({"last_full_at": now} if complete else {})
                connection.execute(update(source).where(source.c.name == name).values(**good))

    def end_run(self, run_id: str, state: RunState, error: str | None = None, done: Iterable[Task] = ()) -> None:
        """Close the books of a run and note the tasks that it did, in one transaction: killed before it, they are still due;
        after it, they are never done twice."""
        values = {"state": state, "ended_at": self._clock(), "error": error}
        with self.engine.begin() as connection:
            connection.execute(update(run).where(run.c.id == run_id).values(**values))
            _note(connection, done)

    def is_running(self, run_id: str) -> bool:
        """Whether a run is neither over nor swept."""
        with reading(self.engine) as connection:
            return connection.scalar(select(run.c.state).where(run.c.id == run_id)) == "running"

    def source_runs(self, run_id: str) -> dict[str, dict[str, Any]]:
        """The books of a run's sources, by name: the columns of `source_run`."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(source_run).where(source_run.c.run_id == run_id)).mappings()
            return {row["source"]: dict(row) for row in rows}

    def usual(self, name: str) -> float | None:
        """Median of the ads seen by the last five ok and complete runs since the last `accept`; None without any."""
        query = (
            select(source_run.c.seen)
            .join(source, source.c.name == source_run.c.source)
            .where(source_run.c.source == name, source_run.c.state == "ok", source_run.c.complete.is_(True))
            .where(func.coalesce(source_run.c.started_at > source.c.accepted_at, True))
            .order_by(source_run.c.started_at.desc(), source_run.c.id.desc())
            .limit(USUAL_RUNS)
        )
        with reading(self.engine) as connection:
            return usual(list(connection.scalars(query)))

    def filled(self, name: str) -> list[Filled]:
        """What the ads of the last ok runs said, newest first, since the last `accept`; runs that read no ad left out."""
        read = source_run.c.new + source_run.c.changed + source_run.c.unchanged - source_run.c.details_skipped
        query = (
            select(read, source_run.c.with_pay, source_run.c.with_place, source_run.c.with_description)
            .join(source, source.c.name == source_run.c.source)
            .where(source_run.c.source == name, source_run.c.state == "ok", read > 0)
            .where(func.coalesce(source_run.c.started_at > source.c.accepted_at, True))
            .order_by(source_run.c.started_at.desc(), source_run.c.id.desc())
            .limit(RUNS)
        )
        with reading(self.engine) as connection:
            return [Filled(*row) for row in connection.execute(query)]

    def accept(self, name: str) -> bool:
        """A person confirms that a source has shrunk: earlier runs no longer count as usual. False if it is unknown."""
        with self.engine.begin() as connection:
            return bool(
                connection.execute(update(source).where(source.c.name == name).values(accepted_at=self._clock())).rowcount
            )

    def last_full(self, name: str) -> datetime | None:
        """End of the last ok run that listed everything."""
        with reading(self.engine) as connection:
            return connection.scalar(select(source.c.last_full_at).where(source.c.name == name))

    def task(self, name: str) -> Task | None:
        """What is known of a task; None if it never ran."""
        with reading(self.engine) as connection:
            row = connection.execute(select(task).where(task.c.name == name)).mappings().first()
            return Task(**row) if row else None

    def tasks(self) -> dict[str, Task]:
        """What is known of every task, by name."""
        return tasks(self.engine)

    def task_done(self, name: str, state: str, next_due_at: datetime | None) -> None:
        """Note that a task was done just now, and when it is due again."""
        self.note([Task(name, self._clock(), next_due_at, state)])

    def note(self, done: Iterable[Task]) -> None:
        """Note what was done, where there is no run to end with it."""
        with self.engine.begin() as connection:
            _note(connection, done)


def _note(connection: Connection, done: Iterable[Task]) -> None:
    columns = tuple(field.name for field in fields(Task))
    upsert(task, connection.dialect, columns, ("name",)).run(connection, [asdict(one) for one in done])


def _sweep(connection: Connection, now: datetime) -> None:
    """Runs that still say "running" while we hold the lock were killed."""
    values = {"state": "failed", "ended_at": now, "error": "the process ended before the run did"}
    connection.execute(update(source_run).where(source_run.c.state == "running").values(**values))
    connection.execute(update(run).where(run.c.state == "running").values(**values))
