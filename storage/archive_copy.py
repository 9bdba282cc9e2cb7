"""A second copy of the archive, kept in step: what is new is added, what has outlived its time is removed.

The archive only grows, by bodies that are named by their own hash, so a copy costs what came since the last time. All backups
of a database share the one copy beside them: a copy for each would keep pages of persons long beyond their time to live.

Putting it back is the same the other way round: the copy is the ground, whatever a sound archive has besides is added to it.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from storage.archive import Archive, unpacked
from storage.backup import check, copy_to, part_of, put_in_place, sync
from storage.engine import ARCHIVE_ID, database_path, named
from storage.errors import Damaged, NotOurs, StorageError
from storage.types import utc_text

log = logging.getLogger(__name__)

_SAME = "m.hash = s.hash AND m.url = s.url AND m.fetched_at = s.fetched_at AND m.source = s.source"
_FRESH_BODIES = "SELECT hash FROM source.body AS s WHERE NOT EXISTS (SELECT 1 FROM body AS m WHERE m.hash = s.hash)"
_FRESH_FETCHES = f"""
SELECT id FROM source.fetch AS s
WHERE NOT EXISTS (SELECT 1 FROM fetch AS m WHERE m.id = s.id AND {_SAME})
  AND NOT EXISTS (SELECT 1 FROM fetch AS m WHERE {_SAME})
