"""One lane per host: one request at a time, spaced, paused when the host says so, closed after too many failures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from scraper.errors import Incomplete, Refused, Unreachable
from scraper.fetch.clock import Clock
from scraper.fetch.limits import Conduct
from scraper.fetch.memory import Remembered
from scraper.fetch.retry import unasked_pause


class Paused(Refused):
    """The host asked to be left alone for longer than we wait within a run."""

    def __init__(self, url: str, not_before: datetime, status: int | None = None) -> None:
        super().__init__(url, f"the host asks to be left alone until {not_before:%Y-%m-%d %H:%M:%S} UTC", status)
        self.not_before = not_before


@dataclass(slots=True)
class HostStats:
    """What one host was asked for in this run, robots.txt included."""

    requests: int = 0
    bytes_wire: int = 0
    bytes_decoded: int = 0
    retries: int = 0
    waits_s: float = 0.0


class Turns(Protocol):
    """One request at a time to a host, over several processes."""

    def held(self, host: str) -> AbstractAsyncContextManager[None]: ...


class Lane:
    """The pace of one host; it is `held` from the wait until the answer is read.

    Where other processes ask the same host, `turns` is held as well, and what they were told is read again from the states.
    """

    def __init__(self, key: str, conduct: Conduct, states: Remembered, clock: Clock, turns: Turns | None = None) -> None:
        self._lock = asyncio.Lock()
        self._turns = turns
        self.stats = HostStats()
        self.delay_s = conduct.delay_s
        self.spread_s: float | None = None  #: a Crawl-delay too long to sleep through: one page, then a pause of so many seconds
        self._key, self._conduct, self._states, self._clock = key, conduct, states, clock
        self._started: float | None = None
        self._failures = 0
        self._strikes = 0

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Nobody else asks this host meanwhile."""
        async with self._lock:
            if self._turns is None:
                yield
                return
            async with self._turns.held(self._key):
                self._states.forget(self._key)
                try:
                    yield
                finally:
                    self._space()

    async def turn(self, url: str) -> None:
        """Wait for this host's next turn; raises `Paused`, `Unreachable` (breaker) or `Incomplete` (budget)."""
        if self._failures >= self._conduct.breaker:
            raise Unreachable(url, f"host left alone for this run after {self._failures} failed tries in a row")
        budget = self._conduct.budget_per_host
        if budget is not None and self.stats.requests >= budget:
            raise Incomplete(f"{url}: the budget of {budget} requests to {self._key} is used up for this run")
        wait_s = 0.0
        if (not_before := self._states.get(self._key).not_before) is not None:
            wait_s = (not_before - self._clock.now()).total_seconds()
            if wait_s > self._conduct.max_wait_s:
                raise Paused(url, not_before)
        if self._started is not None:
            wait_s = max(wait_s, self._started + self.delay_s - self._clock.monotonic())
        if wait_s > 0:
            self.stats.waits_s += wait_s
            await self._clock.sleep(wait_s)
        self._started = self._clock.monotonic()
        self.stats.requests += 1

    def crawl_delay(self, seconds: float | None) -> None:
        """Take the pace that robots.txt asks for; never faster than our own. None: it asks for none."""
        if seconds is None or seconds <= self._conduct.delay_s:
            return
        if seconds > self._conduct.max_crawl_delay_s:
            self.spread_s = min(seconds, 86_400.0)
        self.delay_s = min(seconds, self._conduct.max_crawl_delay_s)

    def worked(self) -> None:
        """An answer came that the host meant to give."""
        self._failures = self._strikes = 0

    def page_taken(self) -> None:
        """A page was served: under a very long Crawl-delay the next one is for a later run."""
        if self.spread_s is not None:
            self._hold(self.spread_s)

    def failed(self) -> None:
        """One try failed; after `breaker` in a row the host is left alone."""
        self._failures += 1

    def pause(self, asked_s: float | None) -> datetime:
        """Leave the host alone for the time it asked for, or an own growing one if None; survives a restart."""
        self._strikes += 1
        return self._hold(unasked_pause(self._strikes) if asked_s is None else asked_s)

    def _space(self) -> None:
        """Bind the others to our pace, in whole seconds, as times are kept; a longer pause stays."""
        until = self._clock.now() + timedelta(seconds=ceil(self.delay_s))
        known = self._states.get(self._key).not_before
        if self.delay_s and (known is None or known < until):
            self._states.update(self._key, not_before=until)

    def _hold(self, seconds: float) -> datetime:
        until = self._clock.now() + timedelta(seconds=seconds)
        self._states.update(self._key, not_before=until)
        return until
