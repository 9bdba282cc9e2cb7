"""The whole program for tests: a sandbox to crawl, a configuration, and the real command line in a process of its own.

Children are forked from a server that has imported the program and compiled its word lists, so that one costs a
twentieth of a fresh interpreter; what they run is `lohnpegel.cli.main` with real arguments, files and signals.
"""

import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import tomlkit

from lohnpegel.plans import crawl_plan
from lohnpegel.settings import Settings, load
from lohnpegel.shipped import default_config
from sandbox.market import Market
from sandbox.world import Sandbox
from scheduler.plan import CrawlPlan, CrawlSummary
from scheduler.run import run_crawl
from storage.read import Reader
from tests import databases

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.warm"])
BA = "bundesagentur"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def start(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None, name: str = "said") -> ForkServerProcess:
    """Start the command line in a process of its own; its output goes to files in the folder."""
    process = FORKS.Process(target=_main, args=(str(folder), arguments, dict(environment or {}), name))
    process.start()
    return process


def run(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None, limit_s: float = 60) -> Ended:
    """Run the command line to its end."""
    process = start(folder, *arguments, environment=environment)
    process.join(limit_s)
    if process.is_alive():
        process.kill()
        raise AssertionError(f"lohnpegel {' '.join(arguments)} hangs")
    return Ended(process.exitcode or 0, (folder / "said.out").read_text("utf-8"), (folder / "said.err").read_text("utf-8"))


def _main(folder: str, arguments: tuple[str, ...], environment: dict[str, str], name: str) -> None:
    os.environ.update({"COLUMNS": "200", "NO_COLOR": "1", **environment})
    os.chdir(folder)
    for suffix, number in ((".out", 1), (".err", 2)):
        handle = os.open(f"{folder}/{name}{suffix}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the descriptor itself
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["lohnpegel", *arguments]
    if hook := environment.get("TEST_HOOK"):
        exec(hook, {})  # the test's own words, such as a smaller disk
    from lohnpegel.cli import main

    main()


def configured(folder: Path, urls: Mapping[str, str], url: str | None = None, **crawler: Any) -> Settings:
    """Write the shipped configuration with the sandbox's addresses into a folder, and read it."""
    document: dict[str, Any] = tomlkit.parse(default_config().read_text("utf-8"))
    document["crawler"].update({"contact": "test@lohnpegel.example", "delay_s": 0.0, "allow_loopback": True, **crawler})
    for name, block in document["source"].items():
        block.update({"base_url": urls[name], "robots_exempt": []} if name == BA else {"enabled": False})
    if databases.kind != "sqlite":
        document["storage"]["url"] = url or databases.fresh(folder / "lohnpegel.db")
    document["source"][BA]["terms"] = ["Kundenservice", "Kundenberater"]
    (folder / "config.toml").write_text(tomlkit.dumps(document), "utf-8")
    return load(folder / "config.toml")


class DayClock:
    """The machine's seconds with a calendar that the test sets; sleeps take no time."""

    def __init__(self, day: date) -> None:
        self.at = datetime(day.year, day.month, day.day, 6, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Town:
    """A sandbox, and a database that crawls it."""

    folder: Path
    box: Sandbox
    settings: Settings

    @property
    def plan(self) -> CrawlPlan:
        return crawl_plan(self.settings)

    def crawl(self, week: int, days: int = 0, **change: Any) -> CrawlSummary:
        """Crawl in this process, `days` after the day of that week."""
        self.box.week = week
        clock = DayClock(self.box.market.day(week) + timedelta(days=days))
        return run_crawl(replace(self.plan, **change), full=True, clock=clock)

    def ads(self) -> dict[str, dict[str, Any]]:
        """Stored ads by id at the source."""
        reader = Reader.open(self.settings.storage.url)
        try:
            return {row["source_id"]: row for row in reader.ads(texts=True)}
        finally:
            reader.close()

    def cli(self, *arguments: str, **more: Any) -> Ended:
        """The real command line on this folder."""
        return run(self.folder, *arguments, **more)


def copied(stock: Path, to: Path) -> str:
    """Copy another town's files, and its database wherever it is; returns the copy's URL. Nobody may be at work there."""
    for file in stock.glob("lohnpegel*"):
        shutil.copy(file, to)
    return databases.copied(load(stock / "config.toml").storage.url, to / "lohnpegel.db")


@contextmanager
def town(folder: Path, market: Market, week: int = 0, *, url: str | None = None, **crawler: Any) -> Iterator[Town]:
    """A market served, and a configuration for it.

    Args:
        url: Of the database, where there is one already.
    """
    with Sandbox(market, week, kinds=(BA,)) as box:
        yield Town(folder, box, configured(folder, box.urls, url, **crawler))
