"""What the fetch tests share: a clock that jumps instead of waiting, and a fetcher that may ask the loopback."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from scraper.fetch.client import Fetcher
from scraper.fetch.limits import Conduct
from scraper.fetch.memory import HostMemory, MemoryHosts
from scraper.model import Page, Request
from tests.evil import Evil


class JumpingClock:
    """Sleeps take no time, but it passes."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._at = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self._seconds = 1000.0

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)
        self._seconds += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)


def conduct(**changes: Any) -> Conduct:
    """Ordinary conduct, but with the loopback allowed."""
    return Conduct(**{"allow_loopback": True, "contact": "mail@example.org", "deadline_s": 10.0, **changes})


def fetcher(rules: Conduct | None = None, memory: HostMemory | None = None, clock: JumpingClock | None = None) -> Fetcher:
    return Fetcher(rules or conduct(), memory or MemoryHosts(), clock or JumpingClock(), random.Random(1))


async def get(server: Evil, path: str, rules: Conduct | None = None, **request: Any) -> Page:
    """One page by a fresh fetcher."""
    async with fetcher(rules) as fetching:
        return await fetching.get(Request(server.url(path), **request))
