"""Opening a database: everything that differs between SQLite and PostgreSQL about a connection stands here.

SQLite: WAL, one writer whose every transaction is BEGIN IMMEDIATE (a deferred one that reads first fails at once with
SQLITE_BUSY_SNAPSHOT, whatever the timeout), readers with `mode=ro`. Python's own transaction handling is off.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.pool import QueuePool, StaticPool

from storage import postgres
from storage.errors import (
    Damaged,
    DatabaseLocked,
    DiskFull,
    NewerSchema,
    NoDatabase,
    NotOurs,
    OlderSchema,
    ReadOnlyPlace,
    StorageError,
)
from storage.place import check_place

APPLICATION_ID = 0x4C50474C  # "LPGL", shown by file(1)
ARCHIVE_ID = 0x4C504741  # "LPGA"
SCHEMA_VERSION = 4  # number of revisions in migrations/versions; SQLite's user_version
BUSY_MS = 30_000
_WRITER = {
    "journal_mode": "WAL",
    "synchronous": "NORMAL",
    "cache_size": -65_536,  # KiB
    "wal_autocheckpoint": 10_000,  # pages: fewer random writes while a large batch comes in
    "journal_size_limit": 67_108_864,
}
_READER = {"query_only": 1, "cache_size": -32_768, "mmap_size": 268_435_456}


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """Open a database by URL (`sqlite:///path` or `postgresql+psycopg://…`).

    Args:
        url: As SQLAlchemy writes it; `sqlite://` is a database in memory.
        read_only: Never writes, is never blocked by the writer, and asks for a current schema.

    Raises:
        StorageError: One of its kinds, also from every later statement on this engine.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = postgres.open_server(parsed, read_only=read_only)
        event.listen(engine, "handle_error", _named)
    else:
        engine = _sqlite(parsed.database or ":memory:", read_only=read_only)
    try:
        with reading(engine) as connection:
            _check_schema(connection, strict=read_only)
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_archive(url: str, *, read_only: bool = False) -> Engine:
    """Open an archive file: as a database, with its own mark, whose schema is one that grows by tables only."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = postgres.open_server(parsed, read_only=read_only)
        event.listen(engine, "handle_error", _named)
        return engine
    return _sqlite(parsed.database or ":memory:", read_only=read_only, mark=ARCHIVE_ID)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reading, one consistent view, that takes no write lock."""
    with engine.connect() as connection:
        yield connection.execution_options(reading=True) if engine.dialect.name == "sqlite" else postgres.view(connection)


def where(engine: Engine) -> str:
    """Path or URL of a database for messages, without its password."""
    path = database_path(engine)
    return str(path) if path else engine.url.render_as_string(hide_password=True)


def database_path(engine: Engine) -> Path | None:
    """The SQLite file, absolute; None in memory or on a server."""
    name = engine.url.database
    return Path(name).absolute() if engine.dialect.name == "sqlite" and name and name != ":memory:" else None


def _sqlite(name: str, *, read_only: bool, mark: int = APPLICATION_ID) -> Engine:
    memory = name == ":memory:"
    path = Path(name).absolute()
    if not memory:
        if read_only and not path.is_file():
            raise NoDatabase(str(path))
        if not read_only:
            check_place(path)
    target = ":memory:" if memory else f"file:{quote(str(path))}" + _mode(path, read_only=read_only)
    engine = create_engine(
        "sqlite://" if memory else f"sqlite:///{path}",
        creator=partial(_connect, target, mark, read_only=read_only and not memory, name="in memory" if memory else str(path)),
        poolclass=StaticPool if memory else QueuePool,
        hide_parameters=True,  # ads do not belong into tracebacks
    )
    event.listen(engine, "handle_error", _named)
    event.listen(engine, "begin", _begin_deferred if read_only else _begin)
    return engine


def _mode(path: Path, *, read_only: bool) -> str:
    if not read_only:
        return "?mode=rwc"
    # a snapshot on a read-only medium: nobody can write it, and the shared-memory file cannot be made
    still = not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()
    return "?mode=ro&immutable=1" if still else "?mode=ro"


def _connect(target: str, mark: int, *, read_only: bool, name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(target, uri=True, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys=ON")
        if not read_only:
            _mark_new(connection, mark, name)
        for pragma, value in (_READER if read_only else _WRITER).items():
            connection.execute(f"PRAGMA {pragma}={value}")
    except BaseException:
        connection.close()
        raise
    return connection


def _mark_new(connection: sqlite3.Connection, mark: int, name: str) -> None:
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    if found == mark:
        return
    if found or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise NotOurs(name)
    connection.execute("PRAGMA page_size=8192")  # a third faster than 4096 for texts of some KB
    connection.execute(f"PRAGMA application_id={mark}")


def _begin(connection: Connection) -> None:
    reader = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reader else "BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _check_schema(connection: Connection, *, strict: bool) -> None:
    name = where(connection.engine)
    if connection.dialect.name != "sqlite":
        _check_revision(postgres.revision(connection), name, strict=strict)
        return
    found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if found > SCHEMA_VERSION:
        raise NewerSchema(name, found, SCHEMA_VERSION)
    if strict:
        if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
            raise NotOurs(name)
        if found < SCHEMA_VERSION:
            raise OlderSchema(name, found, SCHEMA_VERSION)


def _check_revision(found: str | None, name: str, *, strict: bool) -> None:
    """The same by the number of the revision, as a server's database has no version of its own."""
    if found is None:
        if strict:
            raise NoDatabase(name)
    elif int(found) > SCHEMA_VERSION:
        raise NewerSchema(name, int(found), SCHEMA_VERSION)
    elif strict and int(found) < SCHEMA_VERSION:
        raise OlderSchema(name, int(found), SCHEMA_VERSION)


_SQLITE: dict[str, type[DatabaseLocked | DiskFull | ReadOnlyPlace | Damaged]] = {
    "SQLITE_BUSY": DatabaseLocked,
    "SQLITE_LOCKED": DatabaseLocked,
    "SQLITE_FULL": DiskFull,
    "SQLITE_IOERR_WRITE": DiskFull,  # how some file systems say that a quota is used up
    "SQLITE_READONLY": ReadOnlyPlace,
    "SQLITE_CANTOPEN": ReadOnlyPlace,
    "SQLITE_PERM": ReadOnlyPlace,
    "SQLITE_CORRUPT": Damaged,
    "SQLITE_NOTADB": Damaged,
    "SQLITE_IOERR": Damaged,
}


def named(error: BaseException, name: str) -> StorageError | None:
    """The driver's error as one of ours; None when it is none that an operator can mend."""
    code = getattr(error, "sqlite_errorname", None)
    while code:  # SQLITE_BUSY_SNAPSHOT → SQLITE_BUSY
        if kind := _SQLITE.get(code):
            return kind(name)
        code = code.rpartition("_")[0]
    return None if isinstance(error, sqlite3.Error) else postgres.named(error, name)


def _named(context: ExceptionContext) -> None:
    name = where(context.engine) if context.engine else "the database"
    if error := named(context.original_exception, name):
        raise error from context.original_exception