ORDER BY id
"""  # noqa: S608 - constants only, here and below
_COLUMNS = "source, source_id, kind, url, status, hash, fetched_at, run_id, request"
_ADD_FETCH = f"INSERT INTO fetch (id, {_COLUMNS}) SELECT ?, {_COLUMNS} FROM source.fetch WHERE id = ?"  # noqa: S608
_NO_BODY = "FROM fetch WHERE NOT EXISTS (SELECT 1 FROM body WHERE body.hash = fetch.hash)"
_NO_FETCH = "FROM body WHERE NOT EXISTS (SELECT 1 FROM fetch WHERE fetch.hash = body.hash)"


@dataclass(frozen=True, slots=True)
class Kept:
    """What bringing a copy into step did."""

    path: Path
    added: int  #: fetched pages
    removed: int
    pages: int  #: that it holds now


@dataclass(frozen=True, slots=True)
class Sound:
    """What a sound archive holds."""

    pages: int
    bodies: int


def copy_path(archive: Path, folder: Path) -> Path:
    """Where the copy of an archive lies among the backups in a folder."""
    return folder / f"{archive.name}.backup"


def is_archive(path: Path) -> bool:
    """Whether a file bears the mark of an archive."""
    with _opened(path, "ro") as connection:
        return bool(connection.execute("PRAGMA application_id").fetchone()[0] == ARCHIVE_ID)


def keep(archive: Path, copy: Path, before: datetime) -> Kept:
    """Bring the copy into step with the archive; it is made where there is none. The caller holds the lock.

    Args:
        archive: The archive; every body that is copied is read and held against its hash.
        copy: Its copy.
        before: Pages fetched earlier, aware UTC, have outlived their time.

    Raises:
        NotOurs: The copy is another program's file.
        Damaged: A body of the archive is not what was written, or the copy is not sound.
        StorageError: Disk full …: the copy is as it was.
    """
    check(archive)
    with erasable(copy):
        pass  # it is there, and has all its tables
    with _opened(copy, "rw", archive) as connection, _transaction(connection):
        added = _bring(connection, archive, strict=True)
        removed = _expire(connection, before)
        (pages,) = connection.execute("SELECT count(*) FROM fetch").fetchone()
    check(copy)
    sync(copy.parent)
    return Kept(copy, added, removed, pages)


def expire(copy: Path, before: datetime) -> int:
    """Remove what has outlived its time from a copy; returns how many pages went."""
    with _opened(copy, "rw") as connection, _transaction(connection):
        return _expire(connection, before)


def expire_beside(engine: Engine, archive: Archive, before: datetime) -> None:
    """The same for the copy beside the database, where there is one: whoever stops making backups must not keep its pages."""
    database, pages = database_path(engine), database_path(archive.engine)
    copy = copy_path(pages, database.parent) if database and pages else None
    if copy is None or not copy.is_file():
        return
    try:
        expire(copy, before)
    except StorageError as error:  # no reason to call a crawl failed
        log.warning("pages that have outlived their time are still in the archive's copy: %s", error)


@contextmanager
def erasable(copy: Path) -> Iterator[Archive]:
    """A copy as an archive of its own, to be written; afterwards it is one file again, without a log beside it."""
    with Archive(f"sqlite:///{copy}") as archive:
        yield archive
    with _opened(copy, "rw") as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def put_back(copy: Path, archive: Path) -> Path | None:
    """Put the copy in the place of the archive, with all that the archive has besides; the caller holds the lock.

    Returns:
        Where the replaced archive now lies; None if there was none.

    Raises:
        NoDatabase, NotOurs, Damaged: The copy is no sound archive; nothing was done.
    """
    verify(copy)
    part = part_of(archive)
    try:
        copy_to(copy, part)
        if archive.exists():
            _rescue(archive, part)
        return put_in_place(part, archive)
    finally:
        part.unlink(missing_ok=True)


def verify(path: Path) -> Sound:
    """Test an archive: every page of the file, the body of every fetch, every body against its hash.

    Raises:
        NoDatabase, NotOurs, Damaged: Says what was found first.
    """
    check(path)
    if not is_archive(path):
        raise NotOurs(str(path))
    with _opened(path, "ro") as connection:
        (lost,) = connection.execute(f"SELECT count(*) {_NO_BODY}").fetchone()
        if lost:
            raise Damaged(str(path), f"the bodies of {lost} pages are gone")
        bodies = 0
        for key, size, packed in connection.execute("SELECT hash, size, packed FROM body"):
            unpacked(packed, size, key, str(path))
            bodies += 1
        (pages,) = connection.execute("SELECT count(*) FROM fetch").fetchone()
        return Sound(pages, bodies)


def _bring(connection: sqlite3.Connection, source: Path, *, strict: bool) -> int:
    """Add what the attached archive has besides; a torn body is an error, or left out with its pages."""
    for (key,) in connection.execute(_FRESH_BODIES).fetchall():
        size, packed = connection.execute("SELECT size, packed FROM source.body WHERE hash = ?", (key,)).fetchone()
        try:
            unpacked(packed, size, key, str(source))
        except Damaged:
            if strict:
                raise
            continue
        connection.execute("INSERT INTO body (hash, size, packed) VALUES (?, ?, ?)", (key, size, packed))
    fresh = connection.execute(_FRESH_FETCHES).fetchall()
    for (number,) in fresh:
        taken = connection.execute("SELECT 1 FROM fetch WHERE id = ?", (number,)).fetchone()
        connection.execute(_ADD_FETCH, (None if taken else number, number))
    if not strict:
        connection.execute(f"DELETE {_NO_BODY}")
    return len(fresh)


def _expire(connection: sqlite3.Connection, before: datetime) -> int:
    removed = connection.execute("DELETE FROM fetch WHERE fetched_at < ?", (utc_text(before),)).rowcount
    connection.execute(f"DELETE {_NO_FETCH}")
    return removed


def _rescue(archive: Path, part: Path) -> None:
    """Add what can be read of an archive that is to be replaced; one that is too damaged has no more to give."""
    with suppress(Damaged), _opened(part, "rw", archive) as connection, _transaction(connection):
        _bring(connection, archive, strict=False)
    check(part)
    sync(part)


@contextmanager
def _opened(path: Path, mode: str, source: Path | None = None) -> Iterator[sqlite3.Connection]:
    """A file, with another one attached as `source`; SQLite's errors by our names."""
    try:
        with closing(sqlite3.connect(_address(path, mode), uri=True, isolation_level=None, timeout=30)) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            if source is not None:
                connection.execute("ATTACH ? AS source", (_address(source, "rw"),))  # its log may have to be read again
            yield connection
    except sqlite3.Error as error:
        raise named(error, str(path)) or Damaged(str(path), str(error)) from error


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a full disk has undone it already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _address(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"
