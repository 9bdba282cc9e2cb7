"""Everything that reports, exports and commands read: rows as plain values, one consistent view for each call, never a lock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from storage.engine import open_engine, reading
from storage.history import PastChange, known_at
from storage.read_books import Books
from storage.read_children import Row, children, complete, history, short_columns
from storage.search import Wanted, fits, wanted_ads
from storage.tables import pay, posting, posting_language, posting_place, posting_skill

_PAGE = 2000


@dataclass(frozen=True, slots=True)
class AdRecord:
    """One ad with all that hangs on it."""

    row: Row  #: columns of `posting`, and vacancy_id
    pays: tuple[Row, ...]
    languages: tuple[Row, ...]
    skills: tuple[str, ...]
    places: tuple[Row, ...]
    evidence: tuple[Row, ...]
    raw: Row
    history: tuple[PastChange, ...]  #: oldest first


class Reader(Books):
    """Reads a database.

    Args:
        engine: From `open_engine(url, read_only=True)`; a writer's engine serves as well.
    """

    @classmethod
    def open(cls, url: str) -> "Reader":
        """Open by URL, read-only."""
        return cls(open_engine(url, read_only=True))

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    def ads(
        self,
        *,
        as_of: datetime | None = None,
        since: datetime | None = None,
        open_only: bool = False,
        ours_only: bool = False,
        texts: bool = False,
    ) -> Iterator[Row]:
        """Ads in the order of source and id there.

        Args:
            as_of: What was known then, aware UTC; None: today.
            since: Only first seen at or after.
            open_only: Leave closed ones out.
            ours_only: Only in scope and in town.
            texts: Also description, raw, evidence and notes.

        Yields:
            Columns of `posting`, `vacancy_id` (None: not grouped), `languages` ("de:required:C1,…") and `skills` (comma list).
        """
        query = select(posting) if texts else select(*short_columns())
        if since is not None:
            query = query.where(posting.c.first_seen_at >= since)
        if as_of is not None:
            query = query.where(posting.c.first_seen_at <= as_of)
        elif open_only:
            query = query.where(posting.c.closed_at.is_(None))
        if ours_only and as_of is None:
            query = query.where(posting.c.in_scope.is_(True), posting.c.in_town.is_(True))
        for row in self._paged(query, as_of):
            if not (open_only and row["closed_at"]) and not (ours_only and not (row["in_scope"] and row["in_town"])):
                yield row

    def report_rows(self, as_of: datetime | None = None, *, open_only: bool = True) -> Iterator[Row]:
        """What the report stands on: ads in scope and in town, with their vacancy.

        `languages` are tuples (code, need, level), `skills` a tuple; an ad without a vacancy has its own negative id for one.
        """
        for row in self.ads(as_of=as_of, open_only=open_only, ours_only=True):
            spoken = tuple(tuple(part.split(":")) for part in row["languages"].split(",") if part)
            known = tuple(row["skills"].split(",")) if row["skills"] else ()
            yield row | {"languages": spoken, "skills": known, "vacancy_id": row["vacancy_id"] or -row["id"]}

    def week_rows(self, week: str, *, ours_only: bool = True, as_of: datetime | None = None) -> Iterator[Row]:
        """Ads that were open at some time in an ISO week ("2026-W47", Monday to Sunday, UTC), in the order of the table's key.

        `as_of`: as they were known then, aware UTC.
        """
        monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
        start = datetime.combine(monday, time(), UTC)
        end = start + timedelta(days=7)
        query = select(posting).where(posting.c.first_seen_at < end)
        if as_of is not None:
            known = self._paged(query.where(posting.c.first_seen_at <= as_of), as_of)
            ours = (row for row in known if not ours_only or (row["in_scope"] and row["in_town"]))
            return (row for row in ours if row["closed_at"] is None or row["closed_at"] >= start)
        query = query.where(or_(posting.c.closed_at.is_(None), posting.c.closed_at >= start))
        if ours_only:
            query = query.where(posting.c.in_scope.is_(True), posting.c.in_town.is_(True))
        return self._paged(query, None)

    def week_size(self, week: str) -> int:
        """How many ads were open at some time in an ISO week, at least about: scope and town are not asked."""
        monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
        start = datetime.combine(monday, time(), UTC)
        query = select(func.count()).where(posting.c.first_seen_at < start + timedelta(days=7))
        with reading(self.engine) as connection:
            return connection.scalar(query.where(or_(posting.c.closed_at.is_(None), posting.c.closed_at >= start))) or 0

    def ad(self, key: int | str, as_of: datetime | None = None) -> AdRecord | None:
        """One ad by its number, or by "source:source_id"; None: not there, or not yet there."""
        with reading(self.engine) as connection:
            row = connection.execute(select(posting).where(_key(key))).mappings().first()
            if row is None:
                return None
            found = complete(connection, [dict(row)])[0]
            past = history(connection, [found["id"]]).get(found["id"], [])
            if as_of is not None:
                then = known_at(found, past, as_of)
                if then is None:
                    return None
                found, past = then, [change for change in past if change.changed_at <= as_of]
            tables = (pay, posting_language, posting_skill, posting_place)
            pays, languages, skills, places = (children(connection, table, found["id"]) for table in tables)
        return AdRecord(
            found,
            pays,
            languages,
            tuple(child["skill"] for child in skills),
            places,
            tuple(msgspec.json.decode(found["evidence"])),
            msgspec.json.decode(found["raw"]),
            tuple(past),
        )

    def search(self, wanted: Wanted) -> list[Row]:
        """Ads that hold all words, best first; without words the newest first."""
        with reading(self.engine) as connection:
            query = wanted_ads(wanted, short_columns(), self.engine.dialect.name)
            rows = complete(connection, [dict(row) for row in connection.execute(query).mappings()])
            if wanted.as_of is None:
                return rows
            past = history(connection, [row["id"] for row in rows])
        then = (known_at(row, past.get(row["id"], []), wanted.as_of) for row in rows)
        return [row for row in then if row is not None and fits(row, wanted)][: wanted.limit]

    def _paged(self, query: Select[Any], as_of: datetime | None) -> Iterator[Row]:
        """Rows in the order of the key, some at a time, with what hangs on them; one view for all pages."""
        key = (posting.c.source, posting.c.source_id)
        query = query.order_by(*key).limit(_PAGE)
        last: tuple[str, str] | None = None
        with reading(self.engine) as connection:
            while True:
                page = query if last is None else query.where(_after(last))
                rows = [dict(row) for row in connection.execute(page).mappings()]
                if not rows:
                    return
                last = (rows[-1]["source"], rows[-1]["source_id"])
                rows = complete(connection, rows)
                if as_of is None:
                    yield from rows
                    continue
                past = history(connection, [row["id"] for row in rows])
                yield from (then for row in rows if (then := known_at(row, past.get(row["id"], []), as_of)) is not None)


def _after(last: tuple[str, str]) -> ColumnElement[bool]:
    return or_(posting.c.source > last[0], and_(posting.c.source == last[0], posting.c.source_id > last[1]))


def _key(key: int | str) -> ColumnElement[bool]:
    if isinstance(key, int) or key.isdecimal():
        return posting.c.id == int(key)
    name, _, source_id = key.partition(":")
    return and_(posting.c.source == name, posting.c.source_id == source_id)
