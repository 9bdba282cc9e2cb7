"""Keeping a second copy of a database, checking one, and putting one back."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from storage.engine import database_path, named, where
from storage.errors import Damaged, DiskFull, NoDatabase, ReadOnlyPlace, StorageError

BESIDE = ("-journal", "-wal", "-shm")  #: what SQLite keeps beside a file that is open


def backup(engine: Engine, target: Path) -> Path:
    """Write a compact, checked copy; nothing stands at `target` before it is whole and on the disk.

    Raises:
        DiskFull: Less room than the database takes; nothing was written.
        Damaged: The copy is not sound, so neither is the database.
        StorageError: The database is not a file: use the server's own tools (pg_dump).
    """
    source = database_path(engine)
    if source is None:
        raise StorageError(where(engine), "is no file; back it up with the server's own tools, such as pg_dump")
    if shutil.disk_usage(target.parent).free < source.stat().st_size:
        raise DiskFull(str(target.parent))
    for left in target.parent.glob(f".{source.name}.*.part*"):
        left.unlink(missing_ok=True)  # by one that was killed; the lock is ours
    part = part_of(target)
    try:
        _vacuum_into(source, part)
        check(part)
        sync(part)
        part.replace(target)
        sync(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return target


def part_of(target: Path) -> Path:
    """The name under which a file is made until it is whole; what one that was killed left there is removed."""
    part = target.with_name(f".{target.name}.part")
    for suffix in ("", *BESIDE):
        part.with_name(part.name + suffix).unlink(missing_ok=True)
    return part


def check(path: Path) -> None:
    """Test a database file: every page, every index, every foreign key.

    Raises:
        NoDatabase: There is no file.
        Damaged: Says what was found first.
    """
    if not path.is_file():
        raise NoDatabase(str(path))
    try:
        found, orphans = _findings(path, "ro")
    except sqlite3.OperationalError as error:
        if not os.access(path, os.W_OK):
            raise named(error, str(path)) or Damaged(str(path), str(error)) from error
        found, orphans = _findings(path, "rw")  # killed while it was made: only a writer may undo what was half done
    except sqlite3.Error as error:
        raise named(error, str(path)) or Damaged(str(path), str(error)) from error
    if found:
        raise Damaged(str(path), found[0])
    if orphans:
        raise Damaged(str(path), f"{len(orphans)} rows refer to rows that are gone, the first in table {orphans[0][0]}")


def _findings(path: Path, mode: str) -> tuple[list[str], list[Any]]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        return found, connection.execute("PRAGMA foreign_key_check").fetchall()


def restore(copy: Path, path: Path) -> Path | None:
    """Put a backup in the place of a database that nobody has open; the caller holds the lock.

    Returns:
        Where the replaced database now lies; None if there was none.
    """
    check(copy)
    part = part_of(path)
    try:
        copy_to(copy, part)
        return put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)


def put_in_place(part: Path, path: Path) -> Path | None:
    """Let a file that is whole take the place of a database; returns where that now lies, None if there was none."""
    old = path.with_name(f"{path.name}.replaced") if path.exists() else None
    if old:
        _empty_log(path)
        _second_name(path, old)
    for suffix in BESIDE:  # they belong to the old file; the new one would read them as its own
        beside, kept = path.with_name(path.name + suffix), path.with_name(f"{path.name}.replaced{suffix}")
        if beside.exists():
            beside.replace(kept)
        else:
            kept.unlink(missing_ok=True)  # of one that was replaced before
    part.replace(path)
    sync(path.parent)
    return old


def copy_to(copy: Path, part: Path) -> None:
    """Copy the file on to the disk; a copy that was never closed properly brings what its log holds."""
    if copy.with_name(copy.name + "-wal").exists():
        _vacuum_into(copy.absolute(), part)
    else:
        try:
            shutil.copyfile(copy, part)
        except OSError as error:
            raise (DiskFull if error.errno in {ENOSPC, EDQUOT} else ReadOnlyPlace)(str(part.parent)) from error
    sync(part)


def _empty_log(path: Path) -> None:
    """Write the log of a database into its file; one that is too damaged for that is replaced as it is."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _second_name(path: Path, old: Path) -> None:
    """Give a file a second name: until the new one takes the first, something sound stands there, whenever we are killed."""
    old.unlink(missing_ok=True)
    try:
        os.link(path, old)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, old)


def _vacuum_into(source: Path, part: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
    except sqlite3.Error as error:
        raise named(error, str(source)) or Damaged(str(source), str(error)) from error


def sync(path: Path) -> None:
    """Have a file or a directory on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
