"""Looking after database files by hand: vetting a copy before it is put back, giving freed space back to the disk."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from storage.backup import check
from storage.engine import APPLICATION_ID, SCHEMA_VERSION, database_path, named, reading, where
from storage.errors import Damaged, NewerSchema, NotOurs, StillRead

_SIZES = ("page_count", "freelist_count", "page_size")


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A file before and after `vacuum`, in bytes."""

    path: Path
    before: int
    after: int


def vet(copy: Path) -> int:
    """Whether a file may become our database: sound, ours, and not from a newer program.

    Returns:
        Number of its schema; smaller than ours means that it is upgraded once it stands.

    Raises:
        NoDatabase, Damaged, NotOurs, NewerSchema: it may not.
    """
    check(copy)
    with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
    if mark != APPLICATION_ID:
        raise NotOurs(str(copy))
    if schema > SCHEMA_VERSION:
        raise NewerSchema(str(copy), schema, SCHEMA_VERSION)
    return int(schema)


def with_page(database: Path, archive: Path) -> tuple[int, int]:
    """Number of ads that were read from an archived page, and of those whose page is still there.

    A page goes when its time is over, or when a person's words are erased: an ad without one cannot be read again.
    """
    ads = _column(database, "SELECT archive_hash FROM posting WHERE archive_hash IS NOT NULL")
    bodies = {key.hex() for key in _column(archive, "SELECT hash FROM body")}
    return len(ads), sum(key in bodies for key in ads)


def _column(path: Path, query: str) -> list[Any]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return [value for (value,) in connection.execute(query)]
    except sqlite3.Error as error:
        raise named(error, str(path)) or Damaged(str(path), str(error)) from error


def vacuum(engine: Engine) -> Shrunk | None:
    """Rewrite a file without its free pages and empty its log; what was deleted is then nowhere in it.

    Returns:
        None for a database that is no file: its server looks after it.

    Raises:
        DiskFull: a second copy does not fit beside it; the file is as it was.
        StillRead: somebody reads; the file is rewritten, but its log still holds what was deleted.
    """
    path = database_path(engine)
    if path is None:
        return None
    before = _size(path)
    try:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA optimize")
            driver.execute("VACUUM")
            (held, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise named(error, where(engine)) or Damaged(where(engine), str(error)) from error
    if held:
        raise StillRead(where(engine))
    return Shrunk(path, before, _size(path))


def live_bytes(engine: Engine) -> int:
    """What of a file would be left after `vacuum`; 0 for a database that is no file."""
    if database_path(engine) is None:
        return 0
    with reading(engine) as connection:
        pages, free, size = (connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in _SIZES)
    return int((pages - free) * size)


def _size(path: Path) -> int:
    files = (path, path.with_name(path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
