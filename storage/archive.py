"""Raw bodies as the sites sent them: a second file, one compressed row for each distinct body, kept for a limited time.

A body is written before it is parsed, so that nothing that was fetched is lost to a mistake in a parser, and everything can be
parsed again. The file may hold names and numbers of persons: it is apart from the database, which may be shared, and purged.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self

import zstandard
from sqlalchemy import Column, Engine, Index, Integer, LargeBinary, MetaData, Table, Text, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from scraper.model import Page, Request
from storage.engine import open_archive, reading
from storage.errors import Damaged
from storage.statements import Prepared
from storage.types import Utc

LIFE = timedelta(days=30)
_LEVEL = 3  # 4.8 × smaller at 7,000 pages a second; higher levels cost more than they save
_STRICT: dict[str, Any] = {"sqlite_strict": True}
metadata = MetaData()

body = Table(
    "body",
    metadata,
    Column("hash", LargeBinary, primary_key=True),  # BLAKE2b-256 of the plain bytes
    Column("size", Integer, nullable=False),  # plain, bytes
    Column("packed", LargeBinary, nullable=False),  # zstd
    **_STRICT,
)
fetch = Table(
    "fetch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_id", Text),
    Column("kind", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("fetched_at", Utc, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("request", Text, nullable=False),  # JSON: what the page cannot say itself, so that it can be parsed again
    Index("ix_fetch_source_id", "source", "id"),
    Index("ix_fetch_fetched_at", "fetched_at"),
    Index("ix_fetch_hash", "hash"),
    **_STRICT,
)
poison = Table(  # see storage.poison
    "poison",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("marked_at", Utc, nullable=False),
    **_STRICT,
)


@dataclass(frozen=True, slots=True)
class Archived:
    """A page out of the archive."""

    id: int  #: rises in the order of fetching
    source: str
    run_id: str
    page: Page


@dataclass(frozen=True, slots=True)
class Size:
    """What the archive holds."""

    fetches: int
    bodies: int
    plain_bytes: int
    packed_bytes: int


class Archive:
    """The archive.

    Args:
        url: `sqlite:///path`, always a file of its own, or a schema on a PostgreSQL server.
        read_only: For looking and re-parsing.
    """

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self.engine: Engine = open_archive(url, read_only=read_only)
        if not read_only:
            with self.engine.begin() as connection:
                metadata.create_all(connection)
        dialect = self.engine.dialect
        kind = postgresql if dialect.name == "postgresql" else sqlite
        self._body = Prepared(kind.insert(body).on_conflict_do_nothing(), dialect, ("hash", "size", "packed"))
        self._fetch = Prepared(insert(fetch), dialect, [column.name for column in fetch.columns if column.name != "id"])
        self._local = threading.local()  # a compressor must not be shared between threads

    def put(self, page: Page, source: str, run_id: str) -> str:
        """Keep one page; returns the hash of its body."""
        return self.put_many([page], source, run_id)[0]

    def put_many(self, pages: Iterable[Page], source: str, run_id: str) -> list[str]:
        """Keep pages in one transaction; returns their hashes in order."""
        pages = list(pages)
        hashes = [blake2b(page.body, digest_size=32).digest() for page in pages]
        bodies = dict(zip(hashes, (page.body for page in pages), strict=True))
        with self.engine.begin() as connection:
            query = select(body.c.hash)
            known = {key for key in bodies if connection.execute(query.where(body.c.hash == key)).first()}
            fresh = ((key, plain) for key, plain in bodies.items() if key not in known)
            pack = self._packer().compress
            self._body.run(connection, ({"hash": key, "size": len(plain), "packed": pack(plain)} for key, plain in fresh))
            rows = (_row(page, source, run_id) | {"hash": key} for page, key in zip(pages, hashes, strict=True))
            self._fetch.run(connection, rows)
        return [key.hex() for key in hashes]

    def get(self, key: str) -> bytes:
        """The plain body of a hash in hex.

        Raises:
            KeyError: It is not there, or no longer.
            Damaged: What is there is not what was written.
        """
        with reading(self.engine) as connection:
            row = connection.execute(select(body.c.packed, body.c.size).where(body.c.hash == bytes.fromhex(key))).first()
        if row is None:
            raise KeyError(key)
        return unpacked(row.packed, row.size, bytes.fromhex(key), self._where)

    def pages(self, source: str | None = None, since: datetime | None = None, *, after: int = 0) -> Iterator[Archived]:
        """All pages in the order of fetching.

        Args:
            source: Only of this one.
            since: Only fetched at or after, aware UTC.
            after: Only with a higher id: how an interrupted re-parse goes on.
        """
        query = select(fetch, body.c.packed, body.c.size).join(body, body.c.hash == fetch.c.hash).order_by(fetch.c.id).limit(200)
        if source is not None:
            query = query.where(fetch.c.source == source)
        if since is not None:
            query = query.where(fetch.c.fetched_at >= since)
        while True:
            with reading(self.engine) as connection:  # short views: a long one would keep the log from being cleared
                rows = connection.execute(query.where(fetch.c.id > after)).mappings().all()
            for row in rows:
                yield self._archived(row)
            if not rows:
                return
            after = rows[-1]["id"]

    def take(self, ids: Sequence[int]) -> list[Archived]:
        """These fetches, in the order of the ids given; all must be there."""
        query = select(fetch, body.c.packed, body.c.size).join(body, body.c.hash == fetch.c.hash).where(fetch.c.id.in_(ids))
        with reading(self.engine) as connection:
            rows = {row["id"]: row for row in connection.execute(query).mappings()}
        return [self._archived(rows[number]) for number in ids]

    def purge(self, now: datetime, life: timedelta = LIFE) -> int:
        """Delete what is older than its time to live, and overwrite it on the disk; returns how many fetches went."""
        before = now - life
        with self.engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            gone = connection.execute(delete(fetch).where(fetch.c.fetched_at < before)).rowcount
            connection.execute(delete(poison).where(poison.c.marked_at < before))
            connection.execute(delete(body).where(~select(fetch.c.id).where(fetch.c.hash == body.c.hash).exists()))
        with self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            if isinstance(driver, sqlite3.Connection):
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def size(self) -> Size:
        """Rows and bytes."""
        with reading(self.engine) as connection:
            fetches = connection.scalar(select(func.count()).select_from(fetch)) or 0
            packed = func.coalesce(func.sum(func.length(body.c.packed)), 0)
            row = connection.execute(
                select(func.count(), func.coalesce(func.sum(body.c.size), 0), packed).select_from(body)
            ).one()
        return Size(fetches, *row)

    def count(self, source: str | None = None) -> int:
        """Number of fetches."""
        query = select(func.count()).select_from(fetch)
        with reading(self.engine) as connection:
            return connection.scalar(query if source is None else query.where(fetch.c.source == source)) or 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self.engine.dispose()

    def _packer(self) -> zstandard.ZstdCompressor:
        if not hasattr(self._local, "packer"):
            self._local.packer = zstandard.ZstdCompressor(level=_LEVEL)
        packer: zstandard.ZstdCompressor = self._local.packer
        return packer

    @property
    def _where(self) -> str:
        return str(self.engine.url.database)

    def _archived(self, row: Mapping[Any, Any]) -> Archived:
        plain = unpacked(row["packed"], row["size"], row["hash"], self._where)
        return Archived(row["id"], row["source"], row["run_id"], _page(row, plain))


def unpacked(packed: bytes, size: int, key: bytes, where: str) -> bytes:
    """The plain body of a row; raises `Damaged`, naming the file `where`, if it is not what its hash says."""
    try:
        plain = zstandard.ZstdDecompressor().decompress(packed, max_output_size=size)
    except zstandard.ZstdError as error:
        raise Damaged(where, f"the body {key.hex()} cannot be unpacked") from error
    if blake2b(plain, digest_size=32).digest() != key:
        raise Damaged(where, f"the body {key.hex()} is not what was written")
    return plain


def archive_url(database: Path) -> str:
    """Where the archive of a database lies unless the configuration says otherwise.

    >>> archive_url(Path("/srv/lohnpegel.db"))
    'sqlite:////srv/lohnpegel.archive.db'
    """
    return f"sqlite:///{database.with_suffix('.archive.db')}"


def _row(page: Page, source: str, run_id: str) -> dict[str, Any]:
    asked = page.request
    return {
        "source": source,
        "source_id": asked.source_id,
        "kind": asked.kind,
        "url": asked.url,
        "status": page.status,
        "fetched_at": page.fetched_at,
        "run_id": run_id,
        "request": json.dumps(_extra(page), ensure_ascii=False, sort_keys=True, separators=(",", ":")),
    }


def _extra(page: Page) -> dict[str, Any]:
    """What differs from a plain GET; request headers stay out, they may carry keys."""
    asked = page.request
    extra: dict[str, Any] = {
        "method": asked.method if asked.method != "GET" else None,
        "body": asked.body.decode("latin-1") if asked.body is not None else None,
        "revision": asked.revision,
        "carry": dict(asked.carry) or None,
        "headers": {name: page.headers[name] for name in ("content-type", "content-language") if name in page.headers} or None,
        "final_url": page.url or None,
    }
    return {name: value for name, value in extra.items() if value is not None}


def _page(row: Mapping[Any, Any], plain: bytes) -> Page:
    extra = json.loads(row["request"])
    sent = extra.get("body")
    request = Request(
        url=row["url"],
        kind=row["kind"],
        method=extra.get("method", "GET"),
        body=sent.encode("latin-1") if sent is not None else None,
        source_id=row["source_id"],
        revision=extra.get("revision"),
        carry=extra.get("carry", {}),
    )
    headers = extra.get("headers", {})
    return Page(request, row["status"], plain, row["fetched_at"], headers, extra.get("final_url", ""), row["hash"].hex())
