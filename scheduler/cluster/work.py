"""A worker: takes jobs until it is told to stop, and does each as an embedded crawl does that source."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from structlog.contextvars import bound_contextvars

from scheduler.cluster.broker import DEAD_S, HAND, HEARTBEAT_S, QUEUE, broker, shared
from scheduler.cluster.turns import ServerTurns
from scheduler.plan import CrawlPlan
from scheduler.source import Desk, crawl_one
from scheduler.stop import Stop
from scraper.fetch.client import Fetcher
from scraper.fetch.clock import SystemClock
from scraper.normalise.posting import VERSION
from scraper.parse.worker import Parsers
from storage.archive import Archive
from storage.engine import open_engine
from storage.hosts import Hosts
from storage.poison import StoredPoison
from storage.runs import Runs
from storage.save import Store

log = logging.getLogger(__name__)


class OtherConfig(Exception):
    """The coordinator reads another config.toml than this worker."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What a worker holds open, and the one thing it does."""

    desk: Desk  #: of no run yet
    turns: ServerTurns

    async def crawl(self, run_id: str, source: str, *, full: bool, config_hash: str) -> None:
        """Crawl a source; nothing is done for a run that is over.

        Raises:
            OtherConfig: The run was begun by another configuration.
        """
        desk = self.desk
        if config_hash != desk.plan.config_hash:
            raise OtherConfig(f"run {run_id} was begun with configuration {config_hash}, here stands {desk.plan.config_hash}")
        async with self.turns.source(source):
            if not desk.runs.is_running(run_id):
                log.info("%s: run %s is over, its job is dropped", source, run_id)
                return
            (plan,) = (one for one in desk.plan.sources if one.name == source)
            with bound_contextvars(run=run_id):
                await crawl_one(replace(desk, run_id=run_id, begun_at=desk.clock.now()), plan, full)


def run_worker(plan: CrawlPlan, *, once: bool = False) -> None:
    """Take jobs and do them, one at a time, until SIGINT or SIGTERM; the job at hand is finished first.

    Args:
        plan: Of all sources; the same configuration as the coordinator's.
        once: End when no job is waiting.

    Raises:
        NotACluster: Database or archive is a file.
        ServerAway: The server does not answer.
    """
    shared("url", plan.database_url)
    shared("archive_url", plan.archive_url)
    asyncio.run(_work(plan, once))


async def _work(plan: CrawlPlan, once: bool) -> None:
    async with _hand(plan) as hand, broker(plan.database_url) as app:
        await app.run_worker_async(
            queues=[QUEUE],
            name=f"{socket.gethostname()}:{os.getpid()}",
            wait=not once,
            fetch_job_polling_interval=1.0,
            shutdown_graceful_timeout=60.0,
            update_heartbeat_interval=HEARTBEAT_S,
            stalled_worker_timeout=DEAD_S,
            additional_context={HAND: hand},
        )


@asynccontextmanager
async def _hand(plan: CrawlPlan) -> AsyncIterator[Hand]:
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        turns = await ServerTurns.open(plan.database_url)
        stack.push_async_callback(turns.close)
        engine = open_engine(plan.database_url)
        stack.callback(engine.dispose)
        archive = Archive(plan.archive_url)
        stack.callback(archive.close)
        fetcher = Fetcher(plan.conduct, Hosts(engine), clock)
        fetcher.turns = turns
        await stack.enter_async_context(fetcher)
        parsers = await stack.enter_async_context(Parsers(poison=StoredPoison(archive, VERSION)))
        store, runs = Store(engine, VERSION), Runs(engine, clock.now)
        yield Hand(Desk(plan, "", clock.now(), clock, fetcher, parsers, store, runs, archive, Stop(), None), turns)
