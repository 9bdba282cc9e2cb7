"""Turns at hosts and sources over all workers: advisory locks of the database that they share.

The server frees a worker's locks when its connection ends, however the worker does; whoever waits then goes on.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from psycopg import AsyncConnection
from sqlalchemy import make_url

POLL_S = 0.05
_HOST, _SOURCE = "lohnpegel host", "lohnpegel source"


def conninfo(url: str) -> str:
    """A database's URL as the driver itself reads it.

    >>> conninfo("postgresql+psycopg://desk@db.example/jobs")
    'postgresql://desk@db.example/jobs'
    """
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class ServerTurns:
    """`scraper.fetch.pace.Turns` by locks of a PostgreSQL server; one connection a worker.

    A lock is counted, so a process must not ask for one that it holds: within it, a lane keeps order itself.
    """

    def __init__(self, connection: AsyncConnection, schema: str) -> None:
        self._connection, self._schema = connection, schema
        self._speaking = asyncio.Lock()  # a connection answers one question at a time

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect; to be closed with `close`."""
        connection = await AsyncConnection.connect(conninfo(url), autocommit=True, application_name="lohnpegel turns")
        row = await (await connection.execute("SELECT current_schema()")).fetchone()
        return cls(connection, str(row[0] if row else ""))

    async def close(self) -> None:
        """Let every lock go."""
        await self._connection.close()

    @asynccontextmanager
    async def held(self, host: str) -> AsyncIterator[None]:
        """Be the only one of all workers that asks this host."""
        async with self._lock(_HOST, host):
            yield

    @asynccontextmanager
    async def source(self, name: str) -> AsyncIterator[None]:
        """Be the only one that works on this source of this town."""
        async with self._lock(_SOURCE, f"{self._schema} {name}"):
            yield

    @asynccontextmanager
    async def _lock(self, kind: str, name: str) -> AsyncIterator[None]:
        while not await self._said("SELECT pg_try_advisory_lock(hashtext(%s), hashtext(%s))", kind, name):  # noqa: ASYNC110 - the event is in another process
            await asyncio.sleep(POLL_S)
        try:
            yield
        finally:
            await asyncio.shield(self._said("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", kind, name))

    async def _said(self, query: str, kind: str, name: str) -> bool:
        async with self._speaking:
            row = await (await self._connection.execute(query, (kind, name))).fetchone()
        return bool(row and row[0])
