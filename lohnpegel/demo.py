"""The demonstration: the sandbox market (or recorded responses) served on this machine, crawled as a live run is.

It writes a config.toml of its own into its folder, so that every other command can be tried on what it leaves there.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import tomlkit

from lohnpegel.errors import UsageError
from lohnpegel.plans import crawl_plan
from lohnpegel.settings import Settings, load
from lohnpegel.shipped import default_config
from sandbox import truth
from sandbox.employers import MarketKind
from sandbox.market import Market
from sandbox.replay import Replay
from sandbox.server import Web
from sandbox.traffic import Traffic
from sandbox.world import Sandbox
from scheduler.plan import CrawlSummary
from scheduler.run import run_crawl
from scraper.fetch.clock import SystemClock
from storage.engine import open_engine, where
from storage.migrate import current

MARK = ".lohnpegel-demo"  #: a folder with this file is ours, and may be begun anew
TODAY = date(2026, 11, 22)  #: the last day of the made-up market: fixed, so that the same seed gives the same report on any day


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    folder: Path
    seed: int = 1
    weeks: int = 6
    market: MarketKind = "mixed"
    today: date = TODAY
    replay: Path | None = None
    database: str | None = None  #: an empty one on a server; None: a file in the folder


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demonstration leaves behind."""

    settings: Settings
    crawls: tuple[CrawlSummary, ...]
    requests: Mapping[str, Mapping[str, int]]  #: what the sandbox was asked for, by host and kind of path, over all weeks
    now: datetime  #: the market's own time at the end
    truth: Mapping[str, Any] | None  #: what the market knows of itself in the last week; None for recordings
    skipped: Mapping[str, str]  #: recordings that are not served, and why
    origins: Mapping[str, str]  #: kind of source by the port that it got
    traffic: Traffic  #: how many hosts were asked at the same moment, by their own account


class MarketClock(SystemClock):
    """The machine's clock with the market's calendar."""

    def __init__(self, day: date) -> None:
        self.at = datetime.combine(day, time(6, 10), ZoneInfo("Europe/Berlin")).astimezone(UTC)

    def now(self) -> datetime:
        return self.at


def play(wish: Wish, heard: Callable[[int, CrawlSummary], None] = lambda _week, _summary: None) -> Shown:
    """Serve, crawl week by week, and say what came of it.

    Args:
        wish: What was asked for.
        heard: Called after each week's crawl.

    Raises:
        UsageError: the folder holds something that is not ours, or there is nothing to replay.
    """
    if wish.database is not None:
        _check_empty(wish.database)
    _begin(wish.folder)
    with _served(wish) as (web, weeks):
        settings = _configured(wish, web)
        crawls: list[CrawlSummary] = []
        for number, day in weeks:
            if isinstance(web, Sandbox):
                web.week = number
            crawls.append(run_crawl(replace(crawl_plan(settings), in_order=True), full=True, clock=MarketClock(day)))
            heard(number, crawls[-1])
        last, day = weeks[-1]
        told_truth = asdict(truth.shares(web.market, last)) if isinstance(web, Sandbox) else None
        skipped = web.skipped if isinstance(web, Replay) else {}
        origins = {str(urlsplit(url).port): kind for kind, url in web.urls.items()}
        now = MarketClock(day).now()
        return Shown(settings, tuple(crawls), web.stats(), now, told_truth, skipped, origins, web.traffic)


@contextmanager
def _served(wish: Wish) -> Iterator[tuple[Web, list[tuple[int, date]]]]:
    if wish.replay is not None:
        if not wish.replay.is_dir():
            raise UsageError(f"--replay {wish.replay}: there is no such folder")
        with Replay(wish.replay) as web:
            if not web.recordings.hits and not web.recordings.details:
                raise UsageError(
                    f"--replay {wish.replay}: holds no recorded search or detail ({len(web.skipped)} files left out)"
                )
            yield web, [(0, wish.today)]
        return
    market = Market(wish.seed, wish.weeks, wish.market, today=wish.today)
    with Sandbox(market, 0) as box:
        yield box, [(week, market.day(week)) for week in range(market.weeks)]


def _begin(folder: Path) -> None:
    """Make the folder, and clear away what an earlier demonstration left: nothing else is ever removed."""
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise UsageError(f"{folder}: is not empty and was not made by a demonstration; name another with --dir")
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text("Made by `lohnpegel demo`, which begins this folder anew each time.\n", "utf-8")
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name == "exports":
            shutil.rmtree(entry)
        elif entry.name.startswith("lohnpegel") or entry.name in {"config.toml", "report.html", "report.history.json"}:
            entry.unlink()


def _check_empty(url: str) -> None:
    """A database on a server is never begun anew: what stands there may be somebody's."""
    engine = open_engine(url)
    try:
        if current(engine) is not None:
            raise UsageError(f"--database {where(engine)}: holds ads already; name an empty database or schema")
    finally:
        engine.dispose()


def _configured(wish: Wish, web: Web) -> Settings:
    """The shipped configuration with the sandbox's addresses, no delay, and a contact that is nobody's."""
    document: dict[str, Any] = tomlkit.parse(default_config().read_text("utf-8"))
    document["crawler"].update({"contact": "demo@lohnpegel.example", "delay_s": 0.0, "allow_loopback": True})
    document["report"]["made_up"] = wish.replay is None
    if wish.database is not None:
        document["storage"]["url"] = wish.database
    blocks = _blocks(web)
    for name, block in document["source"].items():
        block["enabled"] = name in blocks
    for name, keys in blocks.items():
        document["source"].setdefault(name, tomlkit.table()).update(keys)
    path = wish.folder / "config.toml"
    path.write_text(tomlkit.dumps(document), "utf-8")
    return load(path)


def _blocks(web: Web) -> dict[str, dict[str, Any]]:
    """The `[source.NAME]` blocks of what is served."""
    blocks: dict[str, dict[str, Any]] = {
        "bundesagentur": {"base_url": web.urls["bundesagentur"], "robots_exempt": []},
    }
    if not isinstance(web, Sandbox):
        return blocks
    for kind in ("personio", "softgarden", "dvinci", "recruitee"):
        slugs = {url.removeprefix(web.urls[kind]).split("/")[1]: name for name, url in sorted(web.boards[kind].items())}
        blocks[kind] = {"base_url": web.urls[kind], "boards": list(slugs), "employers": slugs}
    blocks["entgeltatlas"] = {"base_url": web.urls["entgeltatlas"], "robots_exempt": []}
    blocks["service_bund"] = {"base_url": web.urls["servicebund"]}
    blocks["jobposting"] = {"sites": [web.urls["jobposting"]]}
    return blocks
