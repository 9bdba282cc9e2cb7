"""What a re-parse needs from the database: which archived page each ad was last read from, how far it came, what it changed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Engine, delete, select

from storage.archive import Archive, fetch
from storage.engine import reading
from storage.statements import upsert
from storage.tables import posting, posting_change, source, task

_SAMPLES = 3  # of each field and kind of change


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far an interrupted re-parse came."""

    after: int  #: id of the last fetch whose ads are written
    runs: tuple[str, ...]  #: the runs that took part


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """What became of one field."""

    field: str
    gained: int  #: ads that had none and have one now
    lost: int
    changed: int
    samples: tuple[tuple[int, str | None, str | None], ...]  #: ad, old, new


@dataclass(frozen=True, slots=True)
class Work:
    """One archived page, and the ads whose content stands on it."""

    fetch_id: int
    source: str
    ads: frozenset[str]  #: ids at the source


def kinds(engine: Engine) -> dict[str, str]:
    """The kind of each source that was ever crawled."""
    with reading(engine) as connection:
        return {row.name: row.kind for row in connection.execute(select(source.c.name, source.c.kind))}


def work(engine: Engine, archive: Archive, only: str | None, since: datetime | None) -> tuple[list[Work], int]:
    """Pages to read again, in the order of fetching, and how many ads have none left.

    Args:
        engine: The database.
        archive: Its raw pages.
        only: One source; None: all.
        since: Only ads whose page was fetched at or after, aware UTC.
    """
    ads: dict[tuple[str, bytes], set[str]] = {}
    query = select(posting.c.source, posting.c.source_id, posting.c.archive_hash).where(posting.c.archive_hash.is_not(None))
    with reading(engine) as connection:
        for name, source_id, key in connection.execute(query.where(posting.c.source == only) if only else query):
            ads.setdefault((name, bytes.fromhex(key)), set()).add(source_id)
    newest: dict[tuple[str, bytes, str | None], tuple[int, datetime]] = {}
    pages = select(fetch.c.id, fetch.c.source, fetch.c.hash, fetch.c.source_id, fetch.c.fetched_at).order_by(fetch.c.id)
    with reading(archive.engine) as connection:
        for number, name, key, source_id, at in connection.execute(pages):
            wanted = ads.get((name, key))
            if wanted and (source_id is None or source_id in wanted):
                newest[name, key, source_id] = (number, at)
    read: set[tuple[str, str]] = set()
    found: list[Work] = []
    for (name, key, source_id), (number, at) in sorted(newest.items(), key=lambda item: item[1][0]):
        whose = frozenset({source_id} if source_id is not None else ads[name, key])
        read |= {(name, one) for one in whose}
        if since is None or at >= since:
            found.append(Work(number, name, whose))
    return found, sum(map(len, ads.values())) - len(read)


def cursor(engine: Engine, name: str) -> Cursor | None:
    """Where the re-parse of this name stopped; None: it did not begin, or it ended."""
    with reading(engine) as connection:
        state = connection.scalar(select(task.c.last_state).where(task.c.name == name))
    if not state:
        return None
    told = json.loads(state)
    return Cursor(told["after"], tuple(told["runs"]))


def note(engine: Engine, name: str, reached: Cursor | None) -> None:
    """Note how far it came; None: it is done."""
    with engine.begin() as connection:
        if reached is None:
            connection.execute(delete(task).where(task.c.name == name))
            return
        state = json.dumps({"after": reached.after, "runs": list(reached.runs)})
        row = {"name": name, "last_done_at": None, "next_due_at": None, "last_state": state}
        upsert(task, engine.dialect, tuple(row), ("name",)).run(connection, [row])


def diff(engine: Engine, runs: Sequence[str]) -> tuple[FieldDiff, ...]:
    """What these runs changed, by field."""
    columns = (posting_change.c.field, posting_change.c.posting_id, posting_change.c.old, posting_change.c.new)
    query = select(*columns).where(posting_change.c.run_id.in_(runs), posting_change.c.reason == "reparse")
    counts: dict[str, list[int]] = {}
    samples: dict[str, list[tuple[int, str | None, str | None]]] = {}
    with reading(engine) as connection:
        for field, ad, old, new in connection.execute(query.order_by(posting_change.c.field, posting_change.c.posting_id)):
            tally = counts.setdefault(field, [0, 0, 0])
            tally[0 if not old else 1 if not new else 2] += 1
            samples.setdefault(field, []).append((ad, old, new))
            del samples[field][_SAMPLES:]
    return tuple(FieldDiff(field, n[0], n[1], n[2], tuple(samples[field])) for field, n in sorted(counts.items()))


def portions(todo: Iterable[Work], size: int) -> Iterator[list[Work]]:
    """The work in lists."""
    rest = iter(todo)
    while some := list(islice(rest, size)):
        yield some
