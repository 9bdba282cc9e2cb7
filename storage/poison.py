"""Pages that broke a parser, remembered beside their bodies: they are not tried again until the program has changed."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from storage.archive import Archive, poison
from storage.engine import reading
from storage.runs import utc_now
from storage.statements import upsert


class StoredPoison:
    """`scraper.parse.worker.Poison` in the archive.

    Args:
        archive: Opened for writing; its `purge` forgets these too.
        version: Of the parsers: another one may bear what this one could not, so it tries again.
        clock: Gives aware UTC.
    """

    def __init__(self, archive: Archive, version: str, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = archive.engine
        self._version = version
        self._clock = clock
        self._upsert = upsert(poison, archive.engine.dialect, [column.name for column in poison.columns], ("hash",))

    def known(self, key: str) -> str | None:
        """Why these parsers gave the page up; None if they never did."""
        query = select(poison.c.reason).where(poison.c.hash == bytes.fromhex(key), poison.c.version == self._version)
        with reading(self._engine) as connection:
            return connection.scalar(query)

    def mark(self, key: str, reason: str) -> None:
        """Remember it at once: the next page may break more than a worker."""
        row = {"hash": bytes.fromhex(key), "reason": reason, "version": self._version, "marked_at": self._clock()}
        with self._engine.begin() as connection:
            self._upsert.run(connection, [row])
