"""What is remembered of hosts from run to run: Retry-After, robots.txt, TDM reservation, and validators of pages."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Engine, select

from scraper.fetch.memory import HostState
from storage.engine import reading
from storage.runs import utc_now
from storage.statements import upsert
from storage.tables import host, validator

_COLUMNS = {field.name: "not_before_at" if field.name == "not_before" else field.name for field in fields(HostState)}


class Hosts:
    """`scraper.fetch.memory.HostMemory` in the database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._upsert = upsert(host, engine.dialect, ("name", *_COLUMNS.values()), ("name",))

    def load(self, name: str) -> HostState | None:
        """What is known of a host; None: nothing yet."""
        with reading(self.engine) as connection:
            row = connection.execute(select(host).where(host.c.name == name)).mappings().first()
            return HostState(**{field: row[column] for field, column in _COLUMNS.items()}) if row else None

    def save(self, name: str, state: HostState) -> None:
        """Keep it, at once: the process may die any time."""
        with self.engine.begin() as connection:
            self._upsert.run(connection, [{"name": name} | {column: getattr(state, field) for field, column in _COLUMNS.items()}])


class StoredValidators:
    """`scraper.fetch.memory.Validators`: collected while pages are read, durable only with `flush`, after their ads are."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self.engine = engine
        self._clock = clock
        self._pending: dict[str, tuple[str | None, str | None]] = {}
        self._upsert = upsert(validator, engine.dialect, ("url", "etag", "last_modified", "stored_at"), ("url",))

    def get(self, url: str) -> tuple[str | None, str | None] | None:
        """ETag and Last-Modified as the host sent them."""
        if url in self._pending:
            return self._pending[url]
        query = select(validator.c.etag, validator.c.last_modified).where(validator.c.url == url)
        with reading(self.engine) as connection:
            row = connection.execute(query).first()
            return (row.etag, row.last_modified) if row else None

    def put(self, url: str, etag: str | None, last_modified: str | None) -> None:
        """Remember for `flush`; a page that is never stored must be fetched again."""
        self._pending[url] = (etag, last_modified)

    def flush(self) -> None:
        """Make what was put durable; to be called after the batch is saved."""
        now = self._clock()
        rows = [{"url": url, "etag": tag, "last_modified": day, "stored_at": now} for url, (tag, day) in self._pending.items()]
        if rows:
            with self.engine.begin() as connection:
                self._upsert.run(connection, rows)
        self._pending.clear()

    def drop(self) -> None:
        """Forget what was put: the batch was not saved."""
        self._pending.clear()
