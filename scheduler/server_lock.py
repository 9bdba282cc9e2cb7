"""The one-writer lock of a database on a server: an advisory lock held by a connection of its own.

The server frees it when that connection ends, however its process dies, so nothing stale is ever left behind. The key is the
program and the schema, so that several towns in one database do not wait for each other.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, make_url

from scheduler.errors import Busy
from storage.engine import open_archive, where

POLL_S = 0.2
_KEY = "hashtext('lohnpegel'), hashtext(current_schema())"
_HOLDER = """
SELECT a.application_name, to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') AS since
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid = (hashtext('lohnpegel')::bigint & 4294967295)::oid
  AND l.objid = (hashtext(current_schema())::bigint & 4294967295)::oid"""


@contextmanager
def held(database_url: str, command: str, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock while the block runs; who waits is told who holds it.

    Raises:
        Busy: another process holds it still after `wait_s` seconds.
        ServerAway: the server does not answer.
    """
    name = f"lohnpegel {command} {socket.gethostname()[:20]}:{os.getpid()}"[:63]  # as long as a name may be there
    engine = open_archive(_named(database_url, name))
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            until = time.monotonic() + wait_s
            while not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_KEY})").scalar():
                if time.monotonic() >= until:
                    said = _sentence(connection) or "another process is at work"
                    raise Busy(f"{where(engine)}: {said}; wait for it, or give --wait SECONDS")
                time.sleep(POLL_S)
            yield
    finally:
        engine.dispose()


def holder(database_url: str) -> str | None:
    """Who holds the lock, as a sentence; None: nobody."""
    engine = open_archive(database_url, read_only=True)
    try:
        with engine.connect() as connection:
            return _sentence(connection)
    finally:
        engine.dispose()


def _sentence(connection: Connection) -> str | None:
    row = connection.exec_driver_sql(_HOLDER).first()
    return f"{row.application_name} has been at work since {row.since}" if row else None


def _named(url: str, name: str) -> str:
    return make_url(url).update_query_dict({"application_name": name}).render_as_string(hide_password=False)
