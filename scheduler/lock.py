"""One writer at a time: an advisory lock on a file beside the database, held for the whole run.

The kernel frees it when its process dies, however it dies, so nothing stale is ever left behind.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from scheduler import server_lock
from scheduler.errors import Busy
from storage.errors import ReadOnlyPlace
from storage.place import check_place

POLL_S = 0.2
GLANCE_S = 0.5


def lock_path(database_url: str) -> Path | None:
    """The lock file of a database: beside a SQLite file; None on a server, which keeps the lock itself."""
    prefix = "sqlite:///"
    return Path(database_url.removeprefix(prefix) + ".lock") if database_url.startswith(prefix) else None


@contextmanager
def held(path: Path, command: str, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock while the block runs.

    Args:
        path: The lock file; made if missing, never removed (removing it would let two processes hold two files).
        command: What we are about to do; shown to whoever is refused.
        wait_s: How long to wait for the holder, in seconds.

    Raises:
        Busy: another process holds it still.
        NetworkFilesystem, ReadOnlyPlace: no lock can be held there.
    """
    check_place(path)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise ReadOnlyPlace(str(path)) from error
    try:
        _take(handle, path, time.monotonic() + wait_s)
        told = {"pid": os.getpid(), "command": command, "since": datetime.now(UTC).isoformat(timespec="seconds")}
        with suppress(OSError):  # on a full disk whoever is refused learns no name; the lock holds all the same
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(told).encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


@contextmanager
def writing(database_url: str, command: str, wait_s: float = 0.0) -> Iterator[None]:
    """Be the one writer of a database: a lock file beside a file, an advisory lock on a server."""
    path = lock_path(database_url)
    with server_lock.held(database_url, command, wait_s) if path is None else held(path, command, wait_s):
        yield


def at_work(database_url: str) -> str | None:
    """Who writes to a database at this moment, as a sentence; None: nobody."""
    path = lock_path(database_url)
    return server_lock.holder(database_url) if path is None else holder(path)


def holder(path: Path) -> str | None:
    """Who holds the lock, as a sentence; None: nobody."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # whoever may only read may ask
    except (FileNotFoundError, PermissionError):
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _named(handle)
    finally:
        os.close(handle)
    return None


def _take(handle: int, path: Path, until: float) -> None:
    if not os.fstat(handle).st_size:  # nobody is at work, at most `holder` is looking at this moment
        until = max(until, time.monotonic() + GLANCE_S)
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise Busy(f"{path}: {_named(handle)}; wait for it, or give --wait SECONDS") from None
            time.sleep(POLL_S)
        else:
            return


def _named(handle: int) -> str:
    try:
        told = json.loads(os.pread(handle, 4096, 0))
        return f"process {told['pid']} ({told['command']}) has been at work since {told['since']}"
    except (ValueError, KeyError, TypeError):
        return "another process is at work"
