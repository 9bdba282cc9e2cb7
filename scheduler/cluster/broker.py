"""The jobs of a cluster, kept by procrastinate in the database that all share: one for each source of a run."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from sqlalchemy import make_url

from scheduler.cluster.turns import conninfo
from scheduler.errors import NotACluster
from storage.errors import ServerAway

if TYPE_CHECKING:
    from scheduler.cluster.work import Hand

QUEUE = "lohnpegel"
HEARTBEAT_S = 2.0
DEAD_S = 10.0  #: a worker that was not heard of for so long has lost its job to whoever is free
TRIES = 3
JOB = "lohnpegel.crawl_source"
HAND = "hand"  #: where a worker's own rooms stand in the context of its jobs
log = logging.getLogger(__name__)


async def crawl_source(context: JobContext, *, run_id: str, source: str, full: bool, config_hash: str) -> None:
    """Crawl one source for a run that a coordinator began; safe to be done again, in part or in whole."""
    hand: Hand = context.additional_context[HAND]
    await hand.crawl(run_id, source, full=full, config_hash=config_hash)


def shared(key: str, url: str) -> str:
    """The URL of a database that many machines can reach.

    Raises:
        NotACluster: It is a file.
    """
    if make_url(url).get_backend_name() != "postgresql":
        raise NotACluster(
            f'[storage] {key}: a cluster shares one server; write "postgresql+psycopg://USER@HOST/NAME", not {url!r}'
        )
    return url


@asynccontextmanager
async def broker(url: str) -> AsyncIterator[App]:
    """The open broker of a database; its tables are made where they are missing.

    Raises:
        ServerAway: The server does not answer, or went away meanwhile.
    """
    app = App(
        connector=PsycopgConnector(conninfo=conninfo(url), min_size=1, max_size=4, kwargs={"application_name": "lohnpegel jobs"})
    )
    retry = RetryStrategy(max_attempts=TRIES - 1, wait=2)
    app.task(name=JOB, queue=QUEUE, pass_context=True, retry=retry)(crawl_source)
    try:
        async with app.open_async():
            if not await app.check_connection_async():
                await app.schema_manager.apply_schema_async()
            yield app
    except ConnectorException as error:
        raise ServerAway(make_url(url).render_as_string(hide_password=True), str(error.__cause__ or error)) from error
