"""May this URL be asked at all? robots.txt and TDM reservation of each host, fetched once, remembered for a day."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from scraper.errors import BadAnswer, Disallowed, FetchError, Forbidden, Refused, Unreachable
from scraper.fetch import robots, tdm
from scraper.fetch.address import Site
from scraper.fetch.answer import Answer
from scraper.fetch.clock import Clock
from scraper.fetch.limits import Conduct
from scraper.fetch.memory import HostState, Remembered

FetchFile = Callable[[str, int], Awaitable[Answer]]  #: URL and bytes wanted; follows redirects; any status is an answer

_RETRY_S = 300.0  # a host whose robots.txt cannot be had is asked for it again after this long


@dataclass(slots=True)
class _Entry:
    """One host's rules; `refusal` stands for a host that must not be asked at all."""

    read_at_s: float
    good_for_s: float
    rules: robots.Rules
    reserved: tdm.Reservations
    refusal: type[FetchError] | None = None
    reason: str = ""


class Gate:
    """Fails closed: a host whose robots.txt cannot be read is not asked for anything else."""

    def __init__(self, conduct: Conduct, states: Remembered, clock: Clock, fetch: FetchFile) -> None:
        self._conduct, self._states, self._clock, self._fetch = conduct, states, clock, fetch
        self._entries: dict[str, _Entry] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def pass_or_refuse(self, site: Site, url: str) -> float | None:
        """Raise `Refused` or `Unreachable` unless the URL may be asked; else the Crawl-delay, None if there is none."""
        if not self._conduct.robots and not self._conduct.tdm:
            return None
        entry = self._entries.get(site.authority)
        if entry is None or self._clock.monotonic() - entry.read_at_s > entry.good_for_s:
            async with self._locks.setdefault(site.authority, asyncio.Lock()):
                entry = self._entries.get(site.authority)
                if entry is None or self._clock.monotonic() - entry.read_at_s > entry.good_for_s:
                    entry = self._entries[site.authority] = await self._enter(site)
        if entry.refusal is not None:
            raise entry.refusal(url, entry.reason)
        if not entry.rules.allowed(url, self._conduct.product):
            raise Disallowed(url, "robots.txt disallows it")
        if entry.reserved.reserves(url):
            raise Refused(url, f"text and data mining is reserved ({tdm.WELL_KNOWN})")
        return entry.rules.crawl_delay(self._conduct.product)

    async def _enter(self, site: Site) -> _Entry:
        entry = _Entry(self._clock.monotonic(), robots.MAX_AGE_S, robots.Rules(b""), tdm.Reservations(b""))
        if self._conduct.robots:
            await self._read_robots(site, entry)
        if self._conduct.tdm and entry.refusal is None and entry.rules.allowed(site.url(tdm.WELL_KNOWN), self._conduct.product):
            await self._read_tdm(site, entry)
        return entry

    async def _read_robots(self, site: Site, entry: _Entry) -> None:
        state = self._states.get(site.authority)
        age_s = self._age_s(state.robots_fetched_at)
        if state.robots_status is None or age_s is None:
            try:
                answer = await self._fetch(site.url("/robots.txt"), robots.MAX_BYTES)
            except Refused:
                raise  # the host's pause: nothing to do with the file
            except (Unreachable, BadAnswer, Forbidden) as error:
                entry.refusal = Forbidden if isinstance(error, Forbidden) else Unreachable
                entry.good_for_s = _RETRY_S
                entry.reason = f"robots.txt cannot be read, so nothing may be asked: {error.reason}"
                return
            state = self._keep_robots(site, answer)
            age_s = 0.0
        entry.good_for_s -= age_s
        self._apply(site, entry, state)

    def _keep_robots(self, site: Site, answer: Answer) -> HostState:
        body = answer.body[: robots.MAX_BYTES] if robots.outcome(answer.status) == "read" else b""
        fresh = {"robots_status": answer.status, "robots_body": body, "robots_fetched_at": self._clock.now()}
        if robots.outcome(answer.status) == "later" or answer.status == 429:
            return HostState(robots_status=answer.status)
        self._states.update(site.authority, **fresh)
        return self._states.get(site.authority)

    def _apply(self, site: Site, entry: _Entry, state: HostState) -> None:
        status = state.robots_status or 0
        meaning = robots.outcome(status)
        if meaning == "read":
            entry.rules = robots.Rules(state.robots_body or b"")
        elif meaning == "stop" and not (status in {401, 403} and site.host in self._conduct.robots_exempt):
            entry.refusal, entry.reason = Refused, f"robots.txt answers {status}: read as a no"
            entry.good_for_s = _RETRY_S if status == 429 else entry.good_for_s
        elif meaning == "later":
            entry.refusal, entry.good_for_s = Unreachable, _RETRY_S
            entry.reason = f"robots.txt answers {status}, so nothing may be asked"

    async def _read_tdm(self, site: Site, entry: _Entry) -> None:
        """Only a file that is there reserves anything; an error on it is no reservation (unlike robots.txt)."""
        state = self._states.get(site.authority)
        if state.tdm_status is None or self._age_s(state.tdm_fetched_at) is None:
            try:
                answer = await self._fetch(site.url(tdm.WELL_KNOWN), robots.MAX_BYTES)
            except Refused:
                raise
            except FetchError:
                return
            body = answer.body if answer.status == 200 else b""
            self._states.update(site.authority, tdm_status=answer.status, tdm_body=body, tdm_fetched_at=self._clock.now())
            state = self._states.get(site.authority)
        if state.tdm_status == 200:
            entry.reserved = tdm.Reservations(state.tdm_body or b"")

    def _age_s(self, fetched_at: datetime | None) -> float | None:
        """Seconds since a file was fetched; None if never, too long ago, or in the future (a clock was set back)."""
        if fetched_at is None:
            return None
        age_s = (self._clock.now() - fetched_at).total_seconds()
        return age_s if 0 <= age_s < robots.MAX_AGE_S else None
