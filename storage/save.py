"""Writing ads: one transaction for each batch, safe to repeat, nothing rewritten that did not change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Engine, bindparam, delete, func, insert, select, update

from scraper.model import Posting, Reject
from storage import search
from storage.decide import Change, Intent, RunFacts, Seen, StoredAd, absent, decide
from storage.engine import reading
from storage.rows import TRACKED, Row, language_text
from storage.statements import Prepared, upsert
from storage.tables import pay, posting, posting_change, posting_language, posting_place, posting_skill, reject

_CHUNK = 500
_BRIEF = tuple(
    posting.c[name]
    for name in (
        "source_id", "content_hash", "first_seen_at", "last_seen_at", "revision", "closed_at", "closed_reason", "expires_on",
        "misses", "missed_at", "last_run_id", "id",
    )
)  # fmt: skip
_CHILDREN = ((pay, "pays"), (posting_language, "languages"), (posting_skill, "skills"), (posting_place, "places"))


@dataclass(frozen=True, slots=True)
class Counts:
    """What a batch did; a reopened ad also counts as changed or unchanged."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    reopened: int = 0
    closed: int = 0
    kept: int = 0  #: ads whose detail page was missing, so that the stored text stays

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


class Store:
    """The one writer of ads.

    Args:
        engine: Opened for writing, schema at head.
        parser_version: Stored with each ad, so that a re-parse knows what is older than today's rules.
    """

    def __init__(self, engine: Engine, parser_version: str = "1") -> None:
        self.engine = engine
        self._parser_version = parser_version
        dialect = engine.dialect
        columns = [column.name for column in posting.columns if column.name != "id"]
        self._upsert = upsert(posting, dialect, columns, ("source", "source_id"))
        greatest = func.greatest if dialect.name == "postgresql" else func.max
        latest = greatest(posting.c.last_seen_at, _bind("at", posting.c.last_seen_at))
        touch = update(posting).where(posting.c.id == bindparam("ad"))
        touch = touch.values(last_seen_at=latest, misses=0, missed_at=None, last_run_id=bindparam("run"))
        opened = {"closed_at": None, "closed_reason": None, "reopened_at": _bind("reopened", posting.c.reopened_at)}
        self._touch = Prepared(touch, dialect)
        self._reopen = Prepared(touch.values(**opened), dialect)
        self._changes = Prepared(insert(posting_change), dialect, [c.name for c in posting_change.columns if c.name != "id"])
        self._insert = {
            table.name: Prepared(insert(table), dialect, [c.name for c in table.columns if not (c.name == "id" and table is pay)])
            for table, _ in _CHILDREN
        }
        self._delete = {
            table.name: Prepared(delete(table).where(table.c.posting_id == bindparam("ad")), dialect) for table, _ in _CHILDREN
        }

    def known(self, source: str) -> dict[str, str | None]:
        """Revision of each stored ad of a source, by its id there."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(posting.c.source_id, posting.c.revision).where(posting.c.source == source))
            return {row.source_id: row.revision for row in rows}

    def save_batch(self, run_id: str, source: str, postings: Sequence[Posting], seen: Sequence[str], at: datetime) -> Counts:
        """Store what one page or one batch of pages brought, in one transaction.

        Args:
            run_id: The run, started by `storage.runs`.
            source: Name of the source, started in that run.
            postings: Ads that were read. Of one id the last counts.
            seen: Ids that a listing shows and whose stored detail is still current.
            at: Time of the fetch, aware UTC.
        """
        sightings: dict[str, Posting | Seen] = {source_id: Seen(source_id) for source_id in seen}
        sightings |= {ad.raw.source_id: ad for ad in postings}
        with self.engine.begin() as connection:
            stored = _stored(connection, source, sorted(sightings))
            _load_fields(connection, stored, sightings)
            intents = [
                decide(old, sighting, at, self._parser_version)
                for source_id, sighting in sorted(sightings.items())  # sorted: two writers never wait for each other in a ring
                if (old := stored.get(source_id)) or isinstance(sighting, Posting)
            ]
            self._write(connection, (run_id, source, at), intents, stored)
        return _count(intents)

    def rewrite_batch(self, run_id: str, source: str, postings: Sequence[Posting], at: datetime) -> Counts:
        """Store what today's rules read from archived pages: content and history only, never a sighting, closing or reopening.

        Ads that are not stored are left out: a page of the archive is no proof that an ad stands today.
        """
        ads = {ad.raw.source_id: ad for ad in postings}
        with self.engine.begin() as connection:
            known = _stored(connection, source, sorted(ads))
            stored = {key: replace(old, content_hash="") for key, old in known.items()}
            _load_fields(connection, stored, ads)
            intents = [decide(old, ads[key], at, self._parser_version) for key, old in sorted(stored.items())]
            changed = [_reparsed(one) for one in intents if _differs(one, known[one.source_id], stored[one.source_id].fields)]
            self._write(connection, (run_id, source, at), changed, stored, sighted=False)
        return Counts(changed=len(changed), unchanged=len(intents) - len(changed))

    def save_rejects(
        self, run_id: str, source: str, rejects: Sequence[Reject], at: datetime, archive_hash: str | None = None
    ) -> int:
        """Store what could not be read; returns how many."""
        rows = [
            {
                "run_id": run_id,
                "source": source,
                "source_id": one.source_id,
                "url": one.url,
                "reason": one.reason,
                "excerpt": one.excerpt[:500] if one.excerpt else None,
                "archive_hash": archive_hash,
                "rejected_at": at,
            }
            for one in rejects
        ]
        if rows:
            with self.engine.begin() as connection:
                connection.execute(insert(reject), rows)
        return len(rows)

    def close_absent(self, run: RunFacts, source: str, now: datetime) -> Counts:
        """Age and close the ads of a source after a run; does nothing unless the run ended `ok`."""
        with self.engine.begin() as connection:
            query = select(*_BRIEF).where(posting.c.source == source, posting.c.closed_at.is_(None))
            fates = absent((_ad(row) for row in connection.execute(query)), run, now)
            over = [fate for fate in fates if fate.closed]
            values = {"misses": bindparam("m"), "missed_at": bindparam("missed", type_=posting.c.missed_at.type)}
            statement = update(posting).where(posting.c.id == bindparam("ad")).values(**values)
            rows = [{"ad": fate.id, "m": fate.misses, "missed": fate.missed_at} for fate in fates]
            Prepared(statement, self.engine.dialect).run(connection, rows)
            closing = update(posting).where(posting.c.id == bindparam("ad"))
            closing = closing.values(closed_at=bindparam("at", type_=posting.c.closed_at.type), closed_reason=bindparam("why"))
            Prepared(closing, self.engine.dialect).run(connection, [{"ad": f.id, "at": now, "why": f.closed} for f in over])
            history = [_history(f.id, run.run_id, now, Change("status", "open", "closed", f.closed)) for f in over]
            self._changes.run(connection, history)
        return Counts(closed=len(over))

    def _write(
        self,
        connection: Connection,
        sighting: tuple[str, str, datetime],
        intents: Sequence[Intent],
        stored: Mapping[str, StoredAd],
        *,
        sighted: bool = True,
    ) -> None:
        """Store intents: content first, then what hangs on its ids, then the touch of what stayed the same."""
        run_id, source, at = sighting
        written = [intent for intent in intents if intent.rows is not None]
        search.forget(connection, [stored[intent.source_id].id for intent in written if intent.kind == "changed"])
        self._upsert.run(
            connection, [_row(intent, stored.get(intent.source_id), run_id, at, sighted=sighted) for intent in written]
        )
        ids = {key: ad.id for key, ad in stored.items()}
        ids |= _ids(connection, source, [intent.source_id for intent in written if intent.kind == "new"])
        for table, name in _CHILDREN:
            changed = [{"ad": ids[intent.source_id]} for intent in written if intent.kind == "changed"]
            self._delete[table.name].run(connection, changed)
            children = (row | {"posting_id": ids[i.source_id]} for i in written if i.rows for row in getattr(i.rows, name))
            self._insert[table.name].run(connection, children)
        search.index(connection, [ids[intent.source_id] for intent in written])
        history = [_history(ids[intent.source_id], run_id, at, change) for intent in intents for change in intent.changes]
        self._changes.run(connection, history)
        same = [intent for intent in intents if intent.rows is None]
        life = {"run": run_id, "at": at, "reopened": at, "misses": 0}
        life |= {"missed_at": None, "closed_at": None, "closed_reason": None}
        for statement, reopened in ((self._touch, False), (self._reopen, True)):
            statement.run(connection, [{"ad": ids[i.source_id], **life} for i in same if i.reopened is reopened])
        for intent in same:
            if intent.revision is not None:
                connection.execute(update(posting).where(posting.c.id == ids[intent.source_id]).values(revision=intent.revision))


def _bind(name: str, column: ColumnElement[Any]) -> BindParameter[Any]:
    return bindparam(name, type_=column.type)


def _differs(intent: Intent, old: StoredAd, fields: Mapping[str, Any]) -> bool:
    """Whether reading again makes anything of an ad another; the hash, which is of what the source said, does not tell."""
    now, was = intent.rows.values if intent.rows else {}, {**fields, "content_hash": old.content_hash}
    same = all(now.get(name, was.get(name)) == was.get(name) for name in ("content_hash", "parser_version"))
    return not same or any(change.field != "status" for change in intent.changes)


def _reparsed(intent: Intent) -> Intent:
    changes = (replace(change, reason="reparse") for change in intent.changes if change.field != "status")
    return replace(intent, reopened=False, changes=tuple(changes))


def _row(intent: Intent, old: StoredAd | None, run_id: str, at: datetime, *, sighted: bool) -> Row:
    """The whole row: content from the intent, life from the sighting or, without one, as it was."""
    assert intent.rows is not None
    life: Row = {
        "first_seen_at": at,
        "last_seen_at": at,
        "closed_at": None,
        "closed_reason": None,
        "reopened_at": at if intent.reopened else None,
        "misses": 0,
        "missed_at": None,
        "last_run_id": run_id,
    }
    if old is not None:
        life["first_seen_at"] = old.first_seen_at
        if not sighted or (old.closed_at and not intent.reopened):
            life |= {"closed_at": old.closed_at, "closed_reason": old.closed_reason}
        if not sighted:
            life |= {name: getattr(old, name) for name in ("last_seen_at", "misses", "missed_at", "last_run_id")}
        if not intent.reopened:
            life["reopened_at"] = old.fields.get("reopened_at")
    return intent.rows.values | life | {"updated_at": at}


def _history(posting_id: int, run_id: str, at: datetime, change: Change) -> Row:
    return {
        "posting_id": posting_id,
        "run_id": run_id,
        "changed_at": at,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "reason": change.reason,
    }


def _ad(row: Any) -> StoredAd:
    return StoredAd(*row)


def _chunks(ids: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _stored(connection: Connection, source: str, ids: Sequence[str]) -> dict[str, StoredAd]:
    query = select(*_BRIEF).where(posting.c.source == source)
    found = (connection.execute(query.where(posting.c.source_id.in_(chunk))) for chunk in _chunks(ids))
    return {row.source_id: _ad(row) for rows in found for row in rows.all()}


def _ids(connection: Connection, source: str, ids: Sequence[str]) -> dict[str, int]:
    query = select(posting.c.source_id, posting.c.id).where(posting.c.source == source)
    return {key: ad for chunk in _chunks(ids) for key, ad in connection.execute(query.where(posting.c.source_id.in_(chunk)))}


def _load_fields(connection: Connection, stored: dict[str, StoredAd], sightings: Mapping[str, Posting | Seen]) -> None:
    """Add the tracked fields to the stored ads whose content seems to differ."""
    differ: dict[int, str] = {}
    for key, ad in stored.items():
        posted = sightings[key]
        if isinstance(posted, Posting) and (posted.content_hash != ad.content_hash or posted.raw.description is None):
            differ[ad.id] = key
    columns = [posting.c.id, posting.c.reopened_at, posting.c.parser_version, *(posting.c[name] for name in TRACKED)]
    for chunk in _chunks(sorted(differ)):
        languages = _children(connection, posting_language, chunk)
        skills = _children(connection, posting_skill, chunk)
        for row in connection.execute(select(*columns).where(posting.c.id.in_(chunk))).mappings():
            fields = dict(row) | {
                "languages": language_text(languages.get(row["id"], [])),
                "skills": ",".join(sorted(child["skill"] for child in skills.get(row["id"], []))),
            }
            key = differ[row["id"]]
            stored[key] = replace(stored[key], fields=fields)


def _children(connection: Connection, table: Any, ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in connection.execute(select(table).where(table.c.posting_id.in_(ids))).mappings():
        found.setdefault(row["posting_id"], []).append(row)
    return found


def _count(intents: Sequence[Intent]) -> Counts:
    kinds = [intent.kind for intent in intents]
    return Counts(
        new=kinds.count("new"),
        changed=kinds.count("changed"),
        unchanged=kinds.count("unchanged"),
        reopened=sum(intent.reopened for intent in intents),
        kept=sum(intent.kept for intent in intents),
    )
