"""Reading the database now and then from a process that stays: the engine is kept, its connections are not.

A new engine for each look would leave a megabyte of compiled statements behind until they are collected; an open connection
would go on reading a file that a restore has replaced.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine

from storage.engine import open_engine

SQLITE = "sqlite:///"


@contextmanager
def peeking(database_url: str) -> Iterator[Engine]:
    """An engine for reading; nothing of the database is open before and after.

    Raises:
        StorageError: there is no database, or it cannot be read.
    """
    path = Path(database_url.removeprefix(SQLITE))
    number = path.stat().st_ino if database_url.startswith(SQLITE) and path.exists() else 0
    engine = _engine(database_url, number)
    try:
        yield engine
    finally:
        engine.dispose()


@lru_cache(maxsize=1)
def _engine(database_url: str, _number: int) -> Engine:
    """`_number` is the file's own: another file is opened, and its schema asked, anew."""
    return open_engine(database_url, read_only=True)
