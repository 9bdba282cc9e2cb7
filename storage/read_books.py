"""What the books say: how sources fare, which runs there were, what was rejected, and what identifies a state of the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Engine, func, literal_column, select

from storage.engine import reading
from storage.read_children import Row
from storage.tables import benchmark, posting, posting_change, reject, run, source, source_run, vacancy, vacancy_member

_PAGE = 2000
_READING = ("crawl", "reparse", "import")
_STATE = (
    "source", "source_id", "content_hash", "parser_version", "first_seen_at", "last_seen_at", "closed_at", "closed_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Health:
    """How a source fares."""

    name: str
    kind: str
    state: str  #: of its last run; "never"
    ended_at: datetime | None
    last_ok_at: datetime | None
    last_full_at: datetime | None
    open_ads: int
    seen: int  #: in its last run
    error: str | None
    fill: Mapping[str, float]  #: share of the ads read in the last run that carry pay, place, description
    first_run_at: datetime | None = None


class Books:
    """Reads everything that is not an ad.

    Args:
        engine: From `open_engine(url, read_only=True)`; a writer's engine serves as well.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def source_health(self) -> list[Health]:
        """Every source that ever ran, by name."""
        latest = select(func.max(source_run.c.id)).where(source_run.c.state != "running").group_by(source_run.c.source)
        # two indexes are read and no row: a tenth of the time at a million ads; the sign keeps SQLite from looking rows up by id
        still = select(posting.c.id).where(posting.c.closed_at.is_(None))
        count = select(posting.c.source, func.count()).where(literal_column("+posting.id").in_(still)).group_by(posting.c.source)
        with reading(self.engine) as connection:
            last = connection.execute(select(source_run).where(source_run.c.id.in_(latest))).mappings()
            ended = {row["source"]: dict(row) for row in last}
            stock: dict[str, int] = dict(connection.execute(count).all())
            rows = connection.execute(select(source).order_by(source.c.name)).mappings().all()
        return [_health(dict(row), ended.get(row["name"]), stock) for row in rows]

    def runs(self, limit: int = 20) -> list[Row]:
        """The latest runs, newest first, each with its sources under "sources"."""
        with reading(self.engine) as connection:
            rows = [dict(row) for row in connection.execute(select(run).order_by(run.c.id.desc()).limit(limit)).mappings()]
            query = select(source_run).where(source_run.c.run_id.in_([row["id"] for row in rows])).order_by(source_run.c.source)
            parts = [dict(row) for row in connection.execute(query).mappings()]
        return [row | {"sources": [part for part in parts if part["run_id"] == row["id"]]} for row in rows]

    def last_run(self, as_of: datetime | None = None) -> str:
        """Id of the last run that brought ads or read them again and has ended; "" where there is none."""
        query = select(run.c.id).where(run.c.command.in_(_READING), run.c.state != "running")
        if as_of is not None:
            query = query.where(run.c.ended_at <= as_of)
        with reading(self.engine) as connection:
            found: str | None = connection.scalar(query.order_by(run.c.started_at.desc(), run.c.id.desc()).limit(1))
        return found or ""

    def rejects(self, name: str | None = None, since: datetime | None = None, limit: int = 100) -> list[Row]:
        """What could not be read, newest first."""
        query = select(reject).order_by(reject.c.id.desc()).limit(limit)
        if name is not None:
            query = query.where(reject.c.source == name)
        if since is not None:
            query = query.where(reject.c.rejected_at >= since)
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def week_changes(self, start: datetime, end: datetime) -> Iterator[Row]:
        """Changes from `start` until before `end` of ads in scope and in town, with what the ad is, in order of time."""
        ad = (posting.c.source, posting.c.title, posting.c.employer, posting.c.url)
        query = (
            select(posting_change, *ad)
            .join(posting, posting.c.id == posting_change.c.posting_id)
            .where(posting_change.c.changed_at >= start, posting_change.c.changed_at < end)
            .where(posting.c.in_scope.is_(True), posting.c.in_town.is_(True))
            .order_by(
                posting_change.c.changed_at, posting.c.source, posting.c.source_id, posting_change.c.field, posting_change.c.id
            )
        )
        with reading(self.engine) as connection:
            for row in connection.execute(query).mappings():
                yield dict(row)

    def benchmarks(self) -> list[Row]:
        """Outside figures, in a fixed order."""
        query = select(benchmark).order_by(benchmark.c.kind, benchmark.c.key, benchmark.c.region, benchmark.c.valid_from_on)
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def observed_since(self) -> datetime | None:
        """Start of the first ok and complete run of any source: what was open before is not known."""
        query = select(func.min(source_run.c.started_at)).where(source_run.c.state == "ok", source_run.c.complete.is_(True))
        with reading(self.engine) as connection:
            found: datetime | None = connection.scalar(query)
        return found

    def database_state(self) -> str:
        """What identifies the rows that reports read, 16 hex digits: equal for every order in which they came in."""
        standing = posting.alias("standing")
        home = vacancy_member.outerjoin(vacancy, vacancy.c.id == vacancy_member.c.vacancy_id).outerjoin(
            standing, standing.c.id == vacancy.c.posting_id
        )
        group = select(vacancy_member.c.posting_id, standing.c.source, standing.c.source_id).select_from(home)
        ads = select(posting.c.id, *(posting.c[name] for name in _STATE)).order_by(posting.c.source, posting.c.source_id)
        outside = select(*(column for column in benchmark.columns if column.name != "id"))
        digest = blake2b(digest_size=8)
        with reading(self.engine) as connection:
            homes = {row[0]: tuple(row[1:]) for row in connection.execute(group)}
            for row in connection.execute(ads.execution_options(yield_per=_PAGE)):
                digest.update(repr((*map(str, row[1:]), homes.get(row[0]))).encode())
            for text in sorted(repr(tuple(map(str, row))) for row in connection.execute(outside)):
                digest.update(text.encode())
        for health in self.source_health():
            digest.update(repr((health.name, health.state, str(health.last_ok_at), health.error)).encode())
        return digest.hexdigest()


def _health(row: Mapping[str, Any], last: Mapping[str, Any] | None, stock: Mapping[str, int]) -> Health:
    read = (last["new"] + last["changed"] + last["unchanged"] - last["details_skipped"]) if last else 0
    names = ("with_pay", "with_place", "with_description")
    return Health(
        name=row["name"],
        kind=row["kind"],
        state=last["state"] if last else "never",
        ended_at=last["ended_at"] if last else None,
        last_ok_at=row["last_ok_at"],
        last_full_at=row["last_full_at"],
        open_ads=stock.get(row["name"], 0),
        seen=last["seen"] if last else 0,
        error=last["error"] if last else None,
        fill={name: last[name] / read for name in names} if last and read > 0 else {},
        first_run_at=row["first_run_at"],
    )
